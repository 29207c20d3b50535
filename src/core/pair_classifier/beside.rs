//! Two models on the same pairs that neither has learned from.

use ndarray::Axis;
use rayon::prelude::*;

use super::choice::{error_of_difference, losses};
use super::fit::fit_labelled;
use super::metrics::{PairMetrics, metrics_of_accepted};
use super::recipe::{FitError, FitRecipe};
use super::training::{LabelledPairs, folds};
use super::{PairModel, score};
use crate::domain::{EntityKind, Probability};

/// What a way of matching says of some pairs.
pub struct Answers {
    probabilities: Vec<Probability>,
    is_accepted: Vec<bool>,
    /// Where its threshold is; of several models that of the first.
    accept_at: Probability,
}

/// Two ways of matching on the same pairs.
#[derive(Debug, Clone)]
pub struct Beside {
    /// The new one.
    pub new: PairMetrics,
    /// The one in use.
    pub current: PairMetrics,
    /// How much less the new one's log loss is, a pair.
    pub gain: f64,
    /// The standard error of that; pairs of one name are no separate witnesses.
    pub standard_error: f64,
}

/// What one model says of pairs it has not seen.
pub fn answers(model: &PairModel, pairs: &LabelledPairs) -> Answers {
    let probabilities = score(model, &pairs.features);
    let accept_at = model.thresholds.accept_at;
    let is_accepted = probabilities.iter().map(|one| accept_at <= *one).collect();
    Answers { probabilities, is_accepted, accept_at }
}

/// What models say of pairs as scored, each learned from `before` and from the other folds of `pairs`: which
/// columns, which approach, calibration and thresholds are all learned without the fold that is judged.
///
/// # Errors
///
/// [`FitError`] when a fold cannot be learned from, for another reason than too few decisions: then the
/// start speaks.
pub fn answers_by_fold(
    kind: EntityKind,
    before: &LabelledPairs,
    pairs: &LabelledPairs,
    start: &PairModel,
    recipe: &FitRecipe,
) -> Result<Answers, FitError> {
    let fold_of = folds(pairs, recipe.n_folds);
    let all = 0..pairs.len();
    let learned = |fold: usize| -> Result<(Vec<usize>, Answers), FitError> {
        let (held, rest): (Vec<usize>, Vec<usize>) =
            all.clone().partition(|&row| fold_of[row] == fold);
        let model =
            match fit_labelled(kind, &before.and(&pairs.of_rows(&rest)), Some(start), recipe) {
                Ok(fitted) => fitted.model,
                Err(FitError::TooFew { .. }) => start.clone(),
                Err(error) => return Err(error),
            };
        let judged: Vec<usize> = held.into_iter().filter(|&row| pairs.as_scored[row]).collect();
        let answers = answers(&model, &pairs.of_rows(&judged));
        Ok((judged, answers))
    };
    let by_fold: Vec<(Vec<usize>, Answers)> =
        (0..recipe.n_folds).into_par_iter().map(learned).collect::<Result<_, _>>()?;
    let accept_at = by_fold.first().map_or(start.thresholds.accept_at, |(_, one)| one.accept_at);
    let mut rows: Vec<(usize, Probability, bool)> = by_fold
        .iter()
        .flat_map(|(rows, one)| rows.iter().zip(&one.probabilities).zip(&one.is_accepted))
        .map(|((row, probability), is_accepted)| (*row, *probability, *is_accepted))
        .collect();
    rows.sort_by_key(|(row, ..)| *row);
    Ok(Answers {
        probabilities: rows.iter().map(|(_, probability, _)| *probability).collect(),
        is_accepted: rows.iter().map(|(.., is_accepted)| *is_accepted).collect(),
        accept_at,
    })
}

/// Both ways on the same pairs, which neither has learned from.
pub fn beside(new: &Answers, current: &Answers, pairs: &LabelledPairs) -> Beside {
    let measured = |one: &Answers| {
        metrics_of_accepted(
            &one.probabilities,
            &pairs.same,
            &pairs.name,
            (one.accept_at, &one.is_accepted),
        )
    };
    let (of_new, of_current) = (measured(new), measured(current));
    let [new, current] = [new, current].map(|one| losses(&one.probabilities, &pairs.same));
    Beside {
        gain: of_current.log_loss - of_new.log_loss,
        standard_error: error_of_difference(&new, &current, &pairs.group),
        new: of_new,
        current: of_current,
    }
}

impl LabelledPairs {
    /// Some of the pairs.
    fn of_rows(&self, rows: &[usize]) -> Self {
        Self {
            features: self.features.select(Axis(0), rows),
            same: rows.iter().map(|&row| self.same[row]).collect(),
            name: rows.iter().map(|&row| self.name[row]).collect(),
            group: rows.iter().map(|&row| self.group[row]).collect(),
            as_scored: rows.iter().map(|&row| self.as_scored[row]).collect(),
        }
    }

    /// These pairs and others, whose names are other names.
    fn and(&self, others: &Self) -> Self {
        let n_names = self.name.iter().max().map_or(0, |most| most + 1);
        let joined = |one: &[bool], other: &[bool]| [one, other].concat();
        let features =
            ndarray::concatenate(Axis(0), &[self.features.view(), others.features.view()])
                .expect("pairs have one column a feature");
        Self {
            features,
            same: joined(&self.same, &others.same),
            name: self
                .name
                .iter()
                .copied()
                .chain(others.name.iter().map(|n| n + n_names))
                .collect(),
            group: [&self.group[..], &others.group].concat(),
            as_scored: joined(&self.as_scored, &others.as_scored),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair_classifier::labelled_pairs;
    use crate::pair_classifier::test_world::{CLIENTS, set};

    #[test]
    fn a_model_beside_itself_gains_nothing_and_no_fold_learns_from_what_it_is_judged_on() {
        let start = &CLIENTS.model;
        let pairs = labelled_pairs(EntityKind::Client, &[set(EntityKind::Client, 120, 5)], 3);
        let recipe = FitRecipe::default();
        let judged = pairs.as_scored();
        let own = answers(start, &judged);
        let same = beside(&own, &own, &judged);
        assert_eq!((same.gain, same.standard_error), (0.0, 0.0));
        let nothing = pairs.of_rows(&[]);
        let by_fold =
            answers_by_fold(EntityKind::Client, &nothing, &pairs, start, &recipe).unwrap();
        assert_eq!(by_fold.probabilities.len(), judged.len());
        // Whoever turns one fold's answers round changes what is said of the others alone.
        let fold_of = folds(&pairs, recipe.n_folds);
        let mut turned = pairs.clone();
        for (same, fold) in turned.same.iter_mut().zip(&fold_of) {
            *same ^= *fold == 0;
        }
        let other = answers_by_fold(EntityKind::Client, &nothing, &turned, start, &recipe).unwrap();
        let scored: Vec<usize> = (0..pairs.len()).filter(|&row| pairs.as_scored[row]).collect();
        let said = |one: &Answers, at: usize| one.probabilities[at];
        for (at, row) in scored.iter().enumerate().filter(|(_, row)| fold_of[**row] == 0) {
            assert_eq!(said(&by_fold, at), said(&other, at), "pair {row}");
        }
    }
}
