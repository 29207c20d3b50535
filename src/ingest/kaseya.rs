//! Kaseya BMS recurring services: the service grid of a contract.

use super::fields::Field as F;
use super::format::{Format, Periods};
use super::periods::{AsRead as _, months_of, out_of_force};
use super::psa_status::{is_inactive, not_billed};
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{Exclusion, ExportFormat, ExportRow, LineKind, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "kaseya_recurring",
        title: "Kaseya BMS recurring services",
        source: Some("the BMS contract"),
        ..ExportFormat::UNKNOWN
    },
    side: Some(Side::Psa),
    signatures: &[
        &["account", "service", "units", "unitprice", "unitcost"],
        &["contractname", "account", "service", "units"],
        &["service", "units", "extendedunitprice"],
    ],
    columns: &[
        (F::ClientId, &["accountid"]),
        (F::ClientName, &["account", "accountname"]),
        (F::Sku, &["serviceid", "servicecode"]),
        (F::ProductName, &["service", "servicename"]),
        (F::Quantity, &["units"]),
        (F::UnitPrice, &["unitprice"]),
        (F::UnitCost, &["unitcost"]),
        (F::Amount, &["totalprice"]),
        (F::Currency, &["currency"]),
        (F::PeriodStart, &["effectivedate", "startdate"]),
        (F::PeriodEnd, &["enddate"]),
        (F::Billing, &["billingperiod", "billingcycle"]),
        (F::AgreementStatus, &["contractstatus", "status"]),
        (F::Bill, &["billable"]),
        (F::Agreement, &["contractname", "contractnumber", "referencenumber"]),
    ],
    periods: Periods::Running,
    row,
    ..Format::PLAIN
};

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
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
