//! From a difference to what is done about it: since when, back again, what changed, what to change.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::Decimal;
use seatdrift_core::domain::{Month, Side, Verdict};
use seatdrift_core::run::change_list::changes;
use seatdrift_core::run::{AgreementShare, Raised, Run, parse_run};

use crate::msp::Msp;

pub(crate) type Record = BTreeMap<String, String>;

const HEADER: &str =
    "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at";
/// The names, decided, so that no test waits for a model.
const NAMES: &str = "client,v1,,Wayne Enterprises,,,same,,,kim,\nclient,v2,,Stark Industries,,,same,,,kim,\n\
    sku,,BP,,M365-BP,,same,,,kim,\nsku,,EXO,,EXO1,,same,,,kim,\n";

pub(crate) fn workspace() -> Msp {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    decide(&msp, NAMES);
    msp
}

pub(crate) fn decide(msp: &Msp, rows: &str) {
    msp.write("d.csv", format!("{HEADER}\n{rows}"));
    msp.done(&["decide", "d.csv", "--workspace", "workspace"]);
}

/// Scores a month in which Wayne is bought and billed so many, and Stark is bought and billed alike.
pub(crate) fn score(msp: &Msp, month: &str, wayne: (u32, u32), stark: u32) -> String {
    let last = month.parse::<Month>().unwrap().last_day();
    let (day, period) = (format!("{month}-05"), format!("{month}-01,{last}"));
    let (bought, billed) = wayne;
    let money = |units: u32, price: u32| format!("{}.00", units * price);
    msp.write(
        "newest/vendor.csv",
        format!(
            "invoice_date,company_name,company_id,type,start_period,end_period,quantity,sku,description,price,subtotal,cost,cost_total,currency_code\n\
             {day},Wayne Enterprises,v1,subscription,{period},{bought},BP,Microsoft 365 Business Premium,22.00,{},16.00,{},USD\n\
             {day},Stark Industries,v2,subscription,{period},{stark},EXO,Exchange Online (Plan 1),4.00,{},3.00,{},USD\n",
            money(bought, 22), money(bought, 16), money(stark, 4), money(stark, 3),
        ),
    );
    msp.write(
        "newest/psa.csv",
        format!(
            "Company Name,Agreement Name,Agreement Status,Product ID,Description,Quantity,Less Included,Unit Price,Ext Price,Unit Cost,Effective Date,Cancelled Date,Bill Customer,Addition Status\n\
             Wayne Enterprises,=Cloud,Active,M365-BP,Microsoft 365 Business Premium,{billed}.00,0.00,$22.00,${},$16.00,2025-01-01,,Billable,Active\n\
             Stark Industries,Cloud,Active,EXO1,Exchange Online Plan 1,{stark}.00,0.00,$4.00,${},$3.00,2025-01-01,,Billable,Active\n",
            money(billed, 22), money(stark, 4),
        ),
    );
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", month], &files[..]].concat())
        .stdout
}

pub(crate) fn table(msp: &Msp, month: &str, name: &str) -> Vec<Record> {
    let text = msp.text(format!("workspace/runs/{month}/{name}"));
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

pub(crate) fn wayne(msp: &Msp, month: &str) -> Option<Record> {
    let findings = table(msp, month, "findings.csv");
    findings.into_iter().find(|one| one["client"] == "Wayne Enterprises")
}

#[test]
fn a_drift_says_since_when_and_what_it_has_cost_so_far() {
    let msp = workspace();
    score(&msp, "2026-01", (40, 40), 5);
    for (month, bought) in [("2026-02", 41), ("2026-03", 43), ("2026-04", 42)] {
        score(&msp, month, (bought, 40), 5);
    }
    let why = wayne(&msp, "2026-04").unwrap()["why"].clone();
    let so_far = "Drifting since Feb 2026, 3 months, $132.00 so far.";
    assert!(why.contains(so_far), "1, 3 and 2 units of $22: {why}");
    assert!(!wayne(&msp, "2026-02").unwrap()["why"].contains("Drifting"), "it was new then");
    assert!(msp.text("workspace/runs/2026-04/report.html").contains(so_far));
    // A month in between without the difference ends the run.
    score(&msp, "2026-05", (40, 40), 5);
    score(&msp, "2026-06", (42, 40), 5);
    assert!(!wayne(&msp, "2026-06").unwrap()["why"].contains("Drifting"));
}

#[test]
fn an_accepted_difference_that_is_back_says_what_was_accepted_and_what_is_now() {
    let msp = workspace();
    score(&msp, "2026-04", (36, 30), 5);
    decide(
        &msp,
        "line,v1,BP,Wayne Enterprises,M365-BP,2026-04,accepted,known,,kim,2026-05-03T09:00:00Z\n",
    );
    score(&msp, "2026-05", (36, 30), 5);
    assert!(wayne(&msp, "2026-05").is_none(), "its numbers stand");
    let said = score(&msp, "2026-06", (42, 30), 5);
    let why = wayne(&msp, "2026-06").unwrap()["why"].clone();
    assert!(why.contains("Back: accepted on 3 May 2026 at 36 units of the vendor line"), "{why}");
    assert!(why.contains("; now 42."), "{why}");
    assert!(said.contains("1 finding is back that people had settled"), "{said}");
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
}

#[test]
fn what_changed_since_last_month_is_told_once_and_by_client() {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    let said = score(&msp, "2026-05", (42, 42), 7);
    assert!(said.contains("0 findings are new, 0 were there before, 1 is gone"), "{said}");
    assert!(said.contains("Lines: 0 came, 0 went, 3 grew, 0 shrank."), "{said}");
    let run = msp.bytes("workspace/runs/2026-05/run.json");
    let since = parse_run(&run, run.len()).unwrap().last_month.unwrap();
    let told: Vec<(&str, usize)> =
        since.clients.iter().map(|client| (client.client.as_str(), client.n_lines)).collect();
    assert_eq!(told, [("Stark Industries", 2), ("Wayne Enterprises", 1)]);
    assert_eq!(since.gone[0].monthly_impact, Decimal::from(44));
}

#[test]
fn only_what_was_decided_is_listed_to_be_changed_and_written_to_the_client() {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    assert!(table(&msp, "2026-04", "changes.csv").is_empty());
    assert!(!msp.path("workspace/runs/2026-04/notes").exists(), "nobody has decided anything");
    decide(&msp, "line,v1,BP,Wayne Enterprises,M365-BP,2026-04,fix_psa,agreed,,kim,\n");
    msp.done(&["report", "--workspace", "workspace"]);
    let listed = table(&msp, "2026-04", "changes.csv");
    assert_eq!(listed.len(), 1, "{listed:?}");
    let cells = ["side", "company", "agreement", "product", "action", "from", "to"];
    let found = cells.map(|column| listed[0][column].as_str());
    let product = "Microsoft 365 Business Premium";
    assert_eq!(found, ["psa", "Wayne Enterprises", "'=Cloud", product, "change", "40", "42"]);
    assert_eq!(listed[0]["effective_date"], "2026-05-01");
    let notes = msp.names("workspace/runs/2026-04/notes");
    assert_eq!(notes.len(), 1, "{notes:?}");
    let note = msp.text(format!("workspace/runs/2026-04/notes/{}", notes[0]));
    assert!(note.contains("From 1 May 2026 your invoice will show 42: 2 more."), "{note}");
    assert!(note.contains("At $22.00 a unit that is $44.00 more a month"), "{note}");
    assert!(!note.contains("16.00"), "a client reads no cost of ours: {note}");
    // The vendor is to change after all: the last word counts.
    decide(&msp, "line,v1,BP,Wayne Enterprises,M365-BP,2026-04,fix_vendor,,,kim,\n");
    msp.done(&["report", "--workspace", "workspace"]);
    let listed = table(&msp, "2026-04", "changes.csv");
    let found = ["side", "from", "to"].map(|column| listed[0][column].as_str());
    assert_eq!((listed.len(), found), (1, ["vendor", "42", "40"]));
    decide(&msp, "line,v1,BP,Wayne Enterprises,M365-BP,2026-04,accepted,,,kim,\n");
    msp.done(&["report", "--workspace", "workspace"]);
    assert!(table(&msp, "2026-04", "changes.csv").is_empty());
}

#[test]
fn a_difference_that_a_row_nobody_could_read_may_explain_is_a_question_and_names_the_cell() {
    let msp = workspace();
    score(&msp, "2026-04", (42, 42), 5);
    let vendor = msp.text("newest/vendor.csv").replace(",42,BP,", ",forty-two,BP,");
    msp.write("newest/vendor.csv", vendor);
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", "2026-04"], &files[..]].concat());
    let finding = wayne(&msp, "2026-04").unwrap();
    assert_eq!(
        (finding["kind"].as_str(), finding["probability"].as_str()),
        ("not_bought", "0.4900")
    );
    let why = "A row of it could not be read, so it may be none: vendor.csv:2:quantity says \"forty-two\".";
    assert!(finding["why"].contains(why), "{}", finding["why"]);
}

fn decided_run() -> Run {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    let bytes = msp.bytes("workspace/runs/2026-04/run.json");
    parse_run(&bytes, bytes.len()).unwrap()
}

#[test]
fn the_changes_of_a_line_add_up_to_its_decided_drift() {
    let run = decided_run();
    let units = prop::collection::vec(1u32..60, 1..4);
    let raise =
        |verdict| Raised { verdict, reason: String::new(), by: String::new(), on: String::new() };
    proptest!(|(bought in units.clone(), billed in units, psa in any::<bool>())| {
        let mut run = run.clone();
        let finding = &mut run.findings[0];
        finding.raised = Some(raise(if psa { Verdict::FixPsa } else { Verdict::FixVendor }));
        for line in &mut finding.lines {
            let units = if line.side == Side::Vendor { &bought } else { &billed };
            let share = |(at, n): (usize, &u32)| AgreementShare {
                agreement: Some(format!("A{at}")),
                quantity: Decimal::from(*n),
            };
            line.shares = units.iter().enumerate().map(share).collect();
        }
        let drift = Decimal::from(bought.iter().sum::<u32>()) - Decimal::from(billed.iter().sum::<u32>());
        let listed = changes(&run);
        let moved: Decimal = listed.iter().map(|change| change.to - change.from).sum();
        prop_assert_eq!(moved, if psa { drift } else { -drift });
        prop_assert!(listed.iter().all(|change| !change.to.is_sign_negative()));
        prop_assert!(listed.iter().all(|change| change.to != change.from));
    });
}

/// Scores April with Wayne's Exchange Online bought and not billed, its other lines on these agreements, and
/// has it fixed in the PSA. Gives the change that is listed.
fn change_of_what_is_not_billed(agreements: &[&str]) -> Record {
    let msp = workspace();
    score(&msp, "2026-04", (42, 42), 5);
    let mut vendor = msp.text("newest/vendor.csv");
    vendor.push_str("2026-04-05,Wayne Enterprises,v1,subscription,2026-04-01,2026-04-30,6,EXO,Exchange Online (Plan 1),4.00,24.00,3.00,18.00,USD\n");
    let mut psa = msp.text("newest/psa.csv").replace(",=Cloud,", &format!(",{},", agreements[0]));
    for (idx, agreement) in agreements.iter().enumerate().skip(1) {
        psa.push_str(&format!("Wayne Enterprises,{agreement},Active,OWN{idx},Our service {idx},1.00,0.00,$9.00,$9.00,$0.00,2025-01-01,,Billable,Active\n"));
    }
    msp.write("newest/vendor.csv", vendor);
    msp.write("newest/psa.csv", psa);
    decide(&msp, "line,v1,EXO,Wayne Enterprises,EXO1,2026-04,fix_psa,,,kim,\n");
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", "2026-04"], &files[..]].concat());
    let mut listed = table(&msp, "2026-04", "changes.csv");
    assert_eq!(listed.len(), 1, "{listed:?}");
    listed.remove(0)
}

#[test]
fn a_line_to_add_goes_to_the_one_agreement_of_its_client() {
    let added = change_of_what_is_not_billed(&["Managed Cloud", "Managed Cloud"]);
    let cells = ["company", "agreement", "action", "from", "to"];
    let found = cells.map(|column| added[column].as_str());
    assert_eq!(found, ["Wayne Enterprises", "Managed Cloud", "add", "0", "6"]);
    assert!(added["why"].ends_with("all the client's lines stand on that agreement"), "{added:?}");
}

#[test]
fn where_a_client_has_several_agreements_nobody_guesses_which_a_line_is_added_to() {
    let added = change_of_what_is_not_billed(&["Cloud", "Managed Cloud", "Managed Cloud"]);
    assert_eq!((added["agreement"].as_str(), added["action"].as_str()), ("", "add"));
    let why =
        "which agreement is for you to say: the client's lines stand on 2 (Cloud, Managed Cloud)";
    assert!(added["why"].contains(why), "{}", added["why"]);
}
