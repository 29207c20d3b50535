//! `seatdrift import FOLDER`: months of exports, and decisions, into the workspace.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, bail};
use rayon::prelude::*;
use serde::Serialize;

use super::print::Step;
use super::{Context, decide};
use seatdrift_core::domain::Month;
use seatdrift_engine::decision_store;
use seatdrift_engine::files;
use seatdrift_engine::history::History;
use seatdrift_engine::intake::{FileRead, Intake, read_month};
use seatdrift_engine::workspace::{Config, Workspace};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift import exports/\n\n\
    FOLDER holds YYYY-MM/vendor*.csv (or .xlsx), YYYY-MM/psa*.csv (or .xlsx), and decisions.csv if \
    there are decisions.")]
pub struct Arguments {
    /// The folder with a folder for each month
    folder: PathBuf,
}

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
    month: Month,
    /// The history had this month before.
    replaced: bool,
    files: Vec<FileRead>,
    /// Rows that could not be read, as `file:row:column: expected …, found …`.
    rejected: Vec<String>,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let _lock = workspace.lock()?;
    decide::note_passed_over(&workspace, context)?;
    let step = context.output.step("reading exports");
    let imported = import(&workspace, &arguments.folder, &step)?;
    drop(step);
    context.output.result(&imported, &words(&imported))?;
    Ok(ExitCode::SUCCESS)
}

/// Reads every month of a folder, then stores them: a folder with a file that cannot be read changes
/// nothing.
fn import(workspace: &Workspace, folder: &Path, step: &Step) -> anyhow::Result<Imported> {
    let months = months_in(folder)?;
    if months.is_empty() {
        bail!("{}: expected folders named YYYY-MM, found none", folder.display());
    }
    import_months(workspace, folder, &months, step)
}

/// The same for some months of a folder.
pub fn import_months(
    workspace: &Workspace,
    folder: &Path,
    months: &[Month],
    step: &Step,
) -> anyhow::Result<Imported> {
    let n_read = AtomicUsize::new(0);
    let read: Vec<anyhow::Result<MonthRead>> = months
        .par_iter()
        .map(|month| {
            let read = read_folder(folder, *month, &workspace.config)?;
            step.reached(1 + n_read.fetch_add(1, Ordering::Relaxed), months.len());
            MonthRead::new(*month, read)
        })
        .collect();
    let read: Vec<MonthRead> = read.into_iter().collect::<anyhow::Result<_>>()?;
    let given = decide::read_if_present(&folder.join("decisions.csv"))?;
    let fresh = decide::fresh(decision_store::written(workspace)?.decisions, given);

    let history = History::new(workspace.history());
    let stored = history.months()?;
    let mut imported = Imported { months: Vec::new(), decisions: fresh.len() };
    for MonthRead { month, originals, packed, files, rejected } in read {
        files::replace_folder(&workspace.originals(month), &originals)?;
        history.store(month, &packed)?;
        let replaced = stored.contains(&month);
        imported.months.push(ImportedMonth { month, replaced, files, rejected });
    }
    decide::append(workspace, &fresh)?;
    Ok(imported)
}

/// A month that was read and is to be stored, its rows packed: they take a tenth of the room.
struct MonthRead {
    month: Month,
    originals: Vec<(String, Vec<u8>)>,
    packed: Vec<u8>,
    files: Vec<FileRead>,
    rejected: Vec<String>,
}

impl MonthRead {
    fn new(month: Month, intake: Intake) -> anyhow::Result<Self> {
        let rejected = intake
            .rejected
            .iter()
            .map(|row| format!("{}: expected {}, found {:?}", row.at, row.expected, row.found));
        Ok(Self {
            month,
            rejected: rejected.collect(),
            packed: History::pack(&intake.rows)?,
            originals: intake.originals,
            files: intake.files,
        })
    }
}

fn months_in(folder: &Path) -> anyhow::Result<Vec<Month>> {
    if !folder.is_dir() {
        bail!("{}: expected a folder of exports, found no such folder", folder.display());
    }
    let names = files::names_in(folder)?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

fn read_folder(folder: &Path, month: Month, config: &Config) -> anyhow::Result<Intake> {
    let (vendor, psa) = exports_of(folder, month)?;
    // Every month's files may have the same names.
    let at = || folder.join(month.to_string()).display().to_string();
    read_month(&vendor, &psa, month, config).with_context(at)
}

/// The export files of a month: vendor, then PSA, each sorted by name.
pub fn exports_of(folder: &Path, month: Month) -> anyhow::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let folder = folder.join(month.to_string());
    let names = files::names_in(&folder)?;
    let of = |side: &str| {
        let is_export = |name: &&String| {
            let lower = name.to_lowercase();
            lower.starts_with(side) && (lower.ends_with(".csv") || lower.ends_with(".xlsx"))
        };
        let found: Vec<PathBuf> =
            names.iter().filter(is_export).map(|name| folder.join(name)).collect();
        if found.is_empty() {
            bail!("{}: expected {side}*.csv or {side}*.xlsx, found none", folder.display());
        }
        Ok(found)
    };
    Ok((of("vendor")?, of("psa")?))
}

fn words(imported: &Imported) -> String {
    let mut text = String::new();
    for month in &imported.months {
        let n_rows: usize = month.files.iter().map(|file| file.rows).sum();
        let replaced = if month.replaced { ", in place of what was there" } else { "" };
        text.push_str(&format!("{}  {n_rows} rows{replaced}\n", month.month));
        for rejected in &month.rejected {
            text.push_str(&format!("         not read: {rejected}\n"));
        }
    }
    let n_months = imported.months.len();
    let noun = if n_months == 1 { "month" } else { "months" };
    text.push_str(&format!("{n_months} {noun}, {} new decisions\n", imported.decisions));
    text
}
