//! Two lists of company names → for each name of the left its likeliest partners of the right.

use rayon::prelude::*;

use crate::candidates::{
    CandidatePair, LineEvidence, NameList, NameProfile, NameSpace, NearestNames, Profile, Rarities,
};
use crate::domain::{EntityKind, Probability};
use crate::features::records::RowPair;
use crate::features::{Comparison, Difference, FeatureRows, compare};
use crate::normalise::{ComparableName, client_name};
use crate::pair_classifier::{PairModel, doubted, score};

use super::names_within::{Names, of_rows, pairs_of_names};

/// A name of the right list that may be the same company as one of the left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NameMatch {
    /// The positions of both.
    pub pair: RowPair,
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
/// has. Of a row with two names, as `… doing business as …`, each is one.
pub fn match_by_name(left: &[&str], right: &[&str], model: &PairModel) -> Vec<NameMatch> {
    let (lefts, rights) = (Names::of(left), Names::of(right));
    let is_plain = lefts.are_single() && rights.are_single();
    let mut matches = if is_plain {
        nearest(left, right, model)
    } else {
        of_rows(nearest(&lefts.all(), &rights.all(), model), &lefts, &rights)
    };
    // A stable sort: of equally likely ones the nearest comes first.
    matches.par_sort_by(|one, other| {
        let likelier = other.probability.get().total_cmp(&one.probability.get());
        one.pair.left_idx.cmp(&other.pair.left_idx).then(likelier)
    });
    if !is_plain {
        let mut n_before = (0, 0);
        matches.retain(|one| {
            let left_idx = one.pair.left_idx;
            n_before = (left_idx, if n_before.0 == left_idx { n_before.1 + 1 } else { 1 });
            n_before.1 <= N_NEAREST
        });
    }
    matches
}

/// The nearest names of the right of each name of the left, with what they score.
fn nearest(left: &[&str], right: &[&str], model: &PairModel) -> Vec<NameMatch> {
    let words = (words(left), words(right));
    let pairs = nearest_pairs(&words.0, &words.1);
    scored(left, right, &words, &pairs, model)
}

/// The probability of each pair asked about, among the likeliest partners of its left name; blank
/// names are left out. Ordered by both positions, with the partners nobody asked about.
pub(super) fn score_by_name(
    left: &[&str],
    right: &[&str],
    asked: &[RowPair],
    model: &PairModel,
) -> Vec<NameMatch> {
    let (lefts, rights) = (Names::of(left), Names::of(right));
    if lefts.are_single() && rights.are_single() {
        return score_as_written(left, right, asked, model);
    }
    let asked = pairs_of_names(asked, &lefts, &rights);
    of_rows(score_as_written(&lefts.all(), &rights.all(), &asked, model), &lefts, &rights)
}

fn score_as_written(
    left: &[&str],
    right: &[&str],
    asked: &[RowPair],
    model: &PairModel,
) -> Vec<NameMatch> {
    let words = (words(left), words(right));
    let mut pairs = nearest_pairs(&words.0, &words.1);
    let is_named = |pair: &&RowPair| {
        !words.0.words(pair.left_idx).is_empty() && !words.1.words(pair.right_idx).is_empty()
    };
    let pair = |one: &RowPair| CandidatePair { vendor_idx: one.left_idx, psa_idx: one.right_idx };
    pairs.extend(asked.iter().filter(is_named).map(pair));
    pairs.sort_unstable();
    pairs.dedup();
    scored(left, right, &words, &pairs, model)
}

fn scored(
    left: &[&str],
    right: &[&str],
    words: &(NameList, NameList),
    pairs: &[CandidatePair],
    model: &PairModel,
) -> Vec<NameMatch> {
    let rarities = Rarities::of(left.len() + right.len(), |idx, found| {
        let (list, idx) = match idx.checked_sub(left.len()) {
            Some(idx) => (&words.1, idx),
            None => (&words.0, idx),
        };
        found.extend(list.words(idx).split_whitespace());
    });
    let comparisons = compared(left, right, pairs, &rarities);
    let features = FeatureRows::new(pairs, comparisons);
    let probabilities = features.map_blocks(|block| score(model, block));
    pairs
        .iter()
        .zip(probabilities)
        .enumerate()
        .map(|(row, (pair, probability))| NameMatch {
            pair: RowPair { left_idx: pair.vendor_idx, right_idx: pair.psa_idx },
            // Nothing but the names is known, so words that differ are all there is against a pair.
            probability: match features.difference(row) {
                Difference::Added | Difference::Both => doubted(probability),
                Difference::None | Difference::Little => probability,
            },
        })
        .collect()
}

/// The words of all names: all that is kept of them until a pair is looked at.
fn words(names: &[&str]) -> NameList {
    let blocks: Vec<NameList> = names
        .par_chunks(BLOCK)
        .map(|names| {
            let mut list = NameList::default();
            names.iter().for_each(|name| list.push(&comparable(name).core));
            list
        })
        .collect();
    let mut all = NameList::default();
    blocks.iter().for_each(|block| all.append(block));
    all
}

fn comparable(name: &str) -> ComparableName {
    let end = name.char_indices().nth(MOST_LETTERS).map_or(name.len(), |(end, _)| end);
    client_name(&name[..end])
}

/// The pairs worth comparing, ordered by the left position, the nearest first.
fn nearest_pairs(left: &NameList, right: &NameList) -> Vec<CandidatePair> {
    let index = NearestNames::new(right);
    (0..left.len())
        .into_par_iter()
        .map_init(
            || index.scratch(),
            |scratch, vendor_idx| {
                let found = index.nearest(left.words(vendor_idx), N_NEAREST, scratch);
                let pair = |idx: u32| CandidatePair { vendor_idx, psa_idx: idx as usize };
                found.into_iter().map(|one| pair(one.idx)).collect::<Vec<_>>()
            },
        )
        .flatten_iter()
        .collect()
}

/// Compares every pair by its names, a block of left names at a time.
fn compared(
    left: &[&str],
    right: &[&str],
    pairs: &[CandidatePair],
    rarities: &Rarities,
) -> Vec<Comparison> {
    let profiles = |names: &[&str]| -> Vec<Profile> {
        names.par_iter().map(|name| profile(comparable(name), rarities)).collect()
    };
    let mut space = NameSpace::of_names(EntityKind::Client, Vec::new(), profiles(right));
    let lines = LineEvidence::none();
    let mut comparisons = Vec::with_capacity(pairs.len());
    let (mut rest, mut first) = (pairs, 0);
    for names in left.chunks(BLOCK) {
        space.vendor = profiles(names);
        let end = rest.partition_point(|pair| pair.vendor_idx < first + names.len());
        let within =
            |pair: &CandidatePair| CandidatePair { vendor_idx: pair.vendor_idx - first, ..*pair };
        let block: Vec<CandidatePair> = rest[..end].iter().map(within).collect();
        comparisons.extend(compare(&space, &lines, &block));
        rest = &rest[end..];
        first += names.len();
    }
    comparisons
}

fn profile(name: ComparableName, rarities: &Rarities) -> Profile {
    let weighed: Option<NameProfile> = (!name.core.is_empty()).then(|| rarities.weighed(name));
    Profile::of_name(weighed)
}
