//! Labels → a score for every compared pair.
//!
//! Two stages. The first asks the words and the features of each pair by itself, always by a model that
//! has not seen the pair's own label; the second adds how those answers stand among the answers of the
//! pair's rivals, and what is known about the rivals.

use std::collections::BTreeMap;

use ndarray::{Array2, Axis, concatenate};
use rayon::prelude::*;

use crate::domain::Probability;
use crate::features::records::{RecordSpace, RowPair, record_features, rivals, words_of_pair};
use crate::pair_classifier::{
    Blend, BlendRecipe, FitError, TreesRecipe, WordColumns, WordPlace, calibration, grow,
    learn_words, recalibration,
};

use super::unlabelled::ByName;
use super::worlds::{LabelledRows, worlds};
use super::{Labels, threshold};

/// How to learn from labelled rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearningRecipe {
    /// Decides what goes into which fold, and what each tree sees.
    pub seed: u64,
    /// Folds: each is answered by models that have not seen it.
    pub n_folds: usize,
    /// Trees of the first stage.
    pub n_first_trees: usize,
    /// How much a wrong answer of the words costs against the squares of their weights.
    pub word_cost: f64,
    /// The second stage.
    pub blend: BlendRecipe,
    /// Fewest labelled pairs of either answer.
    pub fewest: usize,
    /// Pairs of either answer to choose the threshold on from which on they are trusted alone; the
    /// answers of the folds stand beside fewer.
    pub enough_valid: usize,
}

impl Default for LearningRecipe {
    fn default() -> Self {
        Self {
            seed: 1,
            n_folds: 5,
            n_first_trees: 200,
            word_cost: 1.0,
            blend: BlendRecipe::default(),
            fewest: 8,
            enough_valid: 20,
        }
    }
}

/// What was made of the compared pairs.
pub(super) struct Scores {
    /// By compared pair.
    pub probabilities: Vec<Probability>,
    /// Lowest probability that counts as a match.
    pub threshold: Probability,
}

/// Scores every compared pair. `asked` says which of them one asks about.
pub(super) fn scores(
    space: &RecordSpace,
    compared: &[RowPair],
    asked: &[usize],
    labels: &Labels,
    valid: &Labels,
    by_name: Option<&ByName>,
    recipe: &LearningRecipe,
) -> Result<Scores, FitError> {
    let features = record_features(space, compared);
    let lesson = Lesson::new(worlds(compared, labels, &features.likeness[2]), compared, recipe);
    let n_same = lesson.worlds.same.iter().filter(|same| **same).count();
    let n_other = lesson.worlds.same.len() - n_same;
    if n_same.min(n_other) < recipe.fewest {
        // A pair may stand in two worlds; what one gave is counted once.
        let n_same = labels.n_same();
        return Err(FitError::TooFew { needed: recipe.fewest, n_same, n_other });
    }
    let words = lesson.answers_of_words(space, compared);
    let mut columns = lesson.of_compared(&features.matrix);
    for likeness in &features.likeness {
        let scores: Vec<f64> =
            lesson.worlds.compared_idx.iter().map(|&idx| likeness[idx]).collect();
        columns = beside(&columns, &rivals(&lesson.worlds.pairs, &scores));
    }
    if let Some(by_name) = by_name {
        let scores: Vec<f64> =
            lesson.worlds.compared_idx.iter().map(|&idx| by_name.log_odds[idx]).collect();
        let own: Vec<[f64; 1]> = scores.iter().map(|&score| [score]).collect();
        columns = beside(&beside(&columns, &own), &rivals(&lesson.worlds.pairs, &scores));
    }
    columns = beside(&columns, &lesson.known(asked));
    columns =
        beside(&columns, &lesson.own(&words, |scores| scores.iter().map(|&one| [one]).collect()));
    let first = lesson.answers_of_trees(&columns);
    let standing = |scores: &[f64]| rivals(&lesson.worlds.pairs, scores);
    columns = beside(&columns, &lesson.own(&words, standing));
    columns = beside(&columns, &lesson.own(&first, standing));
    let mut scores = lesson.finish(&columns, compared, valid)?;
    if let Some(by_name) = by_name {
        by_name.veto(&mut scores);
    }
    Ok(scores)
}

/// A matrix with more columns.
fn beside<const N: usize>(columns: &Array2<f64>, more: &[[f64; N]]) -> Array2<f64> {
    let flat: Vec<f64> = more.iter().flatten().copied().collect();
    let more = Array2::from_shape_vec((more.len(), N), flat).expect("N values a row");
    concatenate(Axis(1), &[columns.view(), more.view()]).expect("both have a row for each pair")
}

/// The rows of all worlds, what is known about some, and which fold may not see which.
struct Lesson<'a> {
    worlds: LabelledRows,
    /// By row to learn from.
    fold: Vec<usize>,
    recipe: &'a LearningRecipe,
}

impl<'a> Lesson<'a> {
    fn new(worlds: LabelledRows, compared: &[RowPair], recipe: &'a LearningRecipe) -> Self {
        let fold = |row: &usize| {
            let pair = compared[worlds.compared_idx[*row]];
            mixed(pair.left_idx as u64, recipe.seed) as usize % recipe.n_folds
        };
        Self { fold: worlds.learned.iter().map(fold).collect(), worlds, recipe }
    }

    fn of_compared(&self, matrix: &Array2<f64>) -> Array2<f64> {
        matrix.select(Axis(0), &self.worlds.compared_idx)
    }

    /// By fold, the answers for every row of a model that has seen all labels but the fold's. `fit` is
    /// given the rows to learn from and their labels.
    fn out_of_fold<F>(&self, fit: impl Fn(&[usize], &[bool]) -> F + Sync) -> Vec<Vec<f64>>
    where
        F: Fn(usize) -> f64 + Sync,
    {
        (0..self.recipe.n_folds)
            .into_par_iter()
            .map(|fold| {
                let (rows, same): (Vec<usize>, Vec<bool>) = self.learned_outside(fold);
                let model = fit(&rows, &same);
                (0..self.worlds.pairs.len()).into_par_iter().map(&model).collect()
            })
            .collect()
    }

    fn learned_outside(&self, fold: usize) -> (Vec<usize>, Vec<bool>) {
        let all = self.worlds.learned.iter().zip(&self.worlds.same).zip(&self.fold);
        all.filter(|(_, own)| **own != fold).map(|((row, same), _)| (*row, *same)).unzip()
    }

    fn answers_of_words(&self, space: &RecordSpace, compared: &[RowPair]) -> Vec<Vec<f64>> {
        let of_pair = |&pair: &RowPair| {
            let mut columns = WordColumns::default();
            let places = [WordPlace::Shared, WordPlace::LeftOnly, WordPlace::RightOnly];
            for (words, place) in words_of_pair(space, pair).iter().zip(places) {
                words.iter().for_each(|&word| columns.push(word, place));
            }
            columns
        };
        let words: Vec<WordColumns> = compared.par_iter().map(of_pair).collect();
        let of_row = |row: usize| &words[self.worlds.compared_idx[row]];
        self.out_of_fold(|rows, same| {
            let pairs: Vec<WordColumns> = rows.iter().map(|&row| of_row(row).clone()).collect();
            let model = learn_words(&pairs, same, self.recipe.word_cost, self.recipe.seed);
            move |row| model.log_odds(of_row(row))
        })
    }

    fn answers_of_trees(&self, columns: &Array2<f64>) -> Vec<Vec<f64>> {
        let trees = TreesRecipe {
            n_trees: self.recipe.n_first_trees,
            seed: self.recipe.seed,
            ..self.recipe.blend.trees
        };
        self.out_of_fold(|rows, same| {
            let grown = grow(columns.select(Axis(0), rows).view(), same, &trees);
            move |row| grown.log_odds(columns.row(row))
        })
    }

    /// What the answers of the folds say about every row: for a row to learn from, those of the fold
    /// that has not seen it; else the mean.
    fn own<const N: usize>(
        &self,
        by_fold: &[Vec<f64>],
        say: impl Fn(&[f64]) -> Vec<[f64; N]> + Sync,
    ) -> Vec<[f64; N]> {
        let said: Vec<Vec<[f64; N]>> = by_fold.par_iter().map(|answers| say(answers)).collect();
        let n = said.len() as f64;
        let mean = |row: usize| {
            let mut mean = [0.0; N];
            for one in &said {
                mean.iter_mut().zip(one[row]).for_each(|(sum, value)| *sum += value / n);
            }
            mean
        };
        let mut own: Vec<[f64; N]> =
            (0..self.worlds.pairs.len()).into_par_iter().map(mean).collect();
        for (&row, &fold) in self.worlds.learned.iter().zip(&self.fold) {
            own[row] = said[fold][row];
        }
        own
    }

    /// For each row, how many other labelled pairs of its left row are the same and how many are not,
    /// and of its right row. A side counts only if the pairs asked about have such labels as often as
    /// those learned from: else a model would take having none for a sign.
    fn known(&self, asked: &[usize]) -> Vec<[f64; 4]> {
        let mut known = vec![[0.0; 4]; self.worlds.pairs.len()];
        let sides: [fn(&RowPair) -> usize; 2] = [|pair| pair.left_idx, |pair| pair.right_idx];
        for (side, first) in sides.into_iter().zip([0, 2]) {
            let mut counts: BTreeMap<usize, [f64; 2]> = BTreeMap::new();
            for (&row, &same) in self.worlds.learned.iter().zip(&self.worlds.same) {
                let count = counts.entry(side(&self.worlds.pairs[row])).or_default();
                count[usize::from(!same)] += 1.0;
            }
            let mut here: Vec<[f64; 2]> = self
                .worlds
                .pairs
                .iter()
                .map(|pair| counts.get(&side(pair)).copied().unwrap_or_default())
                .collect();
            for (&row, &same) in self.worlds.learned.iter().zip(&self.worlds.same) {
                here[row][usize::from(!same)] -= 1.0;
            }
            if !self.is_as_common(&here, asked) {
                continue;
            }
            for (values, counts) in known.iter_mut().zip(&here) {
                values[first..first + 2].copy_from_slice(counts);
            }
        }
        known
    }

    /// Whether rows asked about have known rivals about as often as rows to learn from.
    fn is_as_common(&self, known: &[[f64; 2]], asked: &[usize]) -> bool {
        let share = |rows: &[usize], answer: usize| {
            let n_known = rows.iter().filter(|&&row| 0.0 < known[row][answer]).count();
            n_known as f64 / rows.len().max(1) as f64
        };
        [0, 1].iter().all(|&answer| {
            let (learned, asked) = (share(&self.worlds.learned, answer), share(asked, answer));
            (learned - asked).abs() <= COMMON_WITHIN
        })
    }

    /// The second stage: the blend, its calibration and the threshold.
    fn finish(
        &self,
        columns: &Array2<f64>,
        compared: &[RowPair],
        valid: &Labels,
    ) -> Result<Scores, FitError> {
        let learned = columns.select(Axis(0), &self.worlds.learned);
        let blend = Blend::fit(learned.view(), &self.worlds.same, &self.recipe.blend)?;
        let log_odds: Vec<f64> = (0..compared.len())
            .into_par_iter()
            .map(|row| blend.log_odds(columns.row(row)))
            .collect();
        let row = |pair: &RowPair| compared.binary_search(pair).expect("valid pairs are compared");
        let valid: Vec<(f64, bool)> =
            valid.0.iter().map(|(pair, same)| (log_odds[row(pair)], *same)).collect();
        let n_same = valid.iter().filter(|one| one.1).count();
        let (slope, offset, chosen_on) =
            if self.recipe.enough_valid <= n_same.min(valid.len() - n_same) {
                let (scores, same): (Vec<f64>, Vec<bool>) = valid.iter().copied().unzip();
                let (slope, offset) = calibration(&scores, &same);
                let chosen = |(score, same): (f64, bool)| (slope * score + offset, same, 1.0);
                (slope, offset, valid.into_iter().map(chosen).collect::<Vec<_>>())
            } else {
                self.with_few_valid(&self.second_out_of_fold(columns)?, &valid)
            };
        let probability = |log_odds: f64| Probability::clamped(1.0 / (1.0 + (-log_odds).exp()));
        Ok(Scores {
            probabilities: log_odds.iter().map(|one| probability(slope * one + offset)).collect(),
            threshold: probability(threshold::best(&chosen_on)),
        })
    }

    /// The calibration and the pairs to choose the threshold on, from the answers of the folds and what
    /// pairs there are beside them: those alone would swing it.
    fn with_few_valid(
        &self,
        held_out: &[f64],
        valid: &[(f64, bool)],
    ) -> (f64, f64, Vec<(f64, bool, f64)>) {
        let same = &self.worlds.same;
        let (mut slope, mut offset) = calibration(held_out, same);
        if !valid.is_empty() {
            let (scores, same): (Vec<f64>, Vec<bool>) =
                valid.iter().map(|(score, same)| (slope * score + offset, *same)).unzip();
            let (more, shift) = recalibration(&scores, &same);
            (slope, offset) = (more * slope, more * offset + shift);
        }
        let of_either = VALID_PULL / held_out.len().max(1) as f64;
        let share = if valid.is_empty() { 1.0 } else { of_either.min(1.0) };
        let of_folds =
            held_out.iter().zip(same).map(|(score, same)| (slope * score + offset, *same, share));
        let of_valid = valid.iter().map(|(score, same)| (slope * score + offset, *same, 1.0));
        (slope, offset, of_folds.chain(of_valid).collect())
    }

    fn second_out_of_fold(&self, columns: &Array2<f64>) -> Result<Vec<f64>, FitError> {
        let folds: Vec<Blend> = (0..self.recipe.n_folds)
            .into_par_iter()
            .map(|fold| {
                let (rows, same) = self.learned_outside(fold);
                Blend::fit(columns.select(Axis(0), &rows).view(), &same, &self.recipe.blend)
            })
            .collect::<Result<_, _>>()?;
        let answer = |(&row, &fold): (&usize, &usize)| folds[fold].log_odds(columns.row(row));
        Ok(self.worlds.learned.iter().zip(&self.fold).map(answer).collect())
    }
}

/// What the answers of the folds weigh, in pairs, beside too few pairs to choose the threshold on.
const VALID_PULL: f64 = 200.0;

/// How far apart the shares of rows with known rivals may be.
const COMMON_WITHIN: f64 = 0.15;

/// A number's place in no order at all, the same on every machine.
///
/// Source: the finalizer of SplitMix64 (Steele, Lea and Flood 2014).
fn mixed(number: u64, seed: u64) -> u64 {
    let mut z = number.wrapping_add(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
