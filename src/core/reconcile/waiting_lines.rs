//! Lines that wait for a person and may belong to a difference: while it is asked whose they are, the
//! difference is only as likely real as none of them belongs to it.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::finding_types::{Compared, Difference};
use super::groups::GroupStanding;
use super::partners::{KindPartners, Partners};
use super::words;
use crate::domain::{FindingKind, Line, Probability, Side};

/// Name of one side → the names of the other it is, or may be, with how likely that is.
type OtherNames<'p> = BTreeMap<&'p str, Vec<(&'p str, Probability)>>;

/// Client and product on one side → the other side's waiting lines that may belong to them.
type WaitingFor<'a> = BTreeMap<(CompactString, CompactString), Vec<(&'a Line, Probability)>>;

/// Weighs every difference in units of lines whose names are matched: what a waiting line of the side
/// that has too few may add, makes it less likely.
pub(super) fn weigh(groups: &mut [Compared<'_>], partners: &Partners) {
    let waits = |compared: &&Compared<'_>| compared.group.standing == GroupStanding::Waiting;
    let waiting: Vec<&Line> = groups
        .iter()
        .filter(waits)
        .flat_map(|compared| compared.group.vendor.iter().chain(&compared.group.psa).copied())
        .filter(|line| line.quantity.is_positive())
        .collect();
    if waiting.is_empty() {
        return;
    }
    let of_side = |side: Side| waiting_for(&waiting, side, partners);
    let [vendor, psa] = [Side::Vendor, Side::Psa].map(of_side);
    let is_matched = |standing: GroupStanding| {
        matches!(standing, GroupStanding::Compared | GroupStanding::OneSided)
    };
    for compared in groups.iter_mut().filter(|compared| is_matched(compared.group.standing)) {
        let group = &compared.group;
        for difference in &mut compared.differences {
            let (lines, waiting) = match difference.kind {
                FindingKind::OverBilled | FindingKind::NotBought => (&group.psa, &vendor),
                FindingKind::UnderBilled | FindingKind::NotBilled => (&group.vendor, &psa),
                _ => continue,
            };
            doubt(difference, lines, waiting);
        }
    }
}

fn doubt(difference: &mut Difference, lines: &[&Line], waiting: &WaitingFor<'_>) {
    let mut doubts: Vec<(&Line, Probability)> = Vec::new();
    for line in lines {
        let key = (line.key.client.0.clone(), line.key.sku.0.clone());
        for &(other, probability) in waiting.get(&key).into_iter().flatten() {
            if doubts.iter().all(|(known, _)| known.key != other.key) {
                doubts.push((other, probability));
            }
        }
    }
    for (line, probability) in doubts {
        difference.probability = difference.probability.and(probability.opposite());
        difference.why.push(' ');
        difference.why.push_str(&words::may_belong(line));
        let label = format!("probability that {} belongs to it", line.sku_name);
        difference.evidence.push((label, probability.to_string()));
    }
}

/// The waiting lines of a side, by the lines of the other side they may belong to.
fn waiting_for<'a>(waiting: &[&'a Line], side: Side, partners: &Partners) -> WaitingFor<'a> {
    let (clients, skus) = (others(&partners.clients, side), others(&partners.skus, side));
    let mut found = WaitingFor::new();
    for &line in waiting.iter().filter(|line| line.key.side == side) {
        for (client, is_client) in clients.get(line.key.client.0.as_str()).into_iter().flatten() {
            for (sku, is_sku) in skus.get(line.key.sku.0.as_str()).into_iter().flatten() {
                let key = ((*client).into(), (*sku).into());
                found.entry(key).or_default().push((line, is_client.and(*is_sku)));
            }
        }
    }
    found
}

/// What every name of a side is, or may be, on the other. A part of a bundle adds nothing to a bundle's
/// other parts.
fn others(kind: &KindPartners, side: Side) -> OtherNames<'_> {
    let known = kind.psa_of.iter().flat_map(|(vendor, partners)| {
        let whole = partners.iter().filter(|partner| !partner.bundled);
        whole.map(move |partner| (vendor.as_str(), partner.psa.as_str(), partner.probability))
    });
    let asked = kind.asked.iter().flat_map(|(vendor, pairs)| {
        pairs.iter().map(move |(psa, probability)| (vendor.as_str(), psa.as_str(), *probability))
    });
    let mut others = OtherNames::new();
    for (vendor, psa, probability) in known.chain(asked) {
        let (own, other) = match side {
            Side::Vendor => (vendor, psa),
            Side::Psa => (psa, vendor),
        };
        others.entry(own).or_default().push((other, probability));
    }
    others
}
