//! Vendor products nobody bills by name, whose seats are those of a product the PSA bills: parts of
//! a bundle, to be asked about.

use std::collections::{BTreeMap, BTreeSet};

use super::bundle_evidence::{Counted, FEWEST_CLIENTS};
use super::partners::{KindPartners, NameStanding, Partners};
use crate::domain::{EntityKind, Month, Probability, Side};
use crate::months::{MonthlyLine, MonthlyLines};

/// Months looked back on, the newest with them.
const MONTHS_READ: i32 = 12;
/// A bundle has several parts; what has one is the same product by another name.
const FEWEST_PARTS: usize = 2;
/// A PSA product paired with this probability is that product and no bundle.
const SURE_FROM: f64 = 0.98;
/// How often seats of unlike products agree where nothing is matched yet to measure it by.
const AGREE_BY_CHANCE: f64 = 0.1;

/// Two names that no likeness of names brings together, and that a person is asked about: a product and the
/// bundle it may be part of, a client under two names.
#[derive(Debug, Clone, PartialEq)]
pub struct PairProposal {
    /// Clients or products.
    pub kind: EntityKind,
    /// The vendor's key.
    pub vendor: String,
    /// The vendor's name.
    pub vendor_name: String,
    /// The PSA's key.
    pub psa: String,
    /// The PSA's name.
    pub psa_name: String,
    /// That they belong together.
    pub probability: Probability,
    /// What was counted, and what it adds to the log-odds; the prior first.
    pub steps: Vec<(&'static str, f64, f64)>,
    /// The evidence, and what to decide.
    pub why: String,
}

/// Units by product, by the PSA's client, by month.
type Units<'a> = BTreeMap<&'a str, Product<'a>>;

/// One product: its units by the PSA's client, by month.
#[derive(Default)]
pub(super) struct Product<'a> {
    pub name: &'a str,
    pub clients: BTreeMap<&'a str, BTreeMap<Month, f64>>,
}

/// Parts of bundles among the products without a partner, by vendor key, each with its likeliest
/// bundle first. `rejected` are (vendor key, PSA key) that a person called different.
pub fn bundle_proposals(
    monthly: &MonthlyLines,
    newest: Month,
    partners: &Partners,
    rejected: &BTreeSet<(String, String)>,
) -> Vec<PairProposal> {
    let (mut vendor, mut psa) = open_products(monthly, newest, partners);
    for products in [&mut vendor, &mut psa] {
        products.retain(|_, product| FEWEST_CLIENTS <= product.clients.len());
    }
    if vendor.is_empty() || psa.is_empty() {
        return Vec::new();
    }
    let (by_chance, n_clients) = rayon::join(
        || agree_by_chance(monthly, newest, partners),
        || clients_here(monthly, newest, partners),
    );
    let mut proposals = Vec::new();
    for (bundle_key, bundle) in &psa {
        let parts: Vec<PairProposal> = vendor
            .iter()
            .filter(|(key, _)| !rejected.contains(&(key.to_string(), bundle_key.to_string())))
            .filter_map(|(key, part)| {
                let counted = Counted::best(part, bundle, newest, n_clients)?;
                counted.proposal((key, part), (bundle_key, bundle), by_chance)
            })
            .collect();
        let n_known = partners.skus.psa_of.values().flatten();
        let n_known = n_known.filter(|one| one.psa == *bundle_key).count();
        if FEWEST_PARTS <= parts.len() + n_known {
            proposals.extend(parts);
        }
    }
    proposals.sort_by(|one, other| {
        let likelier = other.probability.get().total_cmp(&one.probability.get());
        one.vendor.cmp(&other.vendor).then(likelier).then_with(|| one.psa.cmp(&other.psa))
    });
    proposals
}

/// The products of both sides that may be part and bundle, at matched clients, in the months read.
fn open_products<'a>(
    monthly: &'a MonthlyLines,
    newest: Month,
    partners: &'a Partners,
) -> (Units<'a>, Units<'a>) {
    let taken = surely_taken(&partners.skus);
    let mut open: BTreeMap<(Side, &str), bool> = BTreeMap::new();
    let matched = matched_clients(partners);
    let (mut vendor, mut psa) = (Units::new(), Units::new());
    for line in monthly.from(newest.plus(1 - MONTHS_READ)) {
        let is_open = *open.entry((line.side, line.sku)).or_insert_with(|| match line.side {
            Side::Vendor => {
                partners.skus.partners(line.sku).is_empty() && is_asked(partners, &line)
            }
            Side::Psa => !taken.contains(line.sku) && is_asked(partners, &line),
        });
        if !is_open || newest < line.month {
            continue;
        }
        let client = match line.side {
            Side::Vendor => partners.clients.partners(line.client).first().map(|one| &*one.psa),
            Side::Psa => Some(line.client).filter(|client| matched.contains(client)),
        };
        let Some(client) = client else { continue };
        let units = match line.side {
            Side::Vendor => &mut vendor,
            Side::Psa => &mut psa,
        };
        let product = units.entry(line.sku).or_default();
        product.name = line.sku_name;
        let months = product.clients.entry(client).or_default();
        *months.entry(line.month).or_default() += line.quantity;
    }
    (vendor, psa)
}

/// Whether nobody has said yet that the product rightly has no partner.
fn is_asked(partners: &Partners, line: &MonthlyLine<'_>) -> bool {
    partners.skus.standing(line.side, line.sku) != NameStanding::RightlyAlone
}

/// The PSA's clients that have a partner.
fn matched_clients(partners: &Partners) -> BTreeSet<&str> {
    partners.clients.psa_of.values().flatten().map(|one| one.psa.as_str()).collect()
}

/// How many of the PSA's matched clients buy or are billed anything in a month.
fn clients_here(monthly: &MonthlyLines, newest: Month, partners: &Partners) -> usize {
    let matched = matched_clients(partners);
    let of_month = monthly.from(newest).filter(|line| line.month == newest);
    let clients: BTreeSet<&str> = of_month
        .filter_map(|line| match line.side {
            Side::Vendor => partners.clients.partners(line.client).first().map(|one| &*one.psa),
            Side::Psa => Some(line.client).filter(|client| matched.contains(client)),
        })
        .collect();
    clients.len()
}

/// Products that are one and the same on both sides: vendor key, PSA key.
fn whole_partners(skus: &KindPartners) -> impl Iterator<Item = (&str, &str)> {
    skus.psa_of.iter().flat_map(|(vendor, partners)| {
        let whole = partners.iter().filter(|one| !one.bundled);
        whole.map(|one| (vendor.as_str(), one.psa.as_str()))
    })
}

/// PSA products that are surely one product of the vendor's. A part's seats are the bundle's, so the two
/// may be taken for one product; where its name does not make that sure, it may be a bundle all the same.
fn surely_taken(skus: &KindPartners) -> BTreeSet<&str> {
    let partners = skus.psa_of.values().flatten().filter(|one| !one.bundled);
    let sure = partners.filter(|one| SURE_FROM <= one.probability.get());
    sure.map(|one| one.psa.as_str()).collect()
}

/// How often two products that are not one have as many seats at a client, as this month's matched
/// products show it: where everything is counted by head, equal seats say little.
fn agree_by_chance(monthly: &MonthlyLines, newest: Month, partners: &Partners) -> f64 {
    let pairs: BTreeSet<(&str, &str)> = whole_partners(&partners.skus).collect();
    let taken: BTreeSet<&str> = pairs.iter().map(|(_, psa)| *psa).collect();
    let mut clients: BTreeMap<&str, [Vec<(&str, f64)>; 2]> = BTreeMap::new();
    for line in monthly.from(newest).filter(|line| line.month == newest && 1.0 < line.quantity) {
        let (client, position) = match line.side {
            Side::Vendor if partners.skus.partners(line.sku).is_empty() => continue,
            Side::Vendor => match partners.clients.partners(line.client).first() {
                Some(one) => (one.psa.as_str(), 0),
                None => continue,
            },
            Side::Psa if !taken.contains(line.sku) => continue,
            Side::Psa => (line.client, 1),
        };
        clients.entry(client).or_default()[position].push((line.sku, line.quantity));
    }
    let (mut n_equal, mut n_compared) = (0.0, 0.0);
    for [bought, billed] in clients.values() {
        for (vendor, units) in bought {
            for (_, others) in billed.iter().filter(|(psa, _)| !pairs.contains(&(vendor, psa))) {
                n_compared += 1.0;
                n_equal += f64::from(u8::from(units == others));
            }
        }
    }
    // Ten comparisons' worth of what is believed before the first.
    ((n_equal + 10.0 * AGREE_BY_CHANCE) / (n_compared + 10.0)).clamp(0.02, 0.7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconcile::Partner;

    fn month(idx: i32) -> Month {
        "2026-01".parse::<Month>().unwrap().plus(idx)
    }

    const CLIENTS: [&str; 6] = ["c0", "c1", "c2", "c3", "c4", "c5"];

    fn line(side: Side, idx: i32, client: usize, sku: &str, quantity: f64) -> MonthlyLine<'_> {
        MonthlyLine {
            month: month(idx),
            side,
            client: CLIENTS[client],
            client_name: CLIENTS[client],
            sku,
            sku_name: sku,
            quantity,
            unit: None,
            currency: None,
        }
    }

    /// A part's name, and its seats at a client in a month.
    type Part = (&'static str, fn(usize, i32) -> f64);

    /// Six months at some clients: units of a vendor product by client and month.
    fn books(n_clients: usize, parts: &[Part]) -> Vec<MonthlyLine<'static>> {
        let mut lines = Vec::new();
        for idx in 0..6 {
            for client in 0..n_clients {
                lines.push(line(Side::Psa, idx, client, "Managed Bundle", heads(client, idx)));
                for (sku, units) in parts {
                    lines.push(line(Side::Vendor, idx, client, sku, units(client, idx)));
                }
            }
        }
        lines
    }

    fn heads(client: usize, idx: i32) -> f64 {
        (11 + 7 * client) as f64 + f64::from(idx / 3)
    }

    fn other(client: usize, _: i32) -> f64 {
        (50 - 3 * client) as f64
    }

    fn double(client: usize, idx: i32) -> f64 {
        2.0 * heads(client, idx)
    }

    fn one(_: usize, _: i32) -> f64 {
        1.0
    }

    fn partners(n_clients: usize) -> Partners {
        let mut partners = Partners::default();
        for client in 0..n_clients {
            let key = format!("c{client}");
            let partner = Partner {
                psa: key.clone(),
                psa_name: key.clone(),
                probability: Probability::CERTAIN,
                bundled: false,
            };
            partners.clients.psa_of.insert(key, vec![partner]);
        }
        partners
    }

    fn proposed(n_clients: usize, parts: &[Part]) -> Vec<String> {
        let lines = books(n_clients, parts).into_iter().collect();
        let found = bundle_proposals(&lines, month(5), &partners(n_clients), &BTreeSet::default());
        found.into_iter().map(|one| format!("{}: {}", one.vendor, one.why)).collect()
    }

    #[test]
    fn products_with_the_seats_of_a_bundle_are_proposed_as_its_parts_with_the_evidence() {
        let found = proposed(4, &[("EDR", heads), ("Mail", double), ("Other", other)]);
        insta::assert_snapshot!(found.join("\n"), @r#"
        EDR: May be a part of the bundle "Managed Bundle": at 4 of 4 clients as many seats as it, in 6 of 6 months; they changed together 4 times; 4 of 4 clients billed for the bundle buy it and nobody else does. If it is, decide bundle.
        Mail: May be a part of the bundle "Managed Bundle": at 4 of 4 clients 2 times the seats of it, in 6 of 6 months; they changed together 4 times; 4 of 4 clients billed for the bundle buy it and nobody else does. If it is, decide bundle.
        "#);
    }

    #[test]
    fn two_clients_are_too_few_and_one_part_is_no_bundle() {
        assert_eq!(proposed(2, &[("EDR", heads), ("Mail", heads)]), Vec::<String>::new());
        assert_eq!(proposed(6, &[("EDR", heads), ("Other", other)]), Vec::<String>::new());
    }

    #[test]
    fn one_seat_at_every_client_tells_nothing() {
        let mut lines = books(6, &[("Probe", one), ("Box", one)]);
        lines.iter_mut().for_each(|line| line.quantity = 1.0);
        let lines = lines.into_iter().collect();
        let found = bundle_proposals(&lines, month(5), &partners(6), &BTreeSet::default());
        assert_eq!(found, Vec::new());
    }

    #[test]
    fn a_rejected_or_matched_product_is_not_proposed() {
        let lines =
            books(4, &[("EDR", heads), ("Mail", heads), ("Backup", heads)]).into_iter().collect();
        let mut partners = partners(4);
        partners.skus.vendor.insert("Mail".to_owned(), NameStanding::RightlyAlone);
        let rejected = ("EDR".to_owned(), "Managed Bundle".to_owned());
        let found = bundle_proposals(&lines, month(5), &partners, &BTreeSet::from([rejected]));
        assert_eq!(found, Vec::new(), "one part that is left is no bundle");
    }
}
