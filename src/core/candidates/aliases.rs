//! What decided pairs teach about words: at this MSP "ind" of the vendor is "industries" of the PSA.
//!
//! Words that both names of a confirmed pair have say nothing new. Those left over on one side stand for
//! those left over on the other; what two confirmed pairs of different names agree on is an alias, and
//! so is what one says, where the words show it themselves ("bus" of "business", "bp" of "business
//! premium"). A rejected pair with the same words left over speaks against it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rayon::prelude::*;

use super::rarity::Rarities;
use super::space::{NameProfile, Profile, beginning};
use crate::domain::{EntityKind, PairMemory};
use crate::normalise::{ComparableName, client_name, product_name};

/// Words of the vendor's names that stand for words of the PSA's, as decided pairs have it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LearnedAliases {
    /// Ordered by the vendor's words, then the PSA's.
    all: Vec<LearnedAlias>,
    /// The vendor's first word → positions in `all`.
    by_word: BTreeMap<String, Vec<usize>>,
}

/// Words of the vendor's names, and what they are in the PSA's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LearnedAlias {
    /// The vendor's words, in the order of the names they were first seen in.
    pub vendor: Vec<String>,
    /// The PSA's words.
    pub psa: Vec<String>,
    /// Whether the words show by themselves that they may stand for one another.
    pub is_abbreviation: bool,
    /// The confirmed pairs, by key, that have it.
    pub confirmed: BTreeSet<(String, String)>,
    /// The rejected pairs, by key, that have it.
    pub rejected: BTreeSet<(String, String)>,
    /// How many names confirm and how many reject it.
    n_voices: (usize, usize),
}

/// An alias says at most so many words at once.
const LONGEST: usize = 3;

/// Confirmed pairs that teach an alias whose words show nothing by themselves.
const FEWEST_CONFIRMED: usize = 2;

/// A decided pair and its names.
struct NamedPair<'a> {
    pair: &'a (String, String),
    vendor: &'a str,
    psa: &'a str,
}

/// Names in the form they are compared in. Most stand in many pairs.
struct Forms<'a>(BTreeMap<&'a str, ComparableName>);

/// Words of the vendor, words of the PSA, and whether one is short for the other.
type LeftOver = (Vec<String>, Vec<String>, bool);

/// Words of both sides → what was decided of them.
type Found = BTreeMap<(Vec<String>, Vec<String>), LearnedAlias>;

impl<'a> Forms<'a> {
    fn of<'p>(kind: EntityKind, pairs: impl Iterator<Item = &'p NamedPair<'a>>) -> Self
    where
        'a: 'p,
    {
        let names: BTreeSet<&str> = pairs.flat_map(|pair| [pair.vendor, pair.psa]).collect();
        let comparable = |name: &str| match kind {
            EntityKind::Client => client_name(beginning(name)),
            EntityKind::Sku => product_name(beginning(name), &[]),
        };
        let forms = names.into_par_iter().map(|name| (name, comparable(name)));
        Self(forms.collect::<Vec<_>>().into_iter().collect())
    }

    fn left_over(&self, pairs: &[NamedPair<'a>]) -> Vec<(&'a (String, String), Vec<LeftOver>)> {
        let words =
            |pair: &NamedPair<'a>| (pair.pair, left_over(&self.0[pair.vendor], &self.0[pair.psa]));
        pairs.par_iter().map(words).collect()
    }
}

/// The aliases found, less those that say a part of what another says.
fn whole(mut found: Found) -> Vec<LearnedAlias> {
    for alias in found.values_mut() {
        alias.n_voices = (n_voices(alias.confirmed.iter()), n_voices(alias.rejected.iter()));
    }
    // Aliases that rest on the same pairs rest on the same first pair.
    let mut by_first_pair: BTreeMap<&(String, String), Vec<&LearnedAlias>> = BTreeMap::new();
    for alias in found.values() {
        if let Some(pair) = alias.confirmed.first() {
            by_first_pair.entry(pair).or_default().push(alias);
        }
    }
    let is_whole = |alias: &&LearnedAlias| {
        let beside = alias.confirmed.first().and_then(|pair| by_first_pair.get(pair));
        beside.is_some_and(|beside| !alias.is_part_of_any(beside.iter().copied()))
    };
    found.values().filter(is_whole).cloned().collect()
}

impl LearnedAliases {
    /// What the decisions about pairs of a kind teach. `vendor_name` and `psa_name` give the name of a
    /// key; pairs without both names, and parts of bundles, teach nothing.
    pub fn of<'a>(
        kind: EntityKind,
        memory: &'a PairMemory,
        vendor_name: impl Fn(&str) -> Option<&'a str>,
        psa_name: impl Fn(&str) -> Option<&'a str>,
    ) -> Self {
        let named = |pair: &'a (String, String)| {
            Some(NamedPair { pair, vendor: vendor_name(&pair.0)?, psa: psa_name(&pair.1)? })
        };
        let confirmed: Vec<NamedPair<'_>> =
            memory.whole().filter_map(|(pair, _)| named(pair)).collect();
        let rejected: Vec<NamedPair<'_>> = memory.different.keys().filter_map(named).collect();
        let forms = Forms::of(kind, confirmed.iter().chain(&rejected));
        let mut found = Found::new();
        for (pair, words) in forms.left_over(&confirmed) {
            for (vendor, psa, is_abbreviation) in words {
                let words = (vendor.clone(), psa.clone());
                let alias = found.entry(words).or_insert_with(|| LearnedAlias {
                    vendor,
                    psa,
                    is_abbreviation,
                    ..LearnedAlias::default()
                });
                alias.confirmed.insert(pair.clone());
            }
        }
        for (pair, words) in forms.left_over(&rejected) {
            for (vendor, psa, _) in words {
                // What nobody confirmed needs no speaking against.
                if let Some(alias) = found.get_mut(&(vendor, psa)) {
                    alias.rejected.insert(pair.clone());
                }
            }
        }
        let all = whole(found);
        let mut by_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (idx, alias) in all.iter().enumerate() {
            by_word.entry(alias.vendor[0].clone()).or_default().push(idx);
        }
        Self { all, by_word }
    }

    /// Whether nothing was learned.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The aliases that count for names nobody decided, ordered by the vendor's words.
    pub fn in_force(&self) -> impl Iterator<Item = &LearnedAlias> {
        self.all.iter().filter(|alias| 0.0 < alias.trust("", ""))
    }

    /// The aliases whose vendor words begin with a word.
    pub fn beginning_with<'a>(
        &'a self,
        word: &str,
    ) -> impl Iterator<Item = &'a LearnedAlias> + use<'a> {
        self.by_word.get(word).into_iter().flatten().map(|&idx| &self.all[idx])
    }
}

impl LearnedAlias {
    /// How far the alias is believed for a pair of keys, in `0.0..1.0`. What was decided about either
    /// of the two names does not count: else a model would learn from its own answers.
    pub fn trust(&self, vendor_key: &str, psa_key: &str) -> f64 {
        let (n_confirmed, n_rejected) = (
            n_of_others(&self.confirmed, self.n_voices.0, vendor_key, psa_key),
            n_of_others(&self.rejected, self.n_voices.1, vendor_key, psa_key),
        );
        let needed = if self.is_abbreviation { 1 } else { FEWEST_CONFIRMED };
        if n_confirmed < needed || n_confirmed <= n_rejected {
            return 0.0;
        }
        // Laplace's rule; what the words show by themselves counts as one pair more.
        let confirmed = (n_confirmed + usize::from(self.is_abbreviation)) as f64;
        confirmed / (confirmed + (2 * n_rejected + 1) as f64)
    }

    /// Whether a longer alias holds these words and rests on the same pairs.
    fn is_part_of_any<'a>(&self, mut others: impl Iterator<Item = &'a Self>) -> bool {
        others.any(|other| {
            self.vendor.len() < other.vendor.len()
                && self.confirmed == other.confirmed
                && self.vendor.iter().all(|word| other.vendor.contains(word))
                && self.psa.iter().all(|word| other.psa.contains(word))
        })
    }

    /// Confirmed pairs that have it, but those of these keys.
    pub fn n_confirmed(&self, vendor_key: &str, psa_key: &str) -> usize {
        n_of_others(&self.confirmed, self.n_voices.0, vendor_key, psa_key)
    }
}

/// How many names say so: two terms of one product are one voice.
fn n_voices<'a>(pairs: impl Iterator<Item = &'a (String, String)> + Clone) -> usize {
    let vendors: BTreeSet<&str> = pairs.clone().map(|(vendor, _)| vendor.as_str()).collect();
    let psas: BTreeSet<&str> = pairs.map(|(_, psa)| psa.as_str()).collect();
    vendors.len().min(psas.len())
}

/// How many of `n_all` names say so, but these. Most names that are asked about say nothing yet.
fn n_of_others(
    pairs: &BTreeSet<(String, String)>,
    n_all: usize,
    vendor_key: &str,
    psa_key: &str,
) -> usize {
    let is_own = |(vendor, psa): &&(String, String)| vendor == vendor_key || psa == psa_key;
    if pairs.iter().any(|pair| is_own(&pair)) {
        n_voices(pairs.iter().filter(|pair| !is_own(pair)))
    } else {
        n_all
    }
}

/// The words two names do not share, put side by side: words of the vendor, words of the PSA, and
/// whether one is short for the other.
fn left_over(vendor: &ComparableName, psa: &ComparableName) -> Vec<LeftOver> {
    let without = |one: &ComparableName, other: &ComparableName| -> Vec<String> {
        one.core.iter().filter(|word| !other.core.contains(word)).cloned().collect()
    };
    let (mut left, mut right) = (without(vendor, psa), without(psa, vendor));
    let mut found = Vec::new();
    while let Some((l, r)) = abbreviation(&left, &right) {
        let (vendor, psa): (Vec<String>, Vec<String>) =
            (left.drain(l).collect(), right.drain(r).collect());
        found.push((vendor, psa, true));
    }
    let fits = |words: &[String]| (1..=LONGEST).contains(&words.len());
    if fits(&left) && fits(&right) {
        if 1 < left.len() && left.len() == right.len() {
            let words = left.iter().zip(&right);
            found.extend(words.map(|(l, r)| (vec![l.clone()], vec![r.clone()], false)));
        }
        found.push((left, right, false));
    }
    found
}

/// The first words of one side that are short for words of the other: the initials of several, else the
/// beginning of one or its letters in order.
fn abbreviation(left: &[String], right: &[String]) -> Option<(Range<usize>, Range<usize>)> {
    let places = || (0..left.len()).flat_map(|l| (0..right.len()).map(move |r| (l, r)));
    let initials = |(l, r): (usize, usize)| {
        let (n_left, n_right) = (left[l].chars().count(), right[r].chars().count());
        if is_initials(&left[l], &right[r..]) {
            return Some((l..l + 1, r..r + n_left));
        }
        is_initials(&right[r], &left[l..]).then(|| (l..l + n_right, r..r + 1))
    };
    let short = |(l, r): (usize, usize)| {
        let is_short = is_short_for(&left[l], &right[r]) || is_short_for(&right[r], &left[l]);
        is_short.then(|| (l..l + 1, r..r + 1))
    };
    places().find_map(initials).or_else(|| places().find_map(short))
}

/// Whether a word is the beginning of a longer one, or its letters in order.
fn is_short_for(short: &str, long: &str) -> bool {
    if short.chars().count() < 2 || long.chars().count() < short.chars().count() + 2 {
        return false;
    }
    let mut rest = long.chars();
    let starts_alike = short.chars().next() == long.chars().next();
    starts_alike && short.chars().all(|wanted| rest.any(|letter| letter == wanted))
}

/// Whether a word of two or three letters is the initials of the first words given.
fn is_initials(word: &str, words: &[String]) -> bool {
    let n_letters = word.chars().count();
    (2..=LONGEST).contains(&n_letters)
        && n_letters <= words.len()
        && word.chars().zip(words).all(|(letter, word)| word.starts_with(letter))
}

/// The vendor names that hold words with an alias, with the PSA's words in their place.
pub(super) fn reworded(
    aliases: &LearnedAliases,
    vendor: &[Profile],
    rarities: &Rarities,
) -> Vec<(usize, Profile)> {
    if aliases.is_empty() {
        return Vec::new();
    }
    let reworded = |name: &NameProfile| {
        let mut core = name.name.core.clone();
        for alias in name.name.core.iter().flat_map(|word| aliases.beginning_with(word)) {
            let is_known = alias.psa.iter().all(|word| rarities.knows(word));
            let place = core.windows(alias.vendor.len()).position(|words| words == alias.vendor);
            if let (true, Some(place)) = (is_known && 0.0 < alias.trust("", ""), place) {
                core.splice(place..place + alias.vendor.len(), alias.psa.iter().cloned());
            }
        }
        (core != name.name.core).then(|| {
            let squeezed = core.concat();
            rarities.weighed(ComparableName { core, squeezed, ..name.name.clone() })
        })
    };
    let profile = |(idx, profile): (usize, &Profile)| {
        let name = profile.names.iter().find_map(reworded)?;
        Some((idx, Profile::of_name(Some(name))))
    };
    vendor.iter().enumerate().filter_map(profile).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entity::Decided;

    /// What these pairs teach; a name is its own key.
    fn taught(
        kind: EntityKind,
        same: &[(&str, &str)],
        different: &[(&str, &str)],
    ) -> LearnedAliases {
        let owned = |(vendor, psa): &(&str, &str)| ((*vendor).to_owned(), (*psa).to_owned());
        let memory = PairMemory {
            same: same
                .iter()
                .map(|pair| (owned(pair), Decided { by: String::new(), on: None }))
                .collect(),
            different: different
                .iter()
                .map(|pair| (owned(pair), Decided { by: String::new(), on: None }))
                .collect(),
            ..PairMemory::default()
        };
        let names: BTreeMap<String, &str> = same
            .iter()
            .chain(different)
            .flat_map(|(vendor, psa)| {
                [(*vendor).to_owned(), (*psa).to_owned()].into_iter().zip([*vendor, *psa])
            })
            .collect();
        LearnedAliases::of(
            kind,
            &memory,
            |key| names.get(key).copied(),
            |key| names.get(key).copied(),
        )
    }

    fn words(aliases: &LearnedAliases) -> Vec<String> {
        let said = |one: &LearnedAlias| format!("{} = {}", one.vendor.join(" "), one.psa.join(" "));
        aliases.in_force().map(said).collect()
    }

    #[test]
    fn two_confirmed_pairs_teach_that_one_word_is_another() {
        let once = taught(EntityKind::Client, &[("Wayne Enterprises", "Wayne Works")], &[]);
        assert!(words(&once).is_empty());
        let twice = [("Wayne Enterprises", "Wayne Works"), ("Stark Enterprises", "Stark Works")];
        assert_eq!(words(&taught(EntityKind::Client, &twice, &[])), ["enterprises = works"]);
    }

    #[test]
    fn an_abbreviation_is_learned_from_one_pair() {
        let initials = [("Contoso Patch Care", "Contoso PC")];
        assert_eq!(words(&taught(EntityKind::Sku, &initials, &[])), ["patch care = pc"]);
        let beginning = [("Zephyr Workstation Watch", "Zephyr Work Watch")];
        assert_eq!(words(&taught(EntityKind::Sku, &beginning, &[])), ["workstation = work"]);
    }

    #[test]
    fn rejected_pairs_take_an_alias_back() {
        let same = [("Wayne Enterprises", "Wayne Works"), ("Stark Enterprises", "Stark Works")];
        let different =
            [("Oscorp Enterprises", "Oscorp Works"), ("Acme Enterprises", "Acme Works")];
        assert!(words(&taught(EntityKind::Client, &same, &different)).is_empty());
    }

    #[test]
    fn a_pair_does_not_prove_itself() {
        let same = [("Wayne Enterprises", "Wayne Works"), ("Stark Enterprises", "Stark Works")];
        let aliases = taught(EntityKind::Client, &same, &[]);
        let alias = aliases.in_force().next().unwrap();
        assert!(0.0 < alias.trust("Acme Enterprises", "Acme Works"));
        assert_eq!(alias.trust("Wayne Enterprises", "Wayne Works"), 0.0);
        assert_eq!(alias.trust("Wayne Enterprises", "Acme Works"), 0.0);
        assert_eq!(alias.trust("Acme Enterprises", "Stark Works"), 0.0);
    }

    #[test]
    fn two_terms_of_one_product_are_one_voice() {
        let same =
            [("Zephyr Shield Monthly", "Care Watch"), ("Zephyr Shield Annual", "Care Watch")];
        assert!(words(&taught(EntityKind::Sku, &same, &[])).is_empty());
    }

    #[test]
    fn more_confirmed_pairs_are_believed_more() {
        let same: Vec<(String, String)> = (0..9)
            .map(|idx| (format!("Firm{idx} Enterprises"), format!("Firm{idx} Works")))
            .collect();
        let trust = |n: usize| {
            let same: Vec<(&str, &str)> =
                same[..n].iter().map(|(one, other)| (one.as_str(), other.as_str())).collect();
            let aliases = taught(EntityKind::Client, &same, &[]);
            aliases.in_force().next().map_or(0.0, |alias| alias.trust("", ""))
        };
        assert!(trust(2) < trust(4) && trust(4) < trust(9) && trust(9) < 1.0);
    }
}
