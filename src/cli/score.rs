//! `seatdrift score`: one month's pair of exports → a run, and the month joins the history.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use jiff::Timestamp;
use serde::Serialize;

use super::{Context, decide, now, report as stored};
use seatdrift_core::domain::{Month, Side};
use seatdrift_core::learn::Progress;
use seatdrift_core::months::PastMonths;
use seatdrift_core::run::{Run, Status, Summary, change_list};
use seatdrift_core::score::{MonthInputs, ScoredMonth, score_month};
use seatdrift_engine::files;
use seatdrift_engine::history::History;
use seatdrift_engine::intake::{read_month, same_tenant};
use seatdrift_engine::model_store::current_models;
use seatdrift_engine::workspace::Workspace;
use seatdrift_report as report;
use seatdrift_report::terminal;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift score --month 2026-10 \\\n    \
    --vendor pax8-invoice.csv --psa connectwise-additions.csv")]
pub struct Arguments {
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

/// The scores of every line, written once.
pub const SCORES: &str = "scores.csv";

/// What `--json` prints of a scored month.
#[derive(Debug, Serialize)]
pub struct Scored<'a> {
    run: PathBuf,
    report: PathBuf,
    findings: usize,
    flags: usize,
    expected_false_flags: f64,
    review: usize,
    returned: usize,
    changes: usize,
    summary: &'a Summary,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let _lock = workspace.lock()?;
    decide::note_passed_over(&workspace, context)?;
    let step = context.output.step("scoring");
    let (vendor, psa) = (&arguments.vendor, &arguments.psa);
    let (run, replaced) =
        score(&workspace, arguments.month, (vendor, psa), now()?, &|doing| step.now(doing))?;
    drop(step);
    if replaced {
        let month = arguments.month;
        context.output.note(&format!("{month} was in the history before: it is replaced"));
    }
    print(&workspace, &run, context)?;
    let verdict = context.verdict(&run);
    rayon::spawn(move || drop(run));
    Ok(verdict)
}

/// Scores a month and writes what it said. Everything is computed before anything is written. Says
/// also whether the history had the month before. `now` is when.
pub fn score(
    workspace: &Workspace,
    month: Month,
    (vendor, psa): (&[PathBuf], &[PathBuf]),
    now: Timestamp,
    progress: Progress<'_>,
) -> anyhow::Result<(Run, bool)> {
    progress("reading the exports and the months before");
    let history = History::new(workspace.history());
    let stored = history.months()?;
    let before: Vec<Month> = stored.iter().copied().filter(|one| *one < month).collect();
    let (intake, (before, decisions)) = rayon::join(
        || read_month(vendor, psa, month, &workspace.config),
        || rayon::join(|| history.lines(&before), || decide::all(workspace)),
    );
    let (intake, before, decisions) = (intake?, before?, decisions?);
    if !workspace.config.accept_unknown_clients {
        same_tenant(&intake.rows, &before)?;
    }
    let models = current_models(&workspace.models())?;
    let aliases = workspace.product_aliases()?;
    let inputs = MonthInputs {
        settings: &workspace.config.settings(),
        month,
        rows: &intake.rows,
        rejected: &intake.rejected,
        stated: &intake.stated,
        history: &history,
        decisions: &decisions,
        models: &models,
        aliases: &aliases,
    };
    progress("matching, comparing and judging");
    // Packing fills the pauses of the other.
    let (scored, (packed, inputs_read)) = rayon::join(
        || score_month(&inputs, before),
        || (History::pack(&intake.rows), intake.inputs()),
    );
    let (scored, packed) = (scored?, packed?);
    let ScoredMonth { run, scores } = scored.from_files(inputs_read, now);
    progress("writing the report");
    let (kept, stored_rows) = rayon::join(
        || files::replace_folder(&workspace.originals(month), &intake.originals),
        || history.store(month, &packed),
    );
    kept?;
    stored_rows?;
    let mut made = report::files(&run);
    let scores_csv = || report::csv::scores_csv(&scores);
    made.push((SCORES.to_owned(), Box::new(scores_csv)));
    files::replace_folder_with(&workspace.run(month), &made)?;
    drop(made);
    // A large month is a million texts: nobody waits until they are given back.
    rayon::spawn(move || drop((intake, decisions, scores)));
    Ok((run, stored.contains(&month)))
}

/// Scores a month again from the exports it was scored from, as they were received.
pub fn score_again(
    workspace: &Workspace,
    month: Month,
    progress: Progress<'_>,
) -> anyhow::Result<Run> {
    let (vendor, psa) = originals(workspace, month)?;
    Ok(score(workspace, month, (&vendor, &psa), now()?, progress)?.0)
}

/// The stored exports of a scored month: the vendor's and the PSA's, in the order they were given.
fn originals(workspace: &Workspace, month: Month) -> anyhow::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let mut given: Vec<(Side, String)> = Vec::new();
    let mut add = |side: Side, file: &str| {
        if !given.iter().any(|(_, known)| known == file) {
            given.push((side, file.to_owned()));
        }
    };
    // The history has the files in the order they were read; one without rows stands in the run alone.
    for row in &History::new(workspace.history()).rows(month)? {
        add(row.side, &row.place.file);
    }
    let folder = workspace.originals(month);
    for file in &stored::stored_run(workspace, Some(month))?.summary.files {
        if folder.join(&file.file).is_file() {
            add(file.side, &file.file);
        }
    }
    let of = |side: Side| -> Vec<PathBuf> {
        let own = given.iter().filter(|(given, _)| *given == side);
        own.map(|(_, file)| folder.join(file)).collect()
    };
    let (vendor, psa) = (of(Side::Vendor), of(Side::Psa));
    if vendor.is_empty() || psa.is_empty() {
        bail!(
            "the exports of {month} are not in {}: score the month with seatdrift score",
            folder.display()
        );
    }
    Ok((vendor, psa))
}

/// Prints a scored month: the headline, or with `--json` the summary.
pub fn print(workspace: &Workspace, run: &Run, context: &Context) -> anyhow::Result<()> {
    let folder = workspace.run(run.month);
    let report = folder.join("report.html");
    let words = terminal::headline(run, &report.display().to_string(), context.output.width());
    let scored = Scored {
        findings: run.findings.len(),
        flags: run.flags.len(),
        expected_false_flags: run.expected_false_flags,
        review: run.suggestions.iter().filter(|pair| pair.status == Status::Review).count(),
        returned: run.findings.iter().filter(|one| one.returned.is_some()).count(),
        changes: change_list::changes(run).len(),
        summary: &run.summary,
        run: folder,
        report,
    };
    context.output.result(&scored, &words)
}
