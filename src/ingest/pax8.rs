//! Pax8 invoice: `type` says what a row charges for. `cost` is what we pay; `price` is what the
//! client is to pay, and never the vendor's charge.

use super::cells::amounts::DecimalMark;
use super::fields::Field as F;
use super::format::Format;
use super::periods::{AsRead as _, full_period_in_force, months_of, whole_months};
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{Exclusion, ExportFormat, ExportRow, LineKind, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "pax8_invoice",
        title: "Pax8 invoice",
        source: Some("Pax8"),
        ..ExportFormat::UNKNOWN
    },
    side: Some(Side::Vendor),
    signatures: &[
        &["companyname", "type", "quantity", "costtotal"],
        &["companyname", "cost", "price", "partnersubtotal"],
        &["companyname", "type", "quantity", "cost", "startperiod"],
    ],
    columns: &[
        (F::ClientId, &["companyid"]),
        (F::ClientName, &["companyname"]),
        (F::Sku, &["productid", "sku"]),
        (F::PartNumber, &["sku", "vendorskuid"]),
        (F::ProductName, &["productname", "description"]),
        (F::Quantity, &["quantity"]),
        (F::UnitCost, &["cost"]),
        (F::UnitPrice, &["price"]),
        (F::Amount, &["costtotal", "partnersubtotal"]),
        (F::Currency, &["currencycode", "currency"]),
        (F::PeriodStart, &["startperiod"]),
        (F::PeriodEnd, &["endperiod"]),
        (F::ChargeType, &["type"]),
        (F::Term, &["term", "billingterm"]),
        (F::InvoiceStatus, &["invoicestatus", "status"]),
        (F::Agreement, &["subscriptionid"]),
        (F::Reference, &["details"]),
    ],
    decimal: Some(DecimalMark::Dot),
    row,
    ..Format::PLAIN
};

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
    row.kind = kind(record, &row);
    let replaced = matches!(record.word(F::InvoiceStatus).as_str(), "credited" | "void");
    let dated_out = full_period_in_force(record.day, &row);
    let months = months_charged(record, &row);
    Ok(row
        .priced_for(months)
        .excluded(replaced.then_some(Exclusion::InvoiceCredited))
        .excluded(dated_out))
}

fn kind(record: &Record, row: &ExportRow) -> LineKind {
    let negative = row.amount.amount.is_sign_negative() || row.quantity.0.is_sign_negative();
    let negative = negative && !(row.amount.amount.is_zero() && row.quantity.is_zero());
    let (charge, term) = (record.word(F::ChargeType), record.word(F::Term));
    match (charge.as_str(), term.as_str()) {
        ("prorate" | "proration" | "prorated", _) => LineKind::Proration,
        (charge, _) if charge.contains("credit") || charge.contains("rebate") => LineKind::Credit,
        ("onetime" | "servicecharge", _) | (_, "onetime" | "activation") => LineKind::OneOff,
        (_, "rebate") => LineKind::Credit,
        (_, "arrears") => LineKind::Usage,
        _ if negative => LineKind::Credit,
        ("subscription", _) => LineKind::FullPeriod,
        // A type nobody has told of: its period says whether it is a whole one.
        _ => match (row.period_start, row.period_end) {
            (Some(start), Some(end)) if whole_months(start, end).is_some() => LineKind::FullPeriod,
            (Some(_), _) => LineKind::Proration,
            (None, _) => LineKind::OneOff,
        },
    }
}

/// How many months the unit cost is for: a term paid in advance is charged in one period.
fn months_charged(record: &Record, row: &ExportRow) -> i32 {
    let Some((start, end)) = row.period_start.zip(row.period_end) else { return 1 };
    let months = whole_months(start, end).unwrap_or(1);
    let term = record.text(F::Term).and_then(|term| months_of(&term));
    // The period may show the commitment; a monthly term is paid monthly.
    if row.kind == LineKind::FullPeriod && term != Some(1) { months } else { 1 }
}
