//! CSV → rows.

use super::columns::{Column, Columns};
use super::error::SeriesFileError;
use super::lines::{Row, SeriesLines};
use super::months::{A_MONTH, MonthReader, Unread};
use super::values::{A_NUMBER, number, trimmed};
use crate::delimited::{DELIMITERS, line_of};

/// Reads a CSV with a header.
pub(super) fn read<'f>(file: &'f str, text: &str) -> Result<SeriesLines<'f>, SeriesFileError> {
    let mut reader = reader(text);
    let mut record = csv::StringRecord::new();
    let names: Vec<String> = match next(&mut reader, &mut record) {
        true => record.iter().map(|name| name.trim().to_owned()).collect(),
        false => return Err(SeriesFileError::Empty { file: file.to_owned() }),
    };
    let columns = Columns::found(file, &names)?;
    let mut rows =
        Rows { file, text, columns, n_columns: names.len(), months: MonthReader::default() };
    let mut lines = SeriesLines::new(file, columns);
    while next(&mut reader, &mut record) {
        let number = line_of(&record, text);
        let row = rows.understood(&record, number)?;
        lines.add(&row, number)?;
    }
    if rows.months.reads_the_day_after() {
        lines.note_evenings();
    }
    Ok(lines)
}

struct Rows<'a> {
    file: &'a str,
    text: &'a str,
    columns: Columns,
    n_columns: usize,
    months: MonthReader,
}

impl Rows<'_> {
    fn understood<'r>(
        &mut self,
        record: &'r csv::StringRecord,
        row: u64,
    ) -> Result<Row<'r>, SeriesFileError> {
        if self.n_columns < record.len() {
            return Err(SeriesFileError::TooManyCells {
                file: self.file.to_owned(),
                row,
                expected: self.n_columns,
                found: record.len(),
            });
        }
        let cell = |column| {
            let position = self.columns.position(column);
            position.and_then(|position| record.get(position)).unwrap_or_default()
        };
        let wrong = |column: Column, expected| {
            let found = cell(column).chars().take(80).collect();
            let (file, column) = (self.file.to_owned(), column.word());
            SeriesFileError::Cell { file, row, column, expected, found }
        };
        let value = |column| number(cell(column)).ok_or_else(|| wrong(column, A_NUMBER));
        let understood = Row {
            id: trimmed(cell(Column::SeriesId)),
            month: seatdrift_core::domain::Month::new(1900, 1).expect("the first month there is"),
            quantity: value(Column::Quantity)?,
            billed: value(Column::BilledQuantity)?,
            price: value(Column::UnitPrice)?,
            client: trimmed(cell(Column::Client)),
            sku: trimmed(cell(Column::Sku)),
        };
        if understood.id.is_empty() {
            return Err(wrong(Column::SeriesId, "the id of a series"));
        }
        let text = cell(Column::Month);
        let month = match self.months.month(text) {
            Err(Unread::EitherWay | Unread::Evening) => {
                self.decide();
                self.months.month(text)
            }
            other => other,
        };
        match month {
            Ok(month) => Ok(Row { month, ..understood }),
            Err(Unread::NoMonth | Unread::Evening) => {
                let (file, column) = (self.file.to_owned(), Column::Month.word());
                let found = text.chars().take(80).collect();
                Err(SeriesFileError::Cell { file, row, column, expected: A_MONTH, found })
            }
            Err(Unread::EitherWay) => Err(SeriesFileError::UndecidableMonth {
                file: self.file.to_owned(),
                row,
                found: text.chars().take(80).collect(),
            }),
        }
    }

    /// Asks the whole file how it writes its months.
    fn decide(&mut self) {
        let position = self.columns.position(Column::Month).unwrap_or_default();
        let mut reader = reader(self.text);
        let records = reader.records().skip(1).filter_map(Result::ok);
        let texts: std::collections::BTreeSet<String> =
            records.filter_map(|record| Some(record.get(position)?.to_owned())).collect();
        self.months.decide(texts.iter().map(String::as_str));
    }
}

/// A reader whose cells are cut at what cuts the header into most cells.
fn reader(text: &str) -> csv::Reader<&[u8]> {
    let header = text.lines().next().unwrap_or_default();
    // The first of equally good ones is the one tried first.
    let n_cells = |delimiter: &char| header.matches(*delimiter).count();
    let delimiter = DELIMITERS.into_iter().rev().max_by_key(n_cells).unwrap_or(',');
    let delimiter = u8::try_from(delimiter).expect("delimiters are ASCII");
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// Reads the next record. Text in memory that is UTF-8 cannot fail.
fn next(reader: &mut csv::Reader<&[u8]>, record: &mut csv::StringRecord) -> bool {
    matches!(reader.read_record(record), Ok(true))
}
