//! Prorations and credits that stand in a file twice.
//!
//! Two people may be added on one day, in two steps that look alike. So a row that repeats another is
//! called a second charge for one change where the units say so: from last month to this one they moved
//! by what is charged once. A change of seats that Microsoft writes twice is one too, since the second
//! refund would take back units that are refunded already. Where nothing says it, it is a question.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::duplicates::said;
use super::finding_types::{Settlement, SettlementVerdict};
use super::price_book::PriceBook;
use super::settlement_words as words;
use crate::domain::{ExportRow, LineKey, Money, Probability};

/// That a repetition is a second charge, where the units say so; where nothing does it is a question.
const UNITS_SAY_SO: f64 = 0.95;

/// Marks what repeats another settlement of its line as owed nothing. `books` are last month's and this
/// month's.
pub(super) fn mark_repeats(rows: &[ExportRow], settled: &mut [Settlement], books: [&PriceBook; 2]) {
    let mut alike: BTreeMap<(LineKey, Vec<String>), Vec<usize>> = BTreeMap::new();
    for (position, one) in settled.iter().enumerate() {
        let words = one.rows.iter().map(|&row_idx| said(&rows[row_idx])).collect();
        if !one.charged.amount.is_zero() {
            alike.entry((one.line.clone(), words)).or_default().push(position);
        }
    }
    let repeats: Vec<(usize, Vec<usize>)> = alike
        .into_values()
        .filter(|positions| positions.len() > 1)
        .map(|positions| (positions[0], positions[1..].to_vec()))
        .collect();
    let mut of_line: BTreeMap<LineKey, Vec<usize>> = BTreeMap::new();
    for (first, more) in &repeats {
        of_line.entry(settled[*first].line.clone()).or_default().extend(more);
    }
    for (first, more) in repeats {
        let line = &settled[first].line;
        let probability = match settled[first].rows.len() {
            1 => likely(rows, settled, line, &of_line[line], books),
            _ => Some(Probability::clamped(UNITS_SAY_SO)),
        };
        let Some(probability) = probability else { continue };
        for position in more {
            let first_row = settled[first].rows[0];
            let one = &mut settled[position];
            one.repeats = Some(first_row);
            one.verdict = SettlementVerdict::Differs;
            one.due = Some(Money::zero(one.charged.currency));
            one.probability = probability;
            one.why = words::repeated(rows, &one.rows, first_row, one.charged);
        }
    }
}

/// How likely the repetitions of a line are second charges; `None` where its units moved by all of them.
fn likely(
    rows: &[ExportRow],
    settled: &[Settlement],
    line: &LineKey,
    repeats: &[usize],
    [last, this]: [&PriceBook; 2],
) -> Option<Probability> {
    let units = |book: &PriceBook| -> Decimal {
        book.charges(line).iter().map(|charge| charge.units.0).sum()
    };
    let charged = |is_meant: &dyn Fn(usize) -> bool| -> Decimal {
        let of_line = settled.iter().enumerate().filter(|(_, one)| one.line == *line);
        of_line.filter(|(position, _)| is_meant(*position)).map(|(_, one)| moved(rows, one)).sum()
    };
    if last.charges(line).is_empty() {
        return Some(Probability::QUESTION);
    }
    let change = units(this) - units(last);
    if charged(&|_| true) == change {
        return None;
    }
    let once = charged(&|position| !repeats.contains(&position));
    Some(match once == change {
        true => Probability::clamped(UNITS_SAY_SO),
        false => Probability::QUESTION,
    })
}

/// By how many units a settlement moves its line: what is charged, less what is given back.
fn moved(rows: &[ExportRow], one: &Settlement) -> Decimal {
    let signed = |row: &ExportRow| match row.amount.amount.is_sign_negative() {
        true => -row.quantity.0.abs(),
        false => row.quantity.0.abs(),
    };
    one.rows.iter().map(|&row_idx| signed(&rows[row_idx])).sum()
}
