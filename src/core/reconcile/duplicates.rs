//! The same line twice on one side.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::domain::{ExportRow, Line, LineKind, Money, Quantity, Side};

/// Rows alike of one unit from which on each of them is taken for one user or one device.
const LEAST_OF_ONE: usize = 3;

/// The files that have a row for each user or device: rows that are alike, of one unit, say nothing there.
#[derive(Debug, Default)]
pub(super) struct RowsOfOne {
    files: BTreeSet<(Side, CompactString)>,
}

impl RowsOfOne {
    /// Those of a month's rows: in most of a file's whole-period rows one unit of one product stands for one
    /// client, again and again.
    pub(super) fn of(rows: &[ExportRow], lines: &[Line]) -> Self {
        let mut files: BTreeMap<(Side, &CompactString), [usize; 2]> = BTreeMap::new();
        for line in lines {
            let own = line.rows.iter().map(|&row_idx| &rows[row_idx]);
            // Most lines stand in one file.
            let mut of_line: Vec<(&CompactString, [usize; 2])> = Vec::new();
            for row in own.filter(|row| row.kind == LineKind::FullPeriod) {
                let file = &row.place.file;
                let position = of_line.iter().position(|(known, _)| *known == file);
                let position = position.unwrap_or_else(|| {
                    of_line.push((file, [0, 0]));
                    of_line.len() - 1
                });
                let counts = &mut of_line[position].1;
                counts[0] += usize::from(row.units().0 == Decimal::ONE);
                counts[1] += 1;
            }
            for (file, [of_one, all]) in of_line {
                let counts = files.entry((line.key.side, file)).or_default();
                counts[0] += if LEAST_OF_ONE <= of_one { of_one } else { 0 };
                counts[1] += all;
            }
        }
        let files = files.into_iter().filter(|(_, [of_one, all])| *all < 2 * of_one);
        Self { files: files.map(|((side, file), _)| (side, file.clone())).collect() }
    }

    fn has(&self, row: &ExportRow) -> bool {
        !self.files.is_empty() && self.files.contains(&(row.side, row.place.file.clone()))
    }
}

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
/// too, so what explains less than half of the surplus is not what is wrong; nor are rows of one unit in a file
/// that has one for each user or device, or where more than two are alike and some of them are right.
pub(super) fn duplicates_of(
    rows: &[ExportRow],
    row_idxs: &[usize],
    of_one: &RowsOfOne,
    drift: Quantity,
) -> Option<Duplicates> {
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let counts = |row: &ExportRow| {
        let is_one = row.units().0 == Decimal::ONE && of_one.has(row);
        row.kind == LineKind::FullPeriod && !is_one
    };
    for &row_idx in row_idxs.iter().filter(|&&row_idx| counts(&rows[row_idx])) {
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
        let n_extra = extra.count();
        let is_one_each = each == Decimal::ONE && n_extra + 1 < row_idxs.len();
        if n_extra == 0 || is_one_each {
            continue;
        }
        let n_extra = Decimal::from(n_extra);
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
