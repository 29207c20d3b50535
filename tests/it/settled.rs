//! Prorations, credits and changes on rows as the systems write them: recomputed, and explained where
//! they agree.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use seatdrift_core::domain::Side;
use seatdrift_core::reconcile::{PriceBook, Settlement, SettlementVerdict, settlements};
use serde_json::Value;

use crate::ingest::read;
use crate::msp::Msp;

fn settled(text: &str) -> Vec<Settlement> {
    let read = read("export.csv", text.as_bytes(), Side::Vendor, "2026-08").unwrap();
    assert!(read.rejected.is_empty(), "{:?}", read.rejected);
    settlements(&read.rows, &PriceBook::default())
}

fn said(text: &str) -> String {
    let lines =
        settled(text).into_iter().map(|one| format!("{}: {}\n", one.verdict.word(), one.why));
    lines.collect()
}

const PAX8: &str = "invoice_date,company_name,company_id,type,start_period,end_period,quantity,term,sku,description,cost,cost_total,currency_code\n";

/// One row of an invoice for Acme.
fn pax8(kind: &str, days: [&str; 2], units: i32, cost: &str, total: &str) -> String {
    format!(
        "2026-08-05,Acme,c1,{kind},{},{},{units},Monthly,BP,Business Premium,{cost},{total},USD\n",
        days[0], days[1]
    )
}

const AUGUST: [&str; 2] = ["2026-08-01", "2026-08-31"];

#[test]
fn a_proration_is_its_days_of_the_whole_periods_price() {
    let whole = pax8("subscription", AUGUST, 42, "16.50", "693.00");
    let july = ["2026-07-17", "2026-07-31"];
    insta::assert_snapshot!(said(&[
        PAX8,
        &whole,
        // The total from the exact price of a unit, and from the rounded one.
        &pax8("prorate", july, 6, "7.98", "47.90"),
        &pax8("prorate", july, 6, "7.98", "47.88"),
        // The end written as the day after.
        &pax8("prorate", ["2026-07-17", "2026-08-01"], 6, "7.98", "47.90"),
        // A whole month given back, and a part of one.
        &pax8("service-credit", ["2026-07-01", "2026-07-31"], -2, "16.50", "-33.00"),
        &pax8("service-credit", july, -1, "7.98", "-7.98"),
        // Over the turn of the month.
        &pax8("prorate", ["2026-07-30", "2026-08-31"], 1, "17.56", "17.56"),
        // Charged for the whole month.
        &pax8("prorate", july, 6, "16.50", "99.00"),
    ].concat()), @r###"
    agrees: 6 units for 15 of 31 days (17–31 Jul 2026) at $16.50 a month: $47.90, as charged.
    agrees: 6 units for 15 of 31 days (17–31 Jul 2026) at $16.50 a month: $47.88, as charged.
    agrees: 6 units for 15 of 31 days (17–31 Jul 2026) at $16.50 a month: $47.90, as charged.
    agrees: 2 units credited for 31 of 31 days (1–31 Jul 2026) at $16.50 a month: -$33.00, as charged.
    agrees: 1 unit credited for 15 of 31 days (17–31 Jul 2026) at $16.50 a month: -$7.98, as charged.
    agrees: 1 unit for 33 of 31 days (30 Jul 2026 – 31 Aug 2026) at $16.50 a month: $17.56, as charged.
    differs: 6 units for 15 of 31 days (17–31 Jul 2026) at $16.50 a month: $47.90; charged is $99.00, $51.10 too much.
    "###);
}

#[test]
fn what_nothing_says_the_price_of_is_not_recomputed() {
    let first = pax8("prorate", ["2026-07-17", "2026-07-31"], 6, "7.98", "47.90");
    let undated = pax8("service-credit", ["", ""], -1, "16.50", "-16.50");
    let nothing = pax8("prorate", ["2026-07-17", "2026-07-31"], 0, "0", "0.00");
    insta::assert_snapshot!(said(&[PAX8, &first, &undated, &nothing].concat()), @r###"
    not_recomputed: 6 units: $47.90. No charge for a whole period says what it should be.
    not_recomputed: 1 unit credited: -$16.50. It names no days, so nothing says what it should be.
    agrees: 0 units: $0.00. Nothing is charged for nothing.
    "###);
}

#[test]
fn what_was_charged_last_month_at_a_price_nobody_knows_is_not_called_wrong() {
    let whole = pax8("subscription", AUGUST, 42, "17.20", "722.40");
    let july = ["2026-07-17", "2026-07-31"];
    // Right at the 16.50 of July, of which nothing is known, and the price rose in August.
    let one = pax8("prorate", july, 6, "7.98", "47.90");
    insta::assert_snapshot!(said(&[PAX8, &whole, &one].concat()), @r###"
    not_recomputed: 6 units: $47.90. What it cost in the month it is for is not known; this month's would make it $49.92.
    "###);
    // Last month's file says it, and says it of what was wrong too.
    let before = pax8("subscription", ["2026-07-01", "2026-07-31"], 36, "16.50", "594.00");
    let before = read("july.csv", [PAX8, &before].concat().as_bytes(), Side::Vendor, "2026-07");
    let last_month = PriceBook::of(&before.unwrap().rows);
    let wrong = pax8("prorate", july, 6, "10.00", "60.00");
    let text = [PAX8, &whole, &one, &wrong].concat();
    let rows = read("export.csv", text.as_bytes(), Side::Vendor, "2026-08").unwrap().rows;
    let verdicts: Vec<SettlementVerdict> =
        settlements(&rows, &last_month).iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [SettlementVerdict::Agrees, SettlementVerdict::Differs]);
}

/// The verdicts of an invoice's prorations, beside an invoice of July for so many units.
fn verdicts(july: i32, august: i32, prorations: &str) -> String {
    let whole = |units: i32, days: [&str; 2]| {
        pax8("subscription", days, units, "16.50", &format!("{}.00", units * 33 / 2))
    };
    let before = [PAX8, &whole(july, ["2026-07-01", "2026-07-31"])].concat();
    let before = read("july.csv", before.as_bytes(), Side::Vendor, "2026-07").unwrap();
    let text = [PAX8, &whole(august, AUGUST), prorations].concat();
    let rows = read("export.csv", text.as_bytes(), Side::Vendor, "2026-08").unwrap().rows;
    let settled = settlements(&rows, &PriceBook::of(&before.rows));
    let said = settled
        .iter()
        .map(|one| format!("{} {:.2}: {}\n", one.verdict.word(), one.probability.get(), one.why));
    said.collect()
}

#[test]
fn a_proration_that_stands_there_twice_is_owed_once_where_the_units_moved_once() {
    let row = pax8("prorate", ["2026-07-17", "2026-07-31"], 6, "7.98", "47.90");
    insta::assert_snapshot!(verdicts(36, 42, &row.repeat(2)), @r###"
    agrees 0.00: 6 units for 15 of 31 days (17–31 Jul 2026) at $16.50 a month: $47.90, as charged.
    differs 0.95: 6 units: $47.90, charged already in export.csv:3.
    "###);
    // Two steps of six on one day look the same, and are owed both.
    insta::assert_snapshot!(verdicts(30, 42, &row.repeat(2)), @r###"
    agrees 0.00: 6 units for 15 of 31 days (17–31 Jul 2026) at $16.50 a month: $47.90, as charged.
    agrees 0.00: 6 units for 15 of 31 days (17–31 Jul 2026) at $16.50 a month: $47.90, as charged.
    "###);
    // Nothing says which: a question.
    insta::assert_snapshot!(verdicts(40, 42, &row.repeat(2)), @r###"
    agrees 0.00: 6 units for 15 of 31 days (17–31 Jul 2026) at $16.50 a month: $47.90, as charged.
    differs 0.49: 6 units: $47.90, charged already in export.csv:3.
    "###);
}

#[test]
fn a_change_that_microsoft_charges_twice_is_owed_once() {
    let change = Change { cents: 2200, old: 36, new: 42, begins: 0, day: 16 };
    let file = change.file(Decimal::ZERO);
    let again: String = file.lines().skip(2).map(|line| format!("{line}\n")).collect();
    insta::assert_snapshot!(said(&(file + &again)), @r###"
    agrees: 36 units refunded and 42 charged for 15 of 31 days (17–31 Jul 2026) at $22.00 a month: $63.84, as charged.
    differs: 36 units refunded and 42 charged: $63.84, charged already in export.csv:3.
    "###);
}

#[test]
fn a_proration_charged_twice_is_a_duplicate_with_the_money_of_the_second() {
    let july = ["2026-07-17", "2026-07-31"];
    let twice = pax8("prorate", july, 6, "7.98", "47.90").repeat(2);
    let (msp, summary) = one_client("$924.00", &twice);
    // Nothing is known of July, so it is asked.
    assert_eq!((&summary["claims"], &summary["questions"]), (&Value::from(0), &Value::from(1)));
    let findings = msp.text("workspace/runs/2026-08/findings.csv");
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(findings.as_bytes()).records().map(Result::unwrap).collect();
    assert_eq!(
        (&rows[0][1], &rows[0][7], &rows[0][11]),
        ("duplicate", "47.90", "vendor.csv:3;vendor.csv:4")
    );
}

#[test]
fn the_first_bill_of_an_addition_inside_a_month_is_recomputed_by_its_days() {
    let text = "\
Company Name,Agreement Name,Agreement Status,Product ID,Description,Quantity,Less Included,Price,Ext Price,Prorate Price,Effective,Cancelled,Bill
Acme,Cloud,Active,EXO,Exchange,18.00,0.00,$4.00,$72.00,,01/01/2026,,Billable
Acme,Cloud,Active,EXO,Exchange,2.00,0.00,$4.00,$8.00,$1.94,08/17/2026,,Billable
Acme,Cloud,Active,EDR,Agent,3.00,1.00,$5.00,$10.00,$4.40,08/17/2026,,Billable
";
    let read = read("additions.csv", text.as_bytes(), Side::Psa, "2026-08").unwrap();
    let settled = settlements(&read.rows, &PriceBook::default());
    let said: String =
        settled.iter().map(|one| format!("{}: {}\n", one.verdict.word(), one.why)).collect();
    insta::assert_snapshot!(said, @r###"
    agrees: 2 units for 15 of 31 days (17–31 Aug 2026) at $4.00 a month: $3.88, as charged.
    differs: 2 units for 15 of 31 days (17–31 Aug 2026) at $5.00 a month: $4.84; charged is $8.80, $3.96 too much.
    "###);
    // It counts all of its units all the same.
    let lines = seatdrift_core::domain::lines_of(&read.rows);
    let units: Vec<String> = lines.iter().map(|line| line.quantity.to_string()).collect();
    assert_eq!(units, ["2", "20"]);
}

#[test]
fn a_year_paid_at_once_is_prorated_over_the_days_of_the_year() {
    let year = ["2026-08-01", "2027-07-31"];
    let whole = pax8("subscription", year, 10, "198.00", "1980.00").replace("Monthly", "Annual");
    // 229 of 365 days.
    let stub = pax8("prorate", ["2025-12-15", "2026-07-31"], 2, "124.22", "248.45");
    insta::assert_snapshot!(said(&[PAX8, &whole, &stub].concat()), @r###"
    agrees: 2 units for 229 of 365 days (15 Dec 2025 – 31 Jul 2026) at $198.00 for 12 months: $248.45, as charged.
    "###);
}

#[test]
fn microsofts_sample_is_explained_to_the_cent() {
    let bytes = include_bytes!("ingest/fixtures/partner_center_nce_recon_SYNTHETIC.csv");
    let read = read("recon.csv", bytes, Side::Vendor, "2026-08").unwrap();
    let settled = settlements(&read.rows, &PriceBook::default());
    let said: String =
        settled.iter().map(|one| format!("{}: {}\n", one.verdict.word(), one.why)).collect();
    insta::assert_snapshot!(said, @r###"
    agrees: 36 units refunded and 42 charged for 15 of 31 days (17–31 Jul 2026) at $22.00 a month: $63.84, as charged.
    agrees: 3 units credited for 31 of 31 days (1–31 Aug 2026) at $12.50 a month: -$37.50, as charged.
    "###);
}

const RECON: &str = "CustomerId,CustomerName,ProductId,SkuId,SkuName,ChargeType,UnitPrice,Quantity,Subtotal,Currency,SubscriptionId,ChargeStartDate,ChargeEndDate,TermAndBillingCycle,EffectiveUnitPrice,BillableQuantity,BillingFrequency,PCToBCExchangeRate,ReferenceId\n";

/// A change of seats as Microsoft writes it, and the cycle it changed.
#[derive(Debug, Clone)]
struct Change {
    cents: i64,
    old: u32,
    new: u32,
    begins: i32,
    day: i32,
}

fn change() -> impl Strategy<Value = Change> {
    (1..9_000i64, 1..400u32, 0..400u32, 0..28i32, 0..27i32)
        .prop_map(|(cents, old, new, begins, day)| Change { cents, old, new, begins, day })
}

impl Change {
    /// The file; `too_much` is added to the last row.
    fn file(&self, too_much: Decimal) -> String {
        let begins = date(2026, 7, 1) + self.begins.days();
        let next = begins + 1.month();
        let first = begins + self.day.days();
        let length = |from: Date| Decimal::from((next - from).get_days());
        let price = Decimal::new(self.cents, 2);
        let each = (price * length(first) / length(begins)).round_dp(6);
        let cut = |price: Decimal| price.round_dp_with_strategy(2, RoundingStrategy::ToZero);
        let american = |day: Date| format!("{}/{}/{}", day.month(), day.day(), day.year());
        let row = |kind: &str, days: [Date; 2], units: u32, each: Decimal, more: Decimal| {
            let total = cut(each) * Decimal::from(units) + more;
            format!(
                "c1,Acme,P,0001,Seats,{kind},{price},{units},{total},USD,s,{},{},P1M,{each},{units},Monthly,1,r\n",
                american(days[0]),
                american(days[1])
            )
        };
        let (last, end) = (next - 1.day(), next + 1.month() - 1.day());
        let zero = Decimal::ZERO;
        [
            RECON.to_owned(),
            row("cycleCharge", [next, end], self.new.max(1), price, zero),
            row("addQuantity", [first, last], self.old, -each, zero),
            row("addQuantity", [first, last], self.new, each, too_much),
        ]
        .concat()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_change_is_explained_whatever_its_price_day_and_cycle(change in change()) {
        for one in settled(&change.file(Decimal::ZERO)) {
            prop_assert_eq!(one.verdict, SettlementVerdict::Agrees, "{}", one.why);
            prop_assert!(one.gap().amount.abs() <= Decimal::new(1, 2));
        }
    }

    #[test]
    fn two_cents_too_much_are_seen_and_so_is_any_more(change in change(), cents in 2..50_000i64) {
        // A charge of nothing has no row to be wrong.
        prop_assume!(0 < change.new && 100 < change.cents);
        let too_much = Decimal::new(cents, 2);
        let settled = settled(&change.file(too_much));
        let gap: Decimal = settled.iter().map(|one| one.gap().amount).sum();
        prop_assert_eq!(gap, too_much, "{:?}", settled.iter().map(|one| &one.why).collect::<Vec<_>>());
    }
}

/// One seat of a cent, given back for all but a day: cut to whole cents that is nothing.
#[test]
fn a_change_that_comes_to_less_than_a_cent_agrees_at_no_charge() {
    let change = Change { cents: 1, old: 1, new: 0, begins: 0, day: 1 };
    let settled = settled(&change.file(Decimal::ZERO));
    assert!(!settled.is_empty());
    for one in settled {
        assert_eq!(one.verdict, SettlementVerdict::Agrees, "{}", one.why);
    }
}

#[test]
fn how_likely_a_difference_is_real_comes_from_the_other_rows_of_the_file() {
    let whole = pax8("subscription", AUGUST, 42, "16.50", "693.00");
    let row = |day: usize, total: &str| {
        pax8("prorate", [&format!("2026-07-{day}"), "2026-07-31"], 6, "7.98", total)
    };
    let due = |day: usize| format!("{:.2}", 99.0 * (32 - day) as f64 / 31.0);
    let probability = |agree: usize, differ: usize| {
        let right = (10..10 + agree).map(|day| row(day, &due(day)));
        let rows: String = right.chain((20..20 + differ).map(|day| row(day, "95.00"))).collect();
        let settled = settled(&[PAX8, &whole, &rows].concat());
        settled.last().unwrap().probability.get()
    };
    // Seven of eight agree: the rule is known, and the eighth is most likely wrong.
    assert!((probability(7, 1) - 0.8).abs() < 1e-9);
    // None agrees: this vendor has another rule, and each is a question at most.
    assert!(probability(0, 5) < 0.5);
    assert!(probability(0, 1) < 0.5);
}

/// One client on both sides, as files with a row of totals.
fn one_client(psa_total: &str, more_vendor: &str) -> (Msp, Value) {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    let whole = pax8("subscription", AUGUST, 42, "16.50", "693.00");
    msp.write("newest/vendor.csv", [PAX8, &whole, more_vendor].concat());
    msp.write(
        "newest/psa.csv",
        format!(
            "Company Name,Agreement Name,Agreement Status,Product ID,Description,Quantity,Less Included,Unit Price,Ext Price,Unit Cost,Effective Date,Cancelled Date,Bill Customer,Addition Status\n\
             Acme,Cloud,Active,BP,Business Premium,42.00,0.00,$22.00,$924.00,$16.50,01/01/2026,,Billable,Active\n\
             Total,,,,,,,,{psa_total},,,,,\n"
        ),
    );
    msp.done(&[
        "score",
        "--month",
        "2026-08",
        "--vendor",
        "newest/vendor.csv",
        "--psa",
        "newest/psa.csv",
        "--workspace",
        "workspace",
    ]);
    let summary = msp.text("workspace/runs/2026-08/summary.json");
    (msp, serde_json::from_str(&summary).unwrap())
}

#[test]
fn a_files_own_total_ties_or_the_gap_is_named() {
    let (_, summary) = one_client("$924.00", "");
    let files = summary["files"].as_array().unwrap();
    assert_eq!(files[0]["file"], "vendor.csv");
    assert_eq!(files[0]["tie"], Value::Null, "the vendor's file states no total");
    assert_eq!(files[1]["tie"], "ties");
    assert_eq!(files[1]["in"]["money"]["USD"], "924.00");
    let (msp, summary) = one_client("\"$1,000.00\"", "");
    assert_eq!(summary["files"][1]["tie"]["gap"]["amount"], "76.00");
    let report = msp.text("workspace/runs/2026-08/report.html");
    assert!(
        report.contains("psa.csv states a total of 1000.00 USD; its rows come to 76.00 USD less.")
    );
}

#[test]
fn an_explained_proration_is_no_finding_and_can_be_followed() {
    let july = ["2026-07-17", "2026-07-31"];
    let (msp, summary) = one_client("$924.00", &pax8("prorate", july, 6, "7.98", "47.90"));
    assert_eq!(summary["claims"], 0);
    assert_eq!(summary["explained"]["agrees"]["rows"], 1);
    assert_eq!(summary["explained"]["agrees"]["money"]["USD"], "47.90");
    let explained = msp.text("workspace/runs/2026-08/explained.csv");
    let id = explained.lines().nth(1).unwrap().split(',').next().unwrap();
    let said = msp.run(&["explain", id]).stdout;
    assert!(
        said.contains("6 units for 15 of 31 days (17–31 Jul 2026) at $16.50 a month"),
        "{said}"
    );
    assert!(said.contains("vendor.csv:3 · proration"), "{said}");
    let report = msp.text("workspace/runs/2026-08/report.html");
    assert!(report.contains("1 proration or credit recomputed: 1 agree within a cent"));
}

#[test]
fn a_proration_charged_for_the_whole_month_is_a_finding_with_its_money() {
    let july = ["2026-07-17", "2026-07-31"];
    let right = [("20", "6.39"), ("21", "5.85"), ("22", "5.32")]
        .map(|(day, total)| pax8("prorate", [&format!("2026-07-{day}"), july[1]], 1, total, total));
    let right = right.concat();
    let wrong = pax8("prorate", july, 6, "16.50", "99.00");
    let (msp, _) = one_client("$924.00", &(right + &wrong));
    let findings = msp.text("workspace/runs/2026-08/findings.csv");
    let mut rows = csv::Reader::from_reader(findings.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1, "{findings}");
    assert_eq!(
        (&rows[0][1], &rows[0][7], &rows[0][11]),
        ("price_changed", "51.10", "vendor.csv:6")
    );
}
