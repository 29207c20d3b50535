//! Dicker Data: the annuity details (what runs) and the invoice details (what was charged).
//!
//! A stock code is term, product, SKU and billing: `P1Y:CFQ7TTC0LCHC:0002:1:`. In the annuity
//! details the price of a yearly term is for the year, however it is billed; `START USAGE` is when
//! the subscription first began, so neither date says what a row charges for.

use super::cells::dates::DateOrder;
use super::fields::Field as F;
use super::format::Format;
use super::periods::{AsRead as _, a_month, full_period_in_force, out_of_force, whole_months};
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{Exclusion, ExportFormat, ExportRow, LineKind, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat {
        word: "dicker",
        title: "Dicker Data export",
        source: Some("Dicker Data"),
        ..ExportFormat::UNKNOWN
    },
    side: Some(Side::Vendor),
    signatures: &[
        &["tenantname", "stockcode", "qty", "startusage"],
        &["tenantname", "stockcode", "qty", "usagestart"],
        &["tenantname", "stockcode", "qty", "unitprice"],
    ],
    columns: &[
        (F::ClientId, &["tenantid"]),
        (F::ClientName, &["tenantname"]),
        (F::Sku, &["stockcode"]),
        (F::PartNumber, &["stockcode"]),
        (F::ProductName, &["reference", "stockdescription"]),
        (F::Quantity, &["qty", "quantity"]),
        (F::UnitCost, &["unitprice"]),
        (F::UnitPrice, &["unitrrp"]),
        (F::Amount, &["extprice", "extendedprice", "linetotal", "totalextax", "amount"]),
        (F::Currency, &["currency"]),
        (F::PeriodStart, &["usagestart", "startusage"]),
        (F::PeriodEnd, &["usageend"]),
        (F::ChargeType, &["chargetype"]),
        (F::AgreementStatus, &["status"]),
        (F::Agreement, &["subscriptionid"]),
    ],
    date_order: Some(DateOrder::Dmy),
    row,
    ..Format::PLAIN
};

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
    let code = StockCode::of(&row.sku.0);
    row.codes = code.product.iter().map(Into::into).collect();
    row.term = code.term.as_ref().map(Into::into).or(row.term);
    if record.has_column(F::PeriodEnd) {
        invoiced(record, row)
    } else {
        running(record, row, &code)
    }
}

/// A row of the annuity details: one subscription as it runs, with what it costs a month.
fn running(record: &Record, row: ExportRow, code: &StockCode) -> Result<ExportRow, Unreadable> {
    let status = record.word(F::AgreementStatus);
    let inactive = !status.is_empty() && status != "active";
    let not_begun = out_of_force(record.day, row.period_start, None);
    let mut row = row.priced_for(code.months());
    row.kind =
        if record.word(F::ChargeType) == "modn" { LineKind::Usage } else { LineKind::FullPeriod };
    if let Some(unit) = row.unit.filter(|_| !record.has_column(F::Amount)) {
        row.amount = record.times(row.quantity, unit)?;
    }
    Ok(row.excluded(inactive.then_some(Exclusion::AgreementInactive)).excluded(not_begun))
}

/// A row of the invoice details: its usage period is what it charges for.
fn invoiced(record: &Record, mut row: ExportRow) -> Result<ExportRow, Unreadable> {
    let months = row.period_start.zip(row.period_end).map(|(start, end)| whole_months(start, end));
    let negative = row.amount.amount.is_sign_negative() && !row.amount.amount.is_zero();
    row.kind = match months {
        _ if negative || row.quantity.0.is_sign_negative() => LineKind::Credit,
        _ if record.word(F::ChargeType) == "modn" => LineKind::Usage,
        Some(Some(_)) => LineKind::FullPeriod,
        Some(None) => LineKind::Proration,
        None => LineKind::OneOff,
    };
    let dated_out = full_period_in_force(record.day, &row);
    row.unit = a_month(row.unit, months.flatten().unwrap_or(1));
    Ok(row.excluded(dated_out))
}

/// A stock code taken apart; a code of another form has no parts.
struct StockCode {
    term: Option<String>,
    /// `CFQ7TTC0LCHC:0002`
    product: Option<String>,
}

impl StockCode {
    fn of(code: &str) -> Self {
        let parts: Vec<&str> = code.split(':').collect();
        let is_term =
            |part: &str| part.len() == 3 && part.starts_with('P') && part.ends_with(['M', 'Y']);
        match parts.as_slice() {
            [term, product, sku, ..] if is_term(term) => {
                Self { term: Some((*term).to_owned()), product: Some(format!("{product}:{sku}")) }
            }
            _ => Self { term: None, product: None },
        }
    }

    /// How many months the annuity price is for.
    fn months(&self) -> i32 {
        let Some(term) = &self.term else { return 1 };
        let count = i32::from(term.as_bytes()[1].saturating_sub(b'0'));
        if term.ends_with('Y') { 12 * count.clamp(1, 5) } else { count.clamp(1, 12) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stock_code_tells_the_term_and_the_product() {
        let code = StockCode::of("P1Y:CFQ7TTC0LCHC:0002:1:");
        assert_eq!(code.product.as_deref(), Some("CFQ7TTC0LCHC:0002"));
        assert_eq!(code.months(), 12);
        assert_eq!(StockCode::of("P1M:CFQ7TTC0LCHC:0002:1:").months(), 1);
        assert_eq!(StockCode::of("P3Y:CFQ7TTC0LCHC:0002:Y:").months(), 36);
        assert_eq!(StockCode::of("DZH318Z0BPS6:0001").months(), 1);
    }
}
