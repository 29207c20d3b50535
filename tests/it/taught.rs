//! What people teach: the words of their answers settle other names, and accepted names are checked.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use crate::decided::{decide, table};
use crate::msp::Msp;
use crate::served::{Served, wait_until};

const PRACTICES: [(&str, u32); 6] = [
    ("Bluebell", 12),
    ("Fernwood", 7),
    ("Oakdale", 31),
    ("Rosehill", 5),
    ("Tidewell", 18),
    ("Kestrel", 22),
];
const MONTH: &str = "2026-09";
const TAUGHT: &str = "client,Bluebell VH,,Bluebell Veterinary Hospital,,,same,,,kim,2026-09-30T09:00:00Z\n\
    client,Fernwood VH,,Fernwood Veterinary Hospital,,,same,,,kim,2026-09-30T09:00:00Z\n";

/// Practices whose vendor writes "VH" and whose PSA writes "Veterinary Hospital".
fn practices() -> Msp {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    let (mut vendor, mut psa) = (
        "Client,Product,Quantity,Unit Cost\n".to_owned(),
        "Client,Product,Quantity,Unit Price\n".to_owned(),
    );
    for (name, seats) in PRACTICES {
        vendor.push_str(&format!("{name} VH,Microsoft 365 E3,{seats},33.75\n"));
        psa.push_str(&format!("{name} Veterinary Hospital,Microsoft 365 E3,{seats},39.00\n"));
    }
    for seats in 3..120 {
        let name = format!("Granite Works {seats}");
        vendor.push_str(&format!("{name},Microsoft 365 E3,{seats},33.75\n"));
        psa.push_str(&format!("{name},Microsoft 365 E3,{seats},39.00\n"));
    }
    msp.write("vendor.csv", vendor);
    msp.write("psa.csv", psa);
    score(&msp);
    msp
}

fn score(msp: &Msp) {
    let files = ["--vendor", "vendor.csv", "--psa", "psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", MONTH], &files[..]].concat());
}

fn status_and_why(msp: &Msp, client: &str) -> (String, String) {
    let rows = table(msp, MONTH, "suggestions.csv").into_iter();
    let row = rows.filter(|row| row["kind"] == "client").find(|row| row["vendor_name"] == client);
    let row = row.unwrap();
    (row["status"].clone(), row["why"].clone())
}

#[test]
fn a_name_that_is_accepted_for_taught_words_says_so_and_one_that_is_not_does_not() {
    let msp = practices();
    assert_eq!(status_and_why(&msp, "Oakdale VH").0, "review");
    decide(&msp, TAUGHT);
    score(&msp);
    let (status, why) = status_and_why(&msp, "Oakdale VH");
    assert_eq!(status, "auto", "{why}");
    insta::assert_snapshot!(why, @r#"Share the rare word "oakdale", and "vh" is "veterinary hospital" in pairs you confirmed; their one common product has the same number of seats on both sides. Accepted for what you taught: "vh" is "veterinary hospital"; without that you would be asked."#);
    let (_, why) = status_and_why(&msp, "Granite Works 40");
    assert!(!why.contains("taught"), "{why}");
}

/// The retrain page once it has ended.
fn retrained(served: &Served) -> String {
    assert_eq!(served.post("/retrain", &[]).0, 303);
    let mut page = String::new();
    wait_until(|| {
        page = served.get("/retrain").1;
        !page.contains("<ol class=\"stages\">")
    });
    page
}

#[test]
fn a_retrain_says_which_words_were_taught_and_what_they_settled() {
    let msp = practices();
    decide(&msp, TAUGHT);
    let served = Served::of(&msp, &[]);
    let page = retrained(&served);
    let from = page.find("<h2>What was learned</h2>").unwrap();
    let said = &page[from..from + page[from..].find("</ul>").unwrap()];
    insta::assert_snapshot!(said, @"<h2>What was learned</h2><ul><li>You taught 1 word: “vh” is “veterinary hospital” and settled 4 clients.</li><li>4 clients are accepted now without being asked about.</li><li>4 names need no answer any more, beside those you answered.</li>");
}

#[test]
fn one_accepted_name_in_fifty_is_checked_without_a_hint_and_the_report_says_how_they_came_out() {
    let msp = practices();
    let run: serde_json::Value =
        serde_json::from_str(&msp.text(format!("workspace/runs/{MONTH}/run.json"))).unwrap();
    let accepted = |one: &&serde_json::Value| one["status"] == "auto" && one["kind"] == "client";
    let accepted: Vec<_> = run["suggestions"].as_array().unwrap().iter().filter(accepted).collect();
    let checked: Vec<_> = accepted.iter().filter(|one| one["is_checked"] == true).collect();
    assert!((1..=6).contains(&checked.len()), "{} of {}", checked.len(), accepted.len());

    let served = Served::of(&msp, &[]);
    let id = checked[0]["id"].as_str().unwrap();
    let card = served.get(&format!("/names?at={id}")).1;
    let card = &card[card.find("<article").unwrap()..card.find("</article>").unwrap()];
    assert!(card.contains("asked about without a hint"), "{card}");
    assert!(!card.contains('%') && !card.contains("have the same words"), "{card}");
    let answer =
        [("id", id), ("candidate", id), ("queue", "names"), ("verdict", "same"), ("reason", "")];
    assert_eq!(served.post("/decide", &answer).0, 303);
    assert!(msp.text("workspace/decisions.csv").contains(",same,checked blind,,"));
    retrained(&served);
    let report = msp.text(format!("workspace/runs/{MONTH}/report.html"));
    let said = "Of what it accepted, people checked 1 pair without a hint: 1 was right";
    assert!(report.contains(said), "the report says how it stands");
}
