//! The loop over months: score, review, learn; on hostile books, from nothing.
//!
//! ```text
//! truth_of    the truth of a book by keys: which names are one, what a claim may say
//! reviewer    what the run asks → decisions of somebody who gets to a third of it, and errs
//! book        one made-up MSP, carried from month to month
//! month       what a run says beside the truth: counts, and what is wrong with what is false
//! resampled   sums over MSPs → shares and how sure they are
//! figures     counts of all MSPs and months → figures
//! words       figures as text of at most 80 columns
//! ```

mod truth_of;
mod month;
mod reviewer;
mod book;
mod resampled;
mod figures;
mod words;

use rayon::prelude::*;
use serde::Serialize;

pub use figures::{
    CauseFigures, ChangeFigures, NameCalibration, SequenceFigures, SequenceMonth, Shift,
};
pub use month::FalseExample;
pub(super) use truth_of::{TruthOf, is_of_one_side, says};
pub use words::sequence_words;

use super::{EvaluateError, FORMATS, Steps};
use book::Book;
use figures::figures;
use seatdrift_core::models::Models;

/// What is measured, and on how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SequenceRecipe {
    /// The first seed; every made-up MSP has its own.
    pub seed: u64,
    /// Made-up MSPs, half of them of each pair of export formats.
    pub msps: usize,
    /// Months scored, the first of them before any review.
    pub months: usize,
    /// Fewest and most clients of an MSP.
    pub clients: (usize, usize),
    /// False claims of each cause, and false accepts, to list.
    pub examples: usize,
}

impl Default for SequenceRecipe {
    fn default() -> Self {
        Self { seed: 1, msps: 6, months: 4, clients: (60, 300), examples: 0 }
    }
}

/// Carries made-up MSPs with hostile books from month to month and measures every run.
///
/// # Errors
///
/// [`EvaluateError`] when an export cannot be read, a month not scored or nothing trained from.
pub fn sequence(
    recipe: &SequenceRecipe,
    shipped: &Models,
    steps: &Steps<'_>,
) -> Result<SequenceFigures, EvaluateError> {
    steps.foresee(1 + recipe.months);
    steps.begin(&format!("making up {} MSPs", recipe.msps));
    let made = |number: usize| {
        let (formats, _) = FORMATS[number % FORMATS.len()];
        Book::new(recipe, number, formats, shipped)
    };
    let mut books: Vec<Book> =
        (0..recipe.msps).into_par_iter().map(made).collect::<Result<_, _>>()?;
    let mut counts = Vec::with_capacity(recipe.months);
    for month_idx in 0..recipe.months {
        steps.begin(&format!("month {} of {}", month_idx + 1, recipe.months));
        let is_last = month_idx + 1 == recipe.months;
        let of_month = books.par_iter_mut().map(|book| book.month(month_idx, is_last));
        counts.push(of_month.collect::<Result<Vec<_>, EvaluateError>>()?);
    }
    Ok(figures(recipe, &counts))
}

#[cfg(test)]
mod tests;
