//! `seatdrift train`: learn from what people decided and from the history.

use std::process::ExitCode;

use super::{CommandError, Context};
use seatdrift_engine::learn::{Gate, learn};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift train\n\n\
    A new model replaces the current one when it is better on months held out.")]
pub(super) struct Arguments {
    /// Use the new models even where the current ones are better
    #[arg(long)]
    replace: bool,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.locked()?;
    let step = context.output.step("learning");
    let gate = if arguments.replace { Gate::Open } else { Gate::BetterOnly };
    let learned = learn(&workspace, gate, &|doing| step.now(doing))?;
    drop(step);
    context.note_gap(&workspace);
    context.output.result(&learned, &learned.words())?;
    Ok(ExitCode::SUCCESS)
}
