//! What changed between stored snapshots, both sides, joined as the newest scoring compared them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use seatdrift_connect::tenant::tenants;
use seatdrift_core::domain::Side;
use seatdrift_core::run::ComparedLine;
use seatdrift_engine::run_store;
use seatdrift_engine::watching::WatchConfig;
use seatdrift_engine::workspace::Workspace;
use serde::Serialize;

use crate::difference::{Change, What, difference};
use crate::error::WatchError;
use crate::readings::{of_days, snapshot};
use crate::relation::{Groups, Relation};
use crate::seen::{LineName, Snapshot};

/// What changed since a day.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Changes {
    /// Each change, the newest first.
    pub changes: Vec<ListedChange>,
    /// Snapshots that are none to compare with, and sources that have too few, in sentences.
    pub notes: Vec<String>,
}

/// One change, and whether the other side followed.
#[derive(Debug, Clone, Serialize)]
pub struct ListedChange {
    /// What changed.
    #[serde(flatten)]
    pub change: Change,
    /// Whether the other side followed.
    pub other_side: OtherSide,
    /// What it comes to a month: more is positive. None where no price is known, or no seat changed.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub a_month: Option<Decimal>,
    /// What its vendor makes of it, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_says: Option<&'static str>,
}

/// Whether the other side followed a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherSide {
    /// It did the same.
    Followed,
    /// It has time.
    HasTime,
    /// It did not, and its time is over.
    DidNotFollow,
    /// Nothing of it is compared with this line.
    HasNone,
    /// There is nothing to follow.
    NothingToDo,
}

/// What changed from `since` to the newest snapshot of each source. `today` is the day it is.
///
/// # Errors
///
/// [`WatchError`] for a snapshot or a scoring that cannot be understood.
pub fn changes(workspace: &Workspace, since: Date, today: Date) -> Result<Changes, WatchError> {
    let mut found = Changes::default();
    let mut all = Vec::new();
    let mut seats: BTreeMap<LineName, Decimal> = BTreeMap::new();
    for tenant in tenants(&workspace.config, None)? {
        let mut notes = of_days(workspace, tenant)?;
        // The last snapshot before the day says what there was.
        let first = notes.iter().rposition(|note| note.day < since).unwrap_or(0);
        notes.drain(..first);
        let mut before: Option<Snapshot> = None;
        for note in &notes {
            let after = snapshot(workspace, tenant.system.side, note)?;
            if let Some(before) = &before {
                let difference = difference(before, &after);
                if let Some(aside) = difference.aside {
                    found.notes.push(format!("{aside}: it is passed over"));
                    continue;
                }
                all.extend(difference.changes);
            }
            before = Some(after);
        }
        if notes.len() < 2 {
            found.notes.push(match notes.first() {
                None => format!("{} was never read", tenant.config.name),
                Some(note) => {
                    format!(
                        "{} was read on {} alone: nothing to compare with",
                        tenant.config.name, note.day
                    )
                }
            });
        }
        for (name, more) in before.iter().flat_map(Snapshot::seats) {
            *seats.entry(name).or_default() += more;
        }
    }
    let lines = newest_lines(workspace)?;
    let relation = Relation::of(&lines);
    if relation.is_empty() && !all.is_empty() {
        found.notes.push(
            "no month is scored yet: which lines of the two sides belong together is not known"
                .to_owned(),
        );
    }
    let names: BTreeSet<LineName> =
        seats.keys().cloned().chain(all.iter().map(Change::line)).collect();
    let groups = relation.groups(&names);
    let joined = Joined {
        groups: &groups,
        all: &all,
        names: &names,
        today,
        config: &workspace.config.watch,
    };
    found.changes = all.iter().map(|change| joined.listed(change)).collect();
    found.changes.sort_by(|one, other| {
        let by = |one: &ListedChange| {
            (one.change.client_name.clone(), one.change.sku_name.clone(), one.change.id.clone())
        };
        other.change.since.cmp(&one.change.since).then_with(|| by(one).cmp(&by(other)))
    });
    Ok(found)
}

/// The lines of the newest scoring; none where nothing was scored.
fn newest_lines(workspace: &Workspace) -> Result<Vec<ComparedLine>, WatchError> {
    match workspace.scored_months()?.last() {
        Some(month) => Ok(run_store::lines(workspace, *month)?.unwrap_or_default()),
        None => Ok(Vec::new()),
    }
}

/// Changes of both sides.
struct Joined<'a> {
    groups: &'a Groups,
    all: &'a [Change],
    names: &'a BTreeSet<LineName>,
    today: Date,
    config: &'a WatchConfig,
}

impl Joined<'_> {
    fn listed(&self, change: &Change) -> ListedChange {
        let seats = change.seats();
        let a_month = change.unit.filter(|_| !seats.is_zero()).map(|unit| unit * seats);
        ListedChange {
            change: change.clone(),
            other_side: self.other_side(change),
            a_month: match &change.what {
                What::Price { .. } => None,
                _ => a_month.map(|sum| sum.normalize()),
            },
            vendor_says: change.vendor_says(),
        }
    }

    fn other_side(&self, change: &Change) -> OtherSide {
        if change.seats().is_zero() {
            return OtherSide::NothingToDo;
        }
        let group = self.groups.of(&change.line());
        let is_same = |name: &LineName| self.groups.of(name) == group;
        let more = |side: Side| -> Decimal {
            let same = self.all.iter().filter(|one| one.side == side && is_same(&one.line()));
            same.map(Change::seats).sum()
        };
        let (bought, billed) = (more(Side::Vendor), more(Side::Psa));
        if bought == billed {
            return OtherSide::Followed;
        }
        if !self.names.iter().any(|name| name.side != change.side && is_same(name)) {
            return OtherSide::HasNone;
        }
        let days = change.since.until(self.today).map_or(0, |span| span.get_days());
        match days < i32::from(self.config.grace_of(&change.source)) {
            true => OtherSide::HasTime,
            false => OtherSide::DidNotFollow,
        }
    }
}
