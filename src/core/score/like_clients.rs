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
    let mut found = likenesses(&vendor, &psa);
    if found.is_empty() {
        return Vec::new();
    }
    let (vendor_names, psa_names) = names.of_kind(EntityKind::Client);
    let day = inputs.month.last_day();
    let memory = pair_memory(inputs.decisions, EntityKind::Client, day, vendor_names, psa_names);
    let clients = &matched.partners.clients;
    let is_waiting =
        |side, key: &str| matches!(clients.standing(side, key), NameStanding::Waiting(_));
    // Two names that wait have answers enough; what was rejected is never offered again.
    found.retain(|one| {
        let is_asked = is_waiting(Side::Vendor, one.vendor) && is_waiting(Side::Psa, one.psa);
        let pair = (one.vendor.to_owned(), one.psa.to_owned());
        !is_asked && !memory.different.contains_key(&pair)
    });
    let offered = best(&found).filter(|one| OFFER_FROM <= one.chance);
    offered.map(|one| proposal(one, &vendor[one.vendor], &psa[one.psa])).collect()
}

/// How alike every two clients are that have something in common.
fn likenesses<'a>(vendor: &Clients<'a>, psa: &Clients<'a>) -> Vec<Likeness<'a>> {
    let with = WithProduct::of(psa);
    let of_client = |(key, client): (&&'a str, &Client<'a>)| {
        let others = with.like(client).into_iter();
        others.map(|other| likeness((*key, client), (other, &psa[other]))).collect::<Vec<_>>()
    };
    vendor.iter().flat_map(of_client).collect()
}

/// A product that more clients have than this brings nobody together, but for those with as many units.
const MOST_WITH_A_PRODUCT: usize = 40;

/// The PSA's clients that have a product.
struct WithProduct<'a> {
    any: BTreeMap<&'a str, Vec<&'a str>>,
    as_many: BTreeMap<(&'a str, Decimal), Vec<&'a str>>,
}

impl<'a> WithProduct<'a> {
    fn of(psa: &Clients<'a>) -> Self {
        let mut with = Self { any: BTreeMap::new(), as_many: BTreeMap::new() };
        for (key, client) in psa {
            for (product, units) in &client.units {
                with.any.entry(product).or_default().push(key);
                with.as_many.entry((product, units.normalize())).or_default().push(key);
            }
        }
        with
    }

    /// Those with something a client of the vendor has.
    fn like(&self, client: &Client<'a>) -> BTreeSet<&'a str> {
        let of = client.units.iter().flat_map(|(product, units)| {
            let any = self.any.get(product);
            let as_many = self.as_many.get(&(*product, units.normalize()));
            let few = |keys: &&Vec<&'a str>| keys.len() <= MOST_WITH_A_PRODUCT;
            any.filter(few).into_iter().chain(as_many.filter(few)).flatten().copied()
        });
        of.collect()
    }
}

/// The pairs beside which no other pair of either client is as likely, in the vendor's order.
fn best<'f, 'a>(found: &'f [Likeness<'a>]) -> impl Iterator<Item = &'f Likeness<'a>> {
    // The likeliest and the next likeliest of each client.
    let mut most: BTreeMap<(Side, &str), [f64; 2]> = BTreeMap::new();
    for one in found {
        for key in [(Side::Vendor, one.vendor), (Side::Psa, one.psa)] {
            let top = most.entry(key).or_default();
            top[1] = top[1].max(top[0].min(one.chance));
            top[0] = top[0].max(one.chance);
        }
    }
    found.iter().filter(move |one| {
        [(Side::Vendor, one.vendor), (Side::Psa, one.psa)].iter().all(|key| {
            let [first, second] = most[key];
            first <= one.chance && second < one.chance
        })
    })
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
