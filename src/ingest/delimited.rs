//! Text → a table, cut at commas, semicolons, tabs or bars.
//!
//! Rows are counted as a spreadsheet counts them: a blank line is a row, and a cell with line
//! breaks in quotes is one. A general CSV reader drops blank lines and counts lines, so every row
//! named after one would be named wrong.

use super::cells::Cell;
use super::error::IngestError;
use super::table::{RawRow, Table};

/// What separates cells, in the order they are tried.
pub(super) const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// Longest row, in bytes. A longer one is no export, or a quote that is never closed.
const LONGEST_ROW: usize = 1 << 20;

/// Longest cell, in characters: what a spreadsheet can hold.
pub(super) const LONGEST_CELL: usize = 32_767;

/// Most cells in a row: what a spreadsheet can hold.
pub(super) const MOST_COLUMNS: usize = 16_384;

/// How far into a file the delimiters are tried out.
const SAMPLE_BYTES: usize = 64 * 1024;

/// The rows at the beginning of a text: enough to choose the delimiter from. A row that cannot be
/// cut ends them; it is an error only once the delimiter is known.
pub(super) fn sample(file: &str, text: &str, delimiter: char) -> Table {
    let mut cutter = Cutter::new(file, delimiter);
    let mut n_bytes = 0;
    for c in text.chars() {
        n_bytes += c.len_utf8();
        if n_bytes > SAMPLE_BYTES || cutter.take(c).is_err() {
            break;
        }
    }
    if n_bytes <= SAMPLE_BYTES && cutter.state != State::Quoted && !cutter.cells.is_empty() {
        // What is left of a last row without a line end; one too long is left out.
        let _ = cutter.end_row();
    }
    Table { sheet: None, rows: cutter.rows }
}

/// Cuts a text into rows and cells.
pub(super) fn table(file: &str, text: &str, delimiter: char) -> Result<Table, IngestError> {
    let mut cutter = Cutter::new(file, delimiter);
    for c in text.chars() {
        cutter.take(c)?;
    }
    cutter.finish()
}

/// How many cells most rows have, times how many rows have so many: the delimiter that cuts a file
/// into the largest regular table scores highest.
pub(super) fn regularity(table: &Table) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    for row in table.rows.iter().filter(|row| row.cells.len() > 1) {
        *counts.entry(row.cells.len()).or_insert(0usize) += 1;
    }
    counts.iter().map(|(n_cells, n_rows)| (n_cells - 1) * n_rows).max().unwrap_or(0)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// After a quote inside quotes: the end of them, or the first half of a doubled quote.
    QuoteSeen,
}

struct Cutter<'a> {
    file: &'a str,
    delimiter: char,
    state: State,
    cell: String,
    cells: Vec<Cell>,
    rows: Vec<RawRow>,
    row_bytes: usize,
    after_return: bool,
}

impl<'a> Cutter<'a> {
    fn new(file: &'a str, delimiter: char) -> Self {
        Self {
            file,
            delimiter,
            state: State::CellStart,
            cell: String::new(),
            cells: Vec::new(),
            rows: Vec::new(),
            row_bytes: 0,
            after_return: false,
        }
    }

    fn take(&mut self, c: char) -> Result<(), IngestError> {
        self.row_bytes += c.len_utf8();
        if self.row_bytes > LONGEST_ROW {
            return Err(self.too_long());
        }
        let line_feed_of_pair = self.after_return && c == '\n';
        self.after_return = false;
        match (self.state, c) {
            (State::Quoted, '"') => self.state = State::QuoteSeen,
            (State::Quoted, c) => self.cell.push(c),
            (State::QuoteSeen, '"') => {
                self.cell.push('"');
                self.state = State::Quoted;
            }
            (State::CellStart, '"') => self.state = State::Quoted,
            (_, c) if c == self.delimiter => self.end_cell()?,
            (_, '\n') if line_feed_of_pair => self.row_bytes = 0,
            (_, '\n') => self.end_row()?,
            (_, '\r') => {
                self.end_row()?;
                self.after_return = true;
            }
            (_, c) => {
                self.cell.push(c);
                self.state = State::Plain;
            }
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), IngestError> {
        // A cell of n characters has at least n bytes, so most cells need no counting.
        if self.cell.len() > LONGEST_CELL && self.cell.chars().count() > LONGEST_CELL
            || self.cells.len() >= MOST_COLUMNS
        {
            return Err(self.too_long());
        }
        self.cells.push(Cell::of_text(&self.cell));
        self.cell.clear();
        self.state = State::CellStart;
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), IngestError> {
        self.end_cell()?;
        let number = self.row_number();
        self.rows.push(RawRow { number, cells: std::mem::take(&mut self.cells) });
        self.row_bytes = 0;
        Ok(())
    }

    fn finish(mut self) -> Result<Table, IngestError> {
        if self.state == State::Quoted {
            let (file, row) = (self.file.to_owned(), self.row_number());
            return Err(IngestError::UnclosedQuote { file, row });
        }
        if self.row_bytes > 0 || !self.cells.is_empty() {
            self.end_row()?;
        }
        Ok(Table { sheet: None, rows: self.rows })
    }

    fn row_number(&self) -> u64 {
        self.rows.len() as u64 + 1
    }

    fn too_long(&self) -> IngestError {
        let (file, row) = (self.file.to_owned(), self.row_number());
        if self.state == State::Quoted {
            return IngestError::UnclosedQuote { file, row };
        }
        IngestError::RowTooLong { file, row }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str, delimiter: char) -> Vec<(u64, Vec<String>)> {
        let table = table("a.csv", text, delimiter).unwrap();
        let cells = |row: &RawRow| row.cells.iter().map(|c| c.written().into_owned()).collect();
        table.rows.iter().map(|row| (row.number, cells(row))).collect()
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        let rows = cut("a,b\r\n\r\n\"two\r\nlines\",2\n\rlast", ',');
        let numbers: Vec<u64> = rows.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5]);
        assert_eq!(rows[2].1, ["two\r\nlines", "2"]);
        assert_eq!(rows[4].1, ["last"]);
    }

    #[test]
    fn quotes_hold_delimiters_and_quotes() {
        let rows = cut("\"a;b\";\"say \"\"hi\"\"\";5\" disk;\"x\"y\n", ';');
        assert_eq!(rows[0].1, ["a;b", "say \"hi\"", "5\" disk", "xy"]);
    }

    #[test]
    fn a_quote_never_closed_names_its_row() {
        let error = table("a.csv", "a,b\n1,\"2\n3,4\n", ',').unwrap_err();
        assert!(matches!(error, IngestError::UnclosedQuote { row: 2, .. }));
    }

    #[test]
    fn a_row_of_two_megabytes_is_refused() {
        let error = table("a.csv", &format!("a,b\n{}", "x".repeat(2 << 20)), ',').unwrap_err();
        assert!(matches!(error, IngestError::RowTooLong { row: 2, .. }));
        let error = table("a.csv", &format!("a,b\n{},", "x".repeat(40_000)), ',').unwrap_err();
        assert!(matches!(error, IngestError::RowTooLong { row: 2, .. }));
    }

    proptest! {
        #[test]
        fn what_a_csv_writer_writes_is_read_back(
            rows in prop::collection::vec(prop::collection::vec("[a-z,;\"\n\r ]{0,6}", 2..5), 1..6),
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read: Vec<Vec<String>> = cut(&text, ',').into_iter().map(|(_, cells)| cells).collect();
            let blank_is_empty = |cell: &String| if cell.trim().is_empty() { String::new() } else { cell.clone() };
            let written: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(blank_is_empty).collect()).collect();
            prop_assert_eq!(read, written);
        }
    }
}
