//! Months held out: is the distribution right?

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::fit::fit;
use super::model::TrendModel;
use super::month::score_month;
use super::portfolio::file_first;
use super::statistic::Statistic;
use super::{TrendError, TrendRecipe};
use crate::domain::{Month, Series, SeriesSide};

/// How right a model was on months it had not seen.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TrendMetrics {
    /// Line-months judged.
    pub n: usize,
    /// Share of them with a level p-value below 0.01: 0.01 when nothing happened.
    pub below_1_in_100: f64,
    /// Share of them with a level p-value below 0.001.
    pub below_1_in_1000: f64,
    /// Share of them inside the 90 % band. Whole seats make it more, never less, when all is well.
    pub coverage_90: f64,
    /// Mean distance of the expected from the seen quantity, in units.
    pub mean_absolute_error: f64,
    /// The same for "as last month".
    pub mean_absolute_error_last_month: f64,
    /// Mean logarithm of the probability given to what came: higher is better. The gate compares it.
    pub mean_log_score: f64,
}

/// Fits on all but the newest months, one month at a time, and measures on each the next.
///
/// # Errors
///
/// [`TrendError::TooShort`] when fewer months are there than are held out and needed before them, and
/// what [`fit`] returns.
pub fn backtest(series: &[Series], recipe: &TrendRecipe) -> Result<TrendMetrics, TrendError> {
    recipe.check()?;
    let last = last_month(series);
    let (Some(first), Some(last)) = (file_first(series), last) else {
        return Err(TrendError::TooShort { months: 0, needed: needed(recipe) });
    };
    let months = usize::try_from(last.index() - first + 1).unwrap_or(0);
    if months < needed(recipe) {
        return Err(TrendError::TooShort { months, needed: needed(recipe) });
    }
    let held_out = i32::try_from(recipe.held_out_months).unwrap_or(i32::MAX);
    let mut sums = Sums::default();
    for back in (0..held_out).rev() {
        let month = last.plus(-back);
        let model = fit(series, month.plus(-1), recipe)?;
        sums.add(&measured(&model, series, month));
    }
    Ok(sums.metrics())
}

/// Measures a model on months of the series; give it months after those it was fitted on.
pub fn evaluate(model: &TrendModel, series: &[Series], months: &[Month]) -> TrendMetrics {
    let mut sums = Sums::default();
    for &month in months {
        sums.add(&measured(model, series, month));
    }
    sums.metrics()
}

fn needed(recipe: &TrendRecipe) -> usize {
    recipe.min_months + recipe.held_out_months
}

/// The last month any series has an entry for.
fn last_month(series: &[Series]) -> Option<Month> {
    series
        .iter()
        .filter(|one| !one.quantity.is_empty())
        .map(|one| one.month(one.quantity.len() - 1))
        .max()
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    n: f64,
    hundredth: f64,
    thousandth: f64,
    covered: f64,
    error: f64,
    naive_error: f64,
    log_score: f64,
}

fn measured(model: &TrendModel, series: &[Series], month: Month) -> Sums {
    let scores = score_month(model, series, month);
    let lines: Vec<Option<Sums>> = (0..series.len())
        .into_par_iter()
        .map(|series_idx| {
            if series[series_idx].side == SeriesSide::Drift {
                return None;
            }
            let p = scores.p_value(series_idx, Statistic::Level)?;
            let line = scores.line(series_idx);
            let (seen, forecast, before) = (line.observed?, line.forecast?, line.before?.0);
            let one = |holds: bool| f64::from(u8::from(holds));
            Some(Sums {
                n: 1.0,
                hundredth: one(p < 0.01),
                thousandth: one(p < 0.001),
                covered: one(forecast.low <= seen && seen <= forecast.high),
                error: (seen - forecast.point).abs(),
                naive_error: (seen - before).abs(),
                log_score: forecast.log_score(seen),
            })
        })
        .collect();
    let mut sums = Sums::default();
    lines.iter().flatten().for_each(|line| sums.add(line));
    sums
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.hundredth += other.hundredth;
        self.thousandth += other.thousandth;
        self.covered += other.covered;
        self.error += other.error;
        self.naive_error += other.naive_error;
        self.log_score += other.log_score;
    }

    fn metrics(&self) -> TrendMetrics {
        let n = self.n.max(1.0);
        TrendMetrics {
            n: self.n as usize,
            below_1_in_100: self.hundredth / n,
            below_1_in_1000: self.thousandth / n,
            coverage_90: self.covered / n,
            mean_absolute_error: self.error / n,
            mean_absolute_error_last_month: self.naive_error / n,
            mean_log_score: self.log_score / n,
        }
    }
}
