//! History → model: what is usual in this portfolio.

use rayon::prelude::*;

use super::any::AnyModel;
use super::calibration::Calibration;
use super::common_move::CommonMoves;
use super::growth::{GrowthSoFar, RunModel};
use super::judge::{Judge, LineScores};
use super::lines::Lines;
use super::model::{STRATA, TrendModel, UsualSpreads};
use super::month_spread::UsualSpread;
use super::past_scores::{Age, PastScores};
use super::portfolio::{LINES_PER_TASK, Portfolio};
use super::predictive::{ProcessPrior, rounding};
use super::presence::PresenceModel;
use super::price::{self, PricePrior, price_changes};
use super::process::{N_PROCESSES, Walk, errors_after};
use super::reading::{Reading, recent_median};
use super::scale::{LineVariance, ScalePrior};
use super::season::{SeasonPrior, YearlyLikeness, yearly_likeness};
use super::{TrendError, TrendRecipe, later_labels};
use crate::domain::{Month, Series, SeriesSide};

/// Newest months that tell how many flags a usual month brings. Lines were as well known in them as they are
/// now, and whether they were real does not matter for that.
const RECENT_MONTHS: usize = 6;

/// Rounds in which the prior and the weights that follow from it settle.
const ROUNDS: usize = 4;

/// Fits the model on everything up to a month; later entries are not looked at.
///
/// # Errors
///
/// [`TrendError::Recipe`] when the recipe makes no sense, [`TrendError::NoHistory`] when no series has
/// a quantity by then.
pub fn fit(
    series: &[Series],
    through: Month,
    recipe: &TrendRecipe,
) -> Result<TrendModel, TrendError> {
    Portfolio::of(series, through).fit(through, recipe)
}

impl Portfolio<'_> {
    /// [`super::fit`] through a month of the portfolio.
    ///
    /// # Errors
    ///
    /// As [`super::fit`].
    pub fn fit(&self, through: Month, recipe: &TrendRecipe) -> Result<TrendModel, TrendError> {
        fit_lines(self, through, recipe)
    }
}

/// [`fit`], where what the lines have in common is known already.
fn fit_lines(
    portfolio: &Portfolio<'_>,
    through: Month,
    recipe: &TrendRecipe,
) -> Result<TrendModel, TrendError> {
    recipe.check()?;
    let Portfolio { series, moves, price_moves, lines, file_first } = portfolio;
    let (moves, price_moves) = (moves.as_ref(), price_moves.as_ref());
    let sample = Sample { series, idxs: sampled(series.len(), recipe.max_lines), through };
    let counts = sample.counts(price_moves, recipe, *file_first);
    if counts.n_lines == 0 {
        return Err(TrendError::NoHistory { through });
    }
    let season = sample.season_prior(moves);
    let mut model = TrendModel {
        recipe: *recipe,
        through,
        n_lines: counts.n_lines,
        n_calibration: 0,
        growers: (0, 0),
        evidence: evidence(through, *file_first, recipe),
        season,
        quantity: sample.process_prior(moves, season, recipe, Kind::Quantity),
        gap: sample.process_prior(moves, season, recipe, Kind::Gap),
        runs: RunModel::learned(counts.runs.into_iter()),
        presence: counts.presence,
        price: PricePrior::learned(counts.price_variances),
        spreads: UsualSpreads {
            level: UsualSpread::cold(),
            erratic: UsualSpread::cold(),
            drift: UsualSpread::cold(),
        },
        level: vec![Calibration::of(Vec::new()); 2 + STRATA.len()],
        stall: Calibration::of(Vec::new()),
        erratic: Calibration::of(Vec::new()),
        drift: Calibration::of(Vec::new()),
        price_scores: Calibration::of(Vec::new()),
        any: AnyModel::cold(),
        common_quantity: calibration_of_moves(moves, through),
        common_price: calibration_of_moves(price_moves, through),
        verdicts: None,
    };
    let past = sample.scores(&model, moves, price_moves, lines);
    past.calibrate(&mut model);
    Ok(model)
}

/// What the errors of a line are worth that is as old as the history, when the first past month is scored.
fn evidence(through: Month, file_first: i32, recipe: &TrendRecipe) -> f64 {
    let n_months = usize::try_from(through.index() + 1 - file_first).unwrap_or(0);
    let before = n_months.saturating_sub(recipe.settle_months + recipe.calibration_months);
    errors_after(before.max(2 * recipe.min_months) as f64, recipe.memory_months)
}

fn calibration_of_moves(moves: &CommonMoves, through: Month) -> Calibration {
    Calibration::of(moves.sizes_before(through.plus(1)).iter().map(|size| *size as f32).collect())
}

/// At most `most` positions out of `n`, evenly spread.
fn sampled(n: usize, most: usize) -> Vec<usize> {
    let every = n.div_ceil(most).max(1);
    (0..n).step_by(every).collect()
}

/// What a prior is learned for: quantities, or gaps between bought and billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Quantity,
    Gap,
}

struct Sample<'a> {
    series: &'a [Series],
    idxs: Vec<usize>,
    through: Month,
}

/// What is counted line by line.
#[derive(Default)]
struct Counts {
    n_lines: usize,
    runs: Vec<(usize, usize)>,
    presence: PresenceModel,
    price_variances: Vec<f64>,
}

impl Default for PresenceModel {
    fn default() -> Self {
        Self::cold()
    }
}

/// One line's errors, process by process.
struct LineErrors {
    tracker: super::process::Tracker,
    level: f64,
    rounding: f64,
}

impl Sample<'_> {
    /// Reads every line in tasks of equal size; the parts come back in order.
    fn read<T: Default + Send>(&self, each: impl Fn(&mut T, &mut Reading, usize) + Sync) -> Vec<T> {
        self.idxs
            .par_chunks(LINES_PER_TASK)
            .map(|idxs| {
                let (mut part, mut reading) = (T::default(), Reading::default());
                for &series_idx in idxs {
                    if reading.read(&self.series[series_idx], self.through).is_some() {
                        each(&mut part, &mut reading, series_idx);
                    }
                }
                part
            })
            .collect()
    }

    fn counts(&self, prices: &CommonMoves, recipe: &TrendRecipe, file_first: i32) -> Counts {
        let parts = self.read(|part: &mut Counts, reading, series_idx| {
            part.n_lines += 1;
            let series = &self.series[series_idx];
            if series.side == SeriesSide::Drift {
                return;
            }
            let n = reading.raw.len();
            if let Some(growth) = GrowthSoFar::before(&reading.raw, n) {
                part.runs.push((growth.n_flat, growth.n));
            }
            let from = n.saturating_sub(recipe.calibration_months);
            part.presence.count(reading, from, file_first);
            let mut changes = Vec::new();
            price_changes(series, series_idx, prices, reading, &mut changes);
            part.price_variances.extend(price::own_variance(&changes));
        });
        parts.into_iter().fold(Counts::default(), |mut all, part| {
            all.n_lines += part.n_lines;
            all.runs.extend(part.runs);
            all.presence.add(&part.presence);
            all.price_variances.extend(part.price_variances);
            all
        })
    }

    /// How much of all lines comes back after a year.
    fn season_prior(&self, moves: &CommonMoves) -> SeasonPrior {
        let parts = self.read(|part: &mut Vec<YearlyLikeness>, reading, series_idx| {
            let series = &self.series[series_idx];
            if series.side != SeriesSide::Drift {
                moves.take_out(series, series_idx, reading);
                part.extend(yearly_likeness(&reading.values));
            }
        });
        SeasonPrior::learned(&parts.concat())
    }

    /// Prior and weights from all lines of a kind: each line's processes are weighed by the prior,
    /// the weighed errors make the next prior.
    fn process_prior(
        &self,
        moves: &CommonMoves,
        season: SeasonPrior,
        recipe: &TrendRecipe,
        kind: Kind,
    ) -> ProcessPrior {
        let mut prior = ProcessPrior::cold();
        // The errors are clipped by the prior's scale, so they are taken twice.
        for _ in 0..2 {
            let lines = self.errors(moves, season, recipe, kind, &prior);
            for _ in 0..ROUNDS {
                prior = learned(&lines, &prior);
            }
        }
        prior
    }

    fn errors(
        &self,
        moves: &CommonMoves,
        season: SeasonPrior,
        recipe: &TrendRecipe,
        kind: Kind,
        prior: &ProcessPrior,
    ) -> Vec<LineErrors> {
        let parts = self.read(|part: &mut Vec<LineErrors>, reading, series_idx| {
            let series = &self.series[series_idx];
            if (series.side == SeriesSide::Drift) != (kind == Kind::Gap) {
                return;
            }
            moves.take_out(series, series_idx, reading);
            if kind == Kind::Quantity {
                season.take_out(reading);
            }
            let rounding = rounding(reading.grain);
            let mut last = None;
            let end = reading.values.len();
            // One month past the end, so that the walk stops after the last one.
            reading.values.push(f64::NAN);
            Walk::along(
                &reading.values,
                rounding,
                &prior.scale,
                recipe.memory_months,
                end,
                |_, walk| last = Some(*walk.before(0)),
            );
            let level = recent_median(&reading.values, end, 12).unwrap_or(0.0);
            part.extend(last.filter(|tracker| 1.5 <= tracker.n_errors).map(|tracker| LineErrors {
                tracker,
                level,
                rounding,
            }));
        });
        parts.into_iter().flatten().collect()
    }

    /// The scores of the calibration months, cleaned of what later proved real.
    fn scores(
        &self,
        model: &TrendModel,
        moves: &CommonMoves,
        price_moves: &CommonMoves,
        lines: &Lines,
    ) -> PastScores {
        let judge = Judge { model, moves, price_moves, running: None };
        let (months, settle) = (model.recipe.calibration_months, model.recipe.settle_months);
        let of_series = |part: &mut PastScores, reading: &mut Reading, line, series_idx: usize| {
            let series = &self.series[series_idx];
            if reading.read(series, self.through).is_none() {
                return;
            }
            let end = reading.raw.len();
            let from = end.saturating_sub(settle + months);
            let mut scored: Vec<LineScores> = Vec::with_capacity(settle + months);
            judge.along(series, series_idx, reading, from, end, |scores| scored.push(scores));
            for scores in &scored {
                let was_anomaly = later_labels::was_anomaly(&reading.values, scores.month_idx);
                let age = Age {
                    is_settled: scores.month_idx + settle < end,
                    is_recent: end <= scores.month_idx + RECENT_MONTHS,
                };
                part.add(line, scores, reading.first, was_anomaly == Some(true), age);
            }
        };
        let parts: Vec<PastScores> = sampled(lines.n(), model.recipe.max_lines)
            .par_chunks(LINES_PER_TASK)
            .map(|sample| {
                let (mut part, mut reading) = (PastScores::default(), Reading::default());
                for &line in sample {
                    let from = part.len();
                    lines
                        .members(line)
                        .for_each(|idx| of_series(&mut part, &mut reading, line, idx));
                    part.of_line_ends(from);
                }
                part
            })
            .collect();
        parts.into_iter().fold(PastScores::default(), PastScores::with)
    }
}

/// One round: weights by the prior, prior by the weighted errors.
fn learned(lines: &[LineErrors], prior: &ProcessPrior) -> ProcessPrior {
    // A month's worth of lines for each process keeps a rare one from dying out.
    let mut totals = prior.shares.map(|share| 1.0 + 8.0 * share);
    let mut variances = Vec::with_capacity(lines.len());
    for line in lines {
        let usual = prior.scale.variance(line.level);
        let weights = prior.weights(&line.tracker, usual, line.rounding);
        let mut squares = 0.0;
        for process in 0..N_PROCESSES {
            totals[process] += weights[process];
            squares += weights[process] * line.tracker.squares[process];
        }
        variances.push(LineVariance {
            level: line.level,
            variance: squares / line.tracker.n_errors + line.rounding,
            freedom: line.tracker.n_errors,
        });
    }
    let total: f64 = totals.iter().sum();
    ProcessPrior {
        shares: totals.map(|weight| weight / total),
        scale: ScalePrior::learned(&variances),
    }
}
