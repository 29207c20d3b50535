//! Accepting many names at once: those whose best candidate is at least so likely.

use std::collections::{BTreeMap, BTreeSet};

use super::decision_from_form::{Person, acceptance};
use super::filter::{Filter, Show};
use super::queue::{Queue, What};
use super::state::{Asked, ReviewState};
use seatdrift_core::domain::{Decision, EntityKind, Probability};
use seatdrift_core::run::NamePair;
use seatdrift_core::score::id;

/// The lowest probability a person may accept in bulk; below it names are read one by one.
pub(super) const LOWEST: f64 = 0.5;

/// A pair that would be accepted.
pub(super) struct Acceptance {
    /// The item's position.
    pub(super) item: usize,
    pub(super) decision: Decision,
}

/// The waiting names of a filter whose best candidate, refused by nobody, is at least so likely.
pub(super) fn acceptances(
    state: &ReviewState,
    filter: &Filter,
    at_least: Probability,
    person: Person<'_>,
) -> Vec<Acceptance> {
    let filter = Filter { show: Show::Waiting, ..filter.clone() };
    let wanted = filter.wanted(state, Queue::Names).into_iter();
    let claimed = claimed(&state.asked);
    wanted
        .filter(|&idx| at_least <= state.asked.items[idx].probability)
        // Whoever checks a name looks at it.
        .filter(|&idx| !state.asked.items[idx].is_check())
        .filter_map(|item| {
            let decision = acceptance(&state.asked, &state.asked.items[item], person)?;
            let pair = &state.asked.run.suggestions
                [*state.asked.suggestions.get(&state.asked.items[item].id)?];
            let is_one_of_many = pair.is_bundle_part()
                || claimed.get(&pair.psa_id[..]).is_some_and(|vendor| 1 < vendor.len());
            let is_clear = !is_one_of_many && !state.standing.is_refused(pair);
            is_clear.then_some(Acceptance { item, decision })
        })
        .collect()
}

/// What tells these acceptances from others.
pub(super) fn mark_of(all: &[Acceptance]) -> String {
    let keys = all.iter().flat_map(|one| {
        let Decision { vendor_client, psa_client, vendor_sku, psa_sku, .. } = &one.decision;
        [vendor_client, psa_client, vendor_sku, psa_sku].map(|key| key.as_deref().unwrap_or(""))
    });
    id('b', &keys.collect::<Vec<_>>())
}

/// The PSA's products, each with the vendor's that are it, or likeliest are: where those are several they
/// may be the parts of a bundle, whose seats must not be added up, and a person reads them one by one.
fn claimed(asked: &Asked) -> BTreeMap<&str, BTreeSet<&str>> {
    let is_product = |pair: &&NamePair| pair.kind == EntityKind::Sku && !pair.psa_id.is_empty();
    let accepted = asked.run.suggestions.iter().filter(|pair| pair.status.is_accepted());
    let waiting = asked.items.iter().filter_map(|item| match &item.what {
        What::Name { candidates, .. } => Some(&asked.run.suggestions[*candidates.first()?]),
        _ => None,
    });
    let mut claimed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for pair in accepted.chain(waiting).filter(is_product) {
        claimed.entry(&pair.psa_id).or_default().insert(&pair.vendor_id);
    }
    claimed
}

/// A probability as typed, between [`LOWEST`] and 1; percent are understood.
pub(super) fn probability(text: &str) -> Option<Probability> {
    let text = text.trim().trim_end_matches('%').trim();
    let value: f64 = text.parse().ok()?;
    let value = if value > 1.0 { value / 100.0 } else { value };
    (LOWEST..=1.0).contains(&value).then(|| Probability::clamped(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_is_understood_as_a_share_or_in_percent() {
        assert_eq!(probability("0.95"), Some(Probability::clamped(0.95)));
        assert_eq!(probability(" 95 % "), Some(Probability::clamped(0.95)));
        for odd in ["", "0.3", "12", "101", "-1", "NaN", "inf", "many"] {
            assert_eq!(probability(odd), None, "{odd}");
        }
    }
}
