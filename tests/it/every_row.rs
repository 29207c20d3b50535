//! From the line of an export to the summary of a month: every row and every cent is somewhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use seatdrift_core::domain::Side;
use serde_json::Value;

use crate::ingest::read;
use crate::msp::{Msp, PSA, VENDOR};

/// Where the rows that came in have gone.
const PARTS: [&str; 5] = ["matched", "review", "unmatched", "excluded", "rejected"];

fn summary(msp: &Msp, month: &str) -> Value {
    serde_json::from_str(&msp.text(format!("workspace/runs/{month}/summary.json"))).unwrap()
}

fn n_rows(part: &Value) -> usize {
    part["rows"].as_u64().unwrap() as usize
}

fn money(part: &Value) -> BTreeMap<String, Decimal> {
    let by_currency = part["money"].as_object().unwrap().iter();
    by_currency
        .map(|(currency, amount)| (currency.clone(), amount.as_str().unwrap().parse().unwrap()))
        .collect()
}

/// On both sides, what came in is the sum of where it went, in rows and in each currency.
fn assert_adds_up(summary: &Value) {
    for side in ["vendor", "psa"] {
        let side = &summary[side];
        let rows: usize = PARTS.iter().map(|part| n_rows(&side[part])).sum();
        assert_eq!(n_rows(&side["in"]), rows, "{summary}");
        let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
        for part in PARTS {
            for (currency, amount) in money(&side[part]) {
                *sums.entry(currency).or_default() += amount;
            }
        }
        assert_eq!(money(&side["in"]), sums, "{summary}");
    }
}

#[test]
fn rows_that_cannot_be_read_are_listed_and_the_others_are_scored() {
    let msp = Msp::new();
    msp.score(VENDOR, PSA);
    let plain = summary(&msp, "2026-10");
    let vendor = msp.text(VENDOR);
    let psa = msp.text(PSA);
    let row = |quantity: &str, sku: &str, start: &str, cost: &str| {
        format!(
            "2026-10-05,Odd & Sons,c9,subscription,{start},2026-10-31,{quantity},User,Monthly,{sku},,,1.00,1.00,1.00,{cost},{cost},USD\n"
        )
    };
    let odd = [
        row("soon", "S-1", "2026-10-01", "7.00"),
        row("5", "", "2026-10-01", "7.00"),
        row("5", "S-1", "2026-10-32", "7.00"),
        row("5", "S-1", "2026-10-01", "twelve"),
        row("1.2.3", "S-1", "2026-10-01", "#REF!"),
    ];
    let below_header = |export: &str, rows: &str| {
        let (header, data) = export.split_once('\n').unwrap();
        format!("{header}\n{rows}{data}")
    };
    let header = "invoice_date,company_name,company_id,type,start_period,end_period,quantity,unit_of_measure,\
         term,sku,description,details,price,subtotal,cost,cost_total,partner_subtotal,currency_code\n";
    assert!(vendor.starts_with(header), "the odd rows below have the columns of the others");
    msp.write("odd/vendor-pax8.csv", below_header(&vendor, &odd.concat()));
    let client = "Odd & Sons,Cloud,Cloud Services,Active,M365-BS,Business Standard";
    let odd_psa = format!("{client},a few,0.00,$15.00,$75.00,$10.52,06/01/2026,,Billable,Active\n");
    msp.write("odd/psa-connectwise.csv", below_header(&psa, &odd_psa));

    let answer = msp.score("odd/vendor-pax8.csv", "odd/psa-connectwise.csv");
    insta::assert_snapshot!(msp.text("workspace/runs/2026-10/rejected.csv"));
    let summary = summary(&msp, "2026-10");
    assert_adds_up(&summary);
    assert_eq!(n_rows(&summary["vendor"]["rejected"]), odd.len());
    assert_eq!(n_rows(&summary["psa"]["rejected"]), 1);
    assert_eq!(n_rows(&summary["vendor"]["in"]), n_rows(&plain["vendor"]["in"]) + odd.len());
    // The rows that can be read are understood as they are without the others.
    assert_eq!(summary["vendor"]["matched"], plain["vendor"]["matched"]);
    assert_eq!(summary["lose"], plain["lose"]);
    assert_eq!(summary["overpay"], plain["overpay"]);
    // The headline shows both counts, each at the end of its side's line.
    let lines: Vec<&str> = answer.stdout.lines().map(str::trim_end).collect();
    for (side, count) in [("vendor", " 5"), ("psa", " 1")] {
        assert!(lines.iter().any(|line| line.starts_with(side) && line.ends_with(count)));
    }
}

#[test]
fn an_import_names_the_rows_it_could_not_read() {
    let msp = Msp::new();
    let header = "Client,Product,Quantity,Unit Cost\n";
    msp.write(
        "more/2026-10/vendor.csv",
        format!("{header}Odd & Sons,EXO,soon,1.00\nOdd & Sons,EXO,5,1.00\n"),
    );
    let psa = "Client,Product,Quantity,Unit Price\nOdd & Sons,EXO,5,many\nOdd & Sons,EDR,5,4.00\n";
    msp.write("more/2026-10/psa.csv", psa);
    let answer = msp.run(&["import", "more"]);
    assert_eq!(answer.status, Some(0), "{}", answer.stderr);
    insta::assert_snapshot!(answer.stdout);
}

/// A summary without its files: each has a name of its own.
fn of_sides(mut summary: Value) -> Value {
    summary.as_object_mut().unwrap().remove("files");
    summary
}

/// The vendor's export of October in the ways spreadsheets save it.
fn written_anew(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    use csv::{QuoteStyle::Always, QuoteStyle::Necessary, Terminator};
    let rows: Vec<Vec<String>> = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes())
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect();
    let delimited = |delimiter: u8, style: csv::QuoteStyle, terminator: Terminator| {
        let mut builder = csv::WriterBuilder::new();
        let builder = builder.delimiter(delimiter).quote_style(style).terminator(terminator);
        let mut writer = builder.from_writer(Vec::new());
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.into_inner().unwrap()
    };
    let lines = || Terminator::Any(b'\n');
    let utf_16 = |mark: u16, to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(mark).chain(text.encode_utf16()).flat_map(to_bytes).collect()
    };
    let (header, data) = text.split_once('\n').unwrap();
    let spaced = data.replace('\n', "\n\n");
    vec![
        ("marked.csv", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("utf-16-le.csv", utf_16(0xfeff, u16::to_le_bytes)),
        ("utf-16-be.csv", utf_16(0xfeff, u16::to_be_bytes)),
        ("semicolons.csv", delimited(b';', Necessary, Terminator::CRLF)),
        ("tabs.csv", delimited(b'\t', Necessary, lines())),
        ("bars.csv", delimited(b'|', Always, Terminator::CRLF)),
        ("returns.csv", delimited(b',', Always, Terminator::Any(b'\r'))),
        ("titled.csv", format!("Invoice 17\nOctober\n\n{header}\n{spaced}\nTotal\n").into_bytes()),
        ("paged.csv", format!("{header}\n{data}{header}\n").into_bytes()),
        ("book.xlsx", book(&rows)),
    ]
}

/// A workbook with every cell as text, below a title.
fn book(rows: &[Vec<String>]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "Invoice 17").unwrap();
    for (row_idx, row) in (2..).zip(rows) {
        for (column_idx, cell) in (0..).zip(row) {
            sheet.write_string(row_idx, column_idx, cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn one_month_written_in_many_ways_is_one_month() {
    let msp = Msp::new();
    msp.score(VENDOR, PSA);
    let plain = summary(&msp, "2026-10");
    assert_adds_up(&plain);
    for (name, bytes) in written_anew(&msp.text(VENDOR)) {
        msp.write(format!("anew/{name}"), bytes);
        msp.score(&format!("anew/{name}"), PSA);
        assert_eq!(of_sides(summary(&msp, "2026-10")), of_sides(plain.clone()), "{name}");
    }
}

/// One price, one credit and one day as programs of many countries write them.
const WRITTEN: [[&str; 3]; 7] = [
    ["1234.50", "-12.50", "2025-08-30"],
    ["$1,234.50", "($12.50)", "8/30/2025"],
    ["1.234,50", "12,50-", "30.08.2025"],
    ["1.234,50 US$", "-12,50 US$", "30/08/2025"],
    ["1,234.50 USD", "12.50- USD", "30-AUG-2025"],
    ["USD 1,234.50", "(12.50)", "2025-08-30T00:00:00.000-0300"],
    ["1 234,50", "-12,50", "45899"],
];

#[test]
fn money_and_dates_of_many_countries_are_one_month() {
    let msp = Msp::new();
    let mut plain = None;
    for [price, credit, day] in WRITTEN {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let rows = [
            ["Client", "Product", "Quantity", "Unit Price", "Effective Date"],
            ["Odd & Sons", "Server\nlease", "3", price, day],
            ["Odd & Sons", "Goodwill", "1", credit, day],
        ];
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        msp.write("anew/psa.csv", writer.into_inner().unwrap());
        msp.score(VENDOR, "anew/psa.csv");
        let psa = summary(&msp, "2026-10")["psa"].clone();
        assert_eq!(n_rows(&psa["rejected"]), 0, "{price} {credit} {day}");
        assert_eq!(money(&psa["in"])["USD"], "3691.00".parse().unwrap());
        assert_eq!(*plain.get_or_insert_with(|| psa.clone()), psa, "{price} {credit} {day}");
    }
}

struct Sample {
    name: &'static str,
    bytes: &'static [u8],
    side: Side,
    month: &'static str,
}

macro_rules! sample {
    ($file:literal, $side:expr, $month:literal) => {
        Sample {
            name: $file,
            bytes: include_bytes!(concat!("ingest/fixtures/", $file)),
            side: $side,
            month: $month,
        }
    };
}

const SAMPLES: [Sample; 6] = [
    sample!("pax8_invoice_SYNTHETIC.csv", Side::Vendor, "2026-08"),
    sample!("partner_center_nce_recon_SYNTHETIC.csv", Side::Vendor, "2026-08"),
    sample!("dicker_annuity_SYNTHETIC.csv", Side::Vendor, "2026-08"),
    sample!("ingram_rde_short_PARTIAL.csv", Side::Vendor, "2022-03"),
    sample!("connectwise_additions_search_SYNTHETIC.csv", Side::Psa, "2026-08"),
    sample!("autotask_recurring_units_SYNTHETIC.csv", Side::Psa, "2026-08"),
];

/// Lines of a sample that hold data: all of them, less what the reader says are none.
fn n_data_lines(sample: &Sample, month: &str) -> usize {
    let read = read(sample.name, sample.bytes, sample.side, month).unwrap();
    let text = String::from_utf8_lossy(sample.bytes);
    text.trim_end().lines().count() - read.not_data.len()
}

#[test]
fn every_vendors_sample_is_scored_against_every_psas_and_no_row_is_lost() {
    let of = |side: Side| SAMPLES.iter().filter(move |sample| sample.side == side);
    for vendor in of(Side::Vendor) {
        for psa in of(Side::Psa) {
            let (msp, month) = (Msp::empty(), vendor.month);
            let done = |arguments: &[&str]| {
                let answer = msp.run_anywhere(arguments);
                assert_eq!(answer.status, Some(0), "{arguments:?}: {}", answer.stderr);
                assert!(!answer.stderr.contains("panicked"), "{}", answer.stderr);
                answer.stdout
            };
            let paths = [vendor, psa]
                .map(|sample| format!("exports/{month}/{}-{}", sample.side, sample.name));
            for (path, sample) in paths.iter().zip([vendor, psa]) {
                msp.write(path, sample.bytes);
            }
            done(&["init", "workspace"]);
            let imported = done(&["import", "exports", "--json", "--workspace", "workspace"]);
            let imported: Value = serde_json::from_str(&imported).unwrap();
            let score = ["score", "--month", month, "--vendor", &paths[0], "--psa", &paths[1]];
            done(&[&score[..], &["--workspace", "workspace"]].concat());
            let summary = summary(&msp, month);
            assert_adds_up(&summary);
            for (file_idx, sample) in [vendor, psa].into_iter().enumerate() {
                let n_data = n_data_lines(sample, month);
                assert_eq!(n_rows(&summary[sample.side.to_string()]["in"]), n_data);
                let file = &imported["months"][0]["files"][file_idx];
                let n_imported = n_rows(file) + file["rejected"].as_u64().unwrap() as usize;
                assert_eq!(n_imported, n_data, "{} × {}", vendor.name, psa.name);
            }
        }
    }
}
