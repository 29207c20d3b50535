//! `seatdrift decide FILE`: append decisions from a spreadsheet.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{CommandError, Context};
use seatdrift_engine::decide::decide;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift decide reviewed.csv\n\n\
    The file has the columns of decisions.csv; rows that are there already are passed over.")]
pub(super) struct Arguments {
    /// A CSV with the columns of decisions.csv
    file: PathBuf,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.locked()?;
    let decided = decide(&workspace, &arguments.file)?;
    let mut words = format!(
        "{} {} appended to {}, {} were there already",
        decided.appended,
        if decided.appended == 1 { "decision" } else { "decisions" },
        workspace.decisions().display(),
        decided.already_there
    );
    for note in &decided.notes {
        words.push_str(&format!("\n  note: {note}"));
    }
    context.output.result(&decided, &words)?;
    Ok(ExitCode::SUCCESS)
}
