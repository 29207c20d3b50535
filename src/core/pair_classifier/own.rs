//! One MSP's own model: the model that ships, moved by what people here decided.

use ndarray::{Array2, Axis, concatenate};

use super::PairModel;
use super::choice::{Approach, Attempt, chosen, measured};
use super::logistic::{LinearScore, line, recalibration};
use super::metrics::metrics;
use super::recipe::{FitError, FitRecipe, Fitted};
use super::standard::{Standard, is_one_answer, probabilities, scores_out_of_fold};
use super::thresholds::thresholds;
use super::training::LabelledPairs;
use super::trees::{BoostedTrees, TreesRecipe, grow_from};
use crate::features::N_FEATURES;

/// Imagined pairs that hold a starting model in its place: so many times ten on either side.
const N_IMAGINED: usize = 10;

/// Changes to a starting model are pulled towards 0 this many times as strongly as weights learned
/// from nothing: it knows more than nothing.
const START_PULL: f64 = 5.0;

/// The start's score counts this much more than its size, so that its own weight is hardly pulled
/// towards 0: what is pulled towards 0 is the change.
const START_SCALE: f64 = 3.0;

/// The log-odds of nine in ten.
const NINE_IN_TEN: f64 = 2.197_224_577_336_22;

/// Confirmed pairs from which on trees are tried: with fewer there is hardly a leaf to fill.
const FEWEST_TO_GROW: usize = 40;

/// Trees that mend another model: few, small, and slow to believe.
const MENDING: TreesRecipe = TreesRecipe {
    seed: 1,
    n_trees: 80,
    learning_rate: 0.05,
    most_leaves: 6,
    row_share: 0.7,
    column_share: 0.3,
    l2: 5.0,
};

/// Moves a model by labelled pairs in the way that does best out of fold.
pub(super) fn fit_from(
    start: &PairModel,
    labelled: &LabelledPairs,
    recipe: &FitRecipe,
) -> Result<Fitted, FitError> {
    let learning = Learning::new(start, labelled, recipe);
    let corrected = learning.corrected(&learning.all_rows(), &labelled.same, None)?;
    // One MSP's model is judged where it is used: every partner there, every line read.
    let judged = labelled.as_scored();
    let attempts: Vec<Attempt> = learning
        .scores(&corrected)?
        .into_iter()
        .map(|(approach, scores)| attempt(approach, &learning.judged(&scores), &judged))
        .collect();
    let choice = measured(&attempts, &judged.same, &judged.group);
    let best = &attempts[chosen(&choice)];
    let thresholds = match best.approach {
        Approach::Shipped => start.thresholds,
        _ => thresholds(
            &best.probabilities,
            &judged.same,
            recipe.target_precision,
            Some(start.thresholds),
        ),
    };
    let metrics = metrics(&best.probabilities, &judged.same, &judged.name, thresholds.accept_at);
    let moved = learning.model(best, &corrected);
    Ok(Fitted { model: PairModel { thresholds, ..moved }, metrics, choice })
}

/// The model moved in one way, without a choice.
#[cfg(test)]
pub(super) fn moved(
    start: &PairModel,
    labelled: &LabelledPairs,
    recipe: &FitRecipe,
    approach: Approach,
) -> Result<PairModel, FitError> {
    let learning = Learning::new(start, labelled, recipe);
    let corrected = learning.corrected(&learning.all_rows(), &labelled.same, None)?;
    let attempt = Attempt { approach, calibration: (0.9, 0.1), probabilities: Vec::new() };
    Ok(learning.model(&attempt, &corrected))
}

/// Scores out of fold as probabilities. What ships is left as it is; the others are calibrated anew.
fn attempt(approach: Approach, scores: &[f64], judged: &LabelledPairs) -> Attempt {
    let calibration = match approach {
        Approach::Shipped => (1.0, 0.0),
        _ => recalibration(scores, &judged.same),
    };
    Attempt { approach, calibration, probabilities: probabilities(scores, calibration) }
}

/// From the rows that may be seen and their answers to a score for every pair.
type FoldFitter<'a> = dyn Fn(&[usize], &[bool]) -> Result<Vec<f64>, FitError> + Sync + 'a;

/// What every way of learning looks at.
struct Learning<'a> {
    start: &'a PairModel,
    labelled: &'a LabelledPairs,
    recipe: &'a FitRecipe,
    standard: Standard,
    /// Standardised columns, and the start's score as the last one.
    columns: Array2<f64>,
    /// The start's log-odds.
    starting: Vec<f64>,
}

impl<'a> Learning<'a> {
    fn new(start: &'a PairModel, labelled: &'a LabelledPairs, recipe: &'a FitRecipe) -> Self {
        let standard = Standard::of(&labelled.features, Some(start));
        let starting: Vec<f64> =
            labelled.features.outer_iter().map(|row| start.log_odds(row)).collect();
        let score =
            Array2::from_shape_fn((starting.len(), 1), |(row, _)| START_SCALE * starting[row]);
        let columns = standard.columns(&labelled.features);
        let columns =
            concatenate(Axis(1), &[columns.view(), score.view()]).expect("a score for every row");
        Self { start, labelled, recipe, standard, columns, starting }
    }

    fn all_rows(&self) -> Vec<usize> {
        (0..self.labelled.len()).collect()
    }

    fn judged<T: Copy>(&self, values: &[T]) -> Vec<T> {
        let kept = values.iter().zip(&self.labelled.as_scored).filter(|(_, judged)| **judged);
        kept.map(|(value, _)| *value).collect()
    }

    /// Scores out of fold by every way there are pairs enough for, the simplest first.
    fn scores(&self, whole: &LinearScore) -> Result<Vec<(Approach, Vec<f64>)>, FitError> {
        let out_of_fold = |learned: &FoldFitter<'_>| {
            scores_out_of_fold(self.labelled, self.recipe.n_folds, |rest, same| {
                if is_one_answer(same) { Ok(self.starting.clone()) } else { learned(rest, same) }
            })
        };
        let corrected = out_of_fold(&|rest, same| {
            Ok(self.corrected(rest, same, Some(whole))?.scores(&self.columns))
        })?;
        let mut scores = vec![(Approach::Shipped, self.starting.clone())];
        if self.labelled.as_scored().n_same() < FEWEST_TO_GROW {
            scores.push((Approach::Corrected, corrected));
            return Ok(scores);
        }
        let grown = out_of_fold(&|rest, same| {
            let trees = self.grown(rest, same);
            let rows = self.labelled.features.outer_iter().zip(&self.starting);
            Ok(rows.map(|(row, start)| start + trees.log_odds(row)).collect())
        })?;
        let mean = corrected.iter().zip(&grown).map(|(one, other)| 0.5 * (one + other)).collect();
        scores.push((Approach::Corrected, corrected));
        scores.push((Approach::Mean, mean));
        scores.push((Approach::Grown, grown));
        Ok(scores)
    }

    /// Fits a line with the start's score among its columns. Among its rows are imagined pairs on which
    /// the start is right: of ten it gives nine chances in ten, nine are the same. They hold its slope at
    /// 1 and its offset at 0 until there are enough real pairs to say otherwise.
    ///
    /// Source: a prior as imagined data (Greenland 2006).
    fn corrected(
        &self,
        rows: &[usize],
        same: &[bool],
        from: Option<&LinearScore>,
    ) -> Result<LinearScore, FitError> {
        let mut imagined = Array2::zeros((20 * N_IMAGINED, N_FEATURES + 1));
        let mut all = same.to_vec();
        for (idx, mut row) in imagined.outer_iter_mut().enumerate() {
            let is_likely = idx % 2 == 0;
            let is_exception = idx % 20 < 2;
            row[N_FEATURES] = START_SCALE * if is_likely { NINE_IN_TEN } else { -NINE_IN_TEN };
            all.push(is_likely != is_exception);
        }
        let columns = self.columns.select(Axis(0), rows);
        let columns = concatenate(Axis(0), &[columns.view(), imagined.view()])
            .expect("imagined pairs have the same columns");
        Ok(line(&columns, &all, START_PULL * self.recipe.l2, from)?)
    }

    /// Trees that mend the start.
    fn grown(&self, rows: &[usize], same: &[bool]) -> BoostedTrees {
        let features = self.labelled.features.select(Axis(0), rows);
        let scores = rows.iter().map(|&row| self.starting[row]).collect();
        let recipe = TreesRecipe { seed: self.recipe.seed, ..MENDING };
        grow_from(features.view(), same, scores, &recipe)
    }

    /// The model of an attempt, learned from every pair.
    fn model(&self, attempt: &Attempt, corrected: &LinearScore) -> PairModel {
        let start = self.start;
        let (share_corrected, share_grown) = match attempt.approach {
            Approach::Shipped => return start.clone(),
            Approach::Corrected => (1.0, 0.0),
            Approach::Mean => (0.5, 0.5),
            Approach::Grown => (0.0, 1.0),
        };
        // Both ways begin with the start's log-odds, which are calibrated: its sum, times its slope.
        let scale = share_grown + share_corrected * START_SCALE * corrected.weights[N_FEATURES];
        let (slope, offset) = start.calibration;
        let mut weights: Vec<f64> =
            corrected.weights[..N_FEATURES].iter().map(|weight| share_corrected * weight).collect();
        for (column, weight) in weights.iter_mut().enumerate() {
            if start.spread[column] > 0.0 {
                *weight += scale * slope * start.weights[column];
            }
        }
        let mut grown = start.grown.clone().map(|trees| trees.scaled(scale * slope));
        if share_grown > 0.0 {
            let own = self.grown(&self.all_rows(), &self.labelled.same).scaled(share_grown);
            grown = Some(match grown {
                Some(before) => before.plus(own),
                None => own,
            });
        }
        PairModel {
            kind: start.kind,
            thresholds: start.thresholds,
            n_pairs: start.n_pairs + self.labelled.len() as u64,
            n_same: start.n_same + self.labelled.n_same() as u64,
            centre: self.standard.centre.clone(),
            spread: self.standard.spread.clone(),
            weights,
            intercept: share_corrected * corrected.intercept
                + scale * (slope * start.intercept + offset),
            calibration: attempt.calibration,
            grown,
        }
    }
}
