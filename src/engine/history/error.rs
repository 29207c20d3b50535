//! What can be wrong with the history.

use std::path::{Path, PathBuf};

use polars::prelude::PolarsError;
use seatdrift_core::domain::Month;
use seatdrift_core::months::PastError;

use super::columns::LAYOUT;
use crate::files::FileError;

/// A month that could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
    /// A parquet file that no history writes.
    #[error("cannot read the history in {}: {message}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A file of a version that is yet to come here.
    #[error(
        "the history in {} has layout {layout}, and this version reads 1 to {LAYOUT}",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its layout.
        layout: u32,
    },
}

impl HistoryError {
    /// The error for a query over a file that failed.
    pub(super) fn unreadable(path: &Path, error: &PolarsError) -> Self {
        let text = error.to_string();
        // What follows the first paragraph is the query's plan.
        let message = text.split("\n\n").next().unwrap_or_default().to_owned();
        Self::Unreadable { path: path.to_owned(), message }
    }

    /// The same, for those who know months and not where they lie.
    pub(super) fn of(self, month: Month) -> PastError {
        let hint = self.hint();
        PastError::Month { month, cause: self.into(), hint }
    }

    /// The same, where no month is to blame.
    pub(super) fn of_all(self) -> PastError {
        let hint = self.hint();
        PastError::Listing { cause: self.into(), hint }
    }

    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Unreadable { .. } => Some(
                "load that month's exports again, they lie in originals/: seatdrift import FOLDER"
                    .to_owned(),
            ),
            Self::Newer { .. } => {
                Some("a newer seatdrift stored that month: use that one".to_owned())
            }
        }
    }
}
