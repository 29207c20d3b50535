//! Every difference, folded by client; those of one cause are one entry with its lines inside.

use std::collections::BTreeMap;

use askama::Template;
use rust_decimal::Decimal;

use super::{flags, rendered};
use seatdrift_core::run::places::by_file;
use seatdrift_core::run::{
    Cause, CauseItem, Finding, FindingKind, FlagLine, LikelyRight, Run, SumOf, cause_items, numbers,
};

/// How many causes the page shows at all; the rest is in `findings.csv`.
const N_SHOWN: usize = 1000;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% if clients.is_empty() %}<p class="empty">Bought and billed agree on every line that could be compared.</p>
{% else %}{% for client in clients %}<details class="client"><summary>{{ client.name }} <span>{{ client.words }}</span></summary>
<ol class="list">{% for entry in client.entries %}{{ entry|safe }}{% endfor %}
</ol></details>
{% endfor %}{% if n_left_out > 0 %}<p class="empty">{{ n_left_out }} more are in findings.csv.</p>{% endif %}{% endif %}"##
)]
struct Section {
    clients: Vec<ClientView>,
    n_left_out: usize,
}

/// The differences of one client, or what has one cause at several.
struct ClientView {
    name: String,
    words: String,
    entries: Vec<String>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"
<li id="{{ id }}"{% if !claim %} class="question"{% endif %}><div class="head">
<p class="kind">{{ kind }} <i>· {% if !whose.is_empty() %}{{ whose }} · {% endif %}{{ sure }} sure{% if !claim %}, a question{% endif %}</i></p>
<h3>{{ client }} <span>{{ sku }}</span></h3></div>
<p class="impact"><b>{{ month }}</b>a month<br> <span>{{ year }} a year</span></p>
<div class="body"><p class="why">{{ why }}</p>
<p class="facts"><span>bought <b>{{ bought }}</b></span><span>billed <b>{{ billed }}</b></span><span>drift <b>{{ drift }}</b></span></p>
{% if !right.is_empty() %}<p class="next"><b>Likely right</b> {{ right }}.</p>
{% endif %}{% if !at_price.is_empty() %}<p class="next"><b>At your price</b> {{ at_price }}.</p>
{% endif %}{% if !flags.is_empty() %}<details><summary>Its months</summary><ol class="list flags">{% for flag in flags %}{{ flag|safe }}{% endfor %}
</ol></details>{% endif %}<p class="src">{% if !vendor_rows.is_empty() %}Vendor: {{ vendor_rows }}<br>{% endif %}{% if !psa_rows.is_empty() %}PSA: {{ psa_rows }}<br>{% endif %}{{ id }}</p>
</div></li>"##
)]
struct FindingView<'run> {
    id: &'run str,
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
    /// Flags of the same cause.
    flags: Vec<String>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"
<li id="{{ id }}" class="cause"><div class="head">
<p class="kind">{{ kind }} <i>· {{ lines }}, one cause</i></p>
<h3>{{ client }} <span>{{ sku }}</span></h3></div>
<p class="impact">{% for (money, whose) in sums %}<b>{{ money }}</b>a month, {{ whose }}<br>{% endfor %}</p>
<div class="body"><p class="why">{{ words }}</p>
<details><summary>{{ lines }}</summary>
<ol class="list">{% for finding in findings %}{{ finding|safe }}{% endfor %}
</ol>{% if !flags.is_empty() %}<ol class="list flags">{% for flag in flags %}{{ flag|safe }}{% endfor %}
</ol>{% endif %}{% if !further.is_empty() %}<p class="src">Ended with it, sold by no vendor: {{ further }}</p>{% endif %}</details>
<p class="src">{{ id }}</p></div></li>"##
)]
struct CauseView<'run> {
    id: &'run str,
    kind: &'static str,
    lines: String,
    client: String,
    sku: String,
    words: &'run str,
    /// Each sum that may not be added to another, and whose money it is.
    sums: Vec<(String, &'static str)>,
    findings: Vec<String>,
    flags: Vec<String>,
    further: String,
}

/// What the folded part says of itself.
pub(super) fn words(run: &Run) -> String {
    numbers::counted(run.findings.len(), "difference", "differences")
}

/// The findings by client, those of one cause in one entry; the clients with the most expected money first.
pub(super) fn section(run: &Run) -> String {
    let items = cause_items(run);
    let shown = &items[..items.len().min(N_SHOWN)];
    let mut by_client: Vec<(String, Vec<&CauseItem<'_>>)> = Vec::new();
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    for item in shown {
        let name = match item.n_clients() {
            1 => item.client(),
            _ => SEVERAL.to_owned(),
        };
        let position = *at.entry(name).or_insert_with_key(|name| {
            by_client.push((name.clone(), Vec::new()));
            by_client.len() - 1
        });
        by_client[position].1.push(item);
    }
    rendered(&Section {
        clients: by_client.into_iter().map(|(name, items)| client_view(name, &items)).collect(),
        n_left_out: items[shown.len()..].iter().map(|item| item.findings.len()).sum(),
    })
}

/// Where what has one cause at several clients stands.
const SEVERAL: &str = "At several clients";

fn client_view(name: String, items: &[&CauseItem<'_>]) -> ClientView {
    let mut sums: BTreeMap<SumOf, Decimal> = BTreeMap::new();
    for (of, sum) in items.iter().flat_map(|item| item.sums()) {
        *sums.entry(of).or_default() += sum;
    }
    let n_lines: usize = items.iter().map(|item| item.findings.len()).sum();
    let mut words = vec![numbers::counted(n_lines, "line", "lines")];
    let said = |(of, sum): (SumOf, Decimal)| {
        format!("{} {}", numbers::money(sum, of.currency), of.words())
    };
    words.extend(sums.into_iter().map(said));
    let entry = |item: &&CauseItem<'_>| match item.cause.filter(|_| item.has_several()) {
        Some(cause) => cause_view(item, cause),
        None => view(item.findings[0], &item.flags),
    };
    ClientView { name, words: words.join(" · "), entries: items.iter().map(entry).collect() }
}

fn cause_view(item: &CauseItem<'_>, cause: &Cause) -> String {
    let n_flags = item.flags.len();
    let mut lines = numbers::counted(item.findings.len(), "line", "lines");
    if 0 < n_flags {
        lines.push_str(&format!(", {}", numbers::counted(n_flags, "flag", "flags")));
    }
    let sum = |(of, sum): (SumOf, Decimal)| (numbers::money(sum, of.currency), of.words());
    let further = cause.further.iter().map(|line| {
        format!("{} {} ({})", line.units, line.sku, numbers::money(line.money, line.currency))
    });
    rendered(&CauseView {
        id: item.id,
        kind: cause.kind.title(),
        lines,
        client: item.client(),
        sku: if cause.what.is_empty() { item.sku() } else { cause.what.clone() },
        words: &cause.words,
        sums: item.sums().into_iter().map(sum).collect(),
        findings: item.findings.iter().map(|one| view(one, &[])).collect(),
        flags: item.flags.iter().map(|flag| flags::view(flag, String::new())).collect(),
        further: further.collect::<Vec<_>>().join("; "),
    })
}

fn view(finding: &Finding, own_flags: &[&FlagLine]) -> String {
    rendered(&FindingView {
        flags: own_flags.iter().map(|flag| flags::view(flag, String::new())).collect(),
        id: &finding.id,
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

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::run::specimen;

    #[test]
    fn a_price_list_that_moved_at_four_clients_is_one_entry_with_its_lines_and_its_flag_inside() {
        let run = specimen::one_price_list();
        let page = section(&run);
        assert_eq!(page.matches("class=\"cause\"").count(), 1, "{page}");
        assert!(page.contains("Price list moved <i>· 5 lines, 1 flag, one cause"), "{page}");
        assert!(page.contains("<b>$120.00</b>a month, news, in neither number"), "{page}");
        assert!(page.contains("<b>$70.00</b>a month, you lose it"), "{page}");
        for finding in &run.findings {
            assert_eq!(page.matches(&format!("id=\"{}\"", finding.id)).count(), 1);
        }
        assert!(page.contains(&format!("id=\"{}\"", run.flags[0].id)));
        let elsewhere = flags::section(&run);
        assert!(!elsewhere.contains(&run.flags[0].id), "told once: {elsewhere}");
        assert!(elsewhere.contains(&run.flags[1].id), "{elsewhere}");
    }
}
