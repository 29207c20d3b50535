//! Products that one side alone knows: the MSP's own services, or what nobody bills.
//!
//! In a first month nobody has said yet which products are the MSP's own, and each of them differs at every
//! client it is billed to: one cause, many findings. It is asked about once.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{Finding, NamePair, Run};
use crate::assignment::Status;
use crate::domain::{Currency, EntityKind, FindingKind, Side};
use crate::reconcile::LEAST_CLIENTS;

/// A product without a partner anywhere in the run, at several clients that both sides know.
#[derive(Debug, Clone, PartialEq)]
pub struct OneSided<'run> {
    /// Its name, alone.
    pub pair: &'run NamePair,
    /// The side that knows it.
    pub side: Side,
    /// Positions of its findings, in the run's order; those at clients that are not matched among them.
    pub findings: Vec<usize>,
}

impl OneSided<'_> {
    /// What its findings come to in a currency.
    pub fn money(&self, run: &Run, currency: Currency) -> Decimal {
        let own = self.findings.iter().map(|&position| &run.findings[position]);
        own.filter(|finding| finding.currency == currency)
            .map(|finding| finding.monthly_impact)
            .sum()
    }
}

/// Where a product stands.
#[derive(Default)]
struct Stands<'run> {
    findings: Vec<usize>,
    /// Clients that are matched.
    matched: BTreeSet<&'run str>,
}

/// How many clients so many findings are about.
pub fn n_clients(run: &Run, findings: &[usize]) -> usize {
    let clients = findings.iter().map(|&position| run.findings[position].client.as_str());
    clients.collect::<BTreeSet<&str>>().len()
}

/// The products that one side alone knows, the most money first.
///
/// Such a product has no partner that was decided, accepted or worth asking about, and is billed without
/// being bought, or bought without being billed, at two or more clients that are matched: where no client
/// is matched, the product is not what is in doubt.
pub fn one_sided(run: &Run) -> Vec<OneSided<'_>> {
    let clients = matched_clients(run);
    let mut found: BTreeMap<(Side, &str), Stands<'_>> = BTreeMap::new();
    for (position, finding) in run.findings.iter().enumerate() {
        let Some(side) = side_of(finding) else { continue };
        for line in finding.lines.iter().filter(|line| line.side == side && line.is_here()) {
            let own = found.entry((side, line.sku.as_str())).or_default();
            if own.findings.last() != Some(&position) {
                own.findings.push(position);
            }
            if clients.contains(&(side, line.client.as_str())) {
                own.matched.insert(&finding.client);
            }
        }
    }
    let is_alone =
        |pair: &&NamePair| pair.kind == EntityKind::Sku && pair.status == Status::Unmatched;
    let mut products: Vec<OneSided<'_>> = Vec::new();
    for pair in run.suggestions.iter().filter(is_alone) {
        let side = pair.asked_side();
        let key = (side, pair.key_or_name(side));
        let Some(Stands { findings, matched }) = found.remove(&key) else { continue };
        if LEAST_CLIENTS <= matched.len() {
            products.push(OneSided { pair, side, findings });
        }
    }
    products.sort_by(|one, other| {
        let key = |product: &OneSided<'_>| (product.side, product.pair.id.clone());
        other.pair.money.cmp(&one.pair.money).then_with(|| key(one).cmp(&key(other)))
    });
    products
}

/// The side that knows a finding's product where the other has nothing like it.
fn side_of(finding: &Finding) -> Option<Side> {
    match finding.kind {
        FindingKind::NotBought => Some(Side::Psa),
        FindingKind::NotBilled => Some(Side::Vendor),
        _ => None,
    }
}

/// The keys of clients that have a partner.
fn matched_clients(run: &Run) -> BTreeSet<(Side, &str)> {
    let is_matched = |pair: &&NamePair| {
        pair.kind == EntityKind::Client
            && pair.status.is_accepted()
            && !pair.vendor_name.is_empty()
            && !pair.psa_name.is_empty()
    };
    let pairs = run.suggestions.iter().filter(is_matched);
    pairs
        .flat_map(|pair| {
            [(Side::Vendor, pair.vendor_id.as_str()), (Side::Psa, pair.psa_id.as_str())]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::specimen::billed_alone;

    #[test]
    fn a_product_billed_at_several_clients_and_bought_nowhere_is_one_question() {
        let run = billed_alone(&["Alder", "Birch", "Cedar"], 2, Status::Unmatched);
        let products = one_sided(&run);
        assert_eq!(products.len(), 1);
        assert_eq!(products[0].findings, [0, 1, 2], "the one of a client in doubt goes with it");
        assert_eq!(n_clients(&run, &products[0].findings), 3);
        assert_eq!(products[0].money(&run, run.currency), Decimal::from(150));
    }

    #[test]
    fn one_client_a_partner_or_a_decision_make_it_no_product_of_that_kind() {
        for (clients, n_matched, status) in [
            (&["Alder"][..], 1, Status::Unmatched),
            (&["Alder", "Birch"][..], 1, Status::Unmatched),
            (&["Alder", "Birch"][..], 2, Status::Review),
            (&["Alder", "Birch"][..], 2, Status::Known),
        ] {
            let run = billed_alone(clients, n_matched, status);
            assert!(one_sided(&run).is_empty(), "{clients:?} {n_matched} {status}");
        }
    }

    #[test]
    fn what_differs_in_another_way_at_the_second_client_is_not_alone() {
        let mut run = billed_alone(&["Alder", "Birch"], 2, Status::Unmatched);
        run.findings[1].kind = FindingKind::UnderBilled;
        assert!(one_sided(&run).is_empty());
    }
}
