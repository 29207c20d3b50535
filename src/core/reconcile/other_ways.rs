//! Lines of one product sold in another way: bought by the year and billed by the month.
//!
//! The seats are the same seats. Which way they are sold in is a price, and no difference.

use std::collections::{BTreeMap, BTreeSet};

use super::groups::{PsaAt, Sides};
use super::partners::Partners;
use super::roots::Roots;
use crate::domain::Quantity;

/// What lines that belong together buy and bill.
#[derive(Default)]
struct Units {
    bought: Quantity,
    billed: Quantity,
}

impl Units {
    /// Whether nothing but the other's lack explains this surplus, or the other way round: one of the two has
    /// lines on one side alone, and each has what the other lacks.
    fn completes(&self, other: &Self) -> bool {
        let is_one_sided = |one: &Self| one.bought.is_positive() != one.billed.is_positive();
        let lacks_bills = |one: &Self| (one.bought - one.billed).is_positive();
        let lacks_goods = |one: &Self| (one.billed - one.bought).is_positive();
        (is_one_sided(self) || is_one_sided(other))
            && (lacks_bills(self) && lacks_goods(other) || lacks_goods(self) && lacks_bills(other))
    }
}

/// Joins what a client buys of a product, and is not billed as that, with what it is billed of the product
/// sold in another way, and does not buy as that.
pub(super) fn join(sides: &Sides<'_>, psa_at: &PsaAt<'_>, roots: &mut Roots, partners: &Partners) {
    if partners.skus.sold_as.is_empty() {
        return;
    }
    let n_vendor = sides.vendor.len();
    let in_bundles: BTreeSet<usize> =
        sides.leads.iter().flat_map(|lead| lead.bundles.iter().copied()).collect();
    let mut units: BTreeMap<usize, Units> = BTreeMap::new();
    for (vendor_idx, line) in sides.vendor.iter().enumerate() {
        let own = units.entry(roots.of(vendor_idx)).or_default();
        own.bought = own.bought + line.quantity;
        let bundles = sides.leads[vendor_idx].bundles.iter();
        own.billed = own.billed + bundles.map(|&idx| sides.psa[idx].quantity).sum();
    }
    for (psa_idx, line) in sides.psa.iter().enumerate().filter(|(_, line)| line.is_compared()) {
        let own = units.entry(roots.of(n_vendor + psa_idx)).or_default();
        own.billed = own.billed + line.quantity;
    }
    for (vendor_idx, lead) in sides.leads.iter().enumerate() {
        let Some(((client, sku), _)) = lead.target.as_ref().filter(|_| !lead.is_part) else {
            continue;
        };
        for sibling in partners.skus.sold_as.get(sku).into_iter().flatten() {
            let there = psa_at.get(&(client.as_str(), sibling.as_str())).into_iter().flatten();
            for &psa_idx in there.filter(|idx| !in_bundles.contains(idx)) {
                let (one, other) = (roots.of(vendor_idx), roots.of(n_vendor + psa_idx));
                let (Some(own), Some(others)) = (units.get(&one), units.get(&other)) else {
                    continue;
                };
                if one == other || !own.completes(others) {
                    continue;
                }
                let joined = Units {
                    bought: own.bought + others.bought,
                    billed: own.billed + others.billed,
                };
                roots.join(one, other);
                units.insert(roots.of(one), joined);
            }
        }
    }
}
