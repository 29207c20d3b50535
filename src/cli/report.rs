//! `seatdrift report`: a scored month's files again.

use std::process::ExitCode;

use super::{CommandError, Context, score};
use seatdrift_core::domain::Month;
use seatdrift_engine::report::{Reported, report};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift report --month 2026-10")]
pub(super) struct Arguments {
    /// The month, YYYY-MM [default: the newest one scored]
    #[arg(long)]
    month: Option<Month>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.locked()?;
    let Reported { run, left_out } = report(&workspace, arguments.month)?;
    if let Some(note) = left_out {
        context.output.note(&note);
    }
    context.note_gap(&workspace);
    score::print(&workspace, &run, context)?;
    Ok(context.verdict(&run))
}
