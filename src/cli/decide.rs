//! `seatdrift decide FILE`: append decisions from a spreadsheet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::Context;
use seatdrift_core::decisions::{in_force, parse};
use seatdrift_core::domain::{Decision, EntityKind, Month, Subject};
use seatdrift_core::learn::warnings;
use seatdrift_core::months::PastMonths;
use seatdrift_core::score::names_known;
use seatdrift_engine::decision_store::{self, DecisionStoreError, LIMIT, passed_over, written};
use seatdrift_engine::files;
use seatdrift_engine::history::History;
use seatdrift_engine::workspace::Workspace;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift decide reviewed.csv\n\n\
    The file has the columns of decisions.csv; rows that are there already are passed over.")]
pub struct Arguments {
    /// A CSV with the columns of decisions.csv
    file: PathBuf,
}

#[derive(Serialize)]
struct Decided {
    appended: usize,
    already_there: usize,
    /// What is odd about them: names nobody has seen, answers taken back, rows that are passed over.
    notes: Vec<String>,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let _lock = workspace.lock()?;
    let given = read(&arguments.file)?;
    let n_given = given.len();
    let own = written(&workspace)?;
    let passed_over = passed_over(&own);
    note(&passed_over, context);
    let fresh = fresh(own.decisions, given);
    let notes = [notes(&workspace, &fresh)?, passed_over].concat();
    append(&workspace, &fresh)?;
    let decided = Decided { appended: fresh.len(), already_there: n_given - fresh.len(), notes };
    let mut words = format!(
        "{} {} appended to {}, {} were there already",
        decided.appended,
        if decided.appended == 1 { "decision" } else { "decisions" },
        workspace.decisions().display(),
        decided.already_there
    );
    for note in &decided.notes {
        words.push_str(&format!("\n  note: {note}"));
    }
    context.output.result(&decided, &words)?;
    Ok(ExitCode::SUCCESS)
}

/// What is odd about new decisions; nothing while no month is stored that they could be about.
fn notes(workspace: &Workspace, fresh: &[Decision]) -> anyhow::Result<Vec<String>> {
    let history = History::new(workspace.history());
    let months = history.months()?;
    if months.is_empty() || fresh.is_empty() {
        return Ok(Vec::new());
    }
    let names = names_known(&history.lines(&months)?, &[]);
    let kinds = [EntityKind::Client, EntityKind::Sku];
    Ok(kinds.into_iter().flat_map(|kind| warnings(kind, fresh, &names)).collect())
}

/// The decisions of a workspace that were not taken back, in their order.
pub fn all(workspace: &Workspace) -> Result<Vec<Decision>, DecisionStoreError> {
    Ok(in_force(written(workspace)?.decisions))
}

/// Says which rows of a workspace's decisions cannot be understood and are passed over.
pub fn note_passed_over(workspace: &Workspace, context: &Context) -> anyhow::Result<()> {
    note(&passed_over(&written(workspace)?), context);
    Ok(())
}

fn note(passed_over: &[String], context: &Context) {
    for words in passed_over {
        context.output.note(&format!("note: {words}"));
    }
}

/// The decisions among those given that say something new: those that the last word on the same thing does
/// not say already, and that were not made at the same moment before. So a file given twice changes nothing,
/// and going back on a decision is a new one.
pub fn fresh(known: Vec<Decision>, given: Vec<Decision>) -> Vec<Decision> {
    let mut words: BTreeMap<About, Vec<Decision>> = BTreeMap::new();
    for decision in known {
        words.entry(about(&decision)).or_default().push(decision);
    }
    let mut fresh = Vec::new();
    for decision in given {
        let words = words.entry(about(&decision)).or_default();
        let is_old =
            words.last() == Some(&decision) || (decision.at.is_some() && words.contains(&decision));
        if !is_old {
            words.push(decision.clone());
            fresh.push(decision);
        }
    }
    fresh
}

/// What a decision is about: its subject, its clients and SKUs, and the month of a flag.
type About = (Subject, [Option<String>; 4], Option<Month>);

fn about(decision: &Decision) -> About {
    let keys =
        [&decision.vendor_client, &decision.psa_client, &decision.vendor_sku, &decision.psa_sku];
    (decision.subject, keys.map(Clone::clone), decision.month)
}

/// Appends decisions.
pub fn append(workspace: &Workspace, decisions: &[Decision]) -> anyhow::Result<()> {
    Ok(decision_store::append(workspace, decisions)?)
}

/// The decisions of a file that is given: all of them, or none and the cell at fault.
fn read(path: &Path) -> anyhow::Result<Vec<Decision>> {
    parsed(path, &files::read(path, LIMIT)?)
}

/// The decisions of a file, none where there is no file.
pub fn read_if_present(path: &Path) -> anyhow::Result<Vec<Decision>> {
    match files::read_if_present(path, LIMIT)? {
        Some(bytes) => parsed(path, &bytes),
        None => Ok(Vec::new()),
    }
}

fn parsed(path: &Path, bytes: &[u8]) -> anyhow::Result<Vec<Decision>> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(parse(&name.unwrap_or_default(), bytes)?)
}
