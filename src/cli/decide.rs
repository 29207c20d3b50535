//! `seatdrift decide FILE`: append decisions from a spreadsheet.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::Context;
use crate::decisions::{COLUMNS, parse, render};
use crate::domain::Decision;
use crate::files;
use crate::workspace::Workspace;

/// Largest decisions file read, in bytes.
const LIMIT: u64 = 64 << 20;

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
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let _lock = workspace.lock()?;
    let given = read(&arguments.file)?.len();
    let fresh = fresh(&workspace, &arguments.file)?;
    append(&workspace, &fresh)?;
    let decided = Decided { appended: fresh.len(), already_there: given - fresh.len() };
    let words = format!(
        "{} decisions appended to {}, {} were there already",
        decided.appended,
        workspace.decisions().display(),
        decided.already_there
    );
    context.output.result(&decided, &words)?;
    Ok(ExitCode::SUCCESS)
}

/// The decisions of a workspace, in their order.
pub fn all(workspace: &Workspace) -> anyhow::Result<Vec<Decision>> {
    let path = workspace.decisions();
    if path.is_file() { read(&path) } else { Ok(Vec::new()) }
}

/// The decisions of a file that the workspace does not have: giving a file twice changes nothing.
pub fn fresh(workspace: &Workspace, file: &Path) -> anyhow::Result<Vec<Decision>> {
    let known = all(workspace)?;
    let given = read(file)?;
    Ok(given.into_iter().filter(|decision| !known.contains(decision)).collect())
}

/// Appends decisions.
pub fn append(workspace: &Workspace, decisions: &[Decision]) -> anyhow::Result<()> {
    if decisions.is_empty() {
        return Ok(());
    }
    let head = format!("{}\n", COLUMNS.join(","));
    Ok(files::append(&workspace.decisions(), head.as_bytes(), &render(decisions))?)
}

fn read(path: &Path) -> anyhow::Result<Vec<Decision>> {
    let bytes = files::read(path, LIMIT)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(parse(&name.unwrap_or_default(), &bytes)?)
}
