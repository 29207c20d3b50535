//! The truth of a made-up book by keys: which names are one, and what a claim may say.

use std::collections::{BTreeMap, BTreeSet};

use super::super::made_up::true_pairs;
use crate::simulate::{Cause, Difference, LineNamed, Relation, Truth};
use seatdrift_core::domain::{EntityKind, Month, Side};
use seatdrift_core::run::{Finding, FindingLine};

/// The truth of one MSP.
pub(in crate::evaluate) struct TruthOf {
    /// Names that belong together, by kind, vendor key and PSA key.
    related: BTreeMap<EntityKind, BTreeMap<String, BTreeMap<String, Relation>>>,
    /// Names that have no partner anywhere.
    alone: BTreeSet<(EntityKind, Side, String)>,
    differences: BTreeMap<Month, Vec<Difference>>,
    no_loss: BTreeMap<Month, Vec<Difference>>,
}

impl TruthOf {
    pub(in crate::evaluate) fn new(truth: Truth) -> Self {
        let (mut related, mut alone) = (BTreeMap::new(), BTreeSet::new());
        for kind in [EntityKind::Client, EntityKind::Sku] {
            let own: &mut BTreeMap<String, BTreeMap<String, Relation>> =
                related.entry(kind).or_default();
            for pair in true_pairs(&truth, kind) {
                if pair.relation != Relation::None {
                    let partners = own.entry(pair.vendor.clone()).or_default();
                    partners.insert(pair.psa.clone(), pair.relation);
                } else if pair.vendor.is_empty() {
                    alone.insert((kind, Side::Psa, pair.psa.clone()));
                } else {
                    alone.insert((kind, Side::Vendor, pair.vendor.clone()));
                }
            }
        }
        let by_month = |all: Vec<Difference>| {
            let mut months: BTreeMap<Month, Vec<Difference>> = BTreeMap::new();
            all.into_iter().for_each(|one| months.entry(one.month).or_default().push(one));
            months
        };
        let (differences, no_loss) = (by_month(truth.differences), by_month(truth.no_loss));
        Self { related, alone, differences, no_loss }
    }

    /// How two names belong together; `None` where they do not.
    pub(in crate::evaluate) fn relation(
        &self,
        kind: EntityKind,
        vendor: &str,
        psa: &str,
    ) -> Option<Relation> {
        self.related[&kind].get(vendor)?.get(psa).copied()
    }

    /// The partners of a name: keys of the other side.
    pub(in crate::evaluate) fn partners(
        &self,
        kind: EntityKind,
        side: Side,
        key: &str,
    ) -> Vec<(&str, Relation)> {
        let related = &self.related[&kind];
        match side {
            Side::Vendor => related
                .get(key)
                .into_iter()
                .flatten()
                .map(|(psa, relation)| (psa.as_str(), *relation))
                .collect(),
            Side::Psa => related
                .iter()
                .filter_map(|(vendor, partners)| Some((vendor.as_str(), *partners.get(key)?)))
                .collect(),
        }
    }

    /// Whether a name rightly has no partner.
    pub(in crate::evaluate) fn is_alone(&self, kind: EntityKind, side: Side, key: &str) -> bool {
        self.alone.contains(&(kind, side, key.to_owned()))
    }

    /// The differences of a month.
    pub(in crate::evaluate) fn differences(&self, month: Month) -> &[Difference] {
        self.differences.get(&month).map_or(&[], Vec::as_slice)
    }

    /// What looks like one in a month and is no loss.
    pub(in crate::evaluate) fn no_loss(&self, month: Month) -> &[Difference] {
        self.no_loss.get(&month).map_or(&[], Vec::as_slice)
    }
}

/// Whether a finding is about a line with these keys, on either side.
pub(in crate::evaluate) fn is_about(finding: &Finding, keys: &LineNamed) -> bool {
    finding.lines.iter().filter(|line| line.is_here()).any(|line| has_keys(line, keys))
}

fn has_keys(line: &FindingLine, keys: &LineNamed) -> bool {
    let (clients, skus) = match line.side {
        Side::Vendor => (&keys.vendor_clients, &keys.vendor_skus),
        Side::Psa => (&keys.psa_clients, &keys.psa_skus),
    };
    clients.contains(&line.client) && skus.contains(&line.sku)
}

/// Whether a finding says just this: the kind, the line, and the money to the cent.
pub(in crate::evaluate) fn says(finding: &Finding, difference: &Difference) -> bool {
    finding.kind.word() == difference.kind
        && finding.monthly_impact == difference.monthly_impact
        && is_about(finding, &difference.keys)
}

/// Whether a finding says what is so of a line whose client stands in one side's books alone, or of one of
/// its accounts, which nothing shows to be one client: neither a loss nor a mistake.
pub(in crate::evaluate) fn is_of_one_side(
    finding: &Finding,
    truth: &TruthOf,
    month: Month,
) -> bool {
    let mut alone = truth.no_loss(month).iter().filter(|one| one.cause == Cause::OneSided);
    alone.any(|one| {
        finding.kind.word() == one.kind
            && finding.monthly_impact <= one.monthly_impact
            && is_about(finding, &one.keys)
    })
}
