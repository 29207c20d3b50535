//! Two snapshots of a source → what changed between them, and what only looks as if it had.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use seatdrift_core::domain::{Currency, Side};
use serde::{Deserialize, Serialize};

use crate::seen::{Entry, LineName, Snapshot};

/// Fewer lines than this say nothing by being gone together.
const FEWEST_GONE: usize = 3;

/// One change of one subscription or addition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The source that says so.
    pub source: String,
    /// The books it keeps.
    pub side: Side,
    /// The source's id of it, the new one where that changed.
    pub id: String,
    /// The client's key.
    pub client: String,
    /// Its name.
    pub client_name: String,
    /// The product's key.
    pub sku: String,
    /// Its name.
    pub sku_name: String,
    /// What changed.
    pub what: What,
    /// One unit for one month, after it.
    #[serde(
        default,
        with = "rust_decimal::serde::str_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub unit: Option<Decimal>,
    /// What it is charged in.
    pub currency: Currency,
    /// The day of the last snapshot without it.
    pub after: Date,
    /// The day of the first snapshot with it.
    pub since: Date,
}

impl Change {
    /// The line it is a change of.
    pub fn line(&self) -> LineName {
        LineName { side: self.side, client: self.client.clone(), sku: self.sku.clone() }
    }

    /// What its vendor makes of fewer seats, where that is known.
    ///
    /// Source: Microsoft, "Cancel, reduce seats, or suspend new commerce subscriptions".
    pub fn vendor_says(&self) -> Option<&'static str> {
        let is_microsoft = self.sku_name.to_lowercase().contains("microsoft");
        let is_less = self.side == Side::Vendor && self.seats().is_sign_negative();
        (is_less && is_microsoft).then_some(
            "new-commerce seats are given back within 7 days of their order or renewal; later they are \
             charged to the end of the term",
        )
    }

    /// Units more than before; negative for fewer.
    pub fn seats(&self) -> Decimal {
        match &self.what {
            What::Seats { from, to } => to - from,
            _ => Decimal::ZERO,
        }
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// Units; none where it was not there, or is not any more.
    Seats {
        /// Before.
        #[serde(with = "rust_decimal::serde::str")]
        from: Decimal,
        /// Now.
        #[serde(with = "rust_decimal::serde::str")]
        to: Decimal,
    },
    /// What one unit costs or brings a month.
    Price {
        /// Before.
        #[serde(with = "rust_decimal::serde::str")]
        from: Decimal,
        /// Now.
        #[serde(with = "rust_decimal::serde::str")]
        to: Decimal,
    },
    /// The client or the product is called otherwise.
    Renamed {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// The same under another id.
    NewId {
        /// Before.
        from: String,
    },
}

/// What two snapshots say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// What changed, by id.
    pub changes: Vec<Change>,
    /// Why the later one is no snapshot to compare with, in words: its changes are none then.
    pub aside: Option<String>,
}

/// What changed from one snapshot of a source to a later one.
pub fn difference(before: &Snapshot, after: &Snapshot) -> Difference {
    let ids = Ids::of(before, after);
    if let Some(words) = ids.mass(before, after) {
        return Difference { changes: Vec::new(), aside: Some(words) };
    }
    let mut changes = Vec::new();
    for (id, entry) in &after.entries {
        let told = Told { before, after, id, entry };
        let old_id = ids.new_to_old.get(id.as_str()).copied();
        let old = before.entries.get(old_id.unwrap_or(id));
        if let Some(from) = old_id {
            changes.push(told.change(What::NewId { from: from.to_owned() }));
        }
        changes.extend(told.changes(old));
    }
    for id in &ids.gone {
        let entry = &before.entries[*id];
        if !entry.seats.is_zero() {
            let told = Told { before, after, id, entry };
            changes.push(told.change(What::Seats { from: entry.seats, to: Decimal::ZERO }));
        }
    }
    Difference { changes, aside: None }
}

/// One entry, and the snapshots it is told from.
struct Told<'a> {
    before: &'a Snapshot,
    after: &'a Snapshot,
    id: &'a str,
    entry: &'a Entry,
}

impl Told<'_> {
    fn change(&self, what: What) -> Change {
        let Self { before, after, id, entry } = self;
        Change {
            source: after.source.clone(),
            side: after.side,
            id: (*id).to_owned(),
            client: entry.client.clone(),
            client_name: entry.client_name.clone(),
            sku: entry.sku.clone(),
            sku_name: entry.sku_name.clone(),
            what,
            unit: entry.unit,
            currency: entry.currency,
            after: before.day,
            since: after.day,
        }
    }

    fn changes(&self, old: Option<&Entry>) -> Vec<Change> {
        let new = self.entry;
        let Some(old) = old else {
            let is_nothing = new.seats.is_zero();
            let came = What::Seats { from: Decimal::ZERO, to: new.seats };
            return if is_nothing { Vec::new() } else { vec![self.change(came)] };
        };
        let mut changes = Vec::new();
        for (from, to) in [(&old.client_name, &new.client_name), (&old.sku_name, &new.sku_name)] {
            if from != to {
                let (from, to) = (from.clone(), to.clone());
                changes.push(self.change(What::Renamed { from, to }));
            }
        }
        if old.seats != new.seats {
            changes.push(self.change(What::Seats { from: old.seats, to: new.seats }));
        }
        // What is not charged has no price to speak of.
        let counts = !old.seats.is_zero() && !new.seats.is_zero();
        if let (Some(from), Some(to)) = (old.unit, new.unit)
            && counts
            && from != to
            && old.currency == new.currency
        {
            changes.push(self.change(What::Price { from, to }));
        }
        changes
    }
}

/// What two entries agree in that are one.
type Way = fn(&Entry) -> (&str, &str, Option<Decimal>);

/// Which ids are gone, and which new one is an old one.
struct Ids<'a> {
    /// Ids that are there no more and under no other.
    gone: Vec<&'a str>,
    new_to_old: BTreeMap<&'a str, &'a str>,
}

impl<'a> Ids<'a> {
    fn of(before: &'a Snapshot, after: &'a Snapshot) -> Self {
        let is_gone =
            |id: &&String| !after.entries.contains_key(*id) && !after.unread.contains(*id);
        let is_new =
            |id: &&String| !before.entries.contains_key(*id) && !before.unread.contains(*id);
        let mut gone: Vec<&str> =
            before.entries.keys().filter(is_gone).map(String::as_str).collect();
        let mut came: Vec<&str> = after.entries.keys().filter(is_new).map(String::as_str).collect();
        let mut new_to_old = BTreeMap::new();
        // What agrees in most is one first: a line that was split keeps the part that stayed.
        let ways: [Way; 3] = [
            |one| (&one.client, &one.sku, Some(one.seats)),
            |one| (&one.client, &one.sku, None),
            |one| (&one.client_name, &one.sku_name, Some(one.seats)),
        ];
        for way in ways {
            let mut waiting: BTreeMap<_, Vec<&str>> = BTreeMap::new();
            for id in gone.iter().rev() {
                waiting.entry(way(&before.entries[*id])).or_default().push(id);
            }
            came.retain(|id| {
                let old = waiting.get_mut(&way(&after.entries[*id])).and_then(Vec::pop);
                old.map(|old| new_to_old.insert(*id, old)).is_none()
            });
            let found: BTreeSet<&str> = new_to_old.values().copied().collect();
            gone.retain(|id| !found.contains(id));
        }
        Self { gone, new_to_old }
    }

    /// More than a tenth of a source gone at once is no change of subscriptions, in words.
    fn mass(&self, before: &Snapshot, after: &Snapshot) -> Option<String> {
        if after.is_accepted {
            return None;
        }
        let had = |id: &&str| !before.entries[*id].seats.is_zero();
        let stopped = after.entries.iter().filter(|(id, entry)| {
            let old = before.entries.get(id.as_str());
            entry.seats.is_zero() && old.is_some_and(|old| !old.seats.is_zero())
        });
        let n_gone = self.gone.iter().filter(|id| had(id)).count() + stopped.count();
        let n_before = before.entries.values().filter(|entry| !entry.seats.is_zero()).count();
        let n_unread = after.unread.len();
        if n_unread >= FEWEST_GONE && n_unread * 10 > n_before {
            return Some(format!(
                "an incomplete reading: {n_unread} rows of {} on {} could not be read",
                after.source, after.day
            ));
        }
        (n_gone >= FEWEST_GONE && n_gone * 10 > n_before).then(|| {
            format!(
                "a mass disappearance: {n_gone} of {n_before} lines of {} that were there on {} are gone on {}",
                after.source, before.day, after.day
            )
        })
    }
}

#[cfg(test)]
mod tests;
