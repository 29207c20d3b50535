//! Every verdict about a line, from the month it is given in to the month it ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use crate::decided::{Record, decide, score, table, wayne, workspace};
use crate::msp::Msp;

/// What settles a line.
const SETTLING: [&str; 4] = ["accepted", "bundle", "internal", "free"];

/// Wayne's line decided on in April, when 36 were bought and 30 billed.
fn decided_in_april(verdict: &str, until: &str) -> Msp {
    let msp = workspace();
    score(&msp, "2026-04", (36, 30), 5);
    decide(
        &msp,
        &format!(
            "line,v1,BP,Wayne Enterprises,M365-BP,2026-04,{verdict},as agreed,{until},kim,2026-05-03T09:00:00Z\n"
        ),
    );
    msp
}

fn settled(msp: &Msp, month: &str) -> Vec<Record> {
    let explained = table(msp, month, "explained.csv").into_iter();
    explained.filter(|line| line["kind"] == "settled").collect()
}

#[test]
fn what_is_settled_is_no_finding_next_month_and_is_listed_with_what_it_costs() {
    for verdict in SETTLING {
        let msp = decided_in_april(verdict, "");
        score(&msp, "2026-05", (36, 30), 5);
        assert!(wayne(&msp, "2026-05").is_none(), "{verdict}");
        let listed = settled(&msp, "2026-05");
        assert_eq!(listed.len(), 1, "{verdict}: {listed:?}");
        let line = &listed[0];
        assert_eq!((line["verdict"].as_str(), line["charged"].as_str()), (verdict, "576.00"));
        assert_eq!(
            line["why"],
            format!("{verdict} by kim for good (as agreed): 36 bought, 30 billed")
        );
        assert_eq!(line["rows"], "vendor.csv:2;psa.csv:2");
        let said = msp.run(&["explain", &line["id"]]).stdout;
        assert!(said.contains("$576.00 a month") && said.contains("$660.00 a month"), "{said}");
        let report = msp.text("workspace/runs/2026-05/report.html");
        assert!(report.contains(&format!("{verdict}: as agreed (kim)")), "{verdict}");
    }
}

#[test]
fn what_is_settled_until_a_day_is_back_when_the_day_has_passed_and_says_so() {
    for verdict in SETTLING {
        let msp = decided_in_april(verdict, "2026-05-31");
        score(&msp, "2026-05", (36, 30), 5);
        assert!(wayne(&msp, "2026-05").is_none(), "{verdict} holds on its last day");
        let said = score(&msp, "2026-06", (36, 30), 5);
        assert!(said.contains("1 finding is back that people had settled"), "{verdict}: {said}");
        let back = format!("Back: {verdict} on 3 May 2026 until 31 May 2026, which has passed.");
        let finding = wayne(&msp, "2026-06").unwrap();
        assert!(finding["why"].contains(&back), "{verdict}: {}", finding["why"]);
        let explained = msp.run(&["explain", &finding["id"]]).stdout.replace(['\n', ' '], "");
        assert!(explained.contains(&back.replace(' ', "")), "{verdict}: {explained}");
        assert!(msp.text("workspace/runs/2026-06/report.html").contains(&back), "{verdict}");
        assert!(settled(&msp, "2026-06").is_empty(), "{verdict}");
    }
}

#[test]
fn what_is_settled_is_back_when_its_numbers_change_and_says_which_did() {
    for verdict in SETTLING {
        let msp = decided_in_april(verdict, "2026-12-31");
        score(&msp, "2026-05", (36, 28), 5);
        let why = wayne(&msp, "2026-05").unwrap()["why"].clone();
        let back = format!("Back: {verdict} on 3 May 2026 at 30 units of the psa line");
        assert!(why.contains(&back) && why.contains("; now 28."), "{verdict}: {why}");
    }
}

#[test]
fn what_is_settled_is_back_when_its_price_changes_and_says_so() {
    let msp = decided_in_april("accepted", "");
    score(&msp, "2026-05", (36, 30), 5);
    // The vendor charges 17 instead of 16.
    let vendor = msp.text("newest/vendor.csv").replace("16.00,576.00", "17.00,612.00");
    assert!(vendor.contains("17.00,612.00"), "{vendor}");
    msp.write("newest/vendor.csv", vendor.replace("2026-05", "2026-06").replace("06-31", "06-30"));
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    let score = ["score", "--workspace", "workspace", "--month", "2026-06"];
    msp.done(&[&score[..], &files[..]].concat());
    let findings = table(&msp, "2026-06", "findings.csv");
    let under = findings.iter().find(|one| one["kind"] == "under_billed").unwrap();
    assert!(
        under["why"].contains("accepted on 3 May 2026 at 16 USD a unit of the vendor line")
            && under["why"].contains("; now 17 USD."),
        "{}",
        under["why"]
    );
}

#[test]
fn what_is_to_be_fixed_stays_a_finding_until_it_is_and_says_who_wanted_it() {
    for (verdict, place, side) in
        [("fix_psa", "in the PSA", "psa"), ("fix_vendor", "with the vendor", "vendor")]
    {
        let msp = decided_in_april(verdict, "");
        score(&msp, "2026-05", (36, 30), 5);
        let why = wayne(&msp, "2026-05").unwrap()["why"].clone();
        let still = format!("Decided in Apr 2026 to be fixed {place}; it still differs.");
        assert!(why.contains(&still), "{why}");
        let changes = table(&msp, "2026-05", "changes.csv");
        assert_eq!((changes.len(), changes[0]["side"].as_str()), (1, side));
        assert!(changes[0]["why"].starts_with("decided by kim on 2026-05-03 (as agreed)"));
        // Other numbers are another difference, which nobody has decided on.
        score(&msp, "2026-06", (40, 30), 5);
        assert!(!wayne(&msp, "2026-06").unwrap()["why"].contains("Decided"), "{verdict}");
        assert!(table(&msp, "2026-06", "changes.csv").is_empty(), "{verdict}");
        score(&msp, "2026-07", (36, 36), 5);
        assert!(wayne(&msp, "2026-07").is_none(), "{verdict}: it is fixed");
    }
}

#[test]
fn what_was_decided_about_this_month_is_not_told_as_still_differing() {
    let msp = decided_in_april("fix_psa", "");
    score(&msp, "2026-04", (36, 30), 5);
    let why = wayne(&msp, "2026-04").unwrap()["why"].clone();
    assert!(why.ends_with("Decided to be fixed in the PSA."), "{why}");
}

#[test]
fn a_report_says_that_what_was_settled_since_counts_at_the_next_score() {
    let msp = decided_in_april("fix_psa", "");
    score(&msp, "2026-04", (36, 30), 5);
    let report = ["report", "--month", "2026-04"];
    let said = msp.run(&report).stderr;
    assert!(!said.contains("score 2026-04 again"), "{said}");
    let settled = "line,v1,BP,Wayne Enterprises,M365-BP,2026-04";
    decide(&msp, &format!("{settled},fix_psa,as agreed,,kim,2998-01-01T09:00:00Z\n"));
    let said = msp.run(&report).stderr;
    assert!(!said.contains("score 2026-04 again"), "what is to be fixed is taken in: {said}");
    decide(&msp, &format!("{settled},accepted,,,kim,2999-01-01T09:00:00Z\n"));
    let said = msp.run(&report).stderr;
    assert!(said.contains("1 decision was made since"), "{said}");
    assert!(said.contains("score 2026-04 again to take them in"), "{said}");
}
