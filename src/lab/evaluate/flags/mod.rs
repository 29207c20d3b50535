//! Flags: is the false-alarm rate kept that is printed, and what is found at equal false alarms.
//!
//! ```text
//! sets         real series as they are, or brought to the size of seats; made-up ones
//! one_liners   what a spreadsheet would do: sigmas, quartile fences
//! cases        months judged by all methods alike: as they came, or with something planted
//! points       a tenth more or less, a third, doubled, gone
//! growth       a line that always grew, and then did not
//! unrest       six months of to and fro
//! gaps         bought and billed drifting apart
//! calibration  nominal against seen, with an interval over clients
//! recall       what is found at a budget of false alarms
//! top          the flags first shown, against what months later proved real
//! peers        the same cases as a table, for methods outside this program
//! null_books   books in which nothing happens: how many flags they bring, and how many were expected
//! words        all of it as text of at most 80 columns
//! ```
//!
//! Rules: models are fitted on months before those judged; something is planted only in the months
//! judged of series that are else as they came, in at most one line in a hundred at a time; every
//! method sees the same rows; months that later proved a spike or a shift are not counted as quiet.

mod calibration;
mod cases;
mod gaps;
mod growth;
mod null_books;
mod one_liners;
mod peers;
mod points;
mod recall;
mod sets;
mod top;
mod unrest;
mod words;

pub use calibration::{CalibrationFigures, NOMINAL, Share};
pub use null_books::{NullBookFigures, NullBookRecipe, Process, null_book_words, null_books};
pub use one_liners::Method;
pub use peers::peer_cases;
pub use recall::{BUDGETS, MethodFigures, TestFigures};
pub use sets::{SeriesSet, SetError, as_seats, read_sets};
pub use top::TopFigures;
pub use words::words;

use rayon::prelude::*;
use serde::Serialize;

use cases::Cases;

/// On how much flags are measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FlagRecipe {
    /// The seed of every draw.
    pub seed: u64,
    /// Months judged: the newest that have three months after them.
    pub months: usize,
    /// Months a model is used for before the next one is fitted.
    pub refit_months: usize,
    /// Cases planted of each kind.
    pub planted: usize,
    /// Resamples of the clients behind an interval.
    pub resamples: usize,
}

impl Default for FlagRecipe {
    fn default() -> Self {
        Self { seed: 1, months: 12, refit_months: 3, planted: 200, resamples: 200 }
    }
}

/// What was measured on one set of series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetFigures {
    /// The set's name.
    pub name: String,
    /// Its series.
    pub n_series: usize,
    /// Nominal against seen, by statistic.
    pub calibration: Vec<CalibrationFigures>,
    /// What is found, by test.
    pub tests: Vec<TestFigures>,
    /// The flags first shown; `None` for a set too short to judge.
    pub top: Option<TopFigures>,
}

/// Measures flags on a set of series.
pub fn flag_figures(set: &SeriesSet, recipe: &FlagRecipe) -> SetFigures {
    let all = all_cases(set, recipe);
    SetFigures {
        name: set.name.clone(),
        n_series: set.series.len(),
        calibration: calibration::calibration(&all, recipe),
        top: all.first().map(top::top),
        tests: all.iter().map(recall::figures).collect(),
    }
}

/// The cases of every test that the set has lines for; the first are the points.
fn all_cases(set: &SeriesSet, recipe: &FlagRecipe) -> Vec<Cases> {
    type Test = fn(&SeriesSet, &FlagRecipe) -> Option<Cases>;
    let tests: [Test; 4] = [points::cases, growth::cases, unrest::cases, gaps::cases];
    tests.par_iter().filter_map(|test| test(set, recipe)).collect()
}

#[cfg(test)]
mod tests;
