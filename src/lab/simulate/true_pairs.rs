//! Which names are the same, by the sides' keys.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{psa_client_key, psa_sku_key, vendor_client_key, vendor_sku_key};
use super::reviewer::{client_relation, offer_relation};
use super::truth::{Relation, TruePair};
use super::world::World;

/// Which clients are the same, by the keys of every month.
pub(super) fn client_pairs(world: &World<'_>) -> Vec<TruePair> {
    let mut pairs = BTreeSet::new();
    for line in &world.lines {
        let client = &world.clients[line.client_idx];
        let relation = client_relation(client);
        for month_idx in (0..world.months.len()).filter(|&idx| line.is_written(idx)) {
            let psa = client.psa.as_ref();
            let psa = psa.map(|psa| psa_client_key(world.recipe, psa, month_idx));
            let psa = psa.unwrap_or_default();
            if client.accounts.is_empty() {
                pairs.insert(TruePair { vendor: String::new(), psa: psa.clone(), relation });
            }
            for account in &client.accounts {
                let vendor = vendor_client_key(world.recipe, account, month_idx);
                pairs.insert(TruePair { vendor, psa: psa.clone(), relation });
            }
        }
    }
    pairs.into_iter().collect()
}

/// Which products are the same, or a part of one.
pub(super) fn sku_pairs(world: &World<'_>) -> Vec<TruePair> {
    let codes = codes_in_use(world);
    let seat = world.seat().and_then(|seat| seat.psa.as_ref());
    let mut pairs = BTreeSet::new();
    for line in &world.lines {
        let offer = &world.offers[line.offer_idx];
        let relation = offer_relation(offer);
        let key = |code: &usize| {
            offer.psa_of(*code).map(|psa| psa_sku_key(world.recipe, psa)).unwrap_or_default()
        };
        let all: Vec<String> = codes[&line.offer_idx].iter().map(key).collect();
        // A line that the vendor's books lack for want of the client says nothing of the product.
        if line.parts.is_empty() && relation == Relation::None {
            let alone =
                |psa: &String| TruePair { vendor: String::new(), psa: psa.clone(), relation };
            pairs.extend(all.iter().map(alone));
        }
        for part in &line.parts {
            let vendor = vendor_sku_key(world.recipe, &offer.vendor[part.sku_idx]);
            let of = |psa: &String| TruePair { vendor: vendor.clone(), psa: psa.clone(), relation };
            pairs.extend(all.iter().map(of));
            if let (Some(seat), false) = (seat, line.in_seats.is_empty()) {
                let psa = psa_sku_key(world.recipe, seat);
                pairs.insert(TruePair { vendor, psa, relation: Relation::Bundle });
            }
        }
    }
    pairs.into_iter().collect()
}

/// The PSA codes that each offer is billed under, by its position.
fn codes_in_use(world: &World<'_>) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut codes: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for line in &world.lines {
        let billed = line.additions.iter().flatten().map(|addition| addition.code);
        codes.entry(line.offer_idx).or_default().extend(billed.chain([line.code]));
    }
    codes
}
