//! Names that wait for an answer, and names that stand alone.

use askama::Template;

use seatdrift_core::assignment::Status;
use seatdrift_core::domain::{EntityKind, Probability, Side};

use super::super::sentences::review_sentence;
use super::rendered;
use seatdrift_core::run::waiting::{WaitingName, waiting_names};
use seatdrift_core::run::{NamePair, Run, numbers};

/// How many names stand open; the rest is folded.
const N_OPEN: usize = 30;
/// How many names the page shows at all; the rest is in `suggestions.csv`.
const N_SHOWN: usize = 300;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<p class="lead">{{ sentence }}{% if total != 0 %} One answer settles this month and every month after; those that teach most come first.{% endif %}</p>
{% if !open.is_empty() %}<p class="blind"><label><input type="checkbox" id="blind"> Hide probabilities and reasons while I judge</label></p>
<ol class="list names">{% for name in open %}{{ name|safe }}{% endfor %}
</ol>{% endif %}
{% if !folded.is_empty() %}<details><summary>{{ folded.len() }} more, whose answers teach less</summary>
<ol class="list names">{% for name in folded %}{{ name|safe }}{% endfor %}
</ol></details>{% endif %}
{% if n_left_out > 0 %}<p class="empty">{{ n_left_out }} more are in suggestions.csv.</p>{% endif %}
{% if !alone.is_empty() %}<details><summary>{{ n_alone }} without a partner worth showing</summary>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Name</th><th scope="col">Where</th><th scope="col" class="n">Truly alone</th></tr></thead>
<tbody>{% for (name, place, sure) in alone %}<tr><td>{{ name }}</td><td>{{ place }}</td><td class="n">{{ sure }}</td></tr>
{% endfor %}</tbody></table></div></details>{% endif %}
"##
)]
struct Section<'run> {
    total: usize,
    sentence: String,
    open: Vec<String>,
    folded: Vec<String>,
    n_left_out: usize,
    n_alone: String,
    alone: Vec<(&'run str, &'static str, String)>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"
<li><div class="head"><p class="kind">{{ place }}</p><h3>{{ name }}</h3></div><p class="impact"><b>{{ money }}</b>a month waits</p>
<ul class="options body">{% for pair in candidates %}<li id="{{ pair.id }}"><span class="p">{{ numbers::percent(*pair.probability) }}</span><span>{{ pair.name }}<small>{{ pair.why }}</small></span></li>{% endfor %}</ul></li>"##
)]
struct NameView<'run> {
    place: &'static str,
    name: &'run str,
    money: String,
    candidates: Vec<Candidate<'run>>,
}

struct Candidate<'run> {
    id: &'run str,
    name: &'run str,
    probability: Probability,
    why: &'run str,
}

/// What the folded part says of itself.
pub(super) fn words(run: &Run) -> String {
    format!("{} for an answer", numbers::counted(waiting_names(run).len(), "waits", "wait"))
}

/// The names.
pub(super) fn section(run: &Run) -> String {
    let names = waiting_names(run);
    let shown = &names[..names.len().min(N_SHOWN)];
    let (open, folded) = shown.split_at(shown.len().min(N_OPEN));
    let unmatched: Vec<&NamePair> =
        run.suggestions.iter().filter(|pair| pair.status == Status::Unmatched).collect();
    rendered(&Section {
        total: names.len(),
        sentence: review_sentence(run).replace('`', ""),
        open: open.iter().map(|name| view(run, name)).collect(),
        folded: folded.iter().map(|name| view(run, name)).collect(),
        n_left_out: names.len() - shown.len(),
        n_alone: numbers::counted(unmatched.len(), "name", "names"),
        alone: unmatched.into_iter().map(alone).collect(),
    })
}

fn view(run: &Run, name: &WaitingName<'_>) -> String {
    let candidates = name.candidates.iter().map(|pair| Candidate {
        id: &pair.id,
        name: partner(pair, name.side),
        probability: pair.probability,
        why: &pair.why,
    });
    rendered(&NameView {
        place: place(name.kind, name.side),
        name: name.name,
        money: numbers::money(name.money, run.currency),
        candidates: candidates.collect(),
    })
}

/// The other side's name; a name in review without one is asked whether it has none.
fn partner(pair: &NamePair, asked: Side) -> &str {
    let name = match asked {
        Side::Vendor => &pair.psa_name,
        Side::Psa => &pair.vendor_name,
    };
    if name.is_empty() { "no partner" } else { name }
}

fn place(kind: EntityKind, side: Side) -> &'static str {
    match (kind, side) {
        (EntityKind::Client, Side::Vendor) => "Client, at the vendor",
        (EntityKind::Client, Side::Psa) => "Client, in the PSA",
        (EntityKind::Sku, Side::Vendor) => "Product, at the vendor",
        (EntityKind::Sku, Side::Psa) => "Product, in the PSA",
    }
}

fn alone(pair: &NamePair) -> (&str, &'static str, String) {
    let (side, name) = match pair.vendor_name.is_empty() {
        false => (Side::Vendor, pair.vendor_name.as_str()),
        true => (Side::Psa, pair.psa_name.as_str()),
    };
    (name, place(pair.kind, side), numbers::percent(pair.probability))
}
