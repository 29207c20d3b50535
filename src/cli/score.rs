//! `seatdrift score`: one month's pair of exports → a run, and the month joins the history.

use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;

use super::{CommandError, Context, clock};
use seatdrift_core::domain::Month;
use seatdrift_core::run::moneys::MoneysSaid;
use seatdrift_core::run::{Run, Status, Summary, change_list};
use seatdrift_engine::score::{Exports, Scored, score};
use seatdrift_engine::workspace::Workspace;
use seatdrift_report::terminal;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift score --month 2026-10 \\\n    \
    --vendor pax8-invoice.csv --psa connectwise-additions.csv")]
pub(super) struct Arguments {
    /// The month the exports are about, YYYY-MM
    #[arg(long)]
    month: Month,
    /// What vendors charge: one or more export files
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    vendor: Vec<PathBuf>,
    /// What clients are billed: one or more export files
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    psa: Vec<PathBuf>,
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
    let Arguments { month, vendor, psa } = arguments;
    let exports = Exports { month: *month, vendor: vendor.clone(), psa: psa.clone() };
    let Scored { run, replaced, passed_over } =
        score(&workspace, &exports, clock()?.now(), &|doing| step.now(doing))?;
    drop(step);
    context.note_all(&passed_over);
    if replaced {
        context.output.note(&format!("{month} was in the history before: it is replaced"));
    }
    print(&workspace, &run, context)?;
    let verdict = context.verdict(&run);
    rayon::spawn(move || drop(run));
    Ok(verdict)
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
