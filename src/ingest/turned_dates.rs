//! Dates that a spreadsheet of another country has turned round when the file was opened.
//!
//! `10/1/2026` becomes the 10th of January where days come first, and a date; `10/31/2026` is no date there and
//! stays text. So a file holds dates whose days are all small beside texts that can only be read the other
//! way.

use jiff::civil::Date;

use super::cells::Cell;
use super::cells::dates::{DateOrder, WrittenDate};
use super::columns::{Column, Columns};
use super::conventions::About;
use super::error::IngestError;
use super::fields::Field;
use super::periods::whole_months;
use super::table::RawRow;

/// The last day that can be taken for a month.
const LAST_MONTH: i8 = 12;

/// Of the dates, how many are firsts of months where they are read right, and where they are not.
const MOST: f64 = 0.75;
const FEW: f64 = 0.25;

/// A date with day and month the other way round; itself where that is none.
pub(super) fn back(date: Date) -> Date {
    Date::new(date.year(), date.day(), date.month()).unwrap_or(date)
}

/// What the date columns of a file hold.
#[derive(Default)]
struct Seen<'t> {
    /// Dates as such, with row and header.
    fixed: Vec<(Date, u64, &'t str)>,
    /// Texts that can be read in one order alone.
    texts: Vec<(DateOrder, u64, &'t str, &'t str)>,
    /// Whether a text could be read both ways: a spreadsheet would have taken it for a date.
    has_both_ways: bool,
}

/// Says that a file's dates were turned round, and how they are read; nothing where they were not.
///
/// # Errors
///
/// [`IngestError::MixedDates`] where the file does not tell.
pub(super) fn look(
    about: &About,
    rows: &[&RawRow],
    columns: &Columns,
) -> Result<Option<String>, IngestError> {
    if let Some(note) = periods_end_before_they_begin(rows, columns) {
        return Ok(Some(note));
    }
    let seen = seen(rows, columns);
    let (Some(&(order, row, column, text)), Some(&(date, date_row, date_column))) =
        (seen.texts.first(), seen.fixed.iter().find(|(date, ..)| back(*date) != *date))
    else {
        return Ok(None);
    };
    let is_one_order = seen.texts.iter().all(|(other, ..)| *other == order);
    let are_small = seen.fixed.iter().all(|(date, ..)| date.day() <= LAST_MONTH);
    if !is_one_order || !are_small || seen.has_both_ways {
        return Ok(None);
    }
    let telling = || seen.fixed.iter().map(|(date, ..)| *date).filter(|date| back(*date) != *date);
    let firsts = |date: &dyn Fn(Date) -> Date| {
        let n_firsts = telling().filter(|one| date(*one).day() == 1).count();
        n_firsts as f64 / telling().count().max(1) as f64
    };
    let (own, other) = (firsts(&|date| date), firsts(&back));
    let is_turned = match about.told.order {
        Some(told) => told == order,
        None if other >= MOST && own < FEW => true,
        None if own >= MOST && other < FEW => false,
        None => {
            return Err(IngestError::MixedDates {
                file: about.file.to_owned(),
                side: about.side,
                row,
                column: column.to_owned(),
                found: text.to_owned(),
                order: if order == DateOrder::Dmy { "dmy" } else { "mdy" },
                turned: date,
            });
        }
    };
    Ok(is_turned.then(|| {
        format!(
            "a spreadsheet has turned dates round, as {date} in {date_column} of row {date_row}, beside \
             texts such as {text} in {column}: it is read as {}",
            back(date)
        )
    }))
}

/// Says that dates were turned round where none stayed text: the periods of nearly all rows end before they
/// begin, and are whole ones the other way round.
fn periods_end_before_they_begin(rows: &[&RawRow], columns: &Columns) -> Option<String> {
    let (start, end) = (columns.get(Field::PeriodStart)?, columns.get(Field::PeriodEnd)?);
    let date_in = |row: &RawRow, column: &Column| match row.cell(column.idx) {
        Cell::Date(date) => Some(*date),
        _ => None,
    };
    let pairs: Vec<(u64, Date, Date)> = rows
        .iter()
        .filter_map(|row| Some((row.number, date_in(row, start)?, date_in(row, end)?)))
        .collect();
    let are_small = pairs.iter().all(|(_, start, end)| start.day().max(end.day()) <= LAST_MONTH);
    let share = |is: &dyn Fn(Date, Date) -> bool| {
        let n_such = pairs.iter().filter(|(_, start, end)| is(*start, *end)).count();
        n_such as f64 / pairs.len().max(1) as f64
    };
    let impossible = share(&|start, end| end < start);
    let whole = share(&|start, end| whole_months(back(start), back(end)).is_some());
    if !are_small || impossible < MOST || whole < MOST {
        return None;
    }
    let (row, first, last) = pairs.iter().find(|(_, start, end)| end < start)?;
    Some(format!(
        "a spreadsheet has turned dates round, as row {row} ends on {last} and begins on {first}: it is read \
         as {} to {}",
        back(*first),
        back(*last)
    ))
}

fn seen<'t>(rows: &[&'t RawRow], columns: &'t Columns) -> Seen<'t> {
    let mut seen = Seen::default();
    for (_, column) in columns.iter().filter(|(field, _)| field.is_date()) {
        let header = column.header.as_str();
        for row in rows {
            match row.cell(column.idx) {
                Cell::Date(date) => seen.fixed.push((*date, row.number, header)),
                Cell::Text(text) => match WrittenDate::of(text) {
                    Some(WrittenDate::Known(date)) if WrittenDate::is_iso(text) => {
                        seen.fixed.push((date, row.number, header));
                    }
                    Some(written) => match written.order() {
                        Some(order) => seen.texts.push((order, row.number, header, text.as_str())),
                        None => seen.has_both_ways |= written.is_ambiguous(),
                    },
                    None => {}
                },
                _ => {}
            }
        }
    }
    seen
}
