//! Months the trend did not expect, each with its chart.

use askama::Template;

use super::super::sentences::flags_sentence;
use super::sorting::{Order, buttons, places as places_of, ranks};
use super::{rendered, sparkline};
use seatdrift_core::anomaly::FlagSide;
use seatdrift_core::run::places::by_file;
use seatdrift_core::run::{FlagLine, LikelyRight, Run, flags_alone, numbers};

/// How many flags stand open; the rest is folded.
const N_OPEN: usize = 30;
/// How many flags the page shows at all; the rest is in `flags.csv`.
const N_SHOWN: usize = 300;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% if total == 0 %}<p class="empty">{{ sentence }}</p>
{% else %}<p class="lead">{{ sentence }} The shaded band is the range the months before led to expect.</p>
{{ sort|safe }}<ol class="list flags">{% for flag in open %}{{ flag|safe }}{% endfor %}
</ol>
{% if !folded.is_empty() %}<details><summary>{{ folded.len() }} more, less telling</summary>
<ol class="list flags">{% for flag in folded %}{{ flag|safe }}{% endfor %}
</ol></details>{% endif %}
{% if n_left_out > 0 %}<p class="empty">{{ n_left_out }} more are in flags.csv.</p>{% endif %}
{% endif %}"##
)]
struct Section {
    total: usize,
    sentence: String,
    sort: String,
    open: Vec<String>,
    folded: Vec<String>,
    n_left_out: usize,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"
<li id="{{ id }}" style="{{ places }}"><div class="head">
<p class="kind">{{ kind }} <i>· {{ side }}</i></p>
<h3>{{ client }} <span>{{ sku }}</span></h3></div>
{{ chart|safe }}<div class="body"><p class="why">{{ why }}</p>
<p class="facts"><span>seen <b>{{ seen }}</b></span><span>expected <b>{{ expected }}</b> ({{ low }} to {{ high }})</span>{% if !impact.is_empty() %}<span><b>{{ impact }}</b> a month</span>{% endif %}<span>{{ rarity }} in a quiet month</span></p>
{% if !check.is_empty() %}<p class="next">{% if !right.is_empty() %}<b>Likely right</b> {{ right }}. {% endif %}<b>Likely</b> {{ causes }}. <b>Check</b> {{ check }}. <b>Ends when</b> {{ ends }}.</p>
{% endif %}<p class="src">{% if !rows.is_empty() %}{{ rows }}<br>{% endif %}{{ id }}</p>
</div></li>"##
)]
struct FlagView<'run> {
    id: &'run str,
    places: String,
    kind: String,
    side: &'static str,
    client: &'run str,
    sku: &'run str,
    why: &'run str,
    seen: String,
    expected: String,
    low: String,
    high: String,
    impact: String,
    rarity: String,
    right: String,
    causes: String,
    check: &'run str,
    ends: &'run str,
    rows: String,
    chart: String,
}

/// The flags.
pub(super) fn section(run: &Run) -> String {
    // What stands with the difference of its cause is not told again.
    let alone = flags_alone(run);
    let shown = &alone[..alone.len().min(N_SHOWN)];
    let mut open = views(shown);
    let folded = open.split_off(open.len().min(N_OPEN));
    rendered(&Section {
        total: run.flags.len(),
        sentence: sentence(run, run.flags.len() - alone.len()),
        sort: buttons("flags", "what tells most", &[Order::Money, Order::Client, Order::Kind]),
        open,
        folded,
        n_left_out: alone.len() - shown.len(),
    })
}

fn sentence(run: &Run, n_told: usize) -> String {
    let all = flags_sentence(run);
    match n_told {
        0 => all,
        1 => format!("{all} One of them stands with the difference it belongs to."),
        n => format!(
            "{all} {} of them stand with the differences they belong to.",
            numbers::count(n)
        ),
    }
}

fn views(shown: &[&FlagLine]) -> Vec<String> {
    let money = ranks(shown, |one| std::cmp::Reverse(one.monthly_impact));
    let clients = ranks(shown, |one| (one.client.to_lowercase(), one.sku.to_lowercase()));
    let kinds = ranks(shown, |one| one.kind.word());
    let of = |(idx, flag): (usize, &&FlagLine)| {
        let places =
            [(Order::Money, money[idx]), (Order::Client, clients[idx]), (Order::Kind, kinds[idx])];
        view(flag, places_of(&places))
    };
    shown.iter().enumerate().map(of).collect()
}

pub(super) fn view(flag: &FlagLine, places: String) -> String {
    let impact = match flag.monthly_impact.is_zero() {
        true => String::new(),
        false => numbers::money(flag.monthly_impact, flag.currency),
    };
    rendered(&FlagView {
        id: &flag.id,
        places,
        kind: flag.kind_title(),
        side: side_words(flag.side),
        client: &flag.client,
        sku: if flag.sku.is_empty() { "every line" } else { &flag.sku },
        why: &flag.why,
        seen: flag.number(flag.observed),
        expected: flag.number(flag.expected),
        low: flag.number(flag.low),
        high: flag.number(flag.high),
        impact,
        rarity: numbers::rarity(flag.p_value),
        right: flag.right.as_ref().map_or_else(String::new, LikelyRight::words),
        causes: flag.causes.join("; "),
        check: &flag.check,
        ends: &flag.ends,
        rows: by_file(&flag.rows),
        chart: sparkline::chart(flag),
    })
}

fn side_words(side: FlagSide) -> &'static str {
    match side {
        FlagSide::Vendor => "bought",
        FlagSide::Psa => "billed",
        FlagSide::Both => "bought and billed",
        FlagSide::Drift => "bought less billed",
    }
}
