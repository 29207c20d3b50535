//! `evaluate`, as a user runs it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fmt::Write;

use insta::assert_snapshot;

use crate::msp::Msp;

const LABELS: &str = "ltable_id,rtable_id,label\n";

/// A folder with one benchmark set of 40 companies, every second of which has a partner.
fn benchmarks() -> Msp {
    let msp = Msp::empty();
    let (mut left, mut right) = ("id,name,city\n".to_owned(), "id,name,city\n".to_owned());
    let mut splits = [LABELS.to_owned(), LABELS.to_owned(), LABELS.to_owned()];
    let first =
        ["Kestrel", "Alder", "Copper", "Dunmore", "Granite", "Juniper", "Monarch", "Quarry"];
    let trade = ["Dental", "Logistics", "Energy", "Brewing", "Marine"];
    let city = ["Ames", "Adair", "Tampa"];
    for idx in 0..40 {
        let name = format!("{} {}", first[idx % 8], trade[idx / 8]);
        writeln!(left, "a{idx},{name},{}", city[idx % 3]).unwrap();
        writeln!(right, "b{idx},{name} Inc.,{}", city[idx % 3]).unwrap();
        let split = &mut splits[usize::from(30 <= idx) + usize::from(35 <= idx)];
        writeln!(split, "a{idx},b{idx},1").unwrap();
        writeln!(split, "a{idx},b{},0", (idx + 8) % 40).unwrap();
        writeln!(split, "a{idx},b{},0", (idx + 1) % 40).unwrap();
    }
    msp.write("sets/matching/amazon_google/tableA.csv", left);
    msp.write("sets/matching/amazon_google/tableB.csv", right);
    for (name, split) in ["train", "valid", "test"].into_iter().zip(splits) {
        msp.write(format!("sets/matching/amazon_google/{name}.csv"), split);
    }
    msp
}

const TINY: [&str; 5] = ["evaluate", "--msps", "1", "--clients", "5"];

#[test]
fn a_set_is_measured_beside_what_others_published() {
    let msp = benchmarks();
    let answer = msp.done(&[&TINY[..], &["--json", "--benchmarks", "sets"]].concat());
    let found: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    let set = &found["benchmarks"]["splits"][0];
    assert_eq!(
        (&set["set"], &set["train"], &set["test"]),
        (&"amazon_google".into(), &90.into(), &15.into())
    );
    assert_eq!(set["published"]["ditto"], 75.6);
    assert!(0.9 <= set["f1"].as_f64().unwrap(), "{set}");
    assert_eq!(answer.stderr, "", "progress is for terminals");
}

#[test]
fn benchmarks_that_are_not_there() {
    assert_snapshot!(Msp::empty().refused(&["evaluate", "--benchmarks", "nowhere"]));
}

#[test]
fn a_benchmark_label_that_is_no_label() {
    let msp = benchmarks();
    let train = include_bytes!("error_messages/benchmark_label.csv");
    msp.write("sets/matching/amazon_google/train.csv", train);
    assert_snapshot!(msp.refused(&["evaluate", "--benchmarks", "sets"]));
}

#[test]
fn the_loop_is_measured_month_after_month() {
    let loops = ["evaluate", "--sequence", "--msps", "2", "--months", "2", "--clients", "12..15"];
    let answer = Msp::empty().done(&[&loops[..], &["--json"]].concat());
    let found: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(found["recipe"]["clients"], serde_json::json!([12, 15]));
    assert_eq!(found["months"].as_array().unwrap().len(), 2);
    assert!(0 < found["months"][0]["claims"].as_u64().unwrap(), "{found}");
    assert_eq!(found["changes"].as_array().unwrap().len(), 1);
}

#[test]
fn books_in_which_nothing_happens_are_measured_by_size_and_process() {
    let books = ["evaluate", "--null-books", "--lines", "300,400", "--books", "2"];
    let msp = Msp::empty();
    let found = msp.done(&[&books[..], &["--json"]].concat()).stdout;
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), 2 * 6);
    for one in found {
        assert!(one["expected"].as_f64().unwrap() <= one["budget"].as_f64().unwrap(), "{one}");
    }
    let said = msp.done(&books).stdout;
    assert!(said.contains("heavy-tailed steps"), "{said}");
    assert_eq!(msp.done(&books).stdout, said, "the same seed measures the same");
}

#[test]
fn a_range_of_clients_is_for_the_loop() {
    let said = Msp::empty().refused(&["evaluate", "--clients", "60..300"]);
    assert!(said.contains("--clients: expected one number without --sequence"), "{said}");
    let said = Msp::empty().refused(&["evaluate", "--sequence", "--clients", "300..60"]);
    assert!(said.contains("expected the fewest first, as 60..300"), "{said}");
}
