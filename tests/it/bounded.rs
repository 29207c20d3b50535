//! Hostile input costs little: a limit is met while reading, and the message names it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::time::{Duration, Instant};

use crate::msp::{Msp, PSA};

/// The longest that anything here may take, with other tests beside it.
const LONGEST: Duration = Duration::from_secs(20);

fn refused(msp: &Msp, file: &str) -> String {
    let since = Instant::now();
    let said = msp.score_refused(file, PSA);
    assert!(since.elapsed() < LONGEST, "{:?}: {said}", since.elapsed());
    said
}

#[test]
fn a_workbook_with_cells_far_to_the_right_is_refused_before_it_fills_the_memory() {
    let msp = Msp::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..10_000 {
        sheet.write_string(row, 0, "Alder").unwrap();
        sheet.write_string(row, 16_383, "x").unwrap();
    }
    msp.write("far.xlsx", book.save_to_buffer().unwrap());
    let said = refused(&msp, "far.xlsx");
    assert!(
        said.contains("20 million cells, the empty ones before a row's last among them"),
        "{said}"
    );
}

#[test]
fn a_workbook_of_thousands_of_sheets_is_refused_at_once() {
    let msp = Msp::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    for _ in 0..600 {
        book.add_worksheet().write_string(0, 0, "Client").unwrap();
    }
    msp.write("sheets.xlsx", book.save_to_buffer().unwrap());
    let said = refused(&msp, "sheets.xlsx");
    assert!(said.contains("at most 1 GiB, 500 sheets and 20 million cells"), "{said}");
}

#[test]
fn a_file_of_commas_is_refused_at_the_row_that_is_too_many() {
    let msp = Msp::new();
    let row = format!("{}\n", ",".repeat(16_000));
    let rows = row.repeat(1_300);
    msp.write(
        "commas.csv",
        format!("Customer,Product,Quantity,Unit Cost\nAcme,M365,1,2.00\n{rows}"),
    );
    let said = refused(&msp, "commas.csv");
    assert!(
        said.contains("commas.csv:1252: expected a file of at most 20 million cells"),
        "{said}"
    );
}

#[test]
fn units_and_prices_beyond_exact_numbers_are_refused_and_do_not_end_the_program() {
    let msp = Msp::new();
    let rows = |n: u64| format!("Alder {},Cloud,{},1000000000000\n", n % 3, 1_000_000_000_000 - n);
    let rows: String = (0..7_000).map(rows).collect();
    msp.write("huge.csv", format!("Customer,Product,Quantity,Unit Cost\n{rows}"));
    let said = refused(&msp, "huge.csv");
    assert!(said.contains("huge.csv: expected units and prices of which every product"), "{said}");
    assert!(said.contains("leave the file out"), "{said}");
    // As large as it may be: every cell of a small file at the reader's own limit.
    msp.write(
        "large.csv",
        "Customer,Product,Quantity,Unit Cost\nAlder,Cloud,1000000000000,999999999999\n",
    );
    msp.write("p.csv", "Customer,Product,Quantity,Unit Price\nAlder,Cloud,1,0.000000000001\n");
    msp.score("large.csv", "p.csv");
}

#[test]
fn ten_thousand_equal_rows_make_a_run_of_some_megabytes() {
    let msp = Msp::new();
    let text = include_str!("ingest/fixtures/partner_center_nce_recon_SYNTHETIC.csv");
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let rows = lines[1..6].join("\n");
    let copies = vec![rows; 2_000].join("\n");
    msp.write("equal.csv", format!("{}\n{copies}\n", lines[0]));
    msp.write("psa.csv", include_str!("ingest/fixtures/autotask_recurring_units_SYNTHETIC.csv"));
    msp.done(&["init", "other", "--name", "Another MSP"]);
    let score = ["score", "--month", "2026-08", "--vendor", "equal.csv", "--psa", "psa.csv"];
    let since = Instant::now();
    msp.done(&[&score[..], &["--workspace", "other"]].concat());
    assert!(since.elapsed() < LONGEST, "{:?}", since.elapsed());
    let length = msp.bytes("other/runs/2026-08/run.json").len();
    assert!(length < 20_000_000, "run.json has {length} bytes");
    msp.done(&["report", "--workspace", "other"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_whose_name_is_no_text_is_said_to_be_one() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::process::Command;
    let msp = Msp::empty();
    let mut program = Command::new(env!("CARGO_BIN_EXE_seatdrift"));
    program.arg("init").arg(OsStr::from_bytes(b"w\xff")).current_dir(msp.path(""));
    let output = program.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("expected a folder whose name is Unicode text"), "{said}");
}

#[test]
fn a_name_gives_the_terminal_no_command() {
    let msp = Msp::new();
    msp.write("g\u{1b}[2J.csv", "garbage");
    let said = refused(&msp, "g\u{1b}[2J.csv");
    assert!(said.contains("g\u{fffd}[2J.csv") && !said.contains('\u{1b}'), "{said}");
}
