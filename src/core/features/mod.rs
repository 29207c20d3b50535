//! Candidate pairs → numbers: what the pair classifier reads.
//!
//! [`compare`] looks at each pair by itself; [`feature_matrix`] adds how it stands among its rivals,
//! the other candidates of the same two names.

mod alignment;
mod competition;
mod edits;
mod evidence;
mod lines;
mod names;
pub mod records;

use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use crate::candidates::{CandidatePair, LearnedAliases, LineEvidence, NameSpace};

pub use evidence::{AliasUsed, PairEvidence, evidence};
pub use names::Difference;

/// Number of features.
pub const N_FEATURES: usize =
    names::COLUMNS.len() + lines::COLUMNS.len() + competition::COLUMNS.len();

/// A column of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Its name in files.
    pub name: &'static str,
    /// Which way it may speak. A model leaves out a column it would have to read the other way round.
    pub direction: Direction,
    /// What it says, in plain words.
    pub says: &'static str,
}

/// Which way a greater value may speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// For the two being the same.
    For,
    /// Against it.
    Against,
    /// Either, as the data says.
    Either,
}

impl Feature {
    const fn new(name: &'static str, direction: Direction, says: &'static str) -> Self {
        Self { name, direction, says }
    }

    /// Whether a weight reads the feature the way it may speak.
    pub fn allows(&self, weight: f64) -> bool {
        match self.direction {
            Direction::For => 0.0 <= weight,
            Direction::Against => weight <= 0.0,
            Direction::Either => true,
        }
    }
}

/// Every feature, in the order of the matrix's columns.
pub const FEATURES: [Feature; N_FEATURES] = {
    let mut all = [Feature::new("", Direction::Either, ""); N_FEATURES];
    let groups: [&[Feature]; 3] = [&names::COLUMNS, &lines::COLUMNS, &competition::COLUMNS];
    let (mut group_idx, mut column) = (0, 0);
    while group_idx < groups.len() {
        let mut idx = 0;
        while idx < groups[group_idx].len() {
            all[column] = groups[group_idx][idx];
            column += 1;
            idx += 1;
        }
        group_idx += 1;
    }
    all
};

/// The names of the features, in the order of the matrix's columns.
pub const FEATURE_NAMES: [&str; N_FEATURES] = {
    let mut all = [""; N_FEATURES];
    let mut column = 0;
    while column < N_FEATURES {
        all[column] = FEATURES[column].name;
        column += 1;
    }
    all
};

/// One pair looked at by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    names: [f64; names::COLUMNS.len()],
    lines: [f64; lines::COLUMNS.len()],
    /// One rough number for how alike the two are, before any model: what rivals are ranked by.
    pub affinity: f64,
    /// How the names differ.
    pub difference: Difference,
}

/// Compares every pair by itself, in the order given.
pub fn compare(
    space: &NameSpace,
    evidence: &LineEvidence,
    pairs: &[CandidatePair],
) -> Vec<Comparison> {
    pairs
        .par_iter()
        .map(|pair| {
            let (vendor, psa) = (&space.vendor[pair.vendor_idx], &space.psa[pair.psa_idx]);
            let (names, name_affinity, difference) = names::values(&space.aliases, vendor, psa);
            let (lines, line_affinity) = lines::values(space.kind, evidence, *pair);
            Comparison { names, lines, affinity: name_affinity + line_affinity, difference }
        })
        .collect()
}

/// The matrix the pair classifier reads.
///
/// Shape: `(pairs.len(), N_FEATURES)`; row `i` is `pairs[i]`, columns follow [`FEATURE_NAMES`].
/// Units: similarities, shares and flags lie in `0.0..=1.0`; masses are sums of rarities; logarithms
/// are natural. Every value is finite.
pub fn feature_matrix(pairs: &[CandidatePair], comparisons: &[Comparison]) -> Array2<f64> {
    let rivals = rivals(pairs, comparisons);
    rows(comparisons, &rivals)
}

/// The rows of [`feature_matrix`] for more pairs than should be held in full.
pub struct FeatureRows {
    comparisons: Vec<Comparison>,
    rivals: Vec<competition::RivalRanks>,
}

/// Rows held at a time.
const BLOCK: usize = 8192;

impl FeatureRows {
    /// Those of some pairs, compared.
    pub fn new(pairs: &[CandidatePair], comparisons: Vec<Comparison>) -> Self {
        Self { rivals: rivals(pairs, &comparisons), comparisons }
    }

    /// What `each` makes of the rows, a block of them at a time and in their order. A pair's rivals may
    /// be in another block.
    pub fn map_blocks<T: Send>(&self, each: impl Fn(&Array2<f64>) -> Vec<T> + Sync) -> Vec<T> {
        let blocks = self.comparisons.par_chunks(BLOCK).zip(self.rivals.par_chunks(BLOCK));
        blocks.flat_map_iter(|(comparisons, rivals)| each(&rows(comparisons, rivals))).collect()
    }

    /// How the names of a pair differ.
    pub fn difference(&self, pair_idx: usize) -> Difference {
        self.comparisons[pair_idx].difference
    }

    /// The row of one pair and how its names differ, had nobody taught a word; its rivals are as they are.
    pub fn untaught(
        &self,
        space: &NameSpace,
        pair: CandidatePair,
        pair_idx: usize,
    ) -> (Array2<f64>, Difference) {
        let (vendor, psa) = (&space.vendor[pair.vendor_idx], &space.psa[pair.psa_idx]);
        let (names, _, difference) = names::values(&LearnedAliases::default(), vendor, psa);
        let comparison = Comparison { names, ..self.comparisons[pair_idx].clone() };
        (rows(&[comparison], &self.rivals[pair_idx..=pair_idx]), difference)
    }

    /// The row of one pair.
    pub fn row(&self, pair_idx: usize) -> Array1<f64> {
        let only = pair_idx..pair_idx + 1;
        rows(&self.comparisons[only.clone()], &self.rivals[only]).remove_axis(Axis(0))
    }
}

fn rivals(pairs: &[CandidatePair], comparisons: &[Comparison]) -> Vec<competition::RivalRanks> {
    let affinities: Vec<f64> = comparisons.iter().map(|one| one.affinity).collect();
    competition::values(pairs, &affinities)
}

fn rows(comparisons: &[Comparison], rivals: &[competition::RivalRanks]) -> Array2<f64> {
    let mut matrix = Array2::zeros((comparisons.len(), N_FEATURES));
    for ((mut row, comparison), rivals) in matrix.outer_iter_mut().zip(comparisons).zip(rivals) {
        let values = comparison.names.iter().chain(&comparison.lines).chain(rivals);
        row.iter_mut().zip(values).for_each(|(cell, value)| *cell = *value);
    }
    matrix
}

#[cfg(test)]
mod tests;
