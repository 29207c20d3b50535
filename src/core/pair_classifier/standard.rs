//! Columns on one scale, and scores by models that have not seen what they score.

use ndarray::{Array2, Axis};
use rayon::prelude::*;

use super::logistic::{LinearScore, line};
use super::recipe::FitError;
use super::training::{LabelledPairs, folds};
use super::{PairModel, sigmoid, standardised};
use crate::domain::Probability;
use crate::features::{FEATURES, N_FEATURES};

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
    pub(super) fn leave_out_misread(
        &mut self,
        labelled: &LabelledPairs,
        l2: f64,
    ) -> Result<(), FitError> {
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

/// Calibrated probabilities of scores.
pub(super) fn probabilities(scores: &[f64], (slope, offset): (f64, f64)) -> Vec<Probability> {
    scores.iter().map(|score| Probability::clamped(sigmoid(slope * score + offset))).collect()
}

/// Whether all answers are one: nothing can be learned from them.
pub(super) fn is_one_answer(same: &[bool]) -> bool {
    same.windows(2).all(|pair| pair[0] == pair[1])
}
