//! `runs/`: what the scoring of each month said.

use std::path::PathBuf;

use crate::files::{self, Change, FileError};
use crate::workspace::{LockedWorkspace, Workspace};
use seatdrift_core::domain::Month;
use seatdrift_core::run::{ComparedLine, Run, RunJsonError, ScoreLine, parse_run};
use seatdrift_report::csv::{NotLines, parse_lines, write_scores};
use seatdrift_report::{self as report};

/// Largest stored run read, in bytes.
pub const LIMIT: u64 = 512 << 20;

/// The scores of every line, written when a month is scored and by nothing else.
const SCORES: &str = "scores.csv";

/// Every line that was compared, likewise.
const LINES: &str = "lines.csv";

/// A run that is not there or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RunStoreError {
    /// The month asked for has no run.
    #[error("{month} was never scored here; scored months: {}", listed(scored))]
    NeverScored {
        /// The month.
        month: Month,
        /// Those that have one, oldest first.
        scored: Vec<Month>,
    },
    /// No month has a run.
    #[error("no month was scored in {}", root.display())]
    NothingScored {
        /// The workspace.
        root: PathBuf,
    },
    /// The file is not what a run writes.
    #[error("{}", source.at(&path.display().to_string()))]
    NotARun {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: RunJsonError,
    },
    /// The lines of a month are not what its scoring wrote.
    #[error("{}:{row}: {what}", path.display())]
    NotLines {
        /// The file.
        path: PathBuf,
        /// The row, as a spreadsheet counts.
        row: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
}

impl RunStoreError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotARun { source, .. } => source.hint().map(str::to_owned),
            Self::File(error) => error.hint(),
            Self::NotLines { .. } => Some(
                "it was changed since the month was scored: score the month again from its exports in \
                 originals/"
                    .to_owned(),
            ),
            Self::NeverScored { .. } | Self::NothingScored { .. } => None,
        }
    }
}

fn listed(months: &[Month]) -> String {
    let words: Vec<String> = months.iter().map(Month::to_string).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

/// The month asked for, if it was scored; the newest month scored where none is asked for.
///
/// # Errors
///
/// [`RunStoreError::NeverScored`] or [`RunStoreError::NothingScored`].
pub fn scored_month(workspace: &Workspace, month: Option<Month>) -> Result<Month, RunStoreError> {
    let scored = workspace.scored_months()?;
    match month.or_else(|| scored.last().copied()) {
        Some(month) if scored.contains(&month) => Ok(month),
        Some(month) => Err(RunStoreError::NeverScored { month, scored }),
        None => Err(RunStoreError::NothingScored { root: workspace.root.clone() }),
    }
}

/// What the scoring of a month said; of the newest month scored where none is asked for.
///
/// # Errors
///
/// [`RunStoreError`] when it was not scored, or its file cannot be read.
pub fn stored_run(workspace: &Workspace, month: Option<Month>) -> Result<Run, RunStoreError> {
    let month = scored_month(workspace, month)?;
    let path = workspace.run(month).join("run.json");
    let (bytes, is_as_stored) = files::read_sealed(&path, LIMIT)?;
    let run = parse_run(&bytes, bytes.len());
    // One of a newer program is told as such, whatever that writes beside it.
    let run = run.map_err(|source| RunStoreError::NotARun { path: path.clone(), source })?;
    is_as_stored?;
    Ok(run)
}

/// Stages every file of a month's run, to take the place of the run before.
///
/// # Errors
///
/// [`FileError`] when one cannot be written.
pub fn stage(
    workspace: &LockedWorkspace,
    change: &Change,
    run: &Run,
    scores: &[ScoreLine],
    lines: &[ComparedLine],
) -> Result<(), FileError> {
    let mut made = report::files(run, Some(lines));
    made.push((SCORES.to_owned(), Box::new(|out| write_scores(scores, out))));
    change.stage_sealed_folder_with(&workspace.run(run.month), &made)
}

/// Writes every file of a month's run again. The scores stay what they were: nobody's decision changes
/// them. So do the lines, but for how they stand.
///
/// # Errors
///
/// [`RunStoreError`] when one cannot be read or written: the run before is then still there.
pub fn rewrite(workspace: &LockedWorkspace, run: &Run) -> Result<(), RunStoreError> {
    let folder = workspace.run(run.month);
    let lines = lines(workspace, run.month)?;
    let mut made = report::files(run, lines.as_deref());
    let path = folder.join(SCORES);
    if let Some(scores) = files::read_if_present(&path, LIMIT)? {
        files::verify(&path, &scores)?;
        made.push((SCORES.to_owned(), Box::new(move |out| out.write_all(&scores))));
    }
    let change = workspace.change();
    change.stage_sealed_folder_with(&folder, &made)?;
    Ok(change.commit()?)
}

/// The lines of a scored month; `None` where a version scored it that did not keep them.
///
/// # Errors
///
/// [`RunStoreError`] when they are there and cannot be read.
pub fn lines(
    workspace: &Workspace,
    month: Month,
) -> Result<Option<Vec<ComparedLine>>, RunStoreError> {
    let path = &workspace.run(month).join(LINES);
    let Some(bytes) = files::read_if_present(path, LIMIT)? else { return Ok(None) };
    let not_lines =
        |NotLines { row, what }| RunStoreError::NotLines { path: path.clone(), row, what };
    // A row that somebody changed is told as such.
    let lines = parse_lines(&bytes).map_err(not_lines)?;
    files::verify(path, &bytes)?;
    Ok(Some(lines))
}
