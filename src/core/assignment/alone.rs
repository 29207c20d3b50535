//! The names that truly have no partner, and how sure that is.

use std::collections::{BTreeMap, BTreeSet};

use super::ScoredPair;
use super::sides::BothNames;
use crate::domain::{Entity, PairMemory, Probability};

/// A true partner may be missing among the candidates, so no name is surer than this to have none.
const SUREST_ALONE: f64 = 0.995;

/// By vendor key: the probability that the name truly has no partner.
pub(super) fn alone_vendor(
    names: &BothNames<'_>,
    open: &BTreeMap<usize, Vec<ScoredPair>>,
    memory: &PairMemory,
) -> BTreeMap<String, Probability> {
    let partnered: BTreeSet<&str> = memory.same.keys().map(|(vendor, _)| vendor.as_str()).collect();
    let alone = |(idx, entity): (usize, &Entity)| {
        let key = entity.key.as_str();
        let chance = if partnered.contains(key) {
            Probability::NEVER
        } else if memory.has_no_psa(key) {
            Probability::CERTAIN
        } else {
            none_of(open.get(&idx).into_iter().flatten())
        };
        (entity.key.clone(), chance)
    };
    names.vendor.iter().enumerate().map(alone).collect()
}

/// By PSA key: the same.
pub(super) fn alone_psa(
    names: &BothNames<'_>,
    open: &BTreeMap<usize, Vec<ScoredPair>>,
    accepted: &[ScoredPair],
    memory: &PairMemory,
) -> BTreeMap<String, Probability> {
    let partnered: BTreeSet<&str> = memory.same.keys().map(|(_, psa)| psa.as_str()).collect();
    let partner: BTreeMap<usize, usize> =
        accepted.iter().map(|one| (one.pair.vendor_idx, one.pair.psa_idx)).collect();
    let mut candidates: BTreeMap<usize, Vec<&ScoredPair>> = BTreeMap::new();
    for one in open.values().flatten() {
        // A vendor name that went to another is no longer a candidate.
        let elsewhere =
            partner.get(&one.pair.vendor_idx).is_some_and(|psa| *psa != one.pair.psa_idx);
        if !elsewhere {
            candidates.entry(one.pair.psa_idx).or_default().push(one);
        }
    }
    let alone = |(idx, entity): (usize, &Entity)| {
        let key = entity.key.as_str();
        let chance = if partnered.contains(key) {
            Probability::NEVER
        } else if memory.has_no_vendor(key) {
            Probability::CERTAIN
        } else {
            none_of(candidates.get(&idx).into_iter().flatten().copied())
        };
        (entity.key.clone(), chance)
    };
    names.psa.iter().enumerate().map(alone).collect()
}

/// The chance that none of the candidates is the partner.
fn none_of<'a>(candidates: impl Iterator<Item = &'a ScoredPair>) -> Probability {
    let none: f64 = candidates.map(|one| 1.0 - one.probability.get()).product();
    Probability::clamped(none * SUREST_ALONE)
}
