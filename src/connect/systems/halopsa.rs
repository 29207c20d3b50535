//! HaloPSA: the lines of recurring invoices.
//!
//! The columns are those of the export, called as Halo itself calls them. Where a quantity is worked out when Halo
//! invoices, the record itself is asked for: the list may hold an older one.

use crate::address::Address;
use crate::ask::{Answer, Ask, Body, reading_posts};
use crate::json::{self, Json, Object};
use crate::pages::{self, Seen, within};
use crate::said;
use crate::sheet::Sheet;
use crate::signed_in::{SignedIn, good};
use crate::source::{
    About, Asker, Count, Export, Gathered, Holds, LINE, Manners, Setting, System, Told, Wanted,
};
use crate::trouble::Trouble;
use crate::words::{Tally, counted};
use seatdrift_core::domain::Side;

pub(crate) static SYSTEM: System = System {
    word: "halopsa",
    title: "HaloPSA",
    side: Side::Psa,
    holds: Holds::Today,
    settings: &[
        Setting {
            name: "host",
            words: "your HaloPSA: NAME.halopsa.com, or your own server",
            usual: None,
        },
        Setting { name: "client_id", words: "the Client ID of the API application", usual: None },
        Setting {
            name: "scope",
            words: "the permissions to ask for; all are those the application was given",
            usual: Some(SCOPE),
        },
    ],
    secrets: &[Setting {
        name: "client_secret",
        words: "the Client Secret of the API application, shown once",
        usual: None,
    }],
    rights: "an API application (Client ID and Secret, Services) with read:customers and read:invoices, which acts \
             as an agent who may view recurring invoices of all clients",
    hosts: &[".halopsa.com"],
    // Half of 450 in five minutes.
    manners: Manners { per_second: 1, per_hour: Some(2700), ..Manners::USUAL },
    read: |told, asker, wanted| Box::pin(read(told, asker, wanted)),
    check: |told, asker, wanted| Box::pin(check(told, asker, wanted)),
    cure,
};

const SCOPE: &str = "all";

/// Largest page; more is cut to it without a word.
const PAGE: usize = 100;

/// The columns of the export of recurring invoice lines.
const COLUMNS: [&str; 19] = [
    LINE,
    "client_id",
    "client_name",
    "ihid",
    "contract_ref",
    "item_code",
    "productnumber",
    "item_shortdescription",
    "qty_order",
    "unit_price",
    "unit_cost",
    "net_amount",
    "currency_code_name",
    "startdate",
    "enddate",
    "billingperiod",
    "isinactive",
    "disabled",
    "prorata_quantity",
];

/// One tenant.
struct Halo<'a> {
    signed_in: SignedIn<'a>,
    base: Address,
    page_size: usize,
}

impl<'a> Halo<'a> {
    /// Finds out where the tenant's tokens are given.
    async fn find(told: &Told, asker: &'a Asker, wanted: Wanted) -> Result<Self, Trouble> {
        let base = told.address("host")?.at("api", &[]);
        let what = "where tokens are given";
        let ask = Ask::get(what, base.at("authinfo", &[]));
        let answer = good(&SYSTEM, &ask, asker.ask(ask.clone()).await?)?;
        let about = json::read(what, &answer.body)?;
        let about = about.object().ok_or_else(|| about.wrong(what, "an address"))?;
        let login = asker.named_by_server(what, &about.text("auth_url"))?;
        let body = Body::form(&[
            ("grant_type", "client_credentials"),
            ("client_id", told.setting("client_id")?),
            ("client_secret", told.secret("client_secret")?.expose()),
            ("scope", told.setting_or("scope", SCOPE)),
        ]);
        let token = Ask::post("a token", &reading_posts::HALO_TOKEN, &login, &[], body);
        let tenant = about.text("tenant_id");
        let token = if tenant.is_empty() { token } else { token.query(&[("tenant", &tenant)]) };
        let signed_in = SignedIn::new(asker, &SYSTEM, token, ("access_token", None));
        Ok(Self { signed_in, base, page_size: wanted.page(PAGE) })
    }

    /// Every row of a list; `row` is told each once.
    async fn all(
        &self,
        (what, list, rows_in): (&str, &str, &str),
        filter: &[(&str, &str)],
        mut row: impl FnMut(&Object<'_>),
    ) -> Result<Count, Trouble> {
        let (mut seen, mut page) = (Seen::default(), 1);
        loop {
            let answer = self.page((what, list), filter, page, self.page_size).await?;
            let (about, rows) = pages::rows(what, &answer, rows_in)?;
            let n_before = seen.len();
            for one in &rows {
                if seen.is_new(&one.text("id")) {
                    row(one);
                }
            }
            // The server caps its pages: how many rows there are decides, and not how many were asked for.
            let said = about.count("record_count");
            let is_whole = said.is_some_and(|said| seen.len() >= said);
            if is_whole || seen.len() == n_before {
                return Count::tied(what, seen.len(), said);
            }
            page += 1;
            within(what, page)?;
        }
    }

    async fn page(
        &self,
        (what, list): (&str, &str),
        filter: &[(&str, &str)],
        page: usize,
        size: usize,
    ) -> Result<Answer, Trouble> {
        let (number, size) = (page.to_string(), size.to_string());
        // Spelt so; without it there is one page of as many rows as the agent likes.
        let mut query = vec![("pageinate", "true"), ("page_no", &*number), ("page_size", &*size)];
        query.push(("order", "id"));
        query.extend(filter);
        let address = self.base.at(list, &[]).with(&query);
        self.signed_in.ask(Ask::get(format!("{what}, page {page}"), address)).await
    }
}

/// Recurring invoices, with their lines where the list has them.
const INVOICES: (&str, &str, &str) = ("recurring invoices", "RecurringInvoice", "invoices");
const WITH_LINES: [(&str, &str); 2] = [("rinvoice_type", "both"), ("includelines", "true")];

/// Lines so far, and what is known of them.
#[derive(Default)]
struct Lines {
    rows: Vec<Vec<String>>,
    n_worked_out: usize,
    no_period: Tally,
}

async fn read(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Gathered, Trouble> {
    if !wanted.is_running() {
        return Err(Trouble::CannotBeRead(format!(
            "HaloPSA says what is invoiced from today on, not what was in {}: use what was pulled then, or an export",
            wanted.month
        )));
    }
    let tenant = Halo::find(told, asker, wanted).await?;
    let (mut lines, mut alone, mut n_disabled) = (Lines::default(), Vec::new(), 0);
    let listed = tenant.all(INVOICES, &WITH_LINES, |invoice| {
        let listed = invoice.get("lines").and_then(Json::list).unwrap_or_default();
        let is_enough = !listed.is_empty() && !invoice.is_true("contains_calculated_quantity");
        let is_disabled = invoice.is_true("disabled");
        n_disabled += usize::from(is_disabled);
        if is_enough || is_disabled {
            let inside = listed.into_iter().filter_map(Json::object);
            inside.for_each(|line| lines.add(invoice, &line));
        } else {
            alone.push(invoice.text("id"));
        }
    });
    let mut counts = vec![listed.await?];
    for (position, id) in alone.iter().enumerate() {
        let what =
            format!("recurring invoice {} of {} that are read alone", position + 1, alone.len());
        let address = tenant.base.at("RecurringInvoice/{}", &[id]);
        let ask = Ask::get(&what, address.with(&[("includedetails", "true")]));
        let answer = tenant.signed_in.ask(ask).await?;
        let (invoice, inside) = pages::rows(&what, &answer, "lines")?;
        inside.iter().for_each(|line| lines.add(&invoice, line));
    }
    counts.push(Count::tied("lines", lines.rows.len(), None)?);
    let notes = lines.notes(n_disabled);
    let mut sheet = Sheet::new(&COLUMNS);
    lines.rows.into_iter().for_each(|cells| sheet.push(cells));
    let export = Export { name: "recurring".to_owned(), about: About::Both, sheet };
    Ok(Gathered { exports: vec![export], counts, notes })
}

impl Lines {
    fn add(&mut self, invoice: &Object<'_>, line: &Object<'_>) {
        let worked_out = line.text("recurring_invoice_quantity_type");
        self.n_worked_out += usize::from(!matches!(worked_out.as_str(), "" | "0"));
        let period = self.period(invoice, line);
        let or_header = |name: &str| {
            let own = line.text(name);
            if own.is_empty() { invoice.text(name) } else { own }
        };
        let cell = |column: &str| match column {
            // Ids of lines are not known to be unique by themselves.
            LINE => format!("{}/{}", invoice.text("id"), line.text("id")),
            "client_id" | "client_name" | "contract_ref" => invoice.text(column),
            "ihid" => invoice.text("id"),
            "currency_code_name" => or_header(column),
            "disabled" => invoice.text(column),
            "startdate" | "enddate" => line.day_text(column),
            "billingperiod" => period.clone(),
            "item_shortdescription" => {
                let short = line.text(column);
                if short.is_empty() { line.text("item_longdescription") } else { short }
            }
            other => line.number(other),
        };
        self.rows.push(COLUMNS.iter().map(|column| cell(column)).collect());
    }

    /// The word of a period: Halo gives numbers, of which the one for a month alone is known.
    fn period(&mut self, invoice: &Object<'_>, line: &Object<'_>) -> String {
        let own = line.text("billingperiod");
        let number = if matches!(own.as_str(), "" | "0") { invoice.text("period") } else { own };
        match number.as_str() {
            "1" => "Monthly".to_owned(),
            "" => number,
            _ => {
                self.no_period.add(&number);
                number
            }
        }
    }

    fn notes(&self, n_disabled: usize) -> Vec<String> {
        let worked_out = "lines whose quantity Halo works out when it invoices, and which may be older until then";
        let periods =
            "lines whose billing period is a number that nobody explains, taken as monthly";
        let none = "HaloPSA shows no line of a recurring invoice: an agent who may not see them gets the same answer";
        let notes = [
            self.rows.is_empty().then(|| none.to_owned()),
            counted(worked_out, self.n_worked_out),
            counted("recurring invoices that are disabled and invoice nothing", n_disabled),
            self.no_period.sentence(periods),
        ];
        notes.into_iter().flatten().collect()
    }
}

async fn check(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Vec<Count>, Trouble> {
    let tenant = Halo::find(told, asker, wanted).await?;
    let mut counts = Vec::new();
    for (what, list, rows_in) in [("clients", "Client", "clients"), INVOICES] {
        let answer = tenant.page((what, list), &[], 1, 1).await?;
        let (about, rows) = pages::rows(what, &answer, rows_in)?;
        let n_rows = about.count("record_count").unwrap_or(rows.len());
        counts.push(Count { what: what.to_owned(), received: n_rows, said: Some(n_rows) });
    }
    Ok(counts)
}

fn cure(ask: &Ask, answer: &Answer) -> String {
    let path = ask.address().path();
    let said = said::of(answer).to_lowercase();
    match answer.status {
        400 | 401 if path.ends_with("/token") && said.contains("scope") => {
            "the application was not given these permissions: compare `scope` with what stands at the application"
        }
        400..=403 if path.ends_with("/token") => {
            "the Client ID or the Client Secret is wrong, or the application is not of the kind Client ID and Secret \
             (Services): look under Configuration › Integrations › HaloPSA API"
        }
        401 => "the token was refused twice: is the application, or the agent it acts as, still active?",
        403 => {
            "the application's permissions (read:customers, read:invoices) or those of the agent it acts as do not \
             let it see this"
        }
        404 => "no HaloPSA answers here: `host` is the address at which you open Halo",
        _ => "",
    }
    .to_owned()
}
