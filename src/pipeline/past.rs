//! The months before, for charts of what was bought and billed of a finding's line.

use std::collections::BTreeMap;

use crate::decisions::Names;
use crate::domain::{EntityKind, Month, Side};
use crate::history::{History, HistoryError, monthly_lines};
use crate::report::line_months::{LineMonths, Units};
use crate::report::{Finding, RowSeen, Run};

use super::names_known;

/// Months drawn.
const N_MONTHS: usize = 13;

/// Units by line and month.
#[derive(Debug, Default)]
pub struct Past {
    months: Vec<Month>,
    names: Names,
    units: BTreeMap<(Side, String), BTreeMap<(String, Month), f64>>,
}

impl Past {
    /// The months through one, as far as they are stored.
    ///
    /// # Errors
    ///
    /// [`HistoryError`] when one of them cannot be read.
    pub fn read(history: &History, through: Month) -> Result<Self, HistoryError> {
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
    fn series(&self, side: Side, client: &str, sku: &str) -> Units {
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
    /// What was bought and billed of a finding's line, as far as these months have it.
    pub fn of_finding(&self, run: &Run, finding: &Finding) -> LineMonths {
        let row = |places: &[String]| places.iter().find_map(|place| run.rows.get(place));
        let (vendor, psa) = (row(&finding.vendor_rows), row(&finding.psa_rows));
        LineMonths {
            bought: self.of_side(run, Side::Vendor, vendor, psa),
            billed: self.of_side(run, Side::Psa, psa, vendor),
        }
    }

    /// The months of a side: under the names of its own row, else of the other side's partners.
    fn of_side(
        &self,
        run: &Run,
        side: Side,
        own: Option<&RowSeen>,
        other: Option<&RowSeen>,
    ) -> Option<Units> {
        let (client, sku) = match (own, other) {
            (Some(row), _) => (row.client.as_str(), row.sku.as_str()),
            (None, Some(other)) => (
                partner(run, EntityKind::Client, side, &other.client)?,
                partner(run, EntityKind::Sku, side, &other.sku)?,
            ),
            (None, None) => return None,
        };
        let months = self.series(side, client, sku);
        months.iter().any(|(_, units)| units.is_some()).then_some(months)
    }
}

/// The name on a side of what the run counts as the same as a name of the other side.
fn partner<'run>(run: &'run Run, kind: EntityKind, side: Side, name: &str) -> Option<&'run str> {
    let is_one = |status: &str| matches!(status, "known" | "auto");
    let mut pairs = run.suggestions.iter().filter(|pair| pair.kind == kind && is_one(&pair.status));
    let pair = pairs.find(|pair| pair.on(side.other()).1 == name)?;
    Some(pair.on(side).1)
}
