//! What decisions leave open, and what they settle: rows of their own, and claims to PSA names.

use std::collections::{BTreeMap, BTreeSet};

use super::sides::BothNames;
use super::{Placement, ScoredPair, Status};
use crate::candidates::CandidatePair;
use crate::domain::{PairMemory, Probability};

/// Pairs nobody has decided, by vendor position, the likeliest first. A vendor name whose known
/// partner is missing from this month's export is open again: the partner may have been renamed. So is a
/// part of a bundle: where there is no bundle it is sold by itself, under a name of its own.
pub(super) fn open_pairs(
    names: &BothNames<'_>,
    scored: &[ScoredPair],
    memory: &PairMemory,
) -> BTreeMap<usize, Vec<ScoredPair>> {
    let is_here = |(_, psa): &&(String, String)| names.psa_idx(psa).is_some();
    let whole = memory.whole().map(|(pair, _)| pair);
    let known: BTreeSet<&str> = whole.filter(is_here).map(|(vendor, _)| vendor.as_str()).collect();
    let mut open: BTreeMap<usize, Vec<ScoredPair>> = BTreeMap::new();
    for one in scored {
        let vendor_key = &names.vendor[one.pair.vendor_idx].key;
        let psa_key = &names.psa[one.pair.psa_idx].key;
        let pair = (vendor_key.clone(), psa_key.clone());
        let rejected = memory.different.contains_key(&pair);
        // Who is a part of a bundle looks for another than the bundle.
        let settled = memory.same.contains_key(&pair)
            || memory.has_no_psa(vendor_key)
            || known.contains(vendor_key.as_str())
            || memory.has_no_vendor(psa_key);
        if !rejected && !settled {
            open.entry(one.pair.vendor_idx).or_default().push(*one);
        }
    }
    for pairs in open.values_mut() {
        pairs.sort_by(|one, other| {
            let psa_key = |pair: &ScoredPair| &names.psa[pair.pair.psa_idx].key;
            let by_probability = other.probability.get().total_cmp(&one.probability.get());
            by_probability.then_with(|| psa_key(one).cmp(psa_key(other)))
        });
    }
    open
}

/// By PSA position: the vendor name whose likeliest partner it is, and how likely; one it was decided
/// to belong to comes before all others.
pub(super) fn claims(
    open: &BTreeMap<usize, Vec<ScoredPair>>,
    memory: &PairMemory,
    names: &BothNames<'_>,
) -> BTreeMap<usize, (f64, usize)> {
    let mut claims: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
    for first in open.values().filter_map(|pairs| pairs.first()) {
        let claim = (first.probability.get(), first.pair.vendor_idx);
        let before = claims.entry(first.pair.psa_idx).or_insert(claim);
        if before.0 < claim.0 {
            *before = claim;
        }
    }
    for (vendor_key, psa_key) in memory.same.keys() {
        if let (Some(vendor_idx), Some(psa_idx)) =
            (names.vendor_idx(vendor_key), names.psa_idx(psa_key))
        {
            claims.insert(psa_idx, (1.0, vendor_idx));
        }
    }
    claims
}

/// A row for everything a person decided about a name of this month.
pub(super) fn known(names: &BothNames<'_>, memory: &PairMemory) -> Vec<Placement> {
    let row = |vendor: Option<&str>, psa: Option<&str>| {
        let vendor_idx = vendor.and_then(|key| names.vendor_idx(key));
        let psa_idx = psa.and_then(|key| names.psa_idx(key));
        let alone = vendor.is_none() || psa.is_none();
        (vendor_idx.is_some() || psa_idx.is_some()).then(|| Placement {
            vendor: vendor.map(|key| names.vendor_side(key)),
            psa: psa.map(|key| names.psa_side(key)),
            pair: vendor_idx
                .zip(psa_idx)
                .map(|(vendor_idx, psa_idx)| CandidatePair { vendor_idx, psa_idx }),
            probability: Probability::CERTAIN,
            status: Status::Known,
            runner_up: None,
            alone: if alone { Probability::CERTAIN } else { Probability::NEVER },
        })
    };
    let pairs = memory.same.keys().filter_map(|(vendor, psa)| row(Some(vendor), Some(psa)));
    let no_psa = memory.no_psa.keys().chain(memory.inherited.no_psa.keys());
    let no_psa = no_psa.filter_map(|vendor| row(Some(vendor), None));
    let no_vendor = memory.no_vendor.keys().chain(memory.inherited.no_vendor.keys());
    let no_vendor = no_vendor.filter_map(|psa| row(None, Some(psa)));
    pairs.chain(no_psa).chain(no_vendor).collect()
}
