//! The products MSPs usually resell, found by name, former name, abbreviation or code.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::catalogue_table::PRODUCTS;
use super::product::{commerce_id, core_words};
use super::text::code_form;

/// A product of the catalogue: a short stable id, such as `m365-business-premium`.
pub type CatalogueId = &'static str;

/// One product: its id, its present name, its codes, and the other names it goes by.
pub(super) struct Product {
    pub id: CatalogueId,
    pub title: &'static str,
    /// Microsoft string ids and GUIDs as written, commerce ids and distributor codes.
    pub codes: &'static [&'static str],
    /// Former names and abbreviations.
    pub names: &'static [&'static str],
}

struct Catalogue {
    by_code: BTreeMap<String, CatalogueId>,
    by_words: BTreeMap<Vec<String>, CatalogueId>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut catalogue = Catalogue { by_code: BTreeMap::new(), by_words: BTreeMap::new() };
    for product in PRODUCTS {
        for code in product.codes {
            catalogue.by_code.insert(code.to_uppercase(), product.id);
        }
        for name in std::iter::once(&product.title).chain(product.names) {
            catalogue.by_words.insert(word_set(&core_words(name)), product.id);
        }
    }
    catalogue
});

/// The product a code stands for. The code must be the whole text, apart from a commerce id, which
/// may stand anywhere in it.
pub(super) fn by_code(text: &str) -> Option<CatalogueId> {
    let codes = &CATALOGUE.by_code;
    let whole = text.trim().to_uppercase();
    if let Some(id) = codes.get(&whole) {
        return Some(id);
    }
    if let Some(id) = commerce_id(&whole) {
        // Without a SKU id the product id alone is a family, and only some families have one SKU.
        return codes.get(&id).or_else(|| codes.get(&id[..12])).copied();
    }
    let squeezed = code_form(&whole);
    (whole.contains('-') && whole.contains(|c: char| c.is_ascii_digit()))
        .then(|| codes.iter().find(|(code, _)| code_form(code) == squeezed).map(|(_, id)| *id))
        .flatten()
}

/// Whether a text is, as a whole, the code of a product.
pub(super) fn is_code(text: &str) -> bool {
    CATALOGUE.by_code.contains_key(&text.trim().to_uppercase())
}

/// The product whose words, in any order, are exactly these.
pub(super) fn by_words(core: &[String]) -> Option<CatalogueId> {
    CATALOGUE.by_words.get(&word_set(core)).copied()
}

/// The present name of a product of the catalogue.
pub fn catalogue_title(id: CatalogueId) -> &'static str {
    PRODUCTS.iter().find(|product| product.id == id).map_or(id, |product| product.title)
}

fn word_set(words: &[String]) -> Vec<String> {
    let mut set = words.to_vec();
    set.sort();
    set.dedup();
    set
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_name_or_code_stands_for_two_products() {
        let mut ids = BTreeSet::new();
        let mut seen: BTreeMap<String, CatalogueId> = BTreeMap::new();
        for product in PRODUCTS {
            assert!(ids.insert(product.id), "{} is listed twice", product.id);
            let codes = product.codes.iter().map(|code| code.to_uppercase());
            let names = std::iter::once(&product.title)
                .chain(product.names)
                .map(|name| word_set(&core_words(name)).join(" "));
            for spelling in codes.chain(names) {
                assert_ne!(spelling, "", "{} has an empty name", product.id);
                let other = *seen.entry(spelling.clone()).or_insert(product.id);
                assert_eq!(other, product.id, "{spelling}");
            }
        }
    }
}
