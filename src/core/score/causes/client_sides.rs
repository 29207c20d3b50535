//! Which clients have lines on which side, now and before.

use std::collections::BTreeMap;

use crate::domain::{Month, Series, SeriesSide, Side};

/// Where one client has lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ClientSides {
    /// The vendor's, then the PSA's: the last month with a line of it.
    last: [Option<Month>; 2],
}

/// What became of a client that one side alone has lines of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The other side had lines of it up to this month.
    Lost(Month),
    /// It is new this month.
    New,
    /// The other side never had any.
    Alone,
}

/// The clients of a month and of those before it, by the keys of their series.
#[derive(Debug)]
pub(in crate::score) struct ClientsBySide {
    month: Month,
    clients: BTreeMap<String, ClientSides>,
    /// Clients that had a line before the month.
    known: std::collections::BTreeSet<String>,
}

impl ClientsBySide {
    pub(in crate::score) fn of(series: &[Series], month: Month) -> Self {
        let mut found = Self { month, clients: BTreeMap::new(), known: Default::default() };
        for one in series {
            let position = match one.side {
                SeriesSide::Vendor => 0,
                SeriesSide::Psa => 1,
                SeriesSide::Drift => continue,
            };
            let has_units = |units: &Option<f64>| units.is_some_and(|units| 0.0 < units);
            let Some(last) = one.quantity.iter().rposition(has_units) else { continue };
            if one.first < month && one.quantity.iter().position(has_units) < one.position(month) {
                found.known.insert(one.client.clone());
            }
            let sides = found.clients.entry(one.client.clone()).or_default();
            sides.last[position] = sides.last[position].max(Some(one.month(last)));
        }
        found
    }

    /// What became of a client that only this side has lines of this month; `None` where both have.
    pub(super) fn fate(&self, client: &str, side: Side) -> Option<Fate> {
        let sides = self.clients.get(client)?;
        let [own, other] = match side {
            Side::Vendor => sides.last,
            Side::Psa => [sides.last[1], sides.last[0]],
        };
        if own != Some(self.month) || other == Some(self.month) {
            return None;
        }
        // Without months before nobody knows who is new.
        let is_new = !self.known.is_empty() && !self.known.contains(client);
        Some(match other {
            Some(month) => Fate::Lost(month),
            None if is_new => Fate::New,
            None => Fate::Alone,
        })
    }
}
