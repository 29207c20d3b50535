//! How a number is written: plainly in a file, readably on a page.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::domain::{Currency, Money, Month, Quantity, money};

/// What stands where a number is not one.
const NO_NUMBER: &str = "–";

/// An exact number of units without superfluous zeros: `42`, `12.5`.
pub fn units(quantity: Decimal) -> String {
    Quantity(quantity).to_string()
}

/// Bought less billed with its sign, for a person: `+6`, `−2`, `0`.
pub fn signed_units(drift: Decimal) -> String {
    let sign = match drift.cmp(&Decimal::ZERO) {
        Ordering::Greater => "+",
        Ordering::Equal => "",
        Ordering::Less => "−",
    };
    format!("{sign}{}", units(drift.abs()))
}

/// A modelled number of units for a file: at most four decimal places.
pub fn plain_float(value: f64) -> String {
    let text = format!("{value:.4}");
    if !value.is_finite() {
        return text;
    }
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A modelled number of units for a person: one decimal place below a thousand, none above.
pub fn near(value: f64) -> String {
    if !value.is_finite() {
        return NO_NUMBER.to_owned();
    }
    let text = if value.abs() < 1000.0 { format!("{value:.1}") } else { format!("{value:.0}") };
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A unit price for a person: two decimal places. The currency is said elsewhere.
pub fn near_price(value: f64) -> String {
    if value.is_finite() { format!("{value:.2}") } else { NO_NUMBER.to_owned() }
}

/// A float to twelve significant digits, as a stored run keeps it: what is read back is written the same.
pub fn twelve_digits(value: f64) -> f64 {
    // Counts and flags, the most of them, have few digits.
    if value.fract() == 0.0 && value.abs() < 1e9 {
        return value;
    }
    // What has four places is what its digits say, and keeps them: no other float is nearer to them.
    let places = (value * 1e4).round();
    if places.abs() < 1e11 && places / 1e4 == value {
        return value;
    }
    format!("{value:.11e}").parse().unwrap_or(value)
}

/// A p-value for a file: four significant digits, and always a number a program can read.
pub fn p_value(value: f64) -> String {
    if value.is_finite() && value.abs() < 0.001 && value != 0.0 {
        format!("{value:.3e}")
    } else {
        let text = format!("{value:.6}");
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        }
    }
}

/// A p-value for a person: `about 1 in 400`.
pub fn rarity(value: f64) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    if value <= 1e-6 {
        return "below 1 in a million".to_owned();
    }
    let odds = 1.0 / value.min(1.0);
    // Two significant digits: more would claim what the tail of a model cannot know.
    let magnitude = 10f64.powf((odds.log10().floor() - 1.0).max(0.0));
    let rounded = (odds / magnitude).round() * magnitude;
    format!("about 1 in {}", grouped(&format!("{rounded:.0}")))
}

/// A probability for a person: `97%`, never a false `100%` or `0%`.
pub fn percent(probability: impl Into<f64>) -> String {
    let probability = probability.into();
    if !probability.is_finite() {
        return NO_NUMBER.to_owned();
    }
    if probability >= 1.0 {
        return "100%".to_owned();
    }
    if probability > 0.994 {
        return ">99%".to_owned();
    }
    if probability > 0.0 && probability < 0.01 {
        return "<1%".to_owned();
    }
    format!("{:.0}%", probability * 100.0)
}

/// Money for a person: `$1,234.50`.
pub fn money(amount: Decimal, currency: Currency) -> String {
    Money::new(amount, currency).to_string()
}

/// Money for a person under a header that names its currency: `1,234.50`.
pub fn amount(amount: Decimal) -> String {
    let cents = money::to_cents(amount);
    let text = cents.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
    let sign = if cents.is_sign_negative() { "-" } else { "" };
    format!("{sign}{}.{fraction}", grouped(whole))
}

/// Twelve months of a monthly amount, for a person.
pub fn yearly(monthly: Decimal, currency: Currency) -> String {
    money(monthly * Decimal::from(12), currency)
}

/// Money for a file: two decimal places and no currency sign.
pub fn cents(amount: Decimal) -> String {
    money::to_cents(amount).to_string()
}

/// A count with thousands set apart: `12,408`.
pub fn count(n: usize) -> String {
    grouped(&n.to_string())
}

/// A count and its noun: `1 line`, `3 lines`.
pub fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A day in full: `1 November 2026`.
pub fn day(date: jiff::civil::Date) -> String {
    let month = Month::of(date).map(long_month).unwrap_or_default();
    format!("{} {month}", date.day())
}

/// The month in full: `October 2026`.
pub fn long_month(month: Month) -> String {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    format!("{} {}", NAMES[usize::from(month.month() - 1)], month.year())
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_p_value_in_a_file_is_short_and_reads_back() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.05, "0.05"),
            (0.123_456_7, "0.123457"),
            (0.000_123_456, "1.235e-4"),
            (4.2e-31, "4.200e-31"),
        ] {
            assert_eq!(p_value(value), text);
            let read: f64 = p_value(value).parse().unwrap();
            assert!((read - value).abs() <= value * 1e-3);
        }
    }

    #[test]
    fn a_probability_is_never_rounded_to_certainty() {
        let shown: Vec<String> =
            [0.0, 0.004, 0.5, 0.97, 0.9949, 0.9999, 1.0].into_iter().map(percent).collect();
        assert_eq!(shown, ["0%", "<1%", "50%", "97%", ">99%", ">99%", "100%"]);
    }

    #[test]
    fn modelled_units_are_rounded_for_a_person_and_kept_for_a_file() {
        assert_eq!(near(41.96), "42");
        assert_eq!(near(-0.04), "0");
        assert_eq!(near(1234.5), "1234");
        assert_eq!(near(f64::INFINITY), "–");
        assert_eq!(plain_float(41.964_28), "41.9643");
        assert_eq!(plain_float(-0.000_01), "0");
        assert_eq!(plain_float(40.0), "40");
    }

    #[test]
    fn rarity_claims_two_digits_at_most() {
        assert_eq!(rarity(0.002_34), "about 1 in 430");
        assert_eq!(rarity(0.2), "about 1 in 5");
        assert_eq!(rarity(0.000_012_3), "about 1 in 81,000");
        assert_eq!(rarity(1e-9), "below 1 in a million");
        assert_eq!(rarity(0.0), "below 1 in a million");
    }
}
