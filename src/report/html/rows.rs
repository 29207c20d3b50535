//! What is no finding, and where every row and cent went.

use askama::Template;
use rust_decimal::Decimal;

use seatdrift_core::domain::{Currency, Side};

use super::rendered;
use seatdrift_core::run::{
    ExcludedGroup, GivenAway, RejectedLine, Run, SettledLine, SideCounts, SideSummary, numbers,
};

/// How many rows a table of this page shows; the rest is counted.
const N_SHOWN: usize = 200;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<h3 class="minor" id="given-away">Given away</h3>
{% if given.is_empty() %}<p class="empty">Nothing we buy is marked as free for a client.</p>
{% else %}<p class="lead">Bought, and marked in the PSA as not billed: somebody chose this, so it is no finding. It cost {{ given_sum }} this month.</p>
<div class="scroll plain" tabindex="0"><table><thead><tr><th scope="col">Client</th><th scope="col">SKU</th><th scope="col">Marked</th><th scope="col" class="n">Bought</th><th scope="col" class="n">Cost</th></tr></thead>
<tbody>{% for line in given %}<tr><td>{{ line.client }}</td><td>{{ line.sku }}</td><td>{{ line.marked }}</td><td class="n">{{ numbers::units(*line.quantity) }}</td><td class="n">{{ numbers::money(*line.cost, *line.currency) }}</td></tr>
{% endfor %}</tbody></table></div>{% if given_more > 0 %}<p class="empty">and {{ given_more }} more lines</p>{% endif %}{% endif %}
<h3 class="minor" id="settled">Settled</h3>
{% if settled.is_empty() %}<p class="empty">No difference was decided before.</p>
{% else %}<p class="lead">Differences a person has decided. They come back when the decision ends or the numbers change.</p>
<div class="scroll plain" tabindex="0"><table><thead><tr><th scope="col">Client</th><th scope="col">SKU</th><th scope="col">Decision</th><th scope="col">Until</th><th scope="col" class="n">Drift</th><th scope="col" class="n">Costs us a month</th></tr></thead>
<tbody>{% for line in settled %}<tr><td>{{ line.client }}</td><td>{{ line.sku }}</td><td>{{ line.verdict }}{% if !line.reason.is_empty() %}: {{ line.reason }}{% endif %}{% if !line.by.is_empty() %} ({{ line.by }}){% endif %}</td><td class="day">{% if line.until.is_empty() %}for good{% else %}{{ line.until }}{% endif %}</td><td class="n">{{ numbers::signed_units(*line.drift) }}</td><td class="n">{% if let Some(money) = &line.line %}{{ numbers::money(*money.cost, *money.currency) }}{% endif %}</td></tr>
{% endfor %}</tbody></table></div>{% if settled_more > 0 %}<p class="empty">and {{ settled_more }} more lines</p>{% endif %}{% endif %}
<h3 class="minor" id="rows">Where every row and cent went</h3>
<p class="lead">What came in is what was matched, waits, has no partner, was set aside or could not be read. Nothing else.</p>
<div class="sides">{% for side in sides %}<div><h3 class="minor">{{ side.title }}</h3><div class="scroll" tabindex="0"><table><thead><tr><td></td><th scope="col" class="n">Rows</th>{% for currency in side.currencies %}<th scope="col" class="n">{{ currency }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in side.rows %}<tr{% if loop.first %} class="sum"{% endif %}><th scope="row">{{ row.what }}</th><td class="n">{{ row.n_rows }}</td>{% for amount in row.money %}<td class="n">{{ amount }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div></div>{% endfor %}</div>
{% if !excluded.is_empty() %}<h3 class="minor">Set aside, and why</h3>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Side</th><th scope="col">Reason</th><th scope="col" class="n">Rows</th><th scope="col" class="n">Money</th></tr></thead>
<tbody>{% for group in excluded %}<tr><td>{{ group.side }}</td><td>{{ group.reason }}</td><td class="n">{{ group.n_rows }}</td><td class="n">{{ group.money }}</td></tr>
{% endfor %}</tbody></table></div>{% endif %}
<h3 class="minor">Could not be read</h3>
{% if rejected.is_empty() %}<p class="empty">Every row was read.</p>
{% else %}<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Where</th><th scope="col">Column</th><th scope="col">Expected</th><th scope="col">Found</th></tr></thead>
<tbody>{% for row in rejected %}<tr><td>{{ row.file }}, row {{ row.row }}</td><td>{{ row.column }}</td><td>{{ row.expected }}</td><td>{{ row.found }}</td></tr>
{% endfor %}</tbody></table></div>{% if rejected_more > 0 %}<p class="empty">and {{ rejected_more }} more in rejected.csv</p>{% endif %}{% endif %}"##
)]
struct Section<'run> {
    given: &'run [GivenAway],
    given_sum: String,
    given_more: usize,
    settled: &'run [SettledLine],
    settled_more: usize,
    sides: [SideView; 2],
    excluded: Vec<ExcludedView<'run>>,
    rejected: &'run [RejectedLine],
    rejected_more: usize,
}

struct SideView {
    title: &'static str,
    currencies: Vec<String>,
    rows: Vec<SideRow>,
}

struct SideRow {
    what: &'static str,
    n_rows: String,
    money: Vec<String>,
}

struct ExcludedView<'run> {
    side: &'static str,
    reason: &'run str,
    n_rows: String,
    money: String,
}

/// What the folded part says of itself.
pub(super) fn words(run: &Run) -> String {
    let n_rows = run.summary.vendor.all.rows + run.summary.psa.all.rows;
    numbers::counted(n_rows, "row", "rows")
}

/// Everything below the names.
pub(super) fn section(run: &Run) -> String {
    let (given, given_more) = first(&run.given_away);
    let (settled, settled_more) = first(&run.settled);
    let (rejected, rejected_more) = first(&run.rejected);
    rendered(&Section {
        given,
        given_sum: given_sum(&run.given_away),
        given_more,
        settled,
        settled_more,
        sides: [side("Vendor exports", &run.summary.vendor), side("PSA exports", &run.summary.psa)],
        excluded: run.excluded.iter().map(excluded).collect(),
        rejected,
        rejected_more,
    })
}

fn first<T>(all: &[T]) -> (&[T], usize) {
    let shown = all.len().min(N_SHOWN);
    (&all[..shown], all.len() - shown)
}

fn given_sum(given: &[GivenAway]) -> String {
    let totals: seatdrift_core::domain::Totals = given
        .iter()
        .map(|line| seatdrift_core::domain::Money::new(line.cost, line.currency))
        .collect();
    totals.to_string()
}

fn side(title: &'static str, side: &SideSummary) -> SideView {
    let SideSummary { all, matched, review, unmatched, excluded, rejected } = side;
    let parts = [
        ("In", all),
        ("Matched", matched),
        ("Waiting", review),
        ("No partner", unmatched),
        ("Set aside", excluded),
        ("Unreadable", rejected),
    ];
    let mut currencies: Vec<String> =
        parts.iter().flat_map(|(_, counts)| counts.money.keys().cloned()).collect();
    currencies.sort();
    currencies.dedup();
    let row = |(what, counts): (&'static str, &SideCounts)| SideRow {
        what,
        n_rows: numbers::count(counts.rows),
        money: currencies.iter().map(|code| amount(counts.money.get(code))).collect(),
    };
    SideView { title, rows: parts.into_iter().map(row).collect(), currencies }
}

/// An amount under its currency's header: no sign, two decimal places.
fn amount(text: Option<&String>) -> String {
    let Some(text) = text else { return "0.00".to_owned() };
    text.parse().map_or_else(|_| text.clone(), numbers::amount)
}

fn excluded(group: &ExcludedGroup) -> ExcludedView<'_> {
    let sums: Vec<String> = group.money.iter().map(|(code, amount)| worded(amount, code)).collect();
    ExcludedView {
        side: if group.side == Side::Vendor { "vendor" } else { "PSA" },
        reason: &group.reason,
        n_rows: numbers::count(group.rows),
        money: sums.join(" + "),
    }
}

fn worded(amount: &str, code: &str) -> String {
    match (amount.parse::<Decimal>(), code.parse::<Currency>()) {
        (Ok(amount), Ok(currency)) => numbers::money(amount, currency),
        _ => format!("{amount} {code}"),
    }
}
