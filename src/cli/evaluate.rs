//! `seatdrift evaluate`: how good is it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use super::{CommandError, Context};
use seatdrift_core::models::Models;
use seatdrift_engine::files;
use seatdrift_lab::evaluate::{
    EvaluateRecipe, Reached, Steps, evaluate, flag_sets, flags, series_sets, words,
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift evaluate --seed 7\n\n\
    Needs no workspace: it makes up MSPs, matches them as `score` does, and compares with the truth. \
    Takes a minute or two. Only seconds and rates differ from run to run.")]
pub(super) struct Arguments {
    /// Measure on public sets too: DIR/matching/<set>/ with tableA.csv, tableB.csv and train.csv,
    /// valid.csv, test.csv, or matches.csv; DIR/series/<set>.csv as `flag` reads it
    #[arg(long, value_name = "DIR")]
    benchmarks: Option<PathBuf>,
    /// The seed of every draw
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Made-up MSPs for each pair of export formats
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    msps: u32,
    /// Measure flags alone
    #[arg(long)]
    flags_only: bool,
    /// Write the months that flags were measured on, for methods outside this program to judge
    #[arg(long, value_name = "CSV")]
    peer_cases: Option<PathBuf>,
    /// Clients of each
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(5..=5000))]
    clients: u32,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let recipe = EvaluateRecipe {
        seed: arguments.seed,
        msps: arguments.msps as usize,
        clients: arguments.clients as usize,
        ..EvaluateRecipe::default()
    };
    let shipped = Models::shipped()?;
    let start = Instant::now();
    let step = context.output.step("evaluating");
    let folder = arguments.benchmarks.as_deref();
    let clock = || start.elapsed();
    let tell = |reached: Reached<'_>| {
        step.now(reached.doing);
        step.reached(reached.n_done, reached.n_all);
    };
    let steps = Steps::new(&tell);
    if let Some(path) = &arguments.peer_cases {
        let sets = series_sets(&recipe, folder, &shipped, &steps)?;
        files::write_atomic(path, flags::peer_cases(&sets, &recipe.flags).as_bytes())?;
    }
    if arguments.flags_only {
        let figures = flag_sets(&recipe, folder, &shipped, &steps)?;
        drop(step);
        context.output.result(&figures, &flags::words(&figures))?;
        return Ok(ExitCode::SUCCESS);
    }
    let evaluation = evaluate(&recipe, folder, &shipped, &clock, &steps)?;
    drop(step);
    context.output.result(&evaluation, &words(&evaluation))?;
    Ok(ExitCode::SUCCESS)
}
