//! What stands around every page: whose month it is, the queues, the keys.

use askama::Template;

use super::filter::{Filter, Sight, address};
use super::page::QueueProgress;
use super::queue::Queue;
use super::refusal::Way;
use super::rooms::Room;
use super::state::ReviewState;
use seatdrift_core::run::{FileInDoubt, Finding, Moneys, moneys_decided, numbers};
use seatdrift_report::money_sentences;

/// Everything but the card: the same on every page.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{% if refreshes %}<meta http-equiv="refresh" content="1">{% endif %}<title>{{ title }} – {{ msp }}</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/charts.css">
<link rel="stylesheet" href="/assets/review.css">
<script src="/assets/review.js" defer></script>
</head>
<body>
<a class="skip" href="#what">Skip to what is to be decided</a>
<header class="top">
<p class="msp"><b>{{ msp }}</b> {{ month }}</p>
<nav aria-label="Pages">{% for room in rooms %}<a href="{{ room.href }}"{% if room.is_current %} aria-current="page"{% endif %}>{{ room.title }}</a>{% endfor %}</nav>
<nav aria-label="Queues">{% for tab in tabs %}<a href="{{ tab.href }}"{% if tab.is_current %} aria-current="page"{% endif %}>{{ tab.title }} <b>{{ tab.n_left }}</b></a>{% endfor %}</nav>
<p class="tools">{% for (href, words) in tools %}<a href="{{ href }}">{{ words }}</a>{% endfor %}<button type="button" class="link" data-key="?" data-opens="keys">Keys</button></p>
</header>
{% if !in_doubt.is_empty() %}<aside class="passed-over" aria-label="Files of which much is in doubt">{% for file in in_doubt %}<p>{{ file.words }}</p>{% endfor %}</aside>
{% endif %}{% for all in moneys %}<details class="moneys"><summary>{% for (whose, sum) in all.both %}<span>{{ whose }} <b>{{ sum }}</b> a month</span>{% endfor %}</summary>{% for words in all.beside %}<p>{{ words }}</p>{% endfor %}</details>
{% endfor %}{% if !passed_over.is_empty() %}<aside class="passed-over" aria-label="Rows of decisions.csv that are passed over">{% for words in passed_over %}<p>{{ words }}</p>{% endfor %}<p>Mend them in a text editor, or leave them: every other answer counts, and nothing in the file is changed.</p></aside>
{% endif %}{{ body|safe }}
<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
<dl>{% for (key, words) in keys %}<div><dt><kbd>{{ key }}</kbd></dt><dd>{{ words }}</dd></div>{% endfor %}</dl>
<form method="dialog"><button>Close</button></form></dialog>
</body>
</html>
"##
)]
struct Frame<'a> {
    refreshes: bool,
    title: &'a str,
    msp: &'a str,
    month: String,
    rooms: Vec<RoomLink>,
    tabs: Vec<Tab>,
    tools: Vec<(String, String)>,
    in_doubt: &'a [FileInDoubt],
    moneys: Vec<MoneysLine>,
    passed_over: &'a [String],
    body: String,
    keys: &'static [(&'static str, &'static str)],
}

/// The two numbers of a currency, and what stands beside them.
struct MoneysLine {
    both: Vec<(&'static str, String)>,
    beside: Vec<String>,
}

struct RoomLink {
    href: String,
    title: &'static str,
    is_current: bool,
}

struct Tab {
    href: String,
    title: &'static str,
    n_left: String,
    is_current: bool,
}

/// Every key, as the help says it.
const KEYS: [(&str, &str); 14] = [
    ("j k", "the next, the one before"),
    ("a", "the same; our own service; leave it as it is; real"),
    ("x", "not this one; line by line; expected"),
    ("1 2 3", "look at another candidate"),
    ("/", "search for another partner"),
    ("n b", "no partner; part of a bundle"),
    ("p v", "fix in the PSA; fix at the vendor"),
    ("i f", "our own use; given away, with a reason"),
    ("o", "our own service, at every client"),
    ("r d", "write the reason; the last day it holds"),
    ("u", "take back the last answer"),
    ("e", "go to what was decided before; Enter takes it back"),
    ("Esc", "leave a field"),
    ("?", "this help"),
];

/// Whether a page loads itself again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reloads {
    /// Not by itself.
    No,
    /// Every second, while something runs.
    EverySecond,
}

/// Where a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a queue.
    Queue(Queue),
    /// Beside them.
    Room(Room),
}

/// What stands around a page's own part.
pub(super) struct Around<'a> {
    pub(super) state: &'a ReviewState,
    pub(super) filter: &'a Filter,
    pub(super) current: Option<Place>,
    pub(super) reloads: Reloads,
    /// Answers that a retrain would use and no model has seen.
    pub(super) n_unlearned: usize,
}

impl Around<'_> {
    /// A whole page with this title and body.
    pub(super) fn page(&self, title: &str, body: String) -> String {
        let blind = Filter { sight: self.filter.sight, ..Filter::default() };
        let tab = |queue: Queue| Tab {
            href: address(&format!("/{}", queue.word()), &blind.fields()),
            title: queue.title(),
            n_left: numbers::count(QueueProgress::of(self.state, queue).n_left()),
            is_current: self.current == Some(Place::Queue(queue)),
        };
        let other = match self.filter.sight {
            Sight::Open => (Sight::Blind, "Hide scores"),
            Sight::Blind => (Sight::Open, "Show scores"),
        };
        let queue = match self.current {
            Some(Place::Queue(queue)) => queue,
            _ => Queue::Names,
        };
        let path = format!("/{}", queue.word());
        let room = |room: Room| RoomLink {
            href: format!("/{}", room.word()),
            title: room.title(),
            is_current: self.current == Some(Place::Room(room)),
        };
        let toggled = Filter { sight: other.0, ..self.filter.clone() };
        let retrain = match self.n_unlearned {
            0 => "Retrain".to_owned(),
            n => format!("Retrain with {} new", numbers::count(n)),
        };
        rendered(&Frame {
            refreshes: self.reloads == Reloads::EverySecond,
            title,
            msp: &self.state.asked.run.msp,
            month: numbers::long_month(self.state.month),
            rooms: Room::ALL.into_iter().map(room).collect(),
            tabs: Queue::ALL.into_iter().map(tab).collect(),
            tools: vec![
                (address(&path, &toggled.fields()), other.1.to_owned()),
                ("/retrain".to_owned(), retrain),
            ],
            in_doubt: &self.state.asked.run.in_doubt,
            moneys: self.moneys(),
            passed_over: &self.state.passed_over,
            body,
            keys: &KEYS,
        })
    }
}

impl Around<'_> {
    /// The run's two numbers, with what was decided since to have fixed; not on the page that begins with them.
    fn moneys(&self) -> Vec<MoneysLine> {
        if self.current == Some(Place::Room(Room::Home)) {
            return Vec::new();
        }
        let line = |all: &Moneys| MoneysLine {
            both: all
                .both()
                .iter()
                .map(|one| (one.direction.title(), numbers::money(one.claimed.money, all.currency)))
                .collect(),
            beside: money_sentences(all),
        };
        moneys_now(self.state).iter().map(line).collect()
    }
}

/// The two numbers of a run, with what was decided since to have fixed.
pub(super) fn moneys_now(state: &ReviewState) -> Vec<Moneys> {
    let ReviewState { asked, standing, .. } = state;
    let answered = standing.to_fix(&asked.items);
    moneys_decided(&asked.run, |position: usize, finding: &Finding| {
        answered.get(&position).copied().unwrap_or(finding.raised.is_some())
    })
}

/// A page with a message and where to go.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>{{ title }} – seatdrift</title><link rel="icon" href="/assets/icon.svg"><link rel="stylesheet" href="/assets/review.css"></head>
<body><main class="message"><h1>{{ title }}</h1><p class="why">{{ words }}</p>{% if !hint.is_empty() %}<p>{{ hint }}</p>{% endif %}<p><a class="button" href="{{ way.href }}">{{ way.words }}</a></p></main></body></html>
"##
)]
pub(super) struct Message<'a> {
    pub(super) title: &'a str,
    pub(super) words: &'a str,
    pub(super) hint: &'a str,
    pub(super) way: &'a Way,
}

/// A template as text.
pub(super) fn rendered(template: &impl Template) -> String {
    template.render().expect("a template of texts renders into memory")
}
