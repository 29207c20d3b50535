//! One file per command: arguments, call, print.

mod changes;
mod completions;
mod connect;
mod decide;
mod demo;
mod error;
mod evaluate;
mod explain;
mod flag;
mod import;
mod init;
mod match_tables;
mod open;
mod print;
mod pull;
mod report;
mod review;
mod score;
mod simulate;
mod train;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jiff::Timestamp;
use rust_decimal::Decimal;

pub(crate) use error::CommandError;
use print::Output;
pub(crate) use print::harmless;

use seatdrift_core::run::Run;
use seatdrift_engine::clock::Clock;
use seatdrift_engine::decision_store::{passed_over, written};
use seatdrift_engine::error::EngineError;
use seatdrift_engine::history::{History, gap};
use seatdrift_engine::workspace::{LockedWorkspace, Workspace};

/// Finds the money that leaks between what vendors charge you and what you bill your clients.
///
/// People decide: seatdrift never changes an invoice.
#[derive(Debug, Parser)]
#[command(name = "seatdrift", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// The workspace: a folder with a seatdrift.toml [default: here, or the nearest folder above]
    #[arg(long, global = true, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Print nothing but the result
    #[arg(long, global = true)]
    quiet: bool,
    /// Exit with status 1 when a finding or flag of at least this much money a month was found
    #[arg(long, global = true, value_name = "AMOUNT")]
    fail_on: Option<Decimal>,
    /// What to do [default: open the page]
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the page: drop exports, decide, take the list of changes along
    Open(open::Arguments),
    /// Make a workspace from the shipped sample, train, score its newest month, write the report
    Demo(demo::Arguments),
    /// Make an empty workspace
    Init(init::Arguments),
    /// Load months of export files into the history
    Import(import::Arguments),
    /// Learn from what people decided and from the history
    Train(train::Arguments),
    /// Score one month's pair of exports
    Score(score::Arguments),
    /// Live sources: add one, check them, list them; nothing is ever written to them
    Connect(connect::Arguments),
    /// Read the live sources: what is charged, and the seats of the day
    Pull(pull::Arguments),
    /// List what changed between the days that were pulled, on both sides
    Changes(changes::Arguments),
    /// Pull, compare the day and tell what is new: once, or on a schedule
    Watch(watch::Arguments),
    /// Open a local web page to decide what needs a person
    Review(review::Arguments),
    /// Append decisions from a spreadsheet saved as CSV
    Decide(decide::Arguments),
    /// Show every number behind one suggestion, finding or flag
    Explain(explain::Arguments),
    /// Write a scored month's report again
    Report(report::Arguments),
    /// Match the rows of any two tables
    Match(match_tables::Arguments),
    /// Flag the months of any monthly series that its trend did not expect
    Flag(flag::Arguments),
    /// Make up an MSP: exports, decisions and the truth
    Simulate(simulate::Arguments),
    /// Measure how good it is: matching, the learning curve, seats, speed
    Evaluate(evaluate::Arguments),
    /// Print the script that lets a shell complete commands and options
    Completions(completions::Arguments),
}

impl Command {
    /// As it is typed: what others are told who wait for it.
    fn typed(&self) -> &'static str {
        match self {
            Self::Open(_) => "seatdrift open",
            Self::Demo(_) => "seatdrift demo",
            Self::Init(_) => "seatdrift init",
            Self::Import(_) => "seatdrift import",
            Self::Train(_) => "seatdrift train",
            Self::Score(_) => "seatdrift score",
            Self::Connect(_) => "seatdrift connect",
            Self::Pull(_) => "seatdrift pull",
            Self::Changes(_) => "seatdrift changes",
            Self::Watch(_) => "seatdrift watch",
            Self::Review(_) => "seatdrift review",
            Self::Decide(_) => "seatdrift decide",
            Self::Explain(_) => "seatdrift explain",
            Self::Report(_) => "seatdrift report",
            Self::Match(_) => "seatdrift match",
            Self::Flag(_) => "seatdrift flag",
            Self::Simulate(_) => "seatdrift simulate",
            Self::Evaluate(_) => "seatdrift evaluate",
            Self::Completions(_) => "seatdrift completions",
        }
    }
}

/// What every command is told besides its own arguments.
#[derive(Debug)]
struct Context {
    /// The command, as it is typed.
    typed: &'static str,
    workspace: Option<PathBuf>,
    output: Output,
    fail_on: Option<Decimal>,
}

impl Context {
    /// The workspace the command works in.
    fn workspace(&self) -> Result<Workspace, CommandError> {
        let folder = self.workspace.clone().unwrap_or_else(|| PathBuf::from("."));
        let workspace = Workspace::open(&folder)?;
        self.note_all(&workspace.settle()?);
        Ok(workspace)
    }

    /// The same for a command that writes to it. Says which rows of its decisions cannot be understood.
    fn locked(&self) -> Result<LockedWorkspace, CommandError> {
        let workspace = self.held()?;
        self.note_passed_over(&workspace)?;
        Ok(workspace)
    }

    /// The same without a look at its decisions.
    fn held(&self) -> Result<LockedWorkspace, CommandError> {
        let waiting = |words: &str| self.output.note(&format!("note: {words}"));
        let workspace = self.workspace()?.lock_when_free(self.typed, waiting)?;
        self.note_all(&workspace.healed);
        Ok(workspace)
    }

    /// Says which rows of a workspace's decisions cannot be understood and are passed over.
    fn note_passed_over(&self, workspace: &Workspace) -> Result<(), CommandError> {
        self.note_all(&passed_over(&written(workspace).map_err(EngineError::from)?));
        Ok(())
    }

    /// Says which months are missing between those that a workspace has. What cannot be looked at now was looked at
    /// by the command, which is done.
    fn note_gap(&self, workspace: &Workspace) {
        let months = History::new(workspace.history()).months().unwrap_or_default();
        self.note_all(gap(&months).as_slice());
    }

    fn note_all(&self, sentences: &[String]) {
        for words in sentences {
            self.output.note(&format!("note: {words}"));
        }
    }

    /// Status 1 when the run holds something at or above `--fail-on`.
    fn verdict(&self, run: &Run) -> ExitCode {
        let Some(threshold) = self.fail_on else { return ExitCode::SUCCESS };
        let findings = run
            .findings
            .iter()
            .filter(|finding| finding.is_claim())
            .map(|finding| finding.monthly_impact);
        let flags = run.flags.iter().map(|flag| flag.monthly_impact);
        if findings.chain(flags).any(|impact| impact >= threshold) {
            ExitCode::from(1)
        } else {
            ExitCode::SUCCESS
        }
    }
}

/// The system's clock; or the moment that `SOURCE_DATE_EPOCH` gives, for who needs the same bytes again.
///
/// Source: <https://reproducible-builds.org/specs/source-date-epoch/>
fn clock() -> Result<Clock, CommandError> {
    const VARIABLE: &str = "SOURCE_DATE_EPOCH";
    let Ok(text) = std::env::var(VARIABLE) else { return Ok(Clock::System) };
    let wrong = |words: String| CommandError::new(format!("{VARIABLE}: {words}"));
    let seconds: i64 = text.parse().map_err(|error| {
        wrong(format!("expected seconds since 1970 began, found {text:?}: {error}"))
    })?;
    let moment = Timestamp::from_second(seconds);
    moment.map(Clock::Fixed).map_err(|error| wrong(format!("no year has {seconds}: {error}")))
}

/// Runs one command.
///
/// # Errors
///
/// Whatever kept the command from running; nothing was changed then.
pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let output = Output::new(arguments.json, arguments.quiet);
    let command = arguments.command.unwrap_or_else(|| Command::Open(open::Arguments::default()));
    let typed = command.typed();
    let (workspace, fail_on) = (arguments.workspace, arguments.fail_on);
    let context = Context { typed, workspace, output, fail_on };
    match command {
        Command::Open(arguments) => open::run(&arguments, &context),
        Command::Demo(arguments) => demo::run(&arguments, &context),
        Command::Init(arguments) => init::run(&arguments, &context),
        Command::Import(arguments) => import::run(&arguments, &context),
        Command::Train(arguments) => train::run(&arguments, &context),
        Command::Score(arguments) => score::run(&arguments, &context),
        Command::Connect(arguments) => connect::run(&arguments, &context),
        Command::Pull(arguments) => pull::run(&arguments, &context),
        Command::Changes(arguments) => changes::run(&arguments, &context),
        Command::Watch(arguments) => watch::run(&arguments, &context),
        Command::Review(arguments) => review::run(&arguments, &context),
        Command::Decide(arguments) => decide::run(&arguments, &context),
        Command::Explain(arguments) => explain::run(&arguments, &context),
        Command::Report(arguments) => report::run(&arguments, &context),
        Command::Match(arguments) => match_tables::run(&arguments, &context),
        Command::Flag(arguments) => flag::run(&arguments, &context),
        Command::Simulate(arguments) => simulate::run(&arguments, &context),
        Command::Evaluate(arguments) => evaluate::run(&arguments, &context),
        Command::Completions(arguments) => completions::run(&arguments, &context),
    }
}
