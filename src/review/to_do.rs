//! What is left when everything is answered: changes to make, claims at vendors, letters to clients, the report.
//!
//! The run is read with what was decided since, so that the list is that of this moment. Nothing is written to
//! any system: a person makes the change and ticks it off.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;

use super::ReviewError;
use super::decision_from_form::{Fields, field};
use super::handlers::{Handlers, see};
use super::layout::rendered;
use super::page::QueueProgress;
use super::queue::Queue;
use super::refusal::Refusal;
use super::rooms::Room;
use super::state::ReviewState;
use super::take_along::DOWNLOADS;
use seatdrift_core::decisions::LineDecisions;
use seatdrift_core::domain::{Side, Verdict};
use seatdrift_core::run::change_list::{Change, changes};
use seatdrift_core::run::{Claim, Finding, FindingLine, Run, claims, numbers};
use seatdrift_core::score::id;
use seatdrift_engine::done_store::{self, Tick};
use seatdrift_report::{Letter, letters};

/// Rows of one list that the page shows; all of them are in its file.
const N_SHOWN: usize = 200;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow"><article class="card room" id="card"><h1 id="what" tabindex="-1">To do for {{ month }}</h1>
<p class="why">{{ waiting }} {{ left }}</p>
{% if let Some(next) = next %}<p><a class="button" href="{{ next.0 }}">{{ next.1 }}</a></p>{% endif %}
{% for list in lists %}<h2>{{ list.title }}</h2>
{% if list.rows.is_empty() %}<p class="note">{{ list.empty }}</p>{% else %}<p class="note">{{ list.words }}</p>
<ul class="todo">{% for row in list.rows %}<li{% if row.is_done %} class="done"{% endif %}><div><b>{{ row.title }}</b> {{ row.what }}<small>{{ row.facts }}</small></div><div class="n">{{ row.money }}</div><form method="post" action="/to-do/tick"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="id" value="{{ row.id }}"><button class="quiet" name="done" value="{% if row.is_done %}no{% else %}yes{% endif %}" aria-label="{% if row.is_done %}Done · {{ row.by }}{% else %}Tick off{% endif %}: {{ row.title }} {{ row.what }}">{% if row.is_done %}Done · {{ row.by }}{% else %}Tick off{% endif %}</button></form></li>{% endfor %}</ul>{% if list.n_more > 0 %}<p class="note">and {{ list.n_more }} more in the file</p>{% endif %}{% endif %}
{% endfor %}<h2>Letters to clients</h2>
{% if letters.is_empty() %}<p class="note">No invoice of a client changes yet.</p>{% else %}<p class="note">Read it, change what you like, then take it with you. Nothing is sent from here.</p>
{% for letter in letters %}<details class="letter"><summary>{{ letter.client }}{% if letter.is_done %} · sent, {{ letter.by }}{% endif %}</summary>
<form method="post" action="/to-do/letter"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="file" value="{{ letter.file }}"><label>Letter to {{ letter.client }}<textarea name="text" rows="14">{{ letter.text }}</textarea></label><p class="buttons"><button name="as" value="txt">Save as text</button><button name="as" value="html">Save as HTML, to print or paste</button></p></form>
<form method="post" action="/to-do/tick"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="id" value="{{ letter.id }}"><button class="quiet" name="done" value="{% if letter.is_done %}no{% else %}yes{% endif %}">{% if letter.is_done %}Not sent after all{% else %}Tick off as sent{% endif %}</button></form></details>
{% endfor %}{% endif %}
<h2>To take with you</h2>
<ul class="downloads">{% for (name, words) in downloads %}<li><a href="/to-do/file/{{ name }}" download>{{ name }}</a> <small>{{ words }}</small></li>{% endfor %}</ul>
{% if !next_month.is_empty() %}<h2>What next month will ask</h2><ul class="plain">{% for words in next_month %}<li>{{ words }}</li>{% endfor %}</ul>{% endif %}
</article></main>"##
)]
struct ToDoView<'a> {
    csrf: &'a str,
    month: String,
    waiting: String,
    left: String,
    next: Option<(String, String)>,
    lists: Vec<List>,
    letters: Vec<LetterView>,
    downloads: [(&'static str, &'static str); 5],
    next_month: Vec<String>,
}

struct List {
    title: String,
    words: &'static str,
    /// What is said where there is nothing.
    empty: &'static str,
    rows: Vec<Row>,
    n_more: usize,
}

/// One thing to do.
struct Row {
    id: String,
    title: String,
    what: String,
    facts: String,
    money: String,
    is_done: bool,
    by: String,
}

struct LetterView {
    id: String,
    client: String,
    file: String,
    text: String,
    is_done: bool,
    by: String,
}

/// Everything there is to do for a month.
pub(super) struct ToDo {
    changes: Vec<Change>,
    claims: Vec<Claim>,
    pub(super) letters: Vec<Letter>,
    done: BTreeMap<String, Tick>,
}

impl ToDo {
    pub(super) fn of(state: &mut ReviewState) -> Result<Self, ReviewError> {
        let run = state.as_decided()?;
        Ok(Self {
            changes: changes(&run),
            claims: claims_of(state, &run),
            letters: letters(&run),
            done: done_store::done(&state.workspace, state.month)?,
        })
    }

    /// Every id there is to tick off, with what it is.
    fn ids(&self) -> Vec<(String, String)> {
        let changes = self.changes.iter().map(|one| (change_id(one), change_words(one)));
        let claims = self
            .claims
            .iter()
            .map(|one| (claim_id(one), format!("claim: {} {}", one.client, one.product)));
        let letters =
            self.letters.iter().map(|one| (letter_id(one), format!("letter to {}", one.client)));
        changes.chain(claims).chain(letters).collect()
    }

    fn n_left(&self) -> usize {
        self.ids().iter().filter(|(id, _)| !self.done.contains_key(id)).count()
    }

    fn by(&self, id: &str) -> (bool, String) {
        let tick = self.done.get(id);
        (tick.is_some(), tick.map(|tick| tick.by.clone()).unwrap_or_default())
    }
}

fn change_id(change: &Change) -> String {
    let (from, to) = (change.from.to_string(), change.to.to_string());
    let Change { side, company, agreement, product, .. } = change;
    id('c', &[side.word(), company, agreement, product, &from, &to])
}

fn change_words(change: &Change) -> String {
    let Change { company, product, from, to, .. } = change;
    format!("{company}, {product}: {from} to {to}")
}

fn claim_id(claim: &Claim) -> String {
    id('k', &[&claim.id])
}

/// What a letter is about is a part of it: another letter to the same client is another thing to send.
fn letter_id(letter: &Letter) -> String {
    let mut parts = vec![letter.client.as_str()];
    parts.extend(letter.findings.iter().map(String::as_str));
    id('l', &parts)
}

/// What is to be claimed, as the decisions stand.
pub(super) fn claims_of(state: &ReviewState, run: &Run) -> Vec<Claim> {
    let decisions = LineDecisions::new(&state.decisions, &state.asked.names);
    let is_for_vendor = |finding: &Finding| {
        let keys: Vec<_> = finding.lines.iter().map(FindingLine::key).collect();
        let standing = decisions.standing(&keys.iter().collect::<Vec<_>>(), run.month);
        standing.is_some_and(|standing| standing.decision.verdict == Verdict::FixVendor)
    };
    claims(run, is_for_vendor)
}

/// How much is left to do, and what of it.
pub(super) fn left_words(state: &mut ReviewState) -> Result<(String, String), ReviewError> {
    let to_do = ToDo::of(state)?;
    let n_changes = numbers::counted(to_do.changes.len(), "change", "changes");
    let n_claims = numbers::counted(to_do.claims.len(), "claim", "claims");
    let n_letters = numbers::counted(to_do.letters.len(), "letter", "letters");
    let words = format!("of {n_changes}, {n_claims}, {n_letters}");
    Ok((numbers::count(to_do.n_left()), words))
}

impl Handlers {
    pub(super) fn to_do_page(&self) -> Result<Response, Refusal> {
        let mut state = self.state()?;
        let to_do = ToDo::of(&mut state)?;
        let n_waiting: usize =
            Queue::ALL.iter().map(|queue| QueueProgress::of(&state, *queue).n_left()).sum();
        let next = Queue::ALL
            .into_iter()
            .find(|queue| 0 < QueueProgress::of(&state, *queue).n_left())
            .map(|queue| (format!("/{}", queue.word()), format!("Go on: {}", queue.title())));
        let view = ToDoView {
            csrf: &self.guard.csrf,
            month: numbers::long_month(state.month),
            waiting: match n_waiting {
                0 => "Everything is answered.".to_owned(),
                1 => "1 answer is still waited for.".to_owned(),
                n => format!("{} answers are still waited for.", numbers::count(n)),
            },
            left: match to_do.n_left() {
                0 => "Nothing is left to do.".to_owned(),
                1 => "1 thing is left to do.".to_owned(),
                n => format!("{} things are left to do.", numbers::count(n)),
            },
            next,
            lists: lists(&to_do),
            letters: to_do.letters.iter().map(|one| letter_view(&to_do, one)).collect(),
            downloads: DOWNLOADS,
            next_month: next_month(&state),
        };
        let page = self.room_page(&state, Room::ToDo, Room::ToDo.title(), rendered(&view))?;
        Ok(Html(page).into_response())
    }

    /// Ticks something off, or says that it is not done after all.
    pub(super) fn tick(&self, fields: &Fields) -> Result<Response, Refusal> {
        self.own_form(fields)?;
        let mut state = self.state()?;
        let asked = field(fields, "id");
        let found = ToDo::of(&mut state)?.ids().into_iter().find(|(id, _)| id == asked);
        let (id, what) = found
            .ok_or(ReviewError::Answer("that is not to be done any more: nothing was changed"))?;
        let is_done = field(fields, "done") == "yes";
        let (month, by) = (state.month, state.by.clone());
        let tick = Tick { month, id, is_done, what, by, at: Timestamp::now() };
        done_store::tick(&state.workspace, &tick).map_err(ReviewError::from)?;
        Ok(see("/to-do".to_owned()))
    }
}

fn lists(to_do: &ToDo) -> Vec<List> {
    let changes = |side: Side| -> Vec<Row> {
        let own = to_do.changes.iter().filter(|change| change.side == side);
        own.map(|change| change_row(to_do, change)).collect()
    };
    let list = |title: &str, words, empty, mut rows: Vec<Row>| {
        let n_more = rows.len().saturating_sub(N_SHOWN);
        rows.truncate(N_SHOWN);
        List { title: title.to_owned(), words, empty, rows, n_more }
    };
    vec![
        list(
            "Changes in the PSA",
            "From the first of next month on. Earlier months are for you and the client to settle.",
            "Nothing was decided to be fixed in the PSA.",
            changes(Side::Psa),
        ),
        list(
            "Changes at vendors",
            "Seats to bring to what is billed.",
            "Nothing was decided to be fixed at a vendor.",
            changes(Side::Vendor),
        ),
        list(
            "Claims at vendors",
            "Charged twice, a part of a period charged otherwise than due, or a price to take up. By \
             file, with its rows.",
            "Nothing is to be claimed.",
            to_do.claims.iter().map(|claim| claim_row(to_do, claim)).collect(),
        ),
    ]
}

fn change_row(to_do: &ToDo, change: &Change) -> Row {
    let id = change_id(change);
    let (is_done, by) = to_do.by(&id);
    let price = |unit| numbers::money(unit, change.currency);
    let mut facts = Vec::new();
    if !change.agreement.is_empty() {
        facts.push(change.agreement.clone());
    }
    match (change.unit, change.unit_to) {
        (Some(now), Some(then)) => {
            facts.push(format!("price {} now, at least {} then", price(now), price(then)));
        }
        (Some(now), None) => facts.push(format!("{} a unit", price(now))),
        (None, _) => facts.push("price not known here".to_owned()),
    }
    facts.push(change.why.clone());
    let (from, to) = (numbers::units(change.from), numbers::units(change.to));
    let what = match change.action() {
        "price" => format!("{}: a new price for {from}", change.product),
        _ => format!("{}: {from} → {to}", change.product),
    };
    let money = change.money.map(|sum| {
        let sign = if sum.is_sign_positive() { "+" } else { "" };
        format!("{sign}{} a month", price(sum))
    });
    Row {
        id,
        title: change.company.clone(),
        what,
        facts: facts.join(" · "),
        money: money.unwrap_or_default(),
        is_done,
        by,
    }
}

fn claim_row(to_do: &ToDo, claim: &Claim) -> Row {
    let id = claim_id(claim);
    let (is_done, by) = to_do.by(&id);
    Row {
        id,
        title: claim.file.clone(),
        what: format!("{}: {}, {}", claim.what.title(), claim.client, claim.product),
        facts: format!("{} · {}", claim.why, claim.rows.join(", ")),
        money: numbers::money(claim.money, claim.currency),
        is_done,
        by,
    }
}

fn letter_view(to_do: &ToDo, letter: &Letter) -> LetterView {
    let id = letter_id(letter);
    let (is_done, by) = to_do.by(&id);
    let Letter { client, file, text, .. } = letter.clone();
    LetterView { id, client, file, text, is_done, by }
}

/// What comes back by itself: names nobody answered, and answers that end with the next month.
fn next_month(state: &ReviewState) -> Vec<String> {
    let mut said = Vec::new();
    let names = QueueProgress::of(state, Queue::Names).n_left();
    if 0 < names {
        said.push(format!(
            "{} nobody has answered yet.",
            numbers::counted(names, "name that", "names that")
        ));
    }
    let (today, end) = (state.month.last_day(), state.month.plus(1).last_day());
    let ending = state
        .decisions
        .iter()
        .filter(|decision| decision.until.is_some_and(|until| today <= until && until < end));
    let n_ending = ending.count();
    if 0 < n_ending {
        said.push(format!(
            "{} before {} is over: what it settled is asked again.",
            numbers::counted(n_ending, "answer that ends", "answers that end"),
            numbers::long_month(state.month.plus(1))
        ));
    }
    said
}
