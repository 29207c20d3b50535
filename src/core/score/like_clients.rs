//! Clients without a partner on either side whose lines are alike: one question about the name, instead of
//! everything of one that is not billed and everything of the other that is not bought.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{MatchedNames, MonthInputs};
use crate::decisions::{Names, pair_memory};
use crate::domain::{EntityKind, Line, Probability, Side};
use crate::reconcile::{NameStanding, PairProposal};

/// The first step of the evidence.
const LINES_ALIKE: &str = "lines_alike";
/// Less likely pairs are not offered as an answer.
const OFFER_FROM: f64 = 0.3;
/// Lines alone never make it surer than this.
const SUREST: f64 = 0.9;
/// What a product counts that both have, with about as many units, and with any: seats differ, as they may.
const NEAR: f64 = 0.6;
const SHARED: f64 = 0.2;
/// Units that are about as many: no further apart than this share of the larger, or than two.
const NEAR_SHARE: f64 = 0.2;

/// One client: its name, and its units by the PSA's product.
#[derive(Default)]
struct Client<'a> {
    name: &'a str,
    /// Of what both sides know: an own service says nothing of the vendor's clients.
    units: BTreeMap<&'a str, Decimal>,
}

type Clients<'a> = BTreeMap<&'a str, Client<'a>>;

/// Two clients that may be one.
struct Likeness<'a> {
    vendor: &'a str,
    psa: &'a str,
    chance: f64,
    n_equal: usize,
    n_shared: usize,
}

/// Pairs of clients alone whose lines are alike, each the other's only best one; in the vendor's order.
pub(super) fn proposals(
    inputs: &MonthInputs<'_>,
    lines: &[Line],
    matched: &MatchedNames,
    names: &Names,
) -> Vec<PairProposal> {
    let (vendor, psa) = alone(lines, matched);
    if vendor.is_empty() || psa.is_empty() {
        return Vec::new();
    }
    let mut with_product: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, client) in &psa {
        for product in client.units.keys() {
            with_product.entry(product).or_default().push(key);
        }
    }
    let (vendor_names, psa_names) = names.of_kind(EntityKind::Client);
    let day = inputs.month.last_day();
    let memory = pair_memory(inputs.decisions, EntityKind::Client, day, vendor_names, psa_names);
    // Two names that wait have answers enough; those that are asked about together need no second row.
    let clients = &matched.partners.clients;
    let is_waiting =
        |side, key: &str| matches!(clients.standing(side, key), NameStanding::Waiting(_));
    let is_asked = |(vendor, psa): &(String, String)| {
        is_waiting(Side::Vendor, vendor) && is_waiting(Side::Psa, psa)
    };
    let mut found: Vec<Likeness<'_>> = Vec::new();
    for (key, client) in &vendor {
        let shared = client.units.keys().filter_map(|product| with_product.get(product));
        let others: BTreeSet<&str> = shared.flatten().copied().collect();
        for other in others {
            let pair = ((*key).to_owned(), other.to_owned());
            if !memory.different.contains_key(&pair) && !is_asked(&pair) {
                found.push(likeness((key, client), (other, &psa[other])));
            }
        }
    }
    let offered = found.iter().filter(|one| OFFER_FROM <= one.chance && is_best(one, &found));
    offered.map(|one| proposal(one, &vendor[one.vendor], &psa[one.psa])).collect()
}

/// Whether no other pair of either client is as likely.
fn is_best(one: &Likeness<'_>, found: &[Likeness<'_>]) -> bool {
    let mut rivals =
        found.iter().filter(|other| (other.vendor == one.vendor) != (other.psa == one.psa));
    rivals.all(|other| other.chance < one.chance)
}

/// The clients of both sides that have no partner yet, with what they buy and are billed.
fn alone<'a>(lines: &'a [Line], matched: &'a MatchedNames) -> (Clients<'a>, Clients<'a>) {
    let partners = &matched.partners;
    let sold: BTreeSet<&str> =
        partners.skus.psa_of.values().flatten().map(|one| one.psa.as_str()).collect();
    let (mut vendor, mut psa) = (Clients::new(), Clients::new());
    for line in lines.iter().filter(|line| line.is_compared() && line.quantity.is_positive()) {
        let key = &line.key;
        let standing = partners.clients.standing(key.side, &key.client.0);
        if matches!(standing, NameStanding::Paired | NameStanding::RightlyAlone) {
            continue;
        }
        let (clients, products) = match key.side {
            Side::Vendor => {
                let own = partners.skus.partners(&key.sku.0);
                (&mut vendor, own.iter().map(|one| one.psa.as_str()).collect())
            }
            Side::Psa => {
                let own = sold.get(key.sku.0.as_str());
                (&mut psa, own.into_iter().copied().collect::<Vec<&str>>())
            }
        };
        let client = clients.entry(&key.client.0).or_default();
        client.name = &line.client_name;
        for product in products {
            *client.units.entry(product).or_default() += line.quantity.0;
        }
    }
    (vendor, psa)
}

/// How alike the lines of two clients are. One unit of a thing is the commonest line there is, and says little.
fn likeness<'a>(
    (vendor, one): (&'a str, &Client<'_>),
    (psa, other): (&'a str, &Client<'_>),
) -> Likeness<'a> {
    let (mut alike, mut n_equal, mut n_shared) = (0.0, 0, 0);
    for (product, units) in &one.units {
        let Some(others) = other.units.get(product) else { continue };
        n_shared += 1;
        let (least, most) = (*units.min(others), *units.max(others));
        let apart = (most - least).to_f64().unwrap_or(f64::MAX);
        let is_near = apart <= 2.0_f64.max(NEAR_SHARE * most.to_f64().unwrap_or(f64::MAX));
        alike += match (units == others, is_near) {
            (true, _) if Decimal::ONE < *units => 1.0,
            (_, true) if Decimal::from(5) <= most => NEAR,
            _ => SHARED,
        };
        n_equal += usize::from(units == others);
    }
    let n_lines = one.units.len().max(other.units.len());
    let chance = (alike / (n_lines + 1) as f64).min(SUREST);
    Likeness { vendor, psa, chance, n_equal, n_shared }
}

fn proposal(pair: &Likeness<'_>, client: &Client<'_>, other: &Client<'_>) -> PairProposal {
    let &Likeness { vendor, psa, chance, n_equal, n_shared } = pair;
    let n_lines = client.units.len().max(other.units.len());
    let products = if n_lines == 1 { "product" } else { "products" };
    PairProposal {
        kind: EntityKind::Client,
        vendor: vendor.to_owned(),
        vendor_name: client.name.to_owned(),
        psa: psa.to_owned(),
        psa_name: other.name.to_owned(),
        probability: Probability::clamped(chance),
        steps: vec![(LINES_ALIKE, n_equal as f64, (chance / (1.0 - chance)).ln())],
        why: format!(
            "Neither has a sure partner, and {n_shared} of {n_lines} {products} are bought by the one and billed to the \
             other, {n_equal} with as many seats: one client under two names?"
        ),
    }
}
