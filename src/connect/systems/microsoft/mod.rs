//! Microsoft: what a month costs by the export of its invoices (Graph), and the seats of the day by the
//! subscriptions of each customer (Partner Center).
//!
//! Both give the columns of the reconciliation file. Subscriptions name no price: it is that of the charge for the
//! same subscription in the same pull, where there is one.

mod charges;
mod export;
mod seats;

use percent_encoding::percent_decode_str;

use crate::address::Address;
use crate::ask::{Answer, Ask, Body, Keep, reading_posts};
use crate::json::{Json, Object};
use crate::pages::{self, Seen, within};
use crate::said;
use crate::signed_in::SignedIn;
use crate::source::{
    About, Asker, Count, Export, Gathered, Holds, Manners, Setting, System, Told, Wanted,
};
use crate::trouble::Trouble;
use seatdrift_core::domain::Side;

pub(crate) static SYSTEM: System = System {
    word: "microsoft",
    title: "Microsoft Partner Center",
    side: Side::Vendor,
    holds: Holds::Months,
    settings: &[
        Setting { name: "tenant", words: "the id of your partner tenant (a GUID)", usual: None },
        Setting {
            name: "client_id",
            words: "the Application (client) ID of the app registration",
            usual: None,
        },
        Setting {
            name: "currency",
            words: "the currency that Microsoft bills you in",
            usual: Some(CURRENCY),
        },
        Setting { name: "login_host", words: "where tokens are given", usual: Some(LOGIN) },
        Setting { name: "graph_host", words: "Microsoft Graph", usual: Some(GRAPH) },
        Setting {
            name: "partner_center_host",
            words: "Partner Center's API",
            usual: Some(PARTNER),
        },
    ],
    secrets: &[Setting {
        name: "client_secret",
        words: "the value (not the id) of a client secret of that app registration",
        usual: None,
    }],
    rights: "an app registration of the partner tenant with the application permission PartnerBilling.Read.All of \
             Microsoft Graph and admin consent, added in Partner Center under Account settings › App management; no \
             user signs in",
    hosts: &[
        "login.microsoftonline.com",
        "graph.microsoft.com",
        "api.partnercenter.microsoft.com",
        ".blob.core.windows.net",
    ],
    // 500 a minute and tenant.
    manners: Manners { per_second: 4, ..Manners::USUAL },
    read: |told, asker, wanted| Box::pin(read(told, asker, wanted)),
    check: |told, asker, wanted| Box::pin(check(told, asker, wanted)),
    cure,
};

const LOGIN: &str = "https://login.microsoftonline.com";
const GRAPH: &str = "https://graph.microsoft.com";
const PARTNER: &str = "https://api.partnercenter.microsoft.com";
const CURRENCY: &str = "USD";

/// Largest page of customers.
///
/// Source: Partner Center REST, "Get a list of customers".
const PAGE: usize = 500;

/// One tenant.
struct Microsoft<'a> {
    asker: &'a Asker,
    told: &'a Told,
    graph: SignedIn<'a>,
    graph_base: Address,
    partner: SignedIn<'a>,
    partner_base: Address,
    page_size: usize,
}

impl<'a> Microsoft<'a> {
    fn new(told: &'a Told, asker: &'a Asker, wanted: Wanted) -> Result<Self, Trouble> {
        let graph_base = told.address_or("graph_host", GRAPH)?.at("v1.0", &[]);
        let partner_base = told.address_or("partner_center_host", PARTNER)?.at("v1", &[]);
        Ok(Self {
            graph: signed_in(told, asker, "a token for Graph", GRAPH)?,
            partner: signed_in(told, asker, "a token for Partner Center", PARTNER)?,
            asker,
            told,
            graph_base,
            partner_base,
            page_size: wanted.page(PAGE),
        })
    }

    /// Every row of a list of Partner Center; `row` is told each once.
    async fn all(&self, list: &str, mut row: impl FnMut(&Object<'_>)) -> Result<Count, Trouble> {
        let (mut seen, mut page, mut said) = (Seen::default(), 1, None);
        let mut next = Next::first(self.page_size);
        loop {
            let what = format!("{list}, page {page}");
            let answer =
                self.partner.ask(next.ask(&what, &self.partner_base.at(list, &[]))).await?;
            let (about, rows) = pages::rows(&what, &answer, "items")?;
            let n_before = seen.len();
            for one in &rows {
                if seen.is_new(&one.text("id")) {
                    row(one);
                }
            }
            // It counts the rows of the page, or all of them: never more than there are.
            said = said.max(about.count("totalCount"));
            let is_new = seen.len() > n_before;
            let is_short = said.is_some_and(|said| seen.len() < said);
            next = match Next::of(&about) {
                Some(_) if !is_new => {
                    return Err(Trouble::not_understood(
                        &what,
                        "other rows",
                        "the page before again",
                    ));
                }
                Some(named) => named,
                None if is_short && is_new => Next::offset(self.page_size, seen.len()),
                None => return Count::tied(list, seen.len(), said),
            };
            page += 1;
            within(list, page)?;
        }
    }
}

fn signed_in<'a>(
    told: &Told,
    asker: &'a Asker,
    what: &str,
    audience: &str,
) -> Result<SignedIn<'a>, Trouble> {
    let login = told.address_or("login_host", LOGIN)?;
    let body = Body::form(&[
        ("client_id", told.setting("client_id")?),
        ("client_secret", told.secret("client_secret")?.expose()),
        ("scope", &format!("{audience}/.default")),
        ("grant_type", "client_credentials"),
    ]);
    let tenant = told.setting("tenant")?;
    let token = Ask::post(what, &reading_posts::MICROSOFT_TOKEN, &login, &[tenant], body);
    Ok(SignedIn::new(asker, &SYSTEM, token, ("access_token", None)))
}

/// How the next page of a list is asked for.
struct Next {
    query: Vec<(String, String)>,
    /// A header that a page before named.
    token: Option<String>,
}

impl Next {
    fn first(size: usize) -> Self {
        Self { query: vec![("size".to_owned(), size.to_string())], token: None }
    }

    fn offset(size: usize, offset: usize) -> Self {
        let mut next = Self::first(size);
        next.query.push(("offset".to_owned(), offset.to_string()));
        next
    }

    /// What an answer names as the next page. Of its address the query alone is taken, so that it leads nowhere
    /// else.
    fn of(about: &Object<'_>) -> Option<Self> {
        let links = about.get("links").and_then(Json::object)?;
        let next = links.get("next").and_then(Json::object)?;
        let uri = next.text("uri");
        let (_, query) = uri.split_once('?').unwrap_or_default();
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let query = pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
        let headers = next.get("headers").and_then(Json::list).unwrap_or_default();
        let mut headers = headers.into_iter().filter_map(Json::object);
        let token =
            headers.find(|one| one.text("key").eq_ignore_ascii_case("MS-ContinuationToken"));
        Some(Self { query, token: token.map(|one| one.text("value")) })
    }

    fn ask(&self, what: &str, list: &Address) -> Ask {
        let query: Vec<(&str, &str)> =
            self.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let ask = Ask::get(what, list.with(&query)).header("accept", "application/json");
        match &self.token {
            // Its address is that of every further page: a pull that goes on asks anew.
            Some(token) => {
                ask.header("ms-continuationtoken", token.as_str()).kept(Keep::Without(&[]))
            }
            None => ask,
        }
    }
}

async fn read(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Gathered, Trouble> {
    let tenant = Microsoft::new(told, asker, wanted)?;
    let mut gathered = Gathered::default();
    let prices = charges::read(&tenant, wanted, &mut gathered).await?;
    if wanted.is_running() {
        let sheet = seats::read(&tenant, &prices, wanted, &mut gathered).await?;
        gathered.exports.push(Export { name: "seats".to_owned(), about: About::Day, sheet });
    }
    Ok(gathered)
}

async fn check(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Vec<Count>, Trouble> {
    let tenant = Microsoft::new(told, asker, Wanted { page_size: PAGE, ..wanted })?;
    let mut counts = Vec::new();
    for list in ["customers", "invoices"] {
        counts.push(tenant.all(list, |_| ()).await?);
    }
    // An export that nobody asked for is not there: who may not read any is told so first.
    let operation = export::operation(&tenant, "00000000-0000-0000-0000-000000000000");
    let ask = Ask::get("the right to read billing", operation).kept(Keep::Without(&[]));
    match tenant.graph.ask(ask).await {
        Ok(_) | Err(Trouble::Refused { status: 400 | 404, .. }) => Ok(counts),
        Err(other) => Err(other),
    }
}

fn cure(ask: &Ask, answer: &Answer) -> String {
    let path = ask.address().path();
    let body = String::from_utf8_lossy(&answer.body);
    let says = |word: &str| body.contains(word);
    if path.ends_with("/oauth2/v2.0/token") && answer.status != 404 {
        return token_cure(&said::of(answer)).to_owned();
    }
    let is_graph = path.contains("/reports/partners/");
    match answer.status {
        _ if ask.address().is_signed() => {
            "the link to the rows has run out or was refused: pull again, it asks for a new one"
        }
        401 if says("900421") => {
            "Partner Center refuses whoever signs in for a user without MFA: the app has to sign in by itself, and \
             be added under Account settings › App management"
        }
        401 | 403 if is_graph => {
            "the app may not read billing: give it the application permission PartnerBilling.Read.All of Microsoft \
             Graph, and have an administrator consent"
        }
        401 | 403 => {
            "the app may not read this: add it in Partner Center under Account settings › App management, in the \
             tenant that sells (indirect resellers have no invoices)"
        }
        404 if path.ends_with("/subscriptions") => {
            "the customer is gone since the list was read: pull again"
        }
        404 => "the host answers, but not as Microsoft's API: leave the hosts out of seatdrift.toml",
        _ => "",
    }
    .to_owned()
}

/// What to do about a token that is not given, by the code in Microsoft's sentence.
fn token_cure(said: &str) -> &'static str {
    let says = |code: &str| said.contains(code);
    if says("AADSTS7000222") {
        "the client secret has expired: make a new one at the app registration"
    } else if says("AADSTS7000215") {
        "the client secret is wrong: its value is needed, not its id, and it is shown once"
    } else if says("AADSTS700016") {
        "the tenant knows no such app: compare `client_id` and `tenant`"
    } else if says("AADSTS90002") || says("AADSTS900023") {
        "there is no such tenant: compare `tenant`"
    } else {
        "no token was given: compare `tenant`, `client_id` and the client secret"
    }
}
