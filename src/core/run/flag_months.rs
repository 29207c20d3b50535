//! How a flag's numbers and months are read: units, or prices for a price flag.

use super::{FlagLine, numbers};
use crate::anomaly::FlagKind;
use crate::domain::Month;

/// How many months a chart shows: the newest.
const N_MONTHS_SHOWN: usize = 24;
/// How far, as a share, a month's value may be from the flagged one and still count as the same.
const SAME_WITHIN: f64 = 0.005;

impl FlagLine {
    /// The kind for people: `Stalled growth`.
    pub fn kind_title(&self) -> String {
        let words = self.kind.words();
        let mut chars = words.chars();
        chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
    }

    /// One of the flag's own numbers for a person: units, or for a price flag a unit price.
    pub fn number(&self, value: f64) -> String {
        match self.kind {
            FlagKind::PriceShift => numbers::near_price(value),
            _ => numbers::near(value),
        }
    }

    /// The months to draw, oldest first, the flagged one among them.
    pub fn months_to_draw(&self) -> Vec<(Month, Option<f64>)> {
        let mut months = self.history.clone();
        if !months.is_empty() && months.iter().all(|(month, _)| *month != self.month) {
            months.push((self.month, None));
        }
        let skipped = months.len().saturating_sub(N_MONTHS_SHOWN);
        months.split_off(skipped)
    }

    /// Whether the months count what the flag expects. A price flag may carry months of units, and
    /// then its expected price does not belong on their scale.
    pub fn months_are_its_numbers(&self) -> bool {
        if self.kind != FlagKind::PriceShift {
            return true;
        }
        let flagged = self.history.iter().find(|(month, _)| *month == self.month);
        let flagged = flagged.and_then(|(_, value)| *value);
        flagged.is_some_and(|v| (v - self.observed).abs() <= SAME_WITHIN * self.observed.abs())
    }

    /// A month's value for a person: as the flag's own numbers where it counts the same.
    pub fn month_number(&self, value: f64) -> String {
        if self.months_are_its_numbers() { self.number(value) } else { numbers::near(value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::specimen;

    #[test]
    fn a_price_flag_with_months_of_units_keeps_the_two_apart() {
        let mut flag = specimen::october().flags.remove(6);
        assert_eq!(flag.kind, FlagKind::PriceShift);
        assert!(flag.months_are_its_numbers());
        flag.observed = 22.0;
        assert!(!flag.months_are_its_numbers());
        assert_eq!(flag.number(22.0), "22.00");
        assert_eq!(flag.month_number(42.0), "42");
    }

    #[test]
    fn the_flagged_month_is_drawn_even_without_a_row() {
        let mut flag = specimen::october().flags.remove(0);
        flag.history.pop();
        let months = flag.months_to_draw();
        assert_eq!(months.last(), Some(&(flag.month, None)));
        flag.history.clear();
        assert!(flag.months_to_draw().is_empty());
    }
}
