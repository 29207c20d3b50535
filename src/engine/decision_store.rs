//! `decisions.csv` of a workspace: read as far as it can be understood, and only ever appended to.

use crate::files::{self, Change, FileError};
use crate::workspace::Workspace;
use seatdrift_core::decisions::{
    DecisionError, DecisionRows, addition, in_force, parse_rows, rest_of_head,
};
use seatdrift_core::domain::Decision;

/// Largest decisions file read and written, in bytes.
pub const LIMIT: u64 = 64 << 20;

/// What the file is called in a message.
const FILE: &str = "decisions.csv";

/// Rows that cannot be understood and are told one by one.
const MOST_TOLD: usize = 5;

/// A decisions file that cannot be read or appended to; it is what it was.
#[derive(Debug, thiserror::Error)]
pub enum DecisionStoreError {
    /// It has not the columns.
    #[error(transparent)]
    Decisions(#[from] DecisionError),
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Every row of a workspace's decisions, those that take one back among them; none where there is no file,
/// or one that was only begun.
///
/// # Errors
///
/// [`DecisionStoreError`] when the file is there and cannot be read, or has not the columns.
pub fn written(workspace: &Workspace) -> Result<DecisionRows, DecisionStoreError> {
    match files::read_if_present(&workspace.decisions(), LIMIT)? {
        Some(bytes) if rest_of_head(&bytes).is_none() => Ok(parse_rows(FILE, &bytes)?),
        _ => Ok(DecisionRows::default()),
    }
}

/// The decisions of a workspace that were not taken back, in their order.
///
/// # Errors
///
/// As [`written`].
pub fn standing(workspace: &Workspace) -> Result<Vec<Decision>, DecisionStoreError> {
    Ok(in_force(written(workspace)?.decisions))
}

/// Appends decisions and waits until the disk has them.
///
/// # Errors
///
/// [`DecisionStoreError`] when the file cannot be written, or lacks a column they need.
pub fn append(workspace: &Workspace, decisions: &[Decision]) -> Result<(), DecisionStoreError> {
    if decisions.is_empty() {
        return Ok(());
    }
    files::append(&workspace.decisions(), LIMIT, |before| Ok(addition(FILE, before, decisions)?))
}

/// Appends decisions and commits a change, both or neither. Where the process ends in between, the decisions are
/// there and the change is not.
///
/// # Errors
///
/// As [`append`] and [`Change::commit`].
pub fn append_with(
    workspace: &Workspace,
    decisions: &[Decision],
    change: Change,
) -> Result<(), DecisionStoreError> {
    if decisions.is_empty() {
        return Ok(change.commit()?);
    }
    let rows = |before: &[u8]| Ok(addition(FILE, before, decisions)?);
    files::append_with(&workspace.decisions(), LIMIT, rows, || Ok(change.commit()?))
}

/// The rows that are passed over, in words: the first few each by itself.
pub fn passed_over(rows: &DecisionRows) -> Vec<String> {
    let errors = &rows.not_understood;
    let told = errors.iter().take(MOST_TOLD);
    let mut words: Vec<String> =
        told.map(|error| format!("{error}: this row is passed over")).collect();
    match errors.len().saturating_sub(MOST_TOLD) {
        0 => {}
        1 => words.push(format!("1 more row of {FILE} is passed over")),
        n => words.push(format!("{n} more rows of {FILE} are passed over")),
    }
    words
}
