//! The lines that belong to a line by its names, whether or not this month has them.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use crate::domain::{ClientKey, LineKey, Side, SkuKey};
use crate::reconcile::{Compared, KindPartners, Partners};

/// Accepted partners, in both directions.
pub(super) struct Counterparts {
    clients: BothWays,
    skus: BothWays,
}

/// (side, key) → the keys of its partners on the other side.
type BothWays = BTreeMap<(Side, CompactString), BTreeSet<CompactString>>;

impl Counterparts {
    /// Those of accepted pairs.
    pub(super) fn new(partners: &Partners) -> Self {
        Self { clients: both_ways(&partners.clients), skus: both_ways(&partners.skus) }
    }

    /// The lines of a group, and those their names lead to on the other side; each once, in order.
    pub(super) fn keys(&self, compared: &Compared<'_>) -> Vec<LineKey> {
        let mut keys: BTreeSet<LineKey> = BTreeSet::new();
        for line in compared.group.vendor.iter().chain(&compared.group.psa) {
            keys.extend(self.of(&line.key));
            keys.insert(line.key.clone());
        }
        keys.into_iter().collect()
    }

    /// The lines that a line's names lead to on the other side.
    pub(super) fn of(&self, key: &LineKey) -> Vec<LineKey> {
        fn partners<'m>(
            map: &'m BothWays,
            key: &LineKey,
            name: &CompactString,
        ) -> impl Iterator<Item = &'m CompactString> + Clone {
            map.get(&(key.side, name.clone())).into_iter().flatten()
        }
        let skus = partners(&self.skus, key, &key.sku.0);
        let clients = partners(&self.clients, key, &key.client.0);
        let other = |client: &CompactString, sku: &CompactString| LineKey {
            side: key.side.other(),
            client: ClientKey(client.clone()),
            sku: SkuKey(sku.clone()),
            currency: key.currency,
        };
        clients.flat_map(|client| skus.clone().map(move |sku| other(client, sku))).collect()
    }
}

fn both_ways(partners: &KindPartners) -> BothWays {
    let mut both = BothWays::new();
    for (vendor, partners) in &partners.psa_of {
        for partner in partners {
            let (vendor, psa): (CompactString, CompactString) =
                (vendor.into(), (&partner.psa).into());
            both.entry((Side::Psa, psa.clone())).or_default().insert(vendor.clone());
            both.entry((Side::Vendor, vendor.clone())).or_default().insert(psa);
        }
    }
    both
}
