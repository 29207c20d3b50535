//! A quarter of days on servers of ours, with the clock passed in: every leak is told on its day or after its time,
//! once; what is none is not told; and a kill at any moment loses and repeats nothing.

#![allow(clippy::print_stdout, reason = "what is measured is shown to who asks for it")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use seatdrift::connect::pull::Outside;
use seatdrift::connect::transport::Network;
use seatdrift::core::domain::Side;
use seatdrift::lab::simulate::{DayLine, Days, Leak, SimulatedDay, days};
use seatdrift::watch::looking::{Looked, look};
use seatdrift::watch::watching::{Looking, watching};
use seatdrift::watch::wire::Outgoing;
use serde_json::{Value, json};

use super::live::{Live, QuickTime};
use super::server::{Fault, Server, refusal};

/// Days that the other side has.
const GRACE: usize = 3;

fn company(client: usize) -> String {
    format!("{client:08}-0000-4000-8000-000000000001")
}

fn product(product: usize) -> String {
    format!("{product:08}-0000-4000-8000-000000000051")
}

/// As it is written: no number of ours is a text in an answer.
fn number(amount: rust_decimal::Decimal) -> Value {
    serde_json::from_str(&amount.to_string()).unwrap()
}

fn pax8(day: &SimulatedDay) -> Server {
    let companies: BTreeMap<usize, &DayLine> =
        day.vendor.iter().map(|line| (line.client, line)).collect();
    let companies: Vec<Value> = companies
        .values()
        .map(|line| json!({ "id": company(line.client), "name": line.client_name, "status": "Active" }))
        .collect();
    let n_given = if day.is_half { day.vendor.len() / 2 } else { day.vendor.len() };
    let subscriptions: Vec<Value> = day.vendor[..n_given]
        .iter()
        .map(|line| {
            json!({
                "id": format!("{:08}-0000-4000-8000-000000000101", line.id),
                "companyId": company(line.client), "productId": product(line.product),
                "productName": line.product_name, "quantity": line.seats, "status": "Active",
                "startDate": "2024-01-01T08:30:00Z", "billingStart": "2024-01-01",
                "price": number(line.unit), "partnerCost": number(line.unit), "currencyCode": "USD",
                "billingTerm": "Monthly",
            })
        })
        .collect();
    let rows = HashMap::from([
        ("companies.json".to_owned(), companies),
        ("subscriptions.json".to_owned(), subscriptions),
        ("invoices.json".to_owned(), Vec::new()),
    ]);
    Server::with_rows("pax8", &down(day, Side::Vendor, "/v1/subscriptions"), rows)
}

fn halo(day: &SimulatedDay) -> Server {
    let mut invoices: BTreeMap<usize, (String, Vec<Value>)> = BTreeMap::new();
    for line in &day.psa {
        let lines = invoices.entry(line.client).or_insert((line.client_name.clone(), Vec::new()));
        lines.1.push(json!({
            "id": line.id, "item_code": format!("P{}", line.product),
            "item_shortdescription": line.product_name, "productnumber": "", "qty_order": line.seats,
            "unit_price": number(line.unit), "unit_cost": 1.0, "isinactive": false,
            "net_amount": number(line.unit * rust_decimal::Decimal::from(line.seats)),
            "startdate": "2024-01-01T00:00:00", "enddate": "1900-01-01T00:00:00", "billingperiod": 0,
            "recurring_invoice_quantity_type": 0, "prorata_quantity": 0.0,
        }));
    }
    let clients: Vec<Value> = invoices
        .iter()
        .map(|(client, (name, _))| json!({ "id": client + 100, "name": name }))
        .collect();
    let invoices: Vec<Value> = invoices
        .into_iter()
        .map(|(client, (name, lines))| {
            json!({
                "id": -(i64::try_from(client).unwrap_or(0) + 1), "client_id": client + 100, "client_name": name,
                "contract_ref": format!("REC{client}"), "period": 1, "period_type": 1,
                "currency_code": 1, "currency_code_name": "USD", "disabled": false,
                "is_recurring_invoice": true, "nextcreationdate": "2027-01-01T00:00:00",
                "contains_calculated_quantity": false, "lines": lines,
            })
        })
        .collect();
    let rows = HashMap::from([
        ("recurring.json".to_owned(), invoices),
        ("clients.json".to_owned(), clients),
    ]);
    Server::with_rows("halopsa", &down(day, Side::Psa, "/api/RecurringInvoice"), rows)
}

fn down(day: &SimulatedDay, side: Side, on: &'static str) -> Vec<Fault> {
    if day.down == Some(side) { vec![Fault::always(on, refusal(503, "down"))] } else { Vec::new() }
}

/// What people decided once: which names are one.
fn decisions(day: &SimulatedDay) -> String {
    let mut text =
        "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at\n"
            .to_owned();
    let clients: BTreeSet<usize> = day.vendor.iter().map(|line| line.client).collect();
    let products: BTreeSet<usize> = day.vendor.iter().map(|line| line.product).collect();
    for client in clients {
        text.push_str(&format!("client,{},,{},,,same,,,me,\n", company(client), client + 100));
    }
    for one in products {
        text.push_str(&format!("sku,,{},,P{one},,same,,,me,\n", product(one)));
    }
    text
}

/// A workspace that is watched, and tells a file.
pub(super) fn watched(first: &SimulatedDay) -> Live {
    let live = Live::with(&[]);
    let config = live.msp.text("workspace/seatdrift.toml");
    let sink = "\n[[watch.sink]]\nname = \"file\"\nto = { file = \"alerts.jsonl\" }\n";
    live.msp.write(
        "workspace/seatdrift.toml",
        format!("{config}\n[watch]\ngrace_days = {GRACE}\n{sink}"),
    );
    live.msp.write("workspace/decisions.csv", decisions(first));
    live
}

/// The servers of a day are asked in the morning.
pub(super) fn dawn(live: &mut Live, day: &SimulatedDay) -> (Server, Server) {
    let servers = (pax8(day), halo(day));
    live.connect(&[("pax8", &servers.0), ("halopsa", &servers.1)]);
    live.now = format!("{}T06:30:00Z", day.day).parse::<Timestamp>().unwrap();
    servers
}

pub(super) fn looked(live: &Live) -> Looked {
    let (network, time, wire) = (Network::new(), QuickTime::at(live.now), Outgoing::new());
    let outside = Outside { transport: &network, time: &time, seed: 7 };
    let looking = Looking { outside, wire: &wire, schedule: None, stops: &|| false };
    let workspace = live.workspace();
    let held = watching(&workspace).unwrap();
    look(&workspace, &held, &looking, &|_, _, _| ()).unwrap()
}

/// What was told: the day, why, the client and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub day: String,
    pub why: String,
    pub client: String,
    pub words: String,
    pub key: String,
}

pub(super) fn told(live: &Live) -> Vec<Told> {
    let text = live.msp.text("workspace/alerts.jsonl");
    let mut told = Vec::new();
    for line in text.lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        let data = &message["data"];
        for item in data["items"].as_array().unwrap() {
            let why = item["why"]["alert"].as_str().or(item["why"].as_str()).unwrap();
            told.push(Told {
                day: message["timestamp"].as_str().unwrap()[..10].to_owned(),
                why: why.to_owned(),
                client: data["client"].as_str().unwrap().to_owned(),
                words: item["words"].as_str().unwrap().to_owned(),
                key: item["key"].as_str().unwrap().to_owned(),
            });
        }
    }
    told
}

fn is_read(day: &SimulatedDay, side: Side) -> bool {
    day.down != Some(side) && !(side == Side::Vendor && day.is_half)
}

/// The day on which a leak is to be told; `None` for one that is followed in time, or whose time is not over.
fn expected<'a>(leak: &Leak, made: &'a [SimulatedDay]) -> Option<&'a SimulatedDay> {
    let other = if leak.side == Side::Vendor { Side::Psa } else { Side::Vendor };
    let on_or_after = |day: &SimulatedDay, from: jiff::civil::Date, side: Side| {
        day.day >= from && is_read(day, side)
    };
    let seen = made.iter().position(|day| on_or_after(day, leak.on, leak.side))?;
    let followed =
        leak.followed.and_then(|from| made.iter().position(|day| on_or_after(day, from, other)));
    let told = (seen + GRACE..made.len()).find(|n| is_read(&made[*n], other))?;
    followed.is_none_or(|followed| followed > told).then(|| &made[told])
}

fn name_on(day: &SimulatedDay, leak: &Leak) -> (String, &'static str) {
    let line =
        day.psa.iter().find(|line| (line.client, line.product) == (leak.client, leak.product));
    let line = line.expect("each line is on both sides");
    (line.client_name.clone(), line.product_name)
}

#[test]
fn every_leak_of_a_quarter_is_told_on_its_day_once_and_what_is_none_is_not() {
    let began = std::time::Instant::now();
    let recipe = Days { first: "2026-04-01".parse().unwrap(), n_days: 90, n_clients: 30, seed: 20 };
    let (made, leaks) = days(&recipe);
    let mut live = watched(&made[0]);
    for day in &made {
        let _servers = dawn(&mut live, day);
        looked(&live);
    }
    let told = told(&live);
    let mut fresh: Vec<(String, String, String)> = told
        .iter()
        .filter(|one| one.why == "new")
        .map(|one| {
            let product = one.words.split(':').next().unwrap().to_owned();
            (one.day.clone(), one.client.clone(), product)
        })
        .collect();
    fresh.sort();
    let mut planted: Vec<(String, String, String)> = leaks
        .iter()
        .filter_map(|leak| {
            let day = expected(leak, &made)?;
            let (client, product) = name_on(day, leak);
            Some((day.day.to_string(), client, product.to_owned()))
        })
        .collect();
    planted.sort();
    let missing: Vec<_> = planted.iter().filter(|one| !fresh.contains(one)).collect();
    let nothing: Vec<_> = fresh.iter().filter(|one| !planted.contains(one)).collect();
    assert!(missing.is_empty(), "not told: {missing:#?}\nwithout reason: {nothing:#?}");
    assert!(nothing.len() <= 6, "more than 2 in 30 days are nothing: {nothing:#?}");
    assert!(planted.len() >= 10, "{}", planted.len());
    let keys: BTreeSet<&str> = told
        .iter()
        .filter(|one| one.why != "trouble" && one.why != "over")
        .map(|one| one.key.as_str())
        .collect();
    assert_eq!(
        keys.len(),
        told.iter().filter(|one| one.why != "trouble" && one.why != "over").count()
    );
    assert_eq!(fresh.len(), fresh.iter().collect::<BTreeSet<_>>().len());
    // Three times a source is down, and once it gives half: each is told, and that it is over.
    let troubles: Vec<&str> =
        told.iter().filter(|one| one.why == "trouble").map(|one| one.key.as_str()).collect();
    assert_eq!(
        troubles,
        ["source:pax8", "source:halopsa", "source:pax8", "source:halopsa", "source:pax8"]
    );
    assert_eq!(told.iter().filter(|one| one.why == "over").count(), troubles.len());
    let seconds = began.elapsed().as_secs();
    println!(
        "{} changes, {} told, {} nothing, {} solved, {seconds} s",
        leaks.len(),
        fresh.len(),
        nothing.len(),
        told.iter().filter(|one| one.why == "solved").count()
    );
    assert!(seconds < 60, "90 days took {seconds} s");
}

/// Kills in the suite; `SEATDRIFT_KILLS` says another number.
const KILLS: usize = 24;

#[test]
fn a_watch_that_is_killed_at_any_moment_loses_and_repeats_nothing() {
    let n_kills =
        std::env::var("SEATDRIFT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let recipe = Days { first: "2026-04-01".parse().unwrap(), n_days: 12, n_clients: 12, seed: 21 };
    let (made, leaks) = days(&recipe);
    let mut live = watched(&made[0]);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    for day in &made {
        let _servers = dawn(&mut live, day);
        for _ in 0..n_kills.div_ceil(made.len()) {
            let mut program = Command::new(env!("CARGO_BIN_EXE_seatdrift"))
                .args(["watch", "--once", "--quiet", "--workspace", "workspace"])
                .current_dir(live.msp.path(""))
                .env("SOURCE_DATE_EPOCH", live.now.as_second().to_string())
                .env("NO_PROXY", "127.0.0.1")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(rng.gen_range(0..700)));
            let _ = program.kill();
            program.wait().unwrap();
        }
        let done = live.run(&["watch", "--once"]);
        assert!(matches!(done.status, Some(0 | 2)), "{}", done.stderr);
    }
    let told = told(&live);
    let fresh: Vec<(String, String)> = told
        .iter()
        .filter(|one| one.why == "new")
        .map(|one| (one.day.clone(), one.client.clone()))
        .collect();
    for leak in &leaks {
        let Some(day) = expected(leak, &made) else { continue };
        let (client, product) = name_on(day, leak);
        let same = told.iter().filter(|one| {
            one.why == "new"
                && one.client == client
                && one.words.starts_with(&format!("{product}:"))
        });
        assert_eq!(same.count(), 1, "{client} {product} on {}: {fresh:?}", day.day);
    }
    let keys: Vec<&str> =
        told.iter().filter(|one| one.why == "new").map(|one| one.key.as_str()).collect();
    assert_eq!(keys.len(), keys.iter().collect::<BTreeSet<_>>().len());
}

/// What one look takes over 2,000 subscriptions and 8,000 additions: run it by itself, and read what it prints.
#[test]
#[ignore = "a measurement"]
fn one_look_over_a_large_msp() {
    let recipe = Days { first: "2026-04-01".parse().unwrap(), n_days: 5, n_clients: 667, seed: 22 };
    let (mut made, _) = days(&recipe);
    for day in &mut made {
        // The MSP's own services, which no vendor sells.
        let own: Vec<DayLine> = (0..6000)
            .map(|n| DayLine {
                id: 50_000 + n,
                product: 100 + usize::try_from(n).unwrap() / 667,
                product_name: "Service desk, each person",
                ..day.psa[usize::try_from(n).unwrap() % 667 * 3].clone()
            })
            .collect();
        day.psa.extend(own);
    }
    let mut live = watched(&made[0]);
    for day in &made {
        let _servers = dawn(&mut live, day);
        let began = std::time::Instant::now();
        let pulled = live.pull_pages(usize::MAX, seatdrift::connect::pull::Fewer::Refused);
        let network = began.elapsed();
        let began = std::time::Instant::now();
        let looked = looked(&live);
        println!(
            "{}: {} sources pulled in {network:?}, then looked in {:?} with a pull of its own; {} changes, {} waiting",
            day.day,
            pulled.len(),
            began.elapsed(),
            looked.changes.len(),
            looked.waiting
        );
    }
    let bytes = |folder: &str| -> usize {
        let below = crate::msp::files_below(&live.msp.path(folder));
        below.values().map(Vec::len).sum()
    };
    println!(
        "a day of pulls: {} bytes; watched: {} bytes",
        bytes("workspace/pulled/2026-04-03"),
        bytes("workspace/watched")
    );
}
