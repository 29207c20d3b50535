//! One suggestion, finding or flag with every number behind it.

use super::super::explanation::{
    Explanation, MONTHS_TITLE, N_ROWS_SHOWN, Part, rows_title, steps, steps_title,
};
use super::layout::{Align, bar, clean, clip, span, table, width_of, wrap};
use super::{NARROWEST_TERMINAL, joined};
use seatdrift_core::domain::{Month, Side};
use seatdrift_core::run::{FlagLine, NamePair, RowSeen, Run, numbers};

/// An explanation as text. No line is wider than `width` columns.
pub fn explain(explanation: &Explanation<'_>, width: usize) -> String {
    let width = width.max(NARROWEST_TERMINAL);
    let mut head = wrap(&explanation.title, width, "");
    head.extend(labelled(&explanation.about, width));
    let mut blocks = vec![head, wrap(&explanation.why, width, "")];
    blocks.extend(explanation.parts.iter().map(|part| part_lines(explanation.run, part, width)));
    joined(&blocks)
}

fn part_lines(run: &Run, part: &Part<'_>, width: usize) -> Vec<String> {
    match part {
        Part::Facts(facts) => labelled(facts, width),
        Part::Sentences(lines) => lines.iter().flat_map(|line| wrap(line, width, "")).collect(),
        Part::Steps(pair) => waterfall(pair, width),
        Part::Months(flag) => months(flag, width),
        Part::Evidence(found) => evidence(found, width),
        Part::Rows(side, places) => source_rows(run, *side, places, width),
    }
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
    let steps = steps(pair).into_iter().map(|step| (step.name, step.value, step.log_odds));
    let texts: Vec<(String, String, f64)> =
        steps.chain([("score".to_owned(), String::new(), score)]).collect();
    let names = texts.iter().map(|(name, ..)| width_of(&clean(name))).max().unwrap_or(0);
    // Two columns of indent, three gaps of two, nine for the value and seven for the log-odds.
    let room = width.saturating_sub(names.min(28) + 2 + 6 + 9 + 7 + 1).clamp(6, 36);
    let mut lines = wrap(steps_title(pair), width, "");
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

/// The months as bars on one scale, and the expected range of the flagged one below them.
fn months(flag: &FlagLine, width: usize) -> Vec<String> {
    let months = flag.months_to_draw();
    if months.is_empty() {
        return Vec::new();
    }
    let own = flag.months_are_its_numbers();
    let range = if own { vec![flag.low, flag.high] } else { Vec::new() };
    let scale = months
        .iter()
        .filter_map(|(_, value)| *value)
        .chain(range)
        .filter(|value| value.is_finite())
        .fold((0.0f64, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
    // Two columns of indent, a month, two gaps, eight for the number and three for the mark.
    let room = width.saturating_sub(2 + 8 + 4 + 8 + 3).clamp(6, 48);
    let row = |(month, value): &(Month, Option<f64>)| {
        let mark = if *month == flag.month { " ◄" } else { "" };
        let number = value.map_or_else(|| "no row".to_owned(), |v| flag.month_number(v));
        let value = value.filter(|value| value.is_finite());
        let drawn = value.map_or_else(String::new, |value| bar(value, scale, room));
        vec![month.to_string(), number, format!("{drawn}{mark}")]
    };
    let mut rows: Vec<Vec<String>> = months.iter().map(row).collect();
    if own && flag.low.is_finite() && flag.high.is_finite() {
        let span = span((flag.low, flag.high), scale, room);
        rows.push(vec!["expected".to_owned(), flag.number(flag.expected), span]);
    }
    let mut lines = wrap(MONTHS_TITLE, width, "");
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
    let mut lines = wrap(rows_title(side), width, "");
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
        return wrap(&format!("{place} (row not kept with this run)"), width, "  ");
    };
    let product = format!("{} × {} = {}", row.quantity, row.unit, row.amount);
    let product =
        if row.unit.is_empty() { format!("{}, {}", row.quantity, row.amount) } else { product };
    let mut lines = wrap(&format!("{place} · {} · {product}", row.kind), width, "  ");
    let about = [&row.client, &row.sku, &row.period, &row.note];
    let about: Vec<&str> =
        about.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    lines.extend(wrap(&about.join(" · "), width, "    "));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explanation;
    use seatdrift_core::run::specimen;

    /// What the run says of an id.
    fn explained(run: &Run, id: &str, width: usize) -> Option<String> {
        Some(explain(&explanation(run, id)?, width))
    }

    #[test]
    fn a_suggestion_is_followed_from_prior_to_score() {
        let run = specimen::october();
        let mut pair = run.suggestions[0].clone();
        pair.psa_rows.truncate(1);
        pair.vendor_rows.truncate(1);
        let run = Run { suggestions: vec![pair], ..run };
        let text = explained(&run, &run.suggestions[0].id, 80).unwrap();
        insta::assert_snapshot!(text, @r###"
        client pair p-00001da9 · review
          vendor  Northwnd Traders (id 0100-v)
          psa     Northwind Traders Ltd (id 2000)

        The names share a rare word and 4 of 5 products agree in quantity; the domains
        differ.

        From prior to score, in log-odds: feature, value, what it adds
          prior                     -4.60  ██████████████████████
          name similarity     0.93  +3.10                        ██████████████
          rare word overlap    0.5  +1.90                        ████████
          product overlap      0.8  +2.40                        ███████████
          domain agreement       0  -1.20                  ██████
          quantity agreement  0.75  +0.45                        ██
          score                     +2.05                        █████████

        71% that the two are one
        next best: Northwind Trading Company, 21%
        $900.00 a month waits for the answer

        Vendor rows: quantity × unit = amount
          pax8-invoice-2026-10.csv:2 · full_period · 5 × 3.60 = 18.00
            Citizens State Bank · Exchange Online (Plan 1) · 2026-10-01 to 2026-10-31 ·
            subscription, Monthly

        PSA rows: quantity × unit = amount
          cw-additions-2026-10.csv:2 · full_period · 5 × 5.00 = 25.00
            Citizens State Bank · Exchange Online (Plan 1) · 2026-10-01 to 2026-10-31 ·
            Billable, Managed Services
        "###);
    }

    #[test]
    fn a_finding_shows_its_quantities_money_evidence_and_rows() {
        let run = specimen::october();
        insta::assert_snapshot!(explained(&run, &run.findings[0].id, 80).unwrap(), @r###"
        Not billed f-000eacba
          client  047 Acupuncture Search, Inc.
          SKU     Microsoft 365 E3

        Pax8 charged 56 from 1 Oct; the agreement bills 0. The difference first shows in
        Aug 2026 and has been the same since.

          bought  56
          billed  0
          drift   +56
          money   $1,890.00 a month, $22,680.00 a year: you lose it
          sure    96%: a claim

        Evidence
          Names       client decided by jo on 2026-08-03; SKU matched at 98%
          Bought      56 units in force on 31 Oct 2026
          Billed      0 units in force on 31 Oct 2026
          Unit price  39.00 USD; unit cost 33.75 USD

        Vendor rows: quantity × unit = amount
          pax8-invoice-2026-10.csv:89 · full_period · 12 × 33.75 = 405.00
            <script>alert(1)</script> · Microsoft 365 E3 · 2026-10-01 to 2026-10-31 ·
            subscription, Monthly
        "###);
    }

    #[test]
    fn a_flag_draws_its_months_and_the_range_they_led_to_expect() {
        let run = specimen::october();
        insta::assert_snapshot!(explained(&run, &run.flags[1].id, 80).unwrap(), @r###"
        vanished flag-0017a6 · psa · 2026-10
          client  Harbor Legal LLP
          SKU     the whole client

        0 units in Oct 2026 where 46 were expected; the months before moved by two at
        most.

          seen      0
          expected  46.5, range 43.3 to 49.9
          chance    below 1 in a million in a quiet month
          real      >99% likely
          money     $71.00 a month, $852.00 a year

          likely causes  seats were cancelled; part moved to another SKU
          check next     look for the cancellation
          ends when      next month agrees, or it goes back

        Month by month, the flagged one marked
          2025-05       29  ████████████████████████████
          2025-06       32  ███████████████████████████████
          2025-07       30  █████████████████████████████
          2025-08       33  ████████████████████████████████
          2025-09       31  ██████████████████████████████
          2025-10       34  █████████████████████████████████
          2025-11       37  ████████████████████████████████████
          2025-12       35  ██████████████████████████████████
          2026-01       38  █████████████████████████████████████
          2026-02       36  ███████████████████████████████████
          2026-03       39  ██████████████████████████████████████
          2026-04       42  ████████████████████████████████████████
          2026-05       40  ██████████████████████████████████████
          2026-06       43  █████████████████████████████████████████
          2026-07       41  ███████████████████████████████████████
          2026-08       44  ██████████████████████████████████████████
          2026-09       47  █████████████████████████████████████████████
          2026-10   no row   ◄
          expected    46.5                                            ░░░░░░

        Evidence
          Months behind it  17 of 18, Jul 2025 to Oct 2026

        PSA rows: quantity × unit = amount
          pax8-invoice-2026-10.csv:125 · full_period · 8 × 3.05 = 24.40
            <script>alert(1)</script> · Proofpoint Essentials - Professional ·
            2026-10-01 to 2026-10-31 · subscription, Monthly
          pax8-invoice-2026-10.csv:126 · proration · 9 × 9.20 = 82.80
            Bäckerei Müller & Söhne GmbH · Acronis Advanced Backup <b>& more</b> ·
            2026-10-01 to 2026-10-31 · subscription, Monthly
        "###);
    }

    #[test]
    fn every_id_is_explained_within_the_terminal() {
        let run = specimen::october();
        let ids = (run.suggestions.iter().map(|pair| &pair.id))
            .chain(run.findings.iter().map(|finding| &finding.id))
            .chain(run.flags.iter().map(|flag| &flag.id));
        for id in ids {
            for width in [40, 80] {
                let text = explained(&run, id, width).expect("the run has it");
                assert!(text.contains(id.as_str()));
                for line in text.lines() {
                    assert!(line.chars().count() <= width, "{width}: {line}");
                }
            }
        }
        assert_eq!(explained(&run, "no such id", 80), None);
    }

    #[test]
    fn a_row_the_run_did_not_keep_is_named_all_the_same() {
        let mut run = specimen::october();
        run.rows.clear();
        let finding = run.findings.iter().find(|f| !f.vendor_rows.is_empty()).unwrap();
        let text = explained(&run, &finding.id, 80).unwrap();
        assert!(text.contains(&format!("{} (row not kept", finding.vendor_rows[0])));
    }
}
