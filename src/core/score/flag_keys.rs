//! The keys of both sides behind a flag: its series carry one key for all of them.

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::anomaly::Flag;
use crate::decisions::{NameIndex, Names};
use crate::domain::EntityKind;
use crate::reconcile::{KindPartners, Partner, Partners};
use crate::run::FlagKeys;

/// What the vendor's keys without a partner begin with as keys of series.
const VENDOR: &str = "vendor ";

/// The key of a vendor's series: its partner's, for keys of two sides may be alike by chance.
pub(super) fn canonical_key(key: &str, partner: Option<&Partner>) -> String {
    partner.map_or_else(|| format!("{VENDOR}{key}"), |one| one.psa.clone())
}

/// The product that a vendor's product is; what it is but a part of does not count.
pub(super) fn whole_partner<'a>(sku: &str, partners: &'a Partners) -> Option<&'a Partner> {
    whole(partners.skus.partners(sku))
}

fn whole(partners: &[Partner]) -> Option<&Partner> {
    partners.iter().find(|partner| !partner.bundled)
}

/// The way back from the keys of series.
pub(super) struct KeysOfSeries<'a> {
    clients: OfKind<'a>,
    skus: OfKind<'a>,
}

impl<'a> KeysOfSeries<'a> {
    /// The way back to the keys of these names, by these accepted pairs.
    pub(super) fn new(partners: &'a Partners, names: &'a Names) -> Self {
        let of_kind = |kind, of: &'a KindPartners, chosen: fn(&[Partner]) -> Option<&Partner>| {
            let mut vendors: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (vendor, partners) in &of.psa_of {
                if let Some(partner) = chosen(partners) {
                    vendors.entry(&partner.psa).or_default().push(vendor);
                }
            }
            OfKind { vendors, psa: names.of_kind(kind).1 }
        };
        Self {
            clients: of_kind(EntityKind::Client, &partners.clients, <[Partner]>::first),
            skus: of_kind(EntityKind::Sku, &partners.skus, whole),
        }
    }

    /// The keys of what a flag is about.
    pub(super) fn of(&self, flag: &Flag) -> FlagKeys {
        let (vendor_clients, psa_clients) = self.clients.keys(&flag.client);
        let (vendor_skus, psa_skus) = self.skus.keys(&flag.sku);
        FlagKeys { vendor_clients, vendor_skus, psa_clients, psa_skus }
    }
}

/// The keys of one kind.
struct OfKind<'a> {
    /// PSA key → the vendor's keys whose series carry it.
    vendors: BTreeMap<&'a str, Vec<&'a str>>,
    psa: &'a NameIndex,
}

impl OfKind<'_> {
    /// The vendor's and the PSA's keys of a series' key; none of either where the key is empty.
    fn keys(&self, canonical: &str) -> (Vec<String>, Vec<String>) {
        if canonical.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let vendors = self.vendors.get(canonical);
        let is_psa = vendors.is_some() || self.psa.name(canonical).is_some();
        match canonical.strip_prefix(VENDOR) {
            Some(vendor) if !is_psa => (vec![vendor.to_owned()], Vec::new()),
            _ => {
                let vendors = vendors.into_iter().flatten().map(|&vendor| vendor.to_owned());
                (vendors.collect(), vec![canonical.to_owned()])
            }
        }
    }
}

/// The keys of the series of a vendor's line: the PSA's where its names have a partner.
pub(super) fn canonical_keys(
    client: &str,
    sku: &str,
    partners: &Partners,
) -> (CompactString, CompactString) {
    let clients = partners.clients.partners(client);
    let key = |key, partner| canonical_key(key, partner).into();
    (key(client, clients.first()), key(sku, whole_partner(sku, partners)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Probability;

    fn partner(psa: &str, bundled: bool) -> Partner {
        Partner {
            psa: psa.to_owned(),
            psa_name: "Acme".to_owned(),
            probability: Probability::CERTAIN,
            bundled,
        }
    }

    #[test]
    fn the_keys_of_a_series_lead_back_to_every_key_that_carries_it() {
        let mut partners = Partners::default();
        for (vendor, psa) in [("v1", "19"), ("v2", "19"), ("v3", "20")] {
            partners.clients.psa_of.insert(vendor.to_owned(), vec![partner(psa, false)]);
        }
        partners.skus.psa_of.insert("part".to_owned(), vec![partner("BUNDLE", true)]);
        let mut names = Names::default();
        for key in ["19", "20", "21", "vendor of record"] {
            names.psa_clients.add(key, "Acme");
        }
        let keys = KeysOfSeries::new(&partners, &names);
        let found = |canonical: &str| keys.clients.keys(canonical);
        let texts = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect::<Vec<_>>();
        assert_eq!(found("19"), (texts(&["v1", "v2"]), texts(&["19"])));
        assert_eq!(found("21"), (texts(&[]), texts(&["21"])));
        assert_eq!(found(&canonical_key("v4", None)), (texts(&["v4"]), texts(&[])));
        assert_eq!(found("vendor of record"), (texts(&[]), texts(&["vendor of record"])));
        assert_eq!(found(""), (texts(&[]), texts(&[])), "every client");
        let sku = canonical_key("part", whole_partner("part", &partners));
        assert_eq!(keys.skus.keys(&sku), (texts(&["part"]), texts(&[])), "a part is no whole");
    }
}
