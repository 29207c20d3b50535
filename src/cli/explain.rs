//! `seatdrift explain ID`: every number behind one suggestion, finding, flag or cause.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::Value;

use super::{CommandError, Context};
use seatdrift_core::domain::Month;
use seatdrift_engine::explain::{explain, page};
use seatdrift_engine::files;
use seatdrift_engine::run_store::stored_run;
use seatdrift_report::{Explained, terminal};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift explain f-3fa9c1d20b --out finding.html\n\n\
    Ids stand in suggestions.csv (s-…), findings.csv (f-…) and flags.csv (g-…), those of causes in the last
    two's column cause.")]
pub(super) struct Arguments {
    /// The id
    id: String,
    /// The month, YYYY-MM [default: the newest one scored]
    #[arg(long)]
    month: Option<Month>,
    /// Write it also as a page with its chart: one file to keep, print or mail
    #[arg(long, value_name = "HTML")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.workspace()?;
    let run = stored_run(&workspace, arguments.month)?;
    let explanation = explain(&run, &arguments.id)?;
    if let Some(path) = &arguments.out {
        files::write_atomic(path, &page(&workspace, run.month, &explanation)?)?;
        context.output.note(&format!("the page is {}", path.display()));
    }
    let words = terminal::explain(&explanation, context.output.width());
    context.output.result(&value(explanation.of)?, &words)?;
    Ok(ExitCode::SUCCESS)
}

fn value(of: Explained<'_>) -> serde_json::Result<Value> {
    match of {
        Explained::Pair(pair) => serde_json::to_value(pair),
        Explained::Finding(finding) => serde_json::to_value(finding),
        Explained::Flag(flag) => serde_json::to_value(flag),
        Explained::Cause(cause) => serde_json::to_value(cause),
        Explained::Settled(line) => serde_json::to_value(line),
        Explained::Recomputed(line) => serde_json::to_value(line),
    }
}
