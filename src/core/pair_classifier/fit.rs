//! Learning from decisions.

use ndarray::Axis;

use crate::domain::EntityKind;
use crate::features::N_FEATURES;

use super::logistic::{LinearScore, calibration, line};
use super::metrics::metrics;
use super::recipe::{FitError, FitRecipe, Fitted};
use super::standard::{Standard, is_one_answer, probabilities, scores_out_of_fold};
use super::thresholds::thresholds;
use super::training::{LabelledPairs, SeenWith, TrainingSet, labelled_pairs_in};
use super::{PairModel, own};

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
