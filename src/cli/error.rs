//! What kept a command from running, in words, and what to do about it.

use std::error::Error;
use std::io;

use seatdrift_connect::error::ConnectError;
use seatdrift_core::domain::CurrencyError;
use seatdrift_core::model_file::ArtifactError;
use seatdrift_core::pair_classifier::FitError;
use seatdrift_engine::error::{EngineError, with_causes};
use seatdrift_engine::files::FileError;
use seatdrift_engine::model_store::ModelError;
use seatdrift_engine::run_store::RunStoreError;
use seatdrift_engine::workspace::WorkspaceError;
use seatdrift_ingest::{RecordError, SeriesFileError};
use seatdrift_lab::evaluate::EvaluateError;
use seatdrift_review::ReviewError;
use seatdrift_watch::error::WatchError;

/// What kept a command from running.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// What happened, with its causes, the outermost first.
    pub words: String,
    /// What to do about it; `None` where the words say all there is.
    pub hint: Option<String>,
    /// The exit status: 2, nothing was changed; 1 where it was.
    pub status: u8,
}

/// The status of a command that could not run and changed nothing.
const NOT_RUN: u8 = 2;

/// The status of one that did what it was asked for.
const DONE: u8 = 1;

impl CommandError {
    /// An error that needs no hint.
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), hint: None, status: NOT_RUN }
    }

    /// That everything is done and cannot be told.
    pub(super) fn not_printed(error: &io::Error) -> Self {
        Self {
            words: format!("everything was done, but its result could not be printed: {error}"),
            hint: Some("is the disk full that the output goes to? what was written stays".into()),
            status: DONE,
        }
    }

    fn of(error: &dyn Error, hint: Option<String>) -> Self {
        Self { words: with_causes(error), hint, status: NOT_RUN }
    }
}

/// Errors that know what to do about them.
macro_rules! hinted {
    ($($error:ty),*) => {$(
        impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                let hint = error.hint().map(|hint| hint.to_string());
                Self::of(&error, hint)
            }
        }
    )*};
}

/// Errors whose text says all there is.
macro_rules! plain {
    ($($error:ty),*) => {$(
        impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self::of(&error, None)
            }
        }
    )*};
}

hinted!(EngineError, FileError, ModelError, ReviewError, RunStoreError, SeriesFileError);
hinted!(ConnectError, WatchError, WorkspaceError);
plain!(ArtifactError, CurrencyError, EvaluateError, FitError, RecordError);
plain!(serde_json::Error, io::Error);
