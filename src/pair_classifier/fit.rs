//! Learning from decisions.

use ndarray::{Array2, Axis, aview1, concatenate};
use rayon::prelude::*;

use crate::domain::{EntityKind, Probability};
use crate::features::{FEATURES, N_FEATURES};

use super::logistic::{Line, calibration, line, recalibration};
use super::metrics::{PairMetrics, metrics};
use super::thresholds::thresholds;
use super::training::{LabelledPairs, TrainingSet, Worlds, folds, labelled_pairs_in};
use super::{PairModel, sigmoid, standardised};

/// How to learn.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct FitRecipe {
    /// Decides which names go into which fold and which partners are left out.
    pub seed: u64,
    /// How strongly weights are pulled towards 0, or towards the model one starts from.
    pub l2: f64,
    /// Share of the accepted pairs that must be right.
    pub target_precision: f64,
    /// Folds: each is scored by a model that has not seen it.
    pub n_folds: usize,
}

impl Default for FitRecipe {
    fn default() -> Self {
        Self { seed: 1, l2: 2.0, target_precision: 0.99, n_folds: 5 }
    }
}

/// A fitted model, and how good it is on names it had not seen.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The model, fitted on everything.
    pub model: PairModel,
    /// Measured out of fold.
    pub metrics: PairMetrics,
}

/// Why nothing could be learned.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// There are too few decisions.
    #[error(
        "expected at least {needed} confirmed pairs and as many that are not the same, \
         found {n_same} and {n_other}"
    )]
    TooFew {
        /// Fewest of either.
        needed: usize,
        /// Pairs that are the same.
        n_same: usize,
        /// Pairs that are not.
        n_other: usize,
    },
    /// The model one starts from matches something else.
    #[error("expected a starting model for {expected}, found one for {found}")]
    OtherKind {
        /// What is to be matched.
        expected: EntityKind,
        /// What the starting model matches.
        found: EntityKind,
    },
    /// A number of the recipe makes no sense.
    #[error("expected {0}")]
    Recipe(&'static str),
    /// The regression failed.
    #[error("the regression did not converge")]
    Regression(#[from] linfa_logistic::error::Error),
}

/// Fewest confirmed pairs without a starting model.
const FEWEST: usize = 8;

/// Fewest confirmed pairs that move a starting model.
const FEWEST_FROM_START: usize = 2;

/// Imagined pairs that hold a starting model in its place: so many times ten on either side.
const N_IMAGINED: usize = 10;

/// Changes to a starting model are pulled towards 0 this many times as strongly as weights learned
/// from nothing: it knows more than nothing.
const START_PULL: f64 = 5.0;

/// The log-odds of nine in ten.
const NINE_IN_TEN: f64 = 2.197_224_577_336_22;

/// Learns from the sets' decisions, the calibration and thresholds from pairs out of fold. With a
/// starting model few decisions move it a little, and many a lot: its score is one more feature,
/// and the weights are what is learned beside it.
///
/// # Errors
///
/// [`FitError`] when there are too few decisions, the recipe or the start does not fit, or the
/// regression does not converge.
pub fn fit(
    kind: EntityKind,
    training: &[TrainingSet],
    start: Option<&PairModel>,
    recipe: &FitRecipe,
) -> Result<Fitted, FitError> {
    let worlds = if start.is_some() { Worlds::AsScored } else { Worlds::AnyMonth };
    let labelled = labelled_pairs_in(worlds, kind, training, recipe.seed);
    fit_labelled(kind, &labelled, start, recipe)
}

fn fit_labelled(
    kind: EntityKind,
    labelled: &LabelledPairs,
    start: Option<&PairModel>,
    recipe: &FitRecipe,
) -> Result<Fitted, FitError> {
    checked(kind, labelled, start, recipe)?;
    let mut standard = Standard::of(&labelled.features, start);
    if start.is_none() {
        standard.leave_out_misread(labelled, recipe.l2)?;
    }
    let columns = standard.columns(&labelled.features, start);
    let fitted = anchored_line(&columns, &labelled.same, start, recipe.l2, None)?;
    let scores = scores_out_of_fold(labelled, &columns, start, recipe, &fitted)?;
    // What ships must mean what it says with lines and without; one MSP's model where it is used.
    let is_judged = |row: &usize| start.is_none() || labelled.as_scored[*row];
    let judged: Vec<usize> = (0..labelled.len()).filter(is_judged).collect();
    let scores: Vec<f64> = judged.iter().map(|&row| scores[row]).collect();
    let same: Vec<bool> = judged.iter().map(|&row| labelled.same[row]).collect();
    let name: Vec<usize> = judged.iter().map(|&row| labelled.name[row]).collect();
    let calibration = match start {
        None => calibration(&scores, &same),
        Some(_) => recalibration(&scores, &same),
    };
    let probabilities: Vec<Probability> = scores
        .iter()
        .map(|score| Probability::clamped(sigmoid(calibration.0 * score + calibration.1)))
        .collect();
    let thresholds = thresholds(
        &probabilities,
        &same,
        recipe.target_precision,
        start.map(|model| model.thresholds),
    );
    let (weights, intercept) = standard.unfolded(&fitted, start);
    let model = PairModel {
        kind,
        thresholds,
        n_pairs: labelled.len() as u64 + start.map_or(0, |model| model.n_pairs),
        n_same: labelled.n_same() as u64 + start.map_or(0, |model| model.n_same),
        centre: standard.centre,
        spread: standard.spread,
        weights,
        intercept,
        calibration,
    };
    let metrics = metrics(&probabilities, &same, &name, thresholds.accept_at);
    Ok(Fitted { model, metrics })
}

/// Fits a line; with a starting model among the rows are imagined pairs on which it is right: of ten
/// it gives nine chances in ten, nine are the same. They hold its slope at 1 and its offset at 0 until
/// there are enough real pairs to say otherwise.
///
/// Source: a prior as imagined data (Greenland 2006).
fn anchored_line(
    columns: &Array2<f64>,
    same: &[bool],
    start: Option<&PairModel>,
    l2: f64,
    from: Option<&Line>,
) -> Result<Line, linfa_logistic::error::Error> {
    if start.is_none() {
        return line(columns, same, l2, from);
    }
    let mut imagined = Array2::zeros((20 * N_IMAGINED, columns.ncols()));
    let mut all = same.to_vec();
    for (idx, mut row) in imagined.outer_iter_mut().enumerate() {
        let is_likely = idx % 2 == 0;
        let is_exception = idx % 20 < 2;
        row[N_FEATURES] = START_SCALE * if is_likely { NINE_IN_TEN } else { -NINE_IN_TEN };
        all.push(is_likely != is_exception);
    }
    let columns = concatenate(Axis(0), &[columns.view(), imagined.view()])
        .expect("imagined pairs have the same columns");
    line(&columns, &all, START_PULL * l2, from)
}

fn checked(
    kind: EntityKind,
    labelled: &LabelledPairs,
    start: Option<&PairModel>,
    recipe: &FitRecipe,
) -> Result<(), FitError> {
    if !recipe.l2.is_finite() || recipe.l2 <= 0.0 {
        return Err(FitError::Recipe("an l2 above 0"));
    }
    if !(0.5..1.0).contains(&recipe.target_precision) {
        return Err(FitError::Recipe("a target precision from 0.5 to below 1"));
    }
    if recipe.n_folds < 2 {
        return Err(FitError::Recipe("at least 2 folds"));
    }
    if let Some(found) = start.map(|model| model.kind).filter(|found| *found != kind) {
        return Err(FitError::OtherKind { expected: kind, found });
    }
    let needed = if start.is_some() { FEWEST_FROM_START } else { FEWEST };
    let n_same = labelled.n_same();
    let n_other = labelled.len() - n_same;
    if n_same.min(n_other) < needed {
        return Err(FitError::TooFew { needed, n_same, n_other });
    }
    Ok(())
}

/// How columns are centred and spread.
struct Standard {
    centre: Vec<f64>,
    spread: Vec<f64>,
}

/// Rounds of leaving out; each leaves out half of what is misread.
const MOST_ROUNDS: usize = 12;

/// The start's score counts this much more than its size, so that its own weight is hardly pulled
/// towards 0: what is pulled towards 0 is the change.
const START_SCALE: f64 = 3.0;

impl Standard {
    /// The starting model's standard, so that its weights keep their meaning; that of the pairs for
    /// columns it never saw vary.
    fn of(features: &Array2<f64>, start: Option<&PairModel>) -> Self {
        let mut standard = Self { centre: vec![0.0; N_FEATURES], spread: vec![0.0; N_FEATURES] };
        for (column, values) in features.axis_iter(Axis(1)).enumerate() {
            let known = start.filter(|model| model.spread[column] > 0.0);
            let (centre, spread) = known.map_or_else(
                || (values.mean().unwrap_or(0.0), values.std(0.0)),
                |model| (model.centre[column], model.spread[column]),
            );
            standard.centre[column] = centre;
            // A column that hardly varies would be blown up into noise.
            standard.spread[column] = if spread < 1e-6 { 0.0 } else { spread };
        }
        standard
    }

    /// Leaves out columns that would be read the wrong way round, the most misread first: two that say
    /// nearly the same share one meaning between them, and what is left of the other is chance.
    fn leave_out_misread(&mut self, labelled: &LabelledPairs, l2: f64) -> Result<(), FitError> {
        let mut from: Option<Line> = None;
        for _ in 0..MOST_ROUNDS {
            let columns = self.columns(&labelled.features, None);
            let fitted = line(&columns, &labelled.same, l2, from.as_ref())?;
            let misread = |column: usize| !FEATURES[column].allows(fitted.weights[column]);
            let mut wrong: Vec<usize> = (0..N_FEATURES).filter(|&column| misread(column)).collect();
            wrong.sort_by(|&one, &other| {
                fitted.weights[other].abs().total_cmp(&fitted.weights[one].abs())
            });
            if wrong.is_empty() {
                break;
            }
            let n_dropped = wrong.len().div_ceil(2);
            wrong.into_iter().take(n_dropped).for_each(|column| self.spread[column] = 0.0);
            from = Some(fitted);
        }
        Ok(())
    }

    /// Standardised columns; with a starting model its score is the last one.
    fn columns(&self, features: &Array2<f64>, start: Option<&PairModel>) -> Array2<f64> {
        let n_columns = N_FEATURES + usize::from(start.is_some());
        let mut columns = Array2::zeros((features.nrows(), n_columns));
        for (row, mut cells) in features.outer_iter().zip(columns.outer_iter_mut()) {
            for (column, &value) in row.iter().enumerate() {
                cells[column] = standardised(value, self.centre[column], self.spread[column]);
            }
            if let Some(model) = start {
                cells[N_FEATURES] = START_SCALE * model.log_odds(row);
            }
        }
        columns
    }

    /// Weights and intercept over the features alone: the starting model's, scaled, plus the change.
    fn unfolded(&self, fitted: &Line, start: Option<&PairModel>) -> (Vec<f64>, f64) {
        let mut weights = fitted.weights[..N_FEATURES].to_vec();
        let mut intercept = fitted.intercept;
        if let Some(model) = start {
            let scale = START_SCALE * fitted.weights[N_FEATURES];
            let (slope, offset) = model.calibration;
            for (weight, before) in weights.iter_mut().zip(&model.weights) {
                *weight += scale * slope * before;
            }
            intercept += scale * (slope * model.intercept + offset);
        }
        (weights, intercept)
    }
}

/// The score of each pair by a model that has not seen its fold. A fold whose rest holds one answer
/// only is scored by the prior log-odds.
fn scores_out_of_fold(
    labelled: &LabelledPairs,
    columns: &Array2<f64>,
    start: Option<&PairModel>,
    recipe: &FitRecipe,
    whole: &Line,
) -> Result<Vec<f64>, FitError> {
    let folds = folds(labelled, recipe.n_folds);
    let by_fold = (0..recipe.n_folds)
        .into_par_iter()
        .map(|fold| {
            let (held, rest): (Vec<usize>, Vec<usize>) =
                (0..labelled.len()).partition(|&row| folds[row] == fold);
            let same: Vec<bool> = rest.iter().map(|&row| labelled.same[row]).collect();
            if same.iter().all(|one| *one) || !same.iter().any(|one| *one) {
                let share = labelled.n_same() as f64 / labelled.len() as f64;
                return Ok(held
                    .into_iter()
                    .map(|row| (row, (share / (1.0 - share)).ln()))
                    .collect());
            }
            let rest = columns.select(Axis(0), &rest);
            let fitted = anchored_line(&rest, &same, start, recipe.l2, Some(whole))?;
            let score =
                |row: usize| fitted.intercept + columns.row(row).dot(&aview1(&fitted.weights));
            Ok(held.into_iter().map(|row| (row, score(row))).collect())
        })
        .collect::<Result<Vec<Vec<(usize, f64)>>, FitError>>()?;
    let mut scores = vec![0.0; labelled.len()];
    by_fold.into_iter().flatten().for_each(|(row, score)| scores[row] = score);
    Ok(scores)
}
