//! Every name of every key, for decisions that give either.

use rustc_hash::FxHashSet;

use crate::decisions::Names;
use crate::domain::{ExportRow, Side};
use crate::months::MonthlyLines;

/// Every key of both sides, and the names it was ever written as.
pub fn names_known<'a>(monthly: &'a MonthlyLines, rows: &'a [ExportRow]) -> Names {
    let named = || rows.iter().filter(|row| !row.client.0.is_empty());
    let client =
        |row: &'a ExportRow| -> Written<'a> { (row.side, &row.client.0, &row.client_name) };
    let sku = |row: &'a ExportRow| -> Written<'a> { (row.side, &row.sku.0, &row.sku_name) };
    let clients = each_once(monthly.clients(), named().map(client));
    let skus = each_once(monthly.skus(), named().map(sku));
    let mut names = Names::default();
    for (side, key, name) in clients {
        match side {
            Side::Vendor => names.vendor_clients.add(key, name),
            Side::Psa => names.psa_clients.add(key, name),
        }
    }
    for (side, key, name) in skus {
        match side {
            Side::Vendor => names.vendor_skus.add(key, name),
            Side::Psa => names.psa_skus.add(key, name),
        }
    }
    names
}

/// A side's key, and the name it was written as.
type Written<'a> = (Side, &'a str, &'a str);

/// What was written in the months before and now, each once and in order: a name comes back every month with
/// every line.
fn each_once<'a>(
    before: Vec<Written<'a>>,
    now: impl Iterator<Item = Written<'a>>,
) -> Vec<Written<'a>> {
    let all: FxHashSet<Written<'_>> = before.into_iter().chain(now).collect();
    let mut all: Vec<Written<'_>> = all.into_iter().collect();
    all.sort_unstable();
    all
}
