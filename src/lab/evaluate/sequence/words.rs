//! The loop in words of at most 80 columns.

use std::fmt::Write;

use rust_decimal::prelude::ToPrimitive;

use super::super::words::{percent, quantities};
use super::{FalseExample, NameCalibration, SequenceFigures, SequenceMonth, Shift};
use seatdrift_core::domain::EntityKind;

/// Characters of what an example said.
const LONGEST: usize = 400;

/// All that was measured of the loop, as text.
pub fn sequence_words(figures: &SequenceFigures) -> String {
    let mut text = String::new();
    head(&mut text, figures);
    months(&mut text, &figures.months);
    changes(&mut text, figures);
    causes(&mut text, figures);
    line(&mut text, "\nName probabilities between 0.05 and 0.95, all months");
    line(&mut text, "  of             pairs     said     true   95 % over MSPs");
    figures.names.iter().for_each(|one| names(&mut text, one));
    line(&mut text, "");
    quantities(&mut text, &figures.quantities);
    examples(&mut text, "False claims, the most money first", &figures.false_claims);
    examples(&mut text, "False accepts, the surest first", &figures.false_accepts);
    text
}

fn head(text: &mut String, figures: &SequenceFigures) {
    let recipe = &figures.recipe;
    let (fewest, most) = recipe.clients;
    line(
        text,
        &format!(
            "{} made-up MSPs of {fewest} to {most} clients, hostile books, seed {}, {} months.\nA reviewer decides 35 % of what is open after each month and errs in 2 % of \
             the\nnames; then the models learn. Month 0 is before any.\nfalse: of what was \
             accepted, percent that are not one; kept: MSPs at which a\nnew model was better; claims: \
             findings from 50 %; true: kind, line and money to\nthe cent; by money: the same shares of \
             the money; false money: of false claims,\nfor each $100 of true differences; asked: names \
             that wait, findings below 50 %",
            recipe.msps, recipe.seed, recipe.months,
        ),
    );
}

fn months(text: &mut String, months: &[SequenceMonth]) {
    line(text, "\n                  clients                products         kept after");
    line(text, "month  accepted false      %  accepted false      %   clients products");
    for (month_idx, month) in months.iter().enumerate() {
        let cells = |position: usize| {
            let (wrong, all) = (month.false_accepts[position], month.accepted[position]);
            format!("{all:>8} {wrong:>5} {:>6}", percent(wrong as f64 / all.max(1) as f64))
        };
        let [clients, products] = month.models_kept;
        line(
            text,
            &format!("{month_idx:>5}  {}  {}  {clients:>8} {products:>8}", cells(0), cells(1)),
        );
    }
    line(text, "\n              true  by        differ-   found  by     false");
    line(text, "month  claims     %  money %    ences       %  money %  money  asked    ECE");
    for (month_idx, month) in months.iter().enumerate() {
        line(
            text,
            &format!(
                "{month_idx:>5} {:>7} {:>5} {:>8} {:>8} {:>7} {:>8} {:>6} {:>6}  {:.3}",
                month.claims,
                percent(month.precision),
                percent(month.precision_money),
                month.differences,
                percent(month.recall),
                percent(month.recall_money),
                percent(month.false_money),
                month.questions,
                month.ece,
            ),
        );
    }
}

fn changes(text: &mut String, figures: &SequenceFigures) {
    line(text, "\nBeside the month before, points, and 95 % over MSPs; ! is worse beyond chance");
    line(text, "month  false accepts      claims true        found              false money");
    for (idx, change) in figures.changes.iter().enumerate() {
        let all = [change.false_accepts, change.precision, change.recall, change.false_money];
        let [accepts, claims, found, money] = all.map(shift);
        let cells = format!("{:>5}  {accepts} {claims} {found} {money}", idx + 1);
        line(text, cells.trim_end());
    }
}

/// `+1.2 [-0.4, +2.8]!`
fn shift(shift: Shift) -> String {
    let points = |value: f64| {
        let value = 100.0 * value;
        if value.abs() < 99.95 { format!("{value:+.1}") } else { format!("{value:+.0}") }
    };
    let mark = if shift.is_worse { "!" } else { "" };
    let cell = format!("{} {},{}{mark}", points(shift.by), points(shift.low), points(shift.high));
    format!("{cell:<17}")
}

fn causes(text: &mut String, figures: &SequenceFigures) {
    if figures.causes.is_empty() {
        return;
    }
    line(text, "\nWhat false claims come from, all months, the most money first");
    line(text, "  cause                            claims  first   last          money");
    for one in &figures.causes {
        let [first, last] = one.first_and_last;
        line(
            text,
            &format!(
                "  {:<32} {:>6} {first:>6} {last:>6} {:>14.0}",
                one.cause,
                one.claims,
                one.money.to_f64().unwrap_or_default(),
            ),
        );
    }
}

fn names(text: &mut String, one: &NameCalibration) {
    let kind = match one.kind {
        EntityKind::Client => "clients",
        EntityKind::Sku => "products",
    };
    let (low, high) = one.interval;
    line(
        text,
        &format!(
            "  {kind:<12} {:>7} {:>8} {:>8}   {} to {}",
            one.n,
            percent(one.said),
            percent(one.is_true),
            percent(low),
            percent(high),
        ),
    );
}

fn examples(text: &mut String, title: &str, examples: &[FalseExample]) {
    if examples.is_empty() {
        return;
    }
    line(text, &format!("\n{title}"));
    for one in examples {
        let FalseExample { msp, month, cause, money, probability, said } = one;
        line(text, &format!("  MSP {msp}, {month}: {cause}, {money}, {} %", percent(*probability)));
        let said: String = said.chars().take(LONGEST).collect();
        wrapped(text, &said);
    }
}

/// Words in rows of at most 80 columns, set in by four.
fn wrapped(text: &mut String, words: &str) {
    let mut row = String::new();
    for word in words.split_whitespace() {
        if 76 < row.chars().count() + 1 + word.chars().count() && !row.is_empty() {
            line(text, &format!("    {row}"));
            row.clear();
        }
        if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(word);
    }
    line(text, &format!("    {row}"));
}

fn line(text: &mut String, words: &str) {
    writeln!(text, "{words}").expect("a String takes every write");
}
