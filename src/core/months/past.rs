//! What scoring and learning need of earlier months, wherever those lie.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use super::{MonthlyLines, monthly_lines_of};
use crate::domain::{ExportRow, Month, Side};

/// An earlier month that could not be read: what its keeper says of it.
#[derive(Debug)]
pub struct PastError {
    error: Box<dyn Error + Send + Sync>,
    hint: Option<String>,
}

impl PastError {
    /// What the keeper of the months says, and what to do about it.
    pub fn new(error: impl Error + Send + Sync + 'static, hint: Option<String>) -> Self {
        Self { error: Box::new(error), hint }
    }

    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}

impl fmt::Display for PastError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(formatter)
    }
}

impl Error for PastError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

/// Whether the rows of a side, client key and SKU key are wanted.
pub type Wanted<'a> = &'a (dyn Fn(Side, &str, &str) -> bool + Sync);

/// The months before the one that is scored: on disk, or in memory.
pub trait PastMonths: Sync {
    /// The months there are, oldest first.
    ///
    /// # Errors
    ///
    /// [`PastError`] when they cannot be listed.
    fn months(&self) -> Result<Vec<Month>, PastError>;

    /// The full-period lines of some months, summed; months that are not there add nothing.
    ///
    /// # Errors
    ///
    /// [`PastError`] when one of them cannot be read.
    fn lines(&self, months: &[Month]) -> Result<MonthlyLines, PastError>;

    /// The rows of a month that are wanted, in the order they were read in; none where it is not there.
    ///
    /// # Errors
    ///
    /// [`PastError`] when the month cannot be read.
    fn rows_where(&self, month: Month, wanted: Wanted<'_>) -> Result<Vec<ExportRow>, PastError>;

    /// Every row of a month, in the order they were read in; none where it is not there.
    ///
    /// # Errors
    ///
    /// [`PastError`] when the month cannot be read.
    fn rows(&self, month: Month) -> Result<Vec<ExportRow>, PastError> {
        self.rows_where(month, &|_, _, _| true)
    }
}

/// Months held in memory: for a caller that has no folder.
#[derive(Debug, Clone, Default)]
pub struct MonthsInMemory(pub BTreeMap<Month, Vec<ExportRow>>);

impl PastMonths for MonthsInMemory {
    fn months(&self) -> Result<Vec<Month>, PastError> {
        Ok(self.0.keys().copied().collect())
    }

    fn lines(&self, months: &[Month]) -> Result<MonthlyLines, PastError> {
        let stored = months.iter().filter_map(|month| Some((*month, self.0.get(month)?)));
        let parts: Vec<MonthlyLines> =
            stored.map(|(month, rows)| monthly_lines_of(rows, month)).collect();
        Ok(MonthlyLines::joined(&parts))
    }

    fn rows_where(&self, month: Month, wanted: Wanted<'_>) -> Result<Vec<ExportRow>, PastError> {
        let rows = self.0.get(&month).map(Vec::as_slice).unwrap_or_default();
        let is_wanted = |row: &&ExportRow| wanted(row.side, &row.client.0, &row.sku.0);
        Ok(rows.iter().filter(is_wanted).cloned().collect())
    }
}
