//! How a pair stands among its rivals: the other candidates of the same two names.

use super::Direction::{Against, For};
use super::Feature;

use crate::candidates::CandidatePair;
use rayon::prelude::*;

/// Features of rivals: their name, and what they say.
pub(super) const COLUMNS: [Feature; 6] = [
    Feature::new(
        "vendor_rank",
        For,
        "its place among the vendor name's candidates: 1 for the best, 1/2 for the second",
    ),
    Feature::new("vendor_behind", Against, "how far it is behind the vendor name's best candidate"),
    Feature::new("vendor_lead", For, "how far it is ahead of the vendor name's second candidate"),
    Feature::new("psa_rank", For, "its place among the PSA name's candidates"),
    Feature::new("psa_behind", Against, "how far it is behind the PSA name's best candidate"),
    Feature::new("psa_lead", For, "how far it is ahead of the PSA name's second candidate"),
];

/// The values of [`COLUMNS`] for one pair.
pub(super) type RivalRanks = [f64; COLUMNS.len()];

/// The values of [`COLUMNS`], a row for each pair.
pub(super) fn values(pairs: &[CandidatePair], affinities: &[f64]) -> Vec<RivalRanks> {
    let mut values = vec![[0.0; COLUMNS.len()]; pairs.len()];
    let positions: [fn(&CandidatePair) -> usize; 2] = [|pair| pair.vendor_idx, |pair| pair.psa_idx];
    let mut sorted = Vec::new();
    for (position, column) in positions.into_iter().zip([0, 3]) {
        let mut by_name: Vec<usize> = (0..pairs.len()).collect();
        by_name.par_sort_unstable_by_key(|&pair_idx| (position(&pairs[pair_idx]), pair_idx));
        let is_rival =
            |one: &usize, other: &usize| position(&pairs[*one]) == position(&pairs[*other]);
        for group in by_name.chunk_by(is_rival) {
            sorted.clear();
            sorted.extend(group.iter().map(|&pair_idx| affinities[pair_idx]));
            sorted.sort_unstable_by(|left: &f64, right| right.total_cmp(left));
            for &pair_idx in group {
                let standing = standing(affinities[pair_idx], &sorted);
                values[pair_idx][column..column + 3].copy_from_slice(&standing);
            }
        }
    }
    values
}

/// Rank, gap to the best, lead on the second. Alone, a pair leads by all it has.
fn standing(affinity: f64, sorted: &[f64]) -> [f64; 3] {
    let n_better = sorted.iter().take_while(|&&other| affinity < other).count();
    let lead = match sorted.get(1) {
        _ if 0 < n_better => 0.0,
        Some(second) => affinity - second,
        None => affinity.max(0.0),
    };
    [1.0 / (1 + n_better) as f64, sorted[0] - affinity, lead]
}
