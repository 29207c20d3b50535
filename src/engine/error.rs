//! What keeps a use case from being done, and what to do about it.

use std::error::Error;
use std::path::PathBuf;

use crate::decision_store::DecisionStoreError;
use crate::files::FileError;
use crate::history::HistoryError;
use crate::intake::IntakeError;
use crate::model_store::ModelError;
use crate::run_store::RunStoreError;
use crate::workspace::WorkspaceError;
use seatdrift_core::decisions::DecisionError;
use seatdrift_core::domain::{Month, Side};
use seatdrift_core::learn::TrainError;
use seatdrift_core::months::PastError;

/// What kept a use case from being done; nothing was changed then, where its function does not say
/// otherwise.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The workspace.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The exports of a month.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The exports of one of several months.
    #[error("{}", folder.display())]
    Month {
        /// Its folder.
        folder: PathBuf,
        /// What is wrong there.
        source: Box<IntakeError>,
    },
    /// There is no such folder of exports.
    #[error("{}: expected a folder of exports, found no such folder", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder of exports holds no month.
    #[error("{}: expected folders named YYYY-MM, found none", folder.display())]
    NoMonths {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder of a month lacks the exports of a side.
    #[error("{}: expected {side}*.csv or {side}*.xlsx, found none", folder.display())]
    NoExports {
        /// The folder.
        folder: PathBuf,
        /// The side.
        side: Side,
    },
    /// The exports that a month was scored from are gone.
    #[error(
        "the exports of {month} are not in {}: score the month with seatdrift score",
        folder.display()
    )]
    NoOriginals {
        /// The month.
        month: Month,
        /// Where they would lie.
        folder: PathBuf,
    },
    /// A stored month.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// An earlier month.
    #[error(transparent)]
    Past(#[from] PastError),
    /// A model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Training.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The workspace's decisions.
    #[error(transparent)]
    DecisionStore(#[from] DecisionStoreError),
    /// Decisions that are given.
    #[error(transparent)]
    Decisions(#[from] DecisionError),
    /// A run.
    #[error(transparent)]
    RunStore(#[from] RunStoreError),
    /// Nothing in the run has this id.
    #[error("nothing called {id:?} in the run of {month}")]
    UnknownId {
        /// The id.
        id: String,
        /// The run's month.
        month: Month,
    },
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
}

impl EngineError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Workspace(error) => error.hint(),
            Self::Intake(error) => error.hint(),
            Self::Month { source, .. } => source.hint(),
            Self::History(error) => error.hint(),
            Self::Past(error) => error.hint(),
            Self::Model(error) => error.hint(),
            Self::Train(error) => error.hint(),
            Self::RunStore(error) => error.hint(),
            Self::File(error) | Self::DecisionStore(DecisionStoreError::File(error)) => {
                error.hint()
            }
            Self::NoFolder { .. }
            | Self::NoMonths { .. }
            | Self::NoExports { .. }
            | Self::NoOriginals { .. }
            | Self::DecisionStore(_)
            | Self::Decisions(_)
            | Self::UnknownId { .. } => None,
        }
    }
}

/// An error with its causes, the outermost first.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
