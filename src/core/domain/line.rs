//! A line: one client × one SKU on one side in one month, summed from its rows.

use std::cmp::Ordering;

use compact_str::CompactString;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::{ClientKey, Currency, ExportRow, LineKind, Money, Quantity, Side, SkuKey};

/// What makes a line one line. A client billed one SKU in two currencies has two lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineKey {
    /// Which books.
    pub side: Side,
    /// The client's key on that side.
    pub client: ClientKey,
    /// The SKU's key on that side.
    pub sku: SkuKey,
    /// The currency of its money.
    pub currency: Currency,
}

impl LineKey {
    /// The line a row belongs to.
    pub fn of(row: &ExportRow) -> Self {
        Self {
            side: row.side,
            client: row.client.clone(),
            sku: row.sku.clone(),
            currency: row.amount.currency,
        }
    }
}

/// One client × one SKU on one side in one month.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What makes it one line.
    pub key: LineKey,
    /// The client's name as first written.
    pub client_name: CompactString,
    /// The SKU's name as first written.
    pub sku_name: CompactString,
    /// Bought or billed: the units of the full period, in force on the last day of the month.
    pub quantity: Quantity,
    /// One unit for one month: the quantity-weighted mean of its rows' units.
    pub unit: Option<Money>,
    /// Money of the rows that count units.
    pub full_amount: Money,
    /// The same for one month: what is charged for a year counts a twelfth.
    pub monthly_amount: Money,
    /// Money of the other rows: prorations, credits, one-offs.
    pub other_amount: Money,
    /// Compared rows, as positions in the rows it was summed from, in their order.
    pub rows: Vec<usize>,
    /// Excluded rows, likewise.
    pub excluded_rows: Vec<usize>,
}

impl Line {
    /// Whether at least one of its rows is compared.
    pub fn is_compared(&self) -> bool {
        !self.rows.is_empty()
    }
}

/// Sums rows into lines, ordered by key. Excluded rows are listed with their line and add nothing.
/// Rows that name no client make no line.
pub fn lines_of(rows: &[ExportRow]) -> Vec<Line> {
    let mut named: Vec<usize> =
        (0..rows.len()).filter(|&row_idx| !rows[row_idx].client.0.is_empty()).collect();
    // The rows of a line stay in their order.
    named.par_sort_by(|&one, &other| by_line(&rows[one], &rows[other]));
    let is_one_line = |one: &usize, other: &usize| by_line(&rows[*one], &rows[*other]).is_eq();
    let groups: Vec<&[usize]> = named.chunk_by(is_one_line).collect();
    groups
        .into_par_iter()
        .map(|row_idxs| line_of(LineKey::of(&rows[row_idxs[0]]), row_idxs, rows))
        .collect()
}

/// The order of the keys of two rows' lines.
pub fn by_line(one: &ExportRow, other: &ExportRow) -> Ordering {
    fn key(row: &ExportRow) -> (Side, &ClientKey, &SkuKey, Currency) {
        (row.side, &row.client, &row.sku, row.amount.currency)
    }
    key(one).cmp(&key(other))
}

fn line_of(key: LineKey, row_idxs: &[usize], all: &[ExportRow]) -> Line {
    let (rows, excluded_rows): (Vec<usize>, Vec<usize>) =
        row_idxs.iter().partition(|&&row_idx| all[row_idx].is_compared());
    let counted = |row: &&ExportRow| matches!(row.kind, LineKind::FullPeriod | LineKind::Usage);
    let money = |rows: Vec<&ExportRow>| {
        Money::new(rows.iter().map(|row| row.amount.amount).sum(), key.currency)
    };
    let (full, other): (Vec<&ExportRow>, Vec<&ExportRow>) =
        rows.iter().map(|&row_idx| &all[row_idx]).partition(counted);
    let first = &all[row_idxs[0]];
    let is_metered = !full.is_empty() && full.iter().all(|row| row.format.is_metered);
    let month_of_use = money(full.clone());
    let quantity = match is_metered {
        true => Quantity(Decimal::ONE),
        false => full.iter().map(|row| row.units()).sum(),
    };
    Line {
        client_name: first.client_name.clone(),
        sku_name: first.sku_name.clone(),
        quantity,
        unit: if is_metered { Some(month_of_use) } else { mean_unit(&full) },
        monthly_amount: Money::new(
            full.iter().map(|row| row.monthly_amount().amount).sum(),
            key.currency,
        ),
        full_amount: month_of_use,
        other_amount: money(other),
        rows,
        excluded_rows,
        key,
    }
}

/// The quantity-weighted mean of the rows' unit prices; the first one where no row counts units.
fn mean_unit(rows: &[&ExportRow]) -> Option<Money> {
    let priced = || rows.iter().filter_map(|row| Some((row.units().0, row.unit?)));
    let (_, first) = priced().next()?;
    if priced().all(|(_, unit)| unit.amount == first.amount) {
        return Some(first);
    }
    let weight: Decimal = priced().map(|(units, _)| units).sum();
    if weight.is_zero() {
        return Some(first);
    }
    let total: Decimal = priced().map(|(units, unit)| units * unit.amount).sum();
    Some(Money::new(total / weight, first.currency))
}
