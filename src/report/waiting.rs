//! Suggestions in review → the names that wait for an answer, each with its candidates.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::{EntityKind, Side};

use super::{NamePair, Run};

/// One name that waits, with the candidates it may be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WaitingName<'run> {
    /// Client or SKU.
    pub kind: EntityKind,
    /// The side the name stands on.
    pub side: Side,
    /// The name as written.
    pub name: &'run str,
    /// Monthly money that waits. Every candidate waits for the same money, so it counts once.
    pub money: Decimal,
    /// The candidates, best first.
    pub candidates: Vec<&'run NamePair>,
}

/// The names in review, the most money first; equal money by kind, side and name.
pub(crate) fn waiting_names(run: &Run) -> Vec<WaitingName<'_>> {
    let mut groups: BTreeMap<(EntityKind, Side, &str), Vec<&NamePair>> = BTreeMap::new();
    for pair in run.suggestions.iter().filter(|pair| pair.status == "review") {
        let (side, key, name) = asked_side(pair);
        let key = if key.is_empty() { name } else { key };
        groups.entry((pair.kind, side, key)).or_default().push(pair);
    }
    let mut names: Vec<WaitingName<'_>> = groups
        .into_iter()
        .map(|((kind, side, _), mut candidates)| {
            candidates.sort_by(|a, b| {
                b.probability.total_cmp(&a.probability).then_with(|| a.id.cmp(&b.id))
            });
            let money = candidates.iter().map(|pair| pair.money).max().unwrap_or_default();
            WaitingName { kind, side, name: asked_side(candidates[0]).2, money, candidates }
        })
        .collect();
    names.sort_by(|a, b| {
        b.money.cmp(&a.money).then((a.kind, a.side, a.name).cmp(&(b.kind, b.side, b.name)))
    });
    names
}

/// The side, key and name that are asked about: the vendor's, unless the PSA's is alone.
fn asked_side(pair: &NamePair) -> (Side, &str, &str) {
    if pair.vendor_id.is_empty() && pair.vendor_name.is_empty() {
        (Side::Psa, &pair.psa_id, &pair.psa_name)
    } else {
        (Side::Vendor, &pair.vendor_id, &pair.vendor_name)
    }
}

/// The money that waits with all of them: at most this much, as a line may wait for its client and
/// for its SKU.
pub(crate) fn money_waiting(names: &[WaitingName<'_>]) -> Decimal {
    names.iter().map(|name| name.money).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    #[test]
    fn candidates_of_one_name_stand_together_and_their_money_counts_once() {
        let mut run = specimen::quiet();
        run.suggestions = specimen::october().suggestions[..2].to_vec();
        run.suggestions[1].vendor_id = run.suggestions[0].vendor_id.clone();
        run.suggestions.reverse();
        let names = waiting_names(&run);
        assert_eq!(names.len(), 1);
        assert_eq!(names[0].candidates.len(), 2);
        assert!(names[0].candidates[0].probability > names[0].candidates[1].probability);
        assert_eq!(money_waiting(&names), Decimal::from(900));
    }

    #[test]
    fn a_name_alone_on_the_psa_side_is_asked_about_by_its_own_name() {
        let mut run = specimen::quiet();
        run.suggestions = specimen::october().suggestions[..1].to_vec();
        run.suggestions[0].vendor_id.clear();
        run.suggestions[0].vendor_name.clear();
        let names = waiting_names(&run);
        assert_eq!((names[0].side, names[0].name), (Side::Psa, "Northwind Traders Ltd"));
    }
}
