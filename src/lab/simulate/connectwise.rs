//! The PSA's side as a ConnectWise search of agreement additions.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::pax8::metered_amount;
use super::recipe::Keys;
use super::sheet::{Opening, Sheet, shown};
use super::world::{Addition, Billing, OfferKind, PlannedLine, World};
use seatdrift_core::domain::{Money, Month};

const COLUMNS: [&str; 17] = [
    "Company RecID",
    "Company Identifier",
    "Company Name",
    "Agreement Name",
    "Agreement Type",
    "Agreement Status",
    "Product ID",
    "Description",
    "Quantity",
    "Less Included",
    "Unit Price",
    "Ext Price",
    "Unit Cost",
    "Effective Date",
    "Cancelled Date",
    "Bill Customer",
    "Addition Status",
];

/// The additions as listed at the end of one month.
pub(super) fn additions(world: &World<'_>, month_idx: usize) -> Vec<u8> {
    let left_out: &[&str] = match world.recipe.habits.psa_keys {
        Keys::RecordIds => &["Company Identifier"],
        Keys::Identifiers => &["Company RecID"],
        Keys::Names => &["Company RecID", "Company Identifier"],
    };
    let columns = COLUMNS.into_iter().filter(|column| !left_out.contains(column)).collect();
    let mut sheet = Sheet::new(columns);
    let mut total = Decimal::ZERO;
    for line in &world.lines {
        for addition in &line.additions[month_idx] {
            total += extended(addition);
            sheet.push(&cells(world, line, addition, month_idx));
        }
    }
    let name_column = match world.recipe.habits.psa_keys {
        Keys::RecordIds => "Company RecID",
        Keys::Identifiers => "Company Identifier",
        Keys::Names => "Company Name",
    };
    let total = shown(Money::new(total, world.recipe.currency));
    sheet.push(&[(name_column, "Total".to_owned()), ("Ext Price", total)]);
    let opening = match world.months[month_idx].index() % 6 {
        2 => Opening::Title("Agreement Additions"),
        4 => Opening::ByteOrderMark,
        _ => Opening::Plain,
    };
    sheet.bytes(opening)
}

/// What an addition comes to: its price for the units that are not included.
fn extended(addition: &Addition) -> Decimal {
    addition.price * Decimal::from(addition.quantity - addition.included.min(addition.quantity))
}

fn cells(
    world: &World<'_>,
    line: &PlannedLine,
    addition: &Addition,
    month_idx: usize,
) -> Vec<(&'static str, String)> {
    let company =
        world.clients[line.client_idx].psa.as_ref().expect("a billed client is in the PSA");
    let mut cells = vec![
        ("Company RecID", company.record_id.clone()),
        ("Company Identifier", company.identifier.clone()),
        ("Company Name", company.name.at(month_idx).to_owned()),
    ];
    cells.extend(product_cells(world, line, addition, month_idx));
    cells.extend(standing_cells(addition, world.months[month_idx]));
    cells
}

/// What is billed and for how much.
fn product_cells(
    world: &World<'_>,
    line: &PlannedLine,
    addition: &Addition,
    month_idx: usize,
) -> Vec<(&'static str, String)> {
    let offer = &world.offers[line.offer_idx];
    let product = offer.psa_of(addition.code).expect("a billed product is in the PSA");
    let money = |amount| shown(Money::new(amount, world.recipe.currency));
    let cost: Decimal = match offer.kind {
        OfferKind::Metered => metered_amount(line.client_idx, month_idx),
        OfferKind::Bundle => offer.vendor.iter().map(|sku| sku.cost[month_idx]).sum(),
        _ => offer.vendor.first().map_or(Decimal::ZERO, |sku| sku.cost[month_idx]),
    };
    let (agreement, kind) = match (addition.billing, offer.kind) {
        (Billing::DoNotBill, _) => ("NFR", "Internal"),
        (
            _,
            OfferKind::OwnService | OfferKind::ServiceDesk | OfferKind::Bundle | OfferKind::Seat,
        ) => ("Managed Services", "MSA"),
        _ => ("Cloud", "Cloud Services"),
    };
    vec![
        ("Agreement Name", agreement.to_owned()),
        ("Agreement Type", kind.to_owned()),
        ("Agreement Status", "Active".to_owned()),
        ("Product ID", product.code.clone()),
        ("Description", product.name.clone()),
        ("Quantity", format!("{}.00", addition.quantity)),
        ("Less Included", format!("{}.00", addition.included)),
        ("Unit Price", money(addition.price)),
        ("Ext Price", money(extended(addition))),
        ("Unit Cost", money(cost)),
    ]
}

/// Since when and until when, and whether it is billed.
fn standing_cells(addition: &Addition, month: Month) -> Vec<(&'static str, String)> {
    let bill = match addition.billing {
        Billing::Billable => "Billable",
        Billing::DoNotBill => "DoNotBill",
    };
    let is_over = addition.cancelled.is_some_and(|day| day <= month.last_day());
    vec![
        ("Effective Date", american(addition.effective)),
        ("Cancelled Date", addition.cancelled.map(american).unwrap_or_default()),
        ("Bill Customer", bill.to_owned()),
        ("Addition Status", if is_over { "Cancelled" } else { "Active" }.to_owned()),
    ]
}

fn american(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.month(), day.day(), day.year())
}
