//! The loop on a made-up MSP whose truth is known: load, learn, score, decide, score again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::msp::Msp;

const NEWEST: &str = "2026-10";

/// A workspace with all months but the newest of a made-up MSP, trained; the newest lies in `newest`.
fn made_up(formats: &str, seed: u32) -> Msp {
    let msp = Msp::empty();
    let seed = seed.to_string();
    let made = ["--clients", "24", "--months", "14", "--seed", &seed, "--formats", formats];
    msp.done(&[&["simulate", "exports"], &made[..]].concat());
    msp.rename("exports/2026-10", "newest");
    msp.done(&["init", "workspace"]);
    msp.done(&["import", "exports", "--workspace", "workspace"]);
    msp.done(&["train", "--workspace", "workspace"]);
    msp
}

fn score(msp: &Msp) {
    let files = msp.names("newest");
    let of = |side: &str| {
        let name = files.iter().find(|name| name.starts_with(side)).unwrap();
        format!("newest/{name}")
    };
    let (vendor, psa) = (of("vendor"), of("psa"));
    msp.done(&[
        "score",
        "--month",
        NEWEST,
        "--vendor",
        &vendor,
        "--psa",
        &psa,
        "--workspace",
        "workspace",
    ]);
}

type Record = BTreeMap<String, String>;

fn table(msp: &Msp, path: &str) -> Vec<Record> {
    let text = msp.text(path);
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

fn run_table(msp: &Msp, name: &str) -> Vec<Record> {
    table(msp, &format!("workspace/runs/{NEWEST}/{name}"))
}

fn decimal(record: &Record, column: &str) -> Decimal {
    record[column].parse::<Decimal>().unwrap().normalize()
}

/// What a difference says, its product's name left out: a product that nobody is billed has no PSA
/// name in the files.
fn said(
    record: &Record,
    bought: &str,
    billed: &str,
) -> (String, String, Decimal, Decimal, Decimal) {
    (
        record["client"].clone(),
        record["kind"].clone(),
        decimal(record, bought),
        decimal(record, billed),
        decimal(record, "monthly_impact"),
    )
}

/// True differences nobody has accepted that no claim says to the cent, and claims that are not true.
fn mistakes(msp: &Msp) -> (Vec<String>, Vec<String>) {
    let truth: Vec<Record> = table(msp, "exports/truth/differences.csv")
        .into_iter()
        .filter(|record| record["month"] == NEWEST)
        .collect();
    let claims: Vec<Record> = run_table(msp, "findings.csv")
        .into_iter()
        .filter(|record| record["probability"].parse::<f64>().unwrap() >= 0.5)
        .collect();
    let true_ones: Vec<_> = truth.iter().map(|one| said(one, "bought", "billed")).collect();
    let claimed: Vec<_> =
        claims.iter().map(|one| said(one, "vendor_quantity", "psa_quantity")).collect();
    let missed = truth
        .iter()
        .zip(&true_ones)
        .filter(|(record, said)| {
            !record["cause"].starts_with("accepted") && !claimed.contains(said)
        })
        .map(|(_, said)| format!("{said:?}"));
    let untrue = claimed.iter().filter(|said| !true_ones.contains(said));
    (missed.collect(), untrue.map(|said| format!("{said:?}")).collect())
}

#[test]
fn every_true_difference_is_found_to_the_cent_and_no_other() {
    for seed in [1, 2, 3] {
        let msp = made_up("pax8-connectwise", seed);
        score(&msp);
        let (missed, untrue) = mistakes(&msp);
        assert_eq!((missed, untrue), (Vec::new(), Vec::new()), "seed {seed}");
    }
    for seed in [1, 4] {
        let msp = made_up("partner-center-autotask", seed);
        score(&msp);
        let (missed, untrue) = mistakes(&msp);
        assert_eq!((missed, untrue), (Vec::new(), Vec::new()), "seed {seed}");
    }
}

#[test]
fn the_same_exports_and_decisions_give_the_same_bytes_twice() {
    let [one, other] = [1, 2].map(|_| {
        let msp = made_up("pax8-connectwise", 9);
        score(&msp);
        msp
    });
    for folder in ["workspace/models", "workspace/runs/2026-10", "workspace/history/month=2026-10"]
    {
        let names = one.names(folder);
        assert_eq!(names, other.names(folder));
        assert!(!names.is_empty(), "{folder}");
        for name in names {
            let path = format!("{folder}/{name}");
            assert!(one.bytes(&path) == other.bytes(&path), "{path} differs");
        }
    }
}

#[test]
fn a_confirmed_pair_is_law_and_a_rejected_one_is_never_offered_again() {
    let msp = made_up("pax8-connectwise", 5);
    score(&msp);
    let pairs = run_table(&msp, "suggestions.csv");
    let auto = pairs.iter().find(|one| one["kind"] == "client" && one["status"] == "auto").unwrap();
    let other = pairs
        .iter()
        .find(|one| {
            one["kind"] == "client" && one["status"] == "known" && !one["psa_id"].is_empty()
        })
        .unwrap();
    let (vendor, psa) = (&auto["vendor_id"], &auto["psa_id"]);
    let row = |psa: &str, verdict: &str| {
        csv_row(&["client", vendor, "", psa, "", "", verdict, "", "", "kim", ""])
    };
    let header =
        "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at";
    let rows = format!("{header}\n{}{}", row(psa, "different"), row(&other["psa_id"], "same"));
    msp.write("reviewed.csv", rows);
    msp.done(&["decide", "reviewed.csv", "--workspace", "workspace"]);
    score(&msp);
    let mine: Vec<Record> = run_table(&msp, "suggestions.csv")
        .into_iter()
        .filter(|one| one["kind"] == "client" && &one["vendor_id"] == vendor)
        .collect();
    assert_eq!(mine.len(), 1, "{mine:?}");
    assert_eq!((&mine[0]["psa_id"], mine[0]["status"].as_str()), (&other["psa_id"], "known"));
}

#[test]
fn a_line_given_away_until_a_day_is_settled_until_that_day() {
    let msp = made_up("pax8-connectwise", 1);
    score(&msp);
    let finding = run_table(&msp, "findings.csv")
        .into_iter()
        .find(|one| one["kind"] == "under_billed")
        .unwrap();
    let pair = |kind: &str, psa_name: &str| {
        let pairs = run_table(&msp, "suggestions.csv");
        let found = pairs.into_iter().find(|one| {
            one["kind"] == kind && one["psa_name"] == psa_name && !one["vendor_id"].is_empty()
        });
        found.unwrap()
    };
    let (client, sku) = (pair("client", &finding["client"]), pair("sku", &finding["sku"]));
    let decided = |until: &str| {
        let cells = ["line", "", "", &client["psa_id"], &sku["psa_id"], NEWEST, "free", "goodwill"];
        let row = csv_row(&[&cells[..], &[until, "kim", ""]].concat());
        let header =
            "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at";
        msp.write("reviewed.csv", format!("{header}\n{row}"));
        msp.done(&["decide", "reviewed.csv", "--workspace", "workspace"]);
        score(&msp);
        let findings = run_table(&msp, "findings.csv");
        findings.into_iter().find(|one| one["id"] == finding["id"])
    };
    assert!(decided("2026-10-31").is_none(), "it still holds on the last day of the month");
    let back = decided("2026-10-30").expect("the day has passed");
    assert!(back["why"].ends_with("back since that day has passed."), "{}", back["why"]);
}

#[test]
fn importing_a_month_again_replaces_it_and_says_so() {
    let msp = made_up("pax8-connectwise", 2);
    let history = || msp.bytes("workspace/history/month=2026-09/lines.parquet");
    let before = history();
    let answer = msp.run(&["import", "exports"]);
    assert_eq!(answer.status, Some(0), "{}", answer.stderr);
    assert!(answer.stdout.contains("rows, in place of what was there"), "{}", answer.stdout);
    assert!(answer.stdout.ends_with("13 months, 0 new decisions\n"), "{}", answer.stdout);
    assert!(before == history());
}

#[test]
fn the_first_month_is_scored_before_anybody_has_decided_anything() {
    let msp = Msp::empty();
    let made = ["--clients", "24", "--months", "2", "--seed", "6"];
    msp.done(&[&["simulate", "exports"], &made[..]].concat());
    msp.rename("exports/2026-10", "newest");
    msp.done(&["init", "workspace"]);
    score(&msp);
    let pairs = run_table(&msp, "suggestions.csv");
    let n_auto = pairs.iter().filter(|one| one["status"] == "auto").count();
    assert!(n_auto * 10 >= pairs.len() * 7, "{n_auto} of {} names are paired", pairs.len());
    let truth = [table(&msp, "exports/truth/clients.csv"), table(&msp, "exports/truth/skus.csv")];
    let is_true = |one: &&Record| {
        truth
            .iter()
            .flatten()
            .any(|pair| pair["vendor"] == one["vendor_id"] && pair["psa"] == one["psa_id"])
    };
    let n_true = pairs.iter().filter(|one| one["status"] == "auto").filter(is_true).count();
    assert!(n_true * 100 >= n_auto * 95, "{n_true} of {n_auto} accepted pairs are true");
}

fn csv_row(cells: &[&str]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).unwrap();
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// A PSA often sells one product in two ways, by term or by price year; both belong to the vendor's.
#[test]
fn a_product_with_two_price_years_in_the_psa_is_paired_with_both() {
    let msp = Msp::empty();
    let fixture = |name: &str| {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/ingest/fixtures").join(name)
    };
    for (name, copy) in [
        ("pax8_invoice_SYNTHETIC.csv", "newest/vendor.csv"),
        ("connectwise_additions_search_SYNTHETIC.csv", "newest/psa.csv"),
    ] {
        msp.write(copy, std::fs::read(fixture(name)).unwrap());
    }
    msp.done(&["init", "workspace"]);
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    let scored =
        [&["score", "--workspace", "workspace", "--month", "2026-08"], &files[..]].concat();
    msp.done(&scored);
    let findings = table(&msp, "workspace/runs/2026-08/findings.csv");
    let bank = findings.iter().find(|one| one["client"] == "Citizens State Bank").unwrap();
    insta::assert_snapshot!(
        format!("{} {} {}", bank["kind"], bank["monthly_impact"], bank["why"]),
        @"under_billed 132.00 Pax8 charges for 42, the ConnectWise agreement bills 36: 6 units at $22.00 each, $132.00 a month, are not billed."
    );
}
