//! What each address does: reads the state, appends what was decided, makes the page.

use std::sync::{Arc, MutexGuard, PoisonError};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};

use super::ReviewError;
use super::bulk::{acceptances, mark_of, probability};
use super::card::Card;
use super::cards::CardMaker;
use super::decision_from_form::{Fields, Person, decisions, field};
use super::filter::{Filter, Sight, address, item_address};
use super::forms::{BulkPair, BulkView, FoundView, RetrainView, RunningView};
use super::guard::{Guard, Refused};
use super::layout::{Around, Place, Reloads, rendered};
use super::page::{QueuePage, QueueProgress};
use super::partner_search::partners;
use super::queue::{Queue, What};
use super::refusal::{Refusal, sentence};
use super::retraining::{
    Left, NotLearned, RetrainProgress, Retrained, STAGES, elapsed, left_words, title, unlearned,
};
use super::server::Review;
use super::stale_answer::{answered_since, says_again, stale, standing_mark};
use super::state::ReviewState;
use seatdrift_core::decisions::DecisionsUsed;
use seatdrift_core::domain::Side;
use seatdrift_core::run::numbers;
use seatdrift_core::score::ChartMonths;
use seatdrift_engine::history::History;
use seatdrift_engine::retrain::retrain;

/// Pairs that the page of many answers lists.
const N_PAIRS: usize = 200;
/// The probability that page begins with.
const FIRST_THRESHOLD: f64 = 0.95;
/// How old an answer may be that the page offers to take back.
const TAKES_BACK_HOURS: i64 = 24;

/// What every request can reach.
pub(super) struct Handlers {
    pub(super) review: Review,
    pub(super) guard: Guard,
}

impl Handlers {
    /// The state, in step with the disk.
    pub(super) fn state(&self) -> Result<MutexGuard<'_, ReviewState>, Refusal> {
        let state = self.review.state.get().ok_or_else(Refusal::nothing_scored)?;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.refresh()?;
        Ok(state)
    }

    pub(super) fn found_names(&self, id: &str, fields: &Fields) -> Result<String, Refusal> {
        let state = self.state()?;
        // What stood when the card was drawn that the letters are typed on.
        let stands = match (fields.get("stands"), state.asked.by_id.get(id)) {
            (Some(drawn), _) => drawn.clone(),
            (None, Some(&position)) => standing_mark(&state, position),
            (None, None) => String::new(),
        };
        Ok(self.found(&state, id, &stands, fields))
    }

    pub(super) fn start_retrain(self: &Arc<Self>, fields: &Fields) -> Result<(), Refusal> {
        self.own_form(fields)?;
        let (before, decisions, root, month) = {
            let state = self.state()?;
            let root = state.workspace.root.clone();
            (left(&state), DecisionsUsed::of(&state.decisions), root, state.month)
        };
        let handlers = Arc::clone(self);
        self.review.retraining.start(decisions, move |progress| {
            let done = retrain(&root, month, handlers.review.clock.now(), progress)?;
            let after = handlers.state().map(|state| left(&state)).ok();
            let taught = done.taught.map(|taught| taught.sentences()).unwrap_or_default();
            Ok(Retrained { trained: done.learned.words(), taught, before, after })
        });
        Ok(())
    }

    pub(super) fn read_past(&self) {
        let Some(state) = self.review.state.get() else { return };
        let (history, month) = {
            let state = state.lock().unwrap_or_else(PoisonError::into_inner);
            (History::new(state.workspace.history()), state.month)
        };
        match ChartMonths::read(&history, month) {
            Ok(past) => {
                let mut charts = self.review.past.write().unwrap_or_else(PoisonError::into_inner);
                *charts = Some(Arc::new(past));
            }
            Err(error) => tracing::warn!("no charts of past months: {error}"),
        }
    }

    pub(super) fn own_form(&self, fields: &Fields) -> Result<(), Refusal> {
        match self.guard.knows_form(field(fields, "csrf")) {
            true => Ok(()),
            false => Err(Refused::Form.into()),
        }
    }

    /// How many answers a retrain would use that no model has seen.
    pub(super) fn unlearned(&self, state: &ReviewState) -> Result<usize, Refusal> {
        Ok(unlearned(state, &self.review.retraining.progress())?.n())
    }

    pub(super) fn queue_page(&self, queue: Queue, fields: &Fields) -> Result<Response, Refusal> {
        let state = self.state()?;
        let page = self.drawn(&state, queue, fields, |_| ())?;
        Ok(Html(page).into_response())
    }

    /// A queue with the card that is addressed, drawn as `amended`.
    fn drawn(
        &self,
        state: &ReviewState,
        queue: Queue,
        fields: &Fields,
        amended: impl FnOnce(&mut Card),
    ) -> Result<String, Refusal> {
        let filter = Filter::of(fields);
        let wanted = filter.wanted(state, queue);
        let id = field(fields, "at");
        let place = wanted.iter().position(|&idx| state.asked.items[idx].id == id);
        // What is addressed is shown, even where the filter or an answer has taken it off the list.
        let elsewhere = state.asked.by_id.get(id).copied().filter(|_| place.is_none());
        let elsewhere = elsewhere.filter(|&idx| state.asked.items[idx].queue == queue);
        let at = if elsewhere.is_some() { None } else { Some(place.unwrap_or(0)) };
        let position = elsewhere.or(at.and_then(|at| wanted.get(at).copied()));
        let mut card = position.map(|position| self.card(state, position, &filter, fields));
        if let Some(card) = &mut card {
            amended(card);
        }
        let last = state.last(Timestamp::now() - SignedDuration::from_hours(TAKES_BACK_HOURS));
        let csrf = &self.guard.csrf;
        let page = QueuePage { state, queue, filter: &filter, csrf, last, wanted: &wanted, at };
        let body = page.body(card.as_ref());
        let title = card.as_ref().map_or(queue.title(), |card| card.title.as_str());
        let n_unlearned = self.unlearned(state)?;
        let (current, reloads) = (Some(Place::Queue(queue)), Reloads::No);
        let around = Around { state, filter: &filter, current, reloads, n_unlearned };
        Ok(around.page(title, body))
    }

    fn card(&self, state: &ReviewState, position: usize, filter: &Filter, fields: &Fields) -> Card {
        let past = self.review.past.read().unwrap_or_else(PoisonError::into_inner).clone();
        let past = past.as_deref();
        let candidate = field(fields, "candidate");
        let mut card = CardMaker { state, past, filter, candidate }.card(position);
        card.csrf.clone_from(&self.guard.csrf);
        if let (Some(sought), Some(typed)) = (&mut card.sought, fields.get("q")) {
            sought.clone_from(typed);
            card.found = self.found(state, &card.id, &card.stands, fields);
        } else {
            card.found = no_search();
        }
        card
    }

    fn found(&self, state: &ReviewState, id: &str, stands: &str, fields: &Fields) -> String {
        let item = state.asked.item(id);
        let found = item.map(|item| partners(&state.asked, item, field(fields, "q")));
        let found = found.unwrap_or_default();
        let side = item.and_then(|item| match &item.what {
            What::Name { side, .. } => Some(*side),
            _ => None,
        });
        let place = if side == Some(Side::Psa) { "at the vendor" } else { "in the PSA" };
        let words = match (field(fields, "q"), found.len()) {
            ("", _) => String::new(),
            (_, 0) => format!("No name {place} has these letters."),
            (_, 1) => format!("1 name {place}"),
            (_, n) => format!("{n} names {place}"),
        };
        let filter = Filter::of(fields).fields();
        rendered(&FoundView { words, csrf: &self.guard.csrf, id, stands, filter, found })
    }

    pub(super) fn decide(&self, fields: &Fields) -> Result<Response, Refusal> {
        self.own_form(fields)?;
        let mut state = self.state()?;
        let filter = Filter::of(fields);
        let queue = Queue::of(field(fields, "queue")).unwrap_or(Queue::Names);
        let before = filter.wanted(&state, queue);
        let id = field(fields, "id");
        let place = before.iter().position(|&idx| state.asked.items[idx].id == id);
        let at = state.moment(Timestamp::now());
        let by = state.by.clone();
        let decided = decisions(&state.asked, fields, Person { by: &by, at });
        let position = state.asked.by_id.get(id).copied();
        let is_stale = |&position: &usize| {
            let drawn = fields.get("stands");
            drawn.is_some_and(|drawn| *drawn != standing_mark(&state, position))
        };
        match (decided, position.filter(is_stale)) {
            // A form that is sent twice says nothing new.
            (Ok(decided), Some(position)) if says_again(&state, position, &decided) => {}
            (_, Some(position)) => return Err(stale(&state, position, &filter)),
            (Ok(decided), None) => state.append(&decided)?,
            (Err(ReviewError::Answer(words)), None) if position.is_some() => {
                return self.ask_again(&state, fields, words);
            }
            (Err(error), None) => return Err(error.into()),
        }
        let wanted = filter.wanted(&state, queue);
        // Where it still waits it stays in sight; else what came after it moves up into its place.
        let is_waiting = |idx: &&usize| state.asked.items[**idx].id == id;
        let next = match wanted.iter().find(is_waiting) {
            Some(own) => Some(own),
            None => wanted.get(place.unwrap_or(0)).or(wanted.last()),
        };
        let next = next.map_or("", |&idx| state.asked.items[idx].id.as_str());
        Ok(see(item_address(queue, &filter, next)))
    }

    /// The card of an answer that lacks something, with what was typed.
    fn ask_again(
        &self,
        state: &ReviewState,
        fields: &Fields,
        words: &str,
    ) -> Result<Response, Refusal> {
        let mut addressed = fields.clone();
        addressed.insert("at".to_owned(), field(fields, "id").to_owned());
        let queue = state.asked.item(field(fields, "id")).map_or(Queue::Names, |item| item.queue);
        let page = self.drawn(state, queue, &addressed, |card| {
            let verdict = field(fields, "verdict");
            let chosen = card.actions.iter().find(|action| action.verdict == verdict);
            card.chosen = chosen.map_or("", |action| action.verdict);
            card.problem = sentence(words);
            card.reason = field(fields, "reason").to_owned();
            card.until = field(fields, "until").to_owned();
            card.asks_words = true;
        })?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
    }

    pub(super) fn undo(&self, fields: &Fields) -> Result<Response, Refusal> {
        self.own_form(fields)?;
        let mut state = self.state()?;
        let at: Timestamp = field(fields, "at")
            .parse()
            .map_err(|_| ReviewError::Answer("nothing was decided at that time"))?;
        if let Some(newer) = state.newer_than(at) {
            return Err(answered_since(&state, newer));
        }
        let answers = state.standing.answers.clone();
        state.take_back(at, Timestamp::now())?;
        let came_back =
            |idx: &usize| answers[*idx].is_some() && state.standing.answers[*idx].is_none();
        let back = (0..answers.len().min(state.standing.answers.len())).find(came_back);
        let item = back.map(|idx| &state.asked.items[idx]);
        let queue = match item {
            Some(item) => item.queue,
            None => Queue::of(field(fields, "queue")).unwrap_or(Queue::Names),
        };
        let id = item.map_or("", |item| item.id.as_str());
        Ok(see(item_address(queue, &Filter::of(fields), id)))
    }

    pub(super) fn bulk_page(
        &self,
        fields: &Fields,
        problem: &'static str,
    ) -> Result<Response, Refusal> {
        let state = self.state()?;
        let filter = Filter::of(fields);
        let typed = fields.get("at_least").map(|text| text.trim().to_owned());
        let typed = typed.unwrap_or_else(|| FIRST_THRESHOLD.to_string());
        let threshold = probability(&typed);
        let person = Person { by: &state.by, at: Timestamp::now() };
        let all = threshold.map(|at_least| acceptances(&state, &filter, at_least, person));
        let all = all.unwrap_or_default();
        let pair = |item: usize| {
            let item = &state.asked.items[item];
            let pair = &state.asked.run.suggestions[state.asked.suggestions[&item.id]];
            BulkPair {
                vendor: pair.vendor_name.clone(),
                psa: pair.psa_name.clone(),
                percent: numbers::percent(item.probability),
                money: numbers::money(item.money, item.currency),
            }
        };
        let problem = match threshold {
            None => "a probability lies between 0.5 and 1; below that names are read one by one",
            Some(_) => problem,
        };
        let body = rendered(&BulkView {
            csrf: &self.guard.csrf,
            filter: filter.fields(),
            at_least: typed,
            problem,
            count: all.len(),
            mark: mark_of(&all),
            total: numbers::counted(all.len(), "name", "names"),
            pairs: all.iter().take(N_PAIRS).map(|one| pair(one.item)).collect(),
            n_more: all.len().saturating_sub(N_PAIRS),
            back: address("/names", &filter.fields()),
        });
        let current = Some(Place::Queue(Queue::Names));
        let (reloads, n_unlearned) = (Reloads::No, self.unlearned(&state)?);
        let around = Around { state: &state, filter: &filter, current, reloads, n_unlearned };
        Ok(Html(around.page("Accept many at once", body)).into_response())
    }

    pub(super) fn accept_many(&self, fields: &Fields) -> Result<Response, Refusal> {
        self.own_form(fields)?;
        let mut state = self.state()?;
        let filter = Filter::of(fields);
        let by = state.by.clone();
        let person = Person { by: &by, at: state.moment(Timestamp::now()) };
        let at_least = probability(field(fields, "at_least"));
        let all = at_least.map(|at_least| acceptances(&state, &filter, at_least, person));
        let all = all.unwrap_or_default();
        let are_others = fields.get("pairs").is_some_and(|drawn| *drawn != mark_of(&all));
        if are_others || field(fields, "count").parse() != Ok(all.len()) {
            drop(state);
            return self.bulk_page(fields, "what waits has changed meanwhile: look again");
        }
        let decided: Vec<_> = all.into_iter().map(|one| one.decision).collect();
        state.append(&decided)?;
        Ok(see(address("/names", &filter.fields())))
    }

    pub(super) fn retrain_page(&self) -> Result<Response, Refusal> {
        let state = self.state()?;
        let progress = self.review.retraining.progress();
        let unlearned = unlearned(&state, &progress)?;
        let mut view = RetrainView {
            csrf: &self.guard.csrf,
            unlearned: unlearned.words(),
            is_worth_it: unlearned.is_worth_it(),
            running: None,
            failed: String::new(),
            left: Vec::new(),
            taught: Vec::new(),
            said: String::new(),
        };
        match progress {
            RetrainProgress::Idle => {}
            RetrainProgress::Running { since, stage, doing } => {
                let stages = STAGES.map(|one| (title(one), one == stage)).to_vec();
                view.running = Some(RunningView { stages, doing, elapsed: elapsed(since) });
            }
            RetrainProgress::Ended { result: Ok(learned), .. } => {
                view.left = left_words(&learned);
                (view.taught, view.said) = (learned.taught, learned.trained);
            }
            RetrainProgress::Ended { result: Err(NotLearned::Training(why)), .. } => {
                view.failed =
                    format!("It could not be trained: {why}. Models and run stay as they were.");
            }
            RetrainProgress::Ended {
                result: Err(NotLearned::Scoring { trained, why }), ..
            } => {
                view.failed = format!(
                    "The models are trained, and the month could not be scored again: {why}. \
                     The run stays as it was."
                );
                view.said = trained;
            }
        }
        let reloads = if view.running.is_some() { Reloads::EverySecond } else { Reloads::No };
        let filter = Filter { sight: Sight::Open, ..Filter::default() };
        let n_unlearned = unlearned.n();
        let around = Around { state: &state, filter: &filter, current: None, reloads, n_unlearned };
        Ok(Html(around.page("Retrain", rendered(&view))).into_response())
    }
}

/// What is left to decide, by queue.
fn left(state: &ReviewState) -> Left {
    Queue::ALL.map(|queue| QueueProgress::of(state, queue).n_left())
}

/// What stands where names will be found.
fn no_search() -> String {
    "<p id=\"found-words\" class=\"note\" role=\"status\"></p>".to_owned()
}

/// Where to look next; the form is not sent again when the page is loaded anew.
pub(super) fn see(address: String) -> Response {
    let location = HeaderValue::try_from(address).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
