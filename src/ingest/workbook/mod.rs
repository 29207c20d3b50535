//! Workbooks → one table a sheet. Text stays text, so an id stored as text keeps its zeros.

mod compound;
mod older;
mod sheet;

use std::io::Cursor;

use calamine::{DataRef, Dimensions, Reader, SheetVisible, Xlsx, XlsxError};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::archive::Book;
use super::caught::caught;
use super::cells::Cell;
use super::cells::dates::WrittenDate;
use super::error::IngestError;
use super::table::{Merged, Table};
use sheet::{MOST_SHEETS, Rows, TooMany};

/// The visible sheets of a workbook, in its order. Where a reader of others panics, the file is damaged.
pub(super) fn tables(file: &str, book: Book, bytes: &[u8]) -> Result<Vec<Table>, IngestError> {
    let read = caught(|| match book {
        Book::Xlsx => of_xlsx(file, bytes),
        Book::Xls | Book::Xlsb | Book::Ods => older::tables(file, book, bytes),
    });
    let reason = "its parts do not fit together".to_owned();
    read.unwrap_or_else(|| Err(IngestError::BrokenWorkbook { file: file.to_owned(), reason }))
}

fn of_xlsx(file: &str, bytes: &[u8]) -> Result<Vec<Table>, IngestError> {
    let mut workbook: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(file, &error))?;
    let visible = workbook.sheets_metadata().iter().filter(|s| s.visible == SheetVisible::Visible);
    let sheets: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    if sheets.len() > MOST_SHEETS {
        return Err(IngestError::WorkbookTooLarge { file: file.to_owned() });
    }
    let mut n_cells = 0;
    let mut tables = Vec::new();
    for sheet in sheets {
        let rows = match rows_of(&mut workbook, &sheet, &mut n_cells) {
            Ok(Ok(rows)) => rows,
            Ok(Err(TooMany)) => {
                return Err(IngestError::WorkbookTooLarge { file: file.to_owned() });
            }
            // A chart sheet has no cells.
            Err(_) => return Err(unreadable_sheet(file, &sheet)),
        };
        let merged = workbook.merge_cells_by_sheet_name(&sheet).unwrap_or_default();
        tables.push(rows.into_table(sheet, &merged));
    }
    Ok(tables)
}

fn unreadable_sheet(file: &str, sheet: &str) -> IngestError {
    IngestError::BrokenWorkbook {
        file: file.to_owned(),
        reason: format!("sheet {} cannot be read", seatdrift_core::domain::quoted(sheet)),
    }
}

fn broken(file: &str, error: &XlsxError) -> IngestError {
    let file = file.to_owned();
    match error {
        XlsxError::Password => IngestError::EncryptedWorkbook { file },
        error => IngestError::BrokenWorkbook { file, reason: error.to_string() },
    }
}

/// Reads a sheet cell by cell: a sheet that claims a million columns costs nothing.
fn rows_of(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    n_cells: &mut usize,
) -> Result<Result<Rows, TooMany>, XlsxError> {
    let epoch = Epoch::of_1904(workbook.has_1904_epoch());
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    let mut rows = Rows::default();
    while let Some(cell) = reader.next_cell_with_formula_metadata()? {
        let mut value = cell_of(&cell.value, epoch);
        if cell.formula.is_some() {
            rows.count_formula(cell.pos, &value);
            if matches!(cell.value, DataRef::Empty) {
                value = sheet::not_calculated();
            }
        }
        if rows.add(cell.pos, value, n_cells).is_err() {
            return Ok(Err(TooMany));
        }
    }
    Ok(Ok(rows))
}

/// The day a workbook counts from.
#[derive(Debug, Clone, Copy)]
struct Epoch(Date);

impl Epoch {
    fn of_1904(is_1904: bool) -> Self {
        Self(if is_1904 { date(1904, 1, 1) } else { date(1899, 12, 30) })
    }
}

fn cell_of(value: &DataRef, epoch: Epoch) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::Int(number) => Cell::Number(Decimal::from(*number)),
        DataRef::Float(number) => number_cell(*number),
        DataRef::Bool(answer) => Cell::Text(answer.to_string().into()),
        DataRef::DateTime(time) if time.is_datetime() => {
            moment(time.as_f64(), epoch).unwrap_or_else(|| number_cell(time.as_f64()))
        }
        DataRef::DateTime(time) => number_cell(time.as_f64()),
        DataRef::DateTimeIso(text) => match WrittenDate::of(text) {
            Some(WrittenDate::Known(date)) if !has_time(text) => Cell::Date(date),
            _ => Cell::of_text(text),
        },
        DataRef::DurationIso(text) => Cell::of_text(text),
        DataRef::Error(error) => Cell::Fault(error.to_string().into()),
    }
}

fn has_time(text: &str) -> bool {
    let time = text.split_once(['T', ' ']).map_or("", |(_, time)| time);
    time.bytes().any(|byte| (b'1'..=b'9').contains(&byte))
}

/// A float as its spreadsheet shows it: fifteen digits, so that `0.1 + 0.2` is `0.3`.
fn number_cell(number: f64) -> Cell {
    let shown = Decimal::from_scientific(&format!("{number:.14e}"));
    shown.map_or_else(
        |_| Cell::Text(number.to_string().into()),
        |decimal| Cell::Number(decimal.normalize()),
    )
}

/// A day, or text with the time of it where it is not its midnight.
fn moment(serial: f64, epoch: Epoch) -> Option<Cell> {
    const MINUTES: f64 = 24.0 * 60.0;
    let day = day(serial, epoch)?;
    let minutes = ((serial - serial.floor()) * MINUTES).round();
    if minutes < 1.0 {
        return Some(Cell::Date(day));
    }
    if minutes >= MINUTES {
        return day.tomorrow().ok().map(Cell::Date);
    }
    let minutes = minutes as u32;
    Some(Cell::Text(format!("{day}T{:02}:{:02}:00", minutes / 60, minutes % 60).into()))
}

fn day(serial: f64, Epoch(epoch): Epoch) -> Option<Date> {
    // Serials reach the year 9999; the range check makes the conversion exact.
    let days = serial.floor();
    if !(0.0..2_958_466.0).contains(&days) {
        return None;
    }
    epoch.checked_add((days as i64).days()).ok()
}

/// A range of merged cells as a table counts them.
fn merged(range: &Dimensions) -> Merged {
    Merged {
        rows: (u64::from(range.start.0) + 1, u64::from(range.end.0) + 1),
        columns: (range.start.1 as usize, range.end.1 as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_is_what_its_spreadsheet_shows() {
        assert_eq!(number_cell(0.1 + 0.2), Cell::Number("0.3".parse().unwrap()));
        assert_eq!(number_cell(22.55), Cell::Number("22.55".parse().unwrap()));
        assert_eq!(number_cell(-9501.25), Cell::Number("-9501.25".parse().unwrap()));
        assert_eq!(number_cell(f64::NAN), Cell::Text("NaN".into()));
    }

    #[test]
    fn both_epochs_give_the_day() {
        let epoch = Epoch::of_1904;
        assert_eq!(day(46_265.75, epoch(false)), Some(date(2026, 8, 31)));
        assert_eq!(day(46_265.0 - 1462.0, epoch(true)), Some(date(2026, 8, 31)));
        assert_eq!(day(f64::INFINITY, epoch(false)), None);
    }

    #[test]
    fn a_time_of_the_day_is_kept() {
        let epoch = Epoch::of_1904(false);
        assert_eq!(moment(46_265.0, epoch), Some(Cell::Date(date(2026, 8, 31))));
        assert_eq!(moment(46_264.999_999_9, epoch), Some(Cell::Date(date(2026, 8, 31))));
        let evening = Cell::Text("2026-08-31T23:00:00".into());
        assert_eq!(moment(46_265.0 + 23.0 / 24.0, epoch), Some(evening));
    }
}
