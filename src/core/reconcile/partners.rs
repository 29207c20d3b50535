//! Who belongs to whom, as the assignment left it.

use std::collections::BTreeMap;

use super::bundle_readings::BundleReadings;
use super::own::OwnNames;
use crate::candidates::SoldAs;
use crate::domain::{Line, Probability, Side};

/// One accepted PSA partner of a vendor name.
#[derive(Debug, Clone, PartialEq)]
pub struct Partner {
    /// The PSA's key.
    pub psa: String,
    /// The PSA's name.
    pub psa_name: String,
    /// That they are one.
    pub probability: Probability,
    /// The vendor SKU is one part of that PSA product.
    pub bundled: bool,
}

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NameStanding {
    /// It has an accepted partner.
    Paired,
    /// A person is asked; the probability is that it truly has no partner.
    Waiting(Probability),
    /// No partner worth showing; the probability is that it truly has none.
    Alone(Probability),
    /// A person said that it has no partner, and that this is right.
    RightlyAlone,
}

/// The names of one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KindPartners {
    /// Accepted partners by vendor key, best first.
    pub psa_of: BTreeMap<String, Vec<Partner>>,
    /// Pairs a person is asked about, by vendor key and PSA key: that they are one.
    pub asked: BTreeMap<String, BTreeMap<String, Probability>>,
    /// Where each vendor key stands.
    pub vendor: BTreeMap<String, NameStanding>,
    /// Where each PSA key stands.
    pub psa: BTreeMap<String, NameStanding>,
    /// PSA products that are one product sold in several ways.
    pub sold_as: SoldAs,
    /// The vendor's that are.
    pub bought_as: SoldAs,
}

impl KindPartners {
    /// The accepted partners of a vendor key.
    pub fn partners(&self, vendor: &str) -> &[Partner] {
        self.psa_of.get(vendor).map_or(&[], Vec::as_slice)
    }

    /// The first of the vendor's keys that are one product with this one.
    pub(super) fn bought_first_as<'k>(&'k self, vendor: &'k str) -> &'k str {
        first_of(&self.bought_as, vendor)
    }

    /// The first of the PSA's keys that are one product with this one.
    pub(super) fn sold_first_as<'k>(&'k self, psa: &'k str) -> &'k str {
        first_of(&self.sold_as, psa)
    }

    /// Gives a product that is known as a part of a bundle alone the partner that it has under another of its
    /// codes: there it is sold by itself.
    pub fn share_partners(&mut self) {
        let whole = |vendor: &String| -> Vec<Partner> {
            let of = self.psa_of.get(vendor).into_iter().flatten();
            of.filter(|one| !one.bundled).cloned().collect()
        };
        let parts = self.psa_of.iter().filter(|(_, of)| of.iter().all(|one| one.bundled));
        let shared: Vec<(String, Vec<Partner>)> = parts
            .filter_map(|(vendor, _)| {
                let others = self.bought_as.get(vendor)?.iter();
                Some((vendor.clone(), others.map(whole).find(|of| !of.is_empty())?))
            })
            .collect();
        for (vendor, partners) in shared {
            self.psa_of.entry(vendor).or_default().extend(partners);
        }
    }

    /// Where a key stands; alone for one that was never seen.
    pub fn standing(&self, side: Side, key: &str) -> NameStanding {
        let standings = match side {
            Side::Vendor => &self.vendor,
            Side::Psa => &self.psa,
        };
        standings.get(key).copied().unwrap_or(NameStanding::Alone(Probability::CERTAIN))
    }
}

fn first_of<'k>(ways: &'k SoldAs, key: &'k str) -> &'k str {
    let others = ways.get(key).into_iter().flatten().map(String::as_str);
    others.chain([key]).min().unwrap_or(key)
}

/// The names of both kinds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Partners {
    /// Client names.
    pub clients: KindPartners,
    /// Product names.
    pub skus: KindPartners,
    /// Whether a bundle's seats count for a product that is sold alone as well.
    pub readings: BundleReadings,
    /// Names that are most likely the MSP's own.
    pub own: OwnNames,
}

/// What the two names of a line without a counterpart say together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum LineNames {
    /// Both have partners: the other side has no line for them.
    Paired,
    /// At least one waits for a person.
    Waiting(Probability),
    /// At least one has no partner.
    Alone(Probability),
    /// A person said that one of them has none.
    RightlyAlone,
}

impl Partners {
    /// What the two names of a line say together. The chance that there truly is no partner is the
    /// chance that the client has none or the product has none.
    pub(super) fn line_names(&self, line: &Line) -> LineNames {
        let client = self.clients.standing(line.key.side, &line.key.client.0);
        let sku = self.skus.standing(line.key.side, &line.key.sku.0);
        let none = |standing| match standing {
            NameStanding::Waiting(none) | NameStanding::Alone(none) => none,
            NameStanding::Paired | NameStanding::RightlyAlone => Probability::NEVER,
        };
        let either = none(client).opposite().and(none(sku).opposite()).opposite();
        match (client, sku) {
            (NameStanding::RightlyAlone, _) | (_, NameStanding::RightlyAlone) => {
                LineNames::RightlyAlone
            }
            (NameStanding::Paired, NameStanding::Paired) => LineNames::Paired,
            (NameStanding::Waiting(_), _) | (_, NameStanding::Waiting(_)) => {
                // While a person is asked about one of them, that there is no partner is no claim.
                LineNames::Waiting(either.at_most_a_question())
            }
            _ => LineNames::Alone(either),
        }
    }
}
