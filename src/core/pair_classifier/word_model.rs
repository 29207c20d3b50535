//! Which words kill a match when they differ, and which do not: a logistic regression on words.
//!
//! That one side alone says "upgrade" says the two are different products; that one side alone says
//! "new" says nothing. No similarity knows that; labelled pairs do.

use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

/// Where a word of a pair stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordPlace {
    /// In both names.
    Shared,
    /// In the left name only.
    LeftOnly,
    /// In the right name only.
    RightOnly,
}

/// The words of a pair as columns that are 1; every other column is 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordColumns(Vec<u32>);

/// Columns a word takes: shared, left only, right only, one side only.
const COLUMNS_OF_A_WORD: u32 = 4;

impl WordColumns {
    /// Adds a word, numbered by whoever numbers words.
    pub fn push(&mut self, word: u32, place: WordPlace) {
        let first = word * COLUMNS_OF_A_WORD;
        match place {
            WordPlace::Shared => self.0.push(first),
            WordPlace::LeftOnly => self.0.extend([first + 1, first + 3]),
            WordPlace::RightOnly => self.0.extend([first + 2, first + 3]),
        }
    }
}

/// A weight for every word in every place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WordModel {
    weights: Vec<f64>,
    intercept: f64,
}

impl WordModel {
    /// The log-odds of a pair by its words alone; words that were never learned add nothing.
    pub fn log_odds(&self, columns: &WordColumns) -> f64 {
        let weight = |column: &u32| self.weights.get(*column as usize).copied().unwrap_or(0.0);
        self.intercept + columns.0.iter().map(weight).sum::<f64>()
    }
}

/// Rounds over all pairs at most.
const MOST_ROUNDS: usize = 60;

/// Steps smaller than this, in log-odds, end the search.
const TOLERANCE: f64 = 1e-3;

/// Learns the weights of words. `cost` is how much a wrong answer costs against the squares of the
/// weights: greater follows the labels more closely.
///
/// Source: dual coordinate descent for logistic regression (Yu, Huang and Lin 2011).
pub fn learn_words(pairs: &[WordColumns], same: &[bool], cost: f64, seed: u64) -> WordModel {
    let n_columns =
        pairs.iter().flat_map(|pair| &pair.0).max().map_or(0, |&last| last as usize + 1);
    let mut model = WordModel { weights: vec![0.0; n_columns], intercept: 0.0 };
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    // Half-way between its bounds would claim even odds; near 0 a pair claims nothing yet.
    let mut shares = vec![cost * 1e-3; pairs.len()];
    for ((pair, &is_same), &share) in pairs.iter().zip(same).zip(&shares) {
        model.shift(pair, sign(is_same) * share);
    }
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    for _ in 0..MOST_ROUNDS {
        order.shuffle(&mut rng);
        let mut largest = 0.0_f64;
        for &idx in &order {
            let (pair, sign) = (&pairs[idx], sign(same[idx]));
            let curvature = 1.0 + pair.0.len() as f64;
            let margin = sign * model.log_odds(pair);
            let share = best_share(shares[idx], margin, curvature, cost);
            let step = share - shares[idx];
            shares[idx] = share;
            model.shift(pair, sign * step);
            largest = largest.max(step.abs() * curvature);
        }
        if largest < TOLERANCE {
            break;
        }
    }
    model
}

impl WordModel {
    fn shift(&mut self, columns: &WordColumns, step: f64) {
        self.intercept += step;
        for &column in &columns.0 {
            self.weights[column as usize] += step;
        }
    }
}

fn sign(is_same: bool) -> f64 {
    if is_same { 1.0 } else { -1.0 }
}

/// The share of `cost` at which one pair's part of the dual is least, by Newton's method: where
/// ln(share / (cost − share)) + margin + curvature · (share − old) = 0.
fn best_share(old: f64, margin: f64, curvature: f64, cost: f64) -> f64 {
    let edge = cost * 1e-9;
    let slope = |share: f64| (share / (cost - share)).ln() + margin + curvature * (share - old);
    let (mut low, mut high) = (edge, cost - edge);
    let mut share = old.clamp(low, high);
    for _ in 0..30 {
        let value = slope(share);
        // The slope rises with the share: the root lies on the side its sign tells.
        if 0.0 < value {
            high = share;
        } else {
            low = share;
        }
        let next = share - value / (cost / (share * (cost - share)) + curvature);
        let next = if low < next && next < high { next } else { 0.5 * (low + high) };
        if (next - share).abs() <= 1e-9 * cost {
            return next;
        }
        share = next;
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(words: &[(u32, WordPlace)]) -> WordColumns {
        let mut columns = WordColumns::default();
        words.iter().for_each(|&(word, place)| columns.push(word, place));
        columns
    }

    const NEW: u32 = 1;
    const UPGRADE: u32 = 2;

    #[test]
    fn a_word_that_kills_a_match_is_told_from_one_that_does_not() {
        let (mut pairs, mut same) = (Vec::new(), Vec::new());
        for title in 3..60 {
            pairs.push(pair(&[(title, WordPlace::Shared), (NEW, WordPlace::LeftOnly)]));
            same.push(true);
            pairs.push(pair(&[(title, WordPlace::Shared), (UPGRADE, WordPlace::RightOnly)]));
            same.push(false);
        }
        let model = learn_words(&pairs, &same, 1.0, 1);
        let of = |words: &[(u32, WordPlace)]| model.log_odds(&pair(words));
        let unseen = (99, WordPlace::Shared);
        assert!(1.0 < of(&[unseen, (NEW, WordPlace::LeftOnly)]));
        assert!(of(&[unseen, (UPGRADE, WordPlace::RightOnly)]) < -1.0);
        // On the other side it was never seen, but a word only one side has is learned as such.
        assert!(of(&[unseen, (UPGRADE, WordPlace::LeftOnly)]) < of(&[unseen]));
    }

    #[test]
    fn the_weights_are_where_the_loss_is_flat() {
        let pairs: Vec<WordColumns> = (0..40_u32)
            .map(|idx| pair(&[(idx % 5, WordPlace::Shared), (5 + idx % 3, WordPlace::LeftOnly)]))
            .collect();
        let same: Vec<bool> = (0..40).map(|idx| idx % 7 < 3).collect();
        let cost = 0.7;
        let model = learn_words(&pairs, &same, cost, 1);
        let mut gradient = model.weights.clone();
        let mut gradient_of_intercept = model.intercept;
        for (pair, &is_same) in pairs.iter().zip(&same) {
            let margin = sign(is_same) * model.log_odds(pair);
            let miss = -sign(is_same) * cost / (1.0 + margin.exp());
            pair.0.iter().for_each(|&column| gradient[column as usize] += miss);
            gradient_of_intercept += miss;
        }
        gradient.push(gradient_of_intercept);
        assert!(gradient.iter().all(|slope| slope.abs() < 0.02), "{gradient:?}");
    }

    #[test]
    fn without_pairs_nothing_is_claimed() {
        let model = learn_words(&[], &[], 1.0, 1);
        assert_eq!(model.log_odds(&pair(&[(3, WordPlace::Shared)])), 0.0);
    }
}
