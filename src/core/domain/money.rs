//! Exact money that knows its currency, and sums that never mix two currencies.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An ISO 4217 currency code: three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// A text that is not a currency code.
#[derive(Debug, thiserror::Error)]
#[error("expected a currency code of three letters such as USD, found {0:?}")]
pub struct CurrencyError(String);

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let upper = text.trim().to_ascii_uppercase();
        match <[u8; 3]>::try_from(upper.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(CurrencyError(text.to_owned())),
        }
    }
}

impl Currency {
    /// The code as text: `USD`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is three ASCII letters")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Money in one currency, exact to the last decimal place the export gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// How much; negative for a credit.
    pub amount: Decimal,
    /// In which currency.
    pub currency: Currency,
}

impl Money {
    /// An amount in a currency.
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Nothing, in a currency.
    pub fn zero(currency: Currency) -> Self {
        Self::new(Decimal::ZERO, currency)
    }

    /// Adds two amounts of one currency; `None` when the currencies differ or the sum is too large.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        let amount = self.amount.checked_add(other.amount)?;
        Some(Self { amount, ..self })
    }

    /// The amount rounded to cents, halves away from zero, as a person reads it: `-1234.50`.
    pub fn cents(self) -> Decimal {
        to_cents(self.amount)
    }
}

impl fmt::Display for Money {
    /// `$1,234.50` for dollars, pounds and euros; `1,234.50 AUD` for the rest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.cents();
        let sign = if cents.is_sign_negative() && !cents.is_zero() { "-" } else { "" };
        let digits = grouped(cents.abs());
        let text = match self.currency.code() {
            "USD" => format!("{sign}${digits}"),
            "EUR" => format!("{sign}€{digits}"),
            "GBP" => format!("{sign}£{digits}"),
            code => format!("{sign}{digits} {code}"),
        };
        f.pad(&text)
    }
}

/// Rounds to two decimal places, halves away from zero, and always shows both.
pub fn to_cents(amount: Decimal) -> Decimal {
    let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    let mut rounded = amount.round_dp_with_strategy(2, strategy);
    rounded.rescale(2);
    if rounded.is_zero() { Decimal::new(0, 2) } else { rounded }
}

fn grouped(amount: Decimal) -> String {
    let text = amount.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
    let mut out = String::with_capacity(text.len() + whole.len() / 3);
    for (idx, digit) in whole.chars().enumerate() {
        if idx > 0 && (whole.len() - idx).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{out}.{fraction}")
}

/// Sums of money, one a currency: two currencies are kept side by side and never added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals(BTreeMap<Currency, Decimal>);

impl Totals {
    /// Adds one amount to the sum of its currency.
    pub fn add(&mut self, money: Money) {
        *self.0.entry(money.currency).or_insert(Decimal::ZERO) += money.amount;
    }

    /// Adds every sum of `other`.
    pub fn add_all(&mut self, other: &Self) {
        for money in other.iter() {
            self.add(money);
        }
    }

    /// The sums in the order of their currency codes.
    pub fn iter(&self) -> impl Iterator<Item = Money> + '_ {
        self.0.iter().map(|(&currency, &amount)| Money { amount, currency })
    }

    /// The sum in one currency; zero when nothing was added.
    pub fn get(&self, currency: Currency) -> Money {
        Money::new(self.0.get(&currency).copied().unwrap_or_default(), currency)
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Money> for Totals {
    fn from_iter<I: IntoIterator<Item = Money>>(iter: I) -> Self {
        let mut totals = Self::default();
        for money in iter {
            totals.add(money);
        }
        totals
    }
}

impl Serialize for Totals {
    /// `{"USD":"123.45"}`: text, so that no reader turns a cent into a float.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|money| (money.currency, plain(money.amount))))
    }
}

/// An amount as plain text with at least two decimal places and no superfluous zeros.
pub fn plain(amount: Decimal) -> String {
    let mut shortest = amount.normalize();
    if shortest.scale() < 2 {
        shortest.rescale(2);
    }
    shortest.to_string()
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        for (idx, money) in self.iter().enumerate() {
            if idx > 0 {
                f.write_str(" + ")?;
            }
            write!(f, "{money}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Money {
        Money::new(text.parse().unwrap(), "USD".parse().unwrap())
    }

    #[test]
    fn money_reads_like_an_invoice() {
        let eur = "eur".parse().unwrap();
        assert_eq!(usd("1234567.5").to_string(), "$1,234,567.50");
        assert_eq!(usd("-0.005").to_string(), "-$0.01");
        assert_eq!(usd("-0.001").to_string(), "$0.00");
        assert_eq!(Money::new(Decimal::new(72, 0), eur).to_string(), "€72.00");
    }

    #[test]
    fn two_currencies_are_never_added() {
        let eur = Money::new(Decimal::ONE, "EUR".parse().unwrap());
        assert_eq!(usd("1").checked_add(eur), None);
        let totals: Totals = [usd("1.10"), eur, usd("2.005")].into_iter().collect();
        assert_eq!(totals.to_string(), "€1.00 + $3.11");
        assert_eq!(serde_json::to_string(&totals).unwrap(), r#"{"EUR":"1.00","USD":"3.105"}"#);
    }

    #[test]
    fn a_currency_is_three_letters() {
        for wrong in ["", "US", "USDX", "U$D", "ÄÄ"] {
            assert!(wrong.parse::<Currency>().is_err(), "{wrong}");
        }
    }
}
