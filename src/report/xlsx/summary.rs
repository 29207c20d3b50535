//! The two numbers with what stands beside them, and where every row went.

use rust_decimal::Decimal;
use rust_xlsxwriter::Worksheet;

use super::{Cell, Column, Kind, column, exact, table, text};
use seatdrift_core::domain::{Currency, money};
use seatdrift_core::run::{Counted, OneMoney, Run, SideCounts, SideSummary, moneys};

/// The summary.
pub(super) fn summary(sheet: &mut Worksheet, run: &Run) {
    const COLUMNS: [Column; 5] = [
        column("Part", 20.0, Kind::Text),
        column("What", 36.0, Kind::Text),
        column("Lines or rows", 14.0, Kind::Units),
        column("Money", 16.0, Kind::Money),
        column("Currency", 10.0, Kind::Text),
    ];
    let mut rows = Vec::new();
    for all in moneys(run) {
        rows.extend(all.both().iter().flat_map(|one| money_rows(one, all.currency)));
        rows.push(sum_row("Beside both", "News: prices that changed", all.news, all.currency));
    }
    rows.extend(side("Vendor rows", &run.summary.vendor));
    rows.extend(side("PSA rows", &run.summary.psa));
    table(sheet, "Summary", &COLUMNS, rows.into_iter());
}

/// One of the two numbers and what stands beside it, a row each.
fn money_rows(one: &OneMoney, currency: Currency) -> Vec<Vec<Cell>> {
    let part = format!("{} a month", one.direction.title());
    let mut rows = vec![sum_row(&part, "All of it", one.claimed, currency)];
    rows.extend(one.parts.iter().map(|of| sum_row(&part, of.kind.title(), of.sum, currency)));
    let beside = [
        ("Decided and not yet done, a part of it", one.to_do),
        ("Asked about, not in it", one.asked),
        ("Recovered this month", one.recovered_now),
        ("Recovered since the beginning", one.recovered),
        ("Gone without a decision", one.gone),
        ("Not billed, at your prices", one.at_price),
    ];
    let said = beside.into_iter().filter(|(_, sum)| !sum.is_empty());
    rows.extend(said.map(|(what, sum)| sum_row(&part, what, sum, currency)));
    rows
}

fn sum_row(part: &str, what: &str, sum: Counted, currency: Currency) -> Vec<Cell> {
    let money = exact(money::to_cents(sum.money));
    vec![text(part), text(what), exact(sum.findings.into()), money, text(currency.code())]
}

fn side(part: &str, side: &SideSummary) -> Vec<Vec<Cell>> {
    let SideSummary { all, matched, review, unmatched, excluded, rejected } = side;
    [
        ("In", all),
        ("Matched", matched),
        ("Waiting for review", review),
        ("Unmatched", unmatched),
        ("Excluded", excluded),
        ("Rejected", rejected),
    ]
    .into_iter()
    .flat_map(|(what, counts)| side_rows(part, what, counts))
    .collect()
}

/// One row a currency. The count stands on the first only, so that a sum of the column is right.
fn side_rows(part: &str, what: &str, counts: &SideCounts) -> Vec<Vec<Cell>> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (currency, amount) in &counts.money {
        let n_rows = if rows.is_empty() { exact(counts.rows.into()) } else { text("") };
        let amount = amount.parse().map_or_else(|_| text(amount), |amount: Decimal| exact(amount));
        rows.push(vec![text(part), text(what), n_rows, amount, text(currency)]);
    }
    if rows.is_empty() {
        rows.push(vec![text(part), text(what), exact(counts.rows.into()), text(""), text("")]);
    }
    rows
}
