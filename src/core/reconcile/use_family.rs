//! Many meters of one client, of which a person has answered none or one, and one line of the PSA that bills
//! what all of them come to: rather use that is billed as one line than meters nobody bills.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::finding_types::Compared;
use super::groups::GroupStanding;
use super::partners::Partners;
use super::words;
use crate::domain::{Currency, ExportRow, FindingKind, LineKind, Money, Probability};

/// That a meter is in the line that bills what all of them come to.
const IN_IT: f64 = 0.85;
/// What such a line bills for each that the use costs: cost and a margin, a little too little at the least.
const FACTOR: std::ops::RangeInclusive<f64> = 0.9..=2.0;
/// Factors no further apart than this share are one margin.
const ONE_MARGIN: f64 = 0.02;
/// Clients with one margin from which on a line that nobody has matched is taken for one of use.
const LEAST_CLIENTS: usize = 2;

/// The use of one client.
#[derive(Default)]
struct Use {
    /// Groups of meters that nobody is billed for and nobody has answered.
    open: Vec<usize>,
    /// What all its use costs.
    cost: Decimal,
    /// Groups billed as one unit that may carry it.
    carriers: Vec<Carrier>,
}

struct Carrier {
    group: usize,
    sku: CompactString,
    billed: Money,
    /// A meter is matched with it.
    has_meter: bool,
}

/// Makes questions of meters that are not billed where a line of the client bills what all its use comes to.
pub(super) fn weigh(rows: &[ExportRow], groups: &mut [Compared<'_>], partners: &Partners) {
    let mut clients = by_client(rows, groups, partners);
    clients.retain(|_, own| !own.open.is_empty() && Decimal::ZERO < own.cost);
    let factor = |own: &Use, carrier: &Carrier| -> Option<f64> {
        let factor = carrier.billed.amount.checked_div(own.cost)?.to_f64()?;
        FACTOR.contains(&factor).then_some(factor)
    };
    let mut of_sku: BTreeMap<CompactString, Vec<f64>> = BTreeMap::new();
    for own in clients.values() {
        for carrier in &own.carriers {
            of_sku.entry(carrier.sku.clone()).or_default().extend(factor(own, carrier));
        }
    }
    let mut doubted: Vec<(usize, Money, Money, usize)> = Vec::new();
    for own in clients.values() {
        let is_carrier = |carrier: &&Carrier| {
            let Some(own_factor) = factor(own, carrier) else { return false };
            let alike = of_sku[&carrier.sku].iter();
            let n_alike = alike.filter(|one| (*one / own_factor - 1.0).abs() <= ONE_MARGIN).count();
            carrier.has_meter || LEAST_CLIENTS <= n_alike
        };
        let Some(carrier) = own.carriers.iter().find(is_carrier) else { continue };
        let cost = Money::new(own.cost, carrier.billed.currency);
        let alone = (!carrier.has_meter).then_some(carrier.group);
        for &at in own.open.iter().chain(&alone) {
            doubted.push((at, cost, carrier.billed, carrier.group));
        }
    }
    for (at, cost, billed, carrier) in doubted {
        let name = groups[carrier].group.psa.first().map(|line| line.sku_name.clone());
        let name = name.unwrap_or_default();
        doubt(&mut groups[at], &words::in_line_of_use(&name, cost, billed));
    }
}

fn doubt(compared: &mut Compared<'_>, why: &str) {
    let in_it = Probability::clamped(IN_IT);
    let is_one_sided =
        |kind: FindingKind| matches!(kind, FindingKind::NotBilled | FindingKind::NotBought);
    for difference in compared.differences.iter_mut().filter(|one| is_one_sided(one.kind)) {
        difference.probability = difference.probability.and(in_it.opposite()).at_most_a_question();
        if !difference.why.is_empty() {
            difference.why.push_str(why);
            let label = "probability that use is billed as one line".to_owned();
            difference.evidence.push((label, in_it.to_string()));
        }
    }
}

/// The use of every client that both sides know, by the PSA's key and currency.
fn by_client(
    rows: &[ExportRow],
    groups: &[Compared<'_>],
    partners: &Partners,
) -> BTreeMap<(CompactString, Currency), Use> {
    let mut clients: BTreeMap<(CompactString, Currency), Use> = BTreeMap::new();
    for (at, compared) in groups.iter().enumerate() {
        let group = &compared.group;
        let is_open = matches!(group.standing, GroupStanding::Alone | GroupStanding::Waiting);
        let billed: Decimal = group.psa.iter().map(|line| line.monthly_amount.amount).sum();
        let Some(currency) = group.vendor.first().or(group.psa.first()).map(|one| one.key.currency)
        else {
            continue;
        };
        if group.vendor.iter().chain(&group.psa).any(|line| line.key.currency != currency) {
            continue;
        }
        let carrier = |has_meter| {
            let line = group.psa.first().filter(|_| compared.billed.0 == Decimal::ONE)?;
            let billed = Money::new(billed, currency);
            Some(Carrier { group: at, sku: line.key.sku.0.clone(), billed, has_meter })
        };
        match (group.vendor.first(), group.psa.first()) {
            (Some(first), _) => {
                let mut meters = group.vendor.iter().flat_map(|line| &line.rows);
                if !meters.all(|&row_idx| rows[row_idx].kind == LineKind::Usage) {
                    continue;
                }
                let Some(client) = partners.clients.partners(&first.key.client.0).first() else {
                    continue;
                };
                let own = clients.entry(((&client.psa).into(), currency)).or_default();
                own.cost +=
                    group.vendor.iter().map(|line| line.full_amount.amount).sum::<Decimal>();
                if group.psa.is_empty() && is_open {
                    own.open.push(at);
                }
                own.carriers.extend(carrier(true));
            }
            (None, Some(line)) if is_open => {
                let own = clients.entry((line.key.client.0.clone(), currency)).or_default();
                own.carriers.extend(carrier(false));
            }
            _ => {}
        }
    }
    clients
}
