//! The sheet of what explains itself: prorations, credits and changes recomputed, and settled lines.

use rust_xlsxwriter::Worksheet;

use super::{Cell, Column, Kind, column, exact, table, text};
use seatdrift_core::domain::{Side, money};
use seatdrift_core::run::{ExplainedLine, Run, SettledLine};

/// The rows of `explained.csv`, in their order.
pub(super) fn explained(sheet: &mut Worksheet, run: &Run) {
    const COLUMNS: [Column; 11] = [
        column("Side", 9.0, Kind::Text),
        column("Client", 32.0, Kind::Text),
        column("SKU", 34.0, Kind::Text),
        column("Kind", 12.0, Kind::Text),
        column("Charged", 13.0, Kind::Money),
        column("Recomputed", 13.0, Kind::Money),
        column("Currency", 10.0, Kind::Text),
        column("Verdict", 16.0, Kind::Text),
        column("Why", 70.0, Kind::Prose),
        column("Rows", 30.0, Kind::Text),
        column("ID", 20.0, Kind::Text),
    ];
    let rows = run.explained.iter().map(recomputed).chain(run.settled.iter().filter_map(settled));
    table(sheet, "Explained", &COLUMNS, rows);
}

fn recomputed(line: &ExplainedLine) -> Vec<Cell> {
    vec![
        text(line.side.word()),
        text(&line.client),
        text(&line.sku),
        text(line.kind.word()),
        exact(money::to_cents(line.charged)),
        line.recomputed.map_or_else(|| text(""), |due| exact(money::to_cents(due))),
        text(line.currency.code()),
        text(&line.verdict.words()),
        text(&line.why),
        text(&line.rows.join("; ")),
        text(&line.id),
    ]
}

fn settled(settled: &SettledLine) -> Option<Vec<Cell>> {
    let line = settled.line.as_ref()?;
    Some(vec![
        text(Side::Vendor.word()),
        text(&settled.client),
        text(&settled.sku),
        text("settled"),
        exact(money::to_cents(line.cost)),
        text(""),
        text(line.currency.code()),
        text(&settled.verdict.to_string()),
        text(&settled.words()),
        text(&line.rows.join("; ")),
        text(&line.id),
    ])
}
