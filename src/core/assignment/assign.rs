//! Decisions first, then the likeliest pairs, then what is left.

use std::collections::{BTreeMap, BTreeSet};

use crate::candidates::CandidatePair;
use crate::domain::{Entity, EntityKind, PairMemory, Probability};
use crate::pair_classifier::Contribution;

use super::alone::{alone_psa, alone_vendor};
use super::decided::{claims, known, open_pairs};
use super::sides::BothNames;
use super::{AssignmentPolicy, Multiplicity, ScoredPair, Status, Suggestion};

/// One name of a row: its key, and its name for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAndName {
    /// The side's key.
    pub key: String,
    /// The name; the key where this month's export does not have it.
    pub name: String,
}

/// Where a pair or a name was put.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The vendor's side of the row.
    pub vendor: Option<KeyAndName>,
    /// The PSA's side of the row.
    pub psa: Option<KeyAndName>,
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
        let split = |side: Option<KeyAndName>| match side {
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
            rests_on: None,
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
    /// Whether any of their lines agree.
    pub lines_agree: &'a dyn Fn(CandidatePair) -> bool,
    /// Whether the names themselves have anything in common.
    pub names_link: &'a dyn Fn(CandidatePair) -> bool,
}

/// Rows a person is shown for one name at most.
const MOST_SHOWN: usize = 3;

/// Puts every name of both sides somewhere: with its known partner, with one it is accepted with, up
/// for review with its likeliest ones, or alone.
///
/// A pair is accepted when it reaches the threshold and no other PSA name does for the same vendor
/// name: where two are that likely, a person chooses, unless they are one product sold in two ways, two
/// terms or two price years, which both belong to it; but the second of them not where it is likelier
/// another vendor name's and no line speaks for this one. A product that only its seats link to a PSA
/// product that is another's as well may be a part of a bundle, and is asked about. What the names
/// themselves rule out (`rules`) is never accepted without a person. Of equal probabilities the lower vendor key and
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
    let names = BothNames::new(vendor, psa);
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
    let parts = parts_of_bundles(memory);
    for (vendor_idx, pairs) in &open {
        let is_part = parts.contains(names.vendor[*vendor_idx].key.as_str());
        let accepted_here = accepted.iter().filter(|one| one.pair.vendor_idx == *vendor_idx);
        let shown: Vec<ScoredPair> = if is_accepted.contains(vendor_idx) {
            accepted_here.copied().collect()
        } else {
            let worth_showing = |one: &&ScoredPair| {
                policy.review_at <= one.probability
                    && !taken.contains(&one.pair.psa_idx)
                    && (!is_part || (rules.names_link)(one.pair))
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

fn key(side: &Option<KeyAndName>) -> Option<&str> {
    side.as_ref().map(|side| side.key.as_str())
}

/// The pairs accepted without a person, the likeliest first.
fn accepted(
    kind: EntityKind,
    open: &BTreeMap<usize, Vec<ScoredPair>>,
    memory: &PairMemory,
    names: &BothNames<'_>,
    policy: &AssignmentPolicy,
    rules: &NameRules<'_>,
) -> Vec<ScoredPair> {
    let claims = claims(open, memory, names);
    let is_free = |one: &ScoredPair| {
        let is_elsewhere = |(chance, vendor_idx): &(f64, usize)| {
            *vendor_idx != one.pair.vendor_idx && one.probability.get() < *chance
        };
        !claims.get(&one.pair.psa_idx).is_some_and(is_elsewhere) || (rules.lines_agree)(one.pair)
    };
    let clear = |pairs: &Vec<ScoredPair>| {
        let mut clear = clear(kind, pairs, policy, rules).into_iter();
        clear.next().into_iter().chain(clear.filter(is_free)).collect::<Vec<ScoredPair>>()
    };
    // What a person decided is never overruled without one.
    let remembered: BTreeSet<&str> =
        memory.whole().map(|((vendor, _), _)| vendor.as_str()).collect();
    let parts = parts_of_bundles(memory);
    let undecided =
        |vendor_idx: &usize| !remembered.contains(names.vendor[*vendor_idx].key.as_str());
    let mut best: Vec<ScoredPair> = Vec::new();
    for (vendor_idx, pairs) in open {
        let followed = followed(kind, pairs, memory, names, policy, rules);
        let key = names.vendor[*vendor_idx].key.as_str();
        // A part's seats are those of whatever is counted by head: its own product is known by its name.
        let is_own = |one: &ScoredPair| !parts.contains(key) || (rules.names_link)(one.pair);
        let is_inherited = |one: &ScoredPair| is_inherited(one, memory, names);
        if followed.iter().all(|one| memory.is_bundled(&names.keys(one.pair)))
            && undecided(vendor_idx)
        {
            best.extend(clear(pairs).into_iter().filter(|one| is_own(one) && !is_inherited(one)));
        }
        let stands = |one: &ScoredPair| is_inherited(one) || is_free(one);
        best.extend(followed.into_iter().filter(stands));
    }
    best.sort_by(|one, other| {
        let keys = |pair: &ScoredPair| {
            (&names.vendor[pair.pair.vendor_idx].key, &names.psa[pair.pair.psa_idx].key)
        };
        let by_probability = other.probability.get().total_cmp(&one.probability.get());
        by_probability.then_with(|| keys(one).cmp(&keys(other)))
    });
    if kind == EntityKind::Client && policy.clients == Multiplicity::OneToOne {
        // A decided account that is gone leaves its place to the one that bears its name now.
        let is_here = |(vendor, _): &&(String, String)| names.vendor_idx(vendor).is_some();
        let psa_idx = |(_, psa): &(String, String)| names.psa_idx(psa);
        let held: BTreeSet<usize> =
            memory.same.keys().filter(is_here).filter_map(psa_idx).collect();
        let decided: BTreeSet<usize> = memory.same.keys().filter_map(psa_idx).collect();
        let mut taken = held.clone();
        best.retain(|one| {
            let follows = is_inherited(one, memory, names);
            (follows || !decided.contains(&one.pair.psa_idx)) && taken.insert(one.pair.psa_idx)
        });
    }
    if kind == EntityKind::Sku {
        let asked = open.values().filter_map(|pairs| pairs.first());
        let asked = asked.filter(|one| policy.review_at <= one.probability).copied().collect();
        drop_parts_of_bundles(&mut best, asked, memory, names, rules);
    }
    best
}

/// Vendor keys that a person made a part of a bundle.
fn parts_of_bundles(memory: &PairMemory) -> BTreeSet<&str> {
    let inherited = memory.inherited.same.keys().filter(|pair| memory.is_bundled(pair));
    memory.bundled.iter().chain(inherited).map(|(vendor, _)| vendor.as_str()).collect()
}

/// Takes out products that only their seats link to a PSA product which is another one's as well, or may
/// be: those are parts of a bundle, whose seats must not be added up. `asked` are the likeliest pairs of
/// names, as far as they are worth asking about.
fn drop_parts_of_bundles(
    best: &mut Vec<ScoredPair>,
    asked: Vec<ScoredPair>,
    memory: &PairMemory,
    names: &BothNames<'_>,
    rules: &NameRules<'_>,
) {
    let mut holders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let known = memory.same.keys().map(|(vendor, psa)| (vendor.as_str(), psa.as_str()));
    let likely = best.iter().copied().chain(asked).map(|one| {
        let (vendor, psa) = (one.pair.vendor_idx, one.pair.psa_idx);
        (names.vendor[vendor].key.as_str(), names.psa[psa].key.as_str())
    });
    for (vendor, psa) in known.chain(likely) {
        holders.entry(psa).or_default().insert(vendor);
    }
    best.retain(|one| {
        let n_holders =
            holders.get(names.psa[one.pair.psa_idx].key.as_str()).map_or(0, BTreeSet::len);
        n_holders < 2 || is_inherited(one, memory, names) || (rules.names_link)(one.pair)
    });
}

/// The pairs of one vendor name that are likely enough, and that nothing rules out.
fn likely<'a>(
    pairs: &'a [ScoredPair],
    policy: &'a AssignmentPolicy,
    rules: &'a NameRules<'_>,
) -> impl Iterator<Item = ScoredPair> + 'a {
    let reaches =
        |one: &&ScoredPair| policy.accept_at <= one.probability && !(rules.rules_out)(one.pair);
    pairs.iter().filter(reaches).copied()
}

/// The pairs of one vendor name that follow from what was decided of its namesakes, and for a product
/// the likely ones that are the same product sold in another way.
fn followed(
    kind: EntityKind,
    pairs: &[ScoredPair],
    memory: &PairMemory,
    names: &BothNames<'_>,
    policy: &AssignmentPolicy,
    rules: &NameRules<'_>,
) -> Vec<ScoredPair> {
    let is_inherited = |one: &ScoredPair| is_inherited(one, memory, names);
    let mut found: Vec<ScoredPair> =
        pairs.iter().filter(|one| is_inherited(one)).copied().collect();
    if let (Some(first), EntityKind::Sku) = (found.first().copied(), kind) {
        let is_one = |one: &ScoredPair| (rules.one_product)(first.pair.psa_idx, one.pair.psa_idx);
        found.extend(likely(pairs, policy, rules).filter(|one| is_one(one) && !is_inherited(one)));
    }
    found
}

/// Whether a pair follows from what was decided of the same names under other ids.
fn is_inherited(one: &ScoredPair, memory: &PairMemory, names: &BothNames<'_>) -> bool {
    if memory.inherited.same.is_empty() {
        return false;
    }
    let (vendor, psa) = (&names.vendor[one.pair.vendor_idx], &names.psa[one.pair.psa_idx]);
    memory.inherited.same.contains_key(&(vendor.key.clone(), psa.key.clone()))
}

/// The likely pairs of one vendor name; none where they cannot all be right, so that a person chooses.
fn clear(
    kind: EntityKind,
    pairs: &[ScoredPair],
    policy: &AssignmentPolicy,
    rules: &NameRules<'_>,
) -> Vec<ScoredPair> {
    let mut likely: Vec<ScoredPair> = likely(pairs, policy, rules).collect();
    // An own service counted by head has as many seats as a real product, and is no rival of its name.
    let by_name = |one: &ScoredPair| (rules.names_link)(one.pair);
    if 1 < likely.len() && likely.iter().any(by_name) {
        likely.retain(by_name);
    }
    let first = likely.first().map(|one| one.pair.psa_idx);
    let is_one =
        |one: &ScoredPair| first.is_some_and(|first| (rules.one_product)(first, one.pair.psa_idx));
    let is_clear = likely.len() == 1 || (kind == EntityKind::Sku && likely.iter().all(is_one));
    if is_clear { likely } else { Vec::new() }
}

/// A row for every name that stands in none yet.
fn add_unmatched(
    names: &BothNames<'_>,
    open: &BTreeMap<usize, Vec<ScoredPair>>,
    assigned: &mut Assigned,
) {
    let placed = |side: fn(&Placement) -> &Option<KeyAndName>| -> BTreeSet<String> {
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
