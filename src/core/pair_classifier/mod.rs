//! Features → the probability that two names are one thing: fit, score, calibrate, explain.
//!
//! A logistic regression on standardised features, and where an MSP's own decisions show that it helps
//! small trees beside it: both are sums, so that every probability can be taken apart into what each
//! feature added.

mod beside;
mod blend;
mod card;
mod choice;
mod doubt;
mod fit;
mod logistic;
mod metrics;
mod own;
mod recipe;
mod standard;
mod stored;
mod thresholds;
mod training;
mod trees;
mod word_model;

use ndarray::{Array2, ArrayView1};
use serde::{Deserialize, Serialize};

use crate::domain::{EntityKind, Probability};
use crate::features::FEATURE_NAMES;

pub use beside::{Answers, Beside, answers, answers_by_fold, beside};
pub use blend::{Blend, BlendRecipe};
pub use card::{card, choice_table};
pub use choice::{Approach, Measured};
pub use doubt::doubted;
pub use fit::fit;
pub use logistic::{calibration, recalibration};
pub use metrics::{PairMetrics, ReliabilityBin, evaluate, share_interval};
pub use recipe::{FitError, FitRecipe, Fitted};
pub use stored::{from_bytes, to_bytes};
pub use thresholds::PairThresholds;
pub use training::{
    LabelledPairs, PsaNames, SeenWith, TrainingSet, labelled_pairs, labelled_pairs_in, stable_hash,
};
pub use trees::{BoostedTrees, TreesRecipe, grow, grow_from};
pub use word_model::{WordColumns, WordModel, WordPlace, learn_words};

/// A standardised value beyond this counts as this: one odd pair must not outweigh everything else.
const CLIP: f64 = 8.0;

/// A fitted pair classifier for one kind of name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairModel {
    /// What it matches.
    pub kind: EntityKind,
    /// Where its probabilities send a pair.
    pub thresholds: PairThresholds,
    /// Pairs it learned from.
    pub n_pairs: u64,
    /// Those of them that are the same.
    pub n_same: u64,
    /// What each column is centred on.
    centre: Vec<f64>,
    /// What each column is divided by; 0 for one that never varied, which is left out.
    spread: Vec<f64>,
    /// Log-odds each standardised column adds.
    weights: Vec<f64>,
    /// Log-odds of a pair with every column at its centre.
    intercept: f64,
    /// Platt's slope and offset, learned from pairs each fold had not seen.
    calibration: (f64, f64),
    /// What trees add to the log-odds before they are calibrated.
    grown: Option<BoostedTrees>,
}

/// What one feature adds to a pair's log-odds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// The feature's name; `prior` for what holds before any feature is looked at.
    pub feature: &'static str,
    /// Its value for this pair.
    pub value: f64,
    /// What it adds to the log-odds.
    pub log_odds: f64,
}

/// The name of the first contribution: the log-odds of an average candidate.
pub const PRIOR: &str = "prior";

impl PairModel {
    /// The standardised value of a column.
    fn standardised(&self, column: usize, value: f64) -> f64 {
        standardised(value, self.centre[column], self.spread[column])
    }

    /// The calibrated log-odds of a row of features.
    fn log_odds(&self, row: ArrayView1<'_, f64>) -> f64 {
        let sum: f64 = row
            .iter()
            .enumerate()
            .map(|(column, &value)| self.weights[column] * self.standardised(column, value))
            .sum();
        let grown = self.grown.as_ref().map_or(0.0, |trees| trees.log_odds(row));
        self.calibration.0 * (self.intercept + sum + grown) + self.calibration.1
    }
}

fn standardised(value: f64, centre: f64, spread: f64) -> f64 {
    if spread == 0.0 { 0.0 } else { ((value - centre) / spread).clamp(-CLIP, CLIP) }
}

/// The probability of a log-odds.
fn sigmoid(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The probability that each row's pair is the same, in the order of the rows.
pub fn score(model: &PairModel, features: &Array2<f64>) -> Vec<Probability> {
    features.outer_iter().map(|row| Probability::clamped(sigmoid(model.log_odds(row)))).collect()
}

/// Takes a score apart: the prior first, then what each feature adds, the weightiest first. The
/// log-odds add up to the log-odds of [`score`].
pub fn explain(model: &PairModel, row: ArrayView1<'_, f64>) -> Vec<Contribution> {
    let (slope, offset) = model.calibration;
    let (base, added) = model
        .grown
        .as_ref()
        .map_or_else(|| (0.0, vec![0.0; FEATURE_NAMES.len()]), |trees| trees.contributions(row));
    let prior = slope * (model.intercept + base) + offset;
    let mut contributions: Vec<Contribution> = row
        .iter()
        .enumerate()
        .map(|(column, &value)| Contribution {
            feature: FEATURE_NAMES[column],
            value,
            log_odds: slope
                * (model.weights[column] * model.standardised(column, value) + added[column]),
        })
        .filter(|contribution| contribution.log_odds != 0.0)
        .collect();
    // A stable sort: equals stay in the order of the columns.
    contributions.sort_by(|one, other| other.log_odds.abs().total_cmp(&one.log_odds.abs()));
    contributions.insert(0, Contribution { feature: PRIOR, value: 1.0, log_odds: prior });
    contributions
}

#[cfg(test)]
pub(crate) mod test_world;
#[cfg(test)]
mod tests;
