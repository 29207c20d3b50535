//! Two tables of any kind → the pairs of rows that are one thing.
//!
//! Every pair worth comparing is looked at, in both tables, whether one asks about it or not: how a
//! pair stands among its rivals tells more than any likeness. Labels are learned from, and a labelled
//! pair keeps its answer.

mod candidates;
mod learning;
mod threshold;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Probability;
use crate::features::records::{RecordSpace, RowPair, SharedColumn};
use crate::pair_classifier::FitError;

pub use learning::LearningRecipe;

/// What is known about pairs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labels(pub BTreeMap<RowPair, bool>);

impl Labels {
    /// Pairs that are one thing.
    pub fn n_same(&self) -> usize {
        self.0.values().filter(|same| **same).count()
    }

    /// Pairs that are not.
    pub fn n_different(&self) -> usize {
        self.0.len() - self.n_same()
    }
}

/// What is asked about two tables.
pub struct Question<'a> {
    /// The columns both tables have.
    pub columns: &'a [SharedColumn<'a>],
    /// What to learn from.
    pub labels: &'a Labels,
    /// What to choose the threshold on; without any, on labels held out.
    pub valid: &'a Labels,
    /// The pairs to score, in this order; `None` for every candidate.
    pub pairs: Option<&'a [RowPair]>,
}

/// A pair and what was made of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredRows {
    /// The pair.
    pub pair: RowPair,
    /// The probability that both rows are one thing.
    pub probability: Probability,
    /// Whether it is at or above the threshold.
    pub is_match: bool,
}

/// The answer to a [`Question`].
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    /// The pairs asked about, in the order asked; else every candidate, by left and then right row.
    pub pairs: Vec<ScoredRows>,
    /// Lowest probability that counts as a match.
    pub threshold: Probability,
    /// Pairs that were compared, asked about or not.
    pub n_compared: usize,
}

/// Learns from the labels and scores pairs of rows.
///
/// # Errors
///
/// [`FitError`] when there are too few labels or nothing can be learned from them.
pub fn match_tables(question: &Question<'_>, recipe: &LearningRecipe) -> Result<Matched, FitError> {
    let space = RecordSpace::new(question.columns);
    let asked: Vec<RowPair> = question.pairs.map_or_else(Vec::new, <[RowPair]>::to_vec);
    let labelled = question.labels.0.keys().chain(question.valid.0.keys());
    let mut found: BTreeSet<RowPair> = candidates::candidates(&space).into_iter().collect();
    let worth_writing: BTreeSet<RowPair> = found.clone();
    found.extend(labelled.chain(&asked));
    let compared: Vec<RowPair> = found.into_iter().collect();
    let row = |pair: &RowPair| compared.binary_search(pair).expect("every such pair is compared");
    let asked_rows: Vec<usize> = match question.pairs {
        Some(asked) => asked.iter().map(row).collect(),
        None => worth_writing.iter().map(row).collect(),
    };
    let scores =
        learning::scores(&space, &compared, &asked_rows, question.labels, question.valid, recipe)?;
    let scored = |pair: RowPair| {
        // What a person said stands.
        let probability = match question.labels.0.get(&pair) {
            Some(true) => Probability::CERTAIN,
            Some(false) => Probability::clamped(0.0),
            None => scores.probabilities[row(&pair)],
        };
        ScoredRows { pair, probability, is_match: scores.threshold <= probability }
    };
    let pairs = match question.pairs {
        Some(asked) => asked.iter().map(|&pair| scored(pair)).collect(),
        None => worth_writing.into_iter().map(scored).collect(),
    };
    Ok(Matched { pairs, threshold: scores.threshold, n_compared: compared.len() })
}

#[cfg(test)]
mod tests;
