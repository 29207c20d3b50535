//! What changed since the month before, and the list of what is decided and still to make.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Workbook, Worksheet};

use super::{Cell, Column, Kind, column, exact, properties, table, text};
use seatdrift_core::domain::{Side, money};
use seatdrift_core::run::change_list;
use seatdrift_core::run::{ClientFate, ClientMoves, LineMove, Run, numbers};

/// The change list's bytes: one sheet for the PSA, one for the vendor.
pub fn changes(run: &Run) -> Vec<u8> {
    const COLUMNS: [Column; 13] = [
        column("Company", 32.0, Kind::Text),
        column("Agreement", 30.0, Kind::Text),
        column("Product", 36.0, Kind::Text),
        column("Action", 10.0, Kind::Text),
        column("From", 9.0, Kind::Units),
        column("To", 9.0, Kind::Units),
        column("Price", 10.0, Kind::Price),
        column("New price", 10.0, Kind::Price),
        column("Money a month", 13.0, Kind::Money),
        column("Currency", 9.0, Kind::Text),
        column("Effective", 12.0, Kind::Day),
        column("Why", 60.0, Kind::Prose),
        column("Findings", 20.0, Kind::Text),
    ];
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(run));
    let changes = change_list::changes(run);
    for (side, name) in [(Side::Psa, "PSA"), (Side::Vendor, "Vendor")] {
        let rows = changes.iter().filter(|change| change.side == side).map(|change| {
            vec![
                text(&change.company),
                text(&change.agreement),
                text(&change.product),
                text(change.action()),
                exact(change.from),
                exact(change.to),
                known(change.unit),
                known(change.unit_to.or(change.unit)),
                known(change.money),
                text(&change.currency.to_string()),
                Cell::Date(change.effective_date),
                text(&change.why),
                text(&change.findings.join("; ")),
            ]
        });
        table(workbook.add_worksheet(), name, &COLUMNS, rows);
    }
    workbook.save_to_buffer().expect("sheets are named apart and cells keep Excel's limits")
}

/// A number, or nothing where it is not known.
fn known(number: Option<Decimal>) -> Cell {
    number.map_or_else(|| text(""), exact)
}

/// What changed since the month before: prices once a product, then lines by client.
pub(super) fn last_month(sheet: &mut Worksheet, run: &Run) {
    const COLUMNS: [Column; 8] = [
        column("Client", 32.0, Kind::Text),
        column("Side", 9.0, Kind::Text),
        column("SKU", 34.0, Kind::Text),
        column("What", 16.0, Kind::Text),
        column("Before", 11.0, Kind::Units),
        column("Now", 11.0, Kind::Units),
        column("A month", 13.0, Kind::Money),
        column("Currency", 10.0, Kind::Text),
    ];
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    if let Some(since) = &run.last_month {
        rows.extend(since.prices.iter().map(|price| {
            let lines = numbers::counted(price.n_lines, "line", "lines");
            let what = [text(""), text(price.side.word()), text(&price.sku)];
            let prices = [exact(price.before), exact(price.now), exact(price.money)];
            let what = what.into_iter().chain([text(&format!("price, {lines}"))]);
            what.chain(prices).chain([text(price.currency.code())]).collect()
        }));
        rows.extend(since.clients.iter().flat_map(client_moves));
        rows.extend(since.gone.iter().map(|gone| {
            let head = [text(&gone.client), text(""), text(&gone.sku)];
            let what = format!("{}: gone", gone.kind.title());
            let money = exact(money::to_cents(gone.monthly_impact));
            let rest = [text(&what), text(""), text(""), money, text(gone.currency.code())];
            head.into_iter().chain(rest).collect()
        }));
    }
    table(sheet, "Since last month", &COLUMNS, rows.into_iter());
}

fn client_moves(client: &ClientMoves) -> Vec<Vec<Cell>> {
    let word = match client.fate {
        ClientFate::Stays => None,
        ClientFate::New => Some("new client"),
        ClientFate::Gone => Some("client gone"),
    };
    if let Some(word) = word {
        let lines = numbers::counted(client.n_lines, "line", "lines");
        let cells = [text(&client.client), text(""), text(&lines), text(word)];
        let blank = std::iter::repeat_with(|| text("")).take(4);
        return vec![cells.into_iter().chain(blank).collect()];
    }
    let row = |line: &LineMove| {
        vec![
            text(&client.client),
            text(line.side.word()),
            text(&line.sku),
            text(line.kind.word()),
            exact(line.before),
            exact(line.now),
            exact(money::to_cents(line.money)),
            text(line.currency.code()),
        ]
    };
    client.lines.iter().map(row).collect()
}
