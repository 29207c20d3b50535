//! `done.csv` of a workspace: which of a month's changes, claims and letters somebody has ticked off. It only
//! grows; the last word on each counts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use csv::{ReaderBuilder, WriterBuilder};
use jiff::Timestamp;

use crate::files::{self, FileError};
use crate::workspace::Workspace;
use seatdrift_core::domain::{Month, guarded};

/// Largest file read, in bytes.
const LIMIT: u64 = 16 << 20;

const HEADER: &str = "month,id,done,what,by,at\n";

/// One word on one thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The month it is a part of.
    pub month: Month,
    /// What tells it from everything else of that month.
    pub id: String,
    /// Whether it is done; `false` takes an earlier word back.
    pub is_done: bool,
    /// What it is, for whoever reads the file.
    pub what: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Where it lies.
fn place(workspace: &Workspace) -> PathBuf {
    workspace.root.join("done.csv")
}

/// What is done of a month, by id. Rows that cannot be understood say nothing.
///
/// # Errors
///
/// [`FileError`] when the file is there and cannot be read.
pub fn done(workspace: &Workspace, month: Month) -> Result<BTreeMap<String, Tick>, FileError> {
    let bytes = files::read_if_present(&place(workspace), LIMIT)?.unwrap_or_default();
    let mut last = BTreeMap::new();
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
    for row in reader.records().filter_map(Result::ok) {
        let cell = |idx: usize| row.get(idx).unwrap_or_default();
        let (Ok(of), Ok(at)) = (cell(0).parse::<Month>(), cell(5).parse()) else { continue };
        if of == month {
            let tick = Tick {
                month,
                id: cell(1).to_owned(),
                is_done: cell(2) == "yes",
                what: cell(3).to_owned(),
                by: cell(4).to_owned(),
                at,
            };
            last.insert(tick.id.clone(), tick);
        }
    }
    last.retain(|_, tick| tick.is_done);
    Ok(last)
}

/// Appends a word and waits until the disk has it.
///
/// # Errors
///
/// [`FileError`] when it cannot be written: the file is then what it was.
pub fn tick(workspace: &Workspace, tick: &Tick) -> Result<(), FileError> {
    files::append(&place(workspace), LIMIT, |before| {
        let mut bytes = if before.is_empty() { HEADER.as_bytes().to_vec() } else { Vec::new() };
        if before.last().is_some_and(|last| *last != b'\n') {
            bytes.push(b'\n');
        }
        let mut writer = WriterBuilder::new().from_writer(&mut bytes);
        let month = tick.month.to_string();
        let done = if tick.is_done { "yes" } else { "no" };
        let at = tick.at.to_string();
        let (what, by) = (harmless(&tick.what), harmless(&tick.by));
        let row = [month.as_str(), &tick.id, done, &what, &by, &at];
        // Writing to memory does not fail.
        let _ = writer.write_record(row).and_then(|()| Ok(writer.flush()?));
        drop(writer);
        Ok(bytes)
    })
}

/// A text that no spreadsheet takes for a formula, on one line.
fn harmless(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    guarded(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts_and_no_name_is_a_formula() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::init(folder.path(), "Acme", "USD".parse().unwrap()).unwrap();
        let month: Month = "2026-10".parse().unwrap();
        let mut word = Tick {
            month,
            id: "c-1".to_owned(),
            is_done: true,
            what: "=1+1\r\nWayne, \"Ltd\"".to_owned(),
            by: "kim".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(done(&workspace, month).unwrap(), BTreeMap::new());
        tick(&workspace, &word).unwrap();
        let text = String::from_utf8(files::read(&place(&workspace), 4096).unwrap()).unwrap();
        assert!(text.contains("'=1+1  Wayne"), "{text}");
        assert_eq!(done(&workspace, month).unwrap().len(), 1);
        assert!(done(&workspace, month.plus(1)).unwrap().is_empty());
        word.is_done = false;
        tick(&workspace, &word).unwrap();
        assert!(done(&workspace, month).unwrap().is_empty());
    }
}
