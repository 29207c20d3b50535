//! The candidates that decisions leave open: the same for learning, for comparing two models and for scoring.

use std::collections::BTreeSet;

use super::{CandidatePair, LineEvidence, NameSpace, candidate_pairs};
use crate::domain::PairMemory;

/// The candidates that what is `known` leaves open, and the confirmed ones. A rejected pair is nobody's
/// rival; nor are two names that both have a confirmed partner here, and not each other.
pub fn open_candidates(
    space: &NameSpace,
    lines: &LineEvidence,
    known: &PairMemory,
) -> Vec<CandidatePair> {
    let position = |(vendor, psa): &(String, String)| {
        Some(CandidatePair { vendor_idx: space.vendor_idx(vendor)?, psa_idx: space.psa_idx(psa)? })
    };
    let rejected: BTreeSet<CandidatePair> = known.different.keys().filter_map(position).collect();
    let confirmed: BTreeSet<CandidatePair> = known.same.keys().filter_map(position).collect();
    let settled = space.settled(known);
    let mut pairs = candidate_pairs(space, lines, known);
    pairs.retain(|pair| {
        let both_settled = settled.has_vendor(pair.vendor_idx) && settled.has_psa(pair.psa_idx);
        !rejected.contains(pair) && (!both_settled || confirmed.contains(pair))
    });
    pairs
}
