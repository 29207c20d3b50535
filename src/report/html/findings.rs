//! Differences, the most expected money first.

use askama::Template;

use super::rendered;
use super::sorting::{Order, buttons, places as places_of, ranks};
use seatdrift_core::run::places::by_file;
use seatdrift_core::run::{Finding, FindingKind, LikelyRight, Run, numbers};

/// How many findings stand open; the rest is folded.
const N_OPEN: usize = 50;
/// How many findings the page shows at all; the rest is in `findings.csv`.
const N_SHOWN: usize = 1000;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section class="part" id="findings">
<h2>Findings</h2>
{% if total == 0 %}<p class="empty">Bought and billed agree on every line that could be compared.</p>
{% else %}<p class="lead">Sorted by what each is worth a month times how sure we are.</p>
{{ sort|safe }}<ol class="list">{% for finding in open %}{{ finding|safe }}{% endfor %}
</ol>
{% if !folded.is_empty() %}<details><summary>{{ folded.len() }} more, worth less</summary>
<ol class="list">{% for finding in folded %}{{ finding|safe }}{% endfor %}
</ol></details>{% endif %}
{% if n_left_out > 0 %}<p class="empty">{{ n_left_out }} more are in findings.csv.</p>{% endif %}
{% endif %}</section>"##
)]
struct Section {
    total: usize,
    sort: String,
    open: Vec<String>,
    folded: Vec<String>,
    n_left_out: usize,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"
<li id="{{ id }}" style="{{ places }}"{% if !claim %} class="question"{% endif %}><div class="head">
<p class="kind">{{ kind }} <i>· {% if !whose.is_empty() %}{{ whose }} · {% endif %}{{ sure }} sure{% if !claim %}, a question{% endif %}</i></p>
<h3>{{ client }} <span>{{ sku }}</span></h3></div>
<p class="impact"><b>{{ month }}</b>a month<br> <span>{{ year }} a year</span></p>
<div class="body"><p class="why">{{ why }}</p>
<p class="facts"><span>bought <b>{{ bought }}</b></span><span>billed <b>{{ billed }}</b></span><span>drift <b>{{ drift }}</b></span></p>
{% if !right.is_empty() %}<p class="next"><b>Likely right</b> {{ right }}.</p>
{% endif %}{% if !at_price.is_empty() %}<p class="next"><b>At your price</b> {{ at_price }}.</p>
{% endif %}<p class="src">{% if !vendor_rows.is_empty() %}Vendor: {{ vendor_rows }}<br>{% endif %}{% if !psa_rows.is_empty() %}PSA: {{ psa_rows }}<br>{% endif %}{{ id }}</p>
</div></li>"##
)]
struct FindingView<'run> {
    id: &'run str,
    places: String,
    claim: bool,
    kind: &'static str,
    /// Where the kind does not say whose money it is.
    whose: &'static str,
    sure: String,
    client: &'run str,
    sku: &'run str,
    why: &'run str,
    bought: String,
    billed: String,
    drift: String,
    right: String,
    at_price: String,
    vendor_rows: String,
    psa_rows: String,
    month: String,
    year: String,
}

/// The findings.
pub(super) fn section(run: &Run) -> String {
    let shown = &run.findings[..run.findings.len().min(N_SHOWN)];
    let mut open = views(shown);
    let folded = open.split_off(open.len().min(N_OPEN));
    let orders = [Order::Client, Order::Kind, Order::Since];
    rendered(&Section {
        total: run.findings.len(),
        sort: buttons("findings", "likely money", &orders),
        open,
        folded,
        n_left_out: run.findings.len() - shown.len(),
    })
}

fn views(shown: &[Finding]) -> Vec<String> {
    let clients = ranks(shown, |one| (one.client.to_lowercase(), one.sku.to_lowercase()));
    let kinds = ranks(shown, |one| one.kind);
    // What has no known beginning stands last.
    let since = ranks(shown, |one| one.since.as_ref().map_or((1, None), |it| (0, Some(it.month))));
    let of = |(idx, finding): (usize, &Finding)| {
        let places =
            [(Order::Client, clients[idx]), (Order::Kind, kinds[idx]), (Order::Since, since[idx])];
        view(finding, places_of(&places))
    };
    shown.iter().enumerate().map(of).collect()
}

fn view(finding: &Finding, places: String) -> String {
    rendered(&FindingView {
        id: &finding.id,
        places,
        claim: finding.is_claim(),
        kind: finding.kind.title(),
        whose: match finding.kind {
            FindingKind::Duplicate => finding.direction().of_one(),
            _ => "",
        },
        sure: numbers::percent(finding.probability),
        client: &finding.client,
        sku: &finding.sku,
        why: &finding.why,
        bought: numbers::units(finding.vendor_quantity),
        billed: numbers::units(finding.psa_quantity),
        drift: numbers::signed_units(finding.drift),
        right: finding.right.as_ref().map_or_else(String::new, LikelyRight::words),
        at_price: finding
            .at_price
            .as_ref()
            .map_or_else(String::new, |price| price.words(finding.currency)),
        vendor_rows: by_file(&finding.vendor_rows),
        psa_rows: by_file(&finding.psa_rows),
        month: numbers::money(finding.monthly_impact, finding.currency),
        year: numbers::yearly(finding.monthly_impact, finding.currency),
    })
}
