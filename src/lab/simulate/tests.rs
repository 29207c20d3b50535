use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use seatdrift_core::domain::{Month, Subject, Verdict};

type Row = BTreeMap<String, String>;

/// Units and money of one client × product in one month, read from the files by the contract's rules.
#[derive(Debug, Default, Clone, PartialEq)]
struct Read {
    bought: Decimal,
    cost: Decimal,
    billed: Decimal,
    amount: Decimal,
    is_chosen: bool,
}

fn rows(bytes: &[u8]) -> Vec<Row> {
    let text = std::str::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}');
    let text = text.strip_prefix("Agreement Additions\n\n").unwrap_or(text);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        columns.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn file<'a>(made: &'a Simulated, path: &str) -> &'a [u8] {
    &made.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}")).bytes
}

fn number(text: &str) -> Decimal {
    text.replace(['$', ','], "").parse().unwrap_or_else(|_| panic!("{text:?} is no number"))
}

/// The first of these columns that the file has.
fn key(row: &Row, columns: &[&str]) -> String {
    columns.iter().find_map(|column| row.get(*column)).unwrap().clone()
}

fn american(text: &str) -> Option<Date> {
    let parts: Vec<i16> = text.split('/').filter_map(|part| part.parse().ok()).collect();
    let &[month, day, year] = parts.as_slice() else { return None };
    Some(jiff::civil::date(year, month as i8, day as i8))
}

/// The vendor's units and cost by (client key, product key).
fn bought(made: &Simulated, month: Month) -> BTreeMap<(String, String), (Decimal, Decimal)> {
    let mut all: BTreeMap<_, (Decimal, Decimal)> = BTreeMap::new();
    for row in rows(file(made, &format!("{month}/vendor-pax8.csv"))) {
        assert_eq!(number(&row["quantity"]) * number(&row["cost"]), number(&row["cost_total"]));
        if row["type"] != "subscription" {
            continue;
        }
        let client = key(&row, &["company_id", "company_name"]);
        let entry = all.entry((client, key(&row, &["product_id", "sku"]))).or_default();
        entry.0 += number(&row["quantity"]);
        entry.1 += number(&row["cost_total"]);
    }
    all
}

/// The PSA's units and money by (client key, product key), and whether all rows are marked DoNotBill.
fn billed(made: &Simulated, month: Month) -> BTreeMap<(String, String), Read> {
    let mut all: BTreeMap<_, Read> = BTreeMap::new();
    for row in rows(file(made, &format!("{month}/psa-connectwise.csv"))) {
        if row.values().any(|cell| cell == "Total") {
            continue;
        }
        let units = number(&row["Quantity"]) - number(&row["Less Included"]);
        assert_eq!(units * number(&row["Unit Price"]), number(&row["Ext Price"]));
        let client = key(&row, &["Company RecID", "Company Identifier", "Company Name"]);
        let entry = all.entry((client, row["Product ID"].clone())).or_default();
        entry.is_chosen |= row["Bill Customer"] != "Billable";
        let last = month.last_day();
        let is_open = american(&row["Cancelled Date"]).is_none_or(|day| last < day);
        let is_begun = american(&row["Effective Date"]).unwrap() <= last;
        if is_open && is_begun && row["Bill Customer"] == "Billable" {
            entry.billed += units;
            entry.amount += number(&row["Ext Price"]);
        }
    }
    all
}

/// For each key of either side the name of its group: keys that belong together, over all names a
/// client ever had.
fn groups(pairs: &[TruePair]) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let same = || pairs.iter().filter(|pair| pair.relation == Relation::Same);
    let mut vendor: BTreeMap<String, String> = BTreeMap::new();
    let mut psa: BTreeMap<String, String> = BTreeMap::new();
    // A client has few names, so its groups have grown together after a few rounds.
    for _ in 0..4 {
        for pair in same() {
            let least = [vendor.get(&pair.vendor), psa.get(&pair.psa), Some(&pair.psa)]
                .into_iter()
                .flatten()
                .min()
                .unwrap()
                .clone();
            vendor.insert(pair.vendor.clone(), least.clone());
            psa.insert(pair.psa.clone(), least);
        }
    }
    (vendor, psa)
}

/// Units that a seat holds leave what is bought, at what they cost.
fn take_out_seats(
    made: &Simulated,
    billed: &BTreeMap<(String, String), Read>,
    all: &mut BTreeMap<(String, String), Read>,
) {
    let (_, psa_clients) = groups(&made.truth.clients);
    let (vendor_skus, _) = groups(&made.truth.skus);
    let parts = made.truth.skus.iter().filter(|pair| pair.relation == Relation::Bundle);
    // A product with two terms is held once.
    let held: BTreeSet<(&String, &String)> =
        parts.filter_map(|part| Some((&part.psa, vendor_skus.get(&part.vendor)?))).collect();
    for (seat, sku) in held {
        for ((client, _), read) in billed.iter().filter(|((_, sku), _)| sku == seat) {
            let client = &psa_clients[client];
            let Some(own) = all.get_mut(&(client.clone(), sku.clone())) else { continue };
            if own.bought.is_zero() {
                continue;
            }
            let alone = own.bought - read.billed;
            own.cost = own.cost * alone / own.bought;
            own.bought = alone;
        }
    }
}

/// What the files of one month say of each client and product that have two sides, joined by the
/// truth's pairs alone.
fn joined(made: &Simulated, month: Month) -> BTreeMap<(String, String), Read> {
    let (vendor_clients, psa_clients) = groups(&made.truth.clients);
    let (vendor_skus, psa_skus) = groups(&made.truth.skus);
    let mut all: BTreeMap<(String, String), Read> = BTreeMap::new();
    let billed = billed(made, month);
    for ((client, sku), read) in billed.clone() {
        if let (Some(client), Some(sku)) = (psa_clients.get(&client), psa_skus.get(&sku)) {
            let entry = all.entry((client.clone(), sku.clone())).or_default();
            entry.billed += read.billed;
            entry.amount += read.amount;
            entry.is_chosen |= read.is_chosen;
        }
    }
    for ((client, sku), (units, cost)) in bought(made, month) {
        if let (Some(client), Some(sku)) = (vendor_clients.get(&client), vendor_skus.get(&sku)) {
            let entry = all.entry((client.clone(), sku.clone())).or_default();
            entry.bought += units;
            entry.cost += cost;
        }
    }
    take_out_seats(made, &billed, &mut all);
    all
}

fn recipe(clients: usize, months: usize, seed: u64, is_hostile: bool) -> Recipe {
    match is_hostile {
        true => Recipe::hostile(clients, months, seed),
        false => Recipe::new(clients, months, seed),
    }
}

fn months(recipe: &Recipe) -> Vec<Month> {
    let n = i32::try_from(recipe.months).unwrap();
    (0..n).map(|idx| recipe.last.plus(idx + 1 - n)).collect()
}

/// A difference of units and what it costs: bought, billed, money a month.
type Seen = (Decimal, Decimal, Decimal);

/// Every difference in quantity that the files show.
fn shown_differences(made: &Simulated, month: Month) -> Vec<Seen> {
    let impact = |read: &Read| {
        let amount = match (read.bought.is_zero(), read.billed.is_zero()) {
            (true, _) => read.amount,
            (_, true) => read.cost,
            _ => (read.bought - read.billed).abs() * (read.amount / read.billed),
        };
        seatdrift_core::domain::money::to_cents(amount)
    };
    let mut all: Vec<Seen> = joined(made, month)
        .into_values()
        .filter(|read| !read.is_chosen && read.bought != read.billed)
        .map(|read| (read.bought, read.billed, impact(&read)))
        .collect();
    all.sort_unstable();
    all
}

fn listed_differences(made: &Simulated, month: Month) -> Vec<Seen> {
    let of_quantity =
        |d: &&Difference| d.month == month && !matches!(d.kind, "below_cost" | "price_changed");
    let listed = made.truth.differences.iter().filter(of_quantity);
    let mut all: Vec<Seen> =
        listed.map(|d| (d.bought.into(), d.billed.into(), d.monthly_impact)).collect();
    all.sort_unstable();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_truth_lists_exactly_the_differences_that_are_in_the_files(
        seed in 0..1_000_000_u64, clients in 1..60_usize, n_months in 2..16_usize,
        is_hostile in any::<bool>(),
    ) {
        let recipe = recipe(clients, n_months, seed, is_hostile);
        let made = simulate(&recipe);
        for month in months(&recipe) {
            prop_assert_eq!(shown_differences(&made, month), listed_differences(&made, month));
        }
    }

    #[test]
    fn a_client_pays_less_than_the_cost_only_where_the_truth_says_so(
        seed in 0..1_000_000_u64, clients in 1..40_usize, is_hostile in any::<bool>(),
    ) {
        let recipe = recipe(clients, 12, seed, is_hostile);
        let made = simulate(&recipe);
        for month in months(&recipe) {
            let below = joined(&made, month).into_values()
                .filter(|read| !read.bought.is_zero() && !read.billed.is_zero())
                .filter(|read| read.amount / read.billed < read.cost / read.bought)
                .count();
            let listed = made.truth.differences.iter()
                .filter(|d| d.month == month && d.kind == "below_cost").count();
            prop_assert_eq!(below, listed);
        }
    }

    #[test]
    fn decisions_are_about_earlier_months_and_use_the_words_of_the_contract(
        seed in 0..1_000_000_u64, is_hostile in any::<bool>(),
    ) {
        let recipe = recipe(12, 12, seed, is_hostile);
        let made = simulate(&recipe);
        let decisions = rows(file(&made, "decisions.csv"));
        prop_assert!(!decisions.is_empty());
        for row in &decisions {
            let (_, subject) = *Subject::WORDS.iter().find(|(w, _)| *w == row["subject"]).unwrap();
            let verdict = Verdict::WORDS.iter().find(|(w, _)| *w == row["verdict"]).unwrap().1;
            prop_assert!(subject.verdicts().contains(&verdict));
            let at: jiff::Timestamp = row["at"].parse().unwrap();
            prop_assert!(at.to_string().as_str() < recipe.last.last_day().to_string().as_str());
            prop_assert!(row["month"].is_empty() || row["month"].parse::<Month>().unwrap() < recipe.last);
        }
        prop_assert!(decisions.windows(2).all(|pair| pair[0]["at"] <= pair[1]["at"]));
    }

    #[test]
    fn a_confirmed_pair_is_a_true_one_and_a_rejected_pair_is_not(
        seed in 0..1_000_000_u64, is_hostile in any::<bool>(),
    ) {
        let made = simulate(&recipe(20, 9, seed, is_hostile));
        let is_true = |pairs: &[TruePair], vendor: &str, psa: &str| {
            pairs.iter().any(|pair| pair.vendor == vendor && pair.psa == psa)
        };
        for row in rows(file(&made, "decisions.csv")) {
            let is = match row["subject"].as_str() {
                "client" => is_true(&made.truth.clients, &row["vendor_client"], &row["psa_client"]),
                "sku" => is_true(&made.truth.skus, &row["vendor_sku"], &row["psa_sku"]),
                _ => continue,
            };
            let (client, sku) = (&row["vendor_client"], &row["vendor_sku"]);
            let is_mistake = made.truth.mistakes.iter().any(|pair| {
                let psa = [&row["psa_client"], &row["psa_sku"]];
                [client, sku].contains(&&pair.vendor) && psa.contains(&&pair.psa)
            });
            prop_assert_eq!(is ^ is_mistake, row["verdict"] != "different", "{:?}", row);
        }
    }

    #[test]
    fn the_same_recipe_gives_the_same_bytes_and_another_seed_others(
        seed in 0..1_000_000_u64, is_hostile in any::<bool>(),
    ) {
        let made = simulate(&recipe(4, 9, seed, is_hostile));
        prop_assert_eq!(&made, &simulate(&recipe(4, 9, seed, is_hostile)));
        prop_assert_ne!(made, simulate(&recipe(4, 9, seed + 1, is_hostile)));
    }

    #[test]
    fn partner_center_units_are_those_of_the_truth(
        seed in 0..1_000_000_u64, is_hostile in any::<bool>(),
    ) {
        let recipe =
            recipe(6, 10, seed, is_hostile).with_formats(FormatPair::PartnerCenterAutotask);
        let made = simulate(&recipe);
        for month in months(&recipe) {
            let vendor = rows(file(&made, &format!("{month}/vendor-partner-center.csv")));
            let is_full = |row: &&Row| row["ReferenceId"].is_empty();
            let bought: Decimal =
                vendor.iter().filter(is_full).map(|row| number(&row["BillableQuantity"])).sum();
            let own: Vec<&str> = made.truth.clients.iter()
                .filter(|pair| pair.relation == Relation::None && pair.psa.is_empty())
                .map(|pair| pair.vendor.as_str()).collect();
            let unbilled: Decimal = vendor.iter().filter(is_full)
                .filter(|row| own.contains(&row["CustomerId"].as_str()))
                .map(|row| number(&row["BillableQuantity"])).sum();
            let services: Vec<&str> = ["MS-USER", "LAB-REM", "MS-SRV", "VCIO", "BLK-ONS"].to_vec();
            let desks = ["Help Desk per User", "Managed Endpoint Care",
                "User Support - unlimited", "Security Operations per user"];
            let names = ["Managed Services - per user", "Service Desk Labour - remote",
                "Managed Server", "Virtual CIO Retainer", "Onsite Support Block"];
            let of_one_side = |row: &&Row| {
                let client = key(row, &["CompanyID", "CompanyName"]);
                let pairs = &made.truth.clients;
                !pairs.iter().any(|pair| pair.vendor.is_empty() && pair.psa == client)
            };
            let billed: Decimal = rows(file(&made, &format!("{month}/psa-autotask.csv"))).iter()
                .filter(of_one_side)
                .filter(|row| !desks.contains(&row["ServiceName"].as_str()))
                .filter(|row| !names.contains(&row["ServiceName"].as_str()))
                .filter(|row| row.get("ServiceCode").is_none_or(|code| !services.contains(&code.as_str())))
                .map(|row| number(&row["Units"])).sum();
            let drift: i64 = made.truth.differences.iter()
                .filter(|d| d.month == month && !matches!(d.kind, "below_cost" | "price_changed"))
                .map(|d| i64::from(d.bought) - i64::from(d.billed)).sum();
            prop_assert_eq!(bought - unbilled - billed, Decimal::from(drift));
            for row in vendor.iter().filter(|row| !row["ReferenceId"].is_empty()) {
                let pair = vendor.iter().filter(|other| other["ReferenceId"] == row["ReferenceId"]);
                prop_assert_eq!(pair.count(), 2, "a refund and a charge");
            }
        }
    }
}

#[test]
fn the_sample_is_interesting_and_small() {
    let recipe = Recipe::new(32, 24, 20_261_001);
    let made = simulate(&recipe);
    let total: usize = made.files.iter().map(|file| file.bytes.len()).sum();
    assert!(total < 2_800_000, "{total} bytes");
    let newest = |kind: &str| {
        made.truth.differences.iter().filter(|d| d.month == recipe.last && d.kind == kind).count()
    };
    for kind in
        ["under_billed", "over_billed", "not_billed", "not_bought", "duplicate", "price_changed"]
    {
        assert!((2..=30).contains(&newest(kind)), "{} × {kind}", newest(kind));
    }
    assert!(newest("below_cost") >= 1);
    for kind in [
        "stalled_growth",
        "erratic_quantity",
        "level_shift",
        "vanished",
        "new_line",
        "compounding_drift",
        "price_shift",
    ] {
        let found = made
            .truth
            .anomalies
            .iter()
            .filter(|anomaly| anomaly.month == recipe.last && anomaly.kind.word() == kind)
            .count();
        assert!((1..=20).contains(&found), "{found} × {kind}");
    }
    let decisions = rows(file(&made, "decisions.csv"));
    assert!(decisions.len() > 80, "{} decisions", decisions.len());
    assert!(decisions.iter().all(|row| row["at"].as_str() < "2026-10-31"));
}

#[test]
fn a_hostile_book_has_every_hardship_and_says_what_is_no_loss() {
    let recipe = Recipe::hostile(60, 14, 5);
    let made = simulate(&recipe);
    let newest = |cause| {
        let of_month = made.truth.no_loss.iter().filter(|one| one.month == recipe.last);
        of_month.filter(|one| one.cause == cause).count()
    };
    assert!(30 < newest(Cause::OwnService), "{}", newest(Cause::OwnService));
    assert!(8 < newest(Cause::InBundle), "{}", newest(Cause::InBundle));
    assert!(8 < newest(Cause::OneSided), "{}", newest(Cause::OneSided));
    assert!(4 < newest(Cause::Metered), "{}", newest(Cause::Metered));
    assert_eq!(newest(Cause::OwnUse), 3);
    // One product has several codes in the PSA, and one vendor product is sold alone and in a seat.
    let codes = |vendor: &str, relation| {
        let own = made.truth.skus.iter().filter(|pair| pair.vendor == vendor);
        own.filter(|pair| pair.relation == relation).count()
    };
    let vendor: BTreeSet<&str> = made.truth.skus.iter().map(|pair| &*pair.vendor).collect();
    assert!(vendor.iter().any(|one| 1 < codes(one, Relation::Same) && !one.is_empty()));
    let in_seats = |one: &&str| codes(one, Relation::Same) * codes(one, Relation::Bundle) > 0;
    assert!(vendor.iter().any(in_seats));
    let vendor = String::from_utf8(file(&made, "2026-10/vendor-pax8.csv").to_vec()).unwrap();
    assert!(vendor.to_lowercase().contains(&made.msp.to_lowercase()), "{}", made.msp);
}

#[test]
fn a_plain_book_says_nothing_of_hardships() {
    let made = simulate(&Recipe::new(30, 9, 5));
    assert!(made.truth.no_loss.is_empty() && made.truth.mistakes.is_empty());
    assert!(made.files.iter().all(|file| file.path != "truth/no_loss.csv"));
}
