//! Text → a table, cut at commas, semicolons, tabs or bars.
//!
//! Rows are counted as a spreadsheet counts them: a blank line is a row, and a cell with line
//! breaks in quotes is one. The reader underneath passes over blank lines and counts lines, so the
//! blank ones are put back from what stands between its records.

use std::cell::Cell as Shared;
use std::collections::BTreeMap;
use std::io::{self, Read};

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

/// Most cells of a file.
const MOST_CELLS: usize = 20_000_000;

/// How far into a file the delimiters are tried out.
const SAMPLE_BYTES: usize = 64 * 1024;

/// The rows at the beginning of a text: enough to choose the delimiter from. A row that cannot be
/// cut ends them; it is an error only once the delimiter is known.
pub(super) fn sample(file: &str, text: &str, delimiter: char) -> Table {
    let beginning = &text[..text.floor_char_boundary(SAMPLE_BYTES)];
    let mut cutter = Cutter::new(file, beginning, delimiter);
    while let Ok(Cut::Row) = cutter.cut_row() {}
    // The last row may go on behind the sample, and an open quote may have swallowed rows.
    if beginning.len() < text.len() || is_open(cutter.last_row(), delimiter) {
        cutter.rows.pop();
    }
    Table::of_text(unwrapped(cutter.rows, delimiter))
}

/// Cuts a text into rows and cells.
pub(super) fn table(file: &str, text: &str, delimiter: char) -> Result<Table, IngestError> {
    let mut cutter = Cutter::new(file, text, delimiter);
    while let Cut::Row = cutter.cut_row()? {}
    if is_open(cutter.last_row(), delimiter) {
        return Err(IngestError::UnclosedQuote { file: file.to_owned(), row: cutter.last_number });
    }
    Ok(Table::of_text(unwrapped(cutter.rows, delimiter)))
}

/// Fewest cells of a row that can have been wrapped: a client, a product, a number.
const FEWEST_WRAPPED: usize = 3;

/// Takes rows apart that stand in quotes as a whole, as a spreadsheet writes them whose cells are cut at
/// another character: `"a,""b"",c"`. Only a row with as many cells as the others have was one.
fn unwrapped(mut rows: Vec<RawRow>, delimiter: char) -> Vec<RawRow> {
    let whole = |row: &RawRow| match row.cells.as_slice() {
        [Cell::Text(text)] if text.contains(delimiter) => Some(text.clone()),
        _ => None,
    };
    let cut = |text: &str| -> Option<Vec<Cell>> {
        // Empty cells behind the whole were cut at the other character.
        let text = text.trim_end_matches(|c| c != delimiter && DELIMITERS.contains(&c));
        let mut records = reader(delimiter).from_reader(text.as_bytes()).into_records();
        let record = records.next()?.ok()?;
        (record.len() >= FEWEST_WRAPPED).then(|| record.iter().map(Cell::of_text).collect())
    };
    let wrapped: Vec<(usize, Vec<Cell>)> = rows
        .iter()
        .enumerate()
        .filter_map(|(row_idx, row)| Some((row_idx, cut(&whole(row)?)?)))
        .collect();
    if wrapped.is_empty() {
        return rows;
    }
    let of_others =
        rows.iter().filter(|row| row.cells.len() >= FEWEST_WRAPPED && whole(row).is_none());
    let lengths = of_others.map(|row| row.cells.len()).chain(wrapped.iter().map(|(_, c)| c.len()));
    let usual = most_common(lengths);
    for (row_idx, cells) in wrapped.into_iter().filter(|(_, cells)| Some(cells.len()) == usual) {
        rows[row_idx].cells = cells;
    }
    rows
}

/// The number that comes most often; of equals the largest.
fn most_common(numbers: impl Iterator<Item = usize>) -> Option<usize> {
    let mut counts = BTreeMap::new();
    numbers.for_each(|number| *counts.entry(number).or_insert(0usize) += 1);
    counts.into_iter().max_by_key(|(number, count)| (*count, *number)).map(|(number, _)| number)
}

/// How many cells most rows have, times how many rows have so many: the delimiter that cuts a file
/// into the largest regular table scores highest.
pub(super) fn regularity(table: &Table) -> usize {
    let mut counts = BTreeMap::new();
    for row in table.rows.iter().filter(|row| row.cells.len() > 1) {
        *counts.entry(row.cells.len()).or_insert(0usize) += 1;
    }
    counts.iter().map(|(n_cells, n_rows)| (n_cells - 1) * n_rows).max().unwrap_or(0)
}

/// What came next in a text.
enum Cut {
    Row,
    End,
}

struct Cutter<'a> {
    file: &'a str,
    text: &'a str,
    delimiter: char,
    reader: csv::Reader<Doled<'a>>,
    record: csv::StringRecord,
    rows: Vec<RawRow>,
    n_cells: usize,
    /// Where the last row begins that was not blank, in bytes, and its number.
    last_start: usize,
    last_number: u64,
}

impl<'a> Cutter<'a> {
    fn new(file: &'a str, text: &'a str, delimiter: char) -> Self {
        let doled = Doled { rest: text.as_bytes(), n_given: 0, may_give: Shared::new(0) };
        Self {
            file,
            text,
            delimiter,
            reader: reader(delimiter).from_reader(doled),
            record: csv::StringRecord::new(),
            rows: Vec::new(),
            n_cells: 0,
            last_start: 0,
            last_number: 1,
        }
    }

    fn cut_row(&mut self) -> Result<Cut, IngestError> {
        let start = self.blank_rows();
        if start == self.text.len() {
            return Ok(Cut::End);
        }
        (self.last_start, self.last_number) = (start, self.rows.len() as u64 + 1);
        self.reader.get_ref().may_give.set(start + LONGEST_ROW);
        // Text in memory fails for one reason: the row needs more bytes than it may have.
        match self.reader.read_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Ok(Cut::End),
            Err(_) => return Err(self.too_long()),
        }
        // A cell of n characters has at least n bytes, so most cells need no counting.
        let is_too_long =
            |cell: &str| cell.len() > LONGEST_CELL && cell.chars().count() > LONGEST_CELL;
        if self.record.len() > MOST_COLUMNS || self.record.iter().any(is_too_long) {
            return Err(self.too_long());
        }
        self.n_cells += self.record.len();
        if self.n_cells > MOST_CELLS {
            let (file, row) = (self.file.to_owned(), self.last_number);
            return Err(IngestError::TooManyCells {
                file,
                row,
                limit_million: MOST_CELLS / 1_000_000,
            });
        }
        let cells = self.record.iter().map(Cell::of_text).collect();
        self.rows.push(RawRow { number: self.last_number, cells });
        Ok(Cut::Row)
    }

    /// Adds a row for every blank line that comes next. Says where the row after them begins.
    fn blank_rows(&mut self) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = usize::try_from(self.reader.position().byte()).expect("the text is in memory");
        let mut after_return = at > 0 && bytes[at - 1] == b'\r';
        while let Some(end @ (b'\r' | b'\n')) = bytes.get(at) {
            // A line feed after a return ends the same line.
            if !(after_return && *end == b'\n') {
                let number = self.rows.len() as u64 + 1;
                self.rows.push(RawRow { number, cells: Vec::new() });
            }
            after_return = *end == b'\r';
            at += 1;
        }
        at
    }

    /// The text from the last row on that was not blank, as far as a row may go.
    fn last_row(&self) -> &'a [u8] {
        let rest = &self.text.as_bytes()[self.last_start..];
        &rest[..rest.len().min(LONGEST_ROW)]
    }

    fn too_long(&self) -> IngestError {
        let (file, row) = (self.file.to_owned(), self.last_number);
        if is_open(self.last_row(), self.delimiter) {
            return IngestError::UnclosedQuote { file, row };
        }
        IngestError::RowTooLong { file, row }
    }
}

fn reader(delimiter: char) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    let delimiter = u8::try_from(delimiter).expect("delimiters are ASCII");
    builder.has_headers(false).flexible(true).delimiter(delimiter);
    builder
}

/// The line a record of a text begins in: its reader stops before line ends that belong to no record.
pub(super) fn line_of(record: &csv::StringRecord, text: &str) -> u64 {
    let Some(at) = record.position() else { return 0 };
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX).min(text.len());
    let ends = text.as_bytes()[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + ends.filter(|byte| **byte == b'\n').count() as u64
}

/// Whether a text's last row ends inside quotes: only there is a line end part of a cell.
fn is_open(text: &[u8], delimiter: char) -> bool {
    const NEXT_LINE: &[u8] = b"\n.";
    let records = reader(delimiter).from_reader(text.chain(NEXT_LINE)).into_byte_records();
    let last = records.filter_map(Result::ok).last();
    last.is_some_and(|record| record.iter().next_back().is_some_and(|c| c.ends_with(NEXT_LINE)))
}

/// A text that is handed out up to a mark: the reader would put a row of any length into memory.
struct Doled<'a> {
    rest: &'a [u8],
    n_given: usize,
    may_give: Shared<usize>,
}

impl Read for Doled<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let allowed = self.may_give.get().saturating_sub(self.n_given);
        if allowed == 0 && !self.rest.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let n_bytes = self.rest.len().min(allowed).min(buffer.len());
        let (given, rest) = self.rest.split_at(n_bytes);
        buffer[..n_bytes].copy_from_slice(given);
        (self.rest, self.n_given) = (rest, self.n_given + n_bytes);
        Ok(n_bytes)
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
    fn rows_in_quotes_as_a_whole_are_taken_apart() {
        let all = cut("\"a,b,c\"\n\n\"1,\"\"x, y\"\",3\"\n", ',');
        assert_eq!(all[0].1, ["a", "b", "c"]);
        assert_eq!((all[2].0, &all[2].1[..]), (3, &["1", "x, y", "3"].map(String::from)[..]));
        // Only rows with quotes were wrapped; a title and a note are none.
        let some = cut("\"One, two\"\na,b,c\n1,2,3\n\"4,\"\"5\"\",6\"\n\"Note: 1, 2\"\n", ',');
        let lengths: Vec<usize> = some.iter().map(|(_, cells)| cells.len()).collect();
        assert_eq!(lengths, [1, 3, 3, 3, 1]);
        assert_eq!(some[3].1, ["4", "5", "6"]);
        let trailing = cut("\"a,b,c\";;\n\"1,2,3\";;\n", ',');
        assert_eq!(trailing[1].1, ["1", "2", "3"]);
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

    #[test]
    fn a_quote_open_for_two_megabytes_names_the_row_it_opens_in() {
        let text = format!("a,b\n\n1,\"2\n{}", "3,4\n".repeat(1 << 19));
        let error = table("a.csv", &text, ',').unwrap_err();
        assert!(matches!(error, IngestError::UnclosedQuote { row: 3, .. }));
    }

    #[test]
    fn blank_lines_are_rows_however_many() {
        let rows = cut(&format!("{}a,b\r\n\r\n\n", "\n".repeat(2 << 20)), ',');
        assert_eq!(rows.len(), (2 << 20) + 3);
        assert_eq!(rows[2 << 20], ((2 << 20) + 1, vec!["a".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn a_quote_that_closes_at_the_end_is_closed() {
        for text in
            ["a,\"b\"", "a,\"b\"\"\"", "a,\"b\"\n", "a,\"b\n\"\r\n\r\n", "a,5\"", "a,\"b\n.\""]
        {
            assert!(table("a.csv", text, ',').is_ok(), "{text:?}");
        }
        for text in ["a,\"", "a,\"b\"\"", "a,\"b\n", "a,\"\n\n"] {
            let error = table("a.csv", text, ',').unwrap_err();
            assert!(matches!(error, IngestError::UnclosedQuote { row: 1, .. }), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn rows_are_numbered_without_a_gap_whatever_the_text(text in "[a,\"\n\r]{0,40}") {
            let Ok(table) = table("a.csv", &text, ',') else { return Ok(()) };
            let numbers: Vec<u64> = table.rows.iter().map(|row| row.number).collect();
            prop_assert_eq!(numbers, (1..=table.rows.len() as u64).collect::<Vec<_>>());
            if !text.contains('"') {
                // Without quotes a row is a line, and every line end ends one.
                let lines = text.replace("\r\n", "\n").replace('\r', "\n");
                prop_assert_eq!(table.rows.len(), lines.lines().count());
            }
        }

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
