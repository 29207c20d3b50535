//! The lines of the invoices that bill for a month.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{ACCOUNTS, Bms, CONTRACTS, INVOICES};
use crate::json::Object;
use crate::sheet::Sheet;
use crate::source::{About, Count, Export, Gathered, Wanted};
use crate::trouble::Trouble;
use crate::words::{self, Tally, counted};

/// How many invoices are asked for their lines at once.
const AT_ONCE: usize = 50;

/// How long before the month an invoice may have been made that bills for it: a year in advance.
const MONTHS_BEFORE: i32 = 12;

/// And how long after it: in arrears.
const MONTHS_AFTER: i32 = 2;

/// The columns of an invoice line.
const COLUMNS: [&str; 15] = [
    "Account ID",
    "Account Name",
    "Contract Name",
    "Service Name",
    "Description",
    "Line Type",
    "Quantity",
    "Unit Price",
    "Total Price",
    "Currency",
    "Period Start",
    "Period End",
    "Billing Cycle",
    "Invoice Number",
    "Invoice Status",
];

/// What an invoice says of its lines.
struct Invoice {
    account: String,
    account_name: String,
    number: String,
    status: String,
    start: String,
    end: String,
    total: Option<Decimal>,
}

impl Invoice {
    /// An invoice that bills for a day of the month.
    fn of(one: &Object<'_>, wanted: Wanted) -> Option<Self> {
        let (first, last) = (wanted.month.first_day(), wanted.month.last_day());
        let made = one.day("invoiceDate");
        let start: Option<Date> = one.day("invoiceFrom").or(made);
        let end = one.day("invoiceTo").or(start);
        let touches =
            start.is_some_and(|start| start <= last) && end.is_some_and(|end| first <= end);
        touches.then(|| Self {
            account: one.text("accountId"),
            account_name: one.text("accountName"),
            number: one.text("invoiceNumber"),
            status: one.text("statusName"),
            start: one.day_text("invoiceFrom"),
            end: one.day_text("invoiceTo"),
            total: one.decimal("totalPrice"),
        })
    }
}

/// What lines are joined with, by id.
pub(super) struct Known {
    /// Of accounts, as they are written.
    currencies: BTreeMap<String, String>,
    /// Of contracts.
    cycles: BTreeMap<String, String>,
    invoices: BTreeMap<String, Invoice>,
}

pub(super) async fn known(
    tenant: &Bms<'_>,
    wanted: Wanted,
    counts: &mut Vec<Count>,
) -> Result<Known, Trouble> {
    let mut currencies: BTreeMap<String, String> = BTreeMap::new();
    // The first list is one that is counted: by it is seen how pages are numbered.
    let listed = tenant.all(ACCOUNTS, &[], |one| {
        currencies.insert(one.text("id"), one.text("currencyName"));
    });
    counts.push(listed.await?);
    let mut cycles: BTreeMap<String, String> = BTreeMap::new();
    let listed = tenant.all(CONTRACTS, &[], |one| {
        cycles.insert(one.text("id"), one.text("billingCycle"));
    });
    counts.push(listed.await?);
    let mut invoices: BTreeMap<String, Invoice> = BTreeMap::new();
    let from = format!("{}T00:00:00Z", wanted.month.plus(-MONTHS_BEFORE).first_day());
    let to = format!("{}T23:59:59Z", wanted.month.plus(MONTHS_AFTER).last_day());
    let made = [("Filter.CreatedFrom", &*from), ("Filter.CreatedTo", &*to)];
    let listed = tenant.all(INVOICES, &made, |one| {
        invoices.extend(Invoice::of(one, wanted).map(|invoice| (one.text("id"), invoice)));
    });
    counts.push(listed.await?);
    Ok(Known { currencies, cycles, invoices })
}

/// The lines so far, and what was left out of them.
#[derive(Default)]
struct Lines {
    rows: Vec<Vec<String>>,
    n_of_others: usize,
    n_no_contract: usize,
    no_service: Tally,
    no_currency: Tally,
    /// What the lines of each invoice come to.
    billed: BTreeMap<String, Decimal>,
}

pub(super) async fn read(
    tenant: &Bms<'_>,
    known: &Known,
    wanted: Wanted,
    gathered: &mut Gathered,
) -> Result<(), Trouble> {
    let (mut lines, mut n_lines) = (Lines::default(), 0);
    let ids: Vec<&str> = known.invoices.keys().map(String::as_str).collect();
    for chunk in ids.chunks(AT_ONCE) {
        n_lines += tenant.lines(chunk, |one| lines.add(one, known)).await?;
    }
    gathered.counts.push(lines.tied(known)?);
    gathered.counts.push(Count::tied("invoice lines", n_lines, None)?);
    gathered.notes.push(
        "Kaseya BMS lets nobody read recurring services: these are the lines of invoices, and what is in force on a \
         day comes from the export of the service grid alone"
            .to_owned(),
    );
    if ids.is_empty() {
        gathered.notes.push(format!("there is no invoice for {} yet", wanted.month));
    }
    gathered.notes.extend(lines.notes(known));
    let mut sheet = Sheet::new(&COLUMNS);
    lines.rows.into_iter().for_each(|cells| sheet.push(cells));
    gathered.exports.push(Export { name: "lines".to_owned(), about: About::Month, sheet });
    Ok(())
}

impl Lines {
    fn add(&mut self, one: &Object<'_>, known: &Known) {
        let id = one.text("invoiceId");
        let Some(invoice) = known.invoices.get(&id) else {
            self.n_of_others += 1;
            return;
        };
        *self.billed.entry(id).or_default() += one.decimal("totalPrice").unwrap_or_default();
        let kind = one.text("typeName");
        if !kind.to_lowercase().contains("recurring") {
            self.no_service.add(&kind);
            return;
        }
        let written = known.currencies.get(&invoice.account).map_or("", String::as_str);
        let currency = words::currency(written);
        if currency.is_none() {
            self.no_currency.add(written);
        }
        self.n_no_contract += usize::from(!known.cycles.contains_key(&one.text("contractId")));
        self.rows.push(cells(one, invoice, known, &currency.unwrap_or_default()));
    }

    /// Invoices that have lines, against those that come to something.
    fn tied(&self, known: &Known) -> Result<Count, Trouble> {
        let is_billed = |(id, invoice): &(&String, &Invoice)| {
            invoice.total.is_some_and(|total| !total.is_zero()) || self.billed.contains_key(*id)
        };
        let n_billed = known.invoices.iter().filter(is_billed).count();
        Count::tied("invoices whose lines came", self.billed.len(), Some(n_billed))
    }

    fn notes(&self, known: &Known) -> Vec<String> {
        let is_short = |(id, sum): &(&String, &Decimal)| {
            known
                .invoices
                .get(*id)
                .and_then(|invoice| invoice.total)
                .is_some_and(|total| total != **sum)
        };
        let n_short = self.billed.iter().filter(is_short).count();
        let notes = [
            counted(
                "invoices whose lines do not come to their total (a discount, or lines that are missing)",
                n_short,
            ),
            self.no_service.sentence("lines left out that are of no recurring service"),
            self.no_currency
                .sentence("lines without the code of a currency, taken in the workspace's"),
            counted("lines of contracts that did not come, taken as monthly", self.n_no_contract),
            counted("lines left out of invoices that were not asked for", self.n_of_others),
        ];
        notes.into_iter().flatten().collect()
    }
}

fn cells(one: &Object<'_>, invoice: &Invoice, known: &Known, currency: &str) -> Vec<String> {
    let cycle = known.cycles.get(&one.text("contractId")).cloned().unwrap_or_default();
    let cell = |column: &str| match column {
        "Account ID" => invoice.account.clone(),
        "Account Name" => invoice.account_name.clone(),
        "Contract Name" => one.text("contractName"),
        "Service Name" => one.text("name"),
        "Description" => one.text("description"),
        "Line Type" => one.text("typeName"),
        "Quantity" => one.number("qty"),
        "Unit Price" => one.number("unitPrice"),
        "Total Price" => one.number("totalPrice"),
        "Currency" => currency.to_owned(),
        "Period Start" => invoice.start.clone(),
        "Period End" => invoice.end.clone(),
        "Billing Cycle" => cycle.clone(),
        "Invoice Number" => invoice.number.clone(),
        _ => invoice.status.clone(),
    };
    COLUMNS.iter().map(|column| cell(column)).collect()
}
