//! What a whole side leaves in doubt: clients, products and lines that every earlier month had, and sums that
//! the rows do not come to.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::MonthSeen;
use super::of_keys::{MONTHS_READ, lines_of_client};
use crate::domain::{
    ClientKey, Doubt, DoubtKind, EntityKind, Line, Month, Side, SkuKey, Totals,
};
use crate::reconcile::{Tie, tie};

/// A product of fewer clients may well be given up.
const LEAST_CLIENTS: usize = 2;
/// Lines of the month before that must be gone beside those gone on the other side too, and their share.
const LEAST_LINES: usize = 5;
const LEAST_SHARE: f64 = 0.02;

pub(super) fn doubts(seen: &MonthSeen<'_>) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for side in [Side::Vendor, Side::Psa] {
        let files: BTreeSet<&CompactString> = seen
            .rows
            .iter()
            .filter(|row| row.side == side)
            .map(|row| &row.place.file)
            .collect();
        let file = match files.first() {
            // Of several files nobody knows which should have had it.
            Some(file) if files.len() == 1 => (*file).clone(),
            _ => CompactString::default(),
        };
        for kind in [EntityKind::Client, EntityKind::Sku] {
            doubts.extend(missing(seen, side, kind, &file));
        }
        doubts.extend(lines_missing(seen, side, &file));
    }
    doubts.extend(seen.stated.iter().filter_map(|stated| {
        let rows = seen.rows.iter().filter(|row| row.side == stated.side);
        let own = rows.filter(|row| row.place.file == stated.file).map(|row| row.amount);
        let rejected = seen.rejected.iter().filter(|row| row.at.place.file == stated.file);
        let sums: Totals = own.chain(rejected.filter_map(|row| row.amount)).collect();
        let Tie::Gap(gap) = tie(stated, &sums) else { return None };
        let found = format!("a sum of {}", stated.total);
        let doubt = of_side(stated.side, DoubtKind::TotalGap, &stated.file.as_str().into(), found);
        Some(Doubt { amount: Some(gap), ..doubt })
    }));
    doubts
}

fn of_side(side: Side, kind: DoubtKind, file: &CompactString, found: String) -> Doubt {
    Doubt {
        side,
        kind,
        dates: None,
        client: None,
        client_name: None,
        sku: None,
        file: file.clone(),
        at: file.to_string(),
        found,
        units: None,
        amount: None,
        n: 1,
        of: 1,
    }
}

/// A client or a product in the months before.
#[derive(Default)]
struct Before<'a> {
    name: &'a str,
    months: BTreeSet<Month>,
    /// Who had it, in the last month that is stored.
    clients: FxHashSet<&'a str>,
}

/// Those that every one of the months before had, and this one has not.
fn missing(
    seen: &MonthSeen<'_>,
    side: Side,
    kind: EntityKind,
    file: &CompactString,
) -> Vec<Doubt> {
    let from = seen.month.plus(-MONTHS_READ);
    let lines = seen.monthly.from(from);
    let lines = lines.filter(|line| line.side == side && line.month < seen.month);
    let mut months: BTreeSet<Month> = BTreeSet::new();
    let mut before: FxHashMap<&str, Before<'_>> = FxHashMap::default();
    for line in lines {
        months.insert(line.month);
        let (key, name) = match kind {
            EntityKind::Client => (line.client, line.client_name),
            EntityKind::Sku => (line.sku, line.sku_name),
        };
        let one = before.entry(key).or_default();
        if one.months.insert(line.month) {
            one.clients.clear();
        }
        one.name = name;
        one.clients.insert(line.client);
    }
    let always: BTreeMap<&str, Before<'_>> = before
        .into_iter()
        .filter(|(_, one)| one.months == months)
        .filter(|(_, one)| kind == EntityKind::Client || LEAST_CLIENTS <= one.clients.len())
        .collect();
    let now = written_now(seen, side, kind);
    let of = always.len();
    let gone: Vec<_> = always
        .into_iter()
        .filter(|(key, one)| !now.contains(*key) && !now.contains(one.name))
        .collect();
    let n = gone.len();
    let doubt = |(key, one): (&str, Before<'_>)| {
        let (kind, client, sku) = match kind {
            EntityKind::Client => (DoubtKind::ClientMissing, Some(ClientKey(key.into())), None),
            EntityKind::Sku => (DoubtKind::ProductMissing, None, Some(SkuKey(key.into()))),
        };
        Doubt { client, sku, n, of, ..of_side(side, kind, file, one.name.to_owned()) }
    };
    gone.into_iter().map(doubt).collect()
}

/// Every key and name of a side, of rows that count, are left out or could not be read.
fn written_now<'a>(seen: &MonthSeen<'a>, side: Side, kind: EntityKind) -> FxHashSet<&'a str> {
    let mut now: FxHashSet<&str> = FxHashSet::default();
    for row in seen.rows.iter().filter(|row| row.side == side) {
        match kind {
            EntityKind::Client => now.extend([row.client.0.as_str(), row.client_name.as_str()]),
            EntityKind::Sku => now.extend([row.sku.0.as_str(), row.sku_name.as_str()]),
        }
    }
    for row in seen.rejected.iter().filter(|row| row.side == side) {
        match kind {
            EntityKind::Client => {
                now.extend(row.client.as_ref().map(|key| key.0.as_str()));
                now.extend(row.client_name.as_deref());
            }
            EntityKind::Sku => now.extend(row.sku.as_ref().map(|key| key.0.as_str())),
        }
    }
    now
}

/// Many lines that the month before had, gone on one side alone.
fn lines_missing(seen: &MonthSeen<'_>, side: Side, file: &CompactString) -> Option<Doubt> {
    let before = seen.before?;
    let gone = |side: Side| {
        let own = before.iter().filter(|line| line.key.side == side && line.quantity.is_positive());
        let of = own.clone().count();
        (own.filter(|line| !is_here(seen.lines, line)).count(), of)
    };
    let ((n, of), (n_other, _)) = (gone(side), gone(side.other()));
    let excess = n.saturating_sub(n_other);
    let is_much = LEAST_LINES <= excess && LEAST_SHARE * of as f64 <= excess as f64;
    let doubt = of_side(side, DoubtKind::LinesMissing, file, String::new());
    is_much.then_some(Doubt { n, of, ..doubt })
}

/// Whether this month has a line of the month before.
fn is_here(lines: &[Line], before: &Line) -> bool {
    let own = lines_of_client(lines, before.key.side, &before.key.client.0);
    own.iter().any(|line| line.key.sku == before.key.sku && line.quantity.is_positive())
}
