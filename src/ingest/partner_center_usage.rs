//! Partner Center, daily-rated usage: metered rows, each with its own quantity rule.

use super::cells::amounts::DecimalMark;
use super::cells::dates::DateOrder;
use super::fields::Field as F;
use super::format::{Format, Periods};
use super::record::{Record, Unreadable};
use compact_str::format_compact;
use seatdrift_core::domain::{ExportFormat, ExportRow, LineKind, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "partner_center_usage",
        title: "Partner Center daily usage file",
        source: Some("Microsoft"),
        is_metered: true,
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
    sku: |_| Some(USE_KEY.into()),
    ..Format::PLAIN
};

/// The product that all use of Azure is, and its key.
const USE: &str = "Azure usage";
const USE_KEY: &str = "azure-usage";

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
    // A client's use is one line, as it is billed: what the meters are called stays on their rows.
    let meter = std::mem::replace(&mut row.sku_name, USE.into());
    row.charge_type = Some(match row.charge_type {
        Some(charge) => format_compact!("{charge}, {meter}"),
        None => meter,
    });
    row.sku.0 = USE_KEY.into();
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
