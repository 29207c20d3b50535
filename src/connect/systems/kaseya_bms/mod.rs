//! Kaseya BMS: the lines of a month's invoices.
//!
//! Recurring services, which are what will be billed, can be written through the API and not read. So a pull gives
//! what was invoiced, in columns that are understood by their names, and not the rows of the service grid's export:
//! the two are the same only where every service was invoiced as it stands there. What is in force on a day comes
//! from that export alone.

mod lines;

use std::cell::Cell;

use serde_json::json;

use crate::address::Address;
use crate::ask::{Answer, Ask, Body, reading_posts};
use crate::json::{self, Json, Object};
use crate::pages::{self, Seen, within};
use crate::said;
use crate::signed_in::SignedIn;
use crate::source::{Asker, Count, Gathered, Holds, Manners, Setting, System, Told, Wanted};
use crate::trouble::Trouble;
use seatdrift_core::domain::Side;

pub(crate) static SYSTEM: System = System {
    word: "kaseya-bms",
    title: "Kaseya BMS",
    side: Side::Psa,
    holds: Holds::Months,
    settings: &[
        Setting {
            name: "host",
            words: "the API's host: api.bms, api.bmsemea or api.bmsapac .kaseya.com",
            usual: Some(HOST),
        },
        Setting { name: "tenant", words: "the company name you sign in with", usual: None },
        Setting { name: "user", words: "the user name of an API employee", usual: None },
    ],
    secrets: &[Setting {
        name: "password",
        words: "the password of that API employee, which signs in without MFA",
        usual: None,
    }],
    rights: "an API employee whose role has Special Features › Has API Access and may view CRM › Accounts, Finance › \
             Contracts and Finance › Invoices; nothing else",
    hosts: &[
        "api.bms.kaseya.com",
        "api.bmsemea.kaseya.com",
        "api.bmsapac.kaseya.com",
        "api.vorexlogin.com",
    ],
    // Half of 1,500 an hour, which it counts by endpoint.
    manners: Manners { per_second: 2, per_hour: Some(750), status, ..Manners::USUAL },
    read: |told, asker, wanted| Box::pin(read(told, asker, wanted)),
    check: |told, asker, wanted| Box::pin(check(told, asker, wanted)),
    cure,
};

const HOST: &str = "https://api.bms.kaseya.com";

/// Largest page that is asked for; none is documented.
const PAGE: usize = 100;

/// The status that an answer means: refusals come in answers of 200.
fn status(answer: &Answer) -> u16 {
    let said = json::read("", &answer.body).ok().and_then(Json::object);
    let is_refused = said.as_ref().is_some_and(|said| said.text("success") == "false");
    if answer.status != 200 || !is_refused {
        return answer.status;
    }
    let code = said.map(|said| said.inner("error", "code")).and_then(|code| code.parse().ok());
    match code {
        Some(code @ (401 | 403 | 404 | 429 | 500..=599)) => code,
        _ if said::of(answer).to_lowercase().contains("token") => 401,
        _ => 400,
    }
}

/// One tenant.
struct Bms<'a> {
    signed_in: SignedIn<'a>,
    base: Address,
    page_size: usize,
    /// The number of the first page, which is not documented: 1, unless rows are missing then.
    first_page: Cell<usize>,
}

impl<'a> Bms<'a> {
    fn new(told: &Told, asker: &'a Asker, wanted: Wanted) -> Result<Self, Trouble> {
        let base = told.address_or("host", HOST)?;
        let body = Body::form(&[
            ("GrantType", "password"),
            ("UserName", told.setting("user")?),
            ("Password", told.secret("password")?.expose()),
            ("Tenant", told.setting("tenant")?),
        ]);
        let token = Ask::post("a token", &reading_posts::BMS_TOKEN, &base, &[], body)
            .header("accept", "application/json");
        let signed_in = SignedIn::new(asker, &SYSTEM, token, ("result", Some("accessToken")));
        Ok(Self { signed_in, base, page_size: wanted.page(PAGE), first_page: Cell::new(1) })
    }

    /// One page of a list.
    async fn page(
        &self,
        (what, path): (&str, &str),
        filter: &[(&str, &str)],
        page: usize,
    ) -> Result<Answer, Trouble> {
        let (number, size) = (page.to_string(), self.page_size.to_string());
        let mut query = filter.to_vec();
        query.extend([("PageSize", &*size), ("PageNumber", &*number)]);
        let what = format!("{what}, page {page}");
        let ask = Ask::get(what, self.base.at(path, &[]).with(&query));
        self.signed_in.ask(ask.header("accept", "application/json")).await
    }

    /// Every row of a list; `row` is told each once.
    async fn all(
        &self,
        (what, path): (&str, &str),
        filter: &[(&str, &str)],
        mut row: impl FnMut(&Object<'_>),
    ) -> Result<Count, Trouble> {
        let mut walk = Walk::default();
        loop {
            let page = self.first_page.get() + walk.n_pages;
            let answer = self.page((what, path), filter, page).await?;
            if walk.is_last(what, &answer, &mut row)? {
                break;
            }
        }
        // Of a list that says how many rows it has it is seen whether pages count from 0.
        let is_short = walk.said.is_some_and(|said| walk.seen.len() < said);
        if is_short && self.first_page.get() == 1 {
            let answer = self.page((what, path), filter, 0).await?;
            let n_before = walk.seen.len();
            walk.take(what, &answer, &mut row)?;
            if walk.seen.len() > n_before {
                self.first_page.set(0);
            }
        }
        Count::tied(what, walk.seen.len(), walk.said)
    }

    /// The lines of some invoices; `row` is told each once.
    async fn lines(
        &self,
        invoices: &[&str],
        mut row: impl FnMut(&Object<'_>),
    ) -> Result<usize, Trouble> {
        let mut walk = Walk { again: Again::TheEnd, ..Walk::default() };
        loop {
            let page = self.first_page.get() + walk.n_pages;
            let what = format!("invoice lines, page {page}");
            let asked = json!({
                "PageSize": self.page_size,
                "PageNumber": page,
                "Filter": { "ListInvoiceIds": invoices.join(",") },
            });
            let body = Body::json(&asked);
            let ask = Ask::post(&what, &reading_posts::BMS_INVOICE_LINES, &self.base, &[], body);
            let answer = self.signed_in.ask(ask.header("accept", "application/json")).await?;
            if walk.is_last(&what, &answer, &mut row)? {
                return Ok(walk.seen.len());
            }
        }
    }
}

/// What a whole page is that came before, where nobody counts the rows.
#[derive(Default, PartialEq, Eq)]
enum Again {
    /// A fault: what lies behind it is not known.
    #[default]
    Wrong,
    /// The end: what is missing then is seen by what the rows come to.
    TheEnd,
}

/// Pages that go on until there is nothing more.
#[derive(Default)]
struct Walk {
    again: Again,
    seen: Seen,
    n_pages: usize,
    longest: usize,
    said: Option<usize>,
}

impl Walk {
    /// Takes a page in; how many rows it has.
    fn take(
        &mut self,
        what: &str,
        answer: &Answer,
        row: &mut impl FnMut(&Object<'_>),
    ) -> Result<usize, Trouble> {
        let (about, rows) = pages::rows(what, answer, "result")?;
        self.said = self.said.max(about.count("totalRecords"));
        for one in &rows {
            if self.seen.is_new(&one.text("id")) {
                row(one);
            }
        }
        Ok(rows.len())
    }

    /// Takes a page in; whether it is the last.
    fn is_last(
        &mut self,
        what: &str,
        answer: &Answer,
        row: &mut impl FnMut(&Object<'_>),
    ) -> Result<bool, Trouble> {
        let n_before = self.seen.len();
        let n_rows = self.take(what, answer, row)?;
        let is_new = self.seen.len() > n_before;
        let is_whole = n_rows > 0 && n_rows >= self.longest;
        if !is_new && is_whole && self.said.is_none() && self.again == Again::Wrong {
            return Err(Trouble::not_understood(what, "other rows", "a page that came before"));
        }
        self.n_pages += 1;
        self.longest = self.longest.max(n_rows);
        within(what, self.n_pages)?;
        Ok(!is_new || self.said.is_some_and(|said| self.seen.len() >= said))
    }
}

const ACCOUNTS: (&str, &str) = ("accounts", "v2/crm/accounts/summary");
const CONTRACTS: (&str, &str) = ("contracts", "v2/finance/contracts/summary");
const INVOICES: (&str, &str) = ("invoices", "v2/finance/invoices/summary");

async fn read(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Gathered, Trouble> {
    let tenant = Bms::new(told, asker, wanted)?;
    let mut gathered = Gathered::default();
    let known = lines::known(&tenant, wanted, &mut gathered.counts).await?;
    lines::read(&tenant, &known, wanted, &mut gathered).await?;
    Ok(gathered)
}

async fn check(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Vec<Count>, Trouble> {
    let tenant = Bms::new(told, asker, Wanted { page_size: PAGE, ..wanted })?;
    let mut counts = Vec::new();
    for (what, path) in [ACCOUNTS, CONTRACTS, INVOICES] {
        let answer = tenant.page((what, path), &[], 1).await?;
        let (about, rows) = pages::rows(what, &answer, "result")?;
        // Invoices are not counted: there are as many as a page holds, or more.
        let said = about.count("totalRecords");
        let received = said.unwrap_or(rows.len());
        counts.push(Count { what: what.to_owned(), received, said });
    }
    Ok(counts)
}

fn cure(ask: &Ask, answer: &Answer) -> String {
    let is_token = ask.address().path().ends_with("/authenticate");
    match answer.status {
        400..=403 if is_token => {
            "the company name, the user or the password is wrong, the user has MFA, or the host is another region's: \
             api.bms, api.bmsemea or api.bmsapac .kaseya.com"
        }
        401 => "the token was refused twice: is the API employee still active?",
        403 => {
            "the role of the API employee may not see this: Special Features › Has API Access, and view rights for \
             Accounts, Contracts and Invoices"
        }
        404 => "the host answers, but not as the BMS API: it is api.bms, api.bmsemea or api.bmsapac .kaseya.com",
        400 => "BMS refuses it in these words: `pull --record DIR` keeps what it said, to show",
        429 => "the 1,500 requests of this hour are used up: pull again in an hour",
        _ => "",
    }
    .to_owned()
}
