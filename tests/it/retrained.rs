//! A retrain from the review page: new models, then the month scored again with every decision.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs::{self, File};

use serde_json::Value;

use crate::msp::{Msp, PSA, VENDOR};
use crate::served::{Served, decided, wait_until};

/// What the page shows while a retrain is running.
const RUNNING: &str = "<ol class=\"stages\">";
const RUN: &str = "workspace/runs/2026-10/run.json";

/// October scored, and its page served.
fn scored() -> (Msp, Served) {
    let msp = Msp::new();
    msp.score(VENDOR, PSA);
    let served = Served::of(&msp, &[]);
    (msp, served)
}

/// The ids of the findings of October's run.
fn findings(msp: &Msp) -> Vec<String> {
    let run: Value = serde_json::from_str(&msp.text(RUN)).unwrap();
    let ids = run["findings"].as_array().unwrap().iter();
    ids.map(|finding| finding["id"].as_str().unwrap().to_owned()).collect()
}

fn accept(served: &Served, finding: &str) {
    let answer = [("id", finding), ("queue", "differences"), ("verdict", "accepted")];
    assert_eq!(served.post("/decide", &answer).0, 303);
}

/// What the page says when the retrain has ended.
fn retrained(served: &Served) -> String {
    assert_eq!(served.post("/retrain", &[]).0, 303);
    ended(served)
}

fn ended(served: &Served) -> String {
    let mut page = String::new();
    wait_until(|| {
        page = served.get("/retrain").1;
        !page.contains(RUNNING)
    });
    page
}

#[test]
fn what_was_settled_leaves_the_queue_with_the_retrain() {
    let (msp, served) = scored();
    let before = findings(&msp);
    accept(&served, &before[0]);
    // Those of one cause are asked about once.
    let queue = served.get("/differences").1;
    let progress = queue.split("<p role=\"status\">").nth(1).unwrap();
    let n_left = progress.split(" of ").next().unwrap().to_owned();
    assert!(n_left.parse::<usize>().is_ok_and(|n| 0 < n && n < before.len()), "{queue}");
    let page = retrained(&served);
    assert!(page.contains("What was learned"), "{page}");
    let left = format!("<dt>Differences</dt><dd>{n_left} before, {n_left} now</dd>");
    assert!(page.contains(&left), "{page}");
    assert_eq!(findings(&msp), before[1..]);
    let queue = served.get("/differences").1;
    assert!(queue.contains(&format!("{n_left} of {n_left} left")), "{queue}");
    assert!(msp.path("workspace/runs/2026-10/scores.csv").is_file());
}

#[test]
fn an_answer_given_while_the_month_is_scored_again_is_not_lost() {
    let (msp, served) = scored();
    let before = findings(&msp);
    let n_before = decided(&msp).len();
    assert_eq!(served.post("/retrain", &[]).0, 303);
    let mut n_given = 0;
    for finding in &before {
        accept(&served, finding);
        n_given += 1;
        if !served.get("/retrain").1.contains(RUNNING) {
            break;
        }
    }
    ended(&served);
    assert_eq!(decided(&msp).len(), n_before + n_given);
    let left = served.get("/differences").1;
    assert!(left.contains(&format!("{} of ", before.len() - n_given)), "{left}");
}

#[test]
fn while_another_seatdrift_writes_nothing_is_retrained() {
    let (msp, served) = scored();
    let run = msp.text(RUN);
    let is_trained = || msp.path("workspace/models").is_dir();
    assert!(!is_trained());
    let lock = File::create(msp.path("workspace/.seatdrift.lock")).unwrap();
    lock.lock().unwrap();
    let page = retrained(&served);
    assert!(page.contains("It could not be trained: another seatdrift is writing"), "{page}");
    assert!(page.contains("Models and run stay as they were"), "{page}");
    assert!(msp.text(RUN) == run && !is_trained());
    drop(lock);
    assert!(retrained(&served).contains("What was learned"), "it can be tried again");
}

#[test]
fn a_month_whose_exports_are_gone_keeps_its_run_and_the_new_models() {
    let (msp, served) = scored();
    let run = msp.text(RUN);
    fs::remove_file(msp.path("workspace/originals/2026-10/psa-connectwise.csv")).unwrap();
    let page = retrained(&served);
    assert!(page.contains("The models are trained, and the month could not be scored"), "{page}");
    assert!(page.contains("psa-connectwise.csv"), "{page}");
    assert!(page.contains("What was learned"), "{page}");
    assert_eq!(msp.text(RUN), run);
}
