//! `seatdrift report`: a scored month's files again.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use super::{Context, decide, score};
use crate::domain::Month;
use crate::files;
use crate::history::{History, monthly_lines};
use crate::pipeline::{names_known, raise};
use crate::report::{self, Run, json};
use crate::workspace::Workspace;

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
    let mut run = stored_run(&workspace, arguments.month)?;
    decided_since(&workspace, &mut run)?;
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
fn decided_since(workspace: &Workspace, run: &mut Run) -> anyhow::Result<()> {
    let history = History::new(workspace.history());
    let months: Vec<Month> =
        history.months()?.into_iter().filter(|month| *month <= run.month).collect();
    let names = names_known(&monthly_lines(&history, &months)?, &[]);
    raise(run, &decide::all(workspace)?, &names, &history)?;
    Ok(())
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
    json::parse_run(&bytes, bytes.len())
        .with_context(|| format!("{}: not what a run writes", path.display()))
}

fn listed(words: &[String]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
