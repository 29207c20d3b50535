//! Contracts that ended in the PSA, with the lines they ended.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::domain::{ClientKey, Currency, Exclusion, ExportRow, Line, Side, SkuKey};

/// A contract or an agreement of one client of which nothing is billed any more.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::score) struct EndedContract {
    /// Its client.
    pub client: ClientKey,
    /// As written.
    pub agreement: String,
    /// The lines it ended: what is billed under another contract is none of them.
    pub lines: BTreeMap<SkuKey, EndedLine>,
}

/// A line that is billed no more.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::score) struct EndedLine {
    pub name: String,
    pub units: Decimal,
    pub money: Decimal,
    pub currency: Currency,
}

/// Contracts that are no longer there at once, more than those that are, from which on an export is missing.
const FEWEST_AT_ONCE: usize = 4;

/// Client and agreement, as written.
type Contract<'a> = (&'a str, &'a str);

/// The contracts of which the month before had lines, or this month has ended ones, and nothing is billed
/// now; by client and agreement.
pub(in crate::score) fn ended_contracts(
    rows: &[ExportRow],
    before: &[ExportRow],
    lines_before: &[Line],
) -> Vec<EndedContract> {
    let mut runs: BTreeSet<Contract<'_>> = BTreeSet::new();
    let mut billed: BTreeSet<(&str, &str)> = BTreeSet::new();
    for row in rows.iter().filter(|row| row.side == Side::Psa && !has_ended(row)) {
        billed.insert((&row.client.0, &row.sku.0));
        runs.extend(contract(row));
    }
    let mut ended: BTreeMap<Contract<'_>, EndedContract> = BTreeMap::new();
    // What the month before says of a line comes first: it is what was billed last.
    let was_billed =
        lines_before.iter().filter(|line| line.key.side == Side::Psa).flat_map(|line| {
            let of =
                |row_idx: &usize| (&before[*row_idx], line.quantity.0, line.monthly_amount.amount);
            line.rows.iter().map(of)
        });
    let is_over = rows
        .iter()
        .filter(|row| row.side == Side::Psa && has_ended(row))
        .map(|row| (row, row.quantity.0, row.amount.amount));
    for (row, units, money) in was_billed.chain(is_over) {
        let Some(key) = contract(row).filter(|key| !runs.contains(key)) else { continue };
        if billed.contains(&(row.client.0.as_str(), row.sku.0.as_str())) {
            continue;
        }
        let own = ended.entry(key).or_insert_with(|| EndedContract {
            client: row.client.clone(),
            agreement: key.1.to_owned(),
            lines: BTreeMap::new(),
        });
        own.lines.entry(row.sku.clone()).or_insert_with(|| ended_line(row, units, money));
    }
    // So many at once did not end: an export is missing.
    let n_running = runs.len();
    let is_export = FEWEST_AT_ONCE <= ended.len() && n_running < ended.len();
    if is_export { Vec::new() } else { ended.into_values().collect() }
}

fn contract(row: &ExportRow) -> Option<Contract<'_>> {
    let agreement = row.agreement.as_deref().filter(|text| !text.trim().is_empty())?;
    Some((&row.client.0, agreement))
}

/// Whether a row says that it is over, and not that somebody chose to give it away.
fn has_ended(row: &ExportRow) -> bool {
    matches!(row.exclusion, Some(Exclusion::NoLongerInForce | Exclusion::AgreementInactive))
}

fn ended_line(row: &ExportRow, units: Decimal, money: Decimal) -> EndedLine {
    EndedLine {
        name: row.sku_name.to_string(),
        units: units.normalize(),
        money,
        currency: row.amount.currency,
    }
}
