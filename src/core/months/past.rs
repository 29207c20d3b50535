//! What scoring and learning need of earlier months, wherever those lie.

use std::collections::BTreeMap;
use std::error::Error;

use super::{LinesWanted, MonthlyLines, monthly_lines_of};
use crate::domain::{ExportRow, Month};

/// Why the place where earlier months lie could not give them: what the disk says, or the network.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Earlier months that could not be read. What is wrong is in its source, which names the place.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// Nobody can say which months there are.
    #[error("the earlier months cannot be listed")]
    Listing {
        /// Why.
        #[source]
        cause: Cause,
        /// What to do about it, where the cause knows.
        hint: Option<String>,
    },
    /// One of them is spoiled, or cannot be reached.
    #[error("{month} cannot be read")]
    Month {
        /// Which.
        month: Month,
        /// Why.
        #[source]
        cause: Cause,
        /// What to do about it, where the cause knows.
        hint: Option<String>,
    },
}

impl PastError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        let (Self::Listing { hint, .. } | Self::Month { hint, .. }) = self;
        hint.clone()
    }
}

/// The months before the one that is scored: on disk, or in memory. A month that is not there has no
/// lines and no rows.
pub trait PastMonths: Sync {
    /// The months there are, oldest first.
    ///
    /// # Errors
    ///
    /// [`PastError::Listing`] when they cannot be listed.
    fn months(&self) -> Result<Vec<Month>, PastError>;

    /// The full-period lines of some months, summed.
    ///
    /// # Errors
    ///
    /// [`PastError::Month`] for the first of them that cannot be read.
    fn lines(&self, months: &[Month]) -> Result<MonthlyLines, PastError>;

    /// Every row of a month, in the order they were read in.
    ///
    /// # Errors
    ///
    /// [`PastError::Month`] when it cannot be read.
    fn rows(&self, month: Month) -> Result<Vec<ExportRow>, PastError>;

    /// The rows of some lines in some months: one list for each month, in the months' order, and in each
    /// the rows in the order they were read in.
    ///
    /// # Errors
    ///
    /// [`PastError::Month`] for the first of them that cannot be read.
    fn rows_of_lines(
        &self,
        months: &[Month],
        wanted: &LinesWanted,
    ) -> Result<Vec<Vec<ExportRow>>, PastError>;
}

/// Months held in memory: for a caller that has no folder.
#[derive(Debug, Clone, Default)]
pub struct MonthsInMemory(pub BTreeMap<Month, Vec<ExportRow>>);

impl MonthsInMemory {
    fn of(&self, month: Month) -> &[ExportRow] {
        self.0.get(&month).map(Vec::as_slice).unwrap_or_default()
    }
}

impl PastMonths for MonthsInMemory {
    fn months(&self) -> Result<Vec<Month>, PastError> {
        Ok(self.0.keys().copied().collect())
    }

    fn lines(&self, months: &[Month]) -> Result<MonthlyLines, PastError> {
        let lines = months.iter().map(|&month| monthly_lines_of(self.of(month), month));
        Ok(MonthlyLines::joined(&lines.collect::<Vec<_>>()))
    }

    fn rows(&self, month: Month) -> Result<Vec<ExportRow>, PastError> {
        Ok(self.of(month).to_vec())
    }

    fn rows_of_lines(
        &self,
        months: &[Month],
        wanted: &LinesWanted,
    ) -> Result<Vec<Vec<ExportRow>>, PastError> {
        let is_wanted = |row: &&ExportRow| wanted.has(row.side, &row.client.0, &row.sku.0);
        let rows = |month: &Month| self.of(*month).iter().filter(is_wanted).cloned().collect();
        Ok(months.iter().map(rows).collect())
    }
}
