//! `seatdrift report`: a scored month's files again.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

use super::{Context, decide, score};
use seatdrift_core::domain::{Decision, Month, Verdict};
use seatdrift_core::months::PastMonths;
use seatdrift_core::run::{Run, json};
use seatdrift_core::score::{names_known, raise};
use seatdrift_engine::files;
use seatdrift_engine::history::History;
use seatdrift_engine::workspace::Workspace;
use seatdrift_report as report;

/// Largest stored run read, in bytes.
const LIMIT: u64 = 512 << 20;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift report --month 2026-10")]
pub struct Arguments {
    /// The month, YYYY-MM [default: the newest one scored]
    #[arg(long)]
    month: Option<Month>,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let _lock = workspace.lock()?;
    decide::note_passed_over(&workspace, context)?;
    let mut run = stored_run(&workspace, arguments.month)?;
    let decisions = decide::all(&workspace)?;
    decided_since(&workspace, &mut run, &decisions)?;
    if let Some(note) = left_out(&run, &decisions) {
        context.output.note(&note);
    }
    let folder = workspace.run(run.month);
    let mut made = report::files(&run);
    // The scores stay what they were: nobody's decision changes them.
    if folder.join(score::SCORES).is_file() {
        let scores = files::read(&folder.join(score::SCORES), LIMIT)?;
        made.push((score::SCORES.to_owned(), Box::new(move || scores.clone())));
    }
    files::replace_folder_with(&folder, &made)?;
    drop(made);
    score::print(&workspace, &run, context)?;
    Ok(context.verdict(&run))
}

/// What people decided to have fixed, decisions made since the scoring included.
fn decided_since(
    workspace: &Workspace,
    run: &mut Run,
    decisions: &[Decision],
) -> anyhow::Result<()> {
    let history = History::new(workspace.history());
    let months: Vec<Month> =
        history.months()?.into_iter().filter(|month| *month <= run.month).collect();
    let names = names_known(&history.lines(&months)?, &[]);
    raise(run, decisions, &names, &history)?;
    Ok(())
}

/// What was decided since a month was scored and takes more than writing its files again.
fn left_out(run: &Run, decisions: &[Decision]) -> Option<String> {
    let month = run.month;
    let is_taken_in = |one: &&Decision| matches!(one.verdict, Verdict::FixPsa | Verdict::FixVendor);
    let Some(used) = &run.decisions else {
        return decisions.iter().any(|one| !is_taken_in(&one)).then(|| {
            format!(
                "an earlier version scored {month} and did not write down which decisions it used: \
                 score {month} again to take in what was decided since"
            )
        });
    };
    let n = used.later(decisions).into_iter().filter(|one| !is_taken_in(one)).count();
    let were = if n == 1 { "1 decision was".to_owned() } else { format!("{n} decisions were") };
    (n > 0).then(|| {
        format!(
            "{were} made since about names, flags or lines settled: score {month} again to take them in"
        )
    })
}

/// The month asked for, if it was scored; the newest month scored where none is asked for.
pub fn scored_month(workspace: &Workspace, month: Option<Month>) -> anyhow::Result<Month> {
    let scored = workspace.scored_months()?;
    match month.or_else(|| scored.last().copied()) {
        Some(month) if scored.contains(&month) => Ok(month),
        Some(month) => {
            let known: Vec<String> = scored.iter().map(Month::to_string).collect();
            bail!("{month} was never scored here; scored months: {}", listed(&known));
        }
        None => bail!("no month was scored in {}", workspace.root.display()),
    }
}

/// What the scoring of a month said; of the newest month scored where none is asked for.
pub fn stored_run(workspace: &Workspace, month: Option<Month>) -> anyhow::Result<Run> {
    let month = scored_month(workspace, month)?;
    let path: PathBuf = workspace.run(month).join("run.json");
    let bytes = files::read(&path, LIMIT)?;
    json::parse_run(&bytes, bytes.len()).map_err(|error| {
        let words = error.at(&path.display().to_string());
        anyhow::Error::new(error).context(words)
    })
}

fn listed(words: &[String]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
