//! The one number and what it is made of.

use askama::Template;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::sentences::{one_sided_sentences, price_sentences};
use super::rendered;
use crate::charts::{MoneyPart, money_bar};
use seatdrift_core::run::stake::{at_stake, in_question};
use seatdrift_core::run::waiting::{money_waiting, waiting_names};
use seatdrift_core::run::{FindingKind, Run, Stake, StakePart, numbers};

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% for stake in stakes %}<section class="stake">
<p class="label">Money at stake a month{% if stakes.len() > 1 %}, in {{ stake.currency }}{% endif %}</p>
<p class="number">{{ stake.total }}</p>
{% if stake.parts.is_empty() %}<p class="lead">Nothing at stake: no difference between bought and billed is more likely real than not.</p>
{% else %}<p class="lead"><strong>{{ stake.year }} a year</strong>, in {{ stake.n_lines }} where bought and billed differ and the difference is more likely real than not.</p>
{{ stake.bar|safe }}
<table class="parts">
<thead><tr><th scope="col">What</th><td class="means"></td><th scope="col" class="n">Lines</th><th scope="col" class="n">A month</th></tr></thead>
<tbody>{% for part in stake.parts %}
<tr><th scope="row"><svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><rect class="s{{ loop.index0 }}" width="10" height="10"/></svg>{{ part.title }}</th><td class="means">{{ part.meaning }}</td><td class="n">{{ part.n_lines }}</td><td class="n">{{ part.amount }}</td></tr>{% endfor %}
</tbody>
</table>{% for sentence in stake.one_sided %}
<p class="one-sided">{{ sentence }}</p>{% endfor %}{% endif %}
</section>
{% endfor %}<div class="notes">{% for note in notes %}
<p><a href="{{ note.link }}"><b>{{ note.number }}</b>{{ note.text }}</a></p>{% endfor %}
</div>{% for sentence in prices %}
<p class="one-sided">{{ sentence }}</p>{% endfor %}"##
)]
struct Section {
    stakes: Vec<StakeView>,
    notes: Vec<Note>,
    /// What changed prices come to.
    prices: Vec<String>,
}

struct StakeView {
    currency: String,
    total: String,
    year: String,
    n_lines: String,
    bar: String,
    parts: Vec<PartView>,
    /// What of it is products that one side alone knows.
    one_sided: Vec<String>,
}

struct PartView {
    title: &'static str,
    meaning: &'static str,
    n_lines: String,
    amount: String,
    share: f64,
}

struct Note {
    number: String,
    text: String,
    link: &'static str,
}

/// The top of the page.
pub(super) fn section(run: &Run) -> String {
    let stakes = at_stake(run).iter().map(|stake| stake_view(run, stake)).collect();
    let notes = vec![questions(run), names(run), flags(run)];
    rendered(&Section { stakes, notes, prices: price_sentences(run) })
}

fn stake_view(run: &Run, stake: &Stake) -> StakeView {
    let n_lines = stake.parts.iter().map(|part| part.n_findings).sum();
    let parts = part_views(stake);
    let bar: Vec<MoneyPart> = parts
        .iter()
        .map(|part| MoneyPart {
            words: format!("{} {}", part.title, part.amount),
            share: part.share,
        })
        .collect();
    StakeView {
        bar: money_bar("What the money at stake is made of", &bar),
        currency: stake.currency.to_string(),
        total: numbers::money(stake.total, stake.currency),
        year: numbers::yearly(stake.total, stake.currency),
        n_lines: numbers::counted(n_lines, "line", "lines"),
        one_sided: one_sided_sentences(run, stake.currency),
        parts,
    }
}

/// Parts with their share of the bar, the largest first.
fn part_views(stake: &Stake) -> Vec<PartView> {
    let mut parts: Vec<&StakePart> = stake.parts.iter().collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.amount));
    let view = |part: &StakePart| {
        let share = part.amount.checked_div(stake.total).unwrap_or(Decimal::ZERO);
        PartView {
            title: part.kind.title(),
            meaning: meaning(part.kind),
            n_lines: numbers::count(part.n_findings),
            amount: numbers::money(part.amount, stake.currency),
            share: share.to_f64().unwrap_or(0.0),
        }
    };
    parts.into_iter().map(view).collect()
}

/// What a kind means, in a few words.
fn meaning(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::UnderBilled => "more bought than billed",
        FindingKind::NotBilled => "bought, and billed to nobody",
        FindingKind::OverBilled => "more billed than bought",
        FindingKind::NotBought => "billed, and nothing bought",
        FindingKind::Duplicate => "the same line twice on one side",
        FindingKind::BelowCost => "the price is under our cost",
        FindingKind::PriceChanged => "the unit cost is not last month’s",
    }
}

fn questions(run: &Run) -> Note {
    let stakes = in_question(run);
    let n: usize = stakes.iter().flat_map(|stake| &stake.parts).map(|part| part.n_findings).sum();
    let sums: Vec<String> =
        stakes.iter().map(|stake| numbers::money(stake.total, stake.currency)).collect();
    let noun = if n == 1 { "question" } else { "questions" };
    let text = match n {
        0 => "questions: nothing is in doubt".to_owned(),
        _ => format!(
            "{noun}: less likely real than not, {} a month, not counted above",
            sums.join(" and ")
        ),
    };
    Note { number: numbers::count(n), text, link: "#findings" }
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
    let n = run.flags.len();
    let noun = if n == 1 { "flag" } else { "flags" };
    let text = match n {
        0 => "flags: no line moved unexpectedly".to_owned(),
        _ => format!(
            "{noun}: lines that moved unexpectedly, about {} of them expected to be nothing",
            numbers::near(run.expected_false_flags)
        ),
    };
    Note { number: numbers::count(n), text, link: "#flags" }
}
