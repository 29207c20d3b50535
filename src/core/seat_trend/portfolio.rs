//! All lines together: what is reckoned from them once, for any number of months.

use std::sync::Arc;

use super::common_move::{Change, CommonMoves};
use super::lines::Lines;
use crate::domain::{Month, Series};

/// Lines one task reads.
pub(super) const LINES_PER_TASK: usize = 256;

/// Series, and what they did alike in each month. A month's common move is taken from that month and
/// the one before alone, so that it serves every later month.
#[derive(Debug, Clone)]
pub struct Portfolio<'a> {
    pub(super) series: &'a [Series],
    pub(super) moves: Arc<CommonMoves>,
    pub(super) price_moves: Arc<CommonMoves>,
    pub(super) lines: Arc<Lines>,
    /// The first month any series has an entry for, in months since 1900-01.
    pub(super) file_first: i32,
}

impl<'a> Portfolio<'a> {
    /// The lines through a month: series of one client and product are one line.
    pub fn of(series: &'a [Series], last: Month) -> Self {
        Self::with(series, last, Lines::by_name(series))
    }

    /// The same, where each series' line is known by its number.
    pub fn of_numbered(series: &'a [Series], last: Month, line_of: &[u32]) -> Self {
        Self::with(series, last, Lines::of(line_of.to_vec()))
    }

    fn with(series: &'a [Series], last: Month, lines: Lines) -> Self {
        let file_first = file_first(series).unwrap_or(last.index());
        let of = |change| Arc::new(CommonMoves::of(series, file_first, last, change));
        let (moves, price_moves) = (of(Change::Quantity), of(Change::Price));
        Self { series, moves, price_moves, lines: Arc::new(lines), file_first }
    }

    /// The series.
    pub fn series(&self) -> &'a [Series] {
        self.series
    }
}

/// The first month any series has an entry for.
pub(super) fn file_first(series: &[Series]) -> Option<i32> {
    series.iter().filter(|one| !one.quantity.is_empty()).map(|one| one.first.index()).min()
}
