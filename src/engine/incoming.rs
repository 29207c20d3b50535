//! `incoming/` of a workspace: files somebody gave the page, until a month is scored from them or they are put
//! away. A file that is refused leaves nothing there.

use std::path::PathBuf;

use crate::error::EngineError;
use crate::files::{self, FileError, Growing};
use crate::intake::IntakeError;
use crate::workspace::{CONFIG_FILE, Workspace, WorkspaceError, parse_config};
use seatdrift_core::domain::Month;
use seatdrift_ingest::{
    ExportFile, ExportProfile, IngestError, Preview, Recognised, preview, recognise,
};

/// Largest file taken, in bytes.
pub const LIMIT: u64 = 256 << 20;
/// Most files that wait at a time.
pub const MOST_FILES: usize = 200;
/// How the names of exports end.
const ENDINGS: [&str; 9] =
    [".csv", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".zip", ".gz"];
/// The longest name kept.
const NAME_LENGTH: usize = 120;

/// A file that is being received. Dropped before it is whole, it leaves nothing.
#[derive(Debug)]
pub struct Receiving {
    file: Option<Growing>,
    path: PathBuf,
    name: String,
    length: u64,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Its name does not end like an export's.
    #[error("{name}: expected CSV, XLSX or another spreadsheet, or one of them as ZIP or GZ")]
    Ending {
        /// Its name.
        name: String,
    },
    /// It is larger than any export.
    #[error("{name}: expected at most {} MiB", LIMIT >> 20)]
    TooLarge {
        /// Its name.
        name: String,
    },
    /// More wait than are looked at together.
    #[error("{MOST_FILES} files wait already: score them or put some away first")]
    TooMany,
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Where they wait.
pub fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("incoming")
}

/// The last part of a name a browser gives, without what a path or a terminal could take for something else.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = |c: &char| !c.is_control() && !"<>:\"|?*\u{202e}\u{202d}".contains(*c);
    let name: String = last.chars().filter(kept).collect();
    let name = name.trim().trim_start_matches('.');
    let skipped = name.chars().count().saturating_sub(NAME_LENGTH);
    // The end of it says what it is.
    name.chars().skip(skipped).collect()
}

impl Receiving {
    /// Begins a file of this name; one of the same name that waits is replaced when it is whole.
    ///
    /// # Errors
    ///
    /// [`NotTaken`] where it is none that is taken.
    pub fn begin(workspace: &Workspace, name: &str) -> Result<Self, NotTaken> {
        let name = plain(name);
        let lower = name.to_lowercase();
        if !ENDINGS.iter().any(|ending| lower.ends_with(ending) && ending.len() < lower.len()) {
            return Err(NotTaken::Ending { name });
        }
        if MOST_FILES <= waiting(workspace)?.len() {
            return Err(NotTaken::TooMany);
        }
        let path = folder(workspace).join(&name);
        let file = Some(Growing::begin(&path, &[])?);
        Ok(Self { file, path, name, length: 0 })
    }

    /// Adds bytes.
    ///
    /// # Errors
    ///
    /// [`NotTaken`] where it grows too large, or the disk says no.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), NotTaken> {
        self.length += bytes.len() as u64;
        if LIMIT < self.length {
            return Err(NotTaken::TooLarge { name: self.name.clone() });
        }
        if let Some(file) = &mut self.file {
            file.push(bytes)?;
        }
        Ok(())
    }

    /// It is whole: it waits under the name that is given back.
    pub fn whole(mut self) -> String {
        self.file = None;
        self.path = PathBuf::new();
        std::mem::take(&mut self.name)
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            self.file = None;
            // What cannot be removed now is told as a file that waits.
            let _ = files::forget(&self.path);
        }
    }
}

/// The names of the files that wait, in the order of the alphabet.
///
/// # Errors
///
/// [`FileError`] when the folder cannot be listed.
pub fn waiting(workspace: &Workspace) -> Result<Vec<String>, FileError> {
    files::names_in(&folder(workspace))
}

/// Puts a file away.
///
/// # Errors
///
/// [`FileError`] when it cannot be removed.
pub fn put_away(workspace: &Workspace, name: &str) -> Result<(), FileError> {
    match waiting(workspace)?.iter().any(|known| known == name) {
        true => files::forget(&folder(workspace).join(name)),
        false => Ok(()),
    }
}

/// What a file that waits seems to be, near a month.
///
/// # Errors
///
/// [`EngineError`] where it cannot be read: as a file, or as an export.
pub fn recognised(
    workspace: &Workspace,
    name: &str,
    around: Month,
) -> Result<Recognised, EngineError> {
    let bytes = files::read(&folder(workspace).join(name), LIMIT)?;
    let config = &workspace.config;
    let file = ExportFile { name, bytes: &bytes };
    let found = recognise(&file, config.currency, &config.exports, around);
    Ok(found.map_err(IntakeError::from)?)
}

/// Whether an error is a question that a person answers by saying what the columns of the file are.
pub fn is_asked(error: &EngineError) -> bool {
    let EngineError::Intake(IntakeError::Ingest(error)) = error else { return false };
    matches!(
        error,
        IngestError::NoHeader { .. }
            | IngestError::MissingColumns { .. }
            | IngestError::AmbiguousColumns { .. }
            | IngestError::PriceOrCost { .. }
            | IngestError::UndecidableDate { .. }
            | IngestError::UndecidableDecimal { .. }
            | IngestError::BlankClients { .. }
    )
}

/// The first rows of a file that waits.
///
/// # Errors
///
/// [`EngineError`] where it is no table.
pub fn first_rows(workspace: &Workspace, name: &str) -> Result<Preview, EngineError> {
    let bytes = files::read(&folder(workspace).join(name), LIMIT)?;
    Ok(preview(&ExportFile { name, bytes: &bytes }).map_err(IntakeError::from)?)
}

/// Writes what a person said of a kind of export into `seatdrift.toml`, before what was said earlier: the first
/// that fits counts.
///
/// # Errors
///
/// [`WorkspaceError`] when the file cannot be read or written, or would say what cannot be understood: it is
/// then what it was.
pub fn say_of_exports(
    workspace: &mut Workspace,
    profile: &ExportProfile,
) -> Result<(), WorkspaceError> {
    #[derive(serde::Serialize)]
    struct Said<'a> {
        export: [&'a ExportProfile; 1],
    }
    let path = workspace.root.join(CONFIG_FILE);
    let bytes = files::read(&path, 1 << 20)?;
    let before = String::from_utf8_lossy(&bytes).into_owned();
    let wrong = |message: String| WorkspaceError::Config { path: path.clone(), message };
    let said = toml::to_string(&Said { export: [profile] });
    let said = said.map_err(|error| wrong(error.to_string()))?;
    let first = before
        .match_indices("[[export]]")
        .find(|(at, _)| before[..*at].ends_with('\n') || *at == 0);
    let text = match first {
        Some((at, _)) => format!("{}{said}\n{}", &before[..at], &before[at..]),
        None => format!("{}\n\n{said}", before.trim_end()),
    };
    workspace.config = parse_config(&path, text.as_bytes())?;
    files::write_atomic(&path, text.as_bytes())?;
    Ok(())
}

/// A pattern for a file's name that fits the same export of other months: digits may be others.
pub fn pattern(name: &str) -> String {
    let mut pattern = String::new();
    for letter in name.chars() {
        match letter {
            '0'..='9' if pattern.ends_with('*') => {}
            '0'..='9' => pattern.push('*'),
            _ => pattern.push(letter),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::domain::Side;
    use seatdrift_ingest::Field;

    fn workspace(folder: &std::path::Path) -> Workspace {
        Workspace::init(folder, "Acme", "USD".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_name_is_no_path_and_a_file_that_is_no_export_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = workspace(folder.path());
        for name in ["../../evil.sh", "x.exe", ".csv", "", "..", "seatdrift.toml"] {
            assert!(Receiving::begin(&workspace, name).is_err(), "{name}");
        }
        let mut taken = Receiving::begin(&workspace, "..\\..\\a\u{202e}<b>.csv").unwrap();
        taken.push(b"a,b\n").unwrap();
        assert_eq!(taken.whole(), "ab.csv");
        let mut broken_off = Receiving::begin(&workspace, "half.csv").unwrap();
        broken_off.push(b"a,b\n").unwrap();
        drop(broken_off);
        assert_eq!(waiting(&workspace).unwrap(), ["ab.csv"]);
        put_away(&workspace, "../seatdrift.toml").unwrap();
        assert!(files::is_file(&workspace.root.join(CONFIG_FILE)).unwrap());
        put_away(&workspace, "ab.csv").unwrap();
        assert!(waiting(&workspace).unwrap().is_empty());
    }

    #[test]
    fn what_is_said_of_an_export_counts_before_what_was_said_earlier() {
        let folder = tempfile::tempdir().unwrap();
        let mut workspace = workspace(folder.path());
        for header in ["Firma", "Kunde \"[[export]]\""] {
            let mut profile = ExportProfile::new(Side::Vendor);
            profile.file = Some(pattern("acme-2026-10.csv"));
            profile.columns.insert(Field::ClientName, header.to_owned());
            say_of_exports(&mut workspace, &profile).unwrap();
        }
        let again = Workspace::open(folder.path()).unwrap();
        assert_eq!(again.config.exports.len(), 2);
        assert_eq!(again.config, workspace.config);
        let first = &again.config.exports[0];
        assert_eq!(first.columns[&Field::ClientName], "Kunde \"[[export]]\"");
        assert!(first.fits(Side::Vendor, "acme-2026-11.csv"));
    }
}
