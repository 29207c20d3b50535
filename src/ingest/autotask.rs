//! Autotask contract service units: one row a billing period, which runs from the contract's start
//! date and ends on an inclusive last day. What counts is the row that covers the month's last day.

use super::fields::Field as F;
use super::format::Format;
use super::periods::{AsRead as _, a_unit, months_of, out_of_force};
use super::psa_status::{is_inactive, not_billed};
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{Exclusion, ExportFormat, ExportRow, LineKind, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "autotask_units",
        title: "Autotask contract service units",
        source: Some("the Autotask contract"),
        ..ExportFormat::UNKNOWN
    },
    side: Some(Side::Psa),
    signatures: &[
        &["companyname", "servicename", "units", "periodtype"],
        &["companyid", "serviceid", "units"],
        &["contractname", "servicename", "units"],
        &["contractid", "serviceid", "units"],
    ],
    columns: &[
        (F::ClientId, &["companyid"]),
        (F::ClientName, &["companyname", "company", "accountname"]),
        (F::Sku, &["serviceid", "servicecode"]),
        (F::PartNumber, &["servicecode"]),
        (F::ProductName, &["servicename", "service", "invoicedescription"]),
        (F::Quantity, &["units"]),
        (F::UnitPrice, &["unitprice"]),
        (F::UnitCost, &["unitcost"]),
        (F::Amount, &["price", "extendedprice", "totalprice"]),
        (F::Currency, &["currency", "currencycode"]),
        (F::PeriodStart, &["startdate"]),
        (F::PeriodEnd, &["enddate"]),
        (F::Billing, &["periodtype"]),
        (F::AgreementStatus, &["contractstatus", "status"]),
        (F::Bill, &["billable"]),
        (F::Agreement, &["contractname", "contractid"]),
    ],
    row,
    ..Format::PLAIN
};

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
    if row.unit.is_none() && !row.quantity.is_zero() && record.has_column(F::Amount) {
        // `price` is for all units of the period.
        row.unit = a_unit(row.amount, row.quantity);
    }
    if row.amount.amount.is_sign_negative()
        && !row.amount.amount.is_zero()
        && row.quantity.is_positive()
    {
        row.kind = LineKind::Credit;
    }
    let months = record.text(F::Billing).and_then(|words| months_of(&words)).unwrap_or(1);
    let dated_out = out_of_force(record.day, row.period_start, row.period_end);
    let inactive = is_inactive(&record.word(F::AgreementStatus));
    Ok(row
        .priced_for(months)
        .excluded(dated_out)
        .excluded(inactive.then_some(Exclusion::AgreementInactive))
        .excluded(not_billed(record)))
}
