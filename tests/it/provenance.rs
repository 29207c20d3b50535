//! What a run says of itself, and what follows from it: never the times of files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use seatdrift_core::domain::{Digest, Verdict};
use seatdrift_core::run::{Settled, Status, parse_run, run_json};
use serde_json::{Value, json};

use crate::decided::{decide, score, workspace};
use crate::msp::{Msp, PSA, VENDOR};
use crate::served::{Served, reviewed, run, write_run};

const RUN: &str = "workspace/runs/2026-10/run.json";

/// A run of October 2026 as the version before this layout wrote it: `seatdrift 0.1.0` on
/// `simulate --clients 3 --months 12 --seed 5`, with the decisions that came with it and one line settled.
const FIRST_LAYOUT: &[u8] = include_bytes!("runs/layout-1.json");

fn stored(msp: &Msp, path: &str) -> Value {
    serde_json::from_str(&msp.text(path)).unwrap()
}

#[test]
fn a_run_says_from_what_by_what_and_when_it_was_scored() {
    let msp = Msp::new();
    let files = ["--vendor", VENDOR, "--psa", PSA];
    let score = ["score", "--month", "2026-10", "--workspace", "workspace"];
    let moment = [("SOURCE_DATE_EPOCH", "1793579400")];
    let answer = msp.run_with(&moment, &[&score[..], &files[..]].concat());
    assert_eq!(answer.status, Some(0), "{}", answer.stderr);
    let run = stored(&msp, RUN);
    assert_eq!(run["schema"], 2);
    assert_eq!(run["program"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["scored_at"], "2026-11-02T00:30:00Z");
    let input = |side: &str, path: &str| {
        let bytes = msp.bytes(path);
        let file = path.rsplit('/').next().unwrap();
        json!({ "side": side, "file": file, "sha256": Digest::of(&bytes), "bytes": bytes.len() })
    };
    assert_eq!(run["inputs"], json!([input("vendor", VENDOR), input("psa", PSA)]));
    let shipped = fs::read("models/client_pairs.model").unwrap();
    assert_eq!(run["models"][0]["sha256"], json!(Digest::of(&shipped)));
    let decisions = msp.text("workspace/decisions.csv");
    let (_, rows) = decisions.split_once('\n').unwrap();
    assert_eq!(run["decisions"]["count"], rows.lines().count());
    assert_eq!(run["decisions"]["sha256"], json!(Digest::of(rows.as_bytes())));
    // The other files say nothing of the time.
    for name in msp.names("workspace/runs/2026-10") {
        let bytes = msp.bytes(format!("workspace/runs/2026-10/{name}"));
        let said = String::from_utf8_lossy(&bytes).contains("2026-11-02T00:30");
        assert_eq!(said, name == "run.json", "{name}");
    }
    let odd = msp.run_with(&[("SOURCE_DATE_EPOCH", "soon")], &[&score[..], &files[..]].concat());
    assert_eq!(odd.status, Some(2));
    assert!(
        odd.stderr.contains("SOURCE_DATE_EPOCH: expected seconds since 1970"),
        "{}",
        odd.stderr
    );
}

#[test]
fn a_run_of_the_layout_before_opens_and_is_written_in_this_one() {
    let run = parse_run(FIRST_LAYOUT, usize::MAX).unwrap();
    assert!(run.program.is_empty() && run.decisions.is_none() && run.inputs.is_empty());
    assert!(run.suggestions.iter().any(|pair| pair.status == Status::Known));
    assert!(run.settled.iter().any(|line| line.verdict == Settled::Line(Verdict::Accepted)));
    assert!(run.settled.iter().any(|line| matches!(line.verdict, Settled::Flag(_))));
    assert!(!run.findings.is_empty() && !run.flags.is_empty() && !run.explained.is_empty());
    // What it said it still says, word by word.
    let before: Value = serde_json::from_slice(FIRST_LAYOUT).unwrap();
    let after: Value = serde_json::from_slice(&run_json(&run)).unwrap();
    for (name, value) in before.as_object().unwrap() {
        let after = match name.as_str() {
            "models" => without_digests(&after[name]),
            _ => after[name].clone(),
        };
        assert_eq!(*value, after, "{name}");
    }
    assert_eq!(after["schema"], 2);
}

fn without_digests(models: &Value) -> Value {
    let mut models = models.clone();
    for model in models.as_array_mut().unwrap() {
        model.as_object_mut().unwrap().remove("sha256");
    }
    models
}

#[test]
fn a_run_of_the_layout_before_is_reviewed_and_reported() {
    let msp = reviewed();
    msp.write(RUN, FIRST_LAYOUT);
    let run = parse_run(FIRST_LAYOUT, usize::MAX).unwrap();
    let served = Served::of(&msp, &[]);
    for (queue, id, verdict) in
        [("differences", &run.findings[0].id, "accepted"), ("flags", &run.flags[0].id, "expected")]
    {
        let answer = [("id", id.as_str()), ("queue", queue), ("verdict", verdict)];
        assert_eq!(served.post("/decide", &answer).0, 303, "{queue}");
        assert!(served.get(&format!("/{queue}?show=decided")).1.contains(id), "{queue}");
    }
    let explained = msp.run(&["explain", &run.findings[0].id]);
    assert_eq!(explained.status, Some(0), "{}", explained.stderr);
    let reported = msp.run(&["report"]);
    assert_eq!(reported.status, Some(0), "{}", reported.stderr);
    let note = "an earlier version scored 2026-10 and did not write down which decisions it used";
    assert!(reported.stderr.contains(note), "{}", reported.stderr);
}

#[test]
fn a_run_of_a_newer_program_is_refused_and_says_what_to_do() {
    let msp = reviewed();
    let mut newer = run();
    (newer["schema"], newer["program"]) = (json!(3), json!("0.9.0"));
    newer["findings"] = json!("somewhere else");
    write_run(&msp, &newer);
    // The page keeps its place before it reads.
    let said =
        [msp.refused(&["report"]), msp.refused(&["explain", "f-1"]), msp.run(&["review"]).stderr];
    for said in said {
        let words = "run.json: the stored run is of a newer seatdrift (0.9.0): its schema is 3";
        assert!(said.contains(words), "{said}");
        assert!(said.contains("or score the month again with this one"), "{said}");
    }
}

/// Sets the time of every file and folder below a folder, as a copy, a backup or a checkout does.
fn touched(folder: &Path, time: SystemTime) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            touched(&path, time);
        }
        File::open(&path).unwrap().set_modified(time).unwrap();
    }
}

/// Long ago, and after everything.
fn times() -> [SystemTime; 2] {
    let years = |n: u64| Duration::from_secs(n * 365 * 24 * 3600);
    [SystemTime::UNIX_EPOCH + years(30), SystemTime::now() + years(20)]
}

#[test]
fn what_a_report_leaves_out_is_the_same_for_a_copy_of_the_workspace() {
    let msp = workspace();
    score(&msp, "2026-04", (36, 30), 5);
    for time in times() {
        touched(&msp.path("workspace"), time);
        let said = msp.run(&["report"]).stderr;
        assert!(!said.contains("score 2026-04 again"), "{said}");
    }
    decide(&msp, "line,v1,BP,Wayne Enterprises,M365-BP,2026-04,accepted,known,,kim,\n");
    for time in times() {
        touched(&msp.path("workspace"), time);
        let said = msp.run(&["report"]).stderr;
        assert!(said.contains("1 decision was made since"), "{said}");
    }
}

/// A workspace with trained models, and what its page says of what they have not seen.
fn trained() -> Msp {
    let msp = Msp::new();
    msp.score(VENDOR, PSA);
    msp.done(&["train", "--replace", "--workspace", "workspace"]);
    msp
}

fn page(msp: &Msp) -> String {
    Served::of(msp, &[]).get("/retrain").1
}

#[test]
fn what_the_models_have_not_seen_is_the_same_for_a_copy_of_the_workspace() {
    let msp = trained();
    for time in times() {
        touched(&msp.path("workspace"), time);
        assert!(page(&msp).contains("The models know every answer so far."));
    }
    decide(&msp, "client,somebody,,somebody else,,,different,,,kim,\n");
    for time in times() {
        touched(&msp.path("workspace"), time);
        let said = page(&msp);
        assert!(said.contains("1 answer about names the models have not seen"), "{said}");
    }
}

#[test]
fn of_models_that_an_earlier_version_trained_nobody_claims_to_know_what_they_saw() {
    let msp = trained();
    for name in msp.names("workspace/models") {
        let path = format!("workspace/models/{name}");
        if let Some(figures) = name.ends_with(".json").then(|| stored(&msp, &path)) {
            // The figures alone, as that version wrote them; of seats it wrote nothing.
            let mut figures = figures.as_object().unwrap().clone();
            figures.remove("decisions");
            match figures.is_empty() {
                true => fs::remove_file(msp.path(path)).unwrap(),
                false => msp.write(path, serde_json::to_vec(&figures).unwrap()),
            }
        }
    }
    let said = page(&msp);
    assert!(said.contains("did not write down which answers they have seen"), "{said}");
    assert!(said.contains("Retrain and score again"), "{said}");
}
