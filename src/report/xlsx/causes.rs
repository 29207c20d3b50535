//! What is behind findings and flags: a row for each cause and each sum that may not be added to another.

use rust_decimal::Decimal;
use rust_xlsxwriter::Worksheet;

use super::{Cell, Column, Kind, column, exact, table, text};
use seatdrift_core::domain::money;
use seatdrift_core::run::{CauseItem, Run, SumOf, cause_items};

/// The causes of several findings, the most expected money first.
pub(super) fn causes(sheet: &mut Worksheet, run: &Run) {
    const COLUMNS: [Column; 10] = [
        column("Cause", 24.0, Kind::Text),
        column("Client", 32.0, Kind::Text),
        column("About", 34.0, Kind::Text),
        column("Lines", 9.0, Kind::Units),
        column("Flags", 9.0, Kind::Units),
        column("A month", 13.0, Kind::Money),
        column("Currency", 10.0, Kind::Text),
        column("Whose money", 30.0, Kind::Text),
        column("What happened", 70.0, Kind::Prose),
        column("ID", 30.0, Kind::Text),
    ];
    let items = cause_items(run);
    table(sheet, "Causes", &COLUMNS, items.iter().flat_map(rows));
}

fn rows(item: &CauseItem<'_>) -> Vec<Vec<Cell>> {
    let Some(cause) = item.cause else { return Vec::new() };
    let row = |(position, (of, sum)): (usize, (SumOf, Decimal))| {
        let lines = item.findings.iter().filter(|finding| of.takes(finding)).count();
        // Flags stand on the first row only, so that a sum of the column is right.
        let flags = if position == 0 { exact(item.flags.len().into()) } else { text("") };
        vec![
            text(cause.kind.title()),
            text(&item.client()),
            text(&if cause.what.is_empty() { item.sku() } else { cause.what.clone() }),
            exact(lines.into()),
            flags,
            exact(money::to_cents(sum)),
            text(of.currency.code()),
            text(of.words()),
            text(&cause.words),
            text(item.id),
        ]
    };
    item.sums().into_iter().enumerate().map(row).collect()
}
