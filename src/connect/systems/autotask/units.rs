//! Unit rows, joined with what they are of.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Autotask, between, every};
use crate::json::{self, Object};
use crate::source::{Count, LINE, Wanted};
use crate::trouble::Trouble;
use crate::words::{self, Tally};
use seatdrift_core::domain::Month;

/// How many changes that lie ahead are named.
const NAMED: usize = 20;

/// The columns of the export of contract service units.
pub(super) const COLUMNS: [&str; 15] = [
    "Company ID",
    "Company Name",
    "Contract ID",
    "Contract Name",
    "Contract Status",
    "Service ID",
    "Service Name",
    "Units",
    "Unit Price",
    "Unit Cost",
    "Price",
    "Currency",
    "Start Date",
    "End Date",
    "Period Type",
];

/// What units are of.
struct Sold {
    units: &'static str,
    in_contract: &'static str,
    catalogue: &'static str,
    /// Where a unit row names what it is of in the contract, and in the catalogue.
    keys: [&'static str; 2],
    /// What the contract says of it.
    fields: &'static [&'static str],
    /// What stands before its ids.
    prefix: &'static str,
}

const SOLD: [Sold; 2] = [
    Sold {
        units: "ContractServiceUnits",
        in_contract: "ContractServices",
        catalogue: "Services",
        keys: ["contractServiceID", "serviceID"],
        fields: &["id", "unitPrice", "unitCost", "invoiceDescription"],
        prefix: "",
    },
    Sold {
        units: "ContractServiceBundleUnits",
        in_contract: "ContractServiceBundles",
        catalogue: "ServiceBundles",
        keys: ["contractServiceBundleID", "serviceBundleID"],
        fields: &["id", "unitPrice", "invoiceDescription"],
        prefix: "bundle-",
    },
];

/// What unit rows are joined with, by id.
#[derive(Default)]
struct Known {
    /// Names, and ids of currencies.
    companies: BTreeMap<String, [String; 2]>,
    contracts: BTreeMap<String, Contract>,
    /// As they are written.
    currencies: BTreeMap<String, String>,
}

struct Contract {
    company: String,
    name: String,
    status: String,
}

/// What is known of services, or of bundles, by id.
#[derive(Default)]
struct Products {
    periods: BTreeMap<String, String>,
    catalogue: BTreeMap<String, Product>,
    in_contracts: BTreeMap<String, Priced>,
}

#[derive(Default)]
struct Product {
    name: String,
    period: String,
    cost: String,
}

#[derive(Default)]
struct Priced {
    price: String,
    cost: String,
    description: String,
}

/// The unit rows of a month, and words in them that were not understood.
#[derive(Default)]
pub(super) struct Rows {
    lines: Vec<Line>,
    no_currency: Tally,
    no_period: Tally,
}

/// One unit row, joined.
pub(super) struct Line {
    /// What it is of in the contract: the same from one period to the next.
    id: String,
    start: Option<Date>,
    end: Option<Date>,
    units: String,
    cells: [String; 15],
}

impl Line {
    pub(super) fn cells(&self) -> Vec<String> {
        self.cells.to_vec()
    }

    pub(super) fn cells_of_a_day(&self) -> Vec<String> {
        [self.id.clone()].into_iter().chain(self.cells.clone()).collect()
    }

    fn begins_by(&self, day: Date) -> bool {
        self.start.is_none_or(|start| start <= day)
    }
}

pub(super) fn columns_of_a_day() -> Vec<&'static str> {
    [LINE].into_iter().chain(COLUMNS).collect()
}

/// The unit rows that hold on any day of the month; where it runs, those of the next month too.
pub(super) async fn rows(
    tenant: &Autotask<'_>,
    wanted: Wanted,
    counts: &mut Vec<Count>,
) -> Result<Rows, Trouble> {
    let known = known(tenant, counts).await?;
    let mut rows = Rows::default();
    for sold in &SOLD {
        let products = products(tenant, sold, counts).await?;
        units(tenant, sold, (&known, &products), wanted, (&mut rows, counts)).await?;
    }
    Ok(rows)
}

async fn known(tenant: &Autotask<'_>, counts: &mut Vec<Count>) -> Result<Known, Trouble> {
    let mut known = Known::default();
    let counted = tenant.all("Currencies", &["id", "name"], every(), |one| {
        known.currencies.insert(one.text("id"), one.text("name"));
    });
    counts.push(counted.await?);
    let fields = ["id", "companyName", "currencyID"];
    let counted = tenant.all("Companies", &fields, every(), |one| {
        known.companies.insert(one.text("id"), [one.text("companyName"), one.text("currencyID")]);
    });
    counts.push(counted.await?);
    let states = tenant.labels("Contracts", "status").await?;
    let fields = ["id", "companyID", "contractName", "status"];
    let counted = tenant.all("Contracts", &fields, every(), |one| {
        let status = one.text("status");
        let status = states.get(&status).cloned().unwrap_or(status);
        let (company, name) = (one.text("companyID"), one.text("contractName"));
        known.contracts.insert(one.text("id"), Contract { company, name, status });
    });
    counts.push(counted.await?);
    Ok(known)
}

async fn products(
    tenant: &Autotask<'_>,
    sold: &Sold,
    counts: &mut Vec<Count>,
) -> Result<Products, Trouble> {
    let periods = tenant.labels(sold.catalogue, "periodType").await?;
    let mut products = Products { periods, ..Products::default() };
    let fields = ["id", "name", "periodType", "unitCost"];
    let counted = tenant.all(sold.catalogue, &fields, every(), |one| {
        let (name, period) = (one.text("name"), one.text("periodType"));
        let product = Product { name, period, cost: one.number("unitCost") };
        products.catalogue.insert(one.text("id"), product);
    });
    counts.push(counted.await?);
    let counted = tenant.all(sold.in_contract, sold.fields, every(), |one| {
        let (price, cost) = (one.number("unitPrice"), one.number("unitCost"));
        let priced = Priced { price, cost, description: one.text("invoiceDescription") };
        products.in_contracts.insert(one.text("id"), priced);
    });
    counts.push(counted.await?);
    Ok(products)
}

/// The unit rows of services, or of bundles.
async fn units(
    tenant: &Autotask<'_>,
    sold: &Sold,
    (known, products): (&Known, &Products),
    wanted: Wanted,
    (rows, counts): (&mut Rows, &mut Vec<Count>),
) -> Result<(), Trouble> {
    let [item_key, product_key] = sold.keys;
    let fields =
        ["id", "contractID", item_key, product_key, "startDate", "endDate", "units", "price"];
    // What begins next month is seen, and told.
    let months = if wanted.is_running() { 1 } else { 0 };
    let ahead = wanted.month.first_day().saturating_add(months.months()).last_of_month();
    let filter = between(wanted.month.first_day(), ahead);
    let mut missing = [0; 3];
    let counted = tenant.all(sold.units, &fields, filter, |one| {
        if let Err(what) = rows.join(one, sold, known, products) {
            missing[what] += 1;
        }
    });
    let counted = counted.await?;
    for (of, n_missing) in ["contracts", "companies", sold.in_contract].iter().zip(missing) {
        let what = format!("{} whose {of} came", sold.units);
        Count::tied(&what, counted.received - n_missing, Some(counted.received))?;
    }
    counts.push(counted);
    Ok(())
}

impl Rows {
    /// Adds a unit row.
    ///
    /// # Errors
    ///
    /// What it is of and did not come: its contract, the contract's company, or its place in the contract.
    fn join(
        &mut self,
        one: &Object<'_>,
        sold: &Sold,
        known: &Known,
        products: &Products,
    ) -> Result<(), usize> {
        let [item, product] = sold.keys.map(|key| one.text(key));
        let contract_id = one.text("contractID");
        let contract = known.contracts.get(&contract_id).ok_or(0_usize)?;
        let [company, currency] = known.companies.get(&contract.company).ok_or(1_usize)?;
        let priced = products.in_contracts.get(&item).ok_or(2_usize)?;
        let unknown = Product::default();
        let about = products.catalogue.get(&product).unwrap_or(&unknown);
        let currency = self.currency(known.currencies.get(currency));
        let period = self.period(products, &about.period);
        let or = |text: &String, other: &String| if text.is_empty() { other } else { text }.clone();
        let cells = COLUMNS.map(|column| match column {
            "Company ID" => contract.company.clone(),
            "Company Name" => company.clone(),
            "Contract ID" => contract_id.clone(),
            "Contract Name" => contract.name.clone(),
            "Contract Status" => contract.status.clone(),
            "Service ID" => format!("{}{product}", sold.prefix),
            "Service Name" => or(&about.name, &priced.description),
            "Units" => one.number("units"),
            "Unit Price" => priced.price.clone(),
            "Unit Cost" => or(&priced.cost, &about.cost),
            "Price" => one.number("price"),
            "Currency" => currency.clone(),
            "Start Date" => one.day_text("startDate"),
            "End Date" => one.day_text("endDate"),
            _ => period.clone(),
        });
        let (start, end) = (one.day("startDate"), one.day("endDate"));
        let id = format!("{}{item}", sold.prefix);
        self.lines.push(Line { id, start, end, units: one.number("units"), cells });
        Ok(())
    }

    fn currency(&mut self, written: Option<&String>) -> String {
        let written = written.map(String::as_str).unwrap_or_default();
        let code = words::currency(written);
        if code.is_none() {
            self.no_currency.add(written);
        }
        code.unwrap_or_default()
    }

    fn period(&mut self, products: &Products, number: &str) -> String {
        let word = products.periods.get(number);
        if word.is_none() {
            self.no_period.add(number);
        }
        word.map_or(number, String::as_str).to_owned()
    }

    /// The rows that hold on any day of a month.
    pub(super) fn of_month(&self, month: Month) -> impl Iterator<Item = &Line> {
        let (first, last) = (month.first_day(), month.last_day());
        let holds =
            move |line: &&Line| line.begins_by(last) && line.end.is_none_or(|end| first <= end);
        self.lines.iter().filter(holds)
    }

    /// The rows that hold on a day.
    pub(super) fn of_day(&self, day: Date) -> impl Iterator<Item = &Line> {
        let holds =
            move |line: &&Line| line.end.is_none_or(|end| day <= end) && line.begins_by(day);
        self.lines.iter().filter(holds)
    }

    /// What their reader should know, in sentences.
    pub(super) fn notes(&self, wanted: Wanted) -> Vec<String> {
        let mut notes = Vec::new();
        if self.lines.is_empty() {
            notes.push(format!(
                "Autotask has no units in {}; an API user that may not see them gets the same answer",
                wanted.month
            ));
        }
        let no_currency = "rows without the code of a currency, taken in the workspace's";
        notes.extend(self.no_currency.sentence(no_currency));
        let no_period = "rows whose period type Autotask has no word for, taken as monthly";
        notes.extend(self.no_period.sentence(no_period));
        if wanted.is_running() {
            notes.extend(self.changes_ahead(wanted.day));
        } else if !self.lines.is_empty() {
            notes.push("unit prices are those of today: Autotask keeps no others".to_owned());
        }
        notes
    }

    /// Changes that lie ahead of a day, in sentences.
    fn changes_ahead(&self, day: Date) -> Vec<String> {
        let mut by_id: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
        self.lines.iter().for_each(|line| by_id.entry(&line.id).or_default().push(line));
        let mut changes = Vec::new();
        for lines in by_id.values_mut() {
            lines.sort_by_key(|line| line.start);
            for (before, after) in lines.iter().zip(&lines[1..]) {
                let Some(start) = after.start.filter(|start| *start > day) else { continue };
                if json::decimal(&before.units) != json::decimal(&after.units) {
                    let [_, client, _, _, _, _, service, ..] = &after.cells;
                    let (from, to) = (&before.units, &after.units);
                    changes.push(format!(
                        "{service} at {client} will change from {from} to {to} on {start}"
                    ));
                }
            }
        }
        let n_more = changes.len().saturating_sub(NAMED);
        changes.truncate(NAMED);
        changes.extend((n_more > 0).then(|| format!("{n_more} more changes lie ahead")));
        changes
    }
}
