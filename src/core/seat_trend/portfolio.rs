//! All lines together: what is reckoned from them once, for any number of months.

use std::sync::Arc;

use super::common_move::{Change, CommonMoves};
use super::fit::{TrendModel, file_first, fit_lines};
use super::month::{MonthScores, score_lines};
use super::{TrendError, TrendRecipe};
use crate::domain::{Month, Series};

/// Series, and what they did alike in each month. A month's common move is taken from that month and
/// the one before alone, so that it serves every later month.
#[derive(Debug, Clone)]
pub struct Portfolio<'a> {
    pub(super) series: &'a [Series],
    pub(super) moves: Arc<CommonMoves>,
    pub(super) price_moves: Arc<CommonMoves>,
    /// The first month any series has an entry for, in months since 1900-01.
    pub(super) file_first: i32,
}

impl<'a> Portfolio<'a> {
    /// The lines through a month.
    pub fn of(series: &'a [Series], last: Month) -> Self {
        let file_first = file_first(series).unwrap_or(last.index());
        let of = |change| Arc::new(CommonMoves::of(series, file_first, last, change));
        Self { series, moves: of(Change::Quantity), price_moves: of(Change::Price), file_first }
    }

    /// The series.
    pub fn series(&self) -> &'a [Series] {
        self.series
    }

    /// [`super::fit`] through a month of the portfolio.
    ///
    /// # Errors
    ///
    /// As [`super::fit`].
    pub fn fit(&self, through: Month, recipe: &TrendRecipe) -> Result<TrendModel, TrendError> {
        fit_lines(self, through, recipe)
    }

    /// [`super::score_month`] of a month of the portfolio.
    pub fn score<'m>(&self, model: &'m TrendModel, month: Month) -> MonthScores<'m>
    where
        'a: 'm,
    {
        score_lines(self, model, month)
    }
}
