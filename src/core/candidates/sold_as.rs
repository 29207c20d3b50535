//! Products of one side that are one product sold in several ways.

use std::collections::BTreeMap;

use super::Profile;

/// Products of one side that are one product sold in several ways, or under several codes, by the key of each:
/// the others.
pub type SoldAs = BTreeMap<String, Vec<String>>;

/// What stands under more codes is no product: it is what somebody wrote on every row.
const MOST_WAYS: usize = 40;

/// Finds them by their names.
pub fn sold_as(products: &[Profile]) -> SoldAs {
    let mut ways: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for profile in products {
        let Some(name) = profile.names.first().map(|first| &first.name) else { continue };
        let words = if name.catalogue.is_none() { &name.core[..] } else { &[] };
        let known = name.catalogue.map(|id| id.to_string());
        if known.is_some() || !words.is_empty() {
            let product = (known, words, &name.terms.audience, &name.terms.editions);
            ways.entry(product).or_default().push(&profile.key);
        }
    }
    let several = ways.into_values().filter(|keys| (2..=MOST_WAYS).contains(&keys.len()));
    let others = several.flat_map(|keys| {
        let of = |key: &str| -> (String, Vec<String>) {
            let others = keys.iter().filter(|one| **one != key);
            (key.to_owned(), others.map(|one| (*one).to_owned()).collect())
        };
        keys.iter().map(|key| of(key)).collect::<Vec<_>>()
    });
    others.collect()
}
