//! decisions.csv as everything reads it: a product at every client, rows nobody understands, a file cut off.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use serde_json::{Value, json};

use crate::msp::{Msp, PSA, VENDOR};
use crate::served::{Served, decided};

const HEADER: &str =
    "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at\n";

const MONTHS: [&str; 5] = ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10"];

/// Fourteen clients with one product, whose cost rises for all of them in October.
fn price_that_moved_everywhere() -> Msp {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    for month in MONTHS {
        let cost = if month == "2026-10" { "23.00" } else { "20.00" };
        let rows = |price: &str| -> String {
            (0..14).map(|n| format!("Client {n},Backup Suite,{},{price}\n", 10 + n)).collect()
        };
        let bought = format!("Customer,Product,Quantity,Unit Cost\n{}", rows(cost));
        let billed = format!("Customer,Product,Quantity,Unit Price\n{}", rows("30.00"));
        msp.write(format!("months/{month}/vendor.csv"), bought);
        msp.write(format!("months/{month}/psa.csv"), billed);
    }
    score(&msp);
    msp
}

fn score(msp: &Msp) {
    for month in MONTHS {
        let files = ["vendor", "psa"].map(|side| format!("months/{month}/{side}.csv"));
        let pair = ["--vendor", &files[0], "--psa", &files[1]];
        msp.done(&[&["score", "--month", month, "--workspace", "workspace"], &pair[..]].concat());
    }
}

fn run_of(msp: &Msp, month: &str) -> Value {
    serde_json::from_str(&msp.text(format!("workspace/runs/{month}/run.json"))).unwrap()
}

/// The flags that name no client.
fn product_wide(msp: &Msp) -> Vec<Value> {
    let run = run_of(msp, "2026-10");
    let flags = run["flags"].as_array().unwrap().iter();
    flags.filter(|flag| flag["client"] == "").cloned().collect()
}

#[test]
fn a_price_that_moved_at_every_client_is_answered_and_everything_goes_on() {
    let msp = price_that_moved_everywhere();
    let flags = product_wide(&msp);
    assert_eq!(flags.len(), 1, "{:?}", run_of(&msp, "2026-10")["flags"]);
    let served = Served::of(&msp, &[]);
    let id = flags[0]["id"].as_str().unwrap();
    assert!(served.get(&format!("/flags?at={id}")).1.contains("Every client"));
    let fields = [("id", id), ("queue", "flags"), ("verdict", "expected"), ("reason", "announced")];
    // No name waits, so the token of the forms is on the flag's card, which stands with its cause.
    let card = served.get(&format!("/flags?at={id}")).1;
    let csrf = card.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(served.post_with("/decide", csrf, &fields).0, 303);
    let rows = decided(&msp);
    assert!(
        rows[0].starts_with("flag,,,,Backup Suite,2026-10,expected,announced,,kim,"),
        "{rows:?}"
    );
    assert!(served.get("/flags?show=decided").1.contains("expected: announced"));
    drop(served);
    for command in [&["report"][..], &["train"], &["decide", "workspace/decisions.csv"]] {
        let answer = msp.run(command);
        assert_eq!((answer.status, answer.stderr.contains("decisions.csv")), (Some(0), false));
    }
    // The next scoring knows.
    score(&msp);
    assert_eq!(product_wide(&msp), Vec::<Value>::new());
    let settled = run_of(&msp, "2026-10")["settled"].to_string();
    assert!(settled.contains("price_shift expected") && settled.contains("announced"), "{settled}");
    // Taken back, it is news again.
    let served = Served::of(&msp, &[]);
    let at = rows[0].rsplit(',').next().unwrap();
    assert_eq!(served.post("/undo", &[("at", at)]).0, 303);
    drop(served);
    score(&msp);
    assert_eq!(product_wide(&msp).len(), 1);
}

#[test]
fn a_row_nobody_understands_stops_no_command() {
    let msp = Msp::new();
    msp.score(VENDOR, PSA);
    let spoiled = format!("{HEADER}flag,,,,,2026-10,real,,,sam,\nclient,v1,,p1,,,perhaps,,,sam,\n");
    msp.write("workspace/decisions.csv", &spoiled);
    msp.write("more.csv", format!("{HEADER}client,v2,,p2,,,same,,,sam,\n"));
    std::fs::create_dir(msp.path("empty")).unwrap();
    let commands = [
        &["score", "--month", "2026-10", "--vendor", VENDOR, "--psa", PSA][..],
        &["report"],
        &["train"],
        &["decide", "more.csv"],
    ];
    for command in commands {
        let answer = msp.run(command);
        assert_eq!(answer.status, Some(0), "{command:?}: {}", answer.stderr);
        for place in
            ["decisions.csv:2:vendor_client: expected", "decisions.csv:3:verdict: expected"]
        {
            assert!(answer.stderr.contains(place), "{command:?}: {}", answer.stderr);
        }
    }
    let text = msp.text("workspace/decisions.csv");
    assert_eq!(text, format!("{spoiled}client,v2,,p2,,,same,,,sam,\n"));
    let again = msp.run(&["decide", "more.csv", "--json"]);
    let said: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!((&said["appended"], &said["already_there"]), (&json!(0), &json!(1)));
    assert!(said["notes"].to_string().contains("decisions.csv:3:verdict"), "{said}");
    // A file that is given is good, or nothing of it is taken.
    assert!(msp.refused(&["decide", "workspace/decisions.csv"]).contains("decisions.csv:2:"));
}

#[test]
fn decisions_are_read_in_the_encoding_of_the_spreadsheet_that_saved_them() {
    let text = format!("{HEADER}client,Zürich Dental,,Zürich Dental,,,same,für alle,,dana,\n");
    let unicode: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(text.replace(',', "\t").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let western: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [text.clone().into_bytes(), western, unicode] {
        let msp = Msp::empty();
        msp.done(&["init", "workspace"]);
        msp.write("answers.csv", bytes);
        msp.done(&["decide", "answers.csv", "--workspace", "workspace"]);
        let written = msp.text("workspace/decisions.csv");
        assert!(written.contains("Zürich Dental,,Zürich Dental,,,same,für alle"), "{written}");
    }
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    msp.write("answers.xlsx", b"PK\x03\x04rest");
    let refused = msp.run_anywhere(&["decide", "answers.xlsx", "--workspace", "workspace"]);
    assert_eq!(refused.status, Some(2));
    assert!(refused.stderr.contains("found a zip archive or a workbook"), "{}", refused.stderr);
}

#[test]
fn a_row_cut_off_inside_quotes_swallows_nothing_that_is_decided_next() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    let torn =
        format!("{HEADER}client,c1,,p1,,,same,,,sam,\nclient,c2,,p2,,,different,\"goodwill, un");
    msp.write("workspace/decisions.csv", &torn);
    msp.write("a.csv", format!("{HEADER}client,c3,,p3,,,same,,,sam,2026-11-03T09:10:00Z\n"));
    msp.write("b.csv", format!("{HEADER}client,c4,,p4,,,same,,,sam,2026-11-04T09:10:00Z\n"));
    let decide = |file: &str| {
        let answer = msp.run(&["decide", file]);
        assert_eq!(answer.status, Some(0), "{}", answer.stderr);
        assert!(answer.stderr.contains("note: decisions.csv:3"), "{}", answer.stderr);
        answer.stdout
    };
    assert!(decide("a.csv").contains("1 decision appended"));
    assert!(decide("a.csv").contains("1 were there already"));
    assert!(decide("b.csv").contains("1 decision appended"));
    let text = msp.text("workspace/decisions.csv");
    assert!(text.starts_with(&torn), "what was there stays: {text}");
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let clients: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
    assert_eq!(clients, ["c1", "c2", "c3", "c4"], "{text}");
    assert_eq!((&rows[1][7], &rows[1][10]), ("goodwill, un", "unfinished"));
}

#[test]
fn a_file_that_was_only_begun_is_none_and_is_ended() {
    for begun in ["", "\n", "subj", HEADER.trim_end()] {
        let msp = Msp::empty();
        msp.done(&["init", "workspace"]);
        msp.write("workspace/decisions.csv", begun);
        msp.write("a.csv", format!("{HEADER}client,c3,,p3,,,same,,,sam,\n"));
        msp.done(&["decide", "a.csv", "--workspace", "workspace"]);
        let text = msp.text("workspace/decisions.csv");
        assert_eq!(
            text.trim_start(),
            format!("{HEADER}client,c3,,p3,,,same,,,sam,\n"),
            "{begun:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn decisions_that_cannot_be_read_are_never_taken_for_none() {
    let msp = Msp::new();
    let path = msp.path("workspace/decisions.csv");
    let _ = std::fs::remove_file(&path);
    std::os::unix::fs::symlink("/not/mounted/decisions.csv", &path).unwrap();
    let refused = |msp: &Msp| {
        let answer = msp.run(&["score", "--month", "2026-10", "--vendor", VENDOR, "--psa", PSA]);
        assert_eq!(answer.status, Some(2), "{}", answer.stderr);
        assert!(answer.stderr.contains("workspace/decisions.csv"), "{}", answer.stderr);
    };
    refused(&msp);
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    refused(&msp);
    // The same beside exports that are imported.
    msp.write("more/2026-10/vendor-pax8.csv", msp.text(VENDOR));
    msp.write("more/2026-10/psa-connectwise.csv", msp.text(PSA));
    std::fs::remove_dir(&path).unwrap();
    std::fs::create_dir(msp.path("more/decisions.csv")).unwrap();
    assert!(msp.refused(&["import", "more"]).contains("decisions.csv"));
}
