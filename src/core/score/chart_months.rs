//! The months before, for charts of what was bought and billed of a finding's line.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Month, Side};
use crate::months::{PastError, PastMonths};
use crate::run::{Finding, LineMonths, Units};

/// Months drawn.
const N_MONTHS: usize = 13;

/// Units by line and month.
#[derive(Debug, Default)]
pub struct ChartMonths {
    months: Vec<Month>,
    /// (side, client key) → (SKU key, month) → units.
    units: BTreeMap<(Side, String), BTreeMap<(String, Month), f64>>,
}

impl ChartMonths {
    /// The months through one, as far as they are stored.
    ///
    /// # Errors
    ///
    /// [`PastError`] when one of them cannot be read.
    pub fn read(history: &dyn PastMonths, through: Month) -> Result<Self, PastError> {
        let stored = history.months()?;
        let first = through.plus(1 - i32::try_from(N_MONTHS).unwrap_or(i32::MAX));
        let months: Vec<Month> =
            stored.into_iter().filter(|month| (first..=through).contains(month)).collect();
        let lines = history.lines(&months)?;
        let mut units: BTreeMap<(Side, String), BTreeMap<(String, Month), f64>> = BTreeMap::new();
        for line in lines.iter() {
            let client = units.entry((line.side, line.client.to_owned())).or_default();
            *client.entry((line.sku.to_owned(), line.month)).or_default() += line.quantity;
        }
        Ok(Self { months, units })
    }

    /// What was bought and billed of a finding's lines, those its names lead to among them: two terms of one
    /// product are one line of the chart, as they are one in the finding.
    pub fn of_finding(&self, finding: &Finding) -> LineMonths {
        LineMonths {
            bought: self.of_side(finding, Side::Vendor),
            billed: self.of_side(finding, Side::Psa),
        }
    }

    /// The months of a side, oldest first; a month without a row is `None`, a side without any too.
    fn of_side(&self, finding: &Finding, side: Side) -> Option<Units> {
        let lines = finding.lines.iter().filter(|line| line.side == side);
        // One line in two currencies has one count of units.
        let keys: BTreeSet<(&str, &str)> =
            lines.map(|line| (line.client.as_str(), line.sku.as_str())).collect();
        let units = |month: Month| {
            let of_line = |(client, sku): &(&str, &str)| {
                let client = self.units.get(&(side, (*client).to_owned()))?;
                client.get(&((*sku).to_owned(), month)).copied()
            };
            keys.iter().filter_map(of_line).reduce(|sum, units| sum + units)
        };
        let months: Units = self.months.iter().map(|&month| (month, units(month))).collect();
        months.iter().any(|(_, units)| units.is_some()).then_some(months)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{FindingLine, specimen};

    #[test]
    fn two_terms_of_one_product_are_drawn_as_one_line() {
        let month: Month = "2026-10".parse().unwrap();
        let mut finding = specimen::findings(1).remove(0);
        let line = |side, client: &str, sku: &str| FindingLine {
            side,
            client: client.to_owned(),
            client_name: String::new(),
            sku: sku.to_owned(),
            sku_name: String::new(),
            currency: finding.currency,
            unit: None,
            shares: Vec::new(),
            is_bundle: false,
        };
        finding.lines = vec![
            line(Side::Vendor, "v1", "yearly"),
            line(Side::Vendor, "v1", "monthly"),
            line(Side::Psa, "p1", "gone"),
        ];
        let mut past = ChartMonths { months: vec![month.plus(-1), month], units: BTreeMap::new() };
        let own = past.units.entry((Side::Vendor, "v1".to_owned())).or_default();
        own.insert(("yearly".to_owned(), month.plus(-1)), 60.0);
        own.insert(("monthly".to_owned(), month.plus(-1)), 29.0);
        own.insert(("another".to_owned(), month), 5.0);
        let months = past.of_finding(&finding);
        assert_eq!(months.bought, Some(vec![(month.plus(-1), Some(89.0)), (month, None)]));
        assert_eq!(months.billed, None);
    }
}
