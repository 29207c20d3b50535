//! `seatdrift explain ID`: every number behind one suggestion, finding or flag.

use std::process::ExitCode;

use anyhow::bail;

use super::{Context, report};
use crate::domain::Month;
use crate::report::terminal;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift explain f-3fa9c1d20b\n\n\
    Ids stand in suggestions.csv (s-…), findings.csv (f-…) and flags.csv (g-…).")]
pub struct Arguments {
    /// The id
    id: String,
    /// The month, YYYY-MM [default: the newest one scored]
    #[arg(long)]
    month: Option<Month>,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let run = report::stored_run(&workspace, arguments.month)?;
    let id = arguments.id.as_str();
    let Some(words) = terminal::explain(&run, id, context.output.width()) else {
        bail!("nothing called {id:?} in the run of {}", run.month);
    };
    let value = run
        .findings
        .iter()
        .find(|one| one.id == id)
        .map(serde_json::to_value)
        .or_else(|| run.flags.iter().find(|one| one.id == id).map(serde_json::to_value))
        .or_else(|| run.suggestions.iter().find(|one| one.id == id).map(serde_json::to_value))
        .transpose()?;
    context.output.result(&value, &words)?;
    Ok(ExitCode::SUCCESS)
}
