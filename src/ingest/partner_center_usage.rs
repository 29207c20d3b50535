//! Partner Center, daily-rated usage: metered rows, each with its own quantity rule.

use super::cells::amounts::DecimalMark;
use super::cells::dates::DateOrder;
use super::fields::Field as F;
use super::format::{Format, Periods};
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{ExportFormat, ExportRow, LineKind, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "partner_center_usage",
        title: "Partner Center daily usage file",
        source: Some("Microsoft"),
        ..ExportFormat::UNKNOWN
    },
    side: Some(Side::Vendor),
    signatures: &[
        &["customerid", "usagedate", "meterid"],
        &["customerid", "meterid", "billingpretaxtotal"],
    ],
    columns: &[
        (F::ClientId, &["customerid"]),
        (F::ClientName, &["customername", "customercompanyname"]),
        (F::ClientDomain, &["customerdomainname"]),
        (F::Sku, &["productid"]),
        (F::PartNumber, &["skuid"]),
        (F::ProductName, &["skuname", "productname", "subscriptiondescription"]),
        (F::Quantity, &["quantity"]),
        (F::Amount, &["billingpretaxtotal"]),
        (F::Currency, &["billingcurrency"]),
        (F::PeriodStart, &["usagedate", "chargestartdate"]),
        (F::PeriodEnd, &["chargeenddate"]),
        (F::ChargeType, &["chargetype"]),
        (F::Agreement, &["subscriptionid"]),
        (F::Meter, &["metername"]),
    ],
    date_order: Some(DateOrder::Mdy),
    decimal: Some(DecimalMark::Dot),
    periods: Periods::Running,
    row,
    sku: |record| record.product_and_sku(),
    ..Format::PLAIN
};

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
    row.sku.0 = record.product_and_sku().unwrap_or(row.sku.0);
    row.codes.clear();
    row.kind = if row.amount.amount.is_sign_negative() && !row.amount.amount.is_zero() {
        LineKind::Credit
    } else {
        LineKind::Usage
    };
    // A meter's price is for an hour or a gigabyte in another currency; no month has a unit price.
    row.unit = None;
    Ok(row)
}
