//! Workspaces made by earlier versions open, and go on: score, decide, learn, report.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::Path;

use crate::decided::decide;
use crate::msp::{Msp, PSA, VENDOR, files_below};

/// A workspace of the version before the history had a layout number, with September scored; and the
/// exports of October.
fn layout_1() -> Msp {
    let msp = Msp::empty();
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/older/layout_1");
    for (path, bytes) in files_below(&made) {
        msp.write(path, bytes);
    }
    msp
}

#[test]
fn an_older_workspace_scores_the_next_month_beside_the_months_it_has() {
    let msp = layout_1();
    msp.score(VENDOR, PSA);
    let run = msp.text("workspace/runs/2026-10/run.json");
    let run: serde_json::Value = serde_json::from_str(&run).unwrap();
    assert_eq!(run["last_month"]["month"], "2026-09");
    let since = |finding: &serde_json::Value| finding["since"]["month"] == "2026-06";
    let n_old = run["findings"].as_array().unwrap().iter().filter(|one| since(one)).count();
    assert_eq!(n_old, OLD_FINDINGS, "differences that June has too");
}

/// Differences of October that are unbroken since June, as the version that made the workspace counted
/// them.
const OLD_FINDINGS: usize = 8;

#[test]
fn an_older_workspace_takes_a_decision_learns_and_reports_again() {
    let msp = layout_1();
    msp.score(VENDOR, PSA);
    let asked = msp.text("workspace/runs/2026-10/suggestions.csv");
    let (vendor, psa) = ("5176fb88-cdd9-4d71-abaa-dad76fcab2f7", "SEC-BNDL");
    assert!(asked.contains(&format!("{vendor},DNSFilter Enterprise,{psa}")), "{asked}");
    decide(&msp, &format!("sku,,{vendor},,{psa},,different,,,kim,\n"));
    let answer = msp.run(&["train"]);
    assert_eq!(answer.status, Some(0), "{}", answer.stderr);
    assert!(answer.stdout.contains("trained on everything through 2026-10"), "{}", answer.stdout);
    for month in ["2026-09", "2026-10"] {
        let answer = msp.run(&["report", "--month", month]);
        assert_eq!(answer.status, Some(0), "{}", answer.stderr);
    }
    msp.score(VENDOR, PSA);
    let asked = msp.text("workspace/runs/2026-10/suggestions.csv");
    assert!(!asked.contains(&format!("{vendor},DNSFilter Enterprise,{psa}")), "{asked}");
}

#[test]
fn trends_learned_by_an_older_version_are_passed_over_in_words() {
    let msp = layout_1();
    // The layout stands behind the magic, and outside of the checksum.
    let mut older = seatdrift_core::models::Family::SeatTrend.shipped().to_vec();
    older[8..12].copy_from_slice(&3_u32.to_le_bytes());
    msp.write("workspace/models/seat_trend-0001.model", older);
    msp.score(VENDOR, PSA);
    let run = msp.text("workspace/runs/2026-10/run.json");
    assert!(run.contains("shipped, as seat_trend-0001.model is of an older version"), "{run}");
    let answer = msp.run(&["train"]);
    assert_eq!(answer.status, Some(0), "{}", answer.stderr);
}
