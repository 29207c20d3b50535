//! Looking for another partner: a few letters → the names of the other side that have them.

use std::collections::BTreeMap;

use super::queue::{Item, What};
use super::state::Asked;

/// Names offered at most.
const MOST: usize = 12;

/// A name of the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) key: String,
    pub(super) name: String,
}

/// The names on the other side of an item that have every word that was typed, those that begin with
/// it first, then in the order of the alphabet.
pub(super) fn partners(asked: &Asked, item: &Item, typed: &str) -> Vec<Found> {
    let What::Name { kind, side, .. } = &item.what else { return Vec::new() };
    let typed = typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    if words.is_empty() {
        return Vec::new();
    }
    let pairs = asked.run.suggestions.iter().filter(|pair| pair.kind == *kind);
    let names: BTreeMap<&str, &str> = pairs.map(|pair| pair.on(side.other())).collect();
    let mut found: Vec<(bool, String, Found)> = names
        .into_iter()
        .filter(|(key, _)| !key.is_empty())
        .filter_map(|(key, name)| {
            let folded = name.to_lowercase();
            let is_found = words.iter().all(|word| folded.contains(word))
                || key.to_lowercase().starts_with(&typed);
            let is_later = !folded.starts_with(words[0]);
            let found = Found { key: key.to_owned(), name: name.to_owned() };
            is_found.then_some((is_later, folded, found))
        })
        .collect();
    found.sort_by(|a, b| (a.0, &a.1, &a.2.key).cmp(&(b.0, &b.1, &b.2.key)));
    found.into_iter().take(MOST).map(|(.., found)| found).collect()
}
