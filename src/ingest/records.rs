//! A table of any kind, and files of labelled pairs of its rows: what `match` reads.

use std::collections::BTreeMap;

use super::IngestError;
use super::cells::decoded_entities;
use super::decoding;
use super::delimited::{DELIMITERS, MOST_COLUMNS, line_of};
use seatdrift_core::domain::quoted;

/// A table whose rows have ids.
#[derive(Debug)]
pub struct RecordTable {
    /// Its file, by base name.
    pub file: String,
    /// The columns but the id, as written.
    pub columns: Vec<String>,
    /// By row.
    pub ids: Texts,
    /// By column, then row.
    pub cells: Vec<Texts>,
    /// Rows in order of their ids.
    by_id: Vec<u32>,
}

/// Many texts in one piece of memory.
#[derive(Debug, Default)]
pub struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text at a position.
    pub fn get(&self, idx: usize) -> &str {
        let start = if idx == 0 { 0 } else { self.ends[idx - 1] };
        &self.text[start..self.ends[idx]]
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|idx| self.get(idx))
    }
}

/// Why a table or a file of pairs could not be read. Rows are lines of the file: its first is 1.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum RecordError {
    /// The bytes are no text.
    #[error(transparent)]
    Unreadable(#[from] IngestError),
    /// Nothing in it.
    #[error("{file}: expected a table with a header, found an empty file")]
    Empty { file: String },
    /// The header lacks a column.
    #[error("{file}:1: expected a column {}, found {}", quoted(expected), listed(.found))]
    MissingColumn { file: String, expected: String, found: Vec<String> },
    /// A header and no row below it.
    #[error("{file}: expected rows below the header, found none")]
    NoRows { file: String },
    /// A row with more cells than the header.
    #[error("{file}:{row}: expected at most {expected} cells, found {found}")]
    TooManyCells { file: String, row: u64, expected: usize, found: usize },
    /// A row without an id.
    #[error("{file}:{row}:{column}: expected an id, found nothing")]
    EmptyId { file: String, row: u64, column: String },
    /// Two rows with one id.
    #[error("{file}:{row}: expected an id of its own, found {}, the id of row {first}", quoted(id))]
    DuplicateId { file: String, row: u64, id: String, first: u64 },
    /// A pair of a row that is not there.
    #[error("{file}:{row}:{column}: expected an id of {table}, found {}", quoted(id))]
    UnknownId { file: String, row: u64, column: &'static str, table: String, id: String },
    /// A label that is neither.
    #[error(
        "{file}:{row}:label: expected 1 (the same) or 0 (not the same), found {}",
        quoted(found)
    )]
    NotALabel { file: String, row: u64, found: String },
}

fn listed(found: &[String]) -> String {
    let shown: Vec<String> = found.iter().take(8).map(|name| quoted(name)).collect();
    let more = if 8 < found.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

impl RecordTable {
    /// Reads a CSV with a header. `id` names the column of ids; case does not matter.
    ///
    /// # Errors
    ///
    /// [`RecordError`] when it is not such a table, or an id is missing or stands twice.
    pub fn read(file: &str, bytes: &[u8], id: &str) -> Result<Self, RecordError> {
        let text = decoding::readable(file, bytes)?;
        let mut reader = reader(&text);
        let header = header(file, &mut reader)?;
        let id_idx = column(file, &header, id)?;
        let others = |idx: &usize| *idx != id_idx;
        let mut table = Self {
            file: file.to_owned(),
            columns: (0..header.len()).filter(others).map(|idx| header[idx].clone()).collect(),
            ids: Texts::default(),
            cells: (1..header.len()).map(|_| Texts::default()).collect(),
            by_id: Vec::new(),
        };
        let mut rows = Vec::new();
        let mut record = csv::StringRecord::new();
        while read_record(&mut reader, &mut record) {
            let row = line_of(&record, &text);
            // Blank cells behind the last column are the commas of a spreadsheet.
            if record.iter().skip(header.len()).any(|cell| !cell.trim().is_empty()) {
                let (expected, found) = (header.len(), record.len());
                return Err(RecordError::TooManyCells {
                    file: file.to_owned(),
                    row,
                    expected,
                    found,
                });
            }
            let id = record.get(id_idx).unwrap_or_default().trim();
            if id.is_empty() {
                let column = header[id_idx].clone();
                return Err(RecordError::EmptyId { file: file.to_owned(), row, column });
            }
            table.ids.push(id);
            for (cells, idx) in table.cells.iter_mut().zip((0..header.len()).filter(others)) {
                cells.push(&decoded_entities(record.get(idx).unwrap_or_default()));
            }
            rows.push(row);
        }
        if rows.is_empty() {
            return Err(RecordError::NoRows { file: file.to_owned() });
        }
        table.sort_ids(&rows)?;
        Ok(table)
    }

    fn sort_ids(&mut self, rows: &[u64]) -> Result<(), RecordError> {
        let n_rows = u32::try_from(rows.len()).expect("fewer rows than u32::MAX");
        self.by_id = (0..n_rows).collect();
        let id = |row: &u32| self.ids.get(*row as usize);
        self.by_id.sort_by(|one, other| id(one).cmp(id(other)).then(one.cmp(other)));
        let twice = self.by_id.windows(2).filter(|pair| id(&pair[0]) == id(&pair[1]));
        // The first in the file is told, whatever the order of ids.
        match twice.min_by_key(|pair| pair[1]) {
            Some(pair) => Err(RecordError::DuplicateId {
                file: self.file.clone(),
                row: rows[pair[1] as usize],
                id: id(&pair[1]).to_owned(),
                first: rows[pair[0] as usize],
            }),
            None => Ok(()),
        }
    }

    /// How many rows it has.
    pub fn n_rows(&self) -> usize {
        self.ids.len()
    }

    /// The row with an id.
    pub fn row(&self, id: &str) -> Option<usize> {
        let found = self.by_id.binary_search_by(|row| self.ids.get(*row as usize).cmp(id));
        found.ok().map(|place| self.by_id[place] as usize)
    }
}

/// A file of pairs of rows.
#[derive(Debug, Default)]
pub struct PairFile {
    /// The pairs in file order, by row of the left and of the right table.
    pub pairs: Vec<(usize, usize)>,
    /// What is said about each pair; pairs said to be both are left out.
    pub labels: BTreeMap<(usize, usize), bool>,
    /// Pairs said to be both the same and not.
    pub contradictory: Vec<(usize, usize)>,
}

impl PairFile {
    /// Reads a CSV with the columns `ltable_id`, `rtable_id` and, if it is there, `label`. Without
    /// that column, every pair is the same.
    ///
    /// # Errors
    ///
    /// [`RecordError`] when it is not such a file, or names a row that is in neither table.
    pub fn read(
        file: &str,
        bytes: &[u8],
        left: &RecordTable,
        right: &RecordTable,
    ) -> Result<Self, RecordError> {
        let text = decoding::readable(file, bytes)?;
        let mut reader = reader(&text);
        let header = header(file, &mut reader)?;
        let sides = [("ltable_id", left), ("rtable_id", right)];
        let columns = [column(file, &header, "ltable_id")?, column(file, &header, "rtable_id")?];
        let label = header.iter().position(|name| name.trim().eq_ignore_ascii_case("label"));
        let (mut read, mut record) = (Self::default(), csv::StringRecord::new());
        while read_record(&mut reader, &mut record) {
            let row = line_of(&record, &text);
            let found = |side: usize| {
                let (column, table) = sides[side];
                let id = record.get(columns[side]).unwrap_or_default().trim();
                table.row(id).ok_or_else(|| RecordError::UnknownId {
                    file: file.to_owned(),
                    row,
                    column,
                    table: table.file.clone(),
                    id: id.chars().take(80).collect(),
                })
            };
            let pair = (found(0)?, found(1)?);
            let same = match label.map(|idx| record.get(idx).unwrap_or_default().trim()) {
                None | Some("1") => true,
                Some("0") => false,
                Some(other) => is_said(other).ok_or_else(|| {
                    let found = other.chars().take(80).collect();
                    RecordError::NotALabel { file: file.to_owned(), row, found }
                })?,
            };
            read.pairs.push(pair);
            if read.labels.insert(pair, same).is_some_and(|before| before != same) {
                read.contradictory.push(pair);
            }
        }
        read.contradictory.sort_unstable();
        read.contradictory.dedup();
        for pair in &read.contradictory {
            read.labels.remove(pair);
        }
        Ok(read)
    }
}

type Reader<'a> = csv::Reader<&'a [u8]>;

/// A reader with the delimiter that cuts the first line into the most cells; the comma of equals.
fn reader(text: &str) -> Reader<'_> {
    let first = text.lines().next().unwrap_or_default();
    let n_cells = |delimiter: &char| first.matches(*delimiter).count();
    let best = DELIMITERS.iter().rev().max_by_key(|delimiter| n_cells(delimiter));
    let delimiter = best.and_then(|one| u8::try_from(*one).ok()).unwrap_or(b',');
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes())
}

fn read_record(reader: &mut Reader<'_>, record: &mut csv::StringRecord) -> bool {
    reader.read_record(record).expect("text in memory can be read, and is UTF-8")
}

/// A label as tools write it whose columns are of another type: `TRUE`, `1.0`.
fn is_said(label: &str) -> Option<bool> {
    match label.to_ascii_lowercase().as_str() {
        "true" | "1.0" => Some(true),
        "false" | "0.0" => Some(false),
        _ => None,
    }
}

fn header(file: &str, reader: &mut Reader<'_>) -> Result<Vec<String>, RecordError> {
    let mut record = csv::StringRecord::new();
    if !read_record(reader, &mut record) {
        return Err(RecordError::Empty { file: file.to_owned() });
    }
    if MOST_COLUMNS < record.len() {
        let (expected, found) = (MOST_COLUMNS, record.len());
        return Err(RecordError::TooManyCells { file: file.to_owned(), row: 1, expected, found });
    }
    Ok(record.iter().map(|name| name.trim().to_owned()).collect())
}

fn column(file: &str, header: &[String], name: &str) -> Result<usize, RecordError> {
    header.iter().position(|one| one.eq_ignore_ascii_case(name)).ok_or_else(|| {
        RecordError::MissingColumn {
            file: file.to_owned(),
            expected: name.to_owned(),
            found: header.to_vec(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<RecordTable, RecordError> {
        RecordTable::read("a.csv", text.as_bytes(), "id")
    }

    #[test]
    fn rows_are_found_by_their_id() {
        let table = table("name;ID\n\"Acme; Ltd\";7\nZenith;x\n").expect("a table");
        assert_eq!(table.columns, ["name"]);
        assert_eq!(table.row("x"), Some(1));
        assert_eq!(table.cells[0].get(table.row("7").expect("there")), "Acme; Ltd");
        assert_eq!(table.row("8"), None);
    }

    #[test]
    fn what_is_wrong_with_a_table_is_said_with_its_place() {
        for (text, said) in [
            ("name\nAcme\n", "a.csv:1: expected a column \"id\", found \"name\""),
            ("id,name\n", "a.csv: expected rows below the header, found none"),
            ("id,name\n1,Acme\n,Zenith\n", "a.csv:3:id: expected an id, found nothing"),
            (
                "id\r\n1\r\n\r\n1\r\n",
                "a.csv:4: expected an id of its own, found \"1\", the id of row 2",
            ),
            ("id\n1\n2\n1\n", "a.csv:4: expected an id of its own, found \"1\", the id of row 2"),
            ("id,name\n1,Acme,x\n", "a.csv:2: expected at most 2 cells, found 3"),
            ("", "a.csv: expected a table with a header, found an empty file"),
        ] {
            assert_eq!(table(text).expect_err(text).to_string(), said);
        }
    }

    #[test]
    fn a_name_that_a_web_page_escaped_is_the_name() {
        let table = table("id,name\n1,O&#39;Brien &amp;amp; Sons\n").expect("a table");
        assert_eq!(table.cells[0].get(0), "O'Brien & Sons");
    }

    #[test]
    fn labels_are_read_in_the_types_of_other_tools_and_blank_cells_at_the_end_are_none() {
        let table = table("id,name\n1,Acme,\n2,Beta, ,\n").expect("a table");
        assert_eq!(table.cells.len(), 1);
        let text = "ltable_id,rtable_id,label\n1,1,TRUE\n2,2,1.0\n1,2,False\n2,1,0.0\n";
        let pairs = PairFile::read("l.csv", text.as_bytes(), &table, &table).expect("pairs");
        let labels: Vec<bool> = pairs.labels.into_values().collect();
        assert_eq!(labels, [true, false, false, true]);
    }

    #[test]
    fn a_pair_said_to_be_both_is_no_label() {
        let table = table("id\n1\n2\n").expect("a table");
        let text = "ltable_id,rtable_id,label\n1,2,1\n1,1,0\n1,2,0\n";
        let pairs = PairFile::read("l.csv", text.as_bytes(), &table, &table).expect("pairs");
        assert_eq!(pairs.contradictory, [(0, 1)]);
        assert_eq!(pairs.labels.into_iter().collect::<Vec<_>>(), [((0, 0), false)]);
    }

    #[test]
    fn a_pair_of_a_row_that_is_not_there_and_an_odd_label_are_said() {
        let table = table("id\n1\n").expect("a table");
        let read = |text: &str| {
            let read = PairFile::read("l.csv", text.as_bytes(), &table, &table);
            read.expect_err(text).to_string()
        };
        assert_eq!(
            read("ltable_id,rtable_id\n1,9\n"),
            "l.csv:2:rtable_id: expected an id of a.csv, found \"9\""
        );
        assert_eq!(
            read("ltable_id,rtable_id,label\n1,1,yes\n"),
            "l.csv:2:label: expected 1 (the same) or 0 (not the same), found \"yes\""
        );
    }
}
