//! A client or a product as one side's exports know it: what the pair classifier matches.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::{ExportRow, Line, Side};

/// What is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntityKind {
    /// Who is charged and billed.
    Client,
    /// What is charged and billed.
    Sku,
}

impl EntityKind {
    /// The word in files: `client`, `sku`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Sku => "sku",
        }
    }
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A client or a product as one side knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// The side's id, else the name: unique on its side.
    pub key: String,
    /// The name as written, most recent first where it has changed. Never empty.
    pub names: Vec<String>,
    /// Product codes beside the key: part numbers, vendor SKUs. Empty for clients.
    pub codes: Vec<String>,
    /// Domains and tenants of a client. Empty for products.
    pub domains: Vec<String>,
    /// Where it occurs in the month: for a client its products, for a product its clients.
    pub occurrences: Vec<Occurrence>,
}

impl Entity {
    /// The name a person is shown.
    pub fn name(&self) -> &str {
        self.names.first().map_or(self.key.as_str(), String::as_str)
    }
}

/// One line an entity takes part in.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// The key, on the same side, of the other half of the line: the product of a client's line, the
    /// client of a product's line.
    pub with: String,
    /// Units bought or billed.
    pub quantity: f64,
    /// One unit for one month, in the line's currency, where known.
    pub unit: Option<f64>,
}

/// When and by whom a pair was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Who.
    pub by: String,
    /// The day, where the decision says when.
    pub on: Option<Date>,
}

/// What people decided about the pairs of one kind, by key. The latest decision on a pair counts.
///
/// A confirmed pair is law; a rejected one is never offered again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PairMemory {
    /// (vendor key, PSA key) that are the same, or a part of a bundle.
    pub same: BTreeMap<(String, String), Decided>,
    /// (vendor key, PSA key) that are not.
    pub different: BTreeMap<(String, String), Decided>,
    /// Vendor keys that rightly have no partner.
    pub no_psa: BTreeMap<String, Decided>,
    /// PSA keys that rightly have no partner.
    pub no_vendor: BTreeMap<String, Decided>,
    /// Those of `same` where the vendor SKU is one part of a PSA bundle.
    pub bundled: BTreeSet<(String, String)>,
    /// What follows for names of this month that were decided about under other ids.
    pub inherited: Inherited,
}

/// What decisions about a name say of the same name under another id: a new tenant, a second vendor, the
/// SKU of another term. What was decided about the id itself is not in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inherited {
    /// (vendor key, PSA key) that are the same.
    pub same: BTreeMap<(String, String), Followed>,
    /// (vendor key, PSA key) that no one but a person may accept.
    pub different: BTreeMap<(String, String), Followed>,
    /// Vendor keys that rightly have no partner.
    pub no_psa: BTreeMap<String, Followed>,
    /// PSA keys that rightly have no partner.
    pub no_vendor: BTreeMap<String, Followed>,
}

/// The decision that is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The vendor key it is about; empty where it is about a PSA name alone.
    pub vendor: String,
    /// The PSA key it is about; empty where it is about a vendor name alone.
    pub psa: String,
    /// Who said so, and when.
    pub decided: Decided,
}

impl PairMemory {
    /// The pairs that are one and the same; a part of a bundle is not, and may have a partner of its own.
    pub fn whole(&self) -> impl Iterator<Item = (&(String, String), &Decided)> + Clone {
        self.same.iter().filter(|(pair, _)| !self.bundled.contains(*pair))
    }

    /// Whether anything was decided.
    pub fn is_empty(&self) -> bool {
        self.same.is_empty()
            && self.different.is_empty()
            && self.no_psa.is_empty()
            && self.no_vendor.is_empty()
    }

    /// Whether a vendor name rightly has no partner, by its own id or another of the same name.
    pub fn has_no_psa(&self, vendor_key: &str) -> bool {
        self.no_psa.contains_key(vendor_key) || self.inherited.no_psa.contains_key(vendor_key)
    }

    /// Whether a PSA name rightly has no partner, likewise.
    pub fn has_no_vendor(&self, psa_key: &str) -> bool {
        self.no_vendor.contains_key(psa_key) || self.inherited.no_vendor.contains_key(psa_key)
    }

    /// Whether a pair that is the same is a product and a bundle it is part of.
    pub fn is_bundled(&self, pair: &(String, String)) -> bool {
        let followed = self.inherited.same.get(pair);
        self.bundled.contains(pair)
            || followed
                .is_some_and(|one| self.bundled.contains(&(one.vendor.clone(), one.psa.clone())))
    }
}

/// The clients or the products of one side, from the lines of a month; ordered by key. Lines whose
/// every row is excluded name entities too, and add no occurrence.
pub fn entities_of(
    kind: EntityKind,
    side: Side,
    rows: &[ExportRow],
    lines: &[Line],
) -> Vec<Entity> {
    let mut entities: BTreeMap<&str, Entity> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.key.side == side) {
        let (key, with) = match kind {
            EntityKind::Client => (&line.key.client.0, &line.key.sku.0),
            EntityKind::Sku => (&line.key.sku.0, &line.key.client.0),
        };
        let entity = entities.entry(key).or_insert_with(|| Entity {
            key: key.to_string(),
            names: Vec::new(),
            codes: Vec::new(),
            domains: Vec::new(),
            occurrences: Vec::new(),
        });
        for &row_idx in line.rows.iter().chain(&line.excluded_rows) {
            let row = &rows[row_idx];
            match kind {
                EntityKind::Client => {
                    add_once(&mut entity.names, &row.client_name);
                    row.client_domain
                        .iter()
                        .for_each(|domain| add_once(&mut entity.domains, domain));
                }
                EntityKind::Sku => {
                    add_once(&mut entity.names, &row.sku_name);
                    row.codes.iter().for_each(|code| add_once(&mut entity.codes, code));
                }
            }
        }
        if line.is_compared() {
            entity.occurrences.push(Occurrence {
                with: with.to_string(),
                quantity: line.quantity.to_f64(),
                unit: line.unit.and_then(|unit| unit.amount.to_f64()),
            });
        }
    }
    entities.into_values().collect()
}

fn add_once(texts: &mut Vec<String>, text: &str) {
    if !text.is_empty() && !texts.iter().any(|known| known == text) {
        texts.push(text.to_owned());
    }
}
