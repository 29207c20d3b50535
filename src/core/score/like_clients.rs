//! Clients without a partner on either side whose lines are alike: one question about the name, instead of
//! everything of one that is not billed and everything of the other that is not bought.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{MatchedNames, MonthInputs};
use crate::decisions::{Names, pair_memory};
use crate::domain::{EntityKind, Line, Probability, Side};
use crate::reconcile::{NameStanding, PairProposal};

/// The first step of the evidence.
const LINES_ALIKE: &str = "lines_alike";
/// Less likely pairs are not asked about.
const ASK_FROM: f64 = 0.3;
/// Lines alone never make it surer than this.
const SUREST: f64 = 0.9;

/// One client: its name, and its units by the PSA's product.
#[derive(Default)]
struct Client<'a> {
    name: &'a str,
    n_lines: usize,
    units: BTreeMap<&'a str, Decimal>,
}

type Clients<'a> = BTreeMap<&'a str, Client<'a>>;

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
    let mut with_product: BTreeMap<(&str, Decimal), Vec<&str>> = BTreeMap::new();
    for (key, client) in &psa {
        for (product, units) in &client.units {
            with_product.entry((*product, *units)).or_default().push(key);
        }
    }
    let (vendor_names, psa_names) = names.of_kind(EntityKind::Client);
    let day = inputs.month.last_day();
    let memory = pair_memory(inputs.decisions, EntityKind::Client, day, vendor_names, psa_names);
    let mut found: Vec<(f64, &str, &str, usize)> = Vec::new();
    for (key, client) in &vendor {
        let alike = client
            .units
            .iter()
            .filter_map(|(product, units)| with_product.get(&(*product, *units)));
        let others: BTreeSet<&str> = alike.flatten().copied().collect();
        for other in others {
            let is_rejected = memory.different.contains_key(&((*key).to_owned(), other.to_owned()));
            let (chance, n_equal) = likeness(client, &psa[other]);
            if ASK_FROM <= chance && !is_rejected {
                found.push((chance, key, other, n_equal));
            }
        }
    }
    let is_best = |one: &&(f64, &str, &str, usize)| {
        let rivals = found.iter().filter(|other| (other.1 == one.1) != (other.2 == one.2));
        rivals.into_iter().all(|other| other.0 < one.0)
    };
    let best = found.iter().filter(is_best);
    best.map(|&(chance, key, other, n_equal)| {
        proposal((key, &vendor[key]), (other, &psa[other]), chance, n_equal)
    })
    .collect()
}

/// The clients of both sides that have no partner, with what they buy and are billed.
fn alone<'a>(lines: &'a [Line], matched: &'a MatchedNames) -> (Clients<'a>, Clients<'a>) {
    let partners = &matched.partners;
    let (mut vendor, mut psa) = (Clients::new(), Clients::new());
    for line in lines.iter().filter(|line| line.is_compared() && line.quantity.is_positive()) {
        let key = &line.key;
        if !matches!(partners.clients.standing(key.side, &key.client.0), NameStanding::Alone(_)) {
            continue;
        }
        let (clients, product) = match key.side {
            Side::Vendor => {
                let own = partners.skus.partners(&key.sku.0).iter().find(|one| !one.bundled);
                (&mut vendor, own.map(|one| one.psa.as_str()))
            }
            Side::Psa => (&mut psa, Some(key.sku.0.as_str())),
        };
        let client = clients.entry(&key.client.0).or_default();
        client.name = &line.client_name;
        client.n_lines += 1;
        if let Some(product) = product {
            *client.units.entry(product).or_default() += line.quantity.0;
        }
    }
    (vendor, psa)
}

/// That two clients are one, and how many of their lines have the same units. One unit of a thing is the
/// commonest line there is, and tells nothing.
fn likeness(one: &Client<'_>, other: &Client<'_>) -> (f64, usize) {
    let equal =
        one.units.iter().filter(|(product, units)| other.units.get(*product) == Some(*units));
    let n_equal = equal.clone().count();
    if equal.clone().all(|(_, units)| *units <= Decimal::ONE) {
        return (0.0, n_equal);
    }
    let n_lines = one.n_lines.max(other.n_lines);
    ((n_equal as f64 / (n_lines + 1) as f64).min(SUREST), n_equal)
}

fn proposal(
    (vendor, client): (&str, &Client<'_>),
    (psa, other): (&str, &Client<'_>),
    chance: f64,
    n_equal: usize,
) -> PairProposal {
    let n_lines = client.n_lines.max(other.n_lines);
    let lines = if n_equal == 1 { "product is" } else { "products are" };
    PairProposal {
        kind: EntityKind::Client,
        vendor: vendor.to_owned(),
        vendor_name: client.name.to_owned(),
        psa: psa.to_owned(),
        psa_name: other.name.to_owned(),
        probability: Probability::clamped(chance),
        steps: vec![(LINES_ALIKE, n_equal as f64, (chance / (1.0 - chance)).ln())],
        why: format!(
            "Neither has a partner, and {n_equal} of {n_lines} {lines} bought by the one and billed to the other \
             with as many seats: one client under two names?"
        ),
    }
}
