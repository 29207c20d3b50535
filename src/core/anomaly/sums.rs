//! Money a month of several lines: two currencies are never added.

use std::collections::BTreeMap;

use super::Flag;
use crate::domain::Currency;

/// What several lines come to, each kind of money for itself; a line without a unit price adds nothing.
#[derive(Default)]
pub(super) struct Sums(BTreeMap<Option<Currency>, Sum>);

#[derive(Default)]
struct Sum {
    n_lines: usize,
    amount: f64,
}

impl Sums {
    pub(super) fn add(&mut self, currency: Option<Currency>, amount: f64) {
        if amount != 0.0 {
            let sum = self.0.entry(currency).or_default();
            sum.n_lines += 1;
            sum.amount += amount;
        }
    }

    /// What lines told as one say together.
    pub(super) fn of_flags(flags: &[Flag]) -> Self {
        let mut sums = Self::default();
        for flag in flags {
            sums.add(flag.currency, flag.monthly_impact);
            for &(currency, amount) in &flag.other_money {
                sums.add(Some(currency), amount);
            }
        }
        sums
    }

    /// The currency of most lines: the first by its code of those with equally many.
    fn of_most_lines(&self) -> Option<Option<Currency>> {
        self.0.iter().rev().max_by_key(|(_, sum)| sum.n_lines).map(|(own, _)| *own)
    }

    /// Sets a flag's money: that of the currency most of its lines have, and the others beside it.
    pub(super) fn set(self, flag: &mut Flag) {
        let most = self.of_most_lines();
        flag.monthly_impact = 0.0;
        flag.other_money.clear();
        for (currency, sum) in self.0 {
            match (currency, Some(currency) == most) {
                (_, true) => {
                    (flag.currency, flag.monthly_impact) = (currency, sum.amount.abs());
                }
                (Some(other), false) => flag.other_money.push((other, sum.amount.abs())),
                // A line has prices in a currency, unless its whole book says none.
                (None, false) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anomaly::{FlagPolicy, judge};
    use crate::domain::Series;
    use crate::seat_trend::synthetic::{line, month, quiet};
    use crate::seat_trend::{TrendRecipe, fit};

    const LAST: i32 = 24;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn gone(client: usize, sku: usize, code: &str) -> Series {
        let mut one = line(client, sku, vec![10.0; 25]);
        one.quantity.truncate(24);
        Series { currency: Some(currency(code)), ..one }
    }

    #[test]
    fn a_lost_client_with_lines_in_two_currencies_is_one_flag_and_its_money_is_never_added() {
        let mut series = quiet(300, 25, 28);
        series.extend([gone(9_001, 0, "EUR"), gone(9_001, 1, "USD"), gone(9_001, 2, "USD")]);
        let model = fit(&series, month(LAST - 1), &TrendRecipe::default()).unwrap();
        let money = |amount: f64, of: Option<Currency>| {
            format!("{amount:.2} {}", of.map_or_else(String::new, |of| of.to_string()))
        };
        let judged = judge(&model, &series, month(LAST), &FlagPolicy::default(), money);
        let lost: Vec<&Flag> = judged.flags.iter().filter(|it| it.client == "c9001").collect();
        assert_eq!(lost.len(), 1);
        assert_eq!((lost[0].monthly_impact, lost[0].currency), (400.0, Some(currency("USD"))));
        assert_eq!(lost[0].other_money, [(currency("EUR"), 200.0)]);
        let why = &lost[0].why;
        assert!(why.contains("400.00 USD and 200.00 EUR a month"), "{why}");
    }

    #[test]
    fn of_equally_many_lines_the_first_currency_by_its_code_comes_first() {
        let mut sums = Sums::default();
        let [usd, eur] = ["USD", "EUR"].map(|code| Some(currency(code)));
        for (of, amount) in [(usd, 5.0), (eur, -2.0), (usd, 0.0)] {
            sums.add(of, amount);
        }
        assert_eq!(sums.of_most_lines(), Some(eur));
    }
}
