//! HaloPSA recurring invoice lines. Prorated lines are rows of their own, with the quantity in
//! `prorata_quantity`.

use super::cells::{Answer, yes_or_no};
use super::fields::Field as F;
use super::format::{Format, Periods};
use super::periods::{AsRead as _, months_of, out_of_force};
use super::psa_status::is_inactive;
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{Exclusion, ExportFormat, ExportRow, LineKind, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "halo_recurring",
        title: "HaloPSA recurring invoice lines",
        source: Some("the HaloPSA recurring invoice"),
        ..ExportFormat::UNKNOWN
    },
    side: Some(Side::Psa),
    signatures: &[
        &["clientname", "qtyorder", "unitprice"],
        &["clientid", "qtyorder", "netamount"],
        &["itemcode", "itemshortdescription", "qtyorder"],
    ],
    columns: &[
        (F::ClientId, &["clientid"]),
        (F::ClientName, &["clientname", "sitename"]),
        (F::Sku, &["itemcode"]),
        (F::PartNumber, &["productnumber"]),
        (F::ProductName, &["itemshortdescription", "itemlongdescription"]),
        (F::Quantity, &["qtyorder"]),
        (F::Included, &["qtyfree"]),
        (F::UnitPrice, &["unitprice"]),
        (F::UnitCost, &["unitcost"]),
        (F::Amount, &["netamount"]),
        (F::Currency, &["currencycodename", "currencycode", "currency"]),
        (F::PeriodStart, &["startdate"]),
        (F::PeriodEnd, &["enddate"]),
        (F::Billing, &["billingperiod", "period"]),
        (F::Status, &["isinactive"]),
        (F::AgreementStatus, &["disabled"]),
        (F::Agreement, &["contractref", "contractid", "ihid"]),
        (F::Meter, &["prorataquantity"]),
    ],
    periods: Periods::Running,
    row,
    ..Format::PLAIN
};

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
    row.charge_type = None;
    let prorated = record.quantity(F::Meter)?.filter(|quantity| !quantity.is_zero());
    let negative = row.amount.amount.is_sign_negative() && !row.amount.amount.is_zero();
    row.kind = match prorated {
        Some(quantity) if row.quantity.is_zero() => {
            row.quantity = quantity;
            LineKind::Proration
        }
        _ if negative && row.quantity.is_positive() => LineKind::Credit,
        _ => LineKind::FullPeriod,
    };
    let months = record.text(F::Billing).and_then(|words| months_of(&words)).unwrap_or(1);
    let dated_out = out_of_force(record.day, row.period_start, row.period_end);
    let is_off = |field| {
        let word = record.word(field);
        yes_or_no(&word) == Some(Answer::Yes) || is_inactive(&word)
    };
    let off = is_off(F::Status) || is_off(F::AgreementStatus);
    Ok(row
        .priced_for(months)
        .excluded(dated_out)
        .excluded(off.then_some(Exclusion::AgreementInactive)))
}
