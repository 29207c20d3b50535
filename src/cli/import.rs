//! `seatdrift import FOLDER`: months of exports, and decisions, into the workspace.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{CommandError, Context};
use seatdrift_engine::import::{Imported, import_folder};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift import exports/\n\n\
    FOLDER holds YYYY-MM/vendor*.csv (or .xlsx, .ods, .zip, …), YYYY-MM/psa*.csv, and decisions.csv if \
    there are decisions.")]
pub(super) struct Arguments {
    /// The folder with a folder for each month
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.locked()?;
    let step = context.output.step("reading exports");
    let reached = |n_done, n_all| step.reached(n_done, n_all);
    let imported = import_folder(&workspace, &arguments.folder, &reached)?;
    drop(step);
    context.note_gap(&workspace);
    context.output.result(&imported, &words(&imported))?;
    Ok(ExitCode::SUCCESS)
}

fn words(imported: &Imported) -> String {
    let mut text = String::new();
    for month in &imported.months {
        let n_rows: usize = month.files.iter().map(|file| file.rows).sum();
        let replaced = if month.replaced { ", in place of what was there" } else { "" };
        text.push_str(&format!("{}  {n_rows} rows{replaced}\n", month.month));
        for note in month.files.iter().flat_map(|file| &file.notes) {
            text.push_str(&format!("         {note}\n"));
        }
        for rejected in &month.rejected {
            text.push_str(&format!("         not read: {rejected}\n"));
        }
    }
    let n_months = imported.months.len();
    let noun = if n_months == 1 { "month" } else { "months" };
    text.push_str(&format!("{n_months} {noun}, {} new decisions\n", imported.decisions));
    text
}
