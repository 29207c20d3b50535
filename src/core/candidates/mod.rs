//! Which pairs are worth comparing: the few of `vendor × PSA` that share letters, rare words, a code,
//! a domain, a known product or the lines they occur in, or would if the vendor wrote as the PSA does;
//! and an audit of what that loses.

mod aliases;
mod index;
mod lines;
mod nearest;
mod open;
mod rarity;
mod settled;
mod sold_as;
mod space;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::PairMemory;

pub use aliases::{LearnedAlias, LearnedAliases};
use index::Postings;
pub use lines::{KnownPairs, LineAgreement, LineEvidence};
pub use nearest::{NameList, NearestNames, Neighbour, SearchScratch};
pub use open::open_candidates;
pub(crate) use rarity::Rarities;
pub use settled::Settled;
pub use sold_as::{SoldAs, sold_as};
pub use space::{NameProfile, NameSpace, Profile, SparseVector, WeighedWord};

/// A pair worth comparing, as positions in the vendor and PSA lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CandidatePair {
    /// Position in the vendor list.
    pub vendor_idx: usize,
    /// Position in the PSA list.
    pub psa_idx: usize,
}

/// PSA names for each vendor name, by letters and again by words.
const PER_VENDOR: usize = 8;

/// Vendor names for each PSA name, likewise.
const PER_PSA: usize = 4;

/// PSA names for each vendor name, by the lines they occur in.
const BY_LINES: usize = 3;

/// The pairs worth comparing, ordered by vendor, then PSA position, each once.
///
/// A name without a word, a code or a domain meets nobody. Pairs a person decided are always there,
/// so that a model sees what was confirmed and what was rejected.
pub fn candidate_pairs(
    space: &NameSpace,
    evidence: &LineEvidence,
    memory: &PairMemory,
) -> Vec<CandidatePair> {
    let by_lines = |vendor_idx| {
        let found = evidence.best_partners(vendor_idx, BY_LINES);
        found.into_iter().map(move |psa_idx| CandidatePair { vendor_idx, psa_idx })
    };
    let looks = |vendor_idx: &usize| !space.settled.has_vendor(*vendor_idx);
    let vendor = (0..space.vendor.len()).into_par_iter().filter(looks);
    let mut pairs: Vec<CandidatePair> = vendor.flat_map_iter(by_lines).collect();
    pairs.extend(space.near.get_or_init(|| alike(space)));
    pairs.extend(decided(space, memory));
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// The pairs whose names, codes or domains are alike: what lines say does not change them.
fn alike(space: &NameSpace) -> Vec<CandidatePair> {
    let settled = &space.settled;
    let vendor_looks = |vendor_idx: &usize| !settled.has_vendor(*vendor_idx);
    let psa_looks = |psa_idx: &usize| !settled.has_psa(*psa_idx);
    let mut pairs = sharing_a_key(space);
    for by in [Postings::of_grams, Postings::of_words] {
        let psa = by(&space.psa);
        pairs.extend(nearest(&space.vendor, vendor_looks, &psa, by_vendor, PER_VENDOR));
        let vendor = by(&space.vendor);
        pairs.extend(nearest(&space.psa, psa_looks, &vendor, by_psa, PER_PSA));
        let mut scratch = psa.scratch();
        for (vendor_idx, reworded) in space.reworded.iter().filter(|(idx, _)| vendor_looks(idx)) {
            let found = psa.nearest(reworded, PER_VENDOR, &mut scratch);
            pairs.extend(found.into_iter().map(|psa_idx| by_vendor(*vendor_idx, psa_idx)));
        }
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// Share of true pairs the candidates lose: 0 when there is no true pair.
pub fn audit(candidates: &[CandidatePair], truth: &BTreeSet<CandidatePair>) -> f64 {
    let found: BTreeSet<&CandidatePair> = candidates.iter().collect();
    let n_lost = truth.iter().filter(|pair| !found.contains(pair)).count();
    if truth.is_empty() { 0.0 } else { n_lost as f64 / truth.len() as f64 }
}

fn by_vendor(vendor_idx: usize, psa_idx: usize) -> CandidatePair {
    CandidatePair { vendor_idx, psa_idx }
}

fn by_psa(psa_idx: usize, vendor_idx: usize) -> CandidatePair {
    CandidatePair { vendor_idx, psa_idx }
}

fn nearest(
    from: &[Profile],
    looks: impl Fn(&usize) -> bool + Sync + Send,
    to: &Postings,
    pair: fn(usize, usize) -> CandidatePair,
    n_nearest: usize,
) -> Vec<CandidatePair> {
    (0..from.len())
        .into_par_iter()
        .filter(looks)
        .map_init(
            || to.scratch(),
            |scratch, from_idx| {
                let found = to.nearest(&from[from_idx], n_nearest, scratch);
                found.into_iter().map(|to_idx| pair(from_idx, to_idx)).collect::<Vec<_>>()
            },
        )
        .flatten_iter()
        .collect()
}

/// A key more names than this share says nothing: pairing them all would be a block, not a candidate.
const MOST_SHARING_A_KEY: usize = 40;

/// Pairs with a code, domain, known product, squeezed name or acronym in common.
fn sharing_a_key(space: &NameSpace) -> Vec<CandidatePair> {
    let mut psa_by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (psa_idx, profile) in space.psa.iter().enumerate() {
        for key in meeting_keys(profile) {
            psa_by_key.entry(key).or_default().push(psa_idx);
        }
    }
    let mut pairs = Vec::new();
    for (vendor_idx, profile) in space.vendor.iter().enumerate() {
        for key in meeting_keys(profile) {
            let sharing = psa_by_key.get(&key).map_or(&[][..], Vec::as_slice);
            if sharing.len() <= MOST_SHARING_A_KEY {
                pairs.extend(sharing.iter().map(|&psa_idx| CandidatePair { vendor_idx, psa_idx }));
            }
        }
    }
    pairs
}

fn meeting_keys(profile: &Profile) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> =
        profile.codes.iter().map(|code| format!("code {code}")).collect();
    keys.extend(profile.domains.iter().map(|stem| format!("name {stem}")));
    keys.extend(profile.catalogue().map(|id| format!("product {id}")));
    for name in &profile.names {
        keys.extend([&name.name.squeezed].into_iter().map(|text| format!("name {text}")));
        if 3 <= name.name.core.len() {
            keys.insert(format!("name {}", name.name.acronym));
        }
    }
    keys.remove("name ");
    keys
}

fn decided(space: &NameSpace, memory: &PairMemory) -> Vec<CandidatePair> {
    memory
        .same
        .keys()
        .chain(memory.different.keys())
        .chain(memory.inherited.same.keys())
        .chain(memory.inherited.different.keys())
        .filter_map(|(vendor_key, psa_key)| {
            let vendor_idx = space.vendor_idx(vendor_key)?;
            let psa_idx = space.psa_idx(psa_key)?;
            Some(CandidatePair { vendor_idx, psa_idx })
        })
        .collect()
}

#[cfg(test)]
mod tests;
