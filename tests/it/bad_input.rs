//! Whatever a user gives the program by mistake: a message that says where and what, status 2, and a
//! workspace in which no byte has changed. Every message is a snapshot.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use insta::assert_snapshot;

use crate::ingest::as_it_comes::zipped;
use crate::ingest::written::workbook;
use crate::msp::{Msp, PSA, VENDOR};

/// A test that gives `score` one file of `error_messages/` as a vendor's or a PSA's export.
macro_rules! refused_export {
    ($name:ident, vendor, $file:literal) => {
        refused_export!($name, $file, |msp: &Msp| msp.score_refused($file, PSA));
    };
    ($name:ident, psa, $file:literal) => {
        refused_export!($name, $file, |msp: &Msp| msp.score_refused(VENDOR, $file));
    };
    ($name:ident, $file:literal, $score:expr) => {
        #[test]
        fn $name() {
            let msp = Msp::new();
            msp.write($file, include_bytes!(concat!("error_messages/", $file)));
            assert_snapshot!($score(&msp));
        }
    };
}

refused_export!(an_empty_file, vendor, "empty.csv");
refused_export!(a_header_without_rows, psa, "header_only.csv");
refused_export!(rows_without_a_header, vendor, "no_header.csv");
refused_export!(no_column_of_units, vendor, "missing_quantity.csv");
refused_export!(two_columns_of_units, vendor, "ambiguous_columns.csv");
refused_export!(a_price_that_may_be_a_cost, vendor, "price_or_cost.csv");
refused_export!(dates_that_can_be_read_two_ways, psa, "undecidable_date_2026-08.csv");
refused_export!(decimals_that_can_be_read_two_ways, psa, "undecidable_decimal.csv");
refused_export!(a_quote_that_never_closes, psa, "unclosed_quote.csv");
refused_export!(a_program_for_an_export, vendor, "binary.csv");
refused_export!(an_answer_of_an_interface, psa, "not_an_export.json");
refused_export!(the_psas_export_as_the_vendors, vendor, "wrong_side.csv");
refused_export!(the_vendors_export_as_the_psas, psa, "wrong_side_psa.csv");
refused_export!(ids_that_a_spreadsheet_rounded, vendor, "spoilt_ids.csv");
refused_export!(rows_that_may_be_another_clients, vendor, "blank_clients.csv");
refused_export!(dates_that_may_be_turned_round, vendor, "mixed_dates.csv");
refused_export!(money_in_a_crown_of_no_country, vendor, "crowns.csv");
refused_export!(a_web_page_saved_as_a_workbook, vendor, "web_page.xls");
refused_export!(a_header_that_may_be_another_row, vendor, "two_headers.csv");
refused_export!(charges_of_another_month, vendor, "wrong_month_2026-08.csv");
refused_export!(charges_of_another_msp, vendor, "other_msp.csv");
refused_export!(billing_of_another_msp, psa, "other_msp_psa.csv");

#[test]
fn exports_of_another_month() {
    let msp = Msp::new();
    assert_snapshot!(msp.score_refused("september/vendor-pax8.csv", PSA));
    // The same the other way round: the right exports, and a month in which nothing is charged.
    let score = ["score", "--month", "2027-01", "--vendor", VENDOR, "--psa", PSA];
    assert_snapshot!("exports_of_another_month_by_option", msp.refused(&score));
}

#[test]
fn a_month_no_calendar_has() {
    let score = ["score", "--month", "2026-13", "--vendor", VENDOR, "--psa", PSA];
    assert_snapshot!(Msp::new().refused(&score));
}

#[test]
fn exports_that_another_msp_made() {
    let (vendor, psa) = ("stranger/vendor-pax8.csv", "stranger/psa-connectwise.csv");
    for (vendor, psa, at_fault) in
        [(vendor, psa, "vendor-pax8.csv"), (vendor, PSA, "vendor-pax8.csv"), (VENDOR, psa, "psa-")]
    {
        let message = Msp::new().score_refused(vendor, psa);
        assert!(message.starts_with(&format!("error: {at_fault}")), "{message}");
        assert!(message.contains("expected exports of this workspace"), "{message}");
    }
}

#[test]
fn one_file_given_twice() {
    let msp = Msp::new();
    msp.write("october/vendor-again.csv", msp.text(VENDOR));
    let both = [VENDOR, "october/vendor-again.csv"];
    let score = [&["score", "--month", "2026-10", "--vendor"], &both[..], &["--psa", PSA]].concat();
    assert_snapshot!(msp.refused(&score));
}

#[test]
fn one_path_given_twice() {
    let msp = Msp::new();
    let score = ["score", "--month", "2026-10", "--vendor", VENDOR, VENDOR, "--psa", PSA];
    assert_snapshot!(msp.refused(&score));
}

#[test]
fn two_files_of_one_name() {
    let msp = Msp::new();
    let both = [VENDOR, "september/vendor-pax8.csv"];
    let score = [&["score", "--month", "2026-10", "--vendor"], &both[..], &["--psa", PSA]].concat();
    assert_snapshot!(msp.refused(&score));
}

#[test]
fn a_file_that_is_not_there() {
    let msp = Msp::new();
    assert_snapshot!(msp.score_refused("october/vendor.csv", PSA));
    assert_snapshot!("a_folder_for_an_export", msp.score_refused("october", PSA));
}

#[test]
fn no_file_for_a_side() {
    assert_snapshot!(Msp::new().refused(&["score", "--month", "2026-10", "--vendor", VENDOR]));
}

#[test]
fn a_line_of_two_hundred_megabytes() {
    let msp = Msp::new();
    let mut bytes = b"Client,Product,Quantity\n".to_vec();
    bytes.resize(200 << 20, b'x');
    msp.write("october/psa-long.csv", bytes);
    assert_snapshot!(msp.score_refused(VENDOR, "october/psa-long.csv"));
}

#[test]
fn a_file_of_three_hundred_megabytes() {
    let msp = Msp::new();
    msp.write("october/psa-large.csv", "");
    let large = std::fs::File::options().write(true).open(msp.path("october/psa-large.csv"));
    large.unwrap().set_len(300 << 20).unwrap();
    assert_snapshot!(msp.score_refused(VENDOR, "october/psa-large.csv"));
}

#[test]
fn a_workbook_cut_off_while_it_was_downloaded() {
    let msp = Msp::new();
    let rows = [["Client", "Product", "Quantity"], ["Northwind Dental", "EXO", "5"]];
    let whole = workbook(&[("May", &rows[..])]);
    msp.write("october/psa.xlsx", &whole[..whole.len() / 2]);
    assert_snapshot!(msp.score_refused(VENDOR, "october/psa.xlsx"));
}

#[test]
fn an_archive_beside_the_file_that_is_in_it() {
    let msp = Msp::new();
    let vendor = msp.bytes(VENDOR);
    msp.write("october/vendor-again.zip", zipped(&[("vendor-pax8.csv", &vendor)]));
    let both = [VENDOR, "october/vendor-again.zip"];
    let score = [&["score", "--month", "2026-10", "--vendor"], &both[..], &["--psa", PSA]].concat();
    assert_snapshot!(msp.refused(&score));
}

#[test]
fn archives_that_hold_no_one_export() {
    let msp = Msp::new();
    let text: &[u8] = b"Client,Product,Quantity\nNorthwind Dental,EXO,5\n";
    let file = "october/vendor.zip";
    msp.write(file, zipped(&[("may.csv", text), ("june.csv", text)]));
    assert_snapshot!("a_zip_of_two_exports", msp.score_refused(file, PSA));
    msp.write(file, zipped(&[("invoice.pdf", b"%PDF-1.7"), ("logo.png", b"\x89PNG")]));
    assert_snapshot!("a_zip_without_an_export", msp.score_refused(file, PSA));
    let whole = zipped(&[("may.csv", text)]);
    msp.write(file, &whole[..whole.len() / 2]);
    assert_snapshot!("a_zip_cut_off", msp.score_refused(file, PSA));
    msp.write("october/vendor.csv.gz", b"\x1f\x8b\x08\x00");
    assert_snapshot!("a_gzip_cut_off", msp.score_refused("october/vendor.csv.gz", PSA));
    // A few kilobytes that unpack to more than any export has.
    msp.write(file, zipped(&[("may.csv", &vec![b'x'; 257 << 20])]));
    assert_snapshot!("a_zip_bomb", msp.score_refused(file, PSA));
}

#[test]
fn workbooks_nobody_can_choose_from() {
    let msp = Msp::new();
    let rows = [["Client", "Product", "Quantity"], ["Northwind Dental", "EXO", "5"]];
    msp.write("october/psa.xlsx", workbook(&[("May", &rows[..]), ("June", &rows[..])]));
    assert_snapshot!("a_workbook_with_two_exports", msp.score_refused(VENDOR, "october/psa.xlsx"));
    let settings = msp.text("workspace/seatdrift.toml");
    let told = "[[export]]\nside = \"psa\"\nfile = \"psa.xlsx\"\nsheet = \"July\"\n";
    msp.write("workspace/seatdrift.toml", format!("{settings}\n{told}"));
    assert_snapshot!("a_sheet_that_is_not_there", msp.score_refused(VENDOR, "october/psa.xlsx"));
    msp.write("october/psa.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    assert_snapshot!("a_workbook_of_excel_2003", msp.score_refused(VENDOR, "october/psa.xls"));
}

#[test]
fn a_mapping_to_a_header_the_file_does_not_have() {
    let msp = Msp::new();
    let file = "mapped_column_missing.csv";
    msp.write(file, include_bytes!("error_messages/mapped_column_missing.csv"));
    let settings = msp.text("workspace/seatdrift.toml");
    let told = |columns: &str| {
        format!(
            "{settings}\n[[export]]\nside = \"psa\"\nfile = \"{file}\"\ncolumns = {{ {columns} }}\n"
        )
    };
    msp.write(
        "workspace/seatdrift.toml",
        told("client_name = \"Kunde\", product_name = \"Produkt\", quantity = \"Menge\""),
    );
    assert_snapshot!(msp.score_refused(VENDOR, file));
    msp.write(
        "workspace/seatdrift.toml",
        told("client_name = \"Kunde\", product_name = \"Artikel\", sku = \"Artikel\", quantity = \"Menge\""),
    );
    assert_snapshot!("a_header_mapped_to_two_fields", msp.score_refused(VENDOR, file));
}

#[test]
fn exports_in_the_folder_of_another_month() {
    let msp = Msp::new();
    msp.write("more/2026-10/vendor-pax8.csv", msp.text("september/vendor-pax8.csv"));
    msp.write("more/2026-10/psa-connectwise.csv", msp.text(PSA));
    assert_snapshot!(msp.refused(&["import", "more"]));
}

#[test]
fn broken_decisions_beside_good_exports() {
    let msp = Msp::new();
    msp.write("more/2026-10/vendor-pax8.csv", msp.text(VENDOR));
    msp.write("more/2026-10/psa-connectwise.csv", msp.text(PSA));
    let verdicts = include_bytes!("error_messages/decisions_unknown_verdict.csv");
    msp.write("more/decisions.csv", verdicts);
    assert_snapshot!(msp.refused(&["import", "more"]));
}

#[test]
fn one_bad_month_keeps_a_whole_folder_out() {
    let msp = Msp::new();
    for (month, vendor) in [("2026-10", msp.text(VENDOR)), ("2026-11", "Client\n".to_owned())] {
        msp.write(format!("more/{month}/vendor-pax8.csv"), vendor);
        msp.write(format!("more/{month}/psa-connectwise.csv"), msp.text(PSA));
    }
    assert_snapshot!(msp.refused(&["import", "more"]));
}

#[test]
fn a_folder_that_holds_no_months() {
    let msp = Msp::new();
    assert_snapshot!(msp.refused(&["import", "october"]));
    assert_snapshot!("a_folder_that_is_not_there", msp.refused(&["import", "elsewhere"]));
    msp.write("more/2026-11/vendor-pax8.csv", msp.text(VENDOR));
    assert_snapshot!("a_month_without_a_psa_export", msp.refused(&["import", "more"]));
}

/// A test that gives `decide` one file of `error_messages/`.
macro_rules! refused_decisions {
    ($name:ident, $file:literal) => {
        #[test]
        fn $name() {
            let msp = Msp::new();
            msp.write($file, include_bytes!(concat!("error_messages/", $file)));
            assert_snapshot!(msp.refused(&["decide", $file]));
        }
    };
}

refused_decisions!(a_verdict_nobody_knows, "decisions_unknown_verdict.csv");
refused_decisions!(a_decision_until_a_day_nobody_can_read, "decisions_broken_date.csv");
refused_decisions!(a_decision_about_half_a_pair, "decisions_incomplete.csv");
refused_decisions!(a_table_that_holds_no_decisions, "decisions_other_columns.csv");

#[test]
fn decisions_edited_by_hand_and_broken() {
    let msp = Msp::new();
    let verdicts = include_bytes!("error_messages/decisions_unknown_verdict.csv");
    msp.write("workspace/decisions.csv", verdicts);
    // The row is named and passed over; what is asked for is done, and the file stays what it is.
    assert_snapshot!(msp.score(VENDOR, PSA).stderr);
    assert_eq!(msp.bytes("workspace/decisions.csv"), verdicts);
    let others = include_bytes!("error_messages/decisions_other_columns.csv");
    msp.write("workspace/decisions.csv", others);
    assert_snapshot!("decisions_without_their_columns", msp.score_refused(VENDOR, PSA));
}

/// A test that puts one file of `error_messages/` in place of `seatdrift.toml`.
macro_rules! refused_settings {
    ($name:ident, $file:literal) => {
        #[test]
        fn $name() {
            let msp = Msp::new();
            let settings = include_bytes!(concat!("error_messages/", $file));
            msp.write("workspace/seatdrift.toml", settings);
            assert_snapshot!(msp.score_refused(VENDOR, PSA));
        }
    };
}

refused_settings!(settings_that_are_no_toml, "settings_not_toml.toml");
refused_settings!(a_setting_with_a_typing_error, "settings_unknown_key.toml");
refused_settings!(a_threshold_out_of_its_range, "settings_threshold.toml");

#[test]
fn a_damaged_model() {
    let shipped = include_bytes!("../../models/client_pairs.model");
    let mut flipped = shipped.to_vec();
    *flipped.last_mut().unwrap() ^= 1;
    let cases: [(&str, &[u8]); 4] = [
        ("a_model_that_is_no_model", b"hello"),
        ("a_model_that_is_empty", b""),
        ("a_model_cut_off", &shipped[..shipped.len() / 2]),
        ("a_model_with_one_bit_turned", &flipped),
    ];
    for (name, bytes) in cases {
        let msp = Msp::new();
        msp.write("workspace/models/client_pairs-0001.model", bytes);
        // The shipped model is made anew from time to time.
        let message = msp.score_refused(VENDOR, PSA);
        let n_bytes = [shipped.len(), shipped.len() / 2].map(|n_bytes| n_bytes.to_string());
        let message = message.replace(&n_bytes[0], "N").replace(&n_bytes[1], "N/2");
        assert_snapshot!(name, message);
    }
}

#[test]
fn a_damaged_month_of_the_history() {
    let msp = Msp::new();
    let folder = msp.path("workspace/history/month=2026-09");
    let month = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(&month).unwrap();
    std::fs::write(&month, &bytes[..bytes.len() / 2]).unwrap();
    assert_snapshot!(msp.score_refused(VENDOR, PSA));
}

#[test]
fn a_run_cut_off() {
    let msp = Msp::new();
    msp.score(VENDOR, PSA);
    let run = msp.text("workspace/runs/2026-10/run.json");
    msp.write("workspace/runs/2026-10/run.json", &run[..120]);
    assert_snapshot!(msp.refused(&["explain", "f-0000000000"]));
    assert_snapshot!("a_run_cut_off_in_a_report", msp.refused(&["report"]));
}

#[test]
fn an_id_no_run_has() {
    let msp = Msp::new();
    assert_snapshot!("an_id_before_any_run", msp.refused(&["explain", "f-0000000000"]));
    msp.score(VENDOR, PSA);
    assert_snapshot!(msp.refused(&["explain", "f-0000000000"]));
    let report = ["report", "--month", "2026-09"];
    assert_snapshot!("a_month_that_was_never_scored", msp.refused(&report));
}

#[test]
fn no_workspace() {
    let msp = Msp::empty();
    assert_snapshot!(msp.score_refused(VENDOR, PSA));
}

#[test]
fn a_workspace_made_twice() {
    let msp = Msp::new();
    assert_snapshot!(msp.refused(&["init", "workspace"]));
}

#[test]
fn nothing_to_learn_from() {
    let msp = Msp::empty();
    assert_eq!(msp.run_anywhere(&["init", "workspace"]).status, Some(0));
    assert_snapshot!(msp.refused(&["train"]));
    let currency = msp.run_anywhere(&["init", "other", "--currency", "dollars"]);
    assert_eq!(currency.status, Some(2));
    assert_snapshot!("a_currency_nobody_pays_in", currency.stderr);
}

#[test]
fn a_workspace_another_process_writes_to() {
    let msp = Msp::new();
    msp.write("workspace/.seatdrift.lock", "");
    let held = std::fs::File::options().write(true).open(msp.path("workspace/.seatdrift.lock"));
    let held = held.unwrap();
    held.lock().unwrap();
    assert_snapshot!(msp.score_refused(VENDOR, PSA));
    held.unlock().unwrap();
    msp.score(VENDOR, PSA);
}
