//! Products that one side alone knows: asked about once, and named beside the sum they are most of.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use serde_json::Value;

use crate::msp::Msp;
use crate::served::{Served, decided, reviewed, run_with_own_service, write_run};

const MONTH: &str = "2026-10";

/// A page on a run in which a help desk is billed at two clients and bought nowhere.
fn served() -> (Msp, Served) {
    let msp = reviewed();
    write_run(&msp, &run_with_own_service());
    let served = Served::of(&msp, &[]);
    (msp, served)
}

#[test]
fn an_own_service_is_asked_about_first_and_one_answer_is_enough() {
    let (msp, served) = served();
    let names = served.get("/names").1;
    assert!(names.contains("<h1 id=\"what\" tabindex=\"-1\">Help desk</h1>"), "{names}");
    assert!(names.contains("Is this your own service? It is billed at 2 clients"), "{names}");
    assert!(names.contains("7 of 7 left"), "{names}");
    let differences = served.get("/differences").1;
    assert!(differences.contains("4 of 4 left"), "{differences}");
    assert!(differences.contains("2 more lines wait for one answer"), "{differences}");
    let answer = [("id", "s-11"), ("queue", "names"), ("verdict", "none")];
    assert_eq!(served.post("/decide", &answer).0, 303);
    let row = &decided(&msp)[0];
    assert!(row.starts_with("sku,,,,y9,,none,,,kim,"), "{row}");
    assert!(!served.get("/differences").1.contains("wait for one answer"));
    let line = served.get("/differences?show=decided&at=f-4").1;
    assert!(line.contains("Decided: our own, at every client"), "{line}");
    assert!(line.contains("Take back"), "{line}");
}

#[test]
fn from_one_of_its_lines_the_same_answer_is_given_for_all() {
    let (msp, served) = served();
    let line = served.get("/differences?show=alone&at=f-3").1;
    assert!(line.contains("Our own service, at every client"), "{line}");
    let answer = [("id", "f-3"), ("queue", "differences"), ("verdict", "none")];
    assert_eq!(served.post("/decide", &answer).0, 303);
    assert!(decided(&msp)[0].starts_with("sku,,,,y9,,none,"), "{:?}", decided(&msp));
    assert!(served.get("/names").1.contains("6 of 7 left"));
    // Of a line whose product both sides know it says nothing.
    let answer = [("id", "f-1"), ("queue", "differences"), ("verdict", "none")];
    assert_eq!(served.post("/decide", &answer).0, 422);
}

#[test]
fn who_decides_line_by_line_is_not_asked_about_the_product() {
    let (msp, served) = served();
    for id in ["f-3", "f-4"] {
        assert!(served.get("/names").1.contains("7 of 7 left"));
        let answer = [("id", id), ("queue", "differences"), ("verdict", "fix_psa")];
        assert_eq!(served.post("/decide", &answer).0, 303);
    }
    assert_eq!(decided(&msp).len(), 2);
    let names = served.get("/names").1;
    assert!(names.contains("6 of 7 left"), "{names}");
    assert!(served.get("/names?show=decided&at=s-11").1.contains("Decided: line by line"));
}

#[test]
fn what_only_the_vendor_knows_is_a_question_and_its_lines_stay_on_the_list() {
    let (_msp, served) = served();
    let card = served.get("/names?at=s-12").1;
    assert!(card.contains("Is this for your own use, or is it billed to nobody?"), "{card}");
    let differences = served.get("/differences").1;
    let list = differences.split("<ol class=\"list\">").nth(1).unwrap().split("</ol>").next();
    let is_listed = |id: &str| list.unwrap().contains(&format!("at={id}\""));
    assert!(is_listed("f-5") && is_listed("f-6"), "{differences}");
    assert!(!is_listed("f-3") && !is_listed("f-4"), "{differences}");
}

#[test]
fn in_a_first_month_the_headline_says_what_is_likely_the_msps_own_and_once_said_it_is_gone() {
    let msp = Msp::empty();
    msp.done(&["simulate", "exports", "--clients", "30", "--months", "2", "--seed", "3"]);
    msp.done(&["init", "workspace"]);
    let files = msp.names(&format!("exports/{MONTH}"));
    let of = |side: &str| {
        let file = files.iter().find(|file| file.starts_with(side)).unwrap();
        format!("exports/{MONTH}/{file}")
    };
    let score = || {
        let (vendor, psa) = (of("vendor"), of("psa"));
        msp.run(&["score", "--month", MONTH, "--vendor", &vendor, "--psa", &psa]).stdout
    };
    let said = score();
    let sentence = "products only the PSA knows: your own services?";
    assert!(said.split_whitespace().collect::<Vec<_>>().join(" ").contains(sentence), "{said}");
    assert!(msp.text(format!("workspace/runs/{MONTH}/report.html")).contains(sentence));
    // A person answers what the first cards ask, and nothing else.
    let served = Served::of(&msp, &[]);
    let mut n_answers = 0;
    while let Some(id) = asked(&served) {
        let answer = [("id", id.as_str()), ("queue", "names"), ("verdict", "none")];
        assert_eq!(served.post("/decide", &answer).0, 303);
        n_answers += 1;
    }
    assert!((2..=10).contains(&n_answers), "{n_answers}");
    let run = |name: &str| -> Value {
        serde_json::from_str(&msp.text(format!("workspace/runs/{MONTH}/{name}"))).unwrap()
    };
    let not_bought = |run: &Value| {
        let findings = run["findings"].as_array().unwrap().iter();
        findings.filter(|finding| finding["kind"] == "not_bought").count()
    };
    let before = not_bought(&run("run.json"));
    assert!(!score().contains("only the PSA knows"));
    let after = not_bought(&run("run.json"));
    assert!(after * 2 < before, "{before} lines before, {after} after {n_answers} answers");
}

/// The product that the first card of the names asks about as the MSP's own.
fn asked(served: &Served) -> Option<String> {
    let page = served.get("/names").1;
    let card = page.split("<article").nth(1)?;
    let id = card.split("name=\"id\" value=\"").nth(1)?.split('"').next()?;
    card.contains("Is this your own service?").then(|| id.to_owned())
}
