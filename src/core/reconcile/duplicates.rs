//! The same line twice on one side.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::domain::{ExportRow, LineKind, Money, Quantity};

/// Rows that repeat another row to the letter, and explain a surplus.
#[derive(Debug, Clone)]
pub(super) struct Duplicates {
    /// The units of the extra rows.
    pub units: Quantity,
    /// The money of the extra rows.
    pub amount: Money,
    /// The rows that are alike: the first and its repetitions.
    pub rows: Vec<usize>,
}

/// The repetitions among some rows of one side, where taking them out brings both sides nearer to each
/// other without turning the difference round.
///
/// Two rows are the same when everything they say is: units, price, term, dates, agreement; a first day may
/// differ by one, or have day and month swapped, as where dates were spoilt on the way. Two
/// subscriptions of equal size are two lines, not one twice. Seats that were added one by one look alike
/// too, so what explains less than half of the surplus is not what is wrong.
pub(super) fn duplicates_of(
    rows: &[ExportRow],
    row_idxs: &[usize],
    drift: Quantity,
) -> Option<Duplicates> {
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &row_idx in row_idxs.iter().filter(|&&row_idx| rows[row_idx].kind == LineKind::FullPeriod) {
        alike.entry(said_but_for_days(&rows[row_idx])).or_default().push(row_idx);
    }
    let mut left = drift.0.abs();
    let mut found: Option<Duplicates> = None;
    let alike = alike.into_values().flat_map(|alike| of_one_day(rows, alike));
    for row_idxs in alike.filter(|row_idxs| row_idxs.len() > 1) {
        let first = &rows[row_idxs[0]];
        let each = first.units().0;
        let extra = row_idxs.iter().skip(1).take_while(|_| {
            let explains = each > Decimal::ZERO && each <= left;
            if explains {
                left -= each;
            }
            explains
        });
        let n_extra = Decimal::from(extra.count());
        if n_extra.is_zero() {
            continue;
        }
        let amount = Money::new(first.monthly_amount().amount * n_extra, first.amount.currency);
        let units = Quantity(each * n_extra);
        found = Some(match found {
            None => Duplicates { units, amount, rows: row_idxs },
            Some(before) => Duplicates {
                units: before.units + units,
                amount: before.amount.checked_add(amount).unwrap_or(before.amount),
                rows: [before.rows, row_idxs].concat(),
            },
        });
    }
    found.filter(|found| drift.0.abs() <= found.units.0 * Decimal::TWO)
}

/// Rows that are alike but for their days, apart where these are days apart.
fn of_one_day(rows: &[ExportRow], alike: Vec<usize>) -> Vec<Vec<usize>> {
    let mut apart: Vec<Vec<usize>> = Vec::new();
    for row_idx in alike {
        let is_near = |own: &&mut Vec<usize>| {
            let (one, other) = (&rows[own[0]], &rows[row_idx]);
            let days = [(one.period_start, other.period_start), (one.period_end, other.period_end)];
            days.into_iter().all(|(one, other)| is_one_day(one, other))
        };
        match apart.iter_mut().find(is_near) {
            Some(own) => own.push(row_idx),
            None => apart.push(vec![row_idx]),
        }
    }
    apart
}

/// Whether two dates are one, one day apart, or one with day and month swapped.
fn is_one_day(one: Option<Date>, other: Option<Date>) -> bool {
    let Some((one, other)) = one.zip(other) else { return one == other };
    let swapped = Date::new(one.year(), one.day(), one.month());
    one == other
        || one.tomorrow().is_ok_and(|next| next == other)
        || other.tomorrow().is_ok_and(|next| next == one)
        || swapped.is_ok_and(|swapped| swapped == other)
}

/// Everything a row says, its place and its days left out.
fn said_but_for_days(row: &ExportRow) -> String {
    format!(
        "{:?}",
        (
            (&row.client, &row.sku, &row.sku_name, row.quantity.0.normalize()),
            (row.included.0.normalize(), row.unit, row.amount),
            (&row.term, &row.agreement, &row.charge_type, &row.reference),
        )
    )
}

/// Everything a row says, its place left out.
pub(super) fn said(row: &ExportRow) -> String {
    format!(
        "{:?}",
        (
            (&row.client, &row.sku, &row.sku_name, row.quantity.0.normalize()),
            (row.included.0.normalize(), row.unit, row.amount, row.period_start, row.period_end),
            (&row.term, &row.agreement, &row.charge_type, &row.reference),
        )
    )
}
