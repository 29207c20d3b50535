//! `seatdrift score`: one month's pair of exports → a run, and the month joins the history.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::civil::Date;
use serde::Serialize;

use super::{CommandError, Context, clock};
use seatdrift_connect::chosen::{Choice, chosen};
use seatdrift_connect::error::ConnectError;
use seatdrift_connect::tenant::day_of;
use seatdrift_core::domain::{Month, Side};
use seatdrift_core::run::moneys::MoneysSaid;
use seatdrift_core::run::{Run, Status, Summary, change_list};
use seatdrift_engine::score::{Exports, GivenFile, Scored, score};
use seatdrift_engine::workspace::Workspace;
use seatdrift_report::terminal;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift score --month 2026-10 \\\n    \
    --vendor pax8-invoice.csv --psa connectwise-additions.csv\n\nA side without files is scored from what was \
    pulled of its sources.")]
pub(super) struct Arguments {
    /// The month the exports are about, YYYY-MM
    #[arg(long)]
    month: Month,
    /// What vendors charge: one or more export files [default: what was pulled]
    #[arg(long, num_args = 1.., value_name = "FILE")]
    vendor: Vec<PathBuf>,
    /// What clients are billed: one or more export files [default: what was pulled]
    #[arg(long, num_args = 1.., value_name = "FILE")]
    psa: Vec<PathBuf>,
    /// Compare what is in force on a day of the month, YYYY-MM-DD [default: its last day]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Take what was pulled beside the files that are given
    #[arg(long)]
    pulled: bool,
    /// Leave a source out
    #[arg(long, value_name = "NAME")]
    without: Vec<String>,
}

/// What `--json` prints of a scored month.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    run: PathBuf,
    report: PathBuf,
    findings: usize,
    flags: usize,
    expected_false_flags: f64,
    review: usize,
    returned: usize,
    changes: usize,
    moneys: MoneysSaid,
    summary: &'a Summary,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    // Scoring reads the decisions itself, and says which it passed over.
    let workspace = context.held()?;
    let step = context.output.step("scoring");
    let month = &arguments.month;
    let exports = exports(arguments, &workspace, context)?;
    let Scored { run, lines, replaced, passed_over } =
        score(&workspace, &exports, clock()?.now(), &|doing| step.now(doing))?;
    drop(step);
    context.note_all(&passed_over);
    context.note_gap(&workspace);
    if replaced {
        context.output.note(&format!("{month} was in the history before: it is replaced"));
    }
    if let Some(day) = arguments.as_of {
        context
            .output
            .note(&format!("what is in force on {day} is compared: the month may run on"));
    }
    print(&workspace, &run, context)?;
    let verdict = context.verdict(&run);
    rayon::spawn(move || drop((run, lines)));
    Ok(verdict)
}

/// The files that are given, and what was pulled of a side that has none.
fn exports(
    arguments: &Arguments,
    workspace: &Workspace,
    context: &Context,
) -> Result<Exports, CommandError> {
    let Arguments { month, vendor, psa, as_of, pulled, without } = arguments;
    let given = Exports { day: *as_of, ..Exports::new(*month, vendor, psa) };
    let mut sides = Vec::new();
    for (side, files) in [(Side::Vendor, vendor), (Side::Psa, psa)] {
        if files.is_empty() || *pulled {
            sides.push(side);
        }
    }
    if let Some(day) = as_of.filter(|day| Month::of(*day) != Some(*month)) {
        return Err(ConnectError::NotInMonth { day, month: *month }.into());
    }
    if sides.is_empty() {
        return Ok(given);
    }
    let today = day_of(workspace, clock()?.now());
    let choice = Choice { month: *month, as_of: *as_of, sides: &sides, without, today };
    let chosen = chosen(workspace, &choice)?;
    context.note_all(&chosen.notes);
    let files = given.files.into_iter().chain(chosen.files);
    let (mut files, mut of_psa): (Vec<GivenFile>, Vec<GivenFile>) =
        files.partition(|file| file.side == Side::Vendor);
    files.append(&mut of_psa);
    Ok(Exports { files, ..given })
}

/// Prints a scored month: the headline, or with `--json` the summary.
pub(super) fn print(
    workspace: &Workspace,
    run: &Run,
    context: &Context,
) -> Result<(), CommandError> {
    let folder = workspace.run(run.month);
    let report = folder.join("report.html");
    let words = terminal::headline(run, &report.display().to_string(), context.output.width());
    let printed = Printed {
        findings: run.findings.len(),
        flags: run.flags.len(),
        expected_false_flags: run.expected_false_flags,
        review: run.suggestions.iter().filter(|pair| pair.status == Status::Review).count(),
        returned: run.findings.iter().filter(|one| one.returned.is_some()).count(),
        changes: change_list::changes(run).len(),
        moneys: MoneysSaid::of(run),
        summary: &run.summary,
        run: folder,
        report,
    };
    context.output.result(&printed, &words)
}
