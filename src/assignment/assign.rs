//! Decisions first, then the likeliest pairs, then what is left.

use std::collections::{BTreeMap, BTreeSet};

use crate::candidates::CandidatePair;
use crate::domain::{Entity, EntityKind, PairMemory, Probability};
use crate::pair_classifier::Contribution;

use super::sides::Names;
use super::{AssignmentPolicy, Multiplicity, ScoredPair, Status, Suggestion};

/// One name of a row: its key, and its name for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The side's key.
    pub key: String,
    /// The name; the key where this month's export does not have it.
    pub name: String,
}

/// Where a pair or a name was put.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The vendor's side of the row.
    pub vendor: Option<Side>,
    /// The PSA's side of the row.
    pub psa: Option<Side>,
    /// The pair, where both names stand in this month's exports.
    pub pair: Option<CandidatePair>,
    /// The probability that the two are the same; for a name without a partner, that it has none.
    pub probability: Probability,
    /// What was made of it.
    pub status: Status,
    /// The likeliest other PSA name for the vendor name; for a row without a partner, the likeliest
    /// one that was not worth showing.
    pub runner_up: Option<(String, Probability)>,
    /// The probability that the row's name truly has no partner.
    pub alone: Probability,
}

impl Placement {
    /// The row of `suggestions.csv`.
    pub fn suggestion(
        self,
        kind: EntityKind,
        why: String,
        contributions: Vec<Contribution>,
    ) -> Suggestion {
        let split = |side: Option<Side>| match side {
            Some(side) => (Some(side.key), side.name),
            None => (None, String::new()),
        };
        let ((vendor_key, vendor_name), (psa_key, psa_name)) =
            (split(self.vendor), split(self.psa));
        Suggestion {
            kind,
            vendor_key,
            vendor_name,
            psa_key,
            psa_name,
            probability: self.probability,
            status: self.status,
            why,
            contributions,
            runner_up: self.runner_up,
            alone: self.alone,
        }
    }
}

/// Where every name was put.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assigned {
    /// In order of vendor key, best first; then PSA names in no other row.
    pub placements: Vec<Placement>,
    /// By vendor key: the probability that it truly has no partner.
    pub alone_vendor: BTreeMap<String, Probability>,
    /// By PSA key: the probability that it truly has no partner.
    pub alone_psa: BTreeMap<String, Probability>,
}

/// What names say about each other whatever a model thinks.
pub struct NameRules<'a> {
    /// Whether two PSA products, by position, are one product sold in two ways.
    pub one_product: &'a dyn Fn(usize, usize) -> bool,
    /// Whether both names are known, as two different things.
    pub rules_out: &'a dyn Fn(CandidatePair) -> bool,
}

/// Rows a person is shown for one name at most.
const MOST_SHOWN: usize = 3;

/// A true partner may be missing among the candidates, so no name is surer than this to have none.
const SUREST_ALONE: f64 = 0.995;

/// Puts every name of both sides somewhere: with its known partner, with one it is accepted with, up
/// for review with its likeliest ones, or alone.
///
/// A pair is accepted when it reaches the threshold and no other PSA name does for the same vendor
/// name: where two are that likely, a person chooses, unless they are one product sold in two ways, two
/// terms or two price years, which both belong to it. What the names themselves rule out (`rules`) is
/// never accepted without a person. Of equal probabilities the lower vendor key and
/// then the lower PSA key comes first.
pub fn assign(
    kind: EntityKind,
    vendor: &[Entity],
    psa: &[Entity],
    scored: &[ScoredPair],
    memory: &PairMemory,
    policy: &AssignmentPolicy,
    rules: &NameRules<'_>,
) -> Assigned {
    let names = Names::new(vendor, psa);
    let open = open_pairs(&names, scored, memory);
    let accepted = accepted(kind, &open, memory, &names, policy, rules);
    let is_accepted: BTreeSet<usize> = accepted.iter().map(|one| one.pair.vendor_idx).collect();
    let mut assigned = Assigned {
        placements: known(&names, memory),
        alone_vendor: alone_vendor(&names, &open, memory),
        alone_psa: alone_psa(&names, &open, &accepted, memory),
    };
    let one_to_one = kind == EntityKind::Client && policy.clients == Multiplicity::OneToOne;
    let taken: BTreeSet<usize> = accepted
        .iter()
        .map(|one| one.pair.psa_idx)
        .chain(memory.same.keys().filter_map(|(_, psa_key)| names.psa_idx(psa_key)))
        .filter(|_| one_to_one)
        .collect();
    for (vendor_idx, pairs) in &open {
        let accepted_here = accepted.iter().filter(|one| one.pair.vendor_idx == *vendor_idx);
        let shown: Vec<ScoredPair> = if is_accepted.contains(vendor_idx) {
            accepted_here.copied().collect()
        } else {
            let worth_showing = |one: &&ScoredPair| {
                policy.review_at <= one.probability && !taken.contains(&one.pair.psa_idx)
            };
            pairs.iter().filter(worth_showing).take(MOST_SHOWN).copied().collect()
        };
        let status = if is_accepted.contains(vendor_idx) { Status::Auto } else { Status::Review };
        for one in shown {
            assigned.placements.push(names.placed(one, pairs, status, &assigned.alone_vendor));
        }
    }
    add_unmatched(&names, &open, &mut assigned);
    assigned.placements.sort_by(|one, other| {
        order(one).cmp(&order(other)).then_with(|| {
            let by_probability = other.probability.get().total_cmp(&one.probability.get());
            by_probability.then_with(|| key(&one.psa).cmp(&key(&other.psa)))
        })
    });
    assigned
}

/// Vendor names by key, PSA names without one last.
fn order(placement: &Placement) -> (bool, Option<&str>) {
    (placement.vendor.is_none(), key(&placement.vendor))
}

fn key(side: &Option<Side>) -> Option<&str> {
    side.as_ref().map(|side| side.key.as_str())
}

/// Pairs nobody has decided, by vendor position, the likeliest first. A vendor name whose known
/// partner is missing from this month's export is open again: the partner may have been renamed.
fn open_pairs(
    names: &Names<'_>,
    scored: &[ScoredPair],
    memory: &PairMemory,
) -> BTreeMap<usize, Vec<ScoredPair>> {
    let decided = |key: &String| memory.no_psa.contains_key(key);
    let is_here = |(_, psa): &&(String, String)| names.psa_idx(psa).is_some();
    let known: BTreeSet<&str> =
        memory.same.keys().filter(is_here).map(|(vendor, _)| vendor.as_str()).collect();
    let mut open: BTreeMap<usize, Vec<ScoredPair>> = BTreeMap::new();
    for one in scored {
        let vendor_key = &names.vendor[one.pair.vendor_idx].key;
        let psa_key = &names.psa[one.pair.psa_idx].key;
        let rejected = memory.different.contains(&(vendor_key.clone(), psa_key.clone()));
        let settled = decided(vendor_key)
            || known.contains(vendor_key.as_str())
            || memory.no_vendor.contains_key(psa_key);
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

/// The pairs accepted without a person, the likeliest first.
fn accepted(
    kind: EntityKind,
    open: &BTreeMap<usize, Vec<ScoredPair>>,
    memory: &PairMemory,
    names: &Names<'_>,
    policy: &AssignmentPolicy,
    rules: &NameRules<'_>,
) -> Vec<ScoredPair> {
    let reaches =
        |one: &&ScoredPair| policy.accept_at <= one.probability && !(rules.rules_out)(one.pair);
    let clear = |pairs: &Vec<ScoredPair>| {
        let likely: Vec<ScoredPair> = pairs.iter().filter(reaches).copied().collect();
        let first = likely.first().map(|one| one.pair.psa_idx);
        let is_one = |one: &ScoredPair| {
            first.is_some_and(|first| (rules.one_product)(first, one.pair.psa_idx))
        };
        // Two partners that likely cannot both be right, so a person chooses.
        let is_clear = likely.len() == 1 || (kind == EntityKind::Sku && likely.iter().all(is_one));
        if is_clear { likely } else { Vec::new() }
    };
    // What a person decided is never overruled without one.
    let remembered: BTreeSet<&str> =
        memory.same.keys().map(|(vendor, _)| vendor.as_str()).collect();
    let undecided =
        |vendor_idx: &usize| !remembered.contains(names.vendor[*vendor_idx].key.as_str());
    let open = open.iter().filter(|(vendor_idx, _)| undecided(vendor_idx));
    let mut best: Vec<ScoredPair> = open.flat_map(|(_, pairs)| clear(pairs)).collect();
    best.sort_by(|one, other| {
        let keys = |pair: &ScoredPair| {
            (&names.vendor[pair.pair.vendor_idx].key, &names.psa[pair.pair.psa_idx].key)
        };
        let by_probability = other.probability.get().total_cmp(&one.probability.get());
        by_probability.then_with(|| keys(one).cmp(&keys(other)))
    });
    if kind == EntityKind::Client && policy.clients == Multiplicity::OneToOne {
        let mut taken: BTreeSet<usize> =
            memory.same.keys().filter_map(|(_, psa_key)| names.psa_idx(psa_key)).collect();
        best.retain(|one| taken.insert(one.pair.psa_idx));
    }
    best
}

/// A row for everything a person decided about a name of this month.
fn known(names: &Names<'_>, memory: &PairMemory) -> Vec<Placement> {
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
    let no_psa = memory.no_psa.keys().filter_map(|vendor| row(Some(vendor), None));
    let no_vendor = memory.no_vendor.keys().filter_map(|psa| row(None, Some(psa)));
    pairs.chain(no_psa).chain(no_vendor).collect()
}

/// A row for every name that stands in none yet.
fn add_unmatched(
    names: &Names<'_>,
    open: &BTreeMap<usize, Vec<ScoredPair>>,
    assigned: &mut Assigned,
) {
    let placed = |side: fn(&Placement) -> &Option<Side>| -> BTreeSet<String> {
        assigned
            .placements
            .iter()
            .filter_map(|one| side(one).as_ref())
            .map(|one| one.key.clone())
            .collect()
    };
    let (vendor_placed, psa_placed) = (placed(|one| &one.vendor), placed(|one| &one.psa));
    let lonely = |alone: Probability| Placement {
        vendor: None,
        psa: None,
        pair: None,
        probability: alone,
        status: Status::Unmatched,
        runner_up: None,
        alone,
    };
    let mut rows = Vec::new();
    for (vendor_idx, entity) in names.vendor.iter().enumerate() {
        if !vendor_placed.contains(&entity.key) {
            let nearest = open.get(&vendor_idx).and_then(|pairs| pairs.first());
            rows.push(Placement {
                vendor: Some(names.vendor_side(&entity.key)),
                runner_up: nearest.map(|rival| names.rival(rival)),
                ..lonely(assigned.alone_vendor[&entity.key])
            });
        }
    }
    for entity in names.psa.iter().filter(|entity| !psa_placed.contains(&entity.key)) {
        let psa = Some(names.psa_side(&entity.key));
        rows.push(Placement { psa, ..lonely(assigned.alone_psa[&entity.key]) });
    }
    assigned.placements.extend(rows);
}

fn alone_vendor(
    names: &Names<'_>,
    open: &BTreeMap<usize, Vec<ScoredPair>>,
    memory: &PairMemory,
) -> BTreeMap<String, Probability> {
    let partnered: BTreeSet<&str> = memory.same.keys().map(|(vendor, _)| vendor.as_str()).collect();
    let alone = |(idx, entity): (usize, &Entity)| {
        let key = entity.key.as_str();
        let chance = if partnered.contains(key) {
            Probability::NEVER
        } else if memory.no_psa.contains_key(key) {
            Probability::CERTAIN
        } else {
            none_of(open.get(&idx).into_iter().flatten())
        };
        (entity.key.clone(), chance)
    };
    names.vendor.iter().enumerate().map(alone).collect()
}

fn alone_psa(
    names: &Names<'_>,
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
        } else if memory.no_vendor.contains_key(key) {
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
