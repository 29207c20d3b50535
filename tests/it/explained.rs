//! `explain`: one thing with every number behind it, in the terminal, as JSON and as a page.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use serde_json::Value;

use crate::msp::{Msp, PSA, VENDOR};

/// October scored, and its run.
fn scored() -> (Msp, Value) {
    let msp = Msp::new();
    msp.score(VENDOR, PSA);
    let run = serde_json::from_str(&msp.text("workspace/runs/2026-10/run.json")).unwrap();
    (msp, run)
}

fn first_id(run: &Value, kind: &str) -> String {
    run[kind][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_page_says_what_the_terminal_says_and_draws_the_months_of_the_line() {
    let (msp, run) = scored();
    let id = first_id(&run, "findings");
    let answer = msp.run(&["explain", &id, "--out", "kept/finding.html"]);
    assert_eq!(answer.status, Some(0), "{}", answer.stderr);
    assert!(answer.stderr.contains("kept/finding.html"), "{}", answer.stderr);
    let page = msp.text("kept/finding.html");
    let finding = &run["findings"][0];
    for said in ["client", "sku"] {
        let words = finding[said].as_str().unwrap();
        assert!(answer.stdout.contains(words) && page.contains(words), "{words}");
    }
    assert!(page.contains("<svg class=\"chart\""), "the history has the months before");
    assert!(page.contains("month by month."), "{page}");
    // Told twice, the page is the same to the byte.
    msp.run(&["explain", &id, "--out", "again.html"]);
    assert_eq!(msp.text("again.html"), page);
}

#[test]
fn as_json_it_goes_to_stdout_and_the_page_is_written_all_the_same() {
    let (msp, run) = scored();
    for kind in ["suggestions", "findings"] {
        let id = first_id(&run, kind);
        let answer = msp.run(&["explain", &id, "--json", "--quiet", "--out", "page.html"]);
        let told: Value = serde_json::from_str(&answer.stdout).unwrap();
        assert_eq!(told["id"], id.as_str());
        assert!(msp.text("page.html").contains(&id));
        assert_eq!(answer.stderr, "");
    }
}

#[test]
fn a_page_that_cannot_be_written_is_said_and_nothing_else_happens() {
    let (msp, run) = scored();
    msp.write("file", "in the way");
    let id = first_id(&run, "findings");
    let message = msp.refused(&["explain", &id, "--out", "file/page.html"]);
    assert!(message.contains("file"), "{message}");
}
