//! Ingram Micro Cloud, RDE short: a list of subscriptions, one row each. Where it has no quantity
//! column a subscription counts one, and where it has no money nothing is charged.

use super::fields::Field as F;
use super::format::{Format, Periods};
use super::periods::{AsRead as _, cancelled_by, out_of_force};
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{ExportFormat, ExportRow, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "ingram",
        title: "Ingram Micro RDE export",
        source: Some("Ingram Micro"),
        ..ExportFormat::UNKNOWN
    },
    side: Some(Side::Vendor),
    signatures: &[&["resellerid", "customeraccountid", "endcustomername", "planid"]],
    columns: &[
        (F::ClientId, &["customeraccountid"]),
        (F::ClientName, &["endcustomername"]),
        (F::Sku, &["planid"]),
        (F::PartNumber, &["mpn", "sku"]),
        (F::ProductName, &["subscriptionname", "planname"]),
        (F::Quantity, &["quantity", "qty", "units", "seats", "licenses"]),
        (F::UnitCost, &["unitcost", "cost", "resellercost", "unitprice"]),
        (F::Amount, &["netprice", "totalcost", "amount"]),
        (F::Currency, &["currency", "reselleraccountcurrency"]),
        (F::PeriodStart, &["subscriptionstartdate", "startdate"]),
        (F::Cancelled, &["subscriptionexpirationdate"]),
        (F::Agreement, &["subscriptionid"]),
    ],
    periods: Periods::Running,
    row,
    counts_rows: true,
    ..Format::PLAIN
};

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let row = record.draft()?;
    let not_begun = out_of_force(record.day, row.period_start, None);
    let expired = cancelled_by(record.day, record.date(F::Cancelled)?);
    Ok(row.excluded(not_begun).excluded(expired))
}
