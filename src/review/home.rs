//! Where one begins: the two moneys, what waits, what is to do, how it went month by month, what was read.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::handlers::Handlers;
use super::layout::rendered;
use super::page::QueueProgress;
use super::queue::Queue;
use super::refusal::Refusal;
use super::rooms::Room;
use super::state::ReviewState;
use seatdrift_core::domain::{Month, Side};
use seatdrift_core::run::{FileSummary, OneMoney, numbers};
use seatdrift_engine::files;
use seatdrift_report::charts::{MonthsChart, months_chart};
use seatdrift_report::{findings_since, lines_since, money_sentences};

/// Months that the page looks back.
const N_MONTHS: usize = 12;
/// Largest `summary.json` read, in bytes.
const SUMMARY_LIMIT: u64 = 64 << 20;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow"><article class="card room" id="card"><h1 id="what" tabindex="-1">{{ month }}</h1>
{% for all in moneys %}<div class="two">{% for one in all.both %}<div class="stake"><p class="label">{{ one.title }} a month</p><p class="number">{{ one.total }}</p><p class="note">{{ one.lines }}</p></div>{% endfor %}</div>
{% for words in all.beside %}<p class="note">{{ words }}</p>{% endfor %}{% endfor %}
<h2>What waits for you</h2>
<ul class="ways">{% for way in queues %}<li><a href="{{ way.href }}"><b>{{ way.n }}</b> {{ way.title }} <small>{{ way.words }}</small></a></li>{% endfor %}<li><a href="/to-do"><b>{{ n_to_do }}</b> to do <small>{{ to_do }}</small></a></li></ul>
{% if let Some(next) = next %}<p><a class="button main" href="{{ next.0 }}">{{ next.1 }}</a></p>{% endif %}
<form method="get" action="/find" class="search" role="search"><label>Find a client, a product, a difference <input name="q" autocomplete="off"></label> <button>Find</button></form>
{% if !since.is_empty() %}<h2>What changed</h2><p>{{ since }}</p>{% endif %}
{% if months.len() > 1 %}<h2>Month by month</h2>
<div class="sides">{% for chart in charts %}<figure>{{ chart.0|safe }}<figcaption>{{ chart.1 }}</figcaption></figure>{% endfor %}</div>
<div class="scroll" role="group" aria-label="Month by month" tabindex="0"><table><thead><tr><th scope="col">Month</th><th scope="col" class="n">You lose</th><th scope="col" class="n">Clients overpay</th><th scope="col" class="n">Recovered</th></tr></thead><tbody>{% for one in months %}<tr><th scope="row">{{ one.name }}</th><td class="n">{{ one.lose }}</td><td class="n">{{ one.overpay }}</td><td class="n">{{ one.recovered }}</td></tr>{% endfor %}</tbody></table></div>{% endif %}
<h2>What was read</h2>
<div class="scroll" role="group" aria-label="What was read" tabindex="0"><table><thead><tr><th scope="col">File</th><th scope="col">Side</th><th scope="col" class="n">Rows</th><th scope="col" class="n">Money</th><th scope="col" class="n">Unreadable</th></tr></thead><tbody>{% for one in read %}<tr><th scope="row">{{ one.file }}</th><td>{{ one.side }}</td><td class="n">{{ one.rows }}</td><td class="n">{{ one.money }}</td><td class="n">{{ one.rejected }}</td></tr>{% endfor %}</tbody></table></div>
{% if !scored.is_empty() %}<p class="note">{{ scored }}</p>{% endif %}
</article></main>"##
)]
struct HomeView {
    month: String,
    moneys: Vec<MoneysView>,
    queues: Vec<QueueWay>,
    n_to_do: String,
    to_do: String,
    next: Option<(String, String)>,
    since: String,
    charts: Vec<(String, String)>,
    months: Vec<MonthView>,
    read: Vec<ReadView>,
    scored: String,
}

struct MoneysView {
    both: Vec<OneView>,
    beside: Vec<String>,
}

struct OneView {
    title: &'static str,
    total: String,
    lines: String,
}

/// A queue, and what is left of it.
struct QueueWay {
    href: String,
    n: String,
    title: &'static str,
    words: String,
}

struct MonthView {
    name: String,
    lose: String,
    overpay: String,
    recovered: String,
}

struct ReadView {
    file: String,
    side: &'static str,
    rows: String,
    money: String,
    rejected: String,
}

/// What a scored month came to, in the workspace's currency.
struct MonthMoney {
    month: Month,
    lose: Decimal,
    overpay: Decimal,
    /// Of each of the two: they are never added.
    recovered: [Decimal; 2],
}

impl Handlers {
    pub(super) fn home_page(&self) -> Result<Response, Refusal> {
        let mut state = self.state()?;
        let (n_to_do, to_do) = super::to_do::left_words(&mut state)?;
        let months = months(&state);
        let way = |queue: Queue| {
            let progress = QueueProgress::of(&state, queue);
            QueueWay {
                href: format!("/{}", queue.word()),
                n: numbers::count(progress.n_left()),
                title: queue.title(),
                words: progress.words(&state),
            }
        };
        let next = Queue::ALL
            .into_iter()
            .find(|queue| 0 < QueueProgress::of(&state, *queue).n_left())
            .map(|queue| (format!("/{}", queue.word()), format!("Go on: {}", queue.title())))
            .or(Some(("/to-do".to_owned(), "See what is to do".to_owned())));
        let run = &state.asked.run;
        let view = HomeView {
            month: numbers::long_month(state.month),
            moneys: moneys(&state),
            queues: Queue::ALL.into_iter().map(way).collect(),
            n_to_do,
            to_do,
            next,
            since: run.last_month.as_ref().map_or_else(String::new, |since| {
                format!("{} {}", findings_since(run, since), lines_since(since))
            }),
            charts: charts(&months, &state),
            months: months.iter().rev().map(|one| month_view(one, &state)).collect(),
            read: run.summary.files.iter().map(read_view).collect(),
            scored: run.scored_at.map_or_else(String::new, |at| {
                format!(
                    "Scored on {}, by seatdrift {}.",
                    at.strftime("%-d %B %Y at %H:%M UTC"),
                    run.program
                )
            }),
        };
        let page = self.room_page(&state, Room::Home, Room::Home.title(), rendered(&view))?;
        Ok(Html(page).into_response())
    }
}

fn moneys(state: &ReviewState) -> Vec<MoneysView> {
    let one = |one: &OneMoney, currency| OneView {
        title: one.direction.title(),
        total: numbers::money(one.claimed.money, currency),
        lines: numbers::counted(one.claimed.findings, "line", "lines"),
    };
    let all = super::layout::moneys_now(state);
    let view = |all: &seatdrift_core::run::Moneys| MoneysView {
        both: all.both().iter().map(|money| one(money, all.currency)).collect(),
        beside: money_sentences(all),
    };
    all.iter().map(view).collect()
}

fn read_view(file: &FileSummary) -> ReadView {
    let money =
        file.flow.all.money.iter().map(|(code, amount)| match (amount.parse(), code.parse()) {
            (Ok(amount), Ok(currency)) => numbers::money(amount, currency),
            _ => format!("{amount} {code}"),
        });
    ReadView {
        file: file.file.clone(),
        side: if file.side == Side::Vendor { "vendor" } else { "PSA" },
        rows: numbers::count(file.flow.all.rows),
        money: money.collect::<Vec<_>>().join(" + "),
        rejected: numbers::count(file.flow.rejected.rows),
    }
}

/// The last months that were scored, oldest first. One whose summary cannot be read is left out.
fn months(state: &ReviewState) -> Vec<MonthMoney> {
    let scored = state.workspace.scored_months().unwrap_or_default();
    let first = scored.len().saturating_sub(N_MONTHS);
    let code = state.asked.run.currency.to_string();
    let of = |month: &Month| {
        let path = state.workspace.run(*month).join("summary.json");
        let bytes = files::read_if_present(&path, SUMMARY_LIMIT).ok()??;
        let summary: Value = serde_json::from_slice(&bytes).ok()?;
        let amount = |said: &Value| -> Decimal {
            said["money"].as_str().and_then(|text| text.parse().ok()).unwrap_or_default()
        };
        let one = |direction: &str| &summary[direction][&code];
        Some(MonthMoney {
            month: *month,
            lose: amount(one("lose")),
            overpay: amount(one("overpay")),
            recovered: ["lose", "overpay"].map(|of| amount(&one(of)["recovered_this_month"])),
        })
    };
    scored[first..].iter().filter_map(of).collect()
}

fn month_view(one: &MonthMoney, state: &ReviewState) -> MonthView {
    let money = |amount: Decimal| numbers::money(amount, state.asked.run.currency);
    let recovered = one.recovered.iter().zip(["you lost", "clients overpaid"]);
    let recovered = recovered.filter(|(sum, _)| !sum.is_zero());
    let recovered: Vec<String> =
        recovered.map(|(sum, whose)| format!("{} {whose}", money(*sum))).collect();
    MonthView {
        name: numbers::long_month(one.month),
        lose: money(one.lose),
        overpay: money(one.overpay),
        recovered: if recovered.is_empty() { "–".to_owned() } else { recovered.join(", ") },
    }
}

/// A line for each of the two moneys, with what it shows in words.
fn charts(months: &[MonthMoney], state: &ReviewState) -> Vec<(String, String)> {
    let drawn = |title: &str, of: fn(&MonthMoney) -> Decimal| {
        let values: Vec<(Month, Option<f64>)> =
            months.iter().map(|one| (one.month, of(one).to_f64())).collect();
        let newest: Vec<Month> = months.last().map(|one| one.month).into_iter().collect();
        let label = months.last().map(|one| numbers::money(of(one), state.asked.run.currency));
        let chart = months_chart(&MonthsChart {
            title: &format!("{title}, month by month"),
            description: "The table below has the numbers.",
            months: &values,
            other: ("", &[]),
            marked: &newest,
            band: None,
            label: &label.unwrap_or_default(),
        });
        (chart, title.to_owned())
    };
    vec![
        drawn("You lose a month", |one| one.lose),
        drawn("Clients overpay a month", |one| one.overpay),
    ]
}
