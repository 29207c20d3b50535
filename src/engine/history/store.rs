//! The parquet files: one hive partition a month, scanned lazily.

use std::path::{Path, PathBuf};

use polars::prelude::*;
use rayon::prelude::*;

use super::columns::LAYOUT;
use super::error::HistoryError;
use super::frame::frame_of;
use super::kept::Kept;
use super::months::monthly_lines;
use super::parquet::{Footer, bytes_of, caught, footer, is_whole};
use super::rows::rows_of;
use super::scan::{by_position, is_wanted, scan};
use crate::files::{self, Change, FileError};
use seatdrift_core::domain::{Digest, ExportRow, Month};
use seatdrift_core::months::{LinesWanted, MonthlyLines, PastError, PastMonths};

/// The history of one workspace.
#[derive(Debug, Clone)]
pub struct History {
    folder: PathBuf,
    kept: Kept,
}

const FILE_NAME: &str = "lines.parquet";

/// Largest file of a month that is read: some 40 million rows.
const LARGEST: u64 = 1 << 32;

impl History {
    /// The history in a folder; the folder need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { kept: Kept::beside(&folder), folder }
    }

    /// The months stored, oldest first.
    ///
    /// # Errors
    ///
    /// [`HistoryError::File`] when the folder cannot be listed, or one of its months not be looked at.
    pub fn months(&self) -> Result<Vec<Month>, HistoryError> {
        let names = files::names_in(&self.folder)?;
        let named = names.iter().filter_map(|name| name.strip_prefix("month=")?.parse().ok());
        Ok(self.stored(named)?)
    }

    /// Whether a month is stored. One that is there and cannot be read is no month that is missing.
    fn has(&self, month: Month) -> Result<bool, FileError> {
        files::is_file(&self.file(month))
    }

    fn stored(&self, months: impl Iterator<Item = Month>) -> Result<Vec<Month>, FileError> {
        let mut stored = Vec::new();
        for month in months {
            if self.has(month)? {
                stored.push(month);
            }
        }
        Ok(stored)
    }

    /// Those of some months that are stored.
    pub(super) fn stored_of(&self, months: &[Month]) -> Result<Vec<Month>, PastError> {
        self.stored(months.iter().copied()).map_err(|error| HistoryError::from(error).of_all())
    }

    fn partition(&self, month: Month) -> PathBuf {
        self.folder.join(format!("month={month}"))
    }

    pub(super) fn file(&self, month: Month) -> PathBuf {
        self.partition(month).join(FILE_NAME)
    }

    /// The rows of a month as they are stored. Same rows, same bytes.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Unreadable`] when they make no parquet file.
    pub fn pack(rows: &[ExportRow]) -> Result<Vec<u8>, HistoryError> {
        let packed = caught(|| bytes_of(&mut frame_of(rows)?, LAYOUT, None));
        packed.map_err(|error| HistoryError::unreadable(Path::new(FILE_NAME), &error))
    }

    /// Stages what [`History::pack`] made of the rows of a month, to take the place of what was stored for it.
    ///
    /// # Errors
    ///
    /// [`HistoryError::File`] when it cannot be written.
    pub fn store(&self, change: &Change, month: Month, packed: &[u8]) -> Result<(), HistoryError> {
        Ok(change.stage_file(&self.file(month), packed)?)
    }

    /// Keeps the sums that were made anew since this history was opened; for who holds the workspace's lock.
    pub fn keep_sums(&self) {
        self.kept.write();
    }

    /// The rows of one month, in the order they were stored; none where the month is not stored.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Unreadable`] for a file that no history writes, [`HistoryError::Newer`] for one of
    /// a layout that is not known here.
    pub fn rows(&self, month: Month) -> Result<Vec<ExportRow>, HistoryError> {
        if !self.has(month)? {
            return Ok(Vec::new());
        }
        self.verify(month)?;
        let paths = [self.file(month)];
        let frame = caught(|| scan(&paths)?.collect());
        let mut frame = frame.map_err(|error| self.unreadable(month, &error))?;
        self.rows_of(month, frame.as_single_chunk_par())
    }

    fn rows_of(&self, month: Month, frame: &DataFrame) -> Result<Vec<ExportRow>, HistoryError> {
        let path = || self.file(month);
        rows_of(frame).map_err(|message| HistoryError::Unreadable { path: path(), message })
    }

    /// What a month's file says of itself.
    fn footer(&self, month: Month) -> Result<Footer, HistoryError> {
        let path = self.file(month);
        let said = footer(&mut files::open(&path)?);
        let said = said.map_err(|error| HistoryError::unreadable(&path, &error))?;
        match said.layout {
            1..=LAYOUT => Ok(said),
            layout => Err(HistoryError::Newer { path, layout }),
        }
    }

    /// What tells a month's file from what is stored for the month at any other time.
    pub(super) fn mark(&self, month: Month) -> Result<Digest, HistoryError> {
        match self.footer(month)?.sha256 {
            Some(sha256) => Ok(sha256),
            // An older file does not say what it holds.
            None => Ok(Digest::of(&files::read(&self.file(month), LARGEST)?)),
        }
    }

    /// Makes sure that a month's file holds what was stored.
    pub(super) fn verify(&self, month: Month) -> Result<(), HistoryError> {
        let Some(said) = self.footer(month)?.sha256 else { return Ok(()) };
        let path = self.file(month);
        if is_whole(files::read(&path, LARGEST)?, said) {
            return Ok(());
        }
        let message = "it does not hold what was stored: its SHA-256 is another one".to_owned();
        Err(HistoryError::Unreadable { path, message })
    }

    /// The sums that are kept.
    pub(super) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// The error for a query over a month that failed.
    pub(super) fn unreadable(&self, month: Month, error: &PolarsError) -> HistoryError {
        HistoryError::unreadable(&self.file(month), error)
    }

    /// What a query over the files of some months says; where it fails, the first month at fault.
    pub(super) fn query(
        &self,
        months: &[Month],
        query: impl Fn(&[PathBuf]) -> PolarsResult<DataFrame>,
    ) -> Result<DataFrame, PastError> {
        let paths: Vec<PathBuf> = months.iter().map(|month| self.file(*month)).collect();
        let error = match caught(|| query(&paths)) {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        // A query over several says what is wrong, not where.
        let alone = months.iter().zip(&paths).find_map(|(month, path)| {
            let error = caught(|| query(std::slice::from_ref(path))).err()?;
            Some((*month, error))
        });
        let (month, error) = alone.unwrap_or((months[0], error));
        Err(self.unreadable(month, &error).of(month))
    }
}

impl PastMonths for History {
    fn months(&self) -> Result<Vec<Month>, PastError> {
        History::months(self).map_err(HistoryError::of_all)
    }

    fn lines(&self, months: &[Month]) -> Result<MonthlyLines, PastError> {
        monthly_lines(self, months)
    }

    fn rows(&self, month: Month) -> Result<Vec<ExportRow>, PastError> {
        History::rows(self, month).map_err(|error| error.of(month))
    }

    fn rows_of_lines(
        &self,
        months: &[Month],
        wanted: &LinesWanted,
    ) -> Result<Vec<Vec<ExportRow>>, PastError> {
        let stored = self.stored_of(months)?;
        if stored.is_empty() {
            return Ok(vec![Vec::new(); months.len()]);
        }
        let verified = stored.par_iter();
        in_order(verified.map(|month| self.verify(*month).map_err(|error| error.of(*month))))?;
        let query = |paths: &[PathBuf]| scan(paths)?.filter(is_wanted(wanted.clone())).collect();
        let mut frame = self.query(&stored, query)?;
        let parts = by_position(frame.as_single_chunk_par(), stored.len());
        let parts = parts.map_err(|error| self.unreadable(stored[0], &error).of(stored[0]))?;
        let rows = months.par_iter().map(|month| {
            let Some(position) = stored.iter().position(|one| one == month) else {
                return Ok(Vec::new());
            };
            self.rows_of(*month, &parts[position]).map_err(|error| error.of(*month))
        });
        in_order(rows)
    }
}

/// What was made side by side; of several errors the first, whichever thread met one first.
pub(super) fn in_order<T: Send, E: Send>(
    made: impl ParallelIterator<Item = Result<T, E>>,
) -> Result<Vec<T>, E> {
    made.collect::<Vec<Result<T, E>>>().into_iter().collect()
}
