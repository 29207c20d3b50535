//! Every message a user can meet about an export, each provoked by a file, with its hint.

use seatdrift_core::domain::Side;
use seatdrift_ingest::{ExportProfile, IngestError};

use super::{read, read_told};
use crate::ingest::written::workbook;

fn shown(error: &IngestError) -> String {
    match error.hint() {
        Some(hint) => format!("error: {error}\nhint: {hint}"),
        None => format!("error: {error}"),
    }
}

macro_rules! message {
    ($name:ident, $file:literal, $side:expr) => {
        message!($name, $file, $side, "side = \"psa\"\nfile = \"no such file\"");
    };
    ($name:ident, $file:literal, $side:expr, $profile:literal) => {
        #[test]
        fn $name() {
            let bytes = include_bytes!(concat!("../error_messages/", $file));
            let profile: ExportProfile = toml::from_str($profile).unwrap();
            let error = read_told($file, bytes, $side, "2026-08", &[profile]).unwrap_err();
            insta::assert_snapshot!(shown(&error));
        }
    };
}

message!(empty, "empty.csv", Side::Vendor);
message!(header_only, "header_only.csv", Side::Vendor);
message!(no_header, "no_header.csv", Side::Vendor);
message!(missing_quantity, "missing_quantity.csv", Side::Vendor);
message!(not_an_export, "not_an_export.json", Side::Vendor);
message!(unclosed_quote, "unclosed_quote.csv", Side::Vendor);
message!(wrong_side, "wrong_side.csv", Side::Vendor);
message!(wrong_month, "wrong_month_2026-08.csv", Side::Vendor);
message!(undecidable_date, "undecidable_date_2026-08.csv", Side::Psa);
message!(undecidable_decimal, "undecidable_decimal.csv", Side::Psa);
message!(price_or_cost, "price_or_cost.csv", Side::Vendor);
message!(ambiguous_columns, "ambiguous_columns.csv", Side::Vendor);
message!(
    mapped_column_missing,
    "mapped_column_missing.csv",
    Side::Psa,
    "side = \"psa\"\ncolumns = { client_name = \"Kunde\", product_name = \"Produkt\", quantity = \"Menge\" }"
);
message!(
    mapped_twice,
    "mapped_twice.csv",
    Side::Psa,
    "side = \"psa\"\ncolumns = { client_name = \"Kunde\", product_name = \"Artikel\", sku = \"Artikel\", quantity = \"Menge\" }"
);

/// Messages whose files are too large or too odd to keep are provoked by bytes made here.
#[test]
fn messages_about_odd_bytes() {
    let rows = [["Client", "Product", "Quantity"], ["Northwind Dental", "EXO", "5"]];
    let two_sheets = workbook(&[("May", &rows[..]), ("June", &rows[..])]);
    let one_sheet = workbook(&[("May", &rows[..])]);
    let told: ExportProfile = toml::from_str("side = \"vendor\"\nsheet = \"July\"").unwrap();
    let long_row = format!("Client,Product\n{}", "x".repeat(2 << 20));
    let cases: [(&str, &[u8], &[ExportProfile]); 7] = [
        ("too_large.csv", &vec![b'x'; 257 << 20], &[]),
        ("long_row.csv", long_row.as_bytes(), &[]),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", &[]),
        ("cut_off.xlsx", &one_sheet[..one_sheet.len() / 2], &[]),
        ("two_sheets.xlsx", &two_sheets, &[]),
        ("sheet.xlsx", &one_sheet, std::slice::from_ref(&told)),
        ("recon.csv.gz", b"\x1f\x8b\x08\x00", &[]),
    ];
    let messages: Vec<String> = cases
        .into_iter()
        .map(|(name, bytes, told)| {
            shown(&read_told(name, bytes, Side::Vendor, "2026-08", told).unwrap_err())
        })
        .collect();
    insta::assert_snapshot!(messages.join("\n\n"));
}

#[test]
fn the_json_of_an_interface_is_no_export() {
    for name in ["additions.json", "charges.json"] {
        let error =
            read(name, b"{\n \"charges\": [\n  {}\n ]\n}", Side::Psa, "2026-08").unwrap_err();
        assert_eq!(error.to_string(), format!("{name}: expected CSV or XLSX, found JSON"));
    }
}

/// The lines a hint offers are lines that settle the question.
#[test]
fn what_the_hint_says_is_what_works() {
    for (file, bytes, side) in [
        (
            "undecidable_date_2026-08.csv",
            &include_bytes!("../error_messages/undecidable_date_2026-08.csv")[..],
            Side::Psa,
        ),
        (
            "undecidable_decimal.csv",
            include_bytes!("../error_messages/undecidable_decimal.csv"),
            Side::Psa,
        ),
        ("price_or_cost.csv", include_bytes!("../error_messages/price_or_cost.csv"), Side::Vendor),
        (
            "ambiguous_columns.csv",
            include_bytes!("../error_messages/ambiguous_columns.csv"),
            Side::Vendor,
        ),
        ("wrong_side.csv", include_bytes!("../error_messages/wrong_side.csv"), Side::Vendor),
    ] {
        #[derive(serde::Deserialize)]
        struct Settings {
            export: Vec<ExportProfile>,
        }
        let hint = read(file, bytes, side, "2026-08").unwrap_err().hint().unwrap();
        let (_, lines) = hint.split_once('\n').unwrap();
        let settings: Settings = toml::from_str(lines).unwrap();
        let answer = read_told(file, bytes, side, "2026-08", &settings.export);
        if file == "wrong_side.csv" {
            // It now asks its next question: one price and no cost.
            assert!(matches!(answer, Err(IngestError::PriceOrCost { .. })));
        } else {
            assert!(answer.is_ok(), "{file}: {answer:?}");
        }
    }
}
