//! A folder of benchmark sets → tables and pairs.
//!
//! `DIR/matching/<set>/` holds `tableA.csv` and `tableB.csv` with an `id` column, and either
//! `train.csv`, `valid.csv` and `test.csv` (`ltable_id,rtable_id,label`) or `matches.csv`
//! (`ltable_id,rtable_id`: all that is the same).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seatdrift_engine::files::{self, FileError};

/// Largest file read, in bytes.
const LIMIT: u64 = 1 << 30;

/// A benchmark set that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BenchmarkError {
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is nothing to measure on.
    #[error("expected folders with tableA.csv and tableB.csv in {}, found none", folder.display())]
    NoSets {
        /// Where they should be.
        folder: PathBuf,
    },
    /// A set without labels.
    #[error("expected train.csv, valid.csv and test.csv, or matches.csv, in {}", folder.display())]
    NoLabels {
        /// The set's folder.
        folder: PathBuf,
    },
    /// A file that does not say what it should.
    #[error("{}:{line}: expected {expected}, found {found:?}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// The line, the header being line 1.
        line: u64,
        /// What should be there.
        expected: &'static str,
        /// What is there.
        found: String,
    },
}

/// One table: its columns without `id`, its rows by position.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct BenchmarkTable {
    /// The ids, by row.
    pub ids: Vec<String>,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The cells, by row and then column.
    pub cells: Vec<Vec<String>>,
    row_of: BTreeMap<String, usize>,
}

impl BenchmarkTable {
    /// The cells of a column, by row.
    pub(super) fn column(&self, name: &str) -> Option<Vec<&str>> {
        let column = self.columns.iter().position(|one| one == name)?;
        Some(self.cells.iter().map(|row| row[column].as_str()).collect())
    }
}

/// A pair of rows, by position, and whether they are the same.
pub(super) type Labelled = (usize, usize, bool);

/// What is known about the rows of a set.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Known {
    /// Some pairs, split by whoever made the set.
    Splits {
        /// To learn from.
        train: Vec<Labelled>,
        /// To choose a threshold on.
        valid: Vec<Labelled>,
        /// To be measured on.
        test: Vec<Labelled>,
    },
    /// All that is the same.
    Matches(Vec<(usize, usize)>),
}

/// One benchmark set.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BenchmarkSet {
    /// The name of its folder.
    pub name: String,
    /// `tableA.csv`.
    pub left: BenchmarkTable,
    /// `tableB.csv`.
    pub right: BenchmarkTable,
    /// The labels.
    pub known: Known,
}

/// The folders of the sets in a benchmark folder, by name.
///
/// # Errors
///
/// [`BenchmarkError::NoSets`] where there is none.
pub(super) fn set_folders(benchmarks: &Path) -> Result<Vec<PathBuf>, BenchmarkError> {
    let folder = benchmarks.join("matching");
    let mut found = Vec::new();
    for name in files::names_in(&folder)? {
        let set = folder.join(name);
        if set.is_dir() && files::names_in(&set)?.iter().any(|name| name == "tableA.csv") {
            found.push(set);
        }
    }
    if found.is_empty() { Err(BenchmarkError::NoSets { folder }) } else { Ok(found) }
}

/// Reads one set.
///
/// # Errors
///
/// [`BenchmarkError`] with the place of what is wrong.
pub(super) fn read_set(folder: &Path) -> Result<BenchmarkSet, BenchmarkError> {
    let left = table(&folder.join("tableA.csv"))?;
    let right = table(&folder.join("tableB.csv"))?;
    let names = files::names_in(folder)?;
    let has = |name: &str| names.iter().any(|one| one == name);
    let labelled = |name: &str| labels(&folder.join(name), &left, &right);
    let known = if ["train.csv", "valid.csv", "test.csv"].into_iter().all(has) {
        let (train, valid) = (labelled("train.csv")?, labelled("valid.csv")?);
        Known::Splits { train, valid, test: labelled("test.csv")? }
    } else if has("matches.csv") {
        let pairs = pairs(&folder.join("matches.csv"), &left, &right)?;
        Known::Matches(pairs.into_iter().map(|(left, right, _, _)| (left, right)).collect())
    } else {
        return Err(BenchmarkError::NoLabels { folder: folder.to_owned() });
    };
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(BenchmarkSet { name: name.unwrap_or_default(), left, right, known })
}

struct Records {
    header: Vec<String>,
    /// The line each record starts on, and its cells.
    rows: Vec<(u64, Vec<String>)>,
}

fn records(path: &Path) -> Result<Records, BenchmarkError> {
    let bytes = files::read(path, LIMIT)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::Reader::from_reader(bytes);
    let broken = |error: &csv::Error| BenchmarkError::Cell {
        path: path.to_owned(),
        line: error.position().map_or(1, csv::Position::line),
        expected: "UTF-8 text with as many cells as the header",
        found: error.to_string(),
    };
    let text = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let header = text(reader.headers().map_err(|error| broken(&error))?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        rows.push((record.position().map_or(0, csv::Position::line), text(&record)));
    }
    Ok(Records { header, rows })
}

impl Records {
    fn column(&self, path: &Path, name: &'static str) -> Result<usize, BenchmarkError> {
        let found = self.header.iter().position(|one| one == name);
        found.ok_or_else(|| BenchmarkError::Cell {
            path: path.to_owned(),
            line: 1,
            expected: name,
            found: self.header.join(","),
        })
    }
}

fn table(path: &Path) -> Result<BenchmarkTable, BenchmarkError> {
    let mut records = records(path)?;
    let id = records.column(path, "id")?;
    let mut table = BenchmarkTable::default();
    records.header.remove(id);
    table.columns = records.header;
    for (line, mut cells) in records.rows {
        let key = cells.remove(id);
        if table.row_of.insert(key.clone(), table.ids.len()).is_some() {
            let expected = "an id of its own for every row";
            return Err(BenchmarkError::Cell { path: path.to_owned(), line, expected, found: key });
        }
        table.ids.push(key);
        table.cells.push(cells);
    }
    Ok(table)
}

type Pair = (usize, usize, u64, Vec<String>);

fn pairs(
    path: &Path,
    left: &BenchmarkTable,
    right: &BenchmarkTable,
) -> Result<Vec<Pair>, BenchmarkError> {
    let records = records(path)?;
    let (left_id, right_id) =
        (records.column(path, "ltable_id")?, records.column(path, "rtable_id")?);
    let row = |table: &BenchmarkTable, expected, line, key: &String| {
        table.row_of.get(key).copied().ok_or_else(|| {
            let found = key.clone();
            BenchmarkError::Cell { path: path.to_owned(), line, expected, found }
        })
    };
    let pair = |(line, cells): (u64, Vec<String>)| {
        let left_idx = row(left, "an id of tableA.csv", line, &cells[left_id])?;
        let right_idx = row(right, "an id of tableB.csv", line, &cells[right_id])?;
        Ok((left_idx, right_idx, line, cells))
    };
    records.rows.into_iter().map(pair).collect()
}

fn labels(
    path: &Path,
    left: &BenchmarkTable,
    right: &BenchmarkTable,
) -> Result<Vec<Labelled>, BenchmarkError> {
    let label = records(path)?.column(path, "label")?;
    let labelled = |(left_idx, right_idx, line, cells): Pair| match cells[label].as_str() {
        "1" => Ok((left_idx, right_idx, true)),
        "0" => Ok((left_idx, right_idx, false)),
        other => Err(BenchmarkError::Cell {
            path: path.to_owned(),
            line,
            expected: "a label of 0 or 1",
            found: other.to_owned(),
        }),
    };
    pairs(path, left, right)?.into_iter().map(labelled).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            files::write_atomic(&folder.path().join(path), text.as_bytes()).unwrap();
        }
        folder
    }

    fn read(files: &[(&str, &str)]) -> Result<BenchmarkSet, String> {
        let folder = folder(files);
        let said = read_set(folder.path()).map_err(|error| error.to_string());
        said.map_err(|said| said.replace(&folder.path().display().to_string(), "set"))
    }

    const LEFT: (&str, &str) = ("tableA.csv", "id,name\na,Kestrel\n");
    const RIGHT: (&str, &str) = ("tableB.csv", "name,id\nKestrel Inc,1\n");

    #[test]
    fn a_set_is_read_wherever_its_id_column_stands() {
        let matches = ("matches.csv", "ltable_id,rtable_id\na,1\n");
        let set = read(&[LEFT, RIGHT, matches]).unwrap();
        assert_eq!(set.right.column("name"), Some(vec!["Kestrel Inc"]));
        assert_eq!(set.known, Known::Matches(vec![(0, 0)]));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(
            read(&[LEFT, RIGHT]).unwrap_err(),
            "expected train.csv, valid.csv and test.csv, or matches.csv, in set"
        );
        let stranger = ("matches.csv", "ltable_id,rtable_id\na,1\nb,1\n");
        assert_eq!(
            read(&[LEFT, RIGHT, stranger]).unwrap_err(),
            "set/matches.csv:3: expected an id of tableA.csv, found \"b\""
        );
        let nameless = ("tableB.csv", "name\nKestrel Inc\n");
        let said = read(&[LEFT, nameless]).unwrap_err();
        assert_eq!(said, "set/tableB.csv:1: expected id, found \"name\"");
        let header = "ltable_id,rtable_id,label\n";
        let splits = [("valid.csv", header), ("test.csv", header)].map(|(name, text)| (name, text));
        let train = ("train.csv", "ltable_id,rtable_id,label\na,1,yes\n");
        let said = read(&[LEFT, RIGHT, train, splits[0], splits[1]]).unwrap_err();
        assert_eq!(said, "set/train.csv:2: expected a label of 0 or 1, found \"yes\"");
    }

    #[test]
    fn a_folder_without_sets_is_told_so() {
        let empty = folder(&[]);
        let said = set_folders(empty.path()).unwrap_err().to_string();
        assert!(said.starts_with("expected folders with tableA.csv and tableB.csv in"), "{said}");
        let one = folder(&[("matching/b/tableA.csv", ""), ("matching/notes.txt", "")]);
        assert_eq!(set_folders(one.path()).unwrap(), [one.path().join("matching/b")]);
    }
}
