//! What Microsoft charges for a month: the rows of its invoices, else what is not invoiced yet.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::json;

use super::{CURRENCY, Microsoft, export};
use crate::ask::{Body, reading_posts};
use crate::json::{self, Object};
use crate::sheet::Sheet;
use crate::source::{About, Count, Export, Gathered, Wanted};
use crate::trouble::Trouble;
use seatdrift_core::domain::Month;

/// The columns of the reconciliation file.
pub(super) const COLUMNS: [&str; 47] = [
    "PartnerId",
    "CustomerId",
    "CustomerName",
    "CustomerDomainName",
    "CustomerCountry",
    "InvoiceNumber",
    "MpnId",
    "Tier2MpnId",
    "OrderId",
    "OrderDate",
    "ProductId",
    "SkuId",
    "AvailabilityId",
    "SkuName",
    "ProductName",
    "ChargeType",
    "UnitPrice",
    "Quantity",
    "Subtotal",
    "TaxTotal",
    "Total",
    "Currency",
    "PriceAdjustmentDescription",
    "PublisherName",
    "PublisherId",
    "SubscriptionDescription",
    "SubscriptionId",
    "ChargeStartDate",
    "ChargeEndDate",
    "TermAndBillingCycle",
    "EffectiveUnitPrice",
    "UnitType",
    "AlternateId",
    "BillableQuantity",
    "BillingFrequency",
    "PricingCurrency",
    "PCToBCExchangeRate",
    "PCToBCExchangeRateDate",
    "MeterDescription",
    "ReservationOrderId",
    "CreditReasonCode",
    "SubscriptionStartDate",
    "SubscriptionEndDate",
    "ReferenceId",
    "ProductQualifiers",
    "PromotionId",
    "ProductCategory",
];

/// What one unit of a subscription costs for a cycle, in the currency it is billed in.
#[derive(Debug, Clone)]
pub(super) struct Price {
    pub amount: Decimal,
    pub currency: String,
}

/// By the subscription's id in lower case.
pub(super) type Prices = BTreeMap<String, Price>;

/// Reads a month's charges, a file an invoice, and gives the prices in them.
pub(super) async fn read(
    tenant: &Microsoft<'_>,
    wanted: Wanted,
    gathered: &mut Gathered,
) -> Result<Prices, Trouble> {
    let mut prices = Prices::new();
    let invoices = invoices(tenant, wanted, gathered).await?;
    for invoice in &invoices {
        let body = Body::json(&json!({ "invoiceId": invoice.id, "attributeSet": "full" }));
        let what = format!("invoice {}", invoice.id);
        let parts = export::parts(tenant, &what, &reading_posts::GRAPH_BILLED, body).await?;
        let rows = Rows::of(&what, &parts, &mut prices)?;
        gathered.notes.extend(rows.not_as_invoiced(invoice));
        let letters = invoice.id.chars().filter(char::is_ascii_alphanumeric);
        let name = format!("invoice-{}", letters.collect::<String>());
        gathered.counts.push(Count::tied(&what, rows.sheet.rows.len(), None)?);
        gathered.exports.push(Export { name, about: About::Month, sheet: rows.sheet });
    }
    if invoices.is_empty() {
        unbilled(tenant, wanted, (&mut prices, gathered)).await?;
    }
    Ok(prices)
}

/// An invoice of the month.
struct Invoice {
    id: String,
    /// What it comes to.
    total: Option<Decimal>,
}

/// The invoices whose billing period holds the month's last day.
async fn invoices(
    tenant: &Microsoft<'_>,
    wanted: Wanted,
    gathered: &mut Gathered,
) -> Result<Vec<Invoice>, Trouble> {
    let last_day = wanted.month.last_day();
    let (mut invoices, mut legacy) = (Vec::new(), Vec::new());
    let counted = tenant.all("invoices", |one| {
        let begins = one.day("billingPeriodStartDate").is_some_and(|begins| begins <= last_day);
        let ends = one.day("billingPeriodEndDate").is_some_and(|ends| last_day <= ends);
        let (id, total) = (one.text("id"), one.decimal("totalCharges"));
        match begins && ends {
            true if id.to_uppercase().starts_with('G') => invoices.push(Invoice { id, total }),
            true => legacy.push(id),
            false => {}
        }
    });
    gathered.counts.push(counted.await?);
    if !legacy.is_empty() {
        gathered.notes.push(format!(
            "invoices left out that are not of the new commerce (their files can be given beside): {}",
            legacy.join(", ")
        ));
    }
    Ok(invoices)
}

/// What is charged and not invoiced yet, of a month that runs or has just ended.
async fn unbilled(
    tenant: &Microsoft<'_>,
    wanted: Wanted,
    (prices, gathered): (&mut Prices, &mut Gathered),
) -> Result<(), Trouble> {
    let running = Month::of(wanted.day);
    let period = match () {
        () if running == Some(wanted.month) => "current",
        () if running == Some(wanted.month.plus(1)) => "last",
        () => {
            gathered.notes.push(format!("Microsoft has no invoice of {}", wanted.month));
            return Ok(());
        }
    };
    let currency = tenant.told.setting_or("currency", CURRENCY);
    let what = format!("what is not invoiced yet of {}", wanted.month);
    let body = Body::json(&json!({
        "billingPeriod": period,
        "currencyCode": currency,
        "attributeSet": "full",
    }));
    let parts = export::parts(tenant, &what, &reading_posts::GRAPH_UNBILLED, body).await?;
    let rows = Rows::of(&what, &parts, prices)?;
    gathered.notes.push(format!(
        "there is no invoice of {} yet: its rows are what Microsoft has charged so far, in {currency}",
        wanted.month
    ));
    gathered.counts.push(Count::tied(&what, rows.sheet.rows.len(), None)?);
    let name = "unbilled".to_owned();
    gathered.exports.push(Export { name, about: About::Month, sheet: rows.sheet });
    Ok(())
}

/// The rows of an export, and what they come to.
struct Rows {
    sheet: Sheet,
    /// Before taxes, and with them.
    sums: [Decimal; 2],
}

impl Rows {
    fn of(what: &str, parts: &[Vec<u8>], prices: &mut Prices) -> Result<Self, Trouble> {
        let mut rows = Self { sheet: Sheet::new(&COLUMNS), sums: [Decimal::ZERO; 2] };
        for part in parts {
            let lines = part.split(|byte| *byte == b'\n');
            for line in lines.filter(|line| !line.trim_ascii().is_empty()) {
                let row = json::read(what, line)?;
                let row = row.object().ok_or_else(|| row.wrong(what, "a row"))?;
                rows.sheet.push(COLUMNS.iter().map(|column| cell(&row, column)).collect());
                for (sum, column) in rows.sums.iter_mut().zip(["Subtotal", "Total"]) {
                    *sum += row.decimal(column).unwrap_or_default();
                }
                prices.extend(price(&row));
            }
        }
        Ok(rows)
    }

    /// A sentence about an invoice that its rows do not come to.
    fn not_as_invoiced(&self, invoice: &Invoice) -> Option<String> {
        let said = invoice.total.filter(|said| !self.sums.contains(said))?;
        let ([before, with], id) = (self.sums, &invoice.id);
        Some(format!(
            "invoice {id}: Partner Center says {said}, and its rows come to {before} before taxes and {with} with them"
        ))
    }
}

fn cell(row: &Object<'_>, column: &str) -> String {
    match row.day(column) {
        Some(day) if column.ends_with("Date") => day.to_string(),
        _ => row.number(column),
    }
}

/// The price in a charge for a whole cycle, by its subscription.
fn price(row: &Object<'_>) -> Option<(String, Price)> {
    let is_cycle = row.text("ChargeType").eq_ignore_ascii_case("cycleCharge");
    let amount = row.decimal("EffectiveUnitPrice").filter(|_| is_cycle)?;
    let rate = row.decimal("PCToBCExchangeRate").filter(|rate| !rate.is_zero());
    let amount = match rate {
        // As the reconciliation file cuts it.
        Some(rate) if rate != Decimal::ONE => {
            amount.checked_mul(rate)?.round_dp_with_strategy(2, RoundingStrategy::ToZero)
        }
        _ => amount,
    };
    let id = row.text("SubscriptionId").to_lowercase();
    Some((id, Price { amount, currency: row.text("Currency") }))
}
