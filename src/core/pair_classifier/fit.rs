//! Learning from decisions.

use ndarray::{Array2, Axis};
use rayon::prelude::*;

use crate::domain::{EntityKind, Probability};
use crate::features::{FEATURES, N_FEATURES};

use super::choice::Measured;
use super::logistic::{LinearScore, calibration, line};
use super::metrics::{PairMetrics, metrics};
use super::thresholds::thresholds;
use super::training::{LabelledPairs, SeenWith, TrainingSet, folds, labelled_pairs_in};
use super::{PairModel, own, sigmoid, standardised};

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
    /// With a starting model: what was tried, the simplest first.
    pub choice: Vec<Measured>,
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

/// Learns from the sets' decisions, the calibration and thresholds from pairs out of fold. With a
/// starting model few decisions move it a little, and many a lot; how, is chosen by what does best out
/// of fold.
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
    let worlds = if start.is_some() { SeenWith::AsScored } else { SeenWith::AnyMonth };
    let labelled = labelled_pairs_in(worlds, kind, training, recipe.seed);
    fit_labelled(kind, &labelled, start, recipe)
}

/// The same on pairs that are labelled already.
pub(super) fn fit_labelled(
    kind: EntityKind,
    labelled: &LabelledPairs,
    start: Option<&PairModel>,
    recipe: &FitRecipe,
) -> Result<Fitted, FitError> {
    checked(kind, labelled, start, recipe)?;
    match start {
        Some(start) => own::fit_from(start, labelled, recipe),
        None => fit_from_nothing(kind, labelled, recipe),
    }
}

fn fit_from_nothing(
    kind: EntityKind,
    labelled: &LabelledPairs,
    recipe: &FitRecipe,
) -> Result<Fitted, FitError> {
    let mut standard = Standard::of(&labelled.features, None);
    standard.leave_out_misread(labelled, recipe.l2)?;
    let columns = standard.columns(&labelled.features);
    let fitted = line(&columns, &labelled.same, recipe.l2, None)?;
    let scores = scores_out_of_fold(labelled, recipe.n_folds, |rest, same| {
        if is_one_answer(same) {
            let share = labelled.n_same() as f64 / labelled.len() as f64;
            let intercept = (share / (1.0 - share)).ln();
            return Ok(LinearScore { weights: vec![0.0; N_FEATURES], intercept }.scores(&columns));
        }
        let rest = columns.select(Axis(0), rest);
        Ok(line(&rest, same, recipe.l2, Some(&fitted))?.scores(&columns))
    })?;
    let calibration = calibration(&scores, &labelled.same);
    let probabilities = probabilities(&scores, calibration);
    let thresholds = thresholds(&probabilities, &labelled.same, recipe.target_precision, None);
    let metrics = metrics(&probabilities, &labelled.same, &labelled.name, thresholds.accept_at);
    let model = PairModel {
        kind,
        thresholds,
        n_pairs: labelled.len() as u64,
        n_same: labelled.n_same() as u64,
        centre: standard.centre,
        spread: standard.spread,
        weights: fitted.weights,
        intercept: fitted.intercept,
        calibration,
        grown: None,
    };
    Ok(Fitted { model, metrics, choice: Vec::new() })
}

/// Calibrated probabilities of scores.
pub(super) fn probabilities(scores: &[f64], (slope, offset): (f64, f64)) -> Vec<Probability> {
    scores.iter().map(|score| Probability::clamped(sigmoid(slope * score + offset))).collect()
}

/// Whether all answers are one: nothing can be learned from them.
pub(super) fn is_one_answer(same: &[bool]) -> bool {
    same.windows(2).all(|pair| pair[0] == pair[1])
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
pub(super) struct Standard {
    pub centre: Vec<f64>,
    pub spread: Vec<f64>,
}

/// Rounds of leaving out; each leaves out half of what is misread.
const MOST_ROUNDS: usize = 12;

impl Standard {
    /// The starting model's standard, so that its weights keep their meaning; that of the pairs for
    /// columns it never saw vary.
    pub(super) fn of(features: &Array2<f64>, start: Option<&PairModel>) -> Self {
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
        let mut from: Option<LinearScore> = None;
        for _ in 0..MOST_ROUNDS {
            let columns = self.columns(&labelled.features);
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

    /// Standardised columns.
    pub(super) fn columns(&self, features: &Array2<f64>) -> Array2<f64> {
        let mut columns = Array2::zeros(features.dim());
        for (row, mut cells) in features.outer_iter().zip(columns.outer_iter_mut()) {
            for (column, &value) in row.iter().enumerate() {
                cells[column] = standardised(value, self.centre[column], self.spread[column]);
            }
        }
        columns
    }
}

/// The score of each pair by a model that has not seen its fold. `learned` makes the scores of every
/// pair from the rows it may see and their answers.
pub(super) fn scores_out_of_fold(
    labelled: &LabelledPairs,
    n_folds: usize,
    learned: impl Fn(&[usize], &[bool]) -> Result<Vec<f64>, FitError> + Sync,
) -> Result<Vec<f64>, FitError> {
    let folds = folds(labelled, n_folds);
    let by_fold = (0..n_folds)
        .into_par_iter()
        .map(|fold| {
            let (held, rest): (Vec<usize>, Vec<usize>) =
                (0..labelled.len()).partition(|&row| folds[row] == fold);
            let same: Vec<bool> = rest.iter().map(|&row| labelled.same[row]).collect();
            let scores = learned(&rest, &same)?;
            Ok(held.into_iter().map(|row| (row, scores[row])).collect())
        })
        .collect::<Result<Vec<Vec<(usize, f64)>>, FitError>>()?;
    let mut scores = vec![0.0; labelled.len()];
    by_fold.into_iter().flatten().for_each(|(row, score)| scores[row] = score);
    Ok(scores)
}
