//! The parquet files: one hive partition a month, scanned lazily.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use polars::prelude::*;

use super::frame;
use super::months::monthly_lines;
use crate::files::{self, Change, FileError};
use seatdrift_core::domain::{ExportRow, Month, Side};
use seatdrift_core::months::{MonthlyLines, PastError, PastMonths, Wanted};

/// The history of one workspace.
#[derive(Debug, Clone)]
pub struct History {
    folder: PathBuf,
}

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
}

impl HistoryError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Unreadable { .. } => Some(
                "load that month's exports again, they lie in originals/: seatdrift import FOLDER"
                    .to_owned(),
            ),
        }
    }
}

const FILE_NAME: &str = "lines.parquet";

impl History {
    /// The history in a folder; the folder need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The months stored, oldest first.
    ///
    /// # Errors
    ///
    /// [`HistoryError::File`] when the folder cannot be listed, or one of its months not be looked at.
    pub fn months(&self) -> Result<Vec<Month>, HistoryError> {
        let names = files::names_in(&self.folder)?;
        let named = names.iter().filter_map(|name| name.strip_prefix("month=")?.parse().ok());
        let mut months = Vec::new();
        for month in named {
            if self.is_stored(month)? {
                months.push(month);
            }
        }
        Ok(months)
    }

    /// A month that is there and cannot be read is no month that is missing.
    fn is_stored(&self, month: Month) -> Result<bool, FileError> {
        files::is_file(&self.file(month))
    }

    fn partition(&self, month: Month) -> PathBuf {
        self.folder.join(format!("month={month}"))
    }

    fn file(&self, month: Month) -> PathBuf {
        self.partition(month).join(FILE_NAME)
    }

    /// The rows of a month as they are stored.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Unreadable`] when they make no parquet file.
    pub fn pack(rows: &[ExportRow]) -> Result<Vec<u8>, HistoryError> {
        parquet_of(rows).map_err(|error| unreadable(Path::new(FILE_NAME), &error))
    }

    /// Stages what [`History::pack`] made of the rows of a month, to take the place of what was stored for it.
    ///
    /// # Errors
    ///
    /// [`HistoryError::File`] when it cannot be written.
    pub fn store(&self, change: &Change, month: Month, packed: &[u8]) -> Result<(), HistoryError> {
        Ok(change.stage_file(&self.file(month), packed)?)
    }

    /// The rows of one month, in the order they were stored; none where the month is not stored.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Unreadable`] for a file that no history writes.
    pub fn rows(&self, month: Month) -> Result<Vec<ExportRow>, HistoryError> {
        self.rows_where(month, &|_, _, _| true)
    }

    /// The rows of one month whose side, client key and SKU key are wanted.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Unreadable`] for a file that no history writes.
    pub fn rows_where(
        &self,
        month: Month,
        wanted: &(impl Fn(Side, &str, &str) -> bool + Sync),
    ) -> Result<Vec<ExportRow>, HistoryError> {
        let path = self.file(month);
        if !self.is_stored(month)? {
            return Ok(Vec::new());
        }
        let frame =
            scan(&path).and_then(LazyFrame::collect).map_err(|error| unreadable(&path, &error))?;
        frame::rows_of(&frame, wanted).map_err(|message| HistoryError::Unreadable { path, message })
    }

    /// A lazy scan of one month; `None` where it is not stored.
    pub(super) fn scan(&self, month: Month) -> Result<Option<LazyFrame>, HistoryError> {
        let path = self.file(month);
        if !self.is_stored(month)? {
            return Ok(None);
        }
        let mut frame = scan(&path).map_err(|error| unreadable(&path, &error))?;
        // A damaged file is named here, before a query's own words are added to the message.
        frame.collect_schema().map_err(|error| unreadable(&path, &error))?;
        Ok(Some(frame))
    }

    /// The error for a query over a month that failed.
    pub(super) fn unreadable(&self, month: Month, error: &PolarsError) -> HistoryError {
        unreadable(&self.file(month), error)
    }
}

impl PastMonths for History {
    fn months(&self) -> Result<Vec<Month>, PastError> {
        Ok(History::months(self)?)
    }

    fn lines(&self, months: &[Month]) -> Result<MonthlyLines, PastError> {
        Ok(monthly_lines(self, months)?)
    }

    fn rows_where(&self, month: Month, wanted: Wanted<'_>) -> Result<Vec<ExportRow>, PastError> {
        Ok(History::rows_where(self, month, &wanted)?)
    }
}

impl From<HistoryError> for PastError {
    fn from(error: HistoryError) -> Self {
        let hint = error.hint();
        Self::new(error, hint)
    }
}

fn scan(path: &Path) -> PolarsResult<LazyFrame> {
    let args = ScanArgsParquet { glob: false, ..ScanArgsParquet::default() };
    LazyFrame::scan_parquet(path, args)
}

fn unreadable(path: &Path, error: &PolarsError) -> HistoryError {
    let text = error.to_string();
    // What follows the first paragraph is the query's plan.
    let message = text.split("\n\n").next().unwrap_or_default().to_owned();
    HistoryError::Unreadable { path: path.to_owned(), message }
}

/// Rows as the bytes of a parquet file. Same rows, same bytes.
fn parquet_of(rows: &[ExportRow]) -> PolarsResult<Vec<u8>> {
    let mut frame = frame::frame_of(rows)?;
    let mut bytes = Vec::new();
    let level = ZstdLevel::try_new(3)?;
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(Some(level)))
        .with_row_group_size(NonZeroUsize::new(1 << 20).map(NonZeroUsize::get))
        .finish(&mut frame)?;
    Ok(bytes)
}
