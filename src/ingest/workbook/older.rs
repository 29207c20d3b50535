//! Workbooks of other kinds than XLSX: of Excel 2003 and before, binary ones, and those of LibreOffice.
//!
//! Their readers trust what they read more than that of XLSX does.

use std::io::Cursor;

use calamine::{
    Data, DataRef, Dimensions, Ods, OdsError, Range, Reader, SheetVisible, Xls, XlsError,
};
use calamine::{Xlsb, XlsbError};

use super::compound::Harmless;
use super::sheet::{MOST_CELLS, MOST_SHEETS, Rows, TooMany};
use super::{Epoch, cell_of, unreadable_sheet};
use crate::archive::Book;
use crate::error::IngestError;
use crate::table::Table;

type Bytes<'b> = Cursor<&'b [u8]>;

/// The visible sheets, in the workbook's order.
pub(super) fn tables(file: &str, book: Book, bytes: &[u8]) -> Result<Vec<Table>, IngestError> {
    match book {
        Book::Xlsb => of_xlsb(file, bytes),
        Book::Ods => of_ods(file, bytes),
        Book::Xls | Book::Xlsx => of_xls(file, bytes),
    }
}

fn of_xls(file: &str, bytes: &[u8]) -> Result<Vec<Table>, IngestError> {
    let name = || file.to_owned();
    // A workbook with a password that is as new as XLSX lies in a compound file too.
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(locked.len()).any(|window| window == locked) {
        return Err(IngestError::EncryptedWorkbook { file: name() });
    }
    let broken = || IngestError::CompoundFile { file: name() };
    let harmless = Harmless::of(bytes).ok_or_else(broken)?;
    if harmless.n_cells > MOST_CELLS as u64 {
        return Err(too_large(file));
    }
    let written = harmless.written().map_err(|_| broken())?;
    let mut workbook: Xls<Bytes> =
        Xls::new(Cursor::new(&written[..])).map_err(|error| match error {
            XlsError::Password => IngestError::EncryptedWorkbook { file: name() },
            _ => broken(),
        })?;
    let epoch = Epoch::of_1904(workbook.has_1904_epoch());
    let mut tables = Vec::new();
    let mut n_cells = 0;
    for sheet in visible(file, &workbook)? {
        let range = workbook.worksheet_range(&sheet);
        let range = range.map_err(|_| unreadable_sheet(file, &sheet))?;
        let merged = workbook.merge_cells_by_sheet_name(&sheet).unwrap_or_default();
        tables.push(of_range(file, (sheet, &range), &merged, (epoch, &mut n_cells))?);
    }
    Ok(tables)
}

fn of_ods(file: &str, bytes: &[u8]) -> Result<Vec<Table>, IngestError> {
    let name = || file.to_owned();
    let mut workbook: Ods<Bytes> = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
        OdsError::Password => IngestError::EncryptedWorkbook { file: name() },
        OdsError::CellLimitExceeded { .. } => IngestError::WorkbookTooLarge { file: name() },
        error => IngestError::BrokenWorkbook { file: name(), reason: error.to_string() },
    })?;
    let mut tables = Vec::new();
    let mut n_cells = 0;
    for sheet in visible(file, &workbook)? {
        let range = workbook.worksheet_range(&sheet);
        let range = range.map_err(|_| unreadable_sheet(file, &sheet))?;
        let epoch = Epoch::of_1904(false);
        tables.push(of_range(file, (sheet, &range), &[], (epoch, &mut n_cells))?);
    }
    Ok(tables)
}

fn of_xlsb(file: &str, bytes: &[u8]) -> Result<Vec<Table>, IngestError> {
    let name = || file.to_owned();
    let mut workbook: Xlsb<Bytes> = Xlsb::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsbError::Password => IngestError::EncryptedWorkbook { file: name() },
        error => IngestError::BrokenWorkbook { file: name(), reason: error.to_string() },
    })?;
    let epoch = Epoch::of_1904(workbook.has_1904_epoch());
    let mut tables = Vec::new();
    let mut n_cells = 0;
    for sheet in visible(file, &workbook)? {
        let wrong = |_| unreadable_sheet(file, &sheet);
        let mut reader = workbook.worksheet_cells_reader(&sheet).map_err(wrong)?;
        let mut rows = Rows::default();
        while let Some(cell) = reader.next_cell().map_err(wrong)? {
            let value = cell_of(cell.get_value(), epoch);
            rows.add(cell.get_position(), value, &mut n_cells).map_err(|_| too_large(file))?;
        }
        tables.push(rows.into_table(sheet, &[]));
    }
    Ok(tables)
}

fn visible<'b, R: Reader<Bytes<'b>>>(file: &str, workbook: &R) -> Result<Vec<String>, IngestError> {
    let sheets = workbook.sheets_metadata().iter();
    let visible = sheets.filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    if names.len() > MOST_SHEETS { Err(too_large(file)) } else { Ok(names) }
}

fn of_range(
    file: &str,
    (sheet, range): (String, &Range<Data>),
    merged: &[Dimensions],
    (epoch, n_cells): (Epoch, &mut usize),
) -> Result<Table, IngestError> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut rows = Rows::default();
    let add = |(row, column, value): (usize, usize, &Data)| -> Result<(), TooMany> {
        let position = (first_row + row as u32, first_column + column as u32);
        rows.add(position, cell_of(&borrowed(value), epoch), n_cells)
    };
    range.used_cells().try_for_each(add).map_err(|_| too_large(file))?;
    Ok(rows.into_table(sheet, merged))
}

/// A cell of a range as readers give cells one by one.
fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Empty => DataRef::Empty,
        Data::String(text) => DataRef::SharedString(text),
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::Bool(answer) => DataRef::Bool(*answer),
        Data::DateTime(time) => DataRef::DateTime(*time),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
    }
}

fn too_large(file: &str) -> IngestError {
    IngestError::WorkbookTooLarge { file: file.to_owned() }
}
