//! Who decided what, and when; each answer can be taken back.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;

use super::decided_items::{about, by_and_day};
use super::decision_from_form::{Fields, field};
use super::filter::{Filter, address, item_address};
use super::handlers::{Handlers, see};
use super::layout::rendered;
use super::queue::Queue;
use super::refusal::Refusal;
use super::rooms::Room;
use super::state::{ReviewState, mark};
use seatdrift_core::run::numbers;

/// Answers on one page.
const N_LISTED: usize = 100;

/// One decision in force.
pub(super) struct Deed {
    pub(super) mark: String,
    pub(super) verdict: String,
    pub(super) what: String,
    pub(super) by: String,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow"><article class="card room" id="card"><h1 id="what" tabindex="-1">Activity</h1>
<p class="why">{{ words }}</p>
<form method="get" action="/activity" class="search"><label>About or by <input name="q" value="{{ q }}" autocomplete="off"></label> <button>Show</button></form>
<ul class="earlier">{% for one in deeds %}<li><span><b>{{ one.verdict }}</b> {{ one.what }}<small>{{ one.by }}</small></span><form method="post" action="/take-back"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="decision" value="{{ one.mark }}"><input type="hidden" name="room" value="activity"><button class="quiet" aria-label="Undo: {{ one.verdict }} {{ one.what }}">Undo</button></form></li>{% endfor %}</ul>
<p class="pager">{% if let Some(href) = before %}<a href="{{ href }}">Newer</a>{% endif %}{% if let Some(href) = after %}<a href="{{ href }}">{{ n_after }} older</a>{% endif %}</p>
</article></main>"##
)]
struct ActivityView<'a> {
    csrf: &'a str,
    words: String,
    q: &'a str,
    deeds: Vec<Deed>,
    before: Option<String>,
    after: Option<String>,
    n_after: usize,
}

/// The decisions in force, newest first, whose words are wanted.
pub(super) fn deeds(state: &ReviewState, is_wanted: impl Fn(&str) -> bool) -> Vec<Deed> {
    let deed = |decision| {
        let what = about(&state.asked.names, decision);
        let by = by_and_day(decision);
        is_wanted(&format!("{what}\n{by}")).then(|| {
            let reason = match decision.reason.as_str() {
                "" => String::new(),
                reason => format!(" – {reason}"),
            };
            Deed {
                mark: mark(decision),
                verdict: decision.verdict.word().replace('_', " "),
                what: format!("{what}{reason}"),
                by,
            }
        })
    };
    state.decisions.iter().rev().filter_map(deed).collect()
}

impl Handlers {
    pub(super) fn activity_page(&self, fields: &Fields) -> Result<Response, Refusal> {
        let state = self.state()?;
        let q = field(fields, "q").trim();
        let letters = q.to_lowercase();
        let mut all = deeds(&state, |words| words.to_lowercase().contains(&letters));
        let words = match all.len() {
            0 => "Nothing was decided.".to_owned(),
            n => format!(
                "{} in force, newest first. What is taken back stays in decisions.csv, and counts no more.",
                numbers::counted(n, "decision is", "decisions are")
            ),
        };
        let from: usize = field(fields, "from").parse().unwrap_or(0);
        let from = from.min(all.len().saturating_sub(1)) / N_LISTED * N_LISTED;
        let link =
            |from: usize| address("/activity", &[("q", q.to_owned()), ("from", from.to_string())]);
        let n_after = all.len().saturating_sub(from + N_LISTED);
        let deeds: Vec<Deed> = all.drain(from..).take(N_LISTED).collect();
        let view = ActivityView {
            csrf: &self.guard.csrf,
            words,
            q,
            deeds,
            before: from.checked_sub(N_LISTED).map(link),
            after: (0 < n_after).then(|| link(from + N_LISTED)),
            n_after,
        };
        let page =
            self.room_page(&state, Room::Activity, Room::Activity.title(), rendered(&view))?;
        Ok(Html(page).into_response())
    }

    /// Takes one decision back, whoever made it.
    pub(super) fn take_back(&self, fields: &Fields) -> Result<Response, Refusal> {
        self.own_form(fields)?;
        let mut state = self.state()?;
        state.take_back_one(field(fields, "decision"), Timestamp::now())?;
        if field(fields, "room") == Room::Activity.word() {
            return Ok(see(format!("/{}", Room::Activity.word())));
        }
        let queue = Queue::of(field(fields, "queue")).unwrap_or(Queue::Names);
        Ok(see(item_address(queue, &Filter::of(fields), field(fields, "id"))))
    }
}
