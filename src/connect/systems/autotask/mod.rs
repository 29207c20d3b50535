//! Autotask: the units of contract services and of bundles, each for the days it holds.
//!
//! A unit row says how many and from when to when; the price stands at the contract's service, its name at the
//! service, the words for numbers at the entity, and bundles are apart: they are joined here into the columns of the
//! contract service units' export. A bundle's id has `bundle-` before it, since services have the same numbers.

mod units;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::address::Address;
use crate::ask::{Answer, Ask, Body, Keep, ReadingPost, reading_posts};
use crate::json::{self, Object};
use crate::pages::{self, Seen, within};
use crate::said;
use crate::sheet::Sheet;
use crate::signed_in::good;
use crate::source::{
    About, Asker, Count, Export, Gathered, Holds, Manners, Setting, System, Told, Wanted,
};
use crate::trouble::Trouble;
use seatdrift_core::domain::Side;

pub(crate) static SYSTEM: System = System {
    word: "autotask",
    title: "Autotask PSA",
    side: Side::Psa,
    holds: Holds::Months,
    settings: &[
        Setting {
            name: "user",
            words: "the user name of an API user, which looks like a mail address",
            usual: None,
        },
        Setting {
            name: "integration_code",
            words: "the tracking identifier of that API user",
            usual: None,
        },
        Setting { name: "host", words: "the host that knows each user's zone", usual: Some(HOST) },
    ],
    secrets: &[Setting {
        name: "secret",
        words: "the password (secret) of that API user",
        usual: None,
    }],
    rights: "an API User (API-only) with a security level that may view all Companies, Contracts and Admin › Products \
             and Services; a level that may see less gets empty answers, not errors",
    hosts: &[".autotask.net"],
    manners: Manners { per_hour: Some(5000), status, ..Manners::USUAL },
    read: |told, asker, wanted| Box::pin(read(told, asker, wanted)),
    check: |told, asker, wanted| Box::pin(check(told, asker, wanted)),
    cure,
};

const HOST: &str = "https://webservices2.autotask.net";

/// Largest page.
///
/// Source: Autotask REST API, `MaxRecords`.
const PAGE: usize = 500;

/// The status that an answer means: who has no zone gets an error of the server, as if it might pass.
fn status(answer: &Answer) -> u16 {
    let is_unknown = answer.status == 500 && said::of(answer).to_lowercase().contains("zone");
    if is_unknown { 404 } else { answer.status }
}

/// One tenant.
struct Autotask<'a> {
    asker: &'a Asker,
    base: Address,
    told: &'a Told,
    page_size: usize,
}

impl<'a> Autotask<'a> {
    /// Finds the zone of the user, and looks how much of the hour is used before anything is asked there.
    async fn find(told: &'a Told, asker: &'a Asker, wanted: Wanted) -> Result<Self, Trouble> {
        let host = told.address_or("host", HOST)?;
        let what = "the zone of the user";
        let zones = host.at("atservicesrest/v1.0/zoneInformation", &[]);
        let ask = Ask::get(what, zones.with(&[("user", told.setting("user")?)]));
        let answer = good(&SYSTEM, &ask, asker.ask(ask.clone()).await?)?;
        let zone = json::read(what, &answer.body)?.object();
        let url = zone.map(|zone| zone.text("url")).unwrap_or_default();
        let base = asker.named_by_server(what, &url)?;
        let tenant = Self { asker, base, told, page_size: wanted.page(PAGE) };
        tenant.look_before().await?;
        Ok(tenant)
    }

    async fn send(&self, ask: Ask) -> Result<Answer, Trouble> {
        let ask = ask
            .key("secret", "", self.told.secret("secret")?)
            .header("username", self.told.setting("user")?)
            .header("apiintegrationcode", self.told.setting("integration_code")?);
        good(&SYSTEM, &ask, self.asker.ask(ask.clone()).await?)
    }

    /// Leaves a tenant alone of whose hour others have used three quarters: above its end Autotask shuts everybody
    /// out.
    async fn look_before(&self) -> Result<(), Trouble> {
        let what = "how much of the hour is used";
        let address = self.base.at("V1.0/ThresholdInformation", &[]);
        // Asked anew when a pull goes on.
        let answer = self.send(Ask::get(what, address).kept(Keep::Without(&[]))).await?;
        let said = json::read(what, &answer.body)?.object();
        let said = said.and_then(|said| {
            Some((
                said.count("currentTimeframeRequestCount")?,
                said.count("externalRequestThreshold")?,
            ))
        });
        match said {
            Some((used, most)) if used * 4 >= most * 3 => Err(Trouble::CannotBeRead(format!(
                "Autotask: {used} of the {most} requests an hour are used by other integrations, and above that it \
                 shuts all of them out: pull again in an hour"
            ))),
            Some(_) => Ok(()),
            None => Err(Trouble::not_understood(what, "counts of requests", "none")),
        }
    }

    /// Every row of an entity that fits, walked by id; `row` is told each once.
    async fn all(
        &self,
        entity: &str,
        fields: &[&str],
        filter: Vec<Value>,
        mut row: impl FnMut(&Object<'_>),
    ) -> Result<Count, Trouble> {
        let (mut seen, mut last, mut page) = (Seen::default(), None, 1);
        loop {
            let mut fits = filter.clone();
            fits.extend(last.map(|id: i64| json!({ "op": "gt", "field": "id", "value": id })));
            let what = format!("{entity}, page {page}");
            let asked =
                json!({ "MaxRecords": self.page_size, "IncludeFields": fields, "filter": fits });
            let answer = self.post(&what, &reading_posts::AUTOTASK_QUERY, entity, &asked).await?;
            let (about, rows) = pages::rows(&what, &answer, "items")?;
            let n_before = seen.len();
            for one in &rows {
                let id = one.text("id");
                let number: i64 = id
                    .parse()
                    .map_err(|_| Trouble::not_understood(&what, "a row with an id", "none"))?;
                last = last.max(Some(number));
                if seen.is_new(&id) {
                    row(one);
                }
            }
            let next = about.get("pageDetails").and_then(json::Json::object);
            let has_next = next.is_some_and(|next| !next.text("nextPageUrl").is_empty());
            if seen.len() == n_before || !has_next && rows.len() < self.page_size {
                let said = self.count(entity, &filter).await?;
                return Count::tied(entity, seen.len(), Some(said));
            }
            page += 1;
            within(entity, page)?;
        }
    }

    async fn count(&self, entity: &str, filter: &[Value]) -> Result<usize, Trouble> {
        let what = format!("the number of {entity}");
        let asked = json!({ "filter": filter });
        let answer = self.post(&what, &reading_posts::AUTOTASK_COUNT, entity, &asked).await?;
        let said = json::read(&what, &answer.body)?.object();
        let said = said.and_then(|said| said.count("queryCount"));
        said.ok_or_else(|| Trouble::not_understood(&what, "a count", "none"))
    }

    async fn post(
        &self,
        what: &str,
        post: &ReadingPost,
        entity: &str,
        asked: &Value,
    ) -> Result<Answer, Trouble> {
        self.send(Ask::post(what, post, &self.base, &[entity], Body::json(asked))).await
    }

    /// The words of a field's numbers, which differ from tenant to tenant.
    async fn labels(&self, entity: &str, field: &str) -> Result<BTreeMap<String, String>, Trouble> {
        let what = format!("the words of {field}");
        let address = self.base.at("V1.0/{}/entityInformation/fields", &[entity]);
        let answer = self.send(Ask::get(&what, address)).await?;
        let (_, fields) = pages::rows(&what, &answer, "fields")?;
        let found = fields.iter().find(|one| one.text("name").eq_ignore_ascii_case(field));
        let values =
            found.and_then(|one| one.get("picklistValues")).map(|list| list.objects(&what));
        let values = values.transpose()?.unwrap_or_default();
        Ok(values.iter().map(|one| (one.text("value"), one.text("label"))).collect())
    }
}

/// Every row there is.
fn every() -> Vec<Value> {
    vec![json!({ "op": "exist", "field": "id" })]
}

/// The rows that hold on any day from one to another.
fn between(first: Date, last: Date) -> Vec<Value> {
    vec![
        json!({ "op": "lte", "field": "startDate", "value": last.to_string() }),
        json!({ "op": "gte", "field": "endDate", "value": first.to_string() }),
    ]
}

async fn read(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Gathered, Trouble> {
    let tenant = Autotask::find(told, asker, wanted).await?;
    let mut gathered = Gathered::default();
    let rows = units::rows(&tenant, wanted, &mut gathered.counts).await?;
    let (mut month, mut day) =
        (Sheet::new(&units::COLUMNS), Sheet::new(&units::columns_of_a_day()));
    rows.of_month(wanted.month).for_each(|line| month.push(line.cells()));
    rows.of_day(wanted.day).for_each(|line| day.push(line.cells_of_a_day()));
    gathered.notes = rows.notes(wanted);
    gathered.exports.push(Export { name: "units".to_owned(), about: About::Month, sheet: month });
    if wanted.is_running() {
        gathered.exports.push(Export { name: "seats".to_owned(), about: About::Day, sheet: day });
    }
    Ok(gathered)
}

async fn check(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Vec<Count>, Trouble> {
    let tenant = Autotask::find(told, asker, wanted).await?;
    let mut counts = Vec::new();
    for (entity, filter) in [
        ("Companies", every()),
        ("Contracts", every()),
        ("ContractServices", every()),
        ("Services", every()),
        ("ContractServiceUnits", between(wanted.day, wanted.day)),
        ("ContractServiceBundleUnits", between(wanted.day, wanted.day)),
    ] {
        let said = tenant.count(entity, &filter).await?;
        counts.push(Count { what: entity.to_owned(), received: said, said: Some(said) });
    }
    // Each tenant is a company itself.
    match counts.iter().find(|count| count.received == 0 && count.what == "Companies") {
        Some(_) => Err(Trouble::CannotBeRead(format!(
            "Autotask shows this API user no company at all: its security level lets it see none. It needs {}",
            SYSTEM.rights
        ))),
        None => Ok(counts),
    }
}

fn cure(ask: &Ask, answer: &Answer) -> String {
    let is_zone = ask.address().path().ends_with("/zoneInformation");
    match answer.status {
        _ if is_zone && said::of(answer) != said::WEB_PAGE => {
            "no zone knows this user: compare `user` with the user name of the API user, which ends in a domain"
        }
        401 => {
            "the secret or the integration code is wrong, or the user is locked: both stand at the API user \
             (Admin › Resources › API User), and the secret can be made anew there"
        }
        403 => {
            "the API user may not read this: its security level has to view Companies, Contracts and Products and \
             Services"
        }
        404 | 405 => "the host answers, but not as the Autotask API: leave `host` out of seatdrift.toml",
        _ => "",
    }
    .to_owned()
}
