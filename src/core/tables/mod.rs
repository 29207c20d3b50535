//! Two tables of any kind → the pairs of rows that are one thing.
//!
//! Every pair worth comparing is looked at, in both tables, whether one asks about it or not: how a
//! pair stands among its rivals tells more than any likeness. Labels are learned from, and a labelled
//! pair keeps its answer.

mod by_name;
mod candidates;
mod learning;
mod names_within;
mod threshold;
mod unlabelled;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Probability;
use crate::features::records::{RecordSpace, RowPair, SharedColumn};
use crate::pair_classifier::{FitError, PairModel};

pub use by_name::{NameMatch, match_by_name};
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
    /// What to score with where the labels are too few to learn from: a model of names.
    pub names: &'a PairModel,
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
pub struct MatchedTables {
    /// The pairs asked about, in the order asked; else every candidate, by left and then right row.
    pub pairs: Vec<ScoredRows>,
    /// Lowest probability that counts as a match.
    pub threshold: Probability,
    /// Pairs that were compared, asked about or not.
    pub n_compared: usize,
    /// What the probabilities come from.
    pub source: Source,
}

/// What probabilities come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// From the labels.
    Labels,
    /// From the model of names, asked about this column of names.
    Names(String),
}

/// Learns from the labels and scores pairs of rows. With fewer than [`LearningRecipe::fewest`] matches
/// among the labels, the model of names scores them by the column that tells rows apart best.
///
/// # Errors
///
/// [`FitError`] when nothing can be learned from the labels.
pub fn match_tables(
    question: &Question<'_>,
    recipe: &LearningRecipe,
) -> Result<MatchedTables, FitError> {
    if question.labels.n_same() < recipe.fewest {
        return Ok(unlabelled::matched(question));
    }
    let space = RecordSpace::new(question.columns);
    let candidates: BTreeSet<RowPair> = candidates::candidates(&space).into_iter().collect();
    let asked: Vec<RowPair> = match question.pairs {
        Some(asked) => asked.to_vec(),
        None => candidates.iter().copied().collect(),
    };
    let labelled = question.labels.0.keys().chain(question.valid.0.keys());
    let mut compared = candidates;
    compared.extend(labelled.chain(&asked));
    let compared: Vec<RowPair> = compared.into_iter().collect();
    let row = |pair: &RowPair| compared.binary_search(pair).expect("every such pair is compared");
    let asked_rows: Vec<usize> = asked.iter().map(row).collect();
    let (labels, valid) = (question.labels, question.valid);
    let by_name = unlabelled::ByName::of(question, &compared);
    let by_name = by_name.as_ref();
    let scores = learning::scores(&space, &compared, &asked_rows, labels, valid, by_name, recipe)?;
    let scored = |(&pair, &row): (&RowPair, &usize)| {
        question.answered(pair, scores.probabilities[row], scores.threshold)
    };
    Ok(MatchedTables {
        pairs: asked.iter().zip(&asked_rows).map(scored).collect(),
        threshold: scores.threshold,
        n_compared: compared.len(),
        source: Source::Labels,
    })
}

/// The pairs of rows worth comparing, by left and then right row, whatever is known about them.
pub fn candidate_rows(columns: &[SharedColumn<'_>]) -> Vec<RowPair> {
    candidates::candidates(&RecordSpace::new(columns))
}

impl Question<'_> {
    /// A pair with its answer: what a label says stands.
    fn answered(
        &self,
        pair: RowPair,
        probability: Probability,
        threshold: Probability,
    ) -> ScoredRows {
        let probability = match self.labels.0.get(&pair) {
            Some(true) => Probability::CERTAIN,
            Some(false) => Probability::clamped(0.0),
            None => probability,
        };
        ScoredRows { pair, probability, is_match: threshold <= probability }
    }
}
