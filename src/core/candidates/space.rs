//! Both sides' names in one space: how rare each word and letter group is among all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use super::CandidatePair;
use super::aliases::{LearnedAliases, reworded};
use super::rarity::Rarities;
use super::settled::Settled;
use crate::domain::{Entity, EntityKind};
use crate::normalise::{
    CatalogueId, ComparableName, WordKind, client_name, client_names, code_form, domain_stem,
    folded, product_name, trades_of,
};

/// Every name of both sides, ready to be compared.
pub struct NameSpace {
    /// What is compared.
    pub kind: EntityKind,
    /// Vendor names, in the order of their list.
    pub vendor: Vec<Profile>,
    /// PSA names, in the order of their list.
    pub psa: Vec<Profile>,
    /// What decided pairs teach about words.
    pub aliases: LearnedAliases,
    /// Vendor names as the PSA would write them, by position, where the aliases say how.
    pub(super) reworded: Vec<(usize, Profile)>,
    /// The names that look for nobody.
    pub(super) settled: Settled,
    /// The pairs that are alike by name, looked for once.
    pub(super) near: OnceLock<Vec<CandidatePair>>,
    vendor_by_key: BTreeMap<String, usize>,
    psa_by_key: BTreeMap<String, usize>,
}

/// One entity as it is compared.
pub struct Profile {
    /// The side's key.
    pub key: String,
    /// Its names, most recent first, then the names inside them (`dba`, `Parent:Child`).
    pub names: Vec<NameProfile>,
    /// Telling parts of its domains and tenants.
    pub domains: BTreeSet<String>,
    /// Its codes and ids, in [`code_form`].
    pub codes: BTreeSet<String>,
}

impl Profile {
    /// Whether both are registered somewhere, and not in one place: two banks of one name.
    pub fn is_registered_elsewhere_than(&self, other: &Self) -> bool {
        let (Some(one), Some(other)) = (self.names.first(), other.names.first()) else {
            return false;
        };
        let (one, other) = (&one.name.places, &other.name.places);
        !one.is_empty() && !other.is_empty() && one.is_disjoint(other)
    }

    /// Whether both names tell what the company does, and not the same: a dentist and a lawyer.
    pub fn is_of_another_trade_than(&self, other: &Self) -> bool {
        let (Some(one), Some(other)) = (self.names.first(), other.names.first()) else {
            return false;
        };
        let (one, other) = (trades_of(&one.name.core), trades_of(&other.name.core));
        !one.is_empty() && !other.is_empty() && one.is_disjoint(&other)
    }

    /// Whether both are known products, and not the same or not sold to the same.
    pub fn is_other_product_than(&self, other: &Self) -> bool {
        let (Some(one), Some(other)) = (self.names.first(), other.names.first()) else {
            return false;
        };
        let (one, other) = (&one.name, &other.name);
        one.catalogue.is_some()
            && other.catalogue.is_some()
            && (one.catalogue != other.catalogue || one.terms.audience != other.terms.audience)
    }

    /// Whether two products of one side are one product sold in two ways: two terms, two price years.
    pub fn is_one_product_with(&self, other: &Self) -> bool {
        let (Some(one), Some(other)) = (self.names.first(), other.names.first()) else {
            return false;
        };
        let (one, other) = (&one.name, &other.name);
        let same_words = match (one.catalogue, other.catalogue) {
            (Some(product), Some(other_product)) => product == other_product,
            (None, None) => !one.core.is_empty() && one.core == other.core,
            _ => false,
        };
        same_words
            && one.terms.audience == other.terms.audience
            && one.terms.editions == other.terms.editions
    }
}

/// One name with the weight of its words and letter groups.
pub struct NameProfile {
    /// The forms it is compared in.
    pub name: ComparableName,
    /// Its words, each once, ordered by the word.
    pub tokens: Vec<WeighedWord>,
    /// Groups of two to four letters, of length 1.
    pub grams: SparseVector,
    /// Words, of length 1.
    pub words: SparseVector,
}

/// A word and how rare it is: 0 everywhere, 1 nowhere else.
#[derive(Debug, Clone, PartialEq)]
pub struct WeighedWord {
    /// The word.
    pub word: String,
    /// Its rarity, in `0.0..=1.0`.
    pub rarity: f64,
    /// How many companies of the world may be called by it.
    pub kind: WordKind,
}

/// (term, weight), ordered by term.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SparseVector(pub Vec<(u32, f32)>);

impl SparseVector {
    /// The cosine of two vectors of length 1.
    pub fn cosine(&self, other: &Self) -> f64 {
        let (left, right) = (self.0.as_slice(), other.0.as_slice());
        let (mut left_idx, mut right_idx) = (0, 0);
        let mut sum = 0.0_f32;
        while left_idx < left.len() && right_idx < right.len() {
            let ((l_term, l_weight), (r_term, r_weight)) = (left[left_idx], right[right_idx]);
            if l_term == r_term {
                sum += l_weight * r_weight;
            }
            left_idx += usize::from(l_term <= r_term);
            right_idx += usize::from(r_term <= l_term);
        }
        f64::from(sum).clamp(0.0, 1.0)
    }
}

impl Profile {
    /// A name known by nothing but its words.
    pub fn of_name(name: Option<NameProfile>) -> Self {
        let codes = name.iter().flat_map(|one| one.name.codes.iter().cloned()).collect();
        let names = name.into_iter().collect();
        Self { key: String::new(), names, domains: BTreeSet::new(), codes }
    }

    /// The known product it is, by its first name that is one.
    pub fn catalogue(&self) -> Option<CatalogueId> {
        self.names.iter().find_map(|name| name.name.catalogue)
    }
}

/// A name keeps at most this many forms, so that one odd name cannot slow a run down.
const MOST_NAMES: usize = 5;

/// Words so common in company names that a short list of clients must not take them for rare.
pub(super) const COMMON: &[&str] = &[
    "group",
    "services",
    "solutions",
    "company",
    "associates",
    "partners",
    "holdings",
    "international",
    "systems",
    "technology",
    "consulting",
    "management",
    "enterprises",
    "industries",
    "properties",
    "center",
    "medical",
    "dental",
    "health",
    "healthcare",
    "clinic",
    "care",
    "law",
    "legal",
    "firm",
    "office",
    "offices",
    "construction",
    "builders",
    "insurance",
    "financial",
    "bank",
    "capital",
    "investments",
    "accounting",
    "cpa",
    "cpas",
    "tax",
    "engineering",
    "manufacturing",
    "products",
    "supply",
    "equipment",
    "logistics",
    "transportation",
    "design",
    "studio",
    "studios",
    "media",
    "marketing",
    "real",
    "estate",
    "realty",
    "foundation",
    "school",
    "academy",
    "church",
    "city",
    "county",
    "town",
    "of",
    "national",
    "american",
    "first",
    "united",
    "global",
    "general",
    "new",
    "north",
    "south",
    "east",
    "west",
    "st",
    "mt",
    "family",
    "home",
    "electric",
    "plumbing",
    "restaurant",
    "auto",
    "brothers",
    "and",
    "the",
    "business",
    "microsoft",
    "m365",
    "premium",
    "standard",
    "basic",
    "online",
    "managed",
    "cloud",
    "security",
    "backup",
    "protection",
    "enterprise",
    "p1",
    "p2",
    "email",
    "advanced",
    "pro",
    "server",
    "endpoint",
];

/// The most a common word may weigh.
pub(super) const COMMON_RARITY: f64 = 0.4;

impl NameSpace {
    /// Brings both sides into one space. Keys and positions stay those of the lists.
    pub fn new(kind: EntityKind, vendor: &[Entity], psa: &[Entity]) -> Self {
        Self::knowing(LearnedAliases::default(), kind, vendor, psa)
    }

    /// [`NameSpace::new`], with what decided pairs teach about words.
    pub fn knowing(
        aliases: LearnedAliases,
        kind: EntityKind,
        vendor: &[Entity],
        psa: &[Entity],
    ) -> Self {
        let names = |side: &[Entity]| -> Vec<Vec<ComparableName>> {
            side.par_iter().map(|entity| comparable_names(kind, entity)).collect()
        };
        let (vendor_names, psa_names) = (names(vendor), names(psa));
        let rarities = Rarities::of(vendor.len() + psa.len(), |idx, words| {
            let names = vendor_names.get(idx).unwrap_or_else(|| &psa_names[idx - vendor.len()]);
            words.extend(names.iter().flat_map(|name| &name.core).map(String::as_str));
        });
        let profiles = |side: &[Entity], names: Vec<Vec<ComparableName>>| -> Vec<Profile> {
            side.par_iter()
                .zip(names)
                .map(|(entity, names)| profile(kind, entity, names, &rarities))
                .collect()
        };
        let by_key = |side: &[Entity]| {
            side.iter().enumerate().map(|(idx, entity)| (entity.key.clone(), idx)).collect()
        };
        let vendor_profiles = profiles(vendor, vendor_names);
        Self {
            kind,
            reworded: reworded(&aliases, &vendor_profiles, &rarities),
            settled: Settled::default(),
            near: OnceLock::new(),
            aliases,
            vendor: vendor_profiles,
            psa: profiles(psa, psa_names),
            vendor_by_key: by_key(vendor),
            psa_by_key: by_key(psa),
        }
    }

    /// A space of names known by nothing but their words: no keys, no codes, no domains.
    pub fn of_names(kind: EntityKind, vendor: Vec<Profile>, psa: Vec<Profile>) -> Self {
        let (vendor_by_key, psa_by_key) = (BTreeMap::new(), BTreeMap::new());
        let (aliases, reworded) = (LearnedAliases::default(), Vec::new());
        let (settled, near) = (Settled::default(), OnceLock::new());
        Self { kind, vendor, psa, aliases, reworded, settled, near, vendor_by_key, psa_by_key }
    }

    /// The position of a vendor key.
    pub fn vendor_idx(&self, key: &str) -> Option<usize> {
        self.vendor_by_key.get(key).copied()
    }

    /// The position of a PSA key.
    pub fn psa_idx(&self, key: &str) -> Option<usize> {
        self.psa_by_key.get(key).copied()
    }
}

/// Letters of a name that are compared: what somebody pasted behind them says nothing, and comparing
/// takes time with the square of their number.
const MOST_LETTERS: usize = 1_000;

/// The letters of a name that are compared.
pub(super) fn beginning(name: &str) -> &str {
    name.char_indices().nth(MOST_LETTERS).map_or(name, |(end, _)| &name[..end])
}

fn comparable_names(kind: EntityKind, entity: &Entity) -> Vec<ComparableName> {
    let mut names: Vec<ComparableName> = match kind {
        EntityKind::Client => {
            entity.names.iter().flat_map(|name| client_names(beginning(name))).collect()
        }
        EntityKind::Sku => {
            let mut codes = entity.codes.clone();
            codes.push(entity.key.clone());
            entity.names.iter().map(|name| product_name(beginning(name), &codes)).collect()
        }
    };
    // An entity known by nothing but its domain is compared by it.
    if kind == EntityKind::Client && names.iter().all(|name| name.core.is_empty()) {
        names.extend(entity.domains.iter().map(|domain| client_name(domain)));
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| !name.core.is_empty() && seen.insert(name.core.clone()));
    names.truncate(MOST_NAMES);
    names
}

fn profile(
    kind: EntityKind,
    entity: &Entity,
    names: Vec<ComparableName>,
    rarities: &Rarities,
) -> Profile {
    let mut codes: BTreeSet<String> =
        names.iter().flat_map(|name| name.codes.iter().cloned()).collect();
    if kind == EntityKind::Sku && entity.names.iter().all(|name| *name != entity.key) {
        let code = code_form(&entity.key);
        // A short key is a row number of the export, not a code two systems share.
        codes.extend((5 <= code.len()).then_some(code));
    }
    Profile {
        key: entity.key.clone(),
        domains: entity
            .domains
            .iter()
            .filter_map(|domain| domain_stem(&folded(domain)))
            .map(|stem| stem.replace('-', ""))
            .collect(),
        codes,
        names: names.into_iter().map(|name| rarities.weighed(name)).collect(),
    }
}
