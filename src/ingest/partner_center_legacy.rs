//! Partner Center, legacy licence-based file: charge types are phrases, and the durable offer is the
//! product. `SubscriptionId` is an order's number; the syndication number is the subscription.

use super::cells::amounts::DecimalMark;
use super::cells::dates::DateOrder;
use super::fields::Field as F;
use super::format::Format;
use super::periods::{AsRead as _, full_period_in_force, months_of, whole_months};
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{ExportFormat, ExportRow, LineKind, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "partner_center_legacy",
        title: "Partner Center legacy licence file",
        source: Some("Microsoft"),
        ..ExportFormat::UNKNOWN
    },
    side: Some(Side::Vendor),
    signatures: &[
        &["customerid", "durableofferid", "chargetype"],
        &["customerid", "offername", "totalforcustomer"],
    ],
    columns: &[
        (F::ClientId, &["customerid"]),
        (F::ClientName, &["customername"]),
        (F::ClientDomain, &["domainname"]),
        (F::Sku, &["durableofferid"]),
        (F::PartNumber, &["offerid"]),
        (F::ProductName, &["offername", "subscriptionname", "subscriptiondescription"]),
        (F::Quantity, &["quantity"]),
        (F::UnitCost, &["unitprice"]),
        (F::Amount, &["subtotal", "amount"]),
        (F::Currency, &["currency"]),
        (F::PeriodStart, &["chargestartdate"]),
        (F::PeriodEnd, &["chargeenddate"]),
        (F::ChargeType, &["chargetype"]),
        (F::Billing, &["billingcycletype"]),
        (F::Agreement, &["syndicationpartnersubscriptionnumber", "subscriptionid"]),
    ],
    date_order: Some(DateOrder::Mdy),
    decimal: Some(DecimalMark::Dot),
    row,
    ..Format::PLAIN
};

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
    row.kind = kind(record, &row);
    let dated_out = full_period_in_force(record.day, &row);
    let charged = row.period_start.zip(row.period_end);
    let from_words = || months_of(&record.text(F::Billing)?);
    let months = charged.and_then(|(start, end)| whole_months(start, end)).or_else(from_words);
    let months = months.filter(|_| row.kind == LineKind::FullPeriod).unwrap_or(1);
    Ok(row.priced_for(months).excluded(dated_out))
}

fn kind(record: &Record, row: &ExportRow) -> LineKind {
    let charge = record.word(F::ChargeType);
    let negative = row.amount.amount.is_sign_negative() && !row.amount.amount.is_zero();
    let says = |word: &str| charge.contains(word);
    if says("cancel") || says("refund") || says("credit") {
        LineKind::Credit
    } else if says("prorate") {
        LineKind::Proration
    } else if negative {
        LineKind::Credit
    } else if says("activation") {
        LineKind::OneOff
    } else {
        let charged = row.period_start.zip(row.period_end);
        let whole = charged.is_none_or(|(start, end)| whole_months(start, end).is_some());
        if whole || says("cycle") { LineKind::FullPeriod } else { LineKind::Proration }
    }
}
