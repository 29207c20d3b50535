//! Partner Center, new-commerce reconciliation file.
//!
//! `BillableQuantity` counts, not `Quantity`. A change of seats is written as the refund of the old
//! quantity and the charge of the new one, so such rows are money only. A `new`, renewed or
//! converted subscription counts its units when its charge covers a whole billing cycle; a part of
//! one is a proration, and its units count from the first full cycle on.
//!
//! A change that runs to the end of the cycle takes the cycle's charge back from its day on: where the
//! month's last day lies in it, the seats in force are those of the change, and its charge counts the
//! units in place of the cycle's.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::cells::amounts::DecimalMark;
use super::cells::dates::DateOrder;
use super::fields::Field as F;
use super::format::Format;
use super::periods::{AsRead as _, full_period_in_force, months_of, whole_months};
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{
    Exclusion, ExportFormat, ExportRow, LineKind, Money, Quantity, Rounding, Side,
};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "partner_center_recon",
        title: "Partner Center reconciliation file",
        source: Some("Microsoft"),
        rounding: Rounding::UnitCutToCents,
        halves_of_change: &["addquantity", "removequantity"],
        is_metered: false,
    },
    side: Some(Side::Vendor),
    signatures: &[
        &["customerid", "productid", "skuid", "chargetype", "billablequantity"],
        &["customerid", "productid", "skuid", "chargetype", "termandbillingcycle"],
    ],
    columns: &[
        (F::ClientId, &["customerid"]),
        (F::ClientName, &["customername"]),
        (F::ClientDomain, &["customerdomainname"]),
        (F::Sku, &["productid"]),
        (F::PartNumber, &["skuid"]),
        (F::ProductName, &["skuname", "productname", "subscriptiondescription"]),
        (F::Quantity, &["billablequantity", "quantity"]),
        (F::UnitCost, &["effectiveunitprice", "unitprice"]),
        (F::UnitPrice, &["unitprice"]),
        (F::Amount, &["subtotal"]),
        (F::Currency, &["currency", "billingcurrency"]),
        (F::PeriodStart, &["chargestartdate"]),
        (F::PeriodEnd, &["chargeenddate"]),
        (F::ChargeType, &["chargetype"]),
        (F::Term, &["termandbillingcycle"]),
        (F::Billing, &["billingfrequency"]),
        (F::Agreement, &["subscriptionid"]),
        (F::Reference, &["referenceid"]),
        (F::ExchangeRate, &["pctobcexchangerate"]),
        (F::Meter, &["meterdescription"]),
    ],
    date_order: Some(DateOrder::Mdy),
    decimal: Some(DecimalMark::Dot),
    row,
    settle: Some(settle_changes),
    sku: |record| record.product_and_sku(),
    ..Format::PLAIN
};

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
    row.sku.0 = record.product_and_sku().unwrap_or(row.sku.0);
    row.codes.clear();
    row.kind = kind(record, &row);
    row.list_unit = list_unit(record, &mut row)?;
    row.unit = unit_in_billing_currency(record, &row)?;
    let dated_out = full_period_in_force(record.day, &row);
    let months = if row.kind == LineKind::FullPeriod { months_charged(record, &row) } else { 1 };
    Ok(row.priced_for(months).excluded(dated_out))
}

fn kind(record: &Record, row: &ExportRow) -> LineKind {
    let charge = record.word(F::ChargeType);
    let billing = record.word(F::Billing);
    let negative = row.amount.amount.is_sign_negative() && !row.amount.amount.is_zero();
    match charge.as_str() {
        "addquantity" | "removequantity" => LineKind::Proration,
        _ if record.text(F::Meter).is_some() => LineKind::Usage,
        charge if charge.starts_with("cancel") || charge.contains("credit") => LineKind::Credit,
        _ if negative || row.quantity.0.is_sign_negative() => LineKind::Credit,
        _ if billing == "onetime" => LineKind::OneOff,
        "cyclecharge" => LineKind::FullPeriod,
        _ => match row.period_start.zip(row.period_end) {
            Some((start, end)) if whole_months(start, end).is_some() => LineKind::FullPeriod,
            Some(_) => LineKind::Proration,
            None => LineKind::OneOff,
        },
    }
}

/// How many months one charge is for: its period, else the words about billing.
fn months_charged(record: &Record, row: &ExportRow) -> i32 {
    let charged = row.period_start.zip(row.period_end);
    let from_words = || months_of(&record.text(F::Billing)?);
    charged.and_then(|(start, end)| whole_months(start, end)).or_else(from_words).unwrap_or(1)
}

/// `UnitPrice`: one unit for the whole cycle before any proration, in the billing currency. It is our
/// cost, and no price the client is to pay.
fn list_unit(record: &Record, row: &mut ExportRow) -> Result<Option<Money>, Unreadable> {
    let Some(unit) = row.other_unit.take() else { return Ok(None) };
    let rate = record.number(F::ExchangeRate)?.filter(|rate| !rate.is_zero());
    rate.map_or(Ok(Some(unit)), |rate| record.times(Quantity(rate), unit).map(Some))
}

/// Prices are in the pricing currency and amounts in the billing currency.
///
/// Source: the file's documentation, which cuts the converted price to cents toward zero.
fn unit_in_billing_currency(record: &Record, row: &ExportRow) -> Result<Option<Money>, Unreadable> {
    let rate =
        record.number(F::ExchangeRate)?.filter(|rate| !rate.is_zero() && *rate != Decimal::ONE);
    let (Some(unit), Some(rate)) = (row.unit, rate) else { return Ok(row.unit) };
    let converted = record.times(Quantity(rate), unit)?;
    let amount = converted.amount.round_dp_with_strategy(2, RoundingStrategy::ToZero);
    Ok(Some(Money { amount, ..converted }))
}

/// Positions of a subscription's rows: the charges of whole cycles, and the halves of changes and the refunds
/// of a cancellation in force on the day.
#[derive(Default)]
struct Subscription {
    cycles: Vec<usize>,
    halves: Vec<usize>,
    cancels: Vec<usize>,
}

/// Lets the last change of a subscription count its units where it is in force on the day, the month's last,
/// and takes back what the cycle charged.
pub(super) fn settle_changes(rows: &mut [ExportRow], day: Date) {
    let mut subscriptions: BTreeMap<[CompactString; 3], Subscription> = BTreeMap::new();
    for (row_idx, row) in rows.iter().enumerate().filter(|(_, row)| row.exclusion.is_none()) {
        let Some(agreement) = row.agreement.clone() else { continue };
        let key = [agreement, row.client.0.clone(), row.sku.0.clone()];
        if row.kind == LineKind::FullPeriod {
            subscriptions.entry(key).or_default().cycles.push(row_idx);
        } else if row.is_half_of_change() && covers(row, day) {
            subscriptions.entry(key).or_default().halves.push(row_idx);
        } else if says_cancel(row) && covers(row, day) {
            subscriptions.entry(key).or_default().cancels.push(row_idx);
        }
    }
    for subscription in subscriptions.into_values() {
        let [cycle] = subscription.cycles[..] else { continue };
        let units = rows[cycle].quantity;
        let cancelled =
            subscription.cancels.iter().find(|&&row_idx| cancels(&rows[row_idx], units));
        if let (Some(&refund), true) = (cancelled, subscription.halves.is_empty()) {
            cancel(rows, cycle, refund);
            continue;
        }
        let Some(last) = last_charge(rows, rows[cycle].quantity, subscription.halves) else {
            continue;
        };
        rows[last].unit = rows[cycle].unit;
        rows[last].kind = LineKind::FullPeriod;
        rows[cycle].kind = LineKind::Proration;
    }
}

/// Whether a row cancels a subscription of so many units: refunds them all up to the day and beyond it.
fn cancels(row: &ExportRow, units: Quantity) -> bool {
    row.amount.amount.is_sign_negative() && row.quantity.0.abs() == units.0
}

/// Lets a subscription that is cancelled on the day count no unit: what was refunded in full is no charge.
fn cancel(rows: &mut [ExportRow], cycle: usize, refund: usize) {
    if (rows[cycle].amount.amount + rows[refund].amount.amount).is_zero() {
        rows[cycle].exclusion = Some(Exclusion::TakenBack);
        rows[refund].exclusion = Some(Exclusion::TakenBack);
    } else {
        rows[cycle].kind = LineKind::Proration;
    }
}

fn says_cancel(row: &ExportRow) -> bool {
    let charge = row.charge_type.as_deref().unwrap_or_default();
    charge.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("cancel"))
}

fn covers(row: &ExportRow, day: Date) -> bool {
    row.period_start.is_some_and(|start| start <= day)
        && row.period_end.is_some_and(|end| day <= end)
}

/// The charge of the last change, where the changes follow from the cycle's units one by one: each
/// takes back what the one before it charged.
fn last_charge(rows: &[ExportRow], units: Quantity, mut halves: Vec<usize>) -> Option<usize> {
    halves.sort_by_key(|&row_idx| (rows[row_idx].period_start, row_idx));
    let is_refund = |row_idx: usize| rows[row_idx].amount.amount.is_sign_negative();
    let (mut units, mut last) = (units, None);
    for &charge in halves.iter().filter(|&&row_idx| !is_refund(row_idx)) {
        let taken_back = halves.iter().any(|&refund| {
            is_refund(refund)
                && rows[refund].period_start == rows[charge].period_start
                && rows[refund].quantity.0.abs() == units.0
        });
        if !taken_back {
            return None;
        }
        units = rows[charge].quantity;
        last = Some(charge);
    }
    last
}
