//! Every line that was compared.

use rust_decimal::Decimal;
use rust_xlsxwriter::Worksheet;

use super::{Cell, Column, Kind, column, exact, table, text};
use seatdrift_core::domain::money;
use seatdrift_core::run::compared_lines::statuses;
use seatdrift_core::run::{ComparedLine, Run};

/// What `lines.csv` says, as a sheet.
pub(super) fn lines(sheet: &mut Worksheet, run: &Run, lines: &[ComparedLine]) {
    const COLUMNS: [Column; 14] = [
        column("Client", 32.0, Kind::Text),
        column("SKU", 34.0, Kind::Text),
        column("Bought", 9.0, Kind::Units),
        column("Billed", 9.0, Kind::Units),
        column("Unit cost", 11.0, Kind::Price),
        column("Unit price", 11.0, Kind::Price),
        column("Margin", 13.0, Kind::Money),
        column("Currency", 10.0, Kind::Text),
        column("Status", 12.0, Kind::Text),
        column("Findings", 24.0, Kind::Text),
        column("Vendor client", 20.0, Kind::Text),
        column("Vendor SKU", 24.0, Kind::Text),
        column("PSA client", 20.0, Kind::Text),
        column("PSA SKU", 24.0, Kind::Text),
    ];
    let or_none = |number: Option<Decimal>| number.map_or_else(|| text(""), exact);
    let rows = lines.iter().zip(statuses(run, lines)).map(|(line, status)| -> Vec<Cell> {
        vec![
            text(&line.client),
            text(&line.sku),
            exact(line.bought),
            exact(line.billed),
            or_none(line.unit_cost),
            or_none(line.unit_price),
            or_none(line.margin.map(money::to_cents)),
            text(line.currency.as_ref().map_or("", |currency| currency.code())),
            text(&status.to_string().replace('_', " ")),
            text(&line.findings.join("; ")),
            text(&line.vendor_client),
            text(&line.vendor_sku),
            text(&line.psa_client),
            text(&line.psa_sku),
        ]
    });
    table(sheet, "Lines", &COLUMNS, rows);
}
