//! The two numbers, what each is made of, and what stands beside them.

use askama::Template;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::sentences::{at_price_sentence, news_sentence, one_sided_sentences};
use super::rendered;
use crate::charts::{MoneyPart, money_bar};
use seatdrift_core::anomaly::FlagClass;
use seatdrift_core::domain::Currency;
use seatdrift_core::run::waiting::{money_waiting, waiting_names};
use seatdrift_core::run::{
    Counted, Direction, FindingKind, FlagLine, KindMoney, Moneys, OneMoney, Run, moneys, numbers,
};

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% for all in moneys %}<section class="moneys">
<div class="two">{% for one in all.both %}<div class="stake">
<p class="label">{{ one.title }} a month{% if moneys.len() > 1 %}, in {{ all.currency }}{% endif %}</p>
<p class="number">{{ one.total }}</p>
<p class="lead">{% if one.parts.is_empty() %}{{ one.nothing }}{% else %}<strong>{{ one.year }} a year</strong>, in {{ one.n_lines }}{% endif %}</p>
{{ one.bar|safe }}{% if !one.parts.is_empty() %}
<table class="parts">
<thead><tr><th scope="col">{{ one.title }}</th><th scope="col" class="n">Lines</th><th scope="col" class="n">A month</th></tr></thead>
<tbody>{% for part in one.parts %}
<tr><th scope="row"><svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><rect class="s{{ loop.index0 }}" width="10" height="10"/></svg>{{ part.title }}<small>{{ part.meaning }}</small></th><td class="n">{{ part.n_lines }}</td><td class="n">{{ part.amount }}</td></tr>{% endfor %}
</tbody>
</table>{% endif %}</div>
{% endfor %}</div>{% if !all.beside.is_empty() %}
<table class="parts beside">
<thead><tr><th scope="col">Beside the two numbers, a month</th><th scope="col" class="n">You lose</th><th scope="col" class="n">Clients overpay</th></tr></thead>
<tbody>{% for row in all.beside %}
<tr><th scope="row">{{ row.title }} <small>{{ row.meaning }}</small></th>{% for sum in row.sums %}<td class="n">{{ sum.0 }}{% if !sum.1.is_empty() %}<small>{{ sum.1 }}</small>{% endif %}</td>{% endfor %}</tr>{% endfor %}
</tbody>
</table>{% endif %}{% for sentence in all.sentences %}
<p class="one-sided">{{ sentence }}</p>{% endfor %}
</section>
{% endfor %}<div class="notes">{% for note in notes %}
<p><a href="{{ note.link }}"><b>{{ note.number }}</b>{{ note.text }}</a></p>{% endfor %}
</div>"##
)]
struct Section {
    moneys: Vec<MoneysView>,
    notes: Vec<Note>,
}

struct MoneysView {
    currency: String,
    both: Vec<MoneyView>,
    beside: Vec<BesideView>,
    /// What of it is products that one side alone knows; what it would bring; what is news.
    sentences: Vec<String>,
}

/// One of the two numbers.
struct MoneyView {
    title: &'static str,
    /// What is said where there is nothing.
    nothing: &'static str,
    total: String,
    year: String,
    n_lines: String,
    bar: String,
    parts: Vec<PartView>,
}

struct PartView {
    title: &'static str,
    meaning: &'static str,
    n_lines: String,
    amount: String,
    share: f64,
}

/// What stands beside both: its money and its lines, of either.
struct BesideView {
    title: String,
    meaning: &'static str,
    sums: Vec<(String, String)>,
}

struct Note {
    number: String,
    text: String,
    link: &'static str,
}

/// The top of the page.
pub(super) fn section(run: &Run) -> String {
    let moneys = moneys(run).iter().map(|all| moneys_view(run, all)).collect();
    rendered(&Section { moneys, notes: vec![questions(run), names(run), flags(run)] })
}

fn moneys_view(run: &Run, all: &Moneys) -> MoneysView {
    let mut sentences = one_sided_sentences(run, all.currency);
    sentences.extend(at_price_sentence(all));
    sentences.extend(news_sentence(all));
    MoneysView {
        currency: all.currency.to_string(),
        both: all.both().map(|one| money_view(one, all.currency)).into(),
        beside: beside(run, all),
        sentences,
    }
}

fn money_view(one: &OneMoney, currency: Currency) -> MoneyView {
    let parts = part_views(one, currency);
    let bar: Vec<MoneyPart> = parts
        .iter()
        .map(|part| MoneyPart {
            words: format!("{} {}", part.title, part.amount),
            share: part.share,
        })
        .collect();
    let (bar_title, nothing) = match one.direction {
        Direction::Overpay => (
            "What clients overpay",
            "Nothing: no client is more likely than not billed for what it does not have.",
        ),
        _ => (
            "What you lose",
            "Nothing at stake: no difference at your cost is more likely real than not.",
        ),
    };
    MoneyView {
        title: one.direction.title(),
        nothing,
        bar: if bar.is_empty() { String::new() } else { money_bar(bar_title, &bar) },
        total: numbers::money(one.claimed.money, currency),
        year: numbers::yearly(one.claimed.money, currency),
        n_lines: numbers::counted(one.claimed.findings, "line", "lines"),
        parts,
    }
}

/// Parts with their share of the bar, the largest first.
fn part_views(one: &OneMoney, currency: Currency) -> Vec<PartView> {
    let mut parts: Vec<&KindMoney> = one.parts.iter().collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.sum.money));
    let view = |part: &KindMoney| {
        let share = part.sum.money.checked_div(one.claimed.money).unwrap_or(Decimal::ZERO);
        PartView {
            title: part.kind.title(),
            meaning: meaning(part.kind, one.direction),
            n_lines: numbers::count(part.sum.findings),
            amount: numbers::money(part.sum.money, currency),
            share: share.to_f64().unwrap_or(0.0),
        }
    };
    parts.into_iter().map(view).collect()
}

/// What stands beside both numbers; rows without any money are left out.
fn beside(run: &Run, all: &Moneys) -> Vec<BesideView> {
    type Sum = fn(&OneMoney) -> Counted;
    let month = numbers::long_month(run.month);
    let rows: [(String, &'static str, Sum); 5] = [
        ("Asked about".into(), "less likely real than not: in neither number", |one| one.asked),
        ("Decided, not yet done".into(), "a part of the numbers", |one| one.to_do),
        (format!("Recovered in {month}"), "decided earlier, and gone now", |one| one.recovered_now),
        ("Recovered since the beginning".into(), "decided, and gone", |one| one.recovered),
        ("Gone without a decision".into(), "since the month before", |one| one.gone),
    ];
    let sum = |counted: Counted| match counted.is_empty() {
        true => ("–".to_owned(), String::new()),
        false => (
            numbers::money(counted.money, all.currency),
            numbers::counted(counted.findings, "line", "lines"),
        ),
    };
    let told =
        rows.into_iter().filter(|(_, _, of)| all.both().iter().any(|one| !of(one).is_empty()));
    let view = |(title, meaning, of): (String, &'static str, Sum)| BesideView {
        title,
        meaning,
        sums: all.both().iter().map(|one| sum(of(one))).collect(),
    };
    told.map(view).collect()
}

/// What a kind means, in a few words.
fn meaning(kind: FindingKind, direction: Direction) -> &'static str {
    match kind {
        FindingKind::UnderBilled => "more bought than billed",
        FindingKind::NotBilled => "bought, and billed to nobody",
        FindingKind::OverBilled => "more billed than bought",
        FindingKind::NotBought => "billed, and nothing bought",
        FindingKind::Duplicate if direction == Direction::Lose => "the same line bought twice",
        FindingKind::Duplicate => "the same line billed twice",
        FindingKind::BelowCost => "the price is under our cost",
        FindingKind::PriceChanged => "the unit cost is not last month’s",
    }
}

fn questions(run: &Run) -> Note {
    let n: usize = moneys(run).iter().flat_map(Moneys::both).map(|one| one.asked.findings).sum();
    let text = match n {
        0 => "questions: nothing is in doubt",
        1 => "question: less likely real than not, in neither number",
        _ => "questions: less likely real than not, in neither number",
    };
    Note { number: numbers::count(n), text: text.to_owned(), link: "#findings" }
}

fn names(run: &Run) -> Note {
    let waiting = waiting_names(run);
    let noun = if waiting.len() == 1 { "name waits" } else { "names wait" };
    let text = match waiting.len() {
        0 => "names wait for an answer".to_owned(),
        _ => format!(
            "{noun} for an answer, up to {} a month with them",
            numbers::money(money_waiting(&waiting), run.currency)
        ),
    };
    Note { number: numbers::count(waiting.len()), text, link: "#names" }
}

fn flags(run: &Run) -> Note {
    let is_fact = |flag: &&FlagLine| flag.kind.class() == FlagClass::Fact;
    let n_facts = run.flags.iter().filter(is_fact).count();
    let n = run.flags.len() - n_facts;
    let noun = if n == 1 { "flag" } else { "flags" };
    let moved = match n {
        0 => "flags: no line moved unexpectedly".to_owned(),
        _ => format!(
            "{noun}: lines that moved unexpectedly, about {} of them expected to be nothing",
            numbers::near(run.expected_false_flags)
        ),
    };
    let text = match n_facts {
        0 => moved,
        _ => format!("{moved}; and {} that came or went", numbers::count(n_facts)),
    };
    Note { number: numbers::count(n), text, link: "#flags" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::run::specimen;

    /// What a person reads, a line each.
    fn words(page: &str) -> String {
        let texts = page.split('<').filter_map(|part| part.split_once('>'));
        let texts = texts.map(|(_, text)| text.trim()).filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_page_opens_with_what_you_lose_and_what_clients_overpay() {
        insta::assert_snapshot!(words(&section(&specimen::october())));
    }
}
