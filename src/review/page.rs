//! A queue: how far it is, its list, and the card of one of its items.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use rust_decimal::Decimal;

use super::card::Card;
use super::decided_items::about;
use super::filter::{Filter, Order, Show, Sight, address, item_address};
use super::layout::rendered;
use super::queue::{Item, Queue};
use super::state::ReviewState;
use seatdrift_core::decisions::Names;
use seatdrift_core::domain::{Decision, Direction, Money, Totals};
use seatdrift_core::run::numbers;

/// Items a page of the list shows.
const N_LISTED: usize = 50;

/// How far a queue is.
pub(super) struct QueueProgress {
    n_asked: usize,
    n_decided: usize,
    /// What was decided, by whose money it is; of what is no difference there is one sum.
    decided: BTreeMap<Option<Direction>, Totals>,
}

impl QueueProgress {
    pub(super) fn of(state: &ReviewState, queue: Queue) -> Self {
        let answers = state.asked.items.iter().zip(&state.standing.answers);
        let own = answers.filter(|(item, _)| item.queue == queue && item.is_asked());
        let mut progress = Self { n_asked: 0, n_decided: 0, decided: BTreeMap::new() };
        for (item, answer) in own {
            progress.n_asked += 1;
            if answer.is_some() {
                progress.n_decided += 1;
                let money = Money::new(item.money, item.currency);
                progress.decided.entry(item.direction(&state.asked.run)).or_default().add(money);
            }
        }
        progress
    }

    pub(super) fn n_left(&self) -> usize {
        self.n_asked - self.n_decided
    }

    pub(super) fn words(&self, state: &ReviewState) -> String {
        let words = |(direction, sum): (&Option<Direction>, &Totals)| match direction {
            None => sum.to_string(),
            Some(Direction::Lose) => format!("{sum} you lose"),
            Some(Direction::Overpay) => format!("{sum} clients overpay"),
            Some(Direction::News) => format!("{sum} news"),
        };
        let sums: Vec<String> = self.decided.iter().map(words).collect();
        let decided = match self.decided.first_key_value() {
            None => format!("{} decided", Money::zero(state.asked.run.currency)),
            Some((None, _)) => format!("{} decided", sums.join(" and ")),
            Some((Some(_), _)) => format!("decided: {}", sums.join(" and ")),
        };
        let (left, all) = (numbers::count(self.n_left()), numbers::count(self.n_asked));
        format!("{left} of {all} left, {decided}")
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section class="progress" aria-label="Progress"><p role="status">{{ progress }}</p><progress max="{{ n_asked }}" value="{{ n_decided }}" aria-label="Decided of this queue"></progress>
{% if let Some(last) = last %}<form method="post" action="/undo"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="at" value="{{ last.at }}"><input type="hidden" name="queue" value="{{ queue }}">{% for (name, value) in filter %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}<span>{{ last.words }}</span> <button class="quiet" data-key="u">Undo <kbd>u</kbd></button></form>{% endif %}</section>
<main>
<section class="queue" aria-label="{{ queue_title }}">
<details class="filter"{% if narrows %} open{% endif %}><summary>{{ shown }}</summary>
<form method="get" action="/{{ queue }}">
<label>Client <input name="client" value="{{ client }}" autocomplete="off"></label>
<label>Kind <select name="kind"><option value="">all</option>{% for one in kinds %}<option value="{{ one.value }}"{% if one.is_chosen %} selected{% endif %}>{{ one.words }}</option>{% endfor %}</select></label>
<label>Export <select name="vendor"><option value="">all</option>{% for one in vendors %}<option value="{{ one.value }}"{% if one.is_chosen %} selected{% endif %}>{{ one.words }}</option>{% endfor %}</select></label>
<label>At least <input name="min" value="{{ min }}" inputmode="decimal" autocomplete="off"></label>
<label>Show <select name="show">{% for one in shows %}<option value="{{ one.value }}"{% if one.is_chosen %} selected{% endif %}>{{ one.words }}</option>{% endfor %}</select></label>
<label>Order <select name="order">{% for one in orders %}<option value="{{ one.value }}"{% if one.is_chosen %} selected{% endif %}>{{ one.words }}</option>{% endfor %}</select></label>
{% if is_blind %}<input type="hidden" name="blind" value="1">{% endif %}<button>Show</button> <a href="{{ all }}">Everything</a></form></details>
<ol class="list">{% for one in listed %}<li><a href="{{ one.href }}"{% if one.is_current %} aria-current="true"{% endif %}><span class="what">{{ one.title }}<small>{{ one.detail }}</small></span><span class="n">{{ one.money }}{% if !one.percent.is_empty() %}<small>{{ one.percent }}</small>{% endif %}</span></a></li>{% endfor %}</ol>
{% if let Some(folded) = folded %}<p class="folded">{{ folded.words }} <a href="{{ folded.names }}">Whose is it?</a> · <a href="{{ folded.lines }}">Line by line</a></p>{% endif %}
<p class="pager">{% if let Some(href) = page_before %}<a href="{{ href }}">Earlier</a>{% endif %}{% if let Some(href) = page_after %}<a href="{{ href }}">{{ n_after }} more</a>{% endif %}</p>
{% if !bulk.is_empty() %}<p class="bulk"><a href="{{ bulk }}">Accept many at once</a></p>{% endif %}
{% if let Some(href) = before %}<a class="step" rel="prev" href="{{ href }}" data-key="k">The one before <kbd>k</kbd></a>{% endif %}{% if let Some(href) = after %}<a class="step" rel="next" href="{{ href }}" data-key="j">The next <kbd>j</kbd></a>{% endif %}
</section>
{% if let Some(card) = card %}{{ card|safe }}{% else %}<article class="card empty" id="card"><h1 id="what" tabindex="-1">{{ empty.0 }}</h1><p class="why">{{ empty.1 }}</p>{% if let Some(next) = next_queue %}<p><a class="button" href="{{ next.0 }}">{{ next.1 }}</a></p>{% endif %}</article>{% endif %}
</main>"##
)]
struct QueueView<'a> {
    progress: String,
    n_asked: usize,
    n_decided: usize,
    last: Option<Last>,
    csrf: &'a str,
    queue: &'static str,
    queue_title: &'static str,
    filter: Vec<(&'static str, String)>,
    narrows: bool,
    shown: String,
    client: &'a str,
    kinds: Vec<Choice>,
    vendors: Vec<Choice>,
    min: String,
    shows: Vec<Choice>,
    orders: Vec<Choice>,
    is_blind: bool,
    all: String,
    listed: Vec<Listed>,
    folded: Option<Folded>,
    page_before: Option<String>,
    page_after: Option<String>,
    n_after: usize,
    bulk: String,
    before: Option<String>,
    after: Option<String>,
    card: Option<String>,
    empty: (&'static str, &'static str),
    next_queue: Option<(String, String)>,
}

/// Lines that are asked about by their product.
struct Folded {
    words: String,
    names: String,
    lines: String,
}

/// What was decided last.
struct Last {
    at: String,
    words: String,
}

struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
}

struct Listed {
    href: String,
    title: String,
    detail: String,
    money: String,
    percent: String,
    is_current: bool,
}

/// A queue as asked for.
pub(super) struct QueuePage<'a> {
    pub(super) state: &'a ReviewState,
    pub(super) queue: Queue,
    pub(super) filter: &'a Filter,
    pub(super) csrf: &'a str,
    /// What may be taken back.
    pub(super) last: Vec<&'a Decision>,
    /// The positions wanted, in their order.
    pub(super) wanted: &'a [usize],
    /// Where among them the card stands; nowhere, where the filter or an answer has taken it off the list.
    pub(super) at: Option<usize>,
}

impl QueuePage<'_> {
    /// The page's own part: the list, and the card where there is one.
    pub(super) fn body(&self, card: Option<&Card>) -> String {
        let Self { state, queue, filter, wanted, at, .. } = *self;
        let progress = QueueProgress::of(state, queue);
        let link = |place: usize| {
            wanted.get(place).map(|&idx| item_address(queue, filter, &state.asked.items[idx].id))
        };
        let first = at.unwrap_or(0) / N_LISTED * N_LISTED;
        let after = first + N_LISTED;
        let listed = wanted.iter().enumerate().skip(first).take(N_LISTED);
        rendered(&QueueView {
            progress: progress.words(state),
            n_asked: progress.n_asked.max(1),
            n_decided: progress.n_decided,
            last: self.last(),
            csrf: self.csrf,
            queue: queue.word(),
            queue_title: queue.title(),
            filter: filter.fields(),
            narrows: filter.narrows(),
            shown: self.shown(),
            client: &filter.client,
            kinds: self.choices(&filter.kind, |item| &item.kind),
            vendors: self.choices(&filter.vendor, |item| &item.vendor),
            min: filter.min.as_ref().map(Decimal::to_string).unwrap_or_default(),
            shows: self.shows(),
            orders: orders(filter.order),
            is_blind: filter.sight == Sight::Blind,
            all: self.everything(queue),
            listed: listed.map(|(place, &idx)| self.listed(idx, Some(place) == at)).collect(),
            folded: self.folded(),
            page_before: first.checked_sub(N_LISTED).and_then(link),
            page_after: link(after),
            n_after: wanted.len().saturating_sub(after),
            bulk: self.bulk(),
            before: at.and_then(|at| at.checked_sub(1)).and_then(link),
            // From a card that is off the list the next is the first of it.
            after: link(at.map_or(0, |at| at + 1)),
            card: card.map(rendered),
            empty: self.empty(),
            next_queue: self.next_queue(),
        })
    }

    /// The address of a queue without any filter.
    fn everything(&self, queue: Queue) -> String {
        let open = Filter { sight: self.filter.sight, ..Filter::default() };
        address(&format!("/{}", queue.word()), &open.fields())
    }

    fn last(&self) -> Option<Last> {
        let first = self.last.first()?;
        let words = match self.last.len() {
            1 => format!("Last: {}", said(&self.state.asked.names, first)),
            n => format!("Last: {n} answers together"),
        };
        Some(Last { at: first.at?.to_string(), words })
    }

    fn shown(&self) -> String {
        let n = numbers::count(self.wanted.len());
        let what = match self.filter.show {
            Show::Waiting => "waiting",
            Show::Decided => "decided",
            Show::Alone => self.unasked(),
        };
        format!("{n} {what} · Filter")
    }

    fn choices(&self, chosen: &str, of: fn(&Item) -> &String) -> Vec<Choice> {
        let own = self.state.asked.items.iter().filter(|item| item.queue == self.queue);
        let values: BTreeSet<&String> = own.map(of).filter(|value| !value.is_empty()).collect();
        let choice = |value: &String| Choice {
            value: value.clone(),
            words: value.replace('_', " "),
            is_chosen: value == chosen,
        };
        values.into_iter().map(choice).collect()
    }

    fn shows(&self) -> Vec<Choice> {
        let all = [
            ("", "waiting", Show::Waiting),
            ("decided", "decided", Show::Decided),
            ("alone", self.unasked(), Show::Alone),
        ];
        let own = all.into_iter().filter(|one| self.queue != Queue::Flags || one.2 != Show::Alone);
        own.map(|(value, words, show)| Choice {
            value: value.to_owned(),
            words: words.to_owned(),
            is_chosen: show == self.filter.show,
        })
        .collect()
    }

    /// What nobody is asked about, in the filter's words.
    fn unasked(&self) -> &'static str {
        match self.queue {
            Queue::Names | Queue::Flags => "without a partner",
            Queue::Differences => "asked about with others",
        }
    }

    /// How many lines of this queue wait for an answer about their product.
    fn folded(&self) -> Option<Folded> {
        let answered = self.state.asked.items.iter().zip(&self.state.standing.answers);
        let n_lines = answered
            .filter(|(item, answer)| {
                item.queue == self.queue && item.waits_for_product() && answer.is_none()
            })
            .count();
        let is_told = self.queue == Queue::Differences && self.filter.show == Show::Waiting;
        if n_lines == 0 || !is_told {
            return None;
        }
        let lines = Filter { show: Show::Alone, sight: self.filter.sight, ..Filter::default() };
        let said = numbers::counted(n_lines, "more line waits", "more lines wait");
        Some(Folded {
            words: format!("{said} for one answer about the product, asked first under Names."),
            names: self.everything(Queue::Names),
            lines: address("/differences", &lines.fields()),
        })
    }

    fn listed(&self, idx: usize, is_current: bool) -> Listed {
        let item = &self.state.asked.items[idx];
        let answer = self.state.standing.answers[idx].as_ref();
        let is_blind = self.filter.sight == Sight::Blind;
        let hides = is_blind && item.queue == Queue::Names;
        // That a product has no partner is no answer to whose it is.
        let says_nothing = is_blind || item.asks_whose() || item.is_check();
        let detail = if hides { item.kind.clone() } else { item.detail.clone() };
        Listed {
            href: item_address(self.queue, self.filter, &item.id),
            title: item.title.clone(),
            detail: answer.map_or(detail, |answer| answer.words.clone()),
            money: numbers::money(item.money, item.currency),
            percent: if says_nothing { String::new() } else { numbers::percent(item.probability) },
            is_current,
        }
    }

    /// Where many names can be accepted at once; nowhere for those who judge blind.
    fn bulk(&self) -> String {
        let is_open = self.queue == Queue::Names
            && self.filter.sight == Sight::Open
            && self.filter.show == Show::Waiting
            && !self.wanted.is_empty();
        match is_open {
            true => address("/bulk", &self.filter.fields()),
            false => String::new(),
        }
    }

    fn empty(&self) -> (&'static str, &'static str) {
        if self.filter.narrows() || self.filter.show != Show::Waiting {
            return ("Nothing here", "Nothing in this queue is as the filter asks.");
        }
        match self.queue {
            Queue::Names => ("No name waits", "Every name has its partner, or rightly none."),
            Queue::Differences => (
                "No difference waits",
                "What is bought and billed agrees, or somebody has decided.",
            ),
            Queue::Flags => ("No flag waits", "Nothing moved in a way nobody has looked at."),
        }
    }

    /// Another queue with something left.
    fn next_queue(&self) -> Option<(String, String)> {
        let left = |queue: &Queue| 0 < QueueProgress::of(self.state, *queue).n_left();
        let Some(next) = Queue::ALL.into_iter().filter(|queue| *queue != self.queue).find(left)
        else {
            let all_done = !left(&self.queue);
            return all_done
                .then(|| ("/to-do".to_owned(), "All answered: see what to do".to_owned()));
        };
        let n_left = numbers::count(QueueProgress::of(self.state, next).n_left());
        Some((self.everything(next), format!("{}: {n_left} left", next.title())))
    }
}

fn orders(chosen: Order) -> Vec<Choice> {
    [("", "what matters most", Order::Given), ("money", "the most money", Order::Money)]
        .into_iter()
        .map(|(value, words, order)| Choice {
            value: value.to_owned(),
            words: words.to_owned(),
            is_chosen: order == chosen,
        })
        .collect()
}

/// A decision in a few words: `Northwnd · Northwind Ltd: same`.
fn said(names: &Names, decision: &Decision) -> String {
    format!("{}: {}", about(names, decision), decision.verdict.word().replace('_', " "))
}
