//! Months → their full-period lines: kept sums where they are there, and the rest added up with polars.

use std::path::PathBuf;

use polars::prelude::*;
use rayon::prelude::*;

use super::scan::by_position;
use super::store::{History, in_order};
use super::sums::{lines_of_month, sums_of};
use seatdrift_core::domain::{Digest, Month};
use seatdrift_core::months::{MonthlyLines, PastError};

/// Months read at once: one of 100,000 lines a side takes 40 MB until it is lines.
const MONTHS_AT_ONCE: usize = 4;

/// A month, and what tells its file from any other.
type Marked = (Month, Digest);

/// The full-period lines of some months, summed.
///
/// # Errors
///
/// [`PastError::Month`] for the first of them that cannot be read.
pub(super) fn monthly_lines(
    history: &History,
    months: &[Month],
) -> Result<MonthlyLines, PastError> {
    let stored = history.stored_of(months)?;
    let marks =
        stored.par_iter().map(|month| history.mark(*month).map_err(|error| error.of(*month)));
    let marked: Vec<Marked> = stored.iter().copied().zip(in_order(marks)?).collect();
    let mut lines: Vec<MonthlyLines> = Vec::new();
    for months in marked.chunks(MONTHS_AT_ONCE) {
        let sums = sums_of_months(history, months)?;
        lines.extend(in_order(sums.par_iter().map(|(month, sums)| {
            let lines = lines_of_month(sums, *month);
            lines.map_err(|error| history.unreadable(*month, &error).of(*month))
        }))?);
    }
    Ok(MonthlyLines::joined(&lines))
}

/// The sums of months: those that are kept, and the others made anew.
fn sums_of_months(
    history: &History,
    months: &[Marked],
) -> Result<Vec<(Month, DataFrame)>, PastError> {
    let (kept, missing): (Vec<Marked>, Vec<Marked>) =
        months.iter().copied().partition(|(month, mark)| history.kept().has(*month, *mark));
    let kept: Vec<Month> = kept.into_iter().map(|(month, _)| month).collect();
    let Ok(sums) = history.kept().read(&kept) else {
        // Kept sums that cannot be read are as good as none.
        return made_anew(history, months);
    };
    let mut sums: Vec<(Month, DataFrame)> = kept.into_iter().zip(sums).collect();
    if !missing.is_empty() {
        sums.extend(made_anew(history, &missing)?);
    }
    Ok(sums)
}

/// The sums of months that have none yet, held to be kept.
fn made_anew(history: &History, months: &[Marked]) -> Result<Vec<(Month, DataFrame)>, PastError> {
    for (month, _) in months {
        history.verify(*month).map_err(|error| error.of(*month))?;
    }
    let only: Vec<Month> = months.iter().map(|(month, _)| *month).collect();
    let sums = history.query(&only, |paths: &[PathBuf]| sums_of(paths)?.collect())?;
    let sums = by_position(&sums, months.len()).and_then(|sums| {
        let mut made = sums.iter().zip(months);
        made.try_for_each(|(sums, (month, mark))| history.kept().hold(*month, *mark, sums))?;
        Ok(sums)
    });
    let sums = sums.map_err(|error| history.unreadable(only[0], &error).of(only[0]))?;
    Ok(only.into_iter().zip(sums).collect())
}
