//! A folder of exports → months in the history, and decisions.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde::Serialize;

use crate::decide;
use crate::decision_store;
use crate::error::EngineError;
use crate::files;
use crate::history::History;
use crate::intake::{Exports, FileRead, Intake, read_month};
use crate::workspace::{Config, LockedWorkspace};
use seatdrift_core::domain::{Month, Side, quoted};
use seatdrift_core::months::PastMonths as _;

/// How the names of exports end.
const ENDINGS: [&str; 9] =
    [".csv", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".zip", ".gz"];

/// Told after each month how many of all are read, from whichever thread read it.
pub type MonthsRead<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// What an import did.
#[derive(Debug, Serialize)]
pub struct Imported {
    /// Each month, oldest first.
    pub months: Vec<ImportedMonth>,
    /// Decisions that were not there before.
    pub decisions: usize,
}

/// What an import did with one month.
#[derive(Debug, Serialize)]
pub struct ImportedMonth {
    /// The month.
    pub month: Month,
    /// The history had this month before.
    pub replaced: bool,
    /// How each of its files was read.
    pub files: Vec<FileRead>,
    /// Rows that could not be read, as `file:row:column: expected …, found …`.
    pub rejected: Vec<String>,
}

/// Reads every month of a folder (`YYYY-MM/vendor*.csv`, `YYYY-MM/psa*.csv`, `decisions.csv`), then
/// stores them: a folder with a file that cannot be read changes nothing.
///
/// # Errors
///
/// [`EngineError`] for the first month that cannot be read, or when one cannot be stored.
pub fn import_folder(
    workspace: &LockedWorkspace,
    folder: &Path,
    progress: MonthsRead<'_>,
) -> Result<Imported, EngineError> {
    let months = months_in(folder)?;
    if months.is_empty() {
        return Err(EngineError::NoMonths { folder: folder.to_owned() });
    }
    import_months(workspace, folder, &months, progress)
}

/// The same for some months of a folder.
///
/// # Errors
///
/// As [`import_folder`].
pub fn import_months(
    workspace: &LockedWorkspace,
    folder: &Path,
    months: &[Month],
    progress: MonthsRead<'_>,
) -> Result<Imported, EngineError> {
    let n_read = AtomicUsize::new(0);
    let read: Vec<Result<PackedMonth, EngineError>> = months
        .par_iter()
        .map(|month| {
            let read = read_folder(folder, *month, &workspace.config)?;
            progress(1 + n_read.fetch_add(1, Ordering::Relaxed), months.len());
            PackedMonth::new(*month, read)
        })
        .collect();
    let read: Vec<PackedMonth> = read.into_iter().collect::<Result<_, _>>()?;
    let given = decide::given_if_present(&folder.join("decisions.csv"))?;
    let fresh = decide::fresh(decision_store::written(workspace)?.decisions, given);

    let history = History::new(workspace.history());
    let stored = history.months()?;
    let mut imported = Imported { months: Vec::new(), decisions: fresh.len() };
    let change = workspace.change();
    for PackedMonth { month, originals, packed, files, rejected } in read {
        change.stage_sealed_folder(&workspace.originals(month), &originals)?;
        history.store(&change, month, &packed)?;
        let replaced = stored.contains(&month);
        imported.months.push(ImportedMonth { month, replaced, files, rejected });
    }
    decision_store::append_with(workspace, &fresh, change)?;
    // The next score has them then; where they cannot be made it says why.
    if history.lines(months).is_ok() {
        history.keep_sums();
    }
    Ok(imported)
}

/// A month that was read and is to be stored, its rows packed: they take a tenth of the room.
struct PackedMonth {
    month: Month,
    originals: Vec<(String, Vec<u8>)>,
    packed: Vec<u8>,
    files: Vec<FileRead>,
    rejected: Vec<String>,
}

impl PackedMonth {
    fn new(month: Month, intake: Intake) -> Result<Self, EngineError> {
        let rejected = intake.rejected.iter().map(|row| {
            format!("{}: expected {}, found {}", row.at, row.expected, quoted(&row.found))
        });
        Ok(Self {
            month,
            rejected: rejected.collect(),
            packed: History::pack(&intake.rows)?,
            originals: intake.originals,
            files: intake.files,
        })
    }
}

fn months_in(folder: &Path) -> Result<Vec<Month>, EngineError> {
    if !folder.is_dir() {
        return Err(EngineError::NoFolder { folder: folder.to_owned() });
    }
    let names = files::names_in(folder)?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

fn read_folder(folder: &Path, month: Month, config: &Config) -> Result<Intake, EngineError> {
    let (vendor, psa) = exports_of(folder, month)?;
    read_month(&Exports::new(month, &vendor, &psa), config).map_err(|source| EngineError::Month {
        // Every month's files may have the same names.
        folder: folder.join(month.to_string()),
        source: Box::new(source),
    })
}

/// Whether an archive lies beside the file that was unpacked from it: `vendor.zip` beside `vendor.csv`.
fn is_unpacked_too(name: &str, names: &[String]) -> bool {
    let lower = name.to_lowercase();
    let Some(packed) = lower.strip_suffix(".zip").or_else(|| lower.strip_suffix(".gz")) else {
        return false;
    };
    names.iter().map(|other| other.to_lowercase()).any(|other| {
        let stem = other.rsplit_once('.').map_or(other.as_str(), |(stem, _)| stem);
        other != lower && (other == packed || stem == packed)
    })
}

/// The export files of a month in a folder of exports: vendor, then PSA, each sorted by name.
///
/// # Errors
///
/// [`EngineError::NoExports`] where a side has none.
pub fn exports_of(
    folder: &Path,
    month: Month,
) -> Result<(Vec<PathBuf>, Vec<PathBuf>), EngineError> {
    let folder = folder.join(month.to_string());
    let names = files::names_in(&folder)?;
    let of = |side: Side| {
        let is_export = |name: &&String| {
            let lower = name.to_lowercase();
            lower.starts_with(side.word()) && ENDINGS.iter().any(|ending| lower.ends_with(ending))
        };
        let exports = names.iter().filter(is_export).filter(|name| !is_unpacked_too(name, &names));
        let found: Vec<PathBuf> = exports.map(|name| folder.join(name)).collect();
        match found.is_empty() {
            true => Err(EngineError::NoExports { folder: folder.clone(), side }),
            false => Ok(found),
        }
    };
    Ok((of(Side::Vendor)?, of(Side::Psa)?))
}
