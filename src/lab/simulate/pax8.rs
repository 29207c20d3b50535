//! The vendor's side as a Pax8 invoice.

use std::cmp::Ordering;

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::additions::change_day;
use super::recipe::Keys;
use super::sheet::{Opening, Sheet, plain};
use super::world::{OfferKind, Part, PlannedLine, Term, VendorSku, World};
use seatdrift_core::domain::money::to_cents;

const COLUMNS: [&str; 19] = [
    "invoice_date",
    "company_name",
    "company_id",
    "type",
    "start_period",
    "end_period",
    "quantity",
    "unit_of_measure",
    "term",
    "product_id",
    "sku",
    "description",
    "details",
    "price",
    "subtotal",
    "cost",
    "cost_total",
    "partner_subtotal",
    "currency_code",
];

/// The invoice of one month.
pub(super) fn invoice(world: &World<'_>, month_idx: usize) -> Vec<u8> {
    let left_out: &[&str] = match world.recipe.habits.vendor_keys {
        Keys::RecordIds => &[],
        Keys::Identifiers => &["product_id"],
        Keys::Names => &["company_id", "product_id"],
    };
    let columns = COLUMNS.into_iter().filter(|column| !left_out.contains(column)).collect();
    let mut sheet = Sheet::new(columns);
    for line in &world.lines {
        for part in &line.parts {
            charge(world, line, part, month_idx, &mut sheet);
        }
    }
    rebate(world, month_idx, &mut sheet);
    let opening = match (world.months[month_idx].index() + 1) % 3 {
        0 => Opening::ByteOrderMark,
        _ => Opening::Plain,
    };
    sheet.bytes(opening)
}

/// One subscription's rows: the full period, and what a change in the month before adds or gives back.
fn charge(world: &World<'_>, line: &PlannedLine, part: &Part, month_idx: usize, sheet: &mut Sheet) {
    let offer = &world.offers[line.offer_idx];
    let sku = &offer.vendor[part.sku_idx];
    let units = line.part_units(part, month_idx);
    if units == 0 {
        return;
    }
    let month = world.months[month_idx];
    let (unit, details) = match offer.kind {
        OfferKind::VendorOnly | OfferKind::Metered => {
            let amount = metered_amount(line.client_idx, month_idx);
            let suggested = to_cents(amount * Decimal::new(115, 2));
            ((suggested, amount), format!("Consumption {}", month.plus(-1).short()))
        }
        _ => {
            let cost = sku.cost[month_idx];
            ((sku.suggested.max(cost), cost), String::new())
        }
    };
    let subject = subject(world, line, part, sku, month_idx);
    let full = i64::from(units);
    let period = (month.first_day(), month.last_day());
    let amounts = amounts("subscription", period, full, unit, details);
    sheet.push(&[subject.as_slice(), amounts.as_slice()].concat());
    if let Some(change) = change(world, line, part, month_idx) {
        sheet.push(&[subject, change].concat());
    }
}

/// The proration or credit of a change in the month before. What is committed for a year gives
/// nothing back.
fn change(
    world: &World<'_>,
    line: &PlannedLine,
    part: &Part,
    month_idx: usize,
) -> Option<Vec<(&'static str, String)>> {
    let sku = &world.offers[line.offer_idx].vendor[part.sku_idx];
    let units = line.part_units(part, month_idx);
    let before = line.part_units(part, month_idx.checked_sub(1)?);
    let (kind, word) = match units.cmp(&before) {
        _ if before == 0 => return None,
        Ordering::Equal => return None,
        Ordering::Greater => ("prorate", "Prorate"),
        Ordering::Less if sku.term == Term::Monthly => ("service-credit", "Credit"),
        Ordering::Less => return None,
    };
    let end = world.months[month_idx].plus(-1).last_day();
    let day = change_day(line, month_idx, &world.months);
    let cost = sku.cost[month_idx - 1];
    let prorated = |unit: Decimal| to_cents(unit * share_of_month(day, end));
    let unit = (prorated(sku.suggested.max(cost)), prorated(cost));
    let details = format!("{word} for quantity change {before} to {units}");
    Some(amounts(kind, (day, end), i64::from(units) - i64::from(before), unit, details))
}

/// The part of the month from a day to the month's last.
pub(super) fn share_of_month(from: Date, last: Date) -> Decimal {
    Decimal::from(last.day() - from.day() + 1) / Decimal::from(last.days_in_month())
}

/// Consumption differs every month; it hangs on nothing but the client and the month.
pub(super) fn metered_amount(client_idx: usize, month_idx: usize) -> Decimal {
    let n = (client_idx * 7_919 + month_idx * 104_729) % 40_000;
    Decimal::new(20_000 + i64::try_from(n).unwrap_or(0), 2)
}

fn subject(
    world: &World<'_>,
    line: &PlannedLine,
    part: &Part,
    sku: &VendorSku,
    month_idx: usize,
) -> Vec<(&'static str, String)> {
    let account = &world.clients[line.client_idx].accounts[part.account_idx];
    let term = match sku.term {
        Term::Monthly => "Monthly",
        Term::Annual => "Annual",
        Term::Arrears => "Arrears",
    };
    vec![
        ("invoice_date", invoice_date(world, month_idx)),
        ("company_name", account.name.at(month_idx).to_owned()),
        ("company_id", account.id_at(month_idx).to_owned()),
        ("unit_of_measure", sku.product.unit.to_owned()),
        ("term", term.to_owned()),
        ("product_id", sku.product_id.clone()),
        ("sku", sku.code.clone()),
        ("description", sku.name.clone()),
        ("currency_code", world.recipe.currency.to_string()),
    ]
}

/// `period` is the first and the last day; `unit` is the suggested client price and our cost.
fn amounts(
    kind: &str,
    period: (Date, Date),
    units: i64,
    unit: (Decimal, Decimal),
    details: String,
) -> Vec<(&'static str, String)> {
    let n = Decimal::from(units);
    vec![
        ("type", kind.to_owned()),
        ("start_period", period.0.to_string()),
        ("end_period", period.1.to_string()),
        ("quantity", units.to_string()),
        ("details", details),
        ("price", plain(unit.0)),
        ("subtotal", plain(unit.0 * n)),
        ("cost", plain(unit.1)),
        ("cost_total", plain(unit.1 * n)),
        ("partner_subtotal", plain(unit.1 * n)),
    ]
}

fn invoice_date(world: &World<'_>, month_idx: usize) -> String {
    (world.months[month_idx].first_day() + 4.days()).to_string()
}

/// What the vendor pays back to the partner; it names no client.
fn rebate(world: &World<'_>, month_idx: usize, sheet: &mut Sheet) {
    let month = world.months[month_idx].plus(-1);
    let amount = -Decimal::new(4_000 + i64::from(month.index() % 17) * 135, 2);
    let mut cells = amounts(
        "rebate",
        (month.first_day(), month.last_day()),
        1,
        (Decimal::ZERO, amount),
        String::new(),
    );
    cells.push(("invoice_date", invoice_date(world, month_idx)));
    cells.push(("term", "Rebate".to_owned()));
    cells.push(("description", "Partner rebate".to_owned()));
    cells.push(("currency_code", world.recipe.currency.to_string()));
    sheet.push(&cells);
}
