//! Accepting many names at once: those whose best candidate is at least so likely.

use super::answer::{Person, acceptance};
use super::desk::Desk;
use super::filter::{Filter, Show};
use super::queue::Queue;
use crate::domain::Decision;

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
    desk: &Desk,
    filter: &Filter,
    at_least: f64,
    person: Person<'_>,
) -> Vec<Acceptance> {
    let filter = Filter { show: Show::Waiting, ..filter.clone() };
    let wanted = filter.wanted(desk, Queue::Names).into_iter();
    wanted
        .filter(|&idx| at_least <= desk.asked.items[idx].probability)
        .filter_map(|item| {
            let decision = acceptance(&desk.asked, &desk.asked.items[item], person)?;
            let pair = &desk.asked.run.suggestions
                [*desk.asked.suggestions.get(&desk.asked.items[item].id)?];
            (!desk.standing.is_refused(pair)).then_some(Acceptance { item, decision })
        })
        .collect()
}

/// A probability as typed, between [`LOWEST`] and 1; percent are understood.
pub(super) fn probability(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('%').trim();
    let value: f64 = text.parse().ok()?;
    let value = if value > 1.0 { value / 100.0 } else { value };
    (LOWEST..=1.0).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_is_understood_as_a_share_or_in_percent() {
        assert_eq!(probability("0.95"), Some(0.95));
        assert_eq!(probability(" 95 % "), Some(0.95));
        for odd in ["", "0.3", "12", "101", "-1", "NaN", "inf", "many"] {
            assert_eq!(probability(odd), None, "{odd}");
        }
    }
}
