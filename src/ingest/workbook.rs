//! Workbooks → one table a sheet. Text stays text, so an id stored as text keeps its zeros.

use std::io::Cursor;

use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxError};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::cells::Cell;
use super::cells::dates::WrittenDate;
use super::error::IngestError;
use super::table::{RawRow, Table};

/// Most filled cells read from one workbook.
const MOST_CELLS: usize = 20_000_000;

/// Most bytes a workbook may unpack to. A small archive can unpack to any size.
const MOST_UNPACKED: u64 = 1 << 30;

/// The visible sheets of a workbook, in its order.
pub(super) fn tables(file: &str, bytes: &[u8]) -> Result<Vec<Table>, IngestError> {
    if unpacked_size(bytes).is_some_and(|size| size > MOST_UNPACKED) {
        return Err(IngestError::WorkbookTooLarge { file: file.to_owned() });
    }
    let wrong = |error: XlsxError| broken(file, &error);
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(wrong)?;
    let visible = workbook.sheets_metadata().iter().filter(|s| s.visible == SheetVisible::Visible);
    let sheets: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    let mut n_cells = 0;
    let mut tables = Vec::new();
    for sheet in sheets {
        // A chart sheet has no cells.
        let Ok(rows) = rows_of(&mut workbook, &sheet, &mut n_cells) else {
            if n_cells > MOST_CELLS {
                return Err(IngestError::WorkbookTooLarge { file: file.to_owned() });
            }
            return Err(IngestError::BrokenWorkbook {
                file: file.to_owned(),
                reason: format!("sheet {sheet:?} cannot be read"),
            });
        };
        tables.push(Table { sheet: Some(sheet), rows });
    }
    Ok(tables)
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
) -> Result<Vec<RawRow>, XlsxError> {
    let epoch_1904 = workbook.has_1904_epoch();
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    let mut rows: Vec<RawRow> = Vec::new();
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        let value = cell_of(cell.get_value(), epoch_1904);
        if value == Cell::Empty {
            continue;
        }
        *n_cells += 1;
        let column_idx = column as usize;
        if *n_cells > MOST_CELLS || column_idx >= super::delimited::MOST_COLUMNS {
            *n_cells = MOST_CELLS + 1;
            return Err(XlsxError::Unexpected("too many cells"));
        }
        let number = u64::from(row) + 1;
        if rows.last().is_none_or(|last| last.number != number) {
            rows.push(RawRow { number, cells: Vec::new() });
        }
        let cells = &mut rows.last_mut().expect("just pushed").cells;
        if cells.len() <= column_idx {
            cells.resize(column_idx + 1, Cell::Empty);
        }
        cells[column_idx] = value;
    }
    // A damaged sheet may store its rows out of order, or in two pieces.
    rows.sort_by_key(|row| row.number);
    Ok(rows)
}

fn cell_of(value: &DataRef, epoch_1904: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::Int(number) => Cell::Number(Decimal::from(*number)),
        DataRef::Float(number) => number_cell(*number),
        DataRef::Bool(answer) => Cell::Text(answer.to_string().into()),
        DataRef::DateTime(time) if time.is_datetime() => {
            day(time.as_f64(), epoch_1904).map_or_else(|| number_cell(time.as_f64()), Cell::Date)
        }
        DataRef::DateTime(time) => number_cell(time.as_f64()),
        DataRef::DateTimeIso(text) => match WrittenDate::of(text) {
            Some(WrittenDate::Known(date)) => Cell::Date(date),
            _ => Cell::of_text(text),
        },
        DataRef::DurationIso(text) => Cell::of_text(text),
        DataRef::Error(error) => Cell::Text(format!("{error}").into()),
    }
}

/// A float as its spreadsheet shows it: fifteen digits, so that `0.1 + 0.2` is `0.3`.
fn number_cell(number: f64) -> Cell {
    let shown = Decimal::from_scientific(&format!("{number:.14e}"));
    shown.map_or_else(
        |_| Cell::Text(number.to_string().into()),
        |decimal| Cell::Number(decimal.normalize()),
    )
}

fn day(serial: f64, epoch_1904: bool) -> Option<Date> {
    let epoch = if epoch_1904 { date(1904, 1, 1) } else { date(1899, 12, 30) };
    // Serials reach the year 9999; the range check makes the conversion exact.
    let days = serial.floor();
    if !(0.0..2_958_466.0).contains(&days) {
        return None;
    }
    epoch.checked_add((days as i64).days()).ok()
}

/// The unpacked size a zip archive declares in its directory; `None` where there is no directory.
fn unpacked_size(bytes: &[u8]) -> Option<u64> {
    let u16_at = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let mut at = usize::try_from(u32_at(end + 16)?).ok()?;
    let mut size = 0u64;
    for _ in 0..u16_at(end + 10)? {
        if u32_at(at)? != 0x0201_4b50 {
            return Some(size);
        }
        size = size.saturating_add(u64::from(u32_at(at + 24)?));
        let variable = [28, 30, 32].map(|offset| u16_at(at + offset).map(usize::from));
        at += 46 + variable[0]? + variable[1]? + variable[2]?;
    }
    Some(size)
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
        assert_eq!(day(46_265.75, false), Some(date(2026, 8, 31)));
        assert_eq!(day(46_265.0 - 1462.0, true), Some(date(2026, 8, 31)));
        assert_eq!(day(f64::INFINITY, false), None);
    }
}
