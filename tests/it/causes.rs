//! Differences and flags with one cause are one item with its lines inside, decided once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeSet;

use seatdrift_core::domain::Month;
use seatdrift_core::run::{Run, parse_run};

use crate::decided::{Record, decide, table};
use crate::msp::Msp;
use crate::served::Served;

const NEWEST: &str = "2026-04";

/// Clients that both sides know by name.
const CLIENTS: [&str; 4] =
    ["Wayne Enterprises", "Stark Industries", "Kestrel Marine", "Alder Dental"];

/// What is bought and billed in one month: client, product, units.
struct Books {
    bought: Vec<(&'static str, &'static str, u32)>,
    /// With the agreement.
    billed: Vec<(&'static str, &'static str, u32, &'static str)>,
    /// What a seat of Business Premium costs.
    cost: u32,
}

impl Books {
    /// Every client has Business Premium and Exchange, and is billed a help desk of the MSP's own.
    fn usual() -> Self {
        let mut books = Self { bought: Vec::new(), billed: Vec::new(), cost: 16 };
        for (idx, client) in (10..).step_by(3).zip(CLIENTS) {
            books.bought.extend([(client, "BP", idx), (client, "EXO", idx + 1)]);
            let billed = [("M365-BP", idx), ("EXO1", idx + 1), ("DESK", 1)];
            books.billed.extend(billed.map(|(sku, n)| (client, sku, n, "Managed Services")));
        }
        books
    }

    fn score(&self, msp: &Msp, month: &str) -> String {
        let last = month.parse::<Month>().unwrap().last_day();
        let mut vendor =
            "invoice_date,company_name,company_id,type,start_period,end_period,quantity,sku,\
                          description,price,subtotal,cost,cost_total,currency_code\n"
                .to_owned();
        for (client, sku, units) in &self.bought {
            let (name, price, cost) = match *sku {
                "BP" => ("Microsoft 365 Business Premium", 22, self.cost),
                _ => ("Exchange Online (Plan 1)", 4, 3),
            };
            vendor += &format!(
                "{month}-05,{client},v-{client},subscription,{month}-01,{last},{units},{sku},{name},{price}.00,\
                 {}.00,{cost}.00,{}.00,USD\n",
                units * price,
                units * cost
            );
        }
        let mut psa = "Company Name,Agreement Name,Agreement Status,Product ID,Description,Quantity,Less Included,\
                       Unit Price,Ext Price,Unit Cost,Effective Date,Cancelled Date,Bill Customer,Addition Status\n"
            .to_owned();
        for (client, sku, units, agreement) in &self.billed {
            let (name, price) = match *sku {
                "M365-BP" => ("Microsoft 365 Business Premium", 22),
                "EXO1" => ("Exchange Online Plan 1", 4),
                _ => ("Help desk", 500),
            };
            psa += &format!(
                "{client},{agreement},Active,{sku},{name},{units}.00,0.00,${price}.00,${}.00,$1.00,2025-01-01,,\
                 Billable,Active\n",
                units * price
            );
        }
        msp.write("newest/vendor.csv", vendor);
        msp.write("newest/psa.csv", psa);
        let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
        let month = ["score", "--workspace", "workspace", "--month", month];
        msp.done(&[&month[..], &files].concat()).stdout
    }
}

/// Three quiet months, every name answered.
fn quiet() -> Msp {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    let mut names = "sku,,BP,,M365-BP,,same,,,kim,\nsku,,EXO,,EXO1,,same,,,kim,\n\
                     sku,,,,DESK,,none,,,kim,\n"
        .to_owned();
    for client in CLIENTS {
        names += &format!("client,v-{client},,{client},,,same,,,kim,\n");
    }
    decide(&msp, &names);
    for month in ["2026-01", "2026-02", "2026-03"] {
        Books::usual().score(&msp, month);
    }
    assert!(table(&msp, "2026-03", "findings.csv").is_empty());
    msp
}

fn findings(msp: &Msp) -> Vec<Record> {
    table(msp, NEWEST, "findings.csv")
}

/// The causes of all findings.
fn causes(msp: &Msp) -> BTreeSet<String> {
    findings(msp).into_iter().map(|finding| finding["cause"].clone()).collect()
}

fn run(msp: &Msp) -> Run {
    let bytes = msp.bytes(format!("workspace/runs/{NEWEST}/run.json"));
    parse_run(&bytes, bytes.len()).unwrap()
}

/// The one cause that all findings of the newest month have.
fn only_cause(msp: &Msp, n_findings: usize) -> String {
    assert_eq!(findings(msp).len(), n_findings, "{:?}", findings(msp));
    let causes = causes(msp);
    assert_eq!(causes.len(), 1, "{causes:?}");
    causes.into_iter().next().unwrap()
}

#[test]
fn a_price_list_that_moved_at_four_clients_is_one_item_and_one_answer() {
    let msp = quiet();
    let said = Books { cost: 17, ..Books::usual() }.score(&msp, NEWEST);
    assert_eq!(only_cause(&msp, 4), "price_list:BP");
    assert!(said.contains("4 clients"), "{said}");
    assert!(said.contains("Price list moved"), "{said}");
    let report = msp.text(format!("workspace/runs/{NEWEST}/report.html"));
    assert!(report.contains("is another one at 4 clients."), "{report}");
    let page = Served::of(&msp, &[]);
    let (_, differences) = page.get("/differences");
    assert!(differences.contains("1 of 1 left"), "{differences}");
    let id = "price_list:BP:news:USD";
    // No name waits, so the token of the forms is on the card of the cause.
    let csrf = differences.split("name=\"csrf\" value=\"").nth(1).unwrap();
    let csrf = csrf.split('"').next().unwrap();
    let answer = [("id", id), ("queue", "differences"), ("verdict", "accepted")];
    let (status, said) = page.post_with("/decide", csrf, &answer);
    assert_eq!(status, 303, "{said}");
    let decided: Vec<String> = msp
        .text("workspace/decisions.csv")
        .lines()
        .filter(|line| line.starts_with("line,"))
        .map(str::to_owned)
        .collect();
    assert_eq!(decided.len(), 4, "a row a line: {decided:?}");
    assert!(page.get("/differences").1.contains("0 of 1 left"));
    // A form that is sent twice says nothing new.
    assert_eq!(page.post_with("/decide", csrf, &answer).0, 303);
}

#[test]
fn a_cause_is_explained_with_what_it_comes_to_and_every_line_in_it() {
    let msp = quiet();
    Books { cost: 17, ..Books::usual() }.score(&msp, NEWEST);
    let explain = ["explain", "price_list:BP", "--workspace", "workspace"];
    let said = msp.done(&explain).stdout;
    assert!(said.starts_with("Price list moved price_list:BP"), "{said}");
    for finding in findings(&msp) {
        let (id, client) = (&finding["id"], &finding["client"]);
        assert!(said.contains(id.as_str()) && said.contains(client.as_str()), "{said}");
    }
    assert!(said.contains("$58.00"), "{said}");
    let json = msp.done(&[&explain[..], &["--json"]].concat()).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["kind"], "price_list");
    msp.done(&[&explain[..], &["--out", "cause.html"]].concat());
    assert!(msp.text("cause.html").contains("Price list moved"));
}

#[test]
fn a_dearer_product_sold_below_its_cost_since_is_the_same_cause_and_never_added_to_the_news() {
    let msp = quiet();
    let said = Books { cost: 23, ..Books::usual() }.score(&msp, NEWEST);
    assert_eq!(only_cause(&msp, 8), "price_list:BP");
    let lost = said.lines().find(|line| line.trim_start().starts_with("you lose it"));
    assert!(lost.is_some_and(|line| line.contains("4 lines") && line.contains("$58.00")), "{said}");
    let page = Served::of(&msp, &[]).get("/differences").1;
    assert!(page.contains("2 of 2 left"), "what is lost is fixed, and a price is news: {page}");
}

#[test]
fn a_contract_that_ended_is_one_item_with_all_its_lines_those_no_vendor_sells_too() {
    let msp = quiet();
    let mut books = Books::usual();
    books.billed.retain(|(client, ..)| *client != "Wayne Enterprises");
    books.score(&msp, NEWEST);
    assert_eq!(only_cause(&msp, 2), "contract_ended:Wayne Enterprises/Managed Services");
    let cause = run(&msp).causes.remove(0);
    assert_eq!(cause.further.len(), 1, "{cause:?}");
    assert_eq!(cause.further[0].sku, "Help desk");
    assert!(cause.words.contains("1 Help desk ($500.00)"), "{cause:?}");
}

#[test]
fn a_contract_that_was_renewed_under_another_name_ended_nothing() {
    let msp = quiet();
    let mut books = Books::usual();
    for line in &mut books.billed {
        line.3 = "Managed Services 2026";
    }
    books.score(&msp, NEWEST);
    assert!(findings(&msp).is_empty(), "{:?}", findings(&msp));
    assert!(run(&msp).causes.is_empty());
}

#[test]
fn a_client_that_is_gone_at_the_vendor_and_billed_on_is_one_item() {
    let msp = quiet();
    let mut books = Books::usual();
    books.bought.retain(|(client, ..)| *client != "Stark Industries");
    books.score(&msp, NEWEST);
    assert_eq!(only_cause(&msp, 2), "lost_client:Stark Industries");
    let words = &run(&msp).causes[0].words;
    assert_eq!(words, "Stark Industries was charged for last in Mar 2026; 2 lines still billed.");
}

#[test]
fn a_client_that_is_new_at_the_vendor_and_not_billed_yet_is_one_item() {
    let msp = quiet();
    let mut books = Books::usual();
    books.bought.extend([("Zephyr Opticians", "BP", 7), ("Zephyr Opticians", "EXO", 9)]);
    books.score(&msp, NEWEST);
    let cause = only_cause(&msp, 2);
    assert!(
        cause.starts_with("new_client:") || cause.starts_with("client_unanswered:"),
        "{cause}: what is asked about its name comes first"
    );
}

#[test]
fn what_has_a_cause_of_its_own_stands_alone_under_its_own_id() {
    let msp = quiet();
    let mut books = Books::usual();
    books.billed[0].2 -= 2;
    books.billed[3].2 -= 1;
    books.score(&msp, NEWEST);
    let findings = findings(&msp);
    assert_eq!(findings.len(), 2);
    for finding in &findings {
        assert_eq!(finding["cause"], finding["id"]);
    }
    let last = findings[0].keys().len();
    let header = msp.text(format!("workspace/runs/{NEWEST}/findings.csv"));
    assert!(header.lines().next().unwrap().ends_with(",price_from,cause"), "{last} columns");
}
