//! What stood of an item when its card was drawn: an answer over something newer is refused and shown.

use axum::http::StatusCode;

use super::decided_items::{about, by_and_day, own};
use super::filter::{Filter, item_address};
use super::queue::What;
use super::refusal::{Refusal, Way};
use super::state::{ReviewState, mark};
use seatdrift_core::domain::{Decision, Subject};
use seatdrift_core::score::id;

/// What tells what stands of an item from what stood before: its decisions in force, and its answer.
pub(super) fn standing_mark(state: &ReviewState, position: usize) -> String {
    let asked = &state.asked;
    let answer = state.standing.answers[position].as_ref();
    let decisions = own(&asked.items[position], &asked.names, &state.decisions);
    let mut parts: Vec<String> = decisions.map(mark).collect();
    parts.extend(answer.map(|answer| format!("{}\n{}", answer.words, answer.by)));
    id('m', &parts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The decision in force that was made last of an item.
fn last_of(state: &ReviewState, position: usize) -> Option<&Decision> {
    own(&state.asked.items[position], &state.asked.names, &state.decisions).next_back()
}

/// Why an answer is refused that was given over other answers than those that stand now.
pub(super) fn stale(state: &ReviewState, position: usize, filter: &Filter) -> Refusal {
    let item = &state.asked.items[position];
    let words = match last_of(state, position) {
        Some(last) => format!("since this card was drawn it was answered: {}", told(state, last)),
        None => match &state.standing.answers[position] {
            Some(answer) => format!("since this card was drawn it was answered: {}", answer.words),
            None => "since this card was drawn its answer was taken back".to_owned(),
        },
    };
    let way = Way {
        href: item_address(item.queue, filter, &item.id),
        words: "See the card as it stands",
    };
    refusal(words, Some(way))
}

/// Why an answer is not taken back over which there is a newer one.
pub(super) fn answered_since(state: &ReviewState, newer: &Decision) -> Refusal {
    refusal(format!("that was answered again since: {}", told(state, newer)), None)
}

fn refusal(words: String, way: Option<Way>) -> Refusal {
    Refusal {
        status: StatusCode::CONFLICT,
        title: "There is a newer answer",
        words,
        hint: "yours was not kept, and nothing was changed: look at what stands now, then answer again \
               where it is wrong",
        way,
    }
}

/// What a decision says, of what, by whom and when.
fn told(state: &ReviewState, decision: &Decision) -> String {
    let mut words = format!(
        "{} ({})",
        decision.verdict.word().replace('_', " "),
        about(&state.asked.names, decision)
    );
    if !decision.reason.is_empty() {
        words.push_str(&format!(", {:?}", decision.reason));
    }
    let by = match decision.at {
        // To the second: two answers of one day are told apart.
        Some(at) if !decision.by.is_empty() => {
            format!("{}, {}", decision.by, at.strftime("%Y-%m-%d %H:%M:%S UTC"))
        }
        _ => by_and_day(decision),
    };
    if !by.is_empty() {
        words.push_str(&format!(", by {by}"));
    }
    words
}

/// Whether an answer is the last one of an item over again: every row of it is the last about its own line.
pub(super) fn says_again(state: &ReviewState, position: usize, decided: &[Decision]) -> bool {
    let own: Vec<&Decision> =
        own(&state.asked.items[position], &state.asked.names, &state.decisions).collect();
    let Some(last) = own.last() else { return false };
    // What was decided together has one moment.
    let together = || own.iter().filter(|decision| decision.at == last.at);
    let is_cause = matches!(state.asked.items[position].what, What::Cause { .. });
    let is_there = |one: &Decision| {
        let again = Decision { at: last.at, ..one.clone() };
        // The flags of a cause go with its lines.
        is_cause && one.subject == Subject::Flag || together().any(|known| **known == again)
    };
    decided.iter().all(is_there)
}
