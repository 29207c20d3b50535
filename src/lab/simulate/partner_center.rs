//! The vendor's side as a Partner Center new-commerce reconciliation file.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::additions::change_day;
use super::pax8::share_of_month;
use super::sheet::{Opening, Sheet, plain};
use super::world::{Part, PlannedLine, Term, VendorSku, World};

/// The columns in the file's own order.
const COLUMNS: &str = "PartnerId,CustomerId,CustomerName,CustomerDomainName,CustomerCountry,\
InvoiceNumber,MpnId,ResellerMpnId,OrderId,OrderDate,ProductId,SkuId,AvailabilityId,SkuName,\
ProductName,ChargeType,UnitPrice,Quantity,Subtotal,TaxTotal,Total,Currency,\
PriceAdjustmentDescription,PublisherName,PublisherId,SubscriptionDescription,SubscriptionId,\
ChargeStartDate,ChargeEndDate,TermAndBillingCycle,EffectiveUnitPrice,UnitType,AlternateId,\
BillableQuantity,BillingFrequency,PricingCurrency,PCToBCExchangeRate,PCToBCExchangeRateDate,\
MeterDescription,ReservationOrderId,CreditReasonCode,SubscriptionStartDate,SubscriptionEndDate,\
ReferenceId,ProductQualifiers,PromotionId";

/// One charge: what kind, for which days, how many units, at which effective price.
struct Charge {
    kind: &'static str,
    from: Date,
    to: Date,
    units: u32,
    effective: Decimal,
    reference: String,
}

/// The file of one month.
pub(super) fn recon_file(world: &World<'_>, month_idx: usize) -> Vec<u8> {
    let mut sheet = Sheet::new(COLUMNS.split(',').collect());
    for line in &world.lines {
        for part in &line.parts {
            for charge in charges(world, line, part, month_idx) {
                sheet.push(&cells(world, line, part, month_idx, &charge));
            }
        }
    }
    sheet.bytes(Opening::ByteOrderMark)
}

/// The cycle's charge, and for a change in the month before the refund of the old quantity and the
/// charge for the new one.
fn charges(world: &World<'_>, line: &PlannedLine, part: &Part, month_idx: usize) -> Vec<Charge> {
    let sku = &world.offers[line.offer_idx].vendor[part.sku_idx];
    let units = line.part_units(part, month_idx);
    if units == 0 {
        return Vec::new();
    }
    let month = world.months[month_idx];
    let before = month_idx.checked_sub(1).map_or(units, |idx| line.part_units(part, idx));
    let mut all = vec![Charge {
        kind: if before == 0 { "new" } else { "cycleCharge" },
        from: month.first_day(),
        to: month.last_day(),
        units,
        effective: sku.cost[month_idx],
        reference: String::new(),
    }];
    if before != units && before != 0 {
        let (from, to) = (change_day(line, month_idx, &world.months), month.plus(-1).last_day());
        let effective = (sku.cost[month_idx - 1] * share_of_month(from, to)).round_dp(4);
        let kind = if units > before { "addQuantity" } else { "removeQuantity" };
        let reference = format!("ref-{}-{}", &part.subscription[..8], month.plus(-1));
        let charge = |units, effective| Charge {
            kind,
            from,
            to,
            units,
            effective,
            reference: reference.clone(),
        };
        all.push(charge(before, -effective));
        all.push(charge(units, effective));
    }
    all
}

/// Microsoft truncates the unit's price to cents before it multiplies.
fn subtotal(effective: Decimal, units: u32) -> Decimal {
    effective.round_dp_with_strategy(2, RoundingStrategy::ToZero) * Decimal::from(units)
}

fn cells(
    world: &World<'_>,
    line: &PlannedLine,
    part: &Part,
    month_idx: usize,
    charge: &Charge,
) -> Vec<(&'static str, String)> {
    let account = &world.clients[line.client_idx].accounts[part.account_idx];
    let sku = &world.offers[line.offer_idx].vendor[part.sku_idx];
    let unit = sku.cost[if charge.reference.is_empty() { month_idx } else { month_idx - 1 }];
    let currency = world.recipe.currency.to_string();
    let mut cells = vec![
        ("PartnerId", "aaaabbbb-0000-cccc-1111-dddd2222eeee".to_owned()),
        ("CustomerId", account.id_at(month_idx).to_owned()),
        ("CustomerName", account.name.at(month_idx).to_owned()),
        ("CustomerDomainName", account.domain.replace(".com", ".onmicrosoft.com")),
        ("CustomerCountry", "US".to_owned()),
        ("InvoiceNumber", format!("G{:09}", world.months[month_idx].index())),
        ("MpnId", "1234567".to_owned()),
        ("ResellerMpnId", "0".to_owned()),
        ("Currency", currency.clone()),
        ("PricingCurrency", currency),
        ("UnitPrice", unit.normalize().to_string()),
    ];
    cells.extend(subscription_cells(sku, part));
    cells.extend(charge_cells(charge));
    cells
}

/// What was subscribed to.
fn subscription_cells(sku: &VendorSku, part: &Part) -> Vec<(&'static str, String)> {
    let term = match sku.term {
        Term::Monthly => "One-Month commitment for monthly billing",
        Term::Annual | Term::Arrears => "One-Year commitment for monthly/yearly billing",
    };
    let name = sku.product.vendor_name.to_owned();
    vec![
        ("OrderId", format!("order-{}", &part.subscription[..8])),
        ("ProductId", sku.product.commerce.0.to_owned()),
        ("SkuId", sku.product.commerce.1.to_owned()),
        ("SkuName", name.clone()),
        ("ProductName", name.clone()),
        ("PublisherName", "Microsoft".to_owned()),
        ("SubscriptionDescription", name),
        ("SubscriptionId", part.subscription.clone()),
        ("TermAndBillingCycle", term.to_owned()),
        ("UnitType", "Licenses".to_owned()),
        ("BillingFrequency", "Monthly".to_owned()),
    ]
}

/// What is charged for which days.
fn charge_cells(charge: &Charge) -> Vec<(&'static str, String)> {
    let total = plain(subtotal(charge.effective, charge.units));
    vec![
        ("OrderDate", american(charge.from)),
        ("ChargeType", charge.kind.to_owned()),
        ("Quantity", charge.units.to_string()),
        ("Subtotal", total.clone()),
        ("TaxTotal", "0".to_owned()),
        ("Total", total),
        ("ChargeStartDate", american(charge.from)),
        ("ChargeEndDate", american(charge.to)),
        ("EffectiveUnitPrice", charge.effective.normalize().to_string()),
        ("BillableQuantity", charge.units.to_string()),
        ("PCToBCExchangeRate", "1".to_owned()),
        ("PCToBCExchangeRateDate", american(charge.to)),
        ("ReferenceId", charge.reference.clone()),
    ]
}

/// As Microsoft writes a day: `8/1/2026`.
fn american(day: Date) -> String {
    format!("{}/{}/{}", day.month(), day.day(), day.year())
}
