//! `seatdrift evaluate`: how good is it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Instant;

use super::{CommandError, Context};
use seatdrift_core::models::Models;
use seatdrift_engine::files;
use seatdrift_lab::evaluate::flags::{NullBookRecipe, null_book_words, null_books};
use seatdrift_lab::evaluate::{
    DamagedRecipe, EvaluateRecipe, Reached, SequenceRecipe, Steps, damaged, damaged_words,
    evaluate, flag_sets, flags, sequence, sequence_words, series_sets, words,
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
    /// Made-up MSPs for each pair of export formats, 10 where nothing is said; of both together with
    /// --sequence, 6, and with --damaged, 40
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    msps: Option<u32>,
    /// Measure flags alone
    #[arg(long)]
    flags_only: bool,
    /// Measure flags on made-up books in which nothing happens, alone: how many come, and how many were
    /// expected to
    #[arg(long, conflicts_with_all = ["flags_only", "benchmarks", "peer_cases", "sequence", "damaged"])]
    null_books: bool,
    /// Lines of such a book: 300, 1,600 and 20,000 where nothing is said
    #[arg(long, requires = "null_books", value_delimiter = ',', value_name = "N,…", value_parser = clap::value_parser!(u32).range(50..=2_000_000))]
    lines: Vec<u32>,
    /// Such books of each kind and size
    #[arg(long, requires = "null_books", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    books: u32,
    /// Write the months that flags were measured on, for methods outside this program to judge
    #[arg(long, value_name = "CSV")]
    peer_cases: Option<PathBuf>,
    /// Clients of each, 60 where nothing is said; with --sequence also FEWEST..MOST, 60..300
    #[arg(long)]
    clients: Option<Clients>,
    /// Measure the loop alone: score, review, learn, month after month, on hostile books from nothing
    #[arg(long, conflicts_with_all = ["flags_only", "benchmarks", "peer_cases"])]
    sequence: bool,
    /// Measure sure claims on spoilt exports alone: 40 MSPs with one damage each, beside the same MSPs whole
    #[arg(long, conflicts_with_all = ["sequence", "flags_only", "benchmarks", "peer_cases"])]
    damaged: bool,
    /// Months of the loop
    #[arg(long, requires = "sequence", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=36))]
    months: u32,
    /// False claims of each cause, and false accepts, of the loop to show
    #[arg(long, requires = "sequence", value_name = "N", default_value_t = 0)]
    examples: u32,
}

/// Fewest and most clients of a made-up MSP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Clients {
    fewest: usize,
    most: usize,
}

impl FromStr for Clients {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let number = text.parse().ok().filter(|n| (5..=5000).contains(n));
            number.ok_or_else(|| "expected 5 to 5000, or two of them as 60..300".to_owned())
        };
        let (fewest, most) = text.split_once("..").unwrap_or((text, text));
        let clients = Self { fewest: number(fewest)?, most: number(most)? };
        if clients.most < clients.fewest {
            return Err("expected the fewest first, as 60..300".to_owned());
        }
        Ok(clients)
    }
}

fn run_sequence(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let usual = SequenceRecipe::default();
    let recipe = SequenceRecipe {
        seed: arguments.seed,
        msps: arguments.msps.map_or(usual.msps, |n| n as usize),
        months: arguments.months as usize,
        clients: arguments.clients.map_or(usual.clients, |clients| (clients.fewest, clients.most)),
        examples: arguments.examples as usize,
    };
    let step = context.output.step("evaluating");
    let tell = |reached: Reached<'_>| {
        step.now(reached.doing);
        step.reached(reached.n_done, reached.n_all);
    };
    let figures = sequence(&recipe, &Models::shipped()?, &Steps::new(&tell))?;
    drop(step);
    context.output.result(&figures, &sequence_words(&figures))?;
    Ok(ExitCode::SUCCESS)
}

fn run_damaged(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let usual = DamagedRecipe::default();
    let recipe = DamagedRecipe {
        seed: arguments.seed,
        msps: arguments.msps.map_or(usual.msps, |n| n as usize),
        clients: one_number(arguments.clients, usual.clients)?,
    };
    let step = context.output.step("evaluating");
    let tell = |reached: Reached<'_>| {
        step.now(reached.doing);
        step.reached(reached.n_done, reached.n_all);
    };
    let figures = damaged(&recipe, &Models::shipped()?, &Steps::new(&tell))?;
    drop(step);
    context.output.result(&figures, &damaged_words(&figures))?;
    Ok(ExitCode::SUCCESS)
}

/// How many clients there are to be, where they are not fewest and most.
fn one_number(clients: Option<Clients>, usual: usize) -> Result<usize, CommandError> {
    match clients {
        Some(clients) if clients.most != clients.fewest => {
            Err(CommandError::new("--clients: expected one number without --sequence".to_owned()))
        }
        clients => Ok(clients.map_or(usual, |clients| clients.fewest)),
    }
}

fn run_null_books(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let mut recipe = NullBookRecipe {
        seed: arguments.seed,
        books: arguments.books as usize,
        ..NullBookRecipe::default()
    };
    if !arguments.lines.is_empty() {
        recipe.lines = arguments.lines.iter().map(|lines| *lines as usize).collect();
    }
    let step = context.output.step("evaluating");
    let tell = |reached: Reached<'_>| {
        step.now(reached.doing);
        step.reached(reached.n_done, reached.n_all);
    };
    let figures = null_books(&recipe, &Steps::new(&tell));
    drop(step);
    context.output.result(&figures, &null_book_words(&recipe, &figures))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    if arguments.sequence {
        return run_sequence(arguments, context);
    }
    if arguments.damaged {
        return run_damaged(arguments, context);
    }
    if arguments.null_books {
        return run_null_books(arguments, context);
    }
    let usual = EvaluateRecipe::default();
    let clients = one_number(arguments.clients, usual.clients)?;
    let recipe = EvaluateRecipe {
        seed: arguments.seed,
        msps: arguments.msps.map_or(usual.msps, |n| n as usize),
        clients,
        ..usual
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
