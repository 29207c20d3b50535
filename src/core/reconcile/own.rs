//! What is most likely the MSP's own: services that no vendor sells, tools that no client is billed for, and
//! its own tenant. Each is asked about once; until somebody has said, nothing of it is claimed.

use std::collections::{BTreeMap, BTreeSet};

use super::finding_types::Compared;
use super::partners::{KindPartners, NameStanding, Partners};
use super::words;
use crate::domain::{FindingKind, Line, Month, Probability, Side};
use crate::months::MonthlyLines;

/// Months looked back on, the newest with them.
const MONTHS_READ: i32 = 12;
/// Matched clients a product must stand at: what stands at one alone may be an arrangement of that client.
pub const LEAST_CLIENTS: usize = 2;
/// That a service which the PSA alone knows at several clients is billed for nothing: so is none of some 20,000 lines
/// of hostile books, and one in a hundred leaves room for books that are otherwise.
const SERVICE_IS_LOSS: f64 = 0.01;
/// That what a vendor alone knows at several clients, month after month, should have been billed.
const TOOL_IS_LOSS: f64 = 0.25;
/// That what the MSP buys for itself should have been billed to somebody.
const TENANT_IS_LOSS: f64 = 0.03;

/// The names that are most likely the MSP's own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnNames {
    /// Products that one side alone knows, by side and key, and at how many matched clients.
    products: BTreeMap<(Side, String), usize>,
    /// The MSP itself, by side and key.
    tenants: BTreeSet<(Side, String)>,
}

/// One product that one side alone knows.
#[derive(Default)]
struct OneSidedProduct<'a> {
    months: BTreeSet<Month>,
    /// Matched clients it stands at in the newest month.
    clients: BTreeSet<&'a str>,
}

/// The products of this month that have no partner: few, beside the lines of all months. What the other side
/// knows by another of its terms or codes is nobody's own.
fn alone_on(skus: &KindPartners, side: Side) -> BTreeSet<&str> {
    let (standings, ways) = match side {
        Side::Vendor => (&skus.vendor, &skus.bought_as),
        Side::Psa => (&skus.psa, &skus.sold_as),
    };
    let is_known = |key: &String| {
        let mut others = ways.get(key).into_iter().flatten();
        others.any(|other| skus.standing(side, other) == NameStanding::Paired)
    };
    let alone = standings.iter().filter(|(_, one)| matches!(one, NameStanding::Alone(_)));
    alone.map(|(key, _)| key).filter(|key| !is_known(key)).map(String::as_str).collect()
}

impl OwnNames {
    /// Reads the products of one side off the months up to the newest; `tenants` are names of the MSP itself.
    pub fn of(
        monthly: &MonthlyLines,
        newest: Month,
        partners: &Partners,
        tenants: BTreeSet<(Side, String)>,
    ) -> Self {
        let mut alone: BTreeMap<(Side, &str), OneSidedProduct<'_>> = BTreeMap::new();
        let mut months: BTreeMap<Side, BTreeSet<Month>> = BTreeMap::new();
        let skus = [Side::Vendor, Side::Psa].map(|side| alone_on(&partners.skus, side));
        let lines = monthly.from(newest.plus(1 - MONTHS_READ));
        for line in lines.filter(|line| line.month <= newest) {
            months.entry(line.side).or_default().insert(line.month);
            let is_alone = match line.side {
                Side::Vendor => skus[0].contains(line.sku),
                Side::Psa => skus[1].contains(line.sku),
            };
            if !is_alone {
                continue;
            }
            let product = alone.entry((line.side, line.sku)).or_default();
            product.months.insert(line.month);
            let client = partners.clients.standing(line.side, line.client);
            if line.month == newest && client == NameStanding::Paired {
                product.clients.insert(line.client);
            }
        }
        // What a vendor began to charge only now was forgotten rather than meant for nobody.
        let is_old = |side: Side, product: &OneSidedProduct<'_>| {
            side == Side::Psa || months.get(&side) == Some(&product.months)
        };
        let products = alone
            .into_iter()
            .filter(|((side, _), one)| LEAST_CLIENTS <= one.clients.len() && is_old(*side, one))
            .map(|((side, sku), one)| ((side, sku.to_owned()), one.clients.len()))
            .collect();
        Self { products, tenants }
    }

    /// Makes questions of what differs by them.
    pub(super) fn weigh(&self, groups: &mut [Compared<'_>]) {
        for compared in groups {
            let group = &compared.group;
            let is_one_sided = group.vendor.is_empty() || group.psa.is_empty();
            let lines = group.vendor.iter().chain(&group.psa);
            let doubts: Vec<(f64, String)> =
                lines.filter_map(|line| self.doubt(line, is_one_sided)).collect();
            // A group is as much a loss as its least likely line.
            let Some((chance, why)) =
                doubts.into_iter().min_by(|one, other| one.0.total_cmp(&other.0))
            else {
                continue;
            };
            let differences = compared.differences.iter_mut();
            for difference in differences.filter(|one| one.kind != FindingKind::PriceChanged) {
                difference.probability =
                    difference.probability.and(Probability::clamped(chance)).at_most_a_question();
                if !difference.why.is_empty() {
                    difference.why.push_str(&why);
                }
            }
        }
    }

    /// How likely a loss a line is that may be the MSP's own, and what to ask. A product that is compared is
    /// known to both sides.
    fn doubt(&self, line: &Line, is_one_sided: bool) -> Option<(f64, String)> {
        let side = line.key.side;
        if self.tenants.contains(&(side, line.key.client.0.to_string())) {
            return Some((TENANT_IS_LOSS, words::own_tenant(line)));
        }
        let key = (side, line.key.sku.0.to_string());
        let n_clients = *self.products.get(&key).filter(|_| is_one_sided)?;
        let chance = match side {
            Side::Psa => SERVICE_IS_LOSS,
            Side::Vendor => TOOL_IS_LOSS,
        };
        Some((chance, words::own_product(side, n_clients)))
    }
}
