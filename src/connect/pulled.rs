//! `pulled/DATE/SOURCE/`: what each source said on which day.

use std::io::{Read, Write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::error::ConnectError;
use crate::sheet::Sheet;
use crate::source::{About, Count, Gathered};
use seatdrift_core::domain::{Month, Side};
use seatdrift_engine::files;
use seatdrift_engine::workspace::Workspace;

/// The file that says what a reading is.
const READING: &str = "reading.json";

/// The folder of readings that are being made.
const UNFINISHED: &str = ".unfinished";

/// Every answer, as received.
pub const ANSWERS: &str = "answers.zip";

/// Largest file of either kind that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// One reading of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingNote {
    /// The source's name.
    pub source: String,
    /// The word of its system.
    pub system: String,
    /// The month that was asked for.
    pub month: Month,
    /// The day, where the MSP is.
    pub day: Date,
    /// When it began: what was broken off and went on began the first time.
    pub at: Timestamp,
    /// How often the source was asked this time.
    pub asked: usize,
    /// How many answers an earlier try had got.
    pub continued: usize,
    /// What `ingest` reads.
    pub files: Vec<FileNote>,
    /// What came, against what the server counts.
    pub counts: Vec<Count>,
    /// What was left out and why, in sentences.
    pub notes: Vec<String>,
    /// Whether somebody said that much fewer lines than at the last reading are right.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted_fewer: bool,
}

/// One file of a reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNote {
    /// Its base name.
    pub file: String,
    /// What its rows are about.
    pub about: About,
    /// How many they are.
    pub rows: usize,
}

impl ReadingNote {
    /// The folder of the reading.
    pub fn folder(&self, workspace: &Workspace) -> PathBuf {
        workspace.pulled().join(self.day.to_string()).join(called(
            &self.source,
            self.month,
            self.day,
        ))
    }

    /// How many rows are about the day, or the month.
    pub fn n_about(&self, about: About) -> usize {
        self.files.iter().filter(|file| file.about.is(about)).map(|file| file.rows).sum()
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// The rows of one of its files.
    ///
    /// # Errors
    ///
    /// [`ConnectError::NotAReading`] for what no pull writes.
    pub fn sheet(&self, workspace: &Workspace, file: &FileNote) -> Result<Sheet, ConnectError> {
        let path = self.folder(workspace).join(&file.file);
        let packed = files::read(&path, LARGEST)?;
        let mut bytes = Vec::new();
        let unpacked = MultiGzDecoder::new(&packed[..]).take(LARGEST).read_to_end(&mut bytes);
        let not = |message: String| ConnectError::NotAReading { path: path.clone(), message };
        unpacked.map_err(|error| not(error.to_string()))?;
        Sheet::read(&bytes).map_err(|error| not(error.to_string()))
    }
}

/// What a reading is called among those of its day: by its source, and by its month where that is over, so that it
/// takes the place of no reading of the day itself. No source has a dot in its name.
fn called(source: &str, month: Month, day: Date) -> String {
    match Month::of(day) == Some(month) {
        true => source.to_owned(),
        false => format!("{source}.{month}"),
    }
}

/// Where the answers of a reading are kept while it is made.
pub fn unfinished(workspace: &Workspace, source: &str, month: Month, day: Date) -> PathBuf {
    let name = format!("{}.answers", called(source, month, day));
    workspace.pulled().join(UNFINISHED).join(name)
}

/// Where it is kept how often each host was asked. No source has a name that begins with a dot.
pub fn asked(workspace: &Workspace) -> PathBuf {
    workspace.pulled().join(UNFINISHED).join(".asked.json")
}

/// Whether a pull of a source was broken off.
///
/// # Errors
///
/// [`ConnectError::File`] when the folder cannot be listed.
pub fn was_broken_off(workspace: &Workspace, source: &str) -> Result<bool, ConnectError> {
    let names = files::names_in(&workspace.pulled().join(UNFINISHED))?;
    Ok(names.iter().any(|name| is_of(name, source)))
}

/// Whether a name is that of a source, or begins with it and a dot.
fn is_of(name: &str, source: &str) -> bool {
    name.strip_prefix(source).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The files of a reading, named and packed: those that `ingest` reads.
pub fn files_of(
    side: Side,
    source: &str,
    gathered: &Gathered,
) -> (Vec<FileNote>, Vec<(String, Vec<u8>)>) {
    let mut notes = Vec::new();
    let mut packed = Vec::new();
    // A file without a row would say that nothing is charged, and the reader of exports asks for one.
    for export in gathered.exports.iter().filter(|export| !export.sheet.rows.is_empty()) {
        let file = free_name(&format!("{}-{source}-{}", side.word(), export.name), &notes);
        notes.push(FileNote {
            file: file.clone(),
            about: export.about,
            rows: export.sheet.rows.len(),
        });
        packed.push((file, gzipped(&export.sheet.csv())));
    }
    (notes, packed)
}

/// A file's name that no other has. What a server calls something leads into no other folder.
fn free_name(name: &str, taken: &[FileNote]) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = name.chars().take(MOST_LETTERS).map(plain).collect();
    let is_free = |file: &String| taken.iter().all(|one| one.file != *file);
    let numbered = (2..).map(|n| format!("{name}-{n}.csv.gz"));
    let mut names = std::iter::once(format!("{name}.csv.gz")).chain(numbered);
    names.find(is_free).expect("there are more numbers than files")
}

/// Letters of a file's name, its ending apart.
const MOST_LETTERS: usize = 120;

/// The same bytes, the same archive: no time stands in it.
fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).and_then(|()| out.finish()).expect("memory takes what there is")
}

/// The bytes of the file that says what a reading is.
pub fn noted(note: &ReadingNote) -> (String, Vec<u8>) {
    let mut bytes = serde_json::to_vec_pretty(note).expect("texts and numbers are JSON");
    bytes.push(b'\n');
    (READING.to_owned(), bytes)
}

/// The readings of a source, the oldest first.
///
/// # Errors
///
/// [`ConnectError::NotAReading`] for a folder that no pull writes.
pub fn readings(workspace: &Workspace, source: &str) -> Result<Vec<ReadingNote>, ConnectError> {
    let mut readings = Vec::new();
    let mut folders = Vec::new();
    for day in days(workspace)? {
        let folder = workspace.pulled().join(day.to_string());
        let names = files::names_in(&folder)?;
        let own = names.iter().filter(|name| is_of(name, source));
        folders.extend(own.map(|name| folder.join(name)));
    }
    for folder in folders {
        let path = folder.join(READING);
        let Some(bytes) = files::read_if_present(&path, LARGEST)? else { continue };
        let note: ReadingNote =
            serde_json::from_slice(&bytes).map_err(|error| ConnectError::NotAReading {
                path,
                message: format!("expected what a pull writes: {error}"),
            })?;
        readings.push(note);
    }
    readings.sort_by_key(|note: &ReadingNote| (note.day, note.at));
    Ok(readings)
}

/// The days on which something was pulled, the oldest first.
fn days(workspace: &Workspace) -> Result<Vec<Date>, ConnectError> {
    let names = files::names_in(&workspace.pulled())?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Export;

    #[test]
    fn an_invoice_whose_id_names_a_folder_stays_in_its_own_and_no_file_takes_anothers_place() {
        let export = |name: &str| {
            let mut sheet = Sheet::new(&["sku"]);
            sheet.push(vec!["S1".to_owned()]);
            Export { name: name.to_owned(), about: About::Month, sheet }
        };
        let names = ["invoice-../../../etc/x", "invoice-a/b", "invoice-a\\b", "invoice-a b"];
        let gathered =
            Gathered { exports: names.into_iter().map(export).collect(), ..Gathered::default() };
        let (notes, packed) = files_of(Side::Vendor, "pax8", &gathered);
        let found: Vec<&str> = packed.iter().map(|(file, _)| file.as_str()).collect();
        assert_eq!(
            found,
            [
                "vendor-pax8-invoice-..-..-..-etc-x.csv.gz",
                "vendor-pax8-invoice-a-b.csv.gz",
                "vendor-pax8-invoice-a-b-2.csv.gz",
                "vendor-pax8-invoice-a-b-3.csv.gz",
            ]
        );
        assert!(notes.iter().map(|note| note.file.as_str()).eq(found));
    }
}
