//! Names that lists of the user's own give to products, beside the catalogue.

use std::collections::{BTreeMap, BTreeSet};

use super::text::{code_form, folded, words};
use crate::domain::Entity;

/// A product of a list and what else it goes by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedProduct {
    /// Its name.
    pub name: String,
    /// Its other names, string ids, part numbers and GUIDs, as written.
    pub aliases: BTreeSet<String>,
}

/// What lists of products say: which names and codes are one product. [`Default`] is no list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProductAliases {
    products: Vec<Listed>,
    /// Plain name or code → the products that go by it.
    by_alias: BTreeMap<String, BTreeSet<usize>>,
}

/// One product of the lists.
#[derive(Debug, Clone, PartialEq)]
struct Listed {
    /// The name it is listed under, the first in the alphabet where there are several.
    title: String,
    /// Its codes, as written.
    codes: BTreeSet<String>,
}

impl ProductAliases {
    /// Joins rows of one name, or of one GUID: products are renamed, and sold under several ids.
    pub fn new(listed: &[ListedProduct]) -> Self {
        let mut groups: BTreeMap<String, usize> = BTreeMap::new();
        let mut members: Vec<Vec<&ListedProduct>> = Vec::new();
        for product in listed {
            let keys = std::iter::once(plain(&product.name))
                .chain(product.aliases.iter().filter(|alias| is_guid(alias)).map(|one| plain(one)))
                .collect::<Vec<_>>();
            let known: BTreeSet<usize> =
                keys.iter().filter_map(|key| groups.get(key)).copied().collect();
            let group = known.first().copied().unwrap_or(members.len());
            if group == members.len() {
                members.push(Vec::new());
            }
            // A row that belongs to two groups makes them one.
            for other in known.iter().skip(1) {
                let moved = std::mem::take(&mut members[*other]);
                members[group].extend(moved);
                groups.values_mut().filter(|one| *one == other).for_each(|one| *one = group);
            }
            members[group].push(product);
            groups.extend(keys.into_iter().map(|key| (key, group)));
        }
        Self::of_groups(&members)
    }

    fn of_groups(groups: &[Vec<&ListedProduct>]) -> Self {
        let mut aliases = Self::default();
        for group in groups.iter().filter(|group| !group.is_empty()) {
            let product_idx = aliases.products.len();
            let names = group.iter().map(|product| product.name.clone());
            let all = group.iter().flat_map(|product| product.aliases.iter().cloned());
            let codes: BTreeSet<String> = all.clone().filter(|alias| is_code(alias)).collect();
            for alias in names.clone().chain(all).map(|alias| plain(&alias)) {
                aliases.by_alias.entry(alias).or_default().insert(product_idx);
            }
            let title = names.min().expect("a group has a product");
            aliases.products.push(Listed { title, codes });
        }
        aliases
    }

    /// Whether no list says anything.
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// How many products the lists name.
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Gives every product the lists know its listed name and its codes, behind its own. A name or
    /// code of two products says nothing.
    pub fn add_to(&self, products: &mut [Entity]) {
        if self.is_empty() {
            return;
        }
        for entity in products {
            let texts = entity.names.iter().chain(&entity.codes).chain([&entity.key]);
            let found: BTreeSet<usize> = texts.filter_map(|text| self.only(text)).collect();
            // A name of one product with the code of another is for a person to sort out.
            let [product_idx] = found.into_iter().collect::<Vec<_>>()[..] else { continue };
            let listed = &self.products[product_idx];
            if entity.names.iter().all(|name| plain(name) != plain(&listed.title)) {
                entity.names.push(listed.title.clone());
            }
            let missing: Vec<String> =
                listed.codes.iter().filter(|code| !entity.codes.contains(code)).cloned().collect();
            entity.codes.extend(missing);
        }
    }

    fn only(&self, text: &str) -> Option<usize> {
        let found = self.by_alias.get(&plain(text))?;
        found.first().copied().filter(|_| found.len() == 1)
    }
}

/// Words in lower case, joined; signs inside a code do not count.
fn plain(text: &str) -> String {
    words(&folded(text)).concat()
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// Whether an alias is a code rather than a name: no space, and a digit or an underscore in it.
fn is_code(text: &str) -> bool {
    let is_like_one = |c: char| c.is_ascii_digit() || c == '_';
    4 <= code_form(text).len() && !text.contains(' ') && text.contains(is_like_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, aliases: &[&str]) -> ListedProduct {
        let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        ListedProduct { name: name.to_owned(), aliases }
    }

    fn entity(name: &str) -> Entity {
        Entity {
            key: "7".to_owned(),
            names: vec![name.to_owned()],
            codes: Vec::new(),
            domains: Vec::new(),
            occurrences: Vec::new(),
        }
    }

    const GUID: &str = "0a1b2c3d-0000-4000-8000-0123456789ab";

    fn aliases() -> ProductAliases {
        ProductAliases::new(&[
            listed("Zeta Guard Plan 1", &["ZETA_P1", GUID]),
            listed("Zeta Shield Plan 1", &["ZETA_P1", GUID]),
            listed("Zeta Mail", &["ZETA_MAIL", "SHARED_1"]),
            listed("Zeta Post", &["ZETA_POST", "SHARED_1"]),
        ])
    }

    #[test]
    fn a_code_of_a_list_gets_its_name_and_a_name_its_codes() {
        let mut products = [entity("zeta_p1"), entity("Zeta Shield (Plan 1)"), entity("Other")];
        aliases().add_to(&mut products);
        assert_eq!(products[0].names, ["zeta_p1", "Zeta Guard Plan 1"]);
        assert_eq!(products[1].codes, [GUID, "ZETA_P1"]);
        assert_eq!(products[2], entity("Other"));
    }

    #[test]
    fn a_code_of_two_products_says_nothing() {
        let mut products = [entity("SHARED_1")];
        aliases().add_to(&mut products);
        assert_eq!(products[0], entity("SHARED_1"));
        assert_eq!(aliases().len(), 3, "a renamed product is one product");
    }
}
