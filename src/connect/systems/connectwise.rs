//! ConnectWise PSA: the additions of agreements that are in force, one ask an agreement.

mod rows;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use rows::{Agreement, COLUMNS, Product, cells};

use crate::address::Address;
use crate::ask::{Answer, Ask};
use crate::json::{self, Object};
use crate::pages::{Seen, within};
use crate::secret::Secret;
use crate::sheet::Sheet;
use crate::signed_in::good;
use crate::source::{
    About, Asker, Count, Export, Gathered, Holds, Manners, Setting, System, Told, Wanted,
};
use crate::trouble::Trouble;
use seatdrift_core::domain::Side;

pub(crate) static SYSTEM: System = System {
    word: "connectwise",
    title: "ConnectWise PSA",
    side: Side::Psa,
    holds: Holds::Today,
    settings: &[
        Setting {
            name: "host",
            words: "the API's host: api-na, api-eu, api-au, api-aus or api-za .myconnectwise.net, or your own server",
            usual: None,
        },
        Setting { name: "company", words: "the company id you sign in with", usual: None },
        Setting { name: "public_key", words: "the public key of an API member", usual: None },
        Setting {
            name: "client_id",
            words: "the clientId (a GUID, made once at developer.connectwise.com)",
            usual: None,
        },
    ],
    secrets: &[Setting {
        name: "private_key",
        words: "the private key that was shown once beside the public key",
        usual: None,
    }],
    rights: "an API member whose role may Inquire All in Finance › Agreements, Companies › Company Maintenance, \
             Procurement › Product Catalog, and Inquire in System › Table Setup; nothing else",
    hosts: &[".myconnectwise.net", "api-staging.connectwisedev.com"],
    manners: Manners::USUAL,
    read: |told, asker, wanted| Box::pin(read(told, asker, wanted)),
    check: |told, asker, wanted| Box::pin(check(told, asker, wanted)),
    cure,
};

/// Largest page; more is cut to it without a word.
const PAGE: usize = 1000;

/// Rows of a page that looks cut where nobody asked for so few: what servers give that ignore the size, or cap it.
const CUT_AT: [usize; 7] = [10, 25, 50, 100, 200, 250, 500];

/// How many agreements are counted again whose additions are as many as any has.
const RECOUNTED: usize = 5;

/// One tenant.
struct ConnectWise<'a> {
    asker: &'a Asker,
    base: Address,
    basic: Secret,
    client_id: String,
    page_size: usize,
}

impl<'a> ConnectWise<'a> {
    /// Finds out where the tenant's release lies: an upgrade moves it.
    async fn find(told: &Told, asker: &'a Asker, wanted: Wanted) -> Result<Self, Trouble> {
        let (host, company) = (told.address("host")?, told.setting("company")?);
        let private = told.secret("private_key")?.expose();
        let basic = format!("{company}+{}:{private}", told.setting("public_key")?);
        let what = "the release of the company";
        let ask = Ask::get(what, host.at("login/companyinfo/{}", &[company]));
        let answer = good(&SYSTEM, &ask, asker.ask(ask.clone()).await?)?;
        let about = json::read(what, &answer.body)?;
        let codebase = about.object().map(|about| about.text("Codebase")).unwrap_or_default();
        if about.is_null() || codebase.is_empty() {
            return Err(Trouble::Setting {
                setting: "company",
                expected: "the company id you sign in with",
                found: format!("{company:?}, which {} does not know", host.host()),
            });
        }
        let base = host.at(&format!("{codebase}/apis/3.0"), &[]);
        Ok(Self {
            asker,
            base,
            basic: Secret::new(STANDARD.encode(basic)),
            client_id: told.setting("client_id")?.to_owned(),
            page_size: wanted.page(PAGE),
        })
    }

    async fn get(&self, what: String, address: Address) -> Result<Answer, Trouble> {
        let ask = Ask::get(what, address)
            .key("authorization", "Basic ", &self.basic)
            .header("clientid", self.client_id.clone())
            .header("accept", "application/vnd.connectwise.com+json; version=2022.1");
        good(&SYSTEM, &ask, self.asker.ask(ask.clone()).await?)
    }

    /// Every row of a list; `row` is told each once. Says how many came.
    async fn all(
        &self,
        what: &str,
        path: &Address,
        filter: &[(&str, &str)],
        mut row: impl FnMut(&Object<'_>),
    ) -> Result<usize, Trouble> {
        let (mut seen, mut page) = (Seen::default(), 1);
        loop {
            let (number, size) = (page.to_string(), self.page_size.to_string());
            let mut query = filter.to_vec();
            query.extend([("orderBy", "id"), ("page", &number), ("pageSize", &size)]);
            let answer = self.get(format!("{what}, page {page}"), path.with(&query)).await?;
            let rows = json::read(what, &answer.body)?.objects(what)?;
            let n_before = seen.len();
            for one in &rows {
                if seen.is_new(&one.text("id")) {
                    row(one);
                }
            }
            let next = answer.header("link").map(|link| link.contains("rel=\"next\""));
            let looks_cut = rows.len() >= self.page_size || CUT_AT.contains(&rows.len());
            // Of what nobody says whether it is the last, one that came before is.
            if seen.len() == n_before || !next.unwrap_or(looks_cut) {
                return Ok(seen.len());
            }
            page += 1;
            within(what, page)?;
        }
    }

    /// How many rows the server says a list has.
    async fn count(
        &self,
        what: &str,
        path: &Address,
        filter: &[(&str, &str)],
    ) -> Result<usize, Trouble> {
        let what = format!("the number of {what}");
        let answer = self.get(what.clone(), path.at("count", &[]).with(filter)).await?;
        let said = json::read(&what, &answer.body)?.object().and_then(|about| about.count("count"));
        said.ok_or_else(|| Trouble::not_understood(&what, "a count", "none"))
    }

    /// A list and the server's count of it.
    async fn counted(
        &self,
        what: &str,
        path: &str,
        filter: &[(&str, &str)],
        row: impl FnMut(&Object<'_>),
    ) -> Result<Count, Trouble> {
        let path = self.base.at(path, &[]);
        let received = self.all(what, &path, filter, row).await?;
        Count::tied(what, received, Some(self.count(what, &path, filter).await?))
    }
}

async fn read(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Gathered, Trouble> {
    if !wanted.is_running() {
        return Err(Trouble::CannotBeRead(format!(
            "ConnectWise says what is in force today, not what was in {}: use what was pulled then, or an export",
            wanted.month
        )));
    }
    let tenant = ConnectWise::find(told, asker, wanted).await?;
    let mut gathered = Gathered::default();
    let cycles = cycles(&tenant, &mut gathered.counts).await?;
    let products = products(&tenant, &mut gathered.counts).await?;
    let agreements = agreements(&tenant, &cycles, wanted, &mut gathered).await?;
    additions(&tenant, &agreements, &products, &mut gathered).await?;
    Ok(gathered)
}

/// The word of each billing cycle, by its id: its name is free.
async fn cycles(
    tenant: &ConnectWise<'_>,
    counts: &mut Vec<Count>,
) -> Result<BTreeMap<String, String>, Trouble> {
    let mut cycles = BTreeMap::new();
    let what = "billing cycles";
    let path = tenant.base.at("finance/billingCycles", &[]);
    let received = tenant.all(what, &path, &[], |one| {
        cycles.insert(one.text("id"), one.text("billingOptions"));
    });
    counts.push(Count::tied(what, received.await?, None)?);
    Ok(cycles)
}

async fn products(
    tenant: &ConnectWise<'_>,
    counts: &mut Vec<Count>,
) -> Result<BTreeMap<String, Product>, Trouble> {
    let mut products = BTreeMap::new();
    let counted = tenant.counted("catalogue products", "procurement/catalog", &[], |one| {
        let part_number = one.text("manufacturerPartNumber");
        products.insert(one.text("id"), Product { part_number, vendor_sku: one.text("vendorSku") });
    });
    counts.push(counted.await?);
    Ok(products)
}

/// The agreements that are in force in the month.
async fn agreements(
    tenant: &ConnectWise<'_>,
    cycles: &BTreeMap<String, String>,
    wanted: Wanted,
    gathered: &mut Gathered,
) -> Result<Vec<Agreement>, Trouble> {
    let (mut agreements, mut n_over) = (Vec::new(), 0);
    let counted = tenant.counted("agreements", "finance/agreements", &[], |one| {
        if is_over(one, wanted) {
            n_over += 1;
            return;
        }
        let cycle = one.inner("billingCycle", "id");
        agreements.push(Agreement {
            id: one.text("id"),
            company_id: one.inner("company", "id"),
            company: one.inner("company", "name"),
            name: one.text("name"),
            status: one.text("agreementStatus"),
            currency: one.inner("currency", "currencyCode"),
            cycle: cycles.get(&cycle).cloned().unwrap_or(one.inner("billingCycle", "name")),
        });
    });
    gathered.counts.push(counted.await?);
    if n_over > 0 {
        gathered.notes.push(format!(
            "{n_over} agreements were over before {} and were not asked for additions",
            wanted.month
        ));
    }
    Ok(agreements)
}

/// Whether an agreement ended before the month.
fn is_over(one: &Object<'_>, wanted: Wanted) -> bool {
    let ended = match one.is_true("cancelledFlag") {
        true => one.day("dateCancelled").or(one.day("endDate")),
        false => one.day("endDate").filter(|_| !one.is_true("noEndingDateFlag")),
    };
    match ended {
        Some(ended) => ended < wanted.month.first_day(),
        // Cancelled, and nobody says when.
        None => one.is_true("cancelledFlag"),
    }
}

async fn additions(
    tenant: &ConnectWise<'_>,
    agreements: &[Agreement],
    products: &BTreeMap<String, Product>,
    gathered: &mut Gathered,
) -> Result<(), Trouble> {
    let mut sheet = Sheet::new(&COLUMNS);
    let what = "additions";
    let mut received: Vec<usize> = Vec::new();
    for (position, agreement) in agreements.iter().enumerate() {
        let what = format!("additions of agreement {} of {}", position + 1, agreements.len());
        let path = tenant.additions(agreement);
        let n_rows = tenant.all(&what, &path, &[], |one| {
            sheet.push(cells(one, agreement, products));
        });
        received.push(n_rows.await?);
    }
    // A server that cuts every page alike cuts the longest.
    let most = received.iter().copied().max().unwrap_or(0);
    let longest =
        agreements.iter().zip(&received).filter(|(_, n_rows)| **n_rows == most && most > 0);
    for (agreement, n_rows) in longest.take(RECOUNTED) {
        let said = Some(tenant.count(what, &tenant.additions(agreement), &[]).await?);
        Count::tied(
            &format!("additions of {} ({})", agreement.name, agreement.company),
            *n_rows,
            said,
        )?;
    }
    gathered.counts.push(Count::tied(what, sheet.rows.len(), None)?);
    gathered.exports.push(Export { name: what.to_owned(), about: About::Both, sheet });
    Ok(())
}

impl ConnectWise<'_> {
    fn additions(&self, agreement: &Agreement) -> Address {
        self.base.at("finance/agreements/{}/additions", &[&agreement.id])
    }
}

async fn check(told: &Told, asker: &Asker, wanted: Wanted) -> Result<Vec<Count>, Trouble> {
    let tenant = ConnectWise::find(told, asker, wanted).await?;
    tenant.get("the system's version".to_owned(), tenant.base.at("system/info", &[])).await?;
    let mut counts = Vec::new();
    for (what, path) in [
        ("companies", "company/companies"),
        ("agreements", "finance/agreements"),
        ("catalogue products", "procurement/catalog"),
        ("billing cycles", "finance/billingCycles"),
    ] {
        let n_rows = tenant.count(what, &tenant.base.at(path, &[]), &[]).await?;
        counts.push(Count { what: what.to_owned(), received: n_rows, said: Some(n_rows) });
    }
    Ok(counts)
}

fn cure(ask: &Ask, answer: &Answer) -> String {
    let host = ask.address().host();
    let lacks_api = host.ends_with(".myconnectwise.net") && !host.starts_with("api-");
    let said = crate::said::of(answer).to_lowercase();
    match answer.status {
        _ if lacks_api || said.contains("ssl is required") => {
            return format!("{host} is where people sign in: the API's host is api-{host}");
        }
        401 => {
            "the public or the private key is wrong, or the API member was made inactive: make a new pair of keys \
             (System › Members › API Members)"
        }
        403 if said.contains("clientid") => {
            "the clientId is wrong or missing: take it from developer.connectwise.com"
        }
        403 => {
            "the API member's role may not see this: Inquire All in Finance › Agreements, Companies › Company \
             Maintenance and Procurement › Product Catalog, Inquire in System › Table Setup"
        }
        404 if ask.address().path().ends_with("/system/info") => {
            "ConnectWise answers so to wrong keys too: compare company, public key and private key; they have to \
             be of one company, and the host the one it is on"
        }
        404 => "it is not there: was the agreement deleted meanwhile, or is the host another region's?",
        _ => "",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cure_of(host: &str, path: &str, status: u16, body: &str) -> String {
        let ask = Ask::get("it", Address::parse(&format!("https://{host}{path}")).unwrap());
        cure(&ask, &Answer { status, headers: Vec::new(), body: body.into() })
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        let (api, info) = ("api-na.myconnectwise.net", "/v2026_2/apis/3.0/system/info");
        for (host, path, status, body, said) in [
            ("na.myconnectwise.net", info, 404, "", "the API's host is api-na.myconnectwise.net"),
            (api, info, 403, "{\"message\":\"clientId is missing\"}", "the clientId is wrong"),
            (api, info, 401, "", "the public or the private key is wrong"),
            (api, info, 404, "", "answers so to wrong keys too"),
            (api, "/v2026_2/apis/3.0/finance/agreements", 403, "", "role may not see this"),
        ] {
            let cure = cure_of(host, path, status, body);
            assert!(cure.contains(said), "{host} {status}: {cure}");
        }
    }
}
