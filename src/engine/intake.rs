//! Export files → the rows of a month: every file read or the month refused, nothing half done.

mod magnitude;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rayon::prelude::*;
use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::files::{self, FileError};
use crate::workspace::Config;
use seatdrift_core::domain::{
    Digest, ExportFormat, ExportRow, Month, RejectedRow, Side, StatedTotal, quoted,
};
use seatdrift_core::months::MonthlyLines;
use seatdrift_core::run::InputFile;
use seatdrift_ingest::{ExportFile, IngestError, Ingested, Reading, read_export_on};

/// Largest export read, in bytes.
pub(crate) const LIMIT: u64 = 256 << 20;

/// What a cell of a formula that nobody has calculated is called.
const FORMULA: &str = "a formula without a stored value";

/// With fewer clients than this in a file nothing is concluded from their being unknown.
const FEWEST_CLIENTS: usize = 5;

/// Export files that do not make a month.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
    /// One export cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The same bytes under two names, or one file named twice.
    #[error("{first} and {second} are the same file: its money would count twice")]
    GivenTwice {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// Two files of one name: their rows could not be told apart.
    #[error(
        "two different files are called {}, so a row like {name}:2 would be ambiguous",
        quoted(name)
    )]
    SameName {
        /// The base name.
        name: String,
    },
    /// Not one row of a file could be read.
    #[error("{first}, and none of the other {others} rows of the file could be read either")]
    NothingRead {
        /// The first of them, with its cell.
        first: String,
        /// How many more.
        others: usize,
    },
    /// Units times prices that no exact number holds.
    #[error(
        "{file}: expected units and prices of which every product and sum has at most 24 digits, found {units} \
         units and a price of {price} at most: is a column read that holds something else?"
    )]
    TooMuch {
        /// The file with the most of both.
        file: String,
        /// Units of all its rows.
        units: Decimal,
        /// The highest price of a unit in the month's files.
        price: Decimal,
    },
    /// A path without a file name.
    #[error("{} is not a file", path.display())]
    NoName {
        /// The path.
        path: PathBuf,
    },
    /// No client of the file was ever seen here.
    #[error(
        "{file}: expected exports of this workspace, found {n_clients} clients of which none was in \
         any of the {n_months} months before ({}, …)",
        quoted(example)
    )]
    OtherTenant {
        /// The file.
        file: String,
        /// Clients in it.
        n_clients: usize,
        /// Months in the history.
        n_months: usize,
        /// One of them.
        example: String,
    },
}

impl IntakeError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::GivenTwice { .. } => "give each export once",
            Self::SameName { .. } => "rename one of them",
            Self::OtherTenant { .. } => {
                "is this another MSP's export? if it is yours, put this line into seatdrift.toml:\n\
                 accept_unknown_clients = true"
            }
            Self::Ingest(error) => return error.hint(),
            Self::File(error) => return error.hint(),
            Self::NothingRead { first, .. } if first.contains(FORMULA) => {
                "open the workbook in a spreadsheet and save it: that calculates its formulas"
            }
            Self::TooMuch { .. } => {
                "name the columns in an [[export]] of seatdrift.toml, or leave the file out"
            }
            Self::NoName { .. } | Self::NothingRead { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

/// A month and the export files that are about it.
#[derive(Debug, Clone)]
pub struct Exports {
    /// The month.
    pub month: Month,
    /// The day of it on which what is in force counts, where that is not its last.
    pub day: Option<Date>,
    /// The files, vendors' first.
    pub files: Vec<GivenFile>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct GivenFile {
    /// Which side it is given as.
    pub side: Side,
    /// Where it lies.
    pub path: PathBuf,
    /// What its reader should know besides what it says itself, in sentences.
    pub notes: Vec<String>,
}

impl Exports {
    /// Files of which nothing more is known, for the month's last day.
    pub fn new(month: Month, vendor: &[PathBuf], psa: &[PathBuf]) -> Self {
        let sides = [(Side::Vendor, vendor), (Side::Psa, psa)];
        let given =
            |side: Side, path: &PathBuf| GivenFile { side, path: path.clone(), notes: Vec::new() };
        let files =
            sides.iter().flat_map(|(side, paths)| paths.iter().map(|path| given(*side, path)));
        Self { month, day: None, files: files.collect() }
    }
}

/// The exports of one month, as understood and as received.
#[derive(Debug, Default)]
pub struct Intake {
    /// The rows of all files: vendor files first, each in file order.
    pub rows: Vec<ExportRow>,
    /// The rows that could not be read.
    pub rejected: Vec<RejectedRow>,
    /// The sums that files state of themselves.
    pub stated: Vec<StatedTotal>,
    /// Name and bytes of each file.
    pub originals: Vec<(String, Vec<u8>)>,
    /// How each file was read.
    pub files: Vec<FileRead>,
    /// The day on which what is in force counts, where that is not the month's last.
    pub day: Option<Date>,
}

/// How one file was read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FileRead {
    /// The base name.
    pub file: String,
    /// Which side it was given as.
    pub side: Side,
    /// What it was recognised as.
    pub format: &'static ExportFormat,
    /// Rows read.
    pub rows: usize,
    /// Rows that could not be read.
    pub rejected: usize,
    /// What was made of it that its reader should know, in sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Intake {
    /// The files as received, told from all others.
    pub fn inputs(&self) -> Vec<InputFile> {
        let files = self.files.par_iter().zip(&self.originals);
        let input = |(read, (file, bytes)): (&FileRead, &(String, Vec<u8>))| InputFile {
            side: read.side,
            file: file.clone(),
            sha256: Digest::of(bytes),
            bytes: bytes.len() as u64,
            day: self.day,
            notes: read.notes.clone(),
        };
        files.map(input).collect()
    }
}

/// Reads the exports of one month.
///
/// # Errors
///
/// The first file that cannot be read, or files that cannot be told apart.
pub fn read_month(exports: &Exports, config: &Config) -> Result<Intake, IntakeError> {
    let month = exports.month;
    let day = exports.day.unwrap_or_else(|| month.last_day());
    let mut received = Vec::with_capacity(exports.files.len());
    for GivenFile { side, path, .. } in &exports.files {
        received.push((*side, base_name(path)?, files::read(path, LIMIT)?));
    }
    told_apart(&received)?;
    let read: Vec<Result<Ingested, IngestError>> = received
        .par_iter()
        .map(|(side, name, bytes)| {
            let reading = Reading {
                side: *side,
                month,
                currency: config.currency,
                profiles: &config.exports,
            };
            read_export_on(&ExportFile { name, bytes }, &reading, day)
        })
        .collect();
    let read: Vec<Ingested> = read.into_iter().collect::<Result<_, _>>()?;
    packed_apart(&received, &read)?;
    let mut intake = Intake { day: exports.day, ..Intake::default() };
    for (((side, name, bytes), ingested), given) in
        received.into_iter().zip(read).zip(&exports.files)
    {
        if let (true, Some(first)) = (ingested.rows.is_empty(), ingested.rejected.first()) {
            let expected = &first.expected;
            let first =
                format!("{}: expected {expected}, found {}", first.at, quoted(&first.found));
            return Err(IntakeError::NothingRead { first, others: ingested.rejected.len() - 1 });
        }
        let is_fresh = |note: &String| !given.notes.contains(note);
        let fresh: Vec<String> = ingested.notes.into_iter().filter(is_fresh).collect();
        intake.files.push(FileRead {
            file: name.clone(),
            side,
            format: ingested.format,
            rows: ingested.rows.len(),
            rejected: ingested.rejected.len(),
            notes: given.notes.iter().cloned().chain(fresh).collect(),
        });
        let stated = ingested.total_row;
        intake.stated.extend(stated.map(|total| StatedTotal { side, file: name.clone(), total }));
        match intake.rows.is_empty() {
            true => intake.rows = ingested.rows,
            false => intake.rows.extend(ingested.rows),
        }
        intake.rejected.extend(ingested.rejected);
        intake.originals.push((name, bytes));
    }
    magnitude::within_bounds(&intake.rows)?;
    Ok(intake)
}

fn base_name(path: &Path) -> Result<String, IntakeError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    name.ok_or_else(|| IntakeError::NoName { path: path.to_owned() })
}

fn told_apart(received: &[(Side, String, Vec<u8>)]) -> Result<(), IntakeError> {
    for (later, (_, name, bytes)) in received.iter().enumerate() {
        for (_, other, other_bytes) in &received[..later] {
            if bytes == other_bytes {
                return Err(IntakeError::GivenTwice { first: other.clone(), second: name.clone() });
            }
            if name == other {
                return Err(IntakeError::SameName { name: name.clone() });
            }
        }
    }
    Ok(())
}

/// Whether no archive holds what another file of its side holds: its bytes are others.
fn packed_apart(
    received: &[(Side, String, Vec<u8>)],
    read: &[Ingested],
) -> Result<(), IntakeError> {
    let is_packed = |name: &str| {
        let lower = name.to_lowercase();
        lower.ends_with(".zip") || lower.ends_with(".gz")
    };
    let is_same = |one: &ExportRow, other: &ExportRow| {
        let same_line = one.client == other.client && one.sku == other.sku;
        let same_money = one.amount == other.amount && one.quantity == other.quantity;
        let of = |row: &ExportRow| (row.period_start, row.period_end, row.agreement.clone());
        same_line && same_money && of(one) == of(other)
    };
    for (later, (side, name, _)) in received.iter().enumerate() {
        for (before, (other_side, other, _)) in received[..later].iter().enumerate() {
            let (one, two) = (&read[before].rows, &read[later].rows);
            if side == other_side
                && (is_packed(name) || is_packed(other))
                && one.len() == two.len()
                && one.iter().zip(two).all(|(one, two)| is_same(one, two))
            {
                return Err(IntakeError::GivenTwice { first: other.clone(), second: name.clone() });
            }
        }
    }
    Ok(())
}

/// Whoever left or came did so within the last months.
const RECENT: usize = 3;

/// Refuses a month whose files know nobody that the months before knew: another MSP's exports.
///
/// # Errors
///
/// [`IntakeError::OtherTenant`] with the first such file.
pub fn same_tenant(rows: &[ExportRow], before: &MonthlyLines) -> Result<(), IntakeError> {
    let mut by_file: BTreeMap<(Side, &str), Vec<&ExportRow>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.client.0.is_empty()) {
        by_file.entry((row.side, row.place.file.as_str())).or_default().push(row);
    }
    let mut months: Vec<Month> = Vec::new();
    for line in before.iter().rev() {
        if months.last() != Some(&line.month) {
            months.push(line.month);
        }
    }
    months.truncate(RECENT);
    let Some(&first) = months.last() else { return Ok(()) };
    for ((side, file), rows) in by_file {
        let known: FxHashSet<&str> = before
            .from(first)
            .filter(|line| line.side == side)
            .flat_map(|line| [line.client, line.client_name])
            .collect();
        let clients: FxHashMap<&str, &ExportRow> =
            rows.iter().map(|row| (row.client.0.as_str(), *row)).collect();
        let is_known = |row: &&ExportRow| {
            known.contains(row.client.0.as_str()) || known.contains(row.client_name.as_str())
        };
        if known.is_empty() || clients.len() < FEWEST_CLIENTS || clients.values().any(is_known) {
            continue;
        }
        let example =
            clients.iter().min_by_key(|(key, _)| **key).map(|(_, row)| row.client_name.clone());
        return Err(IntakeError::OtherTenant {
            file: file.to_owned(),
            n_clients: clients.len(),
            n_months: months.len(),
            example: example.unwrap_or_default().into(),
        });
    }
    Ok(())
}
