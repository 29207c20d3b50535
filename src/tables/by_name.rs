//! Two lists of company names → for each name of the left its likeliest partners of the right.

use rayon::prelude::*;

use crate::candidates::{
    CandidatePair, LineEvidence, NameList, NameProfile, NameSpace, NearestNames, Profile, Rarities,
    SearchEffort,
};
use crate::domain::{EntityKind, Probability};
use crate::features::{Comparison, compare, feature_blocks};
use crate::normalise::{ComparableName, client_name};
use crate::pair_classifier::{PairModel, score};

/// A name of the right list that may be the same company as one of the left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NameMatch {
    /// The position in the left list.
    pub left_idx: usize,
    /// The position in the right list.
    pub right_idx: usize,
    /// That they are one company.
    pub probability: Probability,
}

/// Names of the right list that are looked at closely for each name of the left.
const N_NEAREST: usize = 3;

/// Names that are held in full at a time, besides those of the right list.
const BLOCK: usize = 16 << 10;

/// Letters of a name that are read. Nobody's name is longer; a longer text is told by its beginning.
const MOST_LETTERS: usize = 300;

/// The likeliest partners of every name of `left` among `right`: up to three, best first, ordered by
/// the left position. A name that shares no word and no letters with any has none; a blank one never
/// has.
pub fn match_by_name(left: &[&str], right: &[&str], model: &PairModel) -> Vec<NameMatch> {
    let (left, right) = (comparable(left), comparable(right));
    let pairs = nearest_pairs(&left, &right);
    let mut matches = scored(left, right, &pairs, model);
    // A stable sort: of equally likely ones the nearest comes first.
    matches.sort_by(|one, other| {
        let likelier = other.probability.get().total_cmp(&one.probability.get());
        one.left_idx.cmp(&other.left_idx).then(likelier)
    });
    matches
}

/// The probability of each of the given pairs (left position, right position), among the likeliest
/// partners of its name; ordered by both positions.
pub fn score_by_name(
    left: &[&str],
    right: &[&str],
    asked: &[(usize, usize)],
    model: &PairModel,
) -> Vec<NameMatch> {
    let (left, right) = (comparable(left), comparable(right));
    let mut pairs = nearest_pairs(&left, &right);
    let asked = asked.iter().map(|&(vendor_idx, psa_idx)| CandidatePair { vendor_idx, psa_idx });
    // A blank name is nobody's.
    let is_named = |pair: &CandidatePair| {
        !left[pair.vendor_idx].core.is_empty() && !right[pair.psa_idx].core.is_empty()
    };
    pairs.extend(asked.filter(is_named));
    pairs.sort_unstable();
    pairs.dedup();
    scored(left, right, &pairs, model)
}

fn scored(
    left: Vec<ComparableName>,
    right: Vec<ComparableName>,
    pairs: &[CandidatePair],
    model: &PairModel,
) -> Vec<NameMatch> {
    let comparisons = compared(left, right, pairs);
    let mut probabilities = Vec::with_capacity(pairs.len());
    for block in feature_blocks(pairs, &comparisons, BLOCK) {
        probabilities.extend(score(model, &block));
    }
    pairs
        .iter()
        .zip(probabilities)
        .map(|(pair, probability)| NameMatch {
            left_idx: pair.vendor_idx,
            right_idx: pair.psa_idx,
            probability,
        })
        .collect()
}

fn comparable(names: &[&str]) -> Vec<ComparableName> {
    names.par_iter().map(|name| client_name(beginning(name))).collect()
}

fn beginning(name: &str) -> &str {
    name.char_indices().nth(MOST_LETTERS).map_or(name, |(end, _)| &name[..end])
}

/// The pairs worth comparing, ordered by the left position, the nearest first.
fn nearest_pairs(left: &[ComparableName], right: &[ComparableName]) -> Vec<CandidatePair> {
    let mut list = NameList::default();
    right.iter().for_each(|name| list.push(&name.core));
    let index = NearestNames::new(&list);
    drop(list);
    left.par_iter()
        .enumerate()
        .map_init(
            || index.scratch(),
            |scratch, (vendor_idx, name)| {
                let words = name.core.join(" ");
                let found = index.nearest(&words, N_NEAREST, SearchEffort::default(), scratch);
                let pair = |idx: u32| CandidatePair { vendor_idx, psa_idx: idx as usize };
                found.into_iter().map(|one| pair(one.idx)).collect::<Vec<_>>()
            },
        )
        .flatten_iter()
        .collect()
}

/// Compares every pair by its names, a block of left names at a time.
fn compared(
    left: Vec<ComparableName>,
    right: Vec<ComparableName>,
    pairs: &[CandidatePair],
) -> Vec<Comparison> {
    let rarities = Rarities::of(left.len() + right.len(), |idx| {
        std::slice::from_ref(left.get(idx).unwrap_or_else(|| &right[idx - left.len()]))
    });
    let profiles = |names: Vec<ComparableName>| -> Vec<Profile> {
        names.into_par_iter().map(|name| profile(name, &rarities)).collect()
    };
    let mut space = NameSpace::of_names(EntityKind::Client, Vec::new(), profiles(right));
    let lines = LineEvidence::none();
    let mut comparisons = Vec::with_capacity(pairs.len());
    let (n_left, mut left) = (left.len(), left.into_iter());
    let (mut pairs, mut first) = (pairs, 0);
    while first < n_left {
        space.vendor = profiles(left.by_ref().take(BLOCK).collect());
        let end = pairs.partition_point(|pair| pair.vendor_idx < first + space.vendor.len());
        let within =
            |pair: &CandidatePair| CandidatePair { vendor_idx: pair.vendor_idx - first, ..*pair };
        let block: Vec<CandidatePair> = pairs[..end].iter().map(within).collect();
        comparisons.extend(compare(&space, &lines, &block));
        pairs = &pairs[end..];
        first += space.vendor.len();
    }
    comparisons
}

fn profile(name: ComparableName, rarities: &Rarities) -> Profile {
    let weighed: Option<NameProfile> = (!name.core.is_empty()).then(|| rarities.weighed(name));
    Profile::of_name(weighed)
}

#[cfg(test)]
mod tests {
    use super::*;
}
