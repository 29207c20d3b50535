//! Two lines of one client, one bought and billed to nobody, one billed and bought nowhere, with as many
//! units: rather one thing under two names, or a part of a bundle, than two mistakes at once.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::finding_types::{Compared, Difference};
use super::groups::{Group, GroupStanding};
use super::partners::Partners;
use super::words;
use crate::domain::{FindingKind, Line, Probability};
use crate::normalise::product_name;

/// What is believed of two such products before other clients are looked at: half a client for their being
/// one, half a client against it.
const HALF_A_CLIENT: f64 = 0.5;

/// The vendor's product and the PSA's.
type Pair = (CompactString, CompactString);

/// The groups of one client: positions, and units.
#[derive(Default)]
struct ClientGroups {
    /// What is bought, with what of it is not billed: nothing where all is.
    bought: Vec<(usize, CompactString, Decimal)>,
    /// What is billed and bought nowhere.
    only_billed: Vec<(usize, CompactString, Decimal)>,
}

/// Of the clients that buy one and are billed for the other alone.
#[derive(Default)]
struct Clients {
    /// What is bought and not billed is as much as what is billed and not bought.
    alike: usize,
    /// What is bought is billed as itself: the other is another thing.
    apart: usize,
}

impl Clients {
    /// That the two are one thing, or that one holds the other.
    fn one_thing(&self) -> Probability {
        let (alike, apart) = (self.alike as f64, self.apart as f64);
        Probability::clamped((alike + HALF_A_CLIENT) / (alike + apart + 2.0 * HALF_A_CLIENT))
    }
}

/// Clients at which two products are alike from which on they are taken for one where their units differ, too.
const ESTABLISHED: usize = 2;

/// Lines of one client with as many units that a line is held against, where there are more.
const MOST_ALIKE: usize = 6;
/// Lines that are named beside a difference; the rest is counted.
const MOST_TOLD: usize = 3;

/// Where a group stands, and its product.
type At<'a> = (usize, &'a CompactString);

/// Weighs the differences of such lines: each is only as likely as that the two are two things. Where other
/// clients have both and each is right by itself, they are.
pub(super) fn weigh(groups: &mut [Compared<'_>], partners: &Partners) {
    let clients = by_client(groups, partners);
    let whole = partners.skus.psa_of.values().flatten().filter(|one| !one.bundled);
    let known: BTreeSet<&str> = whole.map(|one| one.psa.as_str()).collect();
    let mut found: BTreeMap<Pair, Clients> = BTreeMap::new();
    let mut alike: Vec<(usize, usize, Pair)> = Vec::new();
    for client in clients.values() {
        for ((bought_at, sku), (billed_at, other)) in client.alike() {
            let names = [bought_at, billed_at].map(|at| &groups[at].group);
            if known.contains(other.as_str()) && is_another(sku, other, names, partners) {
                continue;
            }
            let pair = (sku.clone(), other.clone());
            found.entry(pair.clone()).or_default().alike += 1;
            alike.push((bought_at, billed_at, pair));
        }
    }
    if alike.is_empty() {
        return;
    }
    let mut vendors: BTreeMap<CompactString, Vec<CompactString>> = BTreeMap::new();
    for (vendor, psa) in found.keys() {
        vendors.entry(psa.clone()).or_default().push(vendor.clone());
    }
    let mut unlike: Vec<(usize, usize, Pair)> = Vec::new();
    for client in clients.values() {
        let bought = client.bought_by_product();
        for (billed_at, other, units) in &client.only_billed {
            let vendors = vendors.get(other).into_iter().flatten();
            for (bought_at, sku, lack) in
                vendors.filter_map(|sku| bought.get(sku.as_str())).flatten().copied()
            {
                let pair = (sku.clone(), other.clone());
                let Some(clients) = found.get_mut(&pair) else { continue };
                clients.apart += usize::from(lack.is_zero());
                if !lack.is_zero() && lack != units && groups[*bought_at].billed.is_zero() {
                    unlike.push((*bought_at, *billed_at, pair));
                }
            }
        }
    }
    unlike.retain(|(_, _, pair)| ESTABLISHED <= found[pair].alike);
    let mut others: BTreeMap<usize, Vec<(usize, Probability)>> = BTreeMap::new();
    for (bought_at, billed_at, pair) in alike.into_iter().chain(unlike) {
        let one_thing = found[&pair].one_thing();
        others.entry(bought_at).or_default().push((billed_at, one_thing));
        others.entry(billed_at).or_default().push((bought_at, one_thing));
    }
    for (at, others) in others {
        doubt(groups, at, &others);
    }
}

impl ClientGroups {
    /// What is bought and not billed beside what is billed and not bought, for as many units and more than
    /// one. Of many that are alike, each is held against a few.
    fn alike(&self) -> Vec<(At<'_>, At<'_>)> {
        let mut billed: BTreeMap<Decimal, Vec<At<'_>>> = BTreeMap::new();
        for (at, sku, units) in &self.only_billed {
            billed.entry(units.normalize()).or_default().push((*at, sku));
        }
        let mut n_seen: BTreeMap<Decimal, usize> = BTreeMap::new();
        let mut alike = Vec::new();
        for (at, sku, lack) in self.bought.iter().filter(|one| Decimal::ONE < one.2) {
            let units = lack.normalize();
            let Some(billed) = billed.get(&units) else { continue };
            // Each begins where the one before did not.
            let first = n_seen.entry(units).or_default();
            let few = (0..billed.len().min(MOST_ALIKE)).map(|idx| (*first + idx) % billed.len());
            alike.extend(few.map(|idx| ((*at, sku), billed[idx])));
            *first += 1;
        }
        alike
    }

    /// What is bought, by product.
    fn bought_by_product(&self) -> BTreeMap<&str, Vec<&(usize, CompactString, Decimal)>> {
        let mut bought: BTreeMap<&str, Vec<&(usize, CompactString, Decimal)>> = BTreeMap::new();
        for one in &self.bought {
            bought.entry(&one.1).or_default().push(one);
        }
        bought
    }
}

/// Whether the PSA's product, which has a partner, is not the vendor's under any of its codes, and has no word of
/// its name.
fn is_another(
    sku: &str,
    psa: &str,
    [bought, billed]: [&Group<'_>; 2],
    partners: &Partners,
) -> bool {
    let is_it = |vendor: &str| {
        partners.skus.partners(vendor).iter().any(|one| !one.bundled && one.psa == psa)
    };
    let codes = partners.skus.bought_as.get(sku).into_iter().flatten().map(String::as_str);
    let words = |group: &Group<'_>| -> BTreeSet<String> {
        let line = group.vendor.first().or(group.psa.first());
        line.map(|line| product_name(&line.sku_name, &[]).core).into_iter().flatten().collect()
    };
    !codes.chain([sku]).any(is_it) && words(bought).is_disjoint(&words(billed))
}

/// The groups of every client that both sides know, by the PSA's key.
fn by_client(
    groups: &[Compared<'_>],
    partners: &Partners,
) -> BTreeMap<CompactString, ClientGroups> {
    let mut clients: BTreeMap<CompactString, ClientGroups> = BTreeMap::new();
    for (at, compared) in groups.iter().enumerate() {
        let group = &compared.group;
        if group.standing == GroupStanding::RightlyAlone || compared.given_away {
            continue;
        }
        match (group.vendor.first(), group.psa.first()) {
            (Some(line), _) => {
                let Some(client) = partners.clients.partners(&line.key.client.0).first() else {
                    continue;
                };
                let lack = (compared.bought - compared.billed).0.max(Decimal::ZERO);
                let own = clients.entry((&client.psa).into()).or_default();
                own.bought.push((at, line.key.sku.0.clone(), lack));
            }
            (None, Some(line)) => {
                let own = clients.entry(line.key.client.0.clone()).or_default();
                own.only_billed.push((at, line.key.sku.0.clone(), compared.billed.0));
            }
            (None, None) => {}
        }
    }
    clients.retain(|_, own| !own.only_billed.is_empty() && !own.bought.is_empty());
    clients
}

/// Weighs what one group lacks, which each of the others may be.
fn doubt(groups: &mut [Compared<'_>], at: usize, others: &[(usize, Probability)]) {
    let line_of = |other: usize| -> Option<&Line> {
        let other = &groups[other].group;
        other.vendor.first().or(other.psa.first()).copied()
    };
    let told = others.iter().take(MOST_TOLD).filter_map(|(other, one_thing)| {
        let line = line_of(*other)?;
        let label = format!("probability that {} is it, or holds it", line.sku_name);
        Some((words::may_be_the_same(line), (label, one_thing.to_string())))
    });
    let told: Vec<(String, (String, String))> = told.collect();
    let more = others.len().saturating_sub(MOST_TOLD);
    let is_lack = |one: &&mut Difference| {
        use FindingKind::{NotBilled, NotBought, UnderBilled};
        matches!(one.kind, NotBilled | NotBought | UnderBilled)
    };
    for difference in groups[at].differences.iter_mut().filter(is_lack) {
        for (_, one_thing) in others {
            difference.probability = difference.probability.and(one_thing.opposite());
        }
        if difference.why.is_empty() {
            continue;
        }
        for (words, evidence) in &told {
            difference.why.push_str(words);
            difference.evidence.push(evidence.clone());
        }
        if 0 < more {
            difference.why.push_str(&format!(" So it may be with {more} more."));
        }
    }
}
