//! Decided names under other ids: a new tenant, a second vendor, the SKU of another term.
//!
//! What a person said of a name holds for the same name of the same side. Two companies may bear one
//! name, so nothing is inherited where a name could be more than one of those that were decided about,
//! or where the decided partner has an undecided namesake of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::decisions::NameIndex;
use crate::domain::entity::{Decided, Followed};
use crate::domain::{Entity, EntityKind, Inherited, PairMemory};
use crate::normalise::{LegalForm, client_name, folded, words_of};

/// The names of one side: as ever written, and those that are here.
#[derive(Clone, Copy)]
pub struct SideNames<'a> {
    /// Every name a key was ever written as.
    pub known: &'a NameIndex,
    /// This month's names.
    pub here: &'a [Entity],
}

/// What the decisions say of names of this month that were decided about under other ids.
pub fn inherited<'a>(
    kind: EntityKind,
    memory: &'a PairMemory,
    vendor: SideNames<'a>,
    psa: SideNames<'a>,
) -> Inherited {
    let vendor_of: fn(&(String, String)) -> &String = |pair| &pair.0;
    let psa_of: fn(&(String, String)) -> &String = |pair| &pair.1;
    let keys = |side: fn(&(String, String)) -> &String, alone: &'a BTreeMap<String, Decided>| {
        let decided = memory.same.keys().map(side).chain(alone.keys());
        let rejected = memory.different.keys().map(side);
        (decided.map(String::as_str).collect(), rejected.map(String::as_str).collect())
    };
    let month = Month {
        memory,
        vendor: Namesakes::new(kind, vendor, keys(vendor_of, &memory.no_psa)),
        psa: Namesakes::new(kind, psa, keys(psa_of, &memory.no_vendor)),
    };
    let mut inherited = Inherited { different: month.different(), ..Inherited::default() };
    month.add_partners(&mut inherited);
    month.add_lonely_psa(&mut inherited);
    inherited
}

/// When two written names are one name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Sameness {
    words: Vec<String>,
    legal_form: Option<LegalForm>,
    /// Places and ids written beside the name.
    apart: BTreeSet<String>,
}

impl Sameness {
    /// Of a name; `None` where nothing but signs was written. A product's name counts whole: its term
    /// and its edition are part of it.
    fn of(kind: EntityKind, written: &str) -> Option<Self> {
        let sameness = match kind {
            EntityKind::Sku => {
                let words = words_of(&folded(written));
                Self { words, legal_form: None, apart: BTreeSet::new() }
            }
            EntityKind::Client => {
                let name = client_name(written);
                let places = name.places.iter().map(|place| (*place).to_owned());
                let apart = places.chain(name.codes).collect();
                Self { words: name.core, legal_form: name.legal_form, apart }
            }
        };
        (!sameness.words.is_empty()).then_some(sameness)
    }
}

/// The keys of one side that bear one name.
struct Namesakes<'a> {
    here: BTreeSet<&'a str>,
    /// Keys that have a partner, or rightly none, by a decision of their own.
    decided: BTreeSet<&'a str>,
    /// By key, here or decided about: its names.
    names: BTreeMap<&'a str, BTreeSet<Sameness>>,
    /// The keys that bear a name.
    bearers: BTreeMap<Sameness, BTreeSet<&'a str>>,
}

impl<'a> Namesakes<'a> {
    fn new(
        kind: EntityKind,
        side: SideNames<'a>,
        (decided, rejected): (BTreeSet<&'a str>, BTreeSet<&'a str>),
    ) -> Self {
        let here: BTreeSet<&str> = side.here.iter().map(|entity| entity.key.as_str()).collect();
        let about: BTreeSet<&str> = decided.union(&rejected).copied().collect();
        let mut namesakes =
            Self { here, decided, names: BTreeMap::new(), bearers: BTreeMap::new() };
        let looking: Vec<&'a Entity> =
            side.here.iter().filter(|one| !namesakes.decided.contains(one.key.as_str())).collect();
        // Nobody is looked for: the usual month of a book that was reviewed.
        if looking.is_empty() {
            return namesakes;
        }
        for entity in looking {
            let names = entity.names.iter().chain(side.known.names(&entity.key));
            namesakes.learn(kind, &entity.key, names);
        }
        for key in about {
            let names = side.known.names(key);
            // A key nobody has seen in an export is a name as somebody wrote it.
            let own = names.is_empty().then(|| key.to_owned());
            namesakes.learn(kind, key, names.iter().chain(&own));
        }
        namesakes
    }

    fn learn<'n>(
        &mut self,
        kind: EntityKind,
        key: &'a str,
        written: impl Iterator<Item = &'n String>,
    ) {
        let written: BTreeSet<&String> = written.collect();
        for sameness in written.into_iter().filter_map(|name| Sameness::of(kind, name)) {
            self.bearers.entry(sameness.clone()).or_default().insert(key);
            self.names.entry(key).or_default().insert(sameness);
        }
    }

    /// The other keys with a name of this one.
    fn others(&self, key: &str) -> BTreeSet<&'a str> {
        let names = self.names.get(key).into_iter().flatten();
        let bearers = names.filter_map(|name| self.bearers.get(name)).flatten();
        bearers.copied().filter(|other| *other != key).collect()
    }

    /// Those of them that are here and look for a partner.
    fn looking(&self, key: &str) -> BTreeSet<&'a str> {
        let mut others = self.others(key);
        others.retain(|other| self.here.contains(other) && !self.decided.contains(other));
        others
    }

    /// What a decided key is this month: itself, else the names here that took its place.
    fn now(&self, key: &'a str) -> BTreeSet<&'a str> {
        if self.here.contains(key) { BTreeSet::from([key]) } else { self.looking(key) }
    }
}

/// By vendor key: the PSA keys it was decided to be, and who said so.
type Partners<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a Decided)>>;

struct Month<'a> {
    memory: &'a PairMemory,
    vendor: Namesakes<'a>,
    psa: Namesakes<'a>,
}

/// A decision of one side's key, as its namesakes see it.
#[derive(PartialEq)]
enum Answer<'a> {
    Partners(BTreeSet<&'a str>),
    Nobody,
}

impl<'a> Month<'a> {
    /// The pairs that no one but a person may accept.
    fn different(&self) -> BTreeMap<(String, String), Followed> {
        let mut different = BTreeMap::new();
        for ((vendor, psa), decided) in &self.memory.different {
            let mut vendors = self.vendor.looking(vendor);
            vendors.insert(vendor);
            for vendor_key in vendors {
                for psa_key in self.psa.now(psa) {
                    let pair = (vendor_key.to_owned(), psa_key.to_owned());
                    let is_direct = self.memory.different.contains_key(&pair)
                        || self.memory.same.contains_key(&pair);
                    if !is_direct {
                        different.entry(pair).or_insert_with(|| followed(vendor, psa, decided));
                    }
                }
            }
        }
        different
    }

    /// The partners of vendor names, or that they rightly have none.
    fn add_partners(&self, inherited: &mut Inherited) {
        let mut partners = Partners::new();
        for ((vendor, psa), decided) in &self.memory.same {
            partners.entry(vendor).or_default().push((psa, decided));
        }
        for &key in self.vendor.here.iter().filter(|key| !self.memory.no_psa.contains_key(**key)) {
            let answers = self.answers(key, &partners);
            let Some((source, answer)) = answers.first() else { continue };
            // Two companies of one name: which of them this one is, a person says.
            if answers.iter().any(|(_, other)| other != answer) {
                continue;
            }
            match answer {
                Answer::Nobody => {
                    let decided = &self.memory.no_psa[*source];
                    inherited.no_psa.insert(key.to_owned(), followed(source, "", decided));
                }
                Answer::Partners(now) => {
                    self.follow(key, source, now, &partners[source], inherited);
                }
            }
        }
    }

    /// What was decided of a vendor key, where its partner goes by another id now; else what was decided
    /// of each of its namesakes. Nothing of a key whose own partner is here.
    fn answers(&self, key: &'a str, partners: &Partners<'a>) -> Vec<(&'a str, Answer<'a>)> {
        let own = partners.get(key);
        let sources = match own {
            Some(own) if own.iter().any(|(psa, _)| self.psa.here.contains(psa)) => BTreeSet::new(),
            Some(_) => BTreeSet::from([key]),
            None => self.vendor.others(key),
        };
        let answer = |source: &'a str| {
            if self.memory.no_psa.contains_key(source) {
                return Some((source, Answer::Nobody));
            }
            let decided = partners.get(source)?.iter();
            let now = decided.filter_map(|(psa, _)| self.partner_now(key, source, psa));
            Some((source, Answer::Partners(now.collect())))
        };
        sources.into_iter().filter_map(answer).collect()
    }

    fn follow(
        &self,
        key: &str,
        source: &str,
        now: &BTreeSet<&str>,
        decided: &[(&'a str, &'a Decided)],
        inherited: &mut Inherited,
    ) {
        for (psa, by) in decided {
            for psa_key in self.psa.now(psa).intersection(now) {
                let pair = (key.to_owned(), (*psa_key).to_owned());
                let is_open = !self.memory.no_vendor.contains_key(*psa_key)
                    && !self.memory.different.contains_key(&pair)
                    && !inherited.different.contains_key(&pair);
                if is_open {
                    inherited.same.insert(pair, followed(source, psa, by));
                }
            }
        }
    }

    /// The PSA name that a decided partner is this month; none where it may be one of several.
    fn partner_now(&self, key: &str, source: &str, psa: &'a str) -> Option<&'a str> {
        if self.psa.here.contains(psa) {
            // Beside the one that was decided, a second client of that name may be a second one's.
            let beside = key != source && self.vendor.here.contains(source);
            return (!beside || self.psa.looking(psa).is_empty()).then_some(psa);
        }
        let mut now = self.psa.looking(psa).into_iter();
        let only = now.next().filter(|_| now.next().is_none())?;
        let mut rivals = self.vendor.looking(source);
        rivals.remove(key);
        rivals.is_empty().then_some(only)
    }

    /// PSA names that rightly have no partner.
    fn add_lonely_psa(&self, inherited: &mut Inherited) {
        for (source, decided) in &self.memory.no_vendor {
            for key in self.psa.looking(source) {
                let others = self.psa.others(key);
                let is_one = others.iter().all(|other| {
                    !self.psa.decided.contains(other) || self.memory.no_vendor.contains_key(*other)
                });
                let is_taken = inherited.same.keys().any(|(_, psa)| psa == key);
                if is_one && !is_taken {
                    let followed = followed("", source, decided);
                    inherited.no_vendor.entry(key.to_owned()).or_insert(followed);
                }
            }
        }
    }
}

fn followed(vendor: &str, psa: &str, decided: &Decided) -> Followed {
    Followed { vendor: vendor.to_owned(), psa: psa.to_owned(), decided: decided.clone() }
}

#[cfg(test)]
mod tests;
