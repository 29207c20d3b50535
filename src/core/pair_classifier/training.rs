//! Decisions → labelled pairs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ndarray::{Array2, Axis, concatenate};
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::candidates::{
    CandidatePair, KnownPairs, LearnedAliases, LineEvidence, NameSpace, Profile, open_candidates,
};
use crate::domain::{Entity, EntityKind, Inherited, PairMemory};
use crate::features::{Comparison, N_FEATURES, compare, feature_matrix};

/// One MSP's names of one month, and what was decided about them.
#[derive(Debug, Clone, Default)]
pub struct TrainingSet {
    /// The vendor side: a month's names serve several sets.
    pub vendor: Arc<Vec<Entity>>,
    /// The PSA side.
    pub psa: Arc<Vec<Entity>>,
    /// What people decided, to learn from.
    pub memory: PairMemory,
    /// What else is decided: the names look for their partners as in a month that is scored with this known.
    /// It is the same in every month, and large.
    pub known: Arc<PairMemory>,
    /// What follows from that for names of this month that were decided about under other ids.
    pub inherited: Inherited,
    /// Known pairs of the other kind, for what the lines say.
    pub other: Arc<KnownPairs>,
    /// What decided pairs teach about words; a pair's own answer is never seen in it.
    pub aliases: Arc<LearnedAliases>,
    /// How many vendor names may belong to one of the PSA's.
    pub psa_names: PsaNames,
}

/// How many vendor names may belong to one PSA name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PsaNames {
    /// Several: two accounts of a client, two terms of a product.
    #[default]
    Shared,
    /// One: whoever else is a candidate for a confirmed name is not it.
    OneEach,
}

/// Pairs whose answer is known, as the classifier reads them.
#[derive(Debug, Clone)]
pub struct LabelledPairs {
    /// Shape: (pairs, [`N_FEATURES`]).
    pub features: Array2<f64>,
    /// Whether the pair is the same.
    pub same: Vec<bool>,
    /// Which vendor name of which set a pair belongs to: the candidates of one name.
    pub name: Vec<usize>,
    /// What keeps like names together when pairs are split into folds.
    pub group: Vec<u64>,
    /// Whether the pair stands in the names as they are: every partner there, every line read.
    pub as_scored: Vec<bool>,
}

impl LabelledPairs {
    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.same.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.same.is_empty()
    }

    /// Number of pairs that are the same.
    pub fn n_same(&self) -> usize {
        self.same.iter().filter(|same| **same).count()
    }

    /// The pairs as a month's run meets them, without the worlds made harder to learn from.
    pub fn as_scored(&self) -> Self {
        let rows: Vec<usize> = (0..self.len()).filter(|&row| self.as_scored[row]).collect();
        Self {
            features: self.features.select(Axis(0), &rows),
            same: rows.iter().map(|&row| self.same[row]).collect(),
            name: rows.iter().map(|&row| self.name[row]).collect(),
            group: rows.iter().map(|&row| self.group[row]).collect(),
            as_scored: vec![true; rows.len()],
        }
    }
}

/// Share of the confirmed PSA names left out of the second world.
const LEFT_OUT: f64 = 0.35;

/// What the names of a set are seen in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenWith {
    /// With their lines, and without them as in a first month: for a model that must do for both.
    AnyMonth,
    /// With what is known of their lines only: for one MSP's model, which never meets them otherwise.
    AsScored,
}

/// Labels the candidates that are open in every set, with lines and without.
///
/// The same: confirmed pairs. Not the same: rejected pairs, the other candidates of a vendor name
/// that was decided, where PSA names are one each also those of a PSA name that was, and every candidate
/// of a name that rightly has no partner. Everything else, and what belongs to a bundle, is not known and
/// left out.
///
/// Each set counts as it is and without what the lines say, as in a first month; and either again with
/// a third of the partners gone, so that the best of the wrong candidates is seen to be wrong.
pub fn labelled_pairs(kind: EntityKind, sets: &[TrainingSet], seed: u64) -> LabelledPairs {
    labelled_pairs_in(SeenWith::AnyMonth, kind, sets, seed)
}

/// Labels the candidates of every set in these worlds.
pub fn labelled_pairs_in(
    worlds: SeenWith,
    kind: EntityKind,
    sets: &[TrainingSet],
    seed: u64,
) -> LabelledPairs {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut labelled = Labelling::default();
    for set in sets {
        let decided = PairMemory { inherited: set.inherited.clone(), ..(*set.known).clone() };
        let mut known_pairs = vec![(&*set.other, (*set.aliases).clone())];
        let nothing_known = KnownPairs::none();
        if !set.other.is_empty() && worlds == SeenWith::AnyMonth {
            known_pairs.push((&nothing_known, LearnedAliases::default()));
        }
        for (idx, (known, aliases)) in known_pairs.into_iter().enumerate() {
            let space =
                NameSpace::knowing(aliases, kind, &set.vendor, &set.psa).settled_by(&decided);
            let lines = LineEvidence::new(&set.vendor, &set.psa, known);
            let pairs = open_candidates(&space, &lines, &decided);
            let comparisons = compare(&space, &lines, &pairs);
            let answers = Answers::of(&space, set);
            labelled.add(&space, &answers, &pairs, &comparisons);
            labelled.as_scored.resize(labelled.same.len(), idx == 0);
            let gone = left_out(&space, &set.memory, &mut rng);
            let is_left = |pair: &CandidatePair| !gone.contains(&pair.psa_idx);
            let (pairs, comparisons): (Vec<_>, Vec<_>) =
                pairs.iter().copied().zip(comparisons).filter(|(pair, _)| is_left(pair)).unzip();
            labelled.add(&space, &answers, &pairs, &comparisons);
            labelled.as_scored.resize(labelled.same.len(), false);
        }
    }
    labelled.finished(seed)
}

fn left_out(
    space: &NameSpace,
    memory: &PairMemory,
    rng: &mut Xoshiro256PlusPlus,
) -> BTreeSet<usize> {
    let confirmed: BTreeSet<usize> =
        memory.same.keys().filter_map(|(_, psa_key)| space.psa_idx(psa_key)).collect();
    let mut confirmed: Vec<usize> = confirmed.into_iter().collect();
    confirmed.shuffle(rng);
    let n_left_out = (confirmed.len() as f64 * LEFT_OUT).round() as usize;
    confirmed.into_iter().take(n_left_out).collect()
}

/// Labelled pairs as they come together.
#[derive(Default)]
struct Labelling {
    blocks: Vec<Array2<f64>>,
    same: Vec<bool>,
    name: Vec<usize>,
    group: Vec<String>,
    as_scored: Vec<bool>,
    n_names: usize,
}

impl Labelling {
    fn add(
        &mut self,
        space: &NameSpace,
        answers: &Answers,
        pairs: &[CandidatePair],
        comparisons: &[Comparison],
    ) {
        let features = feature_matrix(pairs, comparisons);
        let mut rows = Vec::new();
        for (row, pair) in pairs.iter().enumerate() {
            if let Some(same) = answers.same(*pair) {
                rows.push(row);
                self.same.push(same);
                self.name.push(self.n_names + pair.vendor_idx);
                self.group.push(group(&space.vendor[pair.vendor_idx]));
            }
        }
        self.n_names += space.vendor.len();
        self.blocks.push(features.select(Axis(0), &rows));
    }

    fn finished(self, seed: u64) -> LabelledPairs {
        let views: Vec<_> = self.blocks.iter().map(Array2::view).collect();
        let features = if views.is_empty() {
            Array2::zeros((0, N_FEATURES))
        } else {
            concatenate(Axis(0), &views).expect("every block has one column a feature")
        };
        let group = self.group.iter().map(|text| stable_hash(text, seed)).collect();
        LabelledPairs {
            features,
            same: self.same,
            name: self.name,
            group,
            as_scored: self.as_scored,
        }
    }
}

/// What the decisions say about pairs, by position.
struct Answers {
    same: BTreeSet<CandidatePair>,
    unknown: BTreeSet<CandidatePair>,
    different: BTreeSet<CandidatePair>,
    decided_vendor: BTreeSet<usize>,
    /// PSA names that are nobody else's: those without a partner, and those that can have one only.
    settled_psa: BTreeSet<usize>,
}

impl Answers {
    fn of(space: &NameSpace, set: &TrainingSet) -> Self {
        let memory = &set.memory;
        let positions = |keys: &mut dyn Iterator<Item = &(String, String)>| -> BTreeSet<_> {
            keys.filter_map(|(vendor_key, psa_key)| {
                let vendor_idx = space.vendor_idx(vendor_key)?;
                Some(CandidatePair { vendor_idx, psa_idx: space.psa_idx(psa_key)? })
            })
            .collect()
        };
        let confirmed = memory.whole().map(|(pair, _)| pair);
        let decided = confirmed.clone().map(|(vendor_key, _)| vendor_key);
        let is_taken = |_: &&(String, String)| set.psa_names == PsaNames::OneEach;
        let taken = confirmed.clone().filter(is_taken).map(|(_, psa_key)| psa_key);
        let is_elsewhere = |pair: &&(String, String)| !memory.same.contains_key(*pair);
        let elsewhere = set.known.same.keys().filter(is_elsewhere);
        Self {
            decided_vendor: decided
                .chain(memory.no_psa.keys())
                .filter_map(|key| space.vendor_idx(key))
                .collect(),
            settled_psa: memory
                .no_vendor
                .keys()
                .chain(taken)
                .filter_map(|key| space.psa_idx(key))
                .collect(),
            same: positions(&mut confirmed.into_iter()),
            unknown: positions(&mut memory.bundled.iter().chain(elsewhere)),
            different: positions(&mut memory.different.keys()),
        }
    }

    fn same(&self, pair: CandidatePair) -> Option<bool> {
        if self.unknown.contains(&pair) {
            return None;
        }
        if self.same.contains(&pair) {
            return Some(true);
        }
        let decided = self.different.contains(&pair)
            || self.decided_vendor.contains(&pair.vendor_idx)
            || self.settled_psa.contains(&pair.psa_idx);
        decided.then_some(false)
    }
}

/// One product goes by many names and appears in many sets: all of them go into one fold.
fn group(vendor: &Profile) -> String {
    let name = vendor.names.first().map_or(vendor.key.as_str(), |name| name.name.squeezed.as_str());
    vendor.catalogue().unwrap_or(name).to_owned()
}

/// FNV-1a, seeded: the same on every machine and in every version of Rust.
pub fn stable_hash(text: &str, seed: u64) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed;
    text.bytes()
        .fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The fold of each pair: groups in order of their hash, dealt out in turn so that folds are even.
pub(super) fn folds(labelled: &LabelledPairs, n_folds: usize) -> Vec<usize> {
    let groups: BTreeSet<u64> = labelled.group.iter().copied().collect();
    let fold_of: BTreeMap<u64, usize> =
        groups.into_iter().enumerate().map(|(idx, group)| (group, idx % n_folds)).collect();
    labelled.group.iter().map(|group| fold_of[group]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entity::Decided;
    use crate::pair_classifier::test_world::named;

    fn answers(psa_names: PsaNames, confirm: &[(&str, &str)]) -> (usize, usize) {
        let mut set = TrainingSet {
            vendor: named(&["Kingfisher Legal", "Kingfisher Legal Group", "Kingfisher Law"]).into(),
            psa: named(&["Kingfisher Legal", "Kingfisher Medical"]).into(),
            psa_names,
            ..TrainingSet::default()
        };
        let decided = Decided { by: "dana".to_owned(), on: None };
        for (vendor, psa) in confirm {
            set.memory.same.insert(((*vendor).to_owned(), (*psa).to_owned()), decided.clone());
        }
        let labelled =
            labelled_pairs_in(SeenWith::AsScored, EntityKind::Client, &[set], 1).as_scored();
        (labelled.n_same(), labelled.len() - labelled.n_same())
    }

    #[test]
    fn rivals_of_a_confirmed_psa_name_count_only_where_it_can_have_one_partner() {
        let confirmed = [("Kingfisher Legal", "Kingfisher Legal")];
        assert_eq!(answers(PsaNames::Shared, &confirmed), (1, 1));
        assert_eq!(answers(PsaNames::OneEach, &confirmed), (1, 3));
        assert_eq!(answers(PsaNames::OneEach, &[]), (0, 0));
    }

    #[test]
    fn two_confirmed_partners_are_the_same_whatever_is_configured() {
        let confirmed = [
            ("Kingfisher Legal", "Kingfisher Legal"),
            ("Kingfisher Legal Group", "Kingfisher Legal"),
        ];
        assert_eq!(answers(PsaNames::OneEach, &confirmed).0, 2);
    }
}
