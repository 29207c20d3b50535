//! The PSA's side as Autotask contract service units.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::recipe::Keys;
use super::sheet::{Opening, Sheet, plain};
use super::world::{Addition, Billing, PlannedLine, World};

const COLUMNS: [&str; 12] = [
    "CompanyID",
    "CompanyName",
    "ContractName",
    "ServiceID",
    "ServiceName",
    "ServiceCode",
    "Units",
    "PeriodType",
    "UnitPrice",
    "UnitCost",
    "StartDate",
    "EndDate",
];

/// The units of one month: one row a service and period.
pub(super) fn units(world: &World<'_>, month_idx: usize) -> Vec<u8> {
    let left_out: &[&str] = match world.recipe.habits.psa_keys {
        Keys::RecordIds => &[],
        Keys::Identifiers => &["CompanyID", "ServiceID"],
        Keys::Names => &["CompanyID", "ServiceID", "ServiceCode"],
    };
    let columns = COLUMNS.into_iter().filter(|column| !left_out.contains(column)).collect();
    let mut sheet = Sheet::new(columns);
    for line in &world.lines {
        let month_end = world.months[month_idx].last_day();
        let in_force = |addition: &&Addition| addition.cancelled.is_none_or(|day| month_end < day);
        for addition in line.additions[month_idx].iter().filter(in_force) {
            sheet.push(&cells(world, line, addition, month_idx));
        }
    }
    sheet.bytes(Opening::Plain)
}

fn cells(
    world: &World<'_>,
    line: &PlannedLine,
    addition: &Addition,
    month_idx: usize,
) -> Vec<(&'static str, String)> {
    let company =
        world.clients[line.client_idx].psa.as_ref().expect("a billed client is in the PSA");
    let offer = &world.offers[line.offer_idx];
    let service = offer.psa_of(addition.code).expect("a billed product is in the PSA");
    let month = world.months[month_idx];
    let cost = offer.vendor.first().map_or(Decimal::ZERO, |sku| sku.cost[month_idx]);
    let contract = match addition.billing {
        Billing::Billable => "CSP - Month to Month - day 1",
        Billing::DoNotBill => "Internal use",
    };
    // The format has no column for included units: they are entered as units that are not there.
    let units = addition.quantity - addition.included.min(addition.quantity);
    vec![
        ("CompanyID", company.record_id.clone()),
        ("CompanyName", company.name.at(month_idx).to_owned()),
        ("ContractName", contract.to_owned()),
        ("ServiceID", service.service_id.clone()),
        ("ServiceName", service.name.clone()),
        ("ServiceCode", service.code.clone()),
        ("Units", units.to_string()),
        ("PeriodType", "Monthly".to_owned()),
        ("UnitPrice", plain(addition.price)),
        ("UnitCost", plain(cost)),
        ("StartDate", midnight(month.first_day().max(addition.effective))),
        ("EndDate", midnight(month.last_day())),
    ]
}

fn midnight(day: Date) -> String {
    format!("{day}T00:00:00")
}
