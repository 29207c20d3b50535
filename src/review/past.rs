//! The months before, for charts of what was bought and billed.

use std::collections::BTreeMap;

use crate::decisions::Names;
use crate::domain::{Month, Side};
use crate::history::{History, HistoryError, monthly_lines};
use crate::pipeline::names_known;

/// Months drawn.
const N_MONTHS: usize = 13;

/// Units by line and month.
#[derive(Debug, Default)]
pub(super) struct Past {
    months: Vec<Month>,
    names: Names,
    units: BTreeMap<(Side, String), BTreeMap<(String, Month), f64>>,
}

impl Past {
    /// The months through one, as far as they are stored.
    pub(super) fn read(history: &History, through: Month) -> Result<Self, HistoryError> {
        let stored = history.months()?;
        let first = through.plus(1 - i32::try_from(N_MONTHS).unwrap_or(i32::MAX));
        let months: Vec<Month> =
            stored.into_iter().filter(|month| (first..=through).contains(month)).collect();
        let lines = monthly_lines(history, &months)?;
        let names = names_known(&lines, &[]);
        let mut units: BTreeMap<(Side, String), BTreeMap<(String, Month), f64>> = BTreeMap::new();
        for line in lines.iter() {
            let client = units.entry((line.side, line.client.to_owned())).or_default();
            *client.entry((line.sku.to_owned(), line.month)).or_default() += line.quantity;
        }
        Ok(Self { months, names, units })
    }

    /// The months of a line by its names as written, oldest first; a month without a row is `None`.
    pub(super) fn series(&self, side: Side, client: &str, sku: &str) -> Vec<(Month, Option<f64>)> {
        let (clients, skus) = self.names.of(side);
        let (clients, skus) = (clients.keys(client), skus.keys(sku));
        let units = |month: Month| {
            let lines = clients.iter().filter_map(|key| self.units.get(&(side, key.clone())));
            let own = lines.flat_map(|line| {
                skus.iter().filter_map(move |sku| line.get(&(sku.clone(), month)))
            });
            own.copied().reduce(|sum, units| sum + units)
        };
        self.months.iter().map(|&month| (month, units(month))).collect()
    }
}
