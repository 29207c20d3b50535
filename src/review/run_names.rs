//! The keys and names of a run's clients and products.

use std::collections::{BTreeMap, BTreeSet};

use seatdrift_core::decisions::Names;
use seatdrift_core::domain::{EntityKind, Side};
use seatdrift_core::run::{FlagKeys, FlagLine, NamePair, Run};

/// The keys of a flag that has its names alone: those of every name written so, and of their partners.
pub(super) fn keys_by_name(run: &Run, flag: &FlagLine) -> FlagKeys {
    let of_kind = |kind: EntityKind, name: &str| -> [Vec<String>; 2] {
        let mut keys = [Side::Vendor, Side::Psa].map(|_| BTreeSet::from([name.to_owned()]));
        for pair in run.suggestions.iter().filter(|pair| pair.kind == kind) {
            let is_meant = |side: Side| pair.on(side).1 == name;
            let is_either = is_meant(Side::Vendor) || is_meant(Side::Psa);
            for (keys, side) in keys.iter_mut().zip([Side::Vendor, Side::Psa]) {
                if is_meant(side) || (is_either && pair.status.is_accepted()) {
                    keys.insert(pair.on(side).0.to_owned());
                }
            }
        }
        keys.map(|keys| keys.into_iter().filter(|key| !key.is_empty()).collect())
    };
    let [vendor_clients, psa_clients] = of_kind(EntityKind::Client, &flag.client);
    let [vendor_skus, psa_skus] = of_kind(EntityKind::Sku, &flag.sku);
    FlagKeys { vendor_clients, vendor_skus, psa_clients, psa_skus }
}

/// The PSA's key of each of the vendor's clients that has one.
pub(super) fn client_partners(run: &Run) -> BTreeMap<&str, &str> {
    let is_client = |pair: &&NamePair| pair.kind == EntityKind::Client && pair.status.is_accepted();
    let is_pair = |pair: &&NamePair| !pair.vendor_id.is_empty() && !pair.psa_id.is_empty();
    let pairs = run.suggestions.iter().filter(is_client).filter(is_pair);
    pairs.map(|pair| (pair.vendor_id.as_str(), pair.psa_id.as_str())).collect()
}

/// The keys and names of a run's clients and products.
pub(super) fn names(run: &Run) -> Names {
    let mut names = Names::default();
    for pair in &run.suggestions {
        let (vendor, psa) = match pair.kind {
            EntityKind::Client => (&mut names.vendor_clients, &mut names.psa_clients),
            EntityKind::Sku => (&mut names.vendor_skus, &mut names.psa_skus),
        };
        for (index, (key, name)) in [(vendor, pair.on(Side::Vendor)), (psa, pair.on(Side::Psa))] {
            if !key.is_empty() {
                index.add(key, name);
            }
        }
    }
    names
}
