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
    score_with(msp, &[]);
}

fn score_with(msp: &Msp, variables: &[(&str, &str)]) {
    let files = msp.names("newest");
    let of = |side: &str| {
        let name = files.iter().find(|name| name.starts_with(side)).unwrap();
        format!("newest/{name}")
    };
    let (vendor, psa) = (of("vendor"), of("psa"));
    let files = ["--vendor", &vendor, "--psa", &psa, "--workspace", "workspace"];
    let answer = msp.run_with(variables, &[&["score", "--month", NEWEST], &files[..]].concat());
    assert_eq!(answer.status, Some(0), "{}", answer.stderr);
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
        // But for the time in run.json.
        score_with(&msp, &[("SOURCE_DATE_EPOCH", "1793579400")]);
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
    let why = &back["why"];
    assert!(why.contains("until 30 Oct 2026, which has passed."), "{why}");
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

const HEADER: &str =
    "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at";

#[test]
fn going_back_on_a_decision_without_a_time_is_a_new_decision() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    for (verdict, answer) in [("same", "1 decision"), ("different", "1 decision"), ("same", "1 d")]
    {
        msp.write("d.csv", format!("{HEADER}\nclient,Wayne,,Wayne Ind.,,,{verdict},,,kim,\n"));
        let said = msp.done(&["decide", "d.csv", "--workspace", "workspace"]).stdout;
        assert!(said.starts_with(answer), "{said}");
    }
    let again = msp.done(&["decide", "d.csv", "--workspace", "workspace"]).stdout;
    assert!(again.starts_with("0 decisions"), "{again}");
}

/// Two clients with one product each, bought 42 and 5, billed 40 and 5.
fn two_clients(msp: &Msp, month: &str, psa_rows: &str) {
    let last = month.parse::<seatdrift_core::domain::Month>().unwrap().last_day();
    let period = format!("{month}-01,{last}");
    let day = format!("{month}-05");
    let vendor = format!(
        "invoice_date,company_name,company_id,type,start_period,end_period,quantity,sku,description,price,subtotal,cost,cost_total,currency_code\n\
         {day},Wayne Enterprises,v1,subscription,{period},42,BP,Microsoft 365 Business Premium,22.00,924.00,16.50,693.00,USD\n\
         {day},Stark Industries,v2,subscription,{period},5,EXO,Exchange Online (Plan 1),4.00,20.00,3.00,15.00,USD\n\
         {day},Stark Industries,v2,subscription,{period},9,VIS,Visio Plan 2,15.00,135.00,12.00,108.00,USD\n"
    );
    msp.write("newest/vendor.csv", vendor);
    let header = "Company Name,Agreement Name,Agreement Status,Product ID,Description,Quantity,Less Included,Unit Price,Ext Price,Unit Cost,Effective Date,Cancelled Date,Bill Customer,Addition Status";
    msp.write("newest/psa.csv", format!("{header}\n{psa_rows}"));
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", month], &files[..]].concat());
}

const WAYNE: &str = "Wayne Enterprises,Cloud,Active,M365-BP,Microsoft 365 Business Premium,40.00,0.00,$22.00,$880.00,$16.50,2025-01-01,,Billable,Active\n";
const STARK: &str = "Stark Industries,Cloud,Active,EXO1,Exchange Online Plan 1,5.00,0.00,$4.00,$20.00,$3.00,2025-01-01,,Billable,Active\n";

#[test]
fn a_list_of_products_tells_that_two_names_are_one_product() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    // Other clients on either side, so that no line helps.
    let shield = "Wayne Enterprises,Cloud,Active,SVC9,Managed Lookout Seat,4.00,0.00,$20.00,$80.00,$15.00,2025-01-01,,Billable,Active\n";
    let lookout = |msp: &Msp| {
        let pairs = run_table(msp, "suggestions.csv");
        let found = pairs.iter().find(|one| one["vendor_name"] == "Visio Plan 2").cloned();
        found.map(|one| (one["status"].clone(), one["psa_name"].clone())).unwrap()
    };
    two_clients(&msp, "2026-10", &format!("{WAYNE}{STARK}{shield}"));
    assert_ne!(lookout(&msp).0, "auto");
    msp.write("workspace/ours.csv", "name,alias\nVisio Plan 2,Managed Lookout Seat\n");
    let settings = msp.text("workspace/seatdrift.toml");
    msp.write(
        "workspace/seatdrift.toml",
        format!("{settings}\n[normalise]\nproduct_lists = [\"ours.csv\"]\n"),
    );
    two_clients(&msp, "2026-10", &format!("{WAYNE}{STARK}{shield}"));
    assert_eq!(lookout(&msp), ("auto".to_owned(), "Managed Lookout Seat".to_owned()));
}

#[test]
fn a_decision_about_a_name_nobody_has_seen_is_kept_and_noted() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    two_clients(&msp, "2026-02", &format!("{WAYNE}{STARK}"));
    let rows = "client,v1,,Wayne Enterprises,,,same,,,kim,\nline,v7,VIS,,,,free,,,kim,\n";
    msp.write("d.csv", format!("{HEADER}\n{rows}"));
    let said = msp.done(&["decide", "d.csv", "--workspace", "workspace"]).stdout;
    assert!(said.starts_with("2 decisions appended"), "{said}");
    assert!(said.ends_with("note: 1 decided name stands in no month loaded: \"v7\"\n"), "{said}");
}

#[test]
fn an_accepted_difference_comes_back_when_the_other_side_is_gone() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    two_clients(&msp, "2026-02", &format!("{WAYNE}{STARK}"));
    msp.write(
        "d.csv",
        format!(
            "{HEADER}\nline,v1,BP,Wayne Enterprises,M365-BP,2026-02,accepted,known,,kim,\n\
                 client,v1,,Wayne Enterprises,,,same,,,kim,\nsku,,BP,,M365-BP,,same,,,kim,\n"
        ),
    );
    msp.done(&["decide", "d.csv", "--workspace", "workspace"]);
    two_clients(&msp, "2026-02", &format!("{WAYNE}{STARK}"));
    let of_wayne = |month: &str| {
        let findings = table(&msp, &format!("workspace/runs/{month}/findings.csv"));
        findings.into_iter().find(|one| one["client"].starts_with("Wayne"))
    };
    assert!(of_wayne("2026-02").is_none(), "it was accepted");
    two_clients(&msp, "2026-03", STARK);
    let back = of_wayne("2026-03").expect("42 units are bought and nothing is billed any more");
    assert_eq!(back["kind"], "not_billed");
    assert!(back["why"].contains("is gone"), "{}", back["why"]);
}

#[test]
fn a_decision_about_one_product_settles_no_other_product_of_its_client() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    let decision = "line,Stark Industries,,Stark Industries,EXO1,2026-02,free,goodwill,,kim,\n";
    msp.write("d.csv", format!("{HEADER}\n{decision}"));
    msp.done(&["decide", "d.csv", "--workspace", "workspace"]);
    two_clients(&msp, "2026-02", &format!("{WAYNE}{STARK}"));
    let findings = table(&msp, "workspace/runs/2026-02/findings.csv");
    let visio = findings.iter().find(|one| one["sku"].contains("Visio"));
    assert_eq!(visio.map(|one| one["kind"].as_str()), Some("not_billed"));
}

#[test]
fn a_file_with_no_row_that_can_be_read_is_refused() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    two_clients(&msp, "2026-02", &format!("{WAYNE}{STARK}"));
    let broken = msp.text("newest/vendor.csv").replace("2026-02-28", "2026-02-31");
    msp.write("newest/vendor.csv", broken);
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    let message = msp.refused(&[&["score", "--month", "2026-02"], &files[..]].concat());
    insta::assert_snapshot!(message, @r#"error: vendor.csv:2:end_period: expected a date, found "2026-02-31", and none of the other 2 rows of the file could be read either"#);
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
