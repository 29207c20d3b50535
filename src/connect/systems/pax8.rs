//! Pax8: the items of a month's invoices, and the subscriptions of the day.

use std::collections::BTreeMap;

use serde_json::json;

use crate::address::Address;
use crate::ask::{Answer, Ask, Body, reading_posts};
use crate::json::{self, Object};
use crate::pages::{Seen, within};
use crate::periods;
use crate::sheet::Sheet;
use crate::signed_in::SignedIn;
use crate::source::{
    About, Asker, Count, Export, Gathered, Holds, LINE, Manners, Setting, System, Told, Wanted,
};
use crate::trouble::Trouble;
use seatdrift_core::domain::Side;

pub(crate) static SYSTEM: System = System {
    word: "pax8",
    title: "Pax8",
    side: Side::Vendor,
    holds: Holds::Months,
    settings: &[
        Setting {
            name: "client_id",
            words: "the Client ID of the integration (Pax8 › Integrations › Credentials)",
            usual: None,
        },
        Setting { name: "host", words: "the API's host", usual: Some(HOST) },
    ],
    secrets: &[Setting {
        name: "client_secret",
        words: "the Client Secret that stands beside the Client ID",
        usual: None,
    }],
    rights: "an integration of its own; Pax8 gives its keys no smaller right than that",
    hosts: &["api.pax8.com"],
    manners: Manners::USUAL,
    read: |told, asker, wanted| Box::pin(read(told, asker, wanted)),
    check: |told, asker, wanted| Box::pin(check(told, asker, wanted)),
    cure,
};

const HOST: &str = "https://api.pax8.com";

/// Largest page.
///
/// Source: Pax8 partner API, `size`.
const PAGE: usize = 200;

/// Subscriptions that are charged for.
const CHARGED: [&str; 2] = ["Active", "PendingCancel"];

/// The columns of an invoice, but the invoice's own status.
const ITEM: [&str; 16] = [
    "companyId",
    "companyName",
    "productId",
    "sku",
    "productName",
    "description",
    "quantity",
    "cost",
    "price",
    "costTotal",
    "currencyCode",
    "startPeriod",
    "endPeriod",
    "type",
    "term",
    "subscriptionId",
];

/// What the invoice adds to each of its items.
const OF_INVOICE: [&str; 2] = ["details", "invoiceStatus"];

/// One tenant.
struct Pax8<'a> {
    signed_in: SignedIn<'a>,
    base: Address,
    page_size: usize,
}

impl<'a> Pax8<'a> {
    fn new(told: &Told, asker: &'a Asker, wanted: Wanted) -> Result<Self, Trouble> {
        let base = told.address_or("host", HOST)?.at("v1", &[]);
        let body = Body::json(&json!({
            "client_id": told.setting("client_id")?,
            "client_secret": told.secret("client_secret")?.expose(),
            "audience": "https://api.pax8.com",
            "grant_type": "client_credentials",
        }));
        let token = Ask::post("a token", &reading_posts::PAX8_TOKEN, &base, &[], body);
        let signed_in = SignedIn::new(asker, &SYSTEM, token, ("access_token", None));
        Ok(Self { signed_in, base, page_size: wanted.page(PAGE) })
    }

    /// Every row of a list; `row` is told each once.
    async fn all(
        &self,
        what: &str,
        address: Address,
        filter: &[(&str, &str)],
        mut row: impl FnMut(&Object<'_>),
    ) -> Result<Count, Trouble> {
        let (mut seen, mut page) = (Seen::default(), 0);
        loop {
            let answer = self.page(what, &address, filter, page).await?;
            let object = json::read(what, &answer.body)?;
            let object = object.object().ok_or_else(|| object.wrong(what, "an object"))?;
            let about = Paging::of(what, &object)?;
            let rows = object.get("content").map(|rows| rows.objects(what)).transpose()?;
            let rows = rows.unwrap_or_default();
            let n_before = seen.len();
            for one in &rows {
                if seen.is_new(&one.text("id")) {
                    row(one);
                }
            }
            // The server's own number of pages: it may give smaller ones than were asked for.
            page += 1;
            if page >= about.n_pages || seen.len() == n_before {
                return Count::tied(what, seen.len(), Some(about.n_rows));
            }
            within(what, page)?;
        }
    }

    async fn page(
        &self,
        what: &str,
        address: &Address,
        filter: &[(&str, &str)],
        page: usize,
    ) -> Result<Answer, Trouble> {
        let (number, size) = (page.to_string(), self.page_size.to_string());
        let mut query = filter.to_vec();
        query.extend([("page", number.as_str()), ("size", size.as_str())]);
        let what = format!("{what}, page {}", page + 1);
        self.signed_in.ask(Ask::get(what, address.with(&query))).await
    }
}

/// What an answer says of its pages.
struct Paging {
    n_rows: usize,
    n_pages: usize,
}

impl Paging {
    fn of(what: &str, object: &Object<'_>) -> Result<Self, Trouble> {
        let page = object.get("page").and_then(json::Json::object);
        let said = page.and_then(|page| {
            Some(Self { n_rows: page.count("totalElements")?, n_pages: page.count("totalPages")? })
        });
        said.ok_or_else(|| Trouble::not_understood(what, "rows and how many there are", "no count"))
    }
}

async fn read(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Gathered, Trouble> {
    let tenant = Pax8::new(told, asker, wanted)?;
    let mut gathered = Gathered::default();
    invoices(&tenant, wanted, &mut gathered).await?;
    if wanted.is_running() {
        let sheet = seats(&tenant, wanted, &mut gathered.counts).await?;
        gathered.exports.push(Export { name: "seats".to_owned(), about: About::Day, sheet });
    }
    Ok(gathered)
}

/// The items of the month's invoices, a file an invoice.
async fn invoices(
    tenant: &Pax8<'_>,
    wanted: Wanted,
    gathered: &mut Gathered,
) -> Result<(), Trouble> {
    let (from, to) = (wanted.month.first_day(), wanted.month.last_day());
    let (from_text, to_text) = (from.to_string(), to.to_string());
    let range = [("invoiceDateRangeStart", &*from_text), ("invoiceDateRangeEnd", &*to_text)];
    let mut invoices: Vec<(String, String)> = Vec::new();
    let mut n_other = 0;
    let list = tenant.base.at("invoices", &[]);
    let counted = tenant.all("invoices", list, &range, |one| {
        // A server may forget the filter.
        match one.day("invoiceDate").is_some_and(|day| (from..=to).contains(&day)) {
            true => invoices.push((one.text("id"), one.text("status"))),
            false => n_other += 1,
        }
    });
    gathered.counts.push(counted.await?);
    if n_other > 0 {
        gathered.notes.push(format!(
            "{n_other} invoices of other months than {} came and were left out",
            wanted.month
        ));
    }
    if invoices.is_empty() {
        gathered.notes.push(format!("there is no invoice of {} yet", wanted.month));
    }
    for (id, status) in invoices {
        let header: Vec<&str> = ITEM.into_iter().chain(OF_INVOICE).collect();
        let mut sheet = Sheet::new(&header);
        let address = tenant.base.at("invoices/{}/items", &[&id]);
        let counted = tenant.all("invoice items", address, &[], |item| {
            let cell = |name: &&str| match *name {
                "startPeriod" | "endPeriod" => item.day_text(name),
                name => item.number(name),
            };
            let mut cells: Vec<String> = ITEM.iter().map(cell).collect();
            cells.extend([item.text("details"), status.clone()]);
            sheet.push(cells);
        });
        gathered.counts.push(counted.await?);
        let name = format!("invoice-{id}");
        gathered.exports.push(Export { name, about: About::Month, sheet });
    }
    Ok(())
}

/// The subscriptions that are charged for today, as rows of an invoice.
async fn seats(
    tenant: &Pax8<'_>,
    wanted: Wanted,
    counts: &mut Vec<Count>,
) -> Result<Sheet, Trouble> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let companies = tenant.base.at("companies", &[]);
    let counted = tenant.all("companies", companies, &[], |one| {
        names.insert(one.text("id"), one.text("name"));
    });
    counts.push(counted.await?);
    let header: Vec<&str> = [LINE].into_iter().chain(ITEM).collect();
    let mut sheet = Sheet::new(&header);
    for status in CHARGED {
        let what = format!("subscriptions ({status})");
        let list = tenant.base.at("subscriptions", &[]);
        let filter = [("status", status)];
        let counted = tenant.all(&what, list, &filter, |one| {
            if one.text("status") == status {
                sheet.push(seat(one, &names, wanted));
            }
        });
        counts.push(counted.await?);
    }
    Ok(sheet)
}

/// A subscription as the row of an invoice for the period that holds the day.
fn seat(one: &Object<'_>, names: &BTreeMap<String, String>, wanted: Wanted) -> Vec<String> {
    let (id, company) = (one.text("id"), one.text("companyId"));
    let name = names.get(&company).cloned().unwrap_or_else(|| company.clone());
    let total = one.decimal("quantity").zip(one.decimal("partnerCost"));
    let total = total.and_then(|(quantity, cost)| quantity.checked_mul(cost));
    let begun = one.day("billingStart").or_else(|| one.day("startDate"));
    let term = one.text("billingTerm");
    let (start, end) = periods::around(wanted.day, begun, periods::months(&term));
    let cells = ITEM.map(|column| match column {
        "companyName" => name.clone(),
        "cost" => one.number("partnerCost"),
        "costTotal" => total.map(|total| total.to_string()).unwrap_or_default(),
        "startPeriod" => start.to_string(),
        "endPeriod" => end.to_string(),
        "type" => "subscription".to_owned(),
        "term" => term.clone(),
        "subscriptionId" => id.clone(),
        other => one.number(other),
    });
    [id.clone()].into_iter().chain(cells).collect()
}

async fn check(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Vec<Count>, Trouble> {
    let tenant = Pax8::new(told, asker, Wanted { page_size: 1, ..wanted })?;
    let mut counts = Vec::new();
    for what in ["companies", "subscriptions", "invoices"] {
        let answer = tenant.page(what, &tenant.base.at(what, &[]), &[], 0).await?;
        let object = json::read(what, &answer.body)?;
        let object = object.object().ok_or_else(|| object.wrong(what, "an object"))?;
        let n_rows = Paging::of(what, &object)?.n_rows;
        counts.push(Count { what: what.to_owned(), received: n_rows, said: Some(n_rows) });
    }
    Ok(counts)
}

fn cure(ask: &Ask, answer: &Answer) -> String {
    let is_token = ask.address().path().ends_with("/token");
    match answer.status {
        401 | 403 if is_token => {
            "the Client ID or the Client Secret is wrong: make a new pair in Pax8 under Integrations › Credentials"
        }
        401 => "the token was refused twice: has the integration been removed in Pax8?",
        403 => "the integration may not read this: give it the partner's own rights in Pax8",
        404 => "the host answers, but not as the Pax8 API: leave `host` out of seatdrift.toml",
        _ => "",
    }
    .to_owned()
}
