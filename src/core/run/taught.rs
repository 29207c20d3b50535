//! What people taught between two scorings of one month, as it turned out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::waiting::waiting_names;
use super::{LearnedWords, NamePair, Run, numbers};
use crate::assignment::Status;
use crate::domain::{EntityKind, Side};

/// Words that are spelled out; the others are counted.
const MOST_WORDS: usize = 6;

/// What a month's names gained by answers given since it was last scored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Taught {
    /// Words that answers say are one, and were not known to be.
    pub words: Vec<TaughtWords>,
    /// Clients and products that are accepted without a person and were not.
    pub accepted: [usize; 2],
    /// Names that were asked about and are not any more, beside those that were answered themselves.
    pub spared: usize,
}

/// Words of the vendor that are words of the PSA, and what that settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaughtWords {
    /// Of clients or of products.
    pub kind: EntityKind,
    /// The vendor's words.
    pub vendor: String,
    /// The PSA's words.
    pub psa: String,
    /// Pairs that are accepted now and would not be without them.
    pub settled: usize,
}

impl Taught {
    /// What was taught between two runs of a month.
    pub fn between(before: &Run, after: &Run) -> Self {
        let accepted_before: BTreeSet<&str> = accepted(before).map(|pair| &pair.id[..]).collect();
        let is_new = |pair: &&NamePair| {
            pair.status == Status::Auto && !accepted_before.contains(pair.id.as_str())
        };
        let new: Vec<&NamePair> = accepted(after).filter(is_new).collect();
        let mut settled: BTreeMap<(EntityKind, &LearnedWords), usize> = BTreeMap::new();
        for pair in &new {
            if let Some(words) = &pair.rests_on {
                *settled.entry((pair.kind, words)).or_default() += 1;
            }
        }
        let known: BTreeSet<_> = before.aliases.iter().map(words_of).collect();
        let taught = after.aliases.iter().filter(|alias| !known.contains(&words_of(alias)));
        let words = taught.map(|alias| {
            let (kind, vendor, psa) = words_of(alias);
            let words = LearnedWords { vendor: vendor.to_owned(), psa: psa.to_owned() };
            let settled = settled.get(&(kind, &words)).copied().unwrap_or_default();
            TaughtWords { kind, vendor: words.vendor, psa: words.psa, settled }
        });
        let mut words: Vec<TaughtWords> = words.collect();
        words.sort_by_key(|one| std::cmp::Reverse(one.settled));
        let n_new = |kind: EntityKind| new.iter().filter(|pair| pair.kind == kind).count();
        Self {
            words,
            accepted: [n_new(EntityKind::Client), n_new(EntityKind::Sku)],
            spared: spared(before, after),
        }
    }

    /// In plain words; nothing where nothing was taught.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if !self.words.is_empty() {
            let counted = numbers::counted(self.words.len(), "word", "words");
            let told = self.words.iter().take(MOST_WORDS).map(TaughtWords::words);
            let told = told.collect::<Vec<_>>().join("; ");
            let n_more = self.words.len().saturating_sub(MOST_WORDS);
            let more = if n_more == 0 { String::new() } else { format!("; and {n_more} more") };
            sentences.push(format!("You taught {counted}: {told}{more}."));
        }
        let [clients, products] = self.accepted;
        let parts = [(clients, "client", "clients"), (products, "product", "products")];
        let parts = parts.into_iter().filter(|(n, ..)| 0 < *n);
        let parts: Vec<String> =
            parts.map(|(n, one, many)| numbers::counted(n, one, many)).collect();
        if !parts.is_empty() {
            let are = if clients + products == 1 { "is" } else { "are" };
            sentences.push(format!(
                "{} {are} accepted now without being asked about.",
                parts.join(" and ")
            ));
        }
        if 0 < self.spared {
            let names = numbers::counted(self.spared, "name needs", "names need");
            sentences.push(format!("{names} no answer any more, beside those you answered."));
        }
        sentences
    }
}

impl TaughtWords {
    fn words(&self) -> String {
        let Self { kind, vendor, psa, settled } = self;
        let what = match kind {
            EntityKind::Client => numbers::counted(*settled, "client", "clients"),
            EntityKind::Sku => numbers::counted(*settled, "product", "products"),
        };
        let settled = if *settled == 0 { String::new() } else { format!(" and settled {what}") };
        format!("“{vendor}” is “{psa}”{settled}")
    }
}

fn accepted(run: &Run) -> impl Iterator<Item = &NamePair> {
    let is_pair = |pair: &&NamePair| {
        pair.status.is_accepted() && !pair.vendor_id.is_empty() && !pair.psa_id.is_empty()
    };
    run.suggestions.iter().filter(is_pair)
}

fn words_of(alias: &super::AliasLine) -> (EntityKind, &str, &str) {
    (alias.kind, &alias.vendor_words, &alias.psa_words)
}

/// Names that waited and do not, though nobody decided about them.
fn spared(before: &Run, after: &Run) -> usize {
    let names = |run: &Run| -> BTreeSet<(EntityKind, Side, String)> {
        let key = |pair: &NamePair, side| (pair.kind, side, pair.key_or_name(side).to_owned());
        let waiting = waiting_names(run);
        waiting.iter().map(|name| key(name.candidates[0], name.side)).collect()
    };
    let known = after.suggestions.iter().filter(|pair| pair.status == Status::Known);
    let decided: BTreeSet<(EntityKind, Side, String)> = known
        .flat_map(|pair| {
            [Side::Vendor, Side::Psa].map(|side| (pair.kind, side, pair.on(side).0.to_owned()))
        })
        .collect();
    let waits = names(after);
    names(before).iter().filter(|name| !waits.contains(*name) && !decided.contains(*name)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{AliasLine, specimen};

    fn pair(id: &str, status: Status) -> NamePair {
        NamePair {
            id: id.to_owned(),
            kind: EntityKind::Client,
            vendor_id: format!("v{id}"),
            psa_id: format!("p{id}"),
            status,
            ..specimen::october().suggestions[0].clone()
        }
    }

    fn run(pairs: Vec<NamePair>) -> Run {
        Run { suggestions: pairs, aliases: Vec::new(), ..specimen::quiet() }
    }

    #[test]
    fn what_was_taught_is_counted_by_what_became_of_it() {
        let before = run(vec![
            pair("1", Status::Review),
            pair("2", Status::Review),
            pair("3", Status::Review),
            pair("4", Status::Auto),
            pair("5", Status::Review),
        ]);
        let words = LearnedWords { vendor: "vh".to_owned(), psa: "veterinary hospital".to_owned() };
        let mut after = run(vec![
            pair("1", Status::Known),
            NamePair { rests_on: Some(words), ..pair("2", Status::Auto) },
            pair("3", Status::Auto),
            pair("4", Status::Auto),
            pair("5", Status::Review),
        ]);
        let alias = |vendor: &str, psa: &str| AliasLine {
            kind: EntityKind::Client,
            vendor_words: vendor.to_owned(),
            psa_words: psa.to_owned(),
            confirmed: 1,
            rejected: 0,
            example: Default::default(),
        };
        after.aliases = vec![alias("grp", "group"), alias("vh", "veterinary hospital")];
        let taught = Taught::between(&before, &after);
        assert_eq!((taught.accepted, taught.spared), ([2, 0], 2));
        insta::assert_snapshot!(taught.sentences().join("\n"), @r"
        You taught 2 words: “vh” is “veterinary hospital” and settled 1 client; “grp” is “group”.
        2 clients are accepted now without being asked about.
        2 names need no answer any more, beside those you answered.
        ");
        assert_eq!(Taught::between(&after, &after).sentences(), Vec::<String>::new());
    }
}
