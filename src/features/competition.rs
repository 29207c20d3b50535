//! How a pair stands among its rivals: the other candidates of the same two names.

use super::Direction::{Against, For};
use super::Feature;
use std::collections::BTreeMap;

use crate::candidates::CandidatePair;

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

/// The values of [`COLUMNS`], a row for each pair.
pub(super) fn values(pairs: &[CandidatePair], affinities: &[f64]) -> Vec<[f64; COLUMNS.len()]> {
    let mut values = vec![[0.0; COLUMNS.len()]; pairs.len()];
    let positions: [fn(&CandidatePair) -> usize; 2] = [|pair| pair.vendor_idx, |pair| pair.psa_idx];
    for (position, column) in positions.into_iter().zip([0, 3]) {
        let mut rivals: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (pair_idx, pair) in pairs.iter().enumerate() {
            rivals.entry(position(pair)).or_default().push(pair_idx);
        }
        for group in rivals.values() {
            let sorted = descending(group, affinities);
            for &pair_idx in group {
                let standing = standing(affinities[pair_idx], &sorted);
                values[pair_idx][column..column + 3].copy_from_slice(&standing);
            }
        }
    }
    values
}

fn descending(group: &[usize], affinities: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = group.iter().map(|&pair_idx| affinities[pair_idx]).collect();
    sorted.sort_by(|left, right| right.total_cmp(left));
    sorted
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
