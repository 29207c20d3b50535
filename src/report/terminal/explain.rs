//! One suggestion, finding or flag with every number behind it.

use crate::domain::Side;

use super::super::{Finding, FlagLine, NamePair, RowSeen, Run, numbers};
use super::layout::{Align, bar, clean, clip, table, width_of, wrap};
use super::{NARROWEST_TERMINAL, joined};

/// How many source rows of a side are printed; the rest is counted.
const N_ROWS_SHOWN: usize = 20;
/// How many months of a flag's history are drawn.
const N_MONTHS_SHOWN: usize = 24;

/// Everything behind the suggestion, finding or flag of this id, or `None` where the run has none.
/// No line is wider than `width` columns.
pub fn explain(run: &Run, id: &str, width: usize) -> Option<String> {
    let width = width.max(NARROWEST_TERMINAL);
    if let Some(pair) = run.suggestions.iter().find(|pair| pair.id == id) {
        return Some(joined(&suggestion(run, pair, width)));
    }
    if let Some(found) = run.findings.iter().find(|finding| finding.id == id) {
        return Some(joined(&finding(run, found, width)));
    }
    let flagged = run.flags.iter().find(|flag| flag.id == id)?;
    Some(joined(&flag(run, flagged, width)))
}

fn suggestion(run: &Run, pair: &NamePair, width: usize) -> Vec<Vec<String>> {
    let title = format!("{} pair {} · {}", pair.kind, pair.id, pair.status);
    let mut head = wrap(&title, width, "");
    head.extend(labelled(&named_sides(pair), width));
    let sure = match (pair.vendor_name.is_empty(), pair.psa_name.is_empty()) {
        (false, false) => "that the two are one",
        _ => "that the name truly has no partner",
    };
    let mut verdict = vec![format!("{} {sure}", numbers::percent(pair.probability))];
    if let Some((name, probability)) = &pair.runner_up {
        verdict.push(format!("next best: {name}, {}", numbers::percent(*probability)));
    }
    let money = numbers::money(pair.money, run.currency);
    verdict.push(format!("{money} a month waits for the answer"));
    vec![
        head,
        wrap(&pair.why, width, ""),
        waterfall(pair, width),
        verdict.iter().flat_map(|line| wrap(line, width, "")).collect(),
        source_rows(run, Side::Vendor, &pair.vendor_rows, width),
        source_rows(run, Side::Psa, &pair.psa_rows, width),
    ]
}

fn named_sides(pair: &NamePair) -> Vec<(String, String)> {
    let named = |name: &str, key: &str| match (name.is_empty(), key == name) {
        (true, _) => "none".to_owned(),
        (false, true) => name.to_owned(),
        (false, false) => format!("{name} (id {key})"),
    };
    vec![
        ("vendor".to_owned(), named(&pair.vendor_name, &pair.vendor_id)),
        ("psa".to_owned(), named(&pair.psa_name, &pair.psa_id)),
    ]
}

/// The steps from prior to score, each a bar on one scale of log-odds.
fn waterfall(pair: &NamePair, width: usize) -> Vec<String> {
    if pair.contributions.is_empty() {
        return Vec::new();
    }
    let (mut low, mut high) = (0.0f64, 0.0f64);
    for step in &pair.contributions {
        low = low.min(step.log_odds);
        high = high.max(step.log_odds);
    }
    let score: f64 = pair.contributions.iter().map(|step| step.log_odds).sum();
    let (low, high) = (low.min(score), high.max(score));
    let step = |name: &str, value: String, log_odds: f64, room: usize| {
        vec![name.to_owned(), value, format!("{log_odds:+.2}"), bar(log_odds, (low, high), room)]
    };
    let texts: Vec<(String, String, f64)> = pair
        .contributions
        .iter()
        .map(|step| {
            let value = if step.feature == "prior" { String::new() } else { short(step.value) };
            (step.feature.replace('_', " "), value, step.log_odds)
        })
        .chain([("score".to_owned(), String::new(), score)])
        .collect();
    let names = texts.iter().map(|(name, ..)| width_of(&clean(name))).max().unwrap_or(0);
    // Two columns of indent, three gaps of two, nine for the value and seven for the log-odds.
    let room = width.saturating_sub(names.min(28) + 2 + 6 + 9 + 7 + 1).clamp(6, 36);
    let mut lines =
        wrap("From prior to score, in log-odds: feature, value, what it adds", width, "");
    let rows: Vec<Vec<String>> = texts
        .into_iter()
        .map(|(name, value, adds)| step(&clip(&name, 28), value, adds, room))
        .collect();
    lines.extend(table(
        &rows,
        &[Align::Left, Align::Right, Align::Right, Align::Left],
        width,
        "  ",
    ));
    lines
}

/// A feature's value with three decimal places at most.
fn short(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn finding(run: &Run, finding: &Finding, width: usize) -> Vec<Vec<String>> {
    let mut head = wrap(&format!("{} {}", finding.kind.title(), finding.id), width, "");
    head.extend(labelled(
        &[("client".to_owned(), finding.client.clone()), ("SKU".to_owned(), finding.sku.clone())],
        width,
    ));
    let claim = if super::super::stake::is_claim(finding) { "a claim" } else { "a question" };
    let month = numbers::money(finding.monthly_impact, finding.currency);
    let year = numbers::yearly(finding.monthly_impact, finding.currency);
    let quantities = [
        ("bought".to_owned(), numbers::units(finding.vendor_quantity)),
        ("billed".to_owned(), numbers::units(finding.psa_quantity)),
        ("drift".to_owned(), numbers::signed_units(finding.drift)),
        ("money".to_owned(), format!("{month} a month, {year} a year")),
        ("sure".to_owned(), format!("{}: {claim}", numbers::percent(finding.probability))),
    ];
    vec![
        head,
        wrap(&finding.why, width, ""),
        labelled(&quantities, width),
        evidence(&finding.evidence, width),
        source_rows(run, Side::Vendor, &finding.vendor_rows, width),
        source_rows(run, Side::Psa, &finding.psa_rows, width),
    ]
}

fn flag(run: &Run, flag: &FlagLine, width: usize) -> Vec<Vec<String>> {
    let kind = flag.kind.replace('_', " ");
    let mut head = wrap(&format!("{kind} {} · {} · {}", flag.id, flag.side, flag.month), width, "");
    let sku = if flag.sku.is_empty() { "the whole client" } else { &flag.sku };
    head.extend(labelled(
        &[("client".to_owned(), flag.client.clone()), ("SKU".to_owned(), sku.to_owned())],
        width,
    ));
    let show = |value: f64| flag_number(flag, value);
    let range = format!("{} to {}", show(flag.low), show(flag.high));
    let quantities = [
        ("seen".to_owned(), show(flag.observed)),
        ("expected".to_owned(), format!("{}, range {range}", show(flag.expected))),
        ("chance".to_owned(), format!("{} in a quiet month", numbers::rarity(flag.p_value))),
        (
            "money".to_owned(),
            format!("{} a month", numbers::money(flag.monthly_impact, flag.currency)),
        ),
    ];
    vec![
        head,
        wrap(&flag.why, width, ""),
        labelled(&quantities, width),
        months(flag, width),
        evidence(&flag.evidence, width),
        source_rows(run, row_side(&flag.side), &flag.rows, width),
    ]
}

/// Units, or for a price flag a unit price.
fn flag_number(flag: &FlagLine, value: f64) -> String {
    if flag.kind == "price_shift" { numbers::near_price(value) } else { numbers::near(value) }
}

fn row_side(word: &str) -> Side {
    if word == "psa" { Side::Psa } else { Side::Vendor }
}

/// The months as bars on one scale, and the expected range of the flagged one.
fn months(flag: &FlagLine, width: usize) -> Vec<String> {
    let skipped = flag.history.len().saturating_sub(N_MONTHS_SHOWN);
    let shown = &flag.history[skipped..];
    if shown.is_empty() {
        return Vec::new();
    }
    let finite = |value: &f64| value.is_finite();
    let values: Vec<f64> = shown.iter().filter_map(|(_, units)| *units).filter(finite).collect();
    let ends =
        values.iter().chain([&flag.observed, &flag.expected].into_iter().filter(|v| finite(v)));
    let (low, high) = ends.fold((0.0f64, 0.0f64), |(low, high), v| (low.min(*v), high.max(*v)));
    // Two columns of indent, a month, two gaps, eight for the number and three for the mark.
    let room = width.saturating_sub(2 + 8 + 4 + 8 + 3).clamp(6, 48);
    let row = |month: &str, units: Option<f64>, mark: &str| {
        let number = units.map_or_else(|| "no row".to_owned(), |v| flag_number(flag, v));
        let drawn = units.filter(finite).map_or(String::new(), |v| bar(v, (low, high), room));
        vec![month.to_owned(), number, format!("{drawn}{mark}")]
    };
    let mut rows: Vec<Vec<String>> = shown
        .iter()
        .map(|(month, units)| {
            let mark = if *month == flag.month { " ◄" } else { "" };
            row(&month.to_string(), *units, mark)
        })
        .collect();
    rows.push(row("expected", Some(flag.expected), ""));
    let mut lines = wrap("Month by month, the flagged one marked", width, "");
    lines.extend(table(&rows, &[Align::Left, Align::Right, Align::Left], width, "  "));
    lines
}

fn evidence(evidence: &[(String, String)], width: usize) -> Vec<String> {
    if evidence.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["Evidence".to_owned()];
    lines.extend(labelled(evidence, width));
    lines
}

/// Labels in one column and wrapped values beside them; below them where the terminal is too narrow.
fn labelled(pairs: &[(String, String)], width: usize) -> Vec<String> {
    let widest = pairs.iter().map(|(label, _)| width_of(&clean(label))).max().unwrap_or(0);
    if widest + 24 > width {
        let below = |(label, value): &(String, String)| {
            let mut lines = wrap(label, width, "  ");
            lines.extend(wrap(value, width, "    "));
            lines
        };
        return pairs.iter().flat_map(below).collect();
    }
    let indent = " ".repeat(widest + 4);
    let mut lines = Vec::new();
    for (label, value) in pairs {
        let label = clean(label);
        let gap = " ".repeat(widest - width_of(&label) + 2);
        let mut wrapped = wrap(value, width, &indent).into_iter();
        let first = wrapped.next().unwrap_or_default();
        lines.push(format!("  {label}{gap}{}", first.trim_start()).trim_end().to_owned());
        lines.extend(wrapped);
    }
    lines
}

/// The source rows of one side: numbers as a table, then what each row says about itself.
fn source_rows(run: &Run, side: Side, places: &[String], width: usize) -> Vec<String> {
    if places.is_empty() {
        return Vec::new();
    }
    let title = match side {
        Side::Vendor => "Vendor rows: quantity × unit = amount",
        Side::Psa => "PSA rows: quantity × unit = amount",
    };
    let mut lines = wrap(title, width, "");
    for place in places.iter().take(N_ROWS_SHOWN) {
        let row = run.rows.get(place);
        lines.extend(row_lines(place, row, width));
    }
    if let Some(more) = places.len().checked_sub(N_ROWS_SHOWN).filter(|more| *more > 0) {
        lines.push(format!("  and {}", numbers::counted(more, "more row", "more rows")));
    }
    lines
}

fn row_lines(place: &str, row: Option<&RowSeen>, width: usize) -> Vec<String> {
    let Some(row) = row else {
        return wrap(&format!("{place}  (row not kept with this run)"), width, "  ");
    };
    let product = format!("{} × {} = {}", row.quantity, row.unit, row.amount);
    let product =
        if row.unit.is_empty() { format!("{}, {}", row.quantity, row.amount) } else { product };
    let mut lines = wrap(&format!("{place}  {}  {product}", row.kind), width, "  ");
    let about = [&row.client, &row.sku, &row.period, &row.note];
    let about: Vec<&str> =
        about.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    lines.extend(wrap(&about.join(" · "), width, "    "));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    #[test]
    fn every_id_is_explained_within_the_terminal() {
        let run = specimen::october();
        let ids = (run.suggestions.iter().map(|pair| &pair.id))
            .chain(run.findings.iter().map(|finding| &finding.id))
            .chain(run.flags.iter().map(|flag| &flag.id));
        for id in ids {
            for width in [40, 80] {
                let text = explain(&run, id, width).expect("the run has it");
                assert!(text.contains(id.as_str()));
                for line in text.lines() {
                    assert!(line.chars().count() <= width, "{width}: {line}");
                }
            }
        }
        assert_eq!(explain(&run, "no such id", 80), None);
    }

    #[test]
    fn a_row_the_run_did_not_keep_is_named_all_the_same() {
        let mut run = specimen::october();
        run.rows.clear();
        let finding = run.findings.iter().find(|f| !f.vendor_rows.is_empty()).unwrap();
        let text = explain(&run, &finding.id, 80).unwrap();
        assert!(
            text.contains(
                &format!("{}  (row not kept", finding.vendor_rows[0]).replace("  (", " (")
            )
        );
    }
}
