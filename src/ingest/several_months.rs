//! Files that hold several months, as lists of invoices do, and say so in a column of its own.

use std::collections::BTreeSet;

use compact_str::CompactString;

use super::cells::{Cell, folded};
use super::columns::Columns;
use super::fields::Field;
use super::series_file::MonthReader;
use super::table::RawRow;
use seatdrift_core::domain::{Exclusion, ExportRow, Month};

/// Headers of the month a row is for, folded.
const MONTHS: [&str; 10] = [
    "billingmonth",
    "billmonth",
    "invoicemonth",
    "servicemonth",
    "usagemonth",
    "chargemonth",
    "month",
    "billingperiod",
    "serviceperiod",
    "period",
];

/// Headers of the day a row was billed on, folded: it may lie before or after the month it is for.
const DAYS: [&str; 5] = ["invoicedate", "billingdate", "billdate", "transactiondate", "date"];

/// Sets aside the rows of other months, and says so, where most lines are there again in another month. A file
/// whose rows have periods says by those what they are for; a day alone tells months apart only where a line is
/// there once a month.
pub(super) fn leave_out_others(
    rows: &mut [ExportRow],
    (header, data): (&RawRow, &[&RawRow]),
    columns: &Columns,
    month: Month,
) -> Option<String> {
    if columns.has(Field::PeriodStart) || columns.has(Field::PeriodEnd) {
        return None;
    }
    let column = |names: &[&str]| {
        header.filled().find(|(_, cell)| names.contains(&folded(&cell.written()).as_str()))
    };
    let (by_month, by_day) = (column(&MONTHS), column(&DAYS));
    let (column_idx, written) = by_month.or(by_day)?;
    let months = months_of(data, column_idx)?;
    let of_row = |row: &ExportRow| {
        let at = data.binary_search_by_key(&row.place.row, |raw| raw.number).ok()?;
        months[at]
    };
    let other = |row: &ExportRow| of_row(row).is_some_and(|own| own != month);
    let lines = |is_other: bool| -> BTreeSet<(&CompactString, &CompactString)> {
        let own = rows.iter().filter(|row| other(row) == is_other);
        own.map(|row| (&row.client.0, &row.sku.0)).collect()
    };
    let (here, elsewhere) = (lines(false), lines(true));
    // What is charged in arrears stands beside the rest, and is not there again.
    let is_again = here.len() <= 2 * here.intersection(&elsewhere).count();
    // A line of every day is use, and a month of it may begin in another.
    let n_here = rows.iter().filter(|row| !other(row)).count();
    let is_once = by_month.is_some() || 2 * n_here <= 3 * here.len();
    if here.is_empty() || !is_again || !is_once {
        return None;
    }
    let others: Vec<usize> = (0..rows.len()).filter(|&row_idx| other(&rows[row_idx])).collect();
    for &row_idx in &others {
        rows[row_idx].exclusion.get_or_insert(Exclusion::OtherMonth);
    }
    Some(format!(
        "{} of {} rows are for other months than {month} by {}, and do not count",
        others.len(),
        rows.len(),
        written.written().trim()
    ))
}

/// The month of each row; `None` where a cell of the column names none, or may name two.
fn months_of(data: &[&RawRow], column_idx: usize) -> Option<Vec<Option<Month>>> {
    let cells = || data.iter().map(|row| row.cell(column_idx));
    let texts: Vec<CompactString> = cells().filter_map(Cell::text).collect();
    let mut reader = MonthReader::default();
    reader.decide(texts.iter().map(CompactString::as_str));
    let month = |cell: &Cell, reader: &mut MonthReader| match cell {
        Cell::Date(date) => Month::of(*date).map(Some),
        Cell::Empty => Some(None),
        cell => reader.month(&cell.text()?).ok().map(Some),
    };
    cells().map(|cell| month(cell, &mut reader)).collect()
}
