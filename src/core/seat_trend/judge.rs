//! What lines are judged with: a month of a line → the raw statistics it is judged by.

use super::common_move::CommonMoves;
use super::model::TrendModel;
use super::predictive::{ProcessPrior, rounding};
use super::price::{self, price_changes};
use super::process::Walk;
use super::reading::Reading;
use super::statistic::{DriftRun, Stall, StatisticInput};
use crate::domain::{Series, SeriesSide};

/// The raw statistics of one month of one line; NaN where it is not judged by one.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineScores {
    pub month_idx: usize,
    /// The line's level, in units.
    pub level_at: f64,
    pub level: f64,
    /// By what share the level is off; 0 where that is no news.
    pub off: f64,
    pub stall: f64,
    pub erratic: f64,
    pub drift: f64,
    pub price: f64,
}

impl LineScores {
    /// Judged by nothing.
    pub(super) const NONE: Self = Self {
        month_idx: 0,
        level_at: f64::NAN,
        level: f64::NAN,
        off: 0.0,
        stall: f64::NAN,
        erratic: f64::NAN,
        drift: f64::NAN,
        price: f64::NAN,
    };
}

/// What lines are judged with.
pub(super) struct Judge<'a> {
    pub model: &'a TrendModel,
    pub moves: &'a CommonMoves,
    pub price_moves: &'a CommonMoves,
    /// The month that still runs, if any, in months since 1900-01.
    pub running: Option<i32>,
}

impl Judge<'_> {
    /// Scores the months `from..end` of a reading that old enough lines have a value in. Takes the
    /// common moves out of the reading.
    pub(super) fn along(
        &self,
        series: &Series,
        series_idx: usize,
        reading: &mut Reading,
        from: usize,
        end: usize,
        mut found: impl FnMut(LineScores),
    ) {
        self.take_out(series, series_idx, reading);
        let mut changes = Vec::new();
        if series.side != SeriesSide::Drift && series.unit.iter().any(Option::is_some) {
            price_changes(series, series_idx, self.price_moves, reading, &mut changes);
        }
        let reading = &*reading;
        self.walk(series, reading, from, end, |judged| {
            let mut scores = self.quantities(series, judged);
            if changes.get(judged.month_idx).is_some_and(|change| change.is_finite()) {
                let unit = self.unit(series, reading, judged.month_idx);
                scores.price = self.model.price.score(&changes, judged.month_idx, unit);
            }
            found(scores);
        });
    }

    /// Takes out of a reading what its peers did alike and what it does every year.
    pub(super) fn take_out(&self, series: &Series, series_idx: usize, reading: &mut Reading) {
        self.moves.take_out(series, series_idx, reading);
        if series.side != SeriesSide::Drift {
            self.model.season.take_out(reading);
        }
    }

    /// Calls `visit` at every month in `from..end` that has a value and enough months before it.
    fn walk(
        &self,
        series: &Series,
        reading: &Reading,
        from: usize,
        end: usize,
        mut visit: impl FnMut(&StatisticInput<'_>),
    ) {
        let prior = self.prior(series);
        let recipe = &self.model.recipe;
        let from = from.max(recipe.min_months);
        Walk::along(
            &reading.values[..end],
            rounding(reading.grain),
            &prior.scale,
            recipe.memory_months,
            from,
            |month_idx, walk| {
                let seen = reading.raw[month_idx].is_finite();
                if seen && recipe.min_months <= reading.n_seen_before(month_idx) {
                    let evidence = self.model.evidence;
                    let is_over = self.is_over(reading, month_idx);
                    visit(&StatisticInput { reading, month_idx, walk, prior, evidence, is_over });
                }
            },
        );
    }

    /// Whether a month of a reading is not the one that still runs.
    pub(super) fn is_over(&self, reading: &Reading, month_idx: usize) -> bool {
        let month = i32::try_from(month_idx).ok().map(|at| reading.first + at);
        self.running.is_none() || month != self.running
    }

    pub(super) fn prior(&self, series: &Series) -> &ProcessPrior {
        match series.side {
            SeriesSide::Drift => &self.model.gap,
            SeriesSide::Vendor | SeriesSide::Psa => &self.model.quantity,
        }
    }

    fn quantities(&self, series: &Series, judged: &StatisticInput<'_>) -> LineScores {
        let level_at = judged.level();
        let mut scores = LineScores { month_idx: judged.month_idx, level_at, ..LineScores::NONE };
        if series.side == SeriesSide::Drift {
            let score = |run: DriftRun| if run.is_news() { run.score } else { 0.0 };
            scores.drift = judged.drift().map_or(f64::NAN, score);
            return scores;
        }
        (scores.level, scores.off) = judged.surprise(level_at);
        // That nothing came is known when the month is over.
        let growth = judged.is_over.then(|| judged.stall(&self.model.runs, level_at)).flatten();
        if let Some((_, pause)) = growth {
            scores.stall = pause.filter(Stall::is_news).map_or(0.0, |pause| pause.score());
        }
        let min_months = self.model.recipe.min_months;
        scores.erratic = judged.erratic(level_at, min_months).map_or(f64::NAN, |it| it.score);
        scores
    }

    fn unit(&self, series: &Series, reading: &Reading, month_idx: usize) -> f64 {
        price::change(series, entry(series, reading, month_idx)).map_or(1.0, |change| change.now)
    }
}

/// The position in the series of a month of its reading.
pub(super) fn entry(series: &Series, reading: &Reading, month_idx: usize) -> usize {
    let lead = usize::try_from(reading.first - series.first.index()).unwrap_or(0);
    lead + month_idx
}
