//! Sherweb: what it charges for a month, and the subscriptions of the day.
//!
//! There is no export of Sherweb's that `ingest` knows by its headers: the columns are called so that each is
//! understood by its name. Whose a charge is stands in its tags; a client has no id there, so its name is the key on
//! both sheets. Subscriptions name no price: it is that of the charges for the same client and SKU, where they have
//! one.

use std::collections::BTreeMap;

use crate::address::Address;
use crate::ask::{Answer, Ask, Body, reading_posts};
use crate::json::{Json, Object};
use crate::pages::{self, Seen};
use crate::periods;
use crate::said;
use crate::sheet::Sheet;
use crate::signed_in::SignedIn;
use crate::source::{
    About, Asker, Count, Export, Gathered, Holds, LINE, Manners, Setting, System, Told, Wanted,
};
use crate::trouble::Trouble;
use crate::words::counted;
use seatdrift_core::domain::Side;

pub(crate) static SYSTEM: System = System {
    word: "sherweb",
    title: "Sherweb",
    side: Side::Vendor,
    holds: Holds::Months,
    settings: &[
        Setting { name: "client_id", words: "the Client ID of the API application", usual: None },
        Setting { name: "host", words: "the API's host", usual: Some(HOST) },
    ],
    secrets: &[
        Setting {
            name: "client_secret",
            words: "the Client Secret of the API application",
            usual: None,
        },
        Setting {
            name: "subscription_key",
            words: "the gateway subscription key that stands beside it",
            usual: None,
        },
    ],
    rights: "an API application (Cumulus › Security › APIs) for the distributor's and the service provider's API, \
             which are the scopes distributor and service-provider",
    hosts: &["api.sherweb.com"],
    manners: Manners { per_second: 2, ..Manners::USUAL },
    read: |told, asker, wanted| Box::pin(read(told, asker, wanted)),
    check: |told, asker, wanted| Box::pin(check(told, asker, wanted)),
    cure,
};

const HOST: &str = "https://api.sherweb.com";

/// The columns of a charge.
const COLUMNS: [&str; 13] = [
    "Customer Name",
    "Product Name",
    "SKU",
    "Charge Name",
    "Charge Type",
    "Billing Cycle",
    "Quantity",
    "Net Price",
    "List Price",
    "Sub Total",
    "Currency",
    "Period From",
    "Period To",
];

/// What tags are called that name the client, best first. Which of them Sherweb uses is not documented.
const CLIENT_TAGS: [&str; 7] = [
    "customerdisplayname",
    "customername",
    "customer",
    "companyname",
    "company",
    "organizationname",
    "clientname",
];

/// Whose a charge is that names nobody: the MSP's own, or one of a client that Sherweb does not say.
const NOBODY: &str = "(no customer)";

/// One tenant: a token for each of the two scopes.
struct Sherweb<'a> {
    told: &'a Told,
    base: Address,
    distributor: SignedIn<'a>,
    provider: SignedIn<'a>,
}

impl<'a> Sherweb<'a> {
    fn new(told: &'a Told, asker: &'a Asker) -> Result<Self, Trouble> {
        let base = told.address_or("host", HOST)?;
        let signed_in = |scope: &str| {
            let body = Body::form(&[
                ("client_id", told.setting("client_id")?),
                ("client_secret", told.secret("client_secret")?.expose()),
                ("scope", scope),
                ("grant_type", "client_credentials"),
            ]);
            let what = format!("a token for {scope}");
            let token = Ask::post(what, &reading_posts::SHERWEB_TOKEN, &base, &[], body);
            Ok::<_, Trouble>(SignedIn::new(asker, &SYSTEM, token, ("access_token", None)))
        };
        let (distributor, provider) = (signed_in("distributor")?, signed_in("service-provider")?);
        Ok(Self { told, base, distributor, provider })
    }

    async fn get(
        &self,
        signed_in: &SignedIn<'_>,
        what: &str,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer, Trouble> {
        let key = self.told.secret("subscription_key")?;
        let ask = Ask::get(what, self.base.at(path, &[]).with(query));
        signed_in.ask(ask.key("ocp-apim-subscription-key", "", key)).await
    }

    /// The names of the clients, by their ids.
    async fn customers(&self) -> Result<BTreeMap<String, String>, Trouble> {
        let what = "customers";
        let answer = self.get(&self.provider, what, "service-provider/v1/customers", &[]).await?;
        let (_, rows) = pages::rows(what, &answer, "items")?;
        Ok(rows.iter().map(|one| (one.text("id"), one.text("displayName"))).collect())
    }

    /// What is charged in the period that holds a day.
    async fn charges(&self, wanted: Wanted) -> Result<Charges, Trouble> {
        let day = if wanted.is_running() { wanted.day } else { wanted.month.last_day() };
        let what = format!("charges of {}", wanted.month);
        let path = "distributor/v1/billing/payable-charges";
        let query = [("date", &*day.to_string())];
        let answer = self.get(&self.distributor, &what, path, &query).await?;
        let (about, rows) = pages::rows(&what, &answer, "charges")?;
        let (from, to) = (about.day("periodFrom"), about.day("periodTo"));
        if from.is_some_and(|from| day < from) || to.is_some_and(|to| to < day) {
            let found = format!("{} to {}", about.text("periodFrom"), about.text("periodTo"));
            return Err(Trouble::not_understood(
                &what,
                "the period that holds its last day",
                found,
            ));
        }
        let mut charges = Charges { sheet: Sheet::new(&COLUMNS), ..Charges::default() };
        rows.iter().for_each(|one| charges.add(one));
        Ok(charges)
    }
}

/// The charges of a month, and what they say besides.
#[derive(Default)]
struct Charges {
    sheet: Sheet,
    n_of_nobody: usize,
    /// Price and currency by client and SKU; `None` where there are several.
    prices: BTreeMap<[String; 2], Option<[String; 2]>>,
}

impl Charges {
    fn add(&mut self, one: &Object<'_>) {
        let client = client(one);
        self.n_of_nobody += usize::from(client.is_none());
        let client = client.unwrap_or_else(|| NOBODY.to_owned());
        if one.text("chargeType").eq_ignore_ascii_case("recurring") {
            let price = [one.number("netPrice"), one.text("currency")];
            let known = self.prices.entry([client.clone(), one.text("sku")]);
            let known = known.or_insert_with(|| Some(price.clone()));
            if known.as_ref().is_some_and(|known| *known != price) {
                *known = None;
            }
        }
        let cell = |column: &str| match column {
            "Customer Name" => client.clone(),
            "Product Name" => one.text("productName"),
            "SKU" => one.text("sku"),
            "Charge Name" => one.text("chargeName"),
            "Charge Type" => one.text("chargeType"),
            "Billing Cycle" => one.text("billingCycleType"),
            "Quantity" => one.number("quantity"),
            "Net Price" => one.number("netPrice"),
            "List Price" => one.number("listPrice"),
            "Sub Total" => one.number("subTotal"),
            "Currency" => one.text("currency"),
            "Period From" => one.day_text("periodFrom"),
            _ => one.day_text("periodTo"),
        };
        self.sheet.push(COLUMNS.iter().map(|column| cell(column)).collect());
    }
}

/// Whose a charge is, by its tags.
fn client(one: &Object<'_>) -> Option<String> {
    let tags = one.get("tags").and_then(Json::list).unwrap_or_default();
    let tags: Vec<Object<'_>> = tags.into_iter().filter_map(Json::object).collect();
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
    };
    CLIENT_TAGS.iter().find_map(|wanted| {
        let tag = tags.iter().find(|tag| letters(&tag.text("name")) == *wanted);
        tag.map(|tag| tag.text("value")).filter(|name| !name.trim().is_empty())
    })
}

async fn read(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Gathered, Trouble> {
    let tenant = Sherweb::new(told, asker)?;
    let mut gathered = Gathered::default();
    let mut charges = tenant.charges(wanted).await?;
    let n_charges = charges.sheet.rows.len();
    gathered.counts.push(Count::tied("charges", n_charges, None)?);
    if n_charges == 0 {
        gathered.notes.push(format!("Sherweb charges nothing in {}", wanted.month));
    }
    let of_nobody = format!("charges whose tags name no customer, under {NOBODY:?}");
    gathered.notes.extend(counted(&of_nobody, charges.n_of_nobody));
    let sheet = std::mem::take(&mut charges.sheet);
    gathered.exports.push(Export { name: "charges".to_owned(), about: About::Month, sheet });
    if wanted.is_running() {
        let sheet = seats(&tenant, &charges, wanted, &mut gathered).await?;
        gathered.exports.push(Export { name: "seats".to_owned(), about: About::Day, sheet });
    }
    Ok(gathered)
}

/// The subscriptions of each client, as charges for the period that holds the day.
async fn seats(
    tenant: &Sherweb<'_>,
    charges: &Charges,
    wanted: Wanted,
    gathered: &mut Gathered,
) -> Result<Sheet, Trouble> {
    let customers = tenant.customers().await?;
    gathered.counts.push(Count::tied("customers", customers.len(), None)?);
    let header: Vec<&str> = [LINE].into_iter().chain(COLUMNS).collect();
    let (mut sheet, mut seen, mut n_without_price) = (Sheet::new(&header), Seen::default(), 0);
    for (position, (id, client)) in customers.iter().enumerate() {
        let what = format!("subscriptions of customer {} of {}", position + 1, customers.len());
        let path = "service-provider/v1/billing/subscriptions/details";
        let answer = tenant.get(&tenant.provider, &what, path, &[("customerId", id)]).await?;
        let (_, rows) = pages::rows(&what, &answer, "items")?;
        for one in rows.iter().filter(|one| seen.is_new(&one.text("id"))) {
            let price = charges.prices.get(&[client.clone(), one.text("sku")]).cloned().flatten();
            n_without_price += usize::from(price.is_none());
            sheet.push(seat(one, client, price.as_ref(), wanted));
        }
    }
    gathered.counts.push(Count::tied("subscriptions", seen.len(), None)?);
    let without_price =
        "subscriptions with no charge, or several, in what was read, whose seats have no price";
    gathered.notes.extend(counted(without_price, n_without_price));
    Ok(sheet)
}

fn seat(
    one: &Object<'_>,
    client: &str,
    price: Option<&[String; 2]>,
    wanted: Wanted,
) -> Vec<String> {
    let cycle = one.text("billingCycle");
    let (start, end) =
        periods::around(wanted.day, one.day("purchaseDate"), periods::months(&cycle));
    let [amount, currency] = price.cloned().unwrap_or_default();
    let cells = COLUMNS.map(|column| match column {
        "Customer Name" => client.to_owned(),
        "Product Name" => one.text("productName"),
        "SKU" => one.text("sku"),
        "Charge Name" => "Subscription".to_owned(),
        "Charge Type" => "Recurring".to_owned(),
        "Billing Cycle" => cycle.clone(),
        "Quantity" => one.number("quantity"),
        "Net Price" => amount.clone(),
        "Currency" => currency.clone(),
        "Period From" => start.to_string(),
        "Period To" => end.to_string(),
        _ => String::new(),
    });
    [one.text("id")].into_iter().chain(cells).collect()
}

async fn check(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Vec<Count>, Trouble> {
    let tenant = Sherweb::new(told, asker)?;
    let charges = tenant.charges(wanted).await?.sheet.rows.len();
    let customers = tenant.customers().await?.len();
    Ok(vec![Count::tied("charges", charges, None)?, Count::tied("customers", customers, None)?])
}

fn cure(ask: &Ask, answer: &Answer) -> String {
    let path = ask.address().path();
    let said = said::of(answer).to_lowercase();
    match answer.status {
        400..=403 if path.ends_with("/token") => {
            "the Client ID or the Client Secret is wrong, or the application was not given this scope: both stand at \
             the application in Cumulus › Security › APIs"
        }
        401 | 403 if said.contains("subscription key") => {
            "the subscription key is wrong or missing: it stands beside the Client ID in Cumulus"
        }
        401 => "the token was refused twice: is the API application still there?",
        403 => "the application may not read this: it needs both the distributor's and the service provider's API",
        404 if path.ends_with("/details") => "the customer is gone since the list was read: pull again",
        404 => "the host answers, but not as the Sherweb API: leave `host` out of seatdrift.toml",
        _ => "",
    }
    .to_owned()
}
