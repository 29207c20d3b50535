//! What a whole side leaves in doubt: clients, products and lines that the month before had, and sums that the
//! rows do not come to.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use rust_decimal::Decimal;
use rustc_hash::FxHashSet;

use super::MonthSeen;
use super::of_keys::{MONTHS_READ, lines_of_client};
use crate::domain::{
    ClientKey, Doubt, DoubtKind, EntityKind, ExportRow, Line, Place, Side, SkuKey, StatedTotal,
    Totals,
};
use crate::reconcile::{Tie, tie};

/// A product of fewer clients may well be given up.
const LEAST_CLIENTS: usize = 2;
/// Lines of the month before that must be gone beside those gone on the other side too, and their share.
const LEAST_LINES: usize = 5;
const LEAST_SHARE: f64 = 0.02;
/// Clients for whom one side alone has a product, where they are two in three of those who have it.
const LEAST_LINES_OF_PRODUCT: usize = 3;

pub(super) fn doubts(seen: &MonthSeen<'_>) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for side in [Side::Vendor, Side::Psa] {
        let files: BTreeSet<&CompactString> =
            seen.rows.iter().filter(|row| row.side == side).map(|row| &row.place.file).collect();
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
        if has_unknown_money(seen, stated) {
            return None;
        }
        let found = format!("a sum of {}", stated.total);
        let doubt = of_side(stated.side, DoubtKind::TotalGap, &stated.file.as_str().into(), found);
        Some(Doubt { amount: Some(gap), ..doubt })
    }));
    doubts
}

/// Whether a file has rows whose money nobody knows: they are told by themselves, and are the gap.
fn has_unknown_money(seen: &MonthSeen<'_>, stated: &StatedTotal) -> bool {
    let is_own = |side: Side, place: &Place| side == stated.side && place.file == stated.file;
    let is_free = |row: &&ExportRow| {
        row.unit.is_none() && row.amount.amount.is_zero() && row.quantity.is_positive()
    };
    let mut rows = seen.rows.iter().filter(|row| is_own(row.side, &row.place));
    let mut rejected = seen.rejected.iter().filter(|row| is_own(row.side, &row.at.place));
    rejected.any(|row| row.amount.is_none()) || rows.any(|row| is_free(&row))
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

/// A client of whom a side has no row at all, whatever the months before had.
pub(super) fn absent_client(side: Side, name: &str) -> Doubt {
    let doubt = of_side(side, DoubtKind::ClientMissing, &CompactString::default(), name.to_owned());
    Doubt { n: 0, of: 0, ..doubt }
}

/// A client or a product in the last month that is stored.
#[derive(Default)]
struct Before<'a> {
    name: &'a str,
    /// Who had it.
    clients: FxHashSet<&'a str>,
}

/// Those that the last month before had, and this one has not.
fn missing(seen: &MonthSeen<'_>, side: Side, kind: EntityKind, file: &CompactString) -> Vec<Doubt> {
    let from = seen.month.plus(-MONTHS_READ);
    let lines = seen.monthly.from(from).rev();
    let mut lines = lines.filter(|line| line.side == side && line.month < seen.month).peekable();
    let Some(month) = lines.peek().map(|line| line.month) else { return Vec::new() };
    let mut before: BTreeMap<&str, Before<'_>> = BTreeMap::new();
    for line in lines.take_while(|line| line.month == month) {
        let (key, name) = match kind {
            EntityKind::Client => (line.client, line.client_name),
            EntityKind::Sku => (line.sku, line.sku_name),
        };
        let one = before.entry(key).or_default();
        one.name = name;
        one.clients.insert(line.client);
    }
    before.retain(|_, one| kind == EntityKind::Client || LEAST_CLIENTS <= one.clients.len());
    let now = written_now(seen, side, kind);
    let of = before.len();
    let gone: Vec<_> = before
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
    let keys = || seen.lines.iter().map(|line| &line.key);
    let clients: FxHashSet<(Side, &str)> =
        keys().map(|key| (key.side, key.client.0.as_str())).collect();
    let skus: FxHashSet<(Side, &str)> = keys().map(|key| (key.side, key.sku.0.as_str())).collect();
    let gone = |side: Side| {
        let own = before.iter().filter(|line| line.key.side == side && line.quantity.is_positive());
        // A client or a product that is gone as a whole is told by itself.
        let own = own.filter(|line| clients.contains(&(side, line.key.client.0.as_str())));
        let own = own.filter(|line| skus.contains(&(side, line.key.sku.0.as_str())));
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

/// One product, as far as it is bought and billed for clients: units of each.
pub struct ProductUnits<'a> {
    /// The product's name.
    pub sku: &'a str,
    /// Units bought.
    pub bought: Decimal,
    /// Units billed.
    pub billed: Decimal,
}

/// Products that one side has for most clients and the other for few, by name.
pub fn mostly_missing<'a>(lines: impl Iterator<Item = ProductUnits<'a>>) -> Vec<Doubt> {
    /// Lines that both sides have, that only the vendor's books have, that only the PSA's have.
    #[derive(Default)]
    struct Sides {
        both: usize,
        only: [usize; 2],
    }
    let mut products: BTreeMap<&str, Sides> = BTreeMap::new();
    for line in lines {
        let own = products.entry(line.sku).or_default();
        match (line.bought.is_zero(), line.billed.is_zero()) {
            (false, false) => own.both += 1,
            (false, true) => own.only[0] += 1,
            (true, false) => own.only[1] += 1,
            (true, true) => {}
        }
    }
    let mut doubts = Vec::new();
    for (sku, Sides { both, only }) in products {
        for (side, n) in [(Side::Psa, only[0]), (Side::Vendor, only[1])] {
            if LEAST_LINES_OF_PRODUCT <= n && 2 * both <= n {
                let doubt =
                    of_side(side, DoubtKind::MostlyMissing, &CompactString::default(), sku.into());
                doubts.push(Doubt { sku: Some(SkuKey(sku.into())), n, of: both + n, ..doubt });
            }
        }
    }
    doubts
}
