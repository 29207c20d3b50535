//! ConnectWise PSA agreement additions, from the additions tab, the agreement search or a report.
//! Views show the columns a user picked, so many are optional. A mid-month change is a second dated
//! addition of the same product, which a negative quantity may take back. A parent agreement shows the
//! additions of its child agreements again, each with the child in its level.

use std::collections::BTreeMap;

use super::cells::folded;
use super::fields::Field as F;
use super::format::{Format, Periods};
use super::periods::{AsRead as _, cancelled_by, months_of, out_of_force};
use super::psa_status::{is_inactive, not_billed};
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{Exclusion, ExportFormat, ExportRow, LineKind, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "connectwise_additions",
        title: "ConnectWise additions export",
        source: Some("the ConnectWise agreement"),
        ..ExportFormat::UNKNOWN
    },
    side: Some(Side::Psa),
    signatures: &[
        &["companyname", "productid", "agreementstatus"],
        &["companyname", "productid", "additionstatus"],
        &["companyname", "productid", "lessincluded"],
        &["companyname", "productid", "billcustomer"],
        &["companyname", "agreementname", "productid", "quantity"],
        &["companyrecid", "productid", "quantity"],
        &["companyidentifier", "productid", "quantity"],
        &["productid", "effective", "cancelled", "bill"],
    ],
    columns: &[
        (F::ClientId, &["companyrecid", "companyidentifier"]),
        (F::ClientName, &["companyname", "company"]),
        (F::Sku, &["productid"]),
        (F::PartNumber, &["manufacturerpartnumber", "vendorsku"]),
        (F::ProductName, &["description", "invoicedescription", "productdescription"]),
        (F::Quantity, &["quantity"]),
        (F::Included, &["lessincluded"]),
        (F::UnitPrice, &["unitprice", "price"]),
        (F::Amount, &["extprice", "extendedprice"]),
        (F::UnitCost, &["unitcost", "cost"]),
        (F::Currency, &["currency", "currencycode"]),
        (F::PeriodStart, &["effectivedate", "effective"]),
        (F::Cancelled, &["cancelleddate", "canceleddate", "cancelled", "canceled"]),
        (F::Billing, &["billingcycle"]),
        (F::Bill, &["billcustomer", "bill"]),
        (F::Status, &["additionstatus"]),
        (F::AgreementStatus, &["agreementstatus"]),
        (F::Agreement, &["agreementname", "agreement", "agreementid"]),
        (F::Reference, &["additionlevel", "level"]),
        (F::ProratedPrice, &["prorateprice"]),
    ],
    periods: Periods::Running,
    row,
    settle: Some(|rows, _| leave_out_shown_again(rows)),
    ..Format::PLAIN
};

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
    if row.unit.is_some_and(|unit| unit.amount.is_sign_negative() && !unit.amount.is_zero()) {
        row.kind = LineKind::Credit;
    }
    let cancelled = record.date(F::Cancelled)?;
    let dated_out =
        out_of_force(record.day, row.period_start, None).or(cancelled_by(record.day, cancelled));
    // The status is of the day of the export; a cancellation date says it for the month.
    let row_inactive = cancelled.is_none() && is_inactive(&record.word(F::Status));
    let inactive = is_inactive(&record.word(F::AgreementStatus)) || row_inactive;
    let months = record.text(F::Billing).and_then(|words| months_of(&words)).unwrap_or(1);
    // What is over excuses nothing, so it is looked at before what somebody chose not to bill.
    Ok(row
        .priced_for(months)
        .excluded(dated_out)
        .excluded(inactive.then_some(Exclusion::AgreementInactive))
        .excluded(not_billed(record)))
}

/// Sets aside the additions of child agreements that stand in the file a second time, under the parent:
/// a row with a child's level is one of them where the same addition stands there without one. A child's
/// addition that the file has once counts.
pub(super) fn leave_out_shown_again(rows: &mut [ExportRow]) {
    let is_child = |row: &ExportRow| row.reference.as_deref().is_some_and(is_child_level);
    if !rows.iter().any(|row| row.is_compared() && is_child(row)) {
        return;
    }
    let mut alike: BTreeMap<String, [Vec<usize>; 2]> = BTreeMap::new();
    for (row_idx, row) in rows.iter().enumerate().filter(|(_, row)| row.is_compared()) {
        alike.entry(addition(row)).or_default()[usize::from(is_child(row))].push(row_idx);
    }
    for [own, childs] in alike.into_values() {
        for (_, row_idx) in own.iter().zip(childs) {
            rows[row_idx].exclusion = Some(Exclusion::ShownAgain);
        }
    }
}

/// Whether a level names an agreement's child: it says `Child`, or the child's company and agreement.
fn is_child_level(level: &str) -> bool {
    !matches!(folded(level).as_str(), "" | "parent" | "agreement")
}

/// Everything an addition is, but the agreement it stands under.
fn addition(row: &ExportRow) -> String {
    format!(
        "{:?}",
        (
            (&row.client, &row.sku, &row.sku_name, row.quantity.0.normalize()),
            (row.included.0.normalize(), row.unit, row.amount, row.period_start, row.period_end),
        )
    )
}
