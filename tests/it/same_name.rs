//! Two clients of one name: what is said of one says nothing of the other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use seatdrift_core::domain::Month;
use serde_json::Value;

use crate::decided::decide;
use crate::msp::Msp;
use crate::served::{Served, decided};

/// What both are called on both sides, as ConnectWise keeps a deleted company beside the new one.
const NAME: &str = "Wayne Enterprises";
/// Their keys, the vendor's and the PSA's.
const CLIENTS: [(&str, &str); 2] = [("v1", "19"), ("v3", "20")];

fn workspace() -> Msp {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    let same = |(vendor, psa)| format!("client,{vendor},,{psa},,,same,,,kim,\n");
    decide(&msp, &format!("{}sku,,BP,,M365-BP,,same,,,kim,\n", CLIENTS.map(same).concat()));
    msp
}

/// Scores a month in which each of the two has so many seats bought and billed; somebody else is there every
/// month.
fn score(msp: &Msp, month: &str, (bought, billed): (u32, u32)) {
    let last = month.parse::<Month>().unwrap().last_day();
    let mut vendor = "invoice_date,company_name,company_id,type,start_period,end_period,quantity,\
        sku,description,cost,cost_total,currency_code\n"
        .to_owned();
    let mut psa =
        "Company RecID,Company Name,Agreement Name,Agreement Status,Product ID,Description,\
        Quantity,Less Included,Unit Price,Ext Price,Unit Cost,Effective Date,Cancelled Date,\
        Bill Customer,Addition Status\n"
            .to_owned();
    let product = "Microsoft 365 Business Premium";
    let two = CLIENTS.map(|(vendor, psa)| (NAME, vendor, psa, bought, billed));
    for (name, vendor_key, psa_key, bought, billed) in
        two.into_iter().chain([("Stark Industries", "v2", "21", 42, 42)])
    {
        if 0 < bought {
            let total = bought * 16;
            vendor.push_str(&format!(
                "{month}-05,{name},{vendor_key},subscription,{month}-01,{last},{bought},BP,{product},16.00,{total}.00,USD\n"
            ));
        }
        psa.push_str(&format!(
            "{psa_key},{name},Cloud,Active,M365-BP,{product},{billed},0,$22.00,${}.00,$16.00,2025-01-01,,Billable,Active\n",
            billed * 22
        ));
    }
    msp.write("newest/vendor.csv", vendor);
    msp.write("newest/psa.csv", psa);
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", month], &files[..]].concat());
}

/// The findings or the flags of a month's run that are about a client of that name.
fn about_name(msp: &Msp, month: &str, what: &str) -> Vec<Value> {
    let run: Value =
        serde_json::from_str(&msp.text(format!("workspace/runs/{month}/run.json"))).unwrap();
    let all = run[what].as_array().unwrap().iter();
    all.filter(|one| one["client"] == NAME).cloned().collect()
}

/// The ids of those.
fn ids(msp: &Msp, month: &str, what: &str) -> Vec<String> {
    let id = |one: &Value| one["id"].as_str().unwrap().to_owned();
    about_name(msp, month, what).iter().map(id).collect()
}

/// Answers one of two on the page, and looks for the other there.
fn answer_one(msp: &Msp, queue: &str, one: &str, other: &str, verdict: &str) {
    let served = Served::of(msp, &[]);
    let before = served.get(&format!("/{queue}")).1;
    assert!(before.contains(one) && before.contains(other), "{before}");
    let csrf = before.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let answer = [("id", one), ("queue", queue), ("verdict", verdict)];
    assert_eq!(served.post_with("/decide", csrf, &answer).0, 303);
    let left = served.get(&format!("/{queue}")).1;
    assert!(!left.contains(one) && left.contains(other), "{left}");
    let settled = served.get(&format!("/{queue}?show=decided")).1;
    assert!(settled.contains(one) && !settled.contains(other), "{settled}");
}

#[test]
fn a_settled_line_of_one_leaves_the_line_of_the_other() {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40));
    let found = ids(&msp, "2026-04", "findings");
    let [one, other] = &found[..] else { panic!("{found:?}") };
    answer_one(&msp, "differences", one, other, "accepted");
    let row = decided(&msp).pop().unwrap();
    assert!(row.starts_with("line,v1,BP,19,M365-BP,") || row.starts_with("line,v3,BP,20,M365-BP,"));
    score(&msp, "2026-04", (42, 40));
    assert_eq!(ids(&msp, "2026-04", "findings"), std::slice::from_ref(other));
}

#[test]
fn a_flag_of_one_that_was_expected_leaves_the_flag_of_the_other() {
    let msp = workspace();
    for month in 1..=8 {
        score(&msp, &format!("2026-{month:02}"), (42, 42));
    }
    // Both are gone at the vendor and billed all the same.
    score(&msp, "2026-09", (0, 42));
    let flags = about_name(&msp, "2026-09", "flags");
    let keys =
        |flag: &Value| ["vendor_clients", "psa_clients"].map(|side| flag["keys"][side][0].clone());
    let mut found: Vec<[Value; 2]> = flags.iter().map(keys).collect();
    found.sort_by_key(|keys| keys[1].to_string());
    assert_eq!(found, CLIENTS.map(|(vendor, psa)| [vendor, psa].map(Value::from)), "{flags:?}");
    let found = ids(&msp, "2026-09", "flags");
    answer_one(&msp, "flags", &found[0], &found[1], "expected");
    let row = decided(&msp).pop().unwrap();
    let psa = flags[0]["keys"]["psa_clients"][0].as_str().unwrap();
    assert!(row.starts_with(&format!("flag,,,{psa},,2026-09,expected,")), "{row}");
    score(&msp, "2026-09", (0, 42));
    assert_eq!(ids(&msp, "2026-09", "flags"), found[1..]);
}
