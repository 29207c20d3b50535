//! What the MSP loses and what its clients overpay: two numbers, the same ones everywhere, and what stands
//! beside them; every line that was compared; what a missing line would bring.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::decided::{Record, decide, score, table, wayne, workspace};
use crate::msp::Msp;
use crate::served::Served;

const FIX: &str = "line,v1,BP,Wayne Enterprises,M365-BP";

fn summary(msp: &Msp, month: &str) -> Value {
    serde_json::from_str(&msp.text(format!("workspace/runs/{month}/summary.json"))).unwrap()
}

/// How many findings, and their dollars: `2 at 44.00`.
fn sum(of: &Value) -> String {
    format!("{} at {}", of["findings"], of["money"].as_str().unwrap())
}

/// One of the two numbers, by its path in `summary.json`.
fn said(msp: &Msp, month: &str, direction: &str, beside: &str) -> String {
    let one = &summary(msp, month)[direction]["USD"];
    sum(if beside.is_empty() { one } else { &one[beside] })
}

/// Scores the files of `newest` as they are.
fn score_newest(msp: &Msp, month: &str) -> String {
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    let month = ["score", "--workspace", "workspace", "--month", month];
    msp.done(&[&month[..], &files].concat()).stdout
}

/// Changes an export of `newest`.
fn change(msp: &Msp, file: &str, change: impl Fn(&str) -> String) {
    let path = format!("newest/{file}");
    msp.write(&path, change(&msp.text(&path)));
}

/// An export of `newest` without the lines that hold this.
fn without(msp: &Msp, file: &str, text: &str) {
    change(msp, file, |rows| {
        let kept = rows.lines().filter(|line| !line.contains(text));
        kept.map(|line| format!("{line}\n")).collect()
    });
}

fn sheet(msp: &Msp, month: &str, name: &str) -> Vec<Vec<Data>> {
    let bytes = msp.bytes(format!("workspace/runs/{month}/report.xlsx"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// April, with two seats that Wayne is not billed for and three that Stark is billed for and has not.
fn a_month_with_both() -> (Msp, String) {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    change(&msp, "psa.csv", |rows| {
        rows.replace(",5.00,0.00,$4.00,$20.00", ",8.00,0.00,$4.00,$32.00")
    });
    let said = score_newest(&msp, "2026-04");
    (msp, said)
}

#[test]
fn what_you_lose_and_what_clients_overpay_are_two_numbers_and_the_same_ones_everywhere() {
    let (msp, terminal) = a_month_with_both();
    assert!(terminal.contains("You lose $44.00 a month, $528.00 a year"), "{terminal}");
    assert!(terminal.contains("Clients overpay $12.00 a month, $144.00 a year"), "{terminal}");
    assert_eq!(said(&msp, "2026-04", "lose", ""), "1 at 44.00");
    assert_eq!(said(&msp, "2026-04", "overpay", ""), "1 at 12.00");
    let report = msp.text("workspace/runs/2026-04/report.html");
    let page = Served::of(&msp, &[]).get("/differences").1;
    let number = |title: &str, money: &str| {
        let top =
            format!("<p class=\"label\">{title} a month</p>\n<p class=\"number\">{money}</p>");
        assert!(report.contains(&top), "{top}");
        let line = format!("<span>{title} <b>{money}</b> a month</span>");
        assert!(page.contains(&line), "{page}");
    };
    number("You lose", "$44.00");
    number("Clients overpay", "$12.00");
    let rows = sheet(&msp, "2026-04", "Summary");
    for (part, money) in [("You lose a month", 44.0), ("Clients overpay a month", 12.0)] {
        let row = rows.iter().find(|row| row[0] == *part && row[1] == *"All of it").unwrap();
        assert_eq!(row[3].to_string().parse::<f64>().unwrap(), money, "{part}");
    }
    let findings = table(&msp, "2026-04", "findings.csv");
    let of = |one: &Record| (one["kind"].clone(), one["direction"].clone());
    let directions: BTreeMap<String, String> = findings.iter().map(of).collect();
    assert_eq!(directions["under_billed"], "lose");
    assert_eq!(directions["over_billed"], "overpay");
    // Nothing anywhere is the sum of the two.
    for text in [&terminal, &report, &page, &summary(&msp, "2026-04").to_string()] {
        assert!(!text.contains("56.00"), "{text}");
    }
}

#[test]
fn what_is_decided_stays_in_the_number_until_it_is_done_and_is_named_beside_it() {
    let (msp, _) = a_month_with_both();
    assert_eq!(said(&msp, "2026-04", "lose", "to_do"), "0 at 0.00");
    // The page counts what was decided on it at once.
    decide(&msp, &format!("{FIX},2026-04,fix_psa,,,kim,2026-05-03T09:00:00Z\n"));
    let sentence = "Decided and not yet done, a part of them: $44.00 you lose (1 line).";
    assert!(Served::of(&msp, &[]).get("/differences").1.contains(sentence));
    msp.done(&["report", "--workspace", "workspace"]);
    assert_eq!(said(&msp, "2026-04", "lose", ""), "1 at 44.00");
    assert_eq!(said(&msp, "2026-04", "lose", "to_do"), "1 at 44.00");
    assert!(score(&msp, "2026-05", (42, 40), 5).contains(sentence));
}

#[test]
fn what_was_decided_and_is_gone_is_recovered_once_however_often_it_is_scored_and_later_comes_back()
{
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    decide(&msp, &format!("{FIX},2026-04,fix_psa,,,kim,2026-05-03T09:00:00Z\n"));
    let both = |month: &str| {
        ["recovered_this_month", "recovered"].map(|beside| said(&msp, month, "lose", beside))
    };
    for _ in 0..2 {
        let said = score(&msp, "2026-05", (42, 42), 5);
        let sentence =
            "Recovered a month, as decided: this month $44.00 you lost (1 line); since the";
        assert!(said.contains(sentence), "{said}");
        assert_eq!(both("2026-05"), ["1 at 44.00", "1 at 44.00"]);
    }
    score(&msp, "2026-06", (42, 42), 5);
    assert_eq!(both("2026-06"), ["0 at 0.00", "1 at 44.00"]);
    // It comes back with other numbers and goes again; nobody has decided about that one.
    score(&msp, "2026-07", (45, 42), 5);
    score(&msp, "2026-08", (45, 45), 5);
    assert_eq!(both("2026-08"), ["0 at 0.00", "1 at 44.00"]);
    assert_eq!(said(&msp, "2026-08", "lose", "gone_undecided"), "1 at 66.00");
    // What is decided about a later month says nothing of an earlier one.
    decide(&msp, &format!("{FIX},2026-08,accepted,,,kim,2026-09-03T09:00:00Z\n"));
    score(&msp, "2026-09", (45, 45), 5);
    assert_eq!(both("2026-09"), ["0 at 0.00", "1 at 44.00"]);
}

#[test]
fn what_just_went_is_counted_apart_from_what_was_decided() {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    let terminal = score(&msp, "2026-05", (42, 42), 5);
    assert!(terminal.contains("Gone without a decision: $44.00 you lost (1 line)."), "{terminal}");
    assert!(!terminal.contains("Recovered"), "{terminal}");
    assert_eq!(said(&msp, "2026-05", "lose", "recovered"), "0 at 0.00");
}

#[test]
fn a_line_that_is_now_billed_for_nothing_at_all_is_not_recovered() {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    decide(&msp, &format!("{FIX},2026-04,fix_psa,,,kim,2026-05-03T09:00:00Z\n"));
    score(&msp, "2026-05", (42, 0), 5);
    assert_eq!(wayne(&msp, "2026-05").unwrap()["kind"], "not_billed");
    assert_eq!(said(&msp, "2026-05", "lose", "recovered"), "0 at 0.00");
    // Corrected too far is another matter: the loss is gone, and the client overpays.
    score(&msp, "2026-05", (42, 43), 5);
    assert_eq!(said(&msp, "2026-05", "lose", "recovered"), "1 at 44.00");
    assert_eq!(said(&msp, "2026-05", "overpay", ""), "1 at 22.00");
}

#[test]
fn every_line_compared_stands_in_one_table_the_equal_ones_too() {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    let of = |msp: &Msp, client: &str| -> Record {
        let lines = table(msp, "2026-04", "lines.csv");
        assert_eq!(lines.len(), 2, "{lines:?}");
        lines.into_iter().find(|line| line["client"] == client).unwrap()
    };
    let cells = |line: &Record, names: &str| -> String {
        names.split(',').map(|name| line[name].as_str()).collect::<Vec<_>>().join(",")
    };
    let (ids, money) = (
        "vendor_client,vendor_sku,psa_client,psa_sku",
        "bought,billed,unit_cost,unit_price,currency,margin",
    );
    let stark = of(&msp, "Stark Industries");
    assert_eq!(cells(&stark, ids), "v2,EXO,Stark Industries,EXO1");
    assert_eq!(cells(&stark, money), "5,5,3,4,USD,5.00");
    assert_eq!(cells(&stark, "status,findings"), "agrees,");
    let line = of(&msp, "Wayne Enterprises");
    assert_eq!(cells(&line, money), "42,40,16,22,USD,208.00", "40 × $22 less 42 × $16");
    assert_eq!(line["status"], "differs");
    assert_eq!(line["findings"], wayne(&msp, "2026-04").unwrap()["id"]);
    // The same as a sheet, numbers as numbers.
    let rows = sheet(&msp, "2026-04", "Lines");
    assert_eq!(rows.len(), 3);
    assert_eq!(
        (rows[1][0].to_string().as_str(), &rows[2][2]),
        ("Stark Industries", &Data::Float(42.0))
    );
    // They are no part of what a run stores, and say what was decided since.
    assert!(!msp.text("workspace/runs/2026-04/run.json").contains("\"margin\""));
    decide(&msp, &format!("{FIX},2026-04,fix_psa,,,kim,\n"));
    msp.done(&["report", "--workspace", "workspace"]);
    assert_eq!(of(&msp, "Wayne Enterprises")["status"], "to_fix");
    assert_eq!(of(&msp, "Stark Industries"), stark);
    assert_eq!(sheet(&msp, "2026-04", "Lines")[2][8], Data::String("to fix".to_owned()));
    decide(&msp, &format!("{FIX},2026-04,accepted,,,kim,\n"));
    score_newest(&msp, "2026-04");
    assert_eq!(cells(&of(&msp, "Wayne Enterprises"), "status,findings"), "settled,");
}

#[test]
fn lines_somebody_changed_are_told_by_their_row_and_nothing_is_written() {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    let path = "workspace/runs/2026-04/lines.csv";
    msp.write(path, msp.text(path).replace(",42,40,", ",forty-two,40,"));
    let message = msp.refused(&["report"]);
    assert!(message.contains("lines.csv:3: bought: "), "{message}");
    assert!(message.contains("found \"forty-two\""), "{message}");
    assert!(message.contains("score the month again"), "{message}");
}

#[test]
fn what_nobody_is_billed_for_says_what_it_would_bring_at_the_clients_own_price() {
    let msp = workspace();
    score(&msp, "2026-03", (42, 42), 5);
    // The addition is gone; two months later the price is still known.
    for month in ["2026-04", "2026-05"] {
        score(&msp, month, (42, 42), 5);
        without(&msp, "psa.csv", "Wayne Enterprises");
        score_newest(&msp, month);
        let finding = wayne(&msp, month).unwrap();
        assert_eq!(finding["kind"], "not_billed");
        assert_eq!(finding["monthly_impact"], "672.00", "42 × $16: what is surely lost");
        assert_eq!(finding["at_price"], "924.00", "42 × $22");
        assert_eq!(finding["price_from"], "$22.00 a unit: this client's price in Mar 2026");
    }
    assert_eq!(said(&msp, "2026-05", "lose", ""), "1 at 672.00");
    assert_eq!(said(&msp, "2026-05", "lose", "at_price"), "1 at 924.00");
    let words = "$924.00 a month at $22.00 a unit: this client&#39;s price in Mar 2026";
    let report = msp.text("workspace/runs/2026-05/report.html");
    assert!(report.contains(&format!("<b>At your price</b> {words}.")), "{report}");
    let id = &wayne(&msp, "2026-05").unwrap()["id"];
    assert!(Served::of(&msp, &[]).get(&format!("/differences?at={id}")).1.contains(words));
    // A line that is still there and bills nothing says it in this month.
    score(&msp, "2026-05", (42, 0), 5);
    let from = wayne(&msp, "2026-05").unwrap()["price_from"].clone();
    assert!(from.starts_with("$22.00 a unit: this client's price on its line Microsoft"), "{from}");
}

/// April, with six seats of Exchange Online that Wayne buys and is not billed for.
fn exchange_not_billed(msp: &Msp) -> Record {
    score(msp, "2026-04", (42, 42), 5);
    change(msp, "vendor.csv", |rows| {
        format!(
            "{rows}2026-04-05,Wayne Enterprises,v1,subscription,2026-04-01,2026-04-30,6,EXO,Exchange Online (Plan 1),4.00,24.00,3.00,18.00,USD\n"
        )
    });
    score_newest(msp, "2026-04");
    wayne(msp, "2026-04").unwrap()
}

#[test]
fn where_the_client_never_had_a_price_it_is_what_other_clients_pay_and_the_note_says_ours() {
    let msp = workspace();
    let finding = exchange_not_billed(&msp);
    assert_eq!(
        (finding["monthly_impact"].as_str(), finding["at_price"].as_str()),
        ("18.00", "24.00")
    );
    assert_eq!(
        finding["price_from"],
        "$4.00 a unit: the price of the one other client that has it"
    );
    decide(&msp, "line,v1,EXO,Wayne Enterprises,EXO1,2026-04,fix_psa,,,kim,\n");
    msp.done(&["report", "--workspace", "workspace"]);
    let name = &msp.names("workspace/runs/2026-04/notes")[0];
    let note = msp.text(format!("workspace/runs/2026-04/notes/{name}"));
    let sentence = "At our price of $4.00 a unit that is $24.00 more a month, before tax.";
    assert!(note.contains(sentence), "{note}");
    assert!(!note.contains("other client") && !note.contains("3.00"), "{note}");
}

#[test]
fn a_product_nobody_is_sold_has_no_price_and_a_bundle_says_none_of_its_part() {
    let msp = workspace();
    let units = exchange_not_billed(&msp)["vendor_quantity"].parse::<Decimal>().unwrap();
    assert_eq!(units, Decimal::from(6));
    // Nobody is billed for it.
    without(&msp, "psa.csv", "Stark Industries");
    without(&msp, "vendor.csv", "Stark Industries");
    score_newest(&msp, "2026-04");
    let finding = wayne(&msp, "2026-04").unwrap();
    assert_eq!((finding["at_price"].as_str(), finding["price_from"].as_str()), ("", ""));
    // It is sold as a part of a bundle alone.
    let bundle = "sku,,EXO,,EXO1,,different,,,kim,2026-05-01T09:00:00Z\n\
        sku,,EXO,,SUITE,,bundle,,,kim,2026-05-01T09:01:00Z\n";
    decide(&msp, bundle);
    exchange_not_billed(&msp);
    change(&msp, "psa.csv", |rows| {
        rows.replace("EXO1,Exchange Online Plan 1", "SUITE,Office Suite")
    });
    score_newest(&msp, "2026-04");
    assert_eq!(wayne(&msp, "2026-04").unwrap()["at_price"], "");
}

#[test]
fn a_month_scored_before_lines_were_kept_is_reported_without_them() {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    let path = msp.path("workspace/runs/2026-04/lines.csv");
    std::fs::remove_file(&path).unwrap();
    msp.done(&["report", "--workspace", "workspace"]);
    assert!(!path.exists(), "nobody makes up what was not kept");
    let bytes = msp.bytes("workspace/runs/2026-04/report.xlsx");
    let book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    assert!(names.contains(&"Findings".to_owned()) && !names.contains(&"Lines".to_owned()));
}
