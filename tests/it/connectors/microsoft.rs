//! Microsoft: Graph's export of invoices, and Partner Center's subscriptions.

use super::server::{Does, Fault, Server};
use super::{lines, read, read_month};
use seatdrift::core::domain::Side;

/// The reconciliation file of the same invoice as a person downloads it.
const EXPORT: &[u8] = include_bytes!("microsoft/export.csv");

/// The signature of the links to the rows.
const SIGNATURE: &str = "planted-signature-4711";

/// An answer that is a file beside this one.
macro_rules! answers {
    ($file:literal) => {
        Does::Answers(200, Vec::new(), include_str!(concat!("microsoft/", $file)).to_owned())
    };
}

#[test]
fn a_pull_and_an_export_of_one_month_are_the_same_lines() {
    let server = Server::start("microsoft", &[]);
    let pulled = read("microsoft", &server.base, &[], 1).gathered.unwrap();
    assert_eq!(
        lines(Side::Vendor, "pulled.csv", &pulled.exports[0].sheet.csv()),
        lines(Side::Vendor, "export.csv", EXPORT)
    );
    insta::assert_snapshot!(pulled.notes.join("\n"), @"
    invoices left out that are not of the new commerce (their files can be given beside): D000000009
    customers of others, not asked for subscriptions: advisor (1)
    subscriptions left out that are not in force: deleted (1)
    subscriptions billed by usage, which have no seats: 1
    trials left out: 1
    suspended subscriptions that count, since they are charged for: 1
    subscriptions without a charge for a whole cycle in what was read, whose seats have no price: 1
    ");
}

#[test]
fn the_seats_of_the_day_have_the_price_of_their_charge() {
    let server = Server::start("microsoft", &[]);
    let pulled = read("microsoft", &server.base, &[], 500).gathered.unwrap();
    let seats = lines(Side::Vendor, "seats.csv", &pulled.exports[1].sheet.csv());
    let said: Vec<String> = seats
        .iter()
        .map(|row| {
            let unit = row.unit.map(|unit| unit.amount.to_string());
            let period = row.period_start.zip(row.period_end);
            let (start, end) = period.expect("a period");
            format!(
                "{} {} {} at {unit:?}, {start} to {end}",
                row.client_name, row.sku.0, row.quantity.0
            )
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    Alder & Finch LLP CFQ7TTC0LCHC:0002 27 at Some("18.04"), 2026-06-01 to 2026-06-30
    Alder & Finch LLP CFQ7TTC0LH18:0001 6 at None, 2026-01-15 to 2027-01-14
    "#);
}

#[test]
fn an_export_is_waited_for_as_long_as_the_server_says() {
    let running = |headers| Does::Answers(200, headers, r#"{"status":"running"}"#.to_owned());
    let server = Server::start(
        "microsoft",
        &[
            Fault::once("/operations/", running(vec![("Retry-After", "45".to_owned())])),
            Fault::once("/operations/", running(Vec::new())),
        ],
    );
    let read = read("microsoft", &server.base, &[], 500);
    assert_eq!(read.rows().len(), 5);
    // 30 s by the answer to the export, 45 s by the first look, 10 s where nothing is said.
    assert!((85..95).contains(&read.passed), "{}", read.passed);
}

#[test]
fn a_manifest_may_be_named_in_place_of_given() {
    let linked = Fault::always("/operations/", answers!("operation_linked.json"));
    let server = Server::start("microsoft", &[linked]);
    assert_eq!(read("microsoft", &server.base, &[], 500).rows().len(), 5);
    assert!(server.asked().iter().any(|line| line.contains("/manifests/")));
}

#[test]
fn an_export_without_data_is_no_row_and_no_fault() {
    let empty = Fault::always("/operations/", answers!("operation_failed.json"));
    let server = Server::start("microsoft", &[empty]);
    let read = read("microsoft", &server.base, &[], 500);
    assert!(read.gathered.as_ref().unwrap().exports[0].sheet.rows.is_empty());
}

#[test]
fn a_part_that_the_manifest_counts_and_does_not_name_is_missed() {
    let manifest = include_str!("microsoft/operation_succeeded.json");
    let more = manifest.replace("\"blobCount\": 2", "\"blobCount\": 3");
    let fault = Fault::always("/operations/", Does::Answers(200, Vec::new(), more));
    let server = Server::start("microsoft", &[fault]);
    let said = read("microsoft", &server.base, &[], 500).trouble();
    assert!(
        said.starts_with("invoice G000000001, parts: the server counts 3, and 2 came"),
        "{said}"
    );
}

#[test]
fn a_signed_link_is_kept_and_shown_nowhere() {
    let echo = format!(
        "<Error><AuthenticationErrorDetail>{SIGNATURE}+ {SIGNATURE}%2B</AuthenticationErrorDetail></Error>"
    );
    for status in [403, 500] {
        let refused = Does::Answers(status, Vec::new(), echo.replace('<', ""));
        let server = Server::start("microsoft", &[Fault::always("part-00001", refused)]);
        let read = read("microsoft", &server.base, &[], 500);
        let said = format!("{} {:?} {}", read.trouble(), read.kept, read.asked.join("\n"));
        assert!(!said.contains(SIGNATURE), "{said}");
        assert!(said.contains("[hidden]"), "{said}");
    }
}

#[test]
fn rows_are_kept_as_received() {
    let server = Server::start("microsoft", &[]);
    let read = read("microsoft", &server.base, &[], 500);
    let parts = read.kept.iter().filter(|kept| kept.line.contains("/blobs/"));
    let kept: Vec<(bool, bool)> =
        parts.map(|kept| (kept.is_whole, kept.answer.body.starts_with(&[0x1f, 0x8b]))).collect();
    assert_eq!(kept, [(true, true), (true, true)]);
}

#[test]
fn numbers_are_exact_whether_they_come_as_numbers_or_as_texts() {
    let line = r#"{"CustomerId":"1","CustomerName":"Alder","ProductId":"P","SkuId":"0002","SkuName":"Premium","ChargeType":"cycleCharge","UnitPrice":0.1000000000000000055511151231,"EffectiveUnitPrice":"0.1000000000000000055511151231","Quantity":3,"BillableQuantity":3.0,"Subtotal":1.5E2,"Currency":"USD","ChargeStartDate":"2026-06-01T00:00:00Z","ChargeEndDate":"2026-06-30T23:59:59-07:00","Surprise":"kept in the answers"}"#;
    let lines = Does::Answers(200, Vec::new(), format!("{line}\r\n\n"));
    let server = Server::start("microsoft", &[Fault::always("/blobs/", lines)]);
    let pulled = read("microsoft", &server.base, &[], 500).gathered.unwrap();
    let sheet = &pulled.exports[0].sheet;
    let cell = |name: &str| {
        let column = sheet.header.iter().position(|header| header == name).unwrap();
        sheet.rows[0][column].as_str()
    };
    assert_eq!(cell("UnitPrice"), cell("EffectiveUnitPrice"));
    assert_eq!(cell("UnitPrice"), "0.1000000000000000055511151231");
    assert_eq!((cell("Subtotal"), cell("ChargeEndDate")), ("150", "2026-06-30"));
    let said = "its rows come to 300 before taxes and 0 with them";
    assert!(pulled.notes.iter().any(|note| note.ends_with(said)), "{:?}", pulled.notes);
}

#[test]
fn rows_on_a_strange_host_are_not_fetched() {
    let manifest = include_str!("microsoft/operation_succeeded.json");
    let away = manifest.replace("{own}/blobs", "https://blobs.evil.example");
    let fault = Fault::always("/operations/", Does::Answers(200, Vec::new(), away));
    let server = Server::start("microsoft", &[fault]);
    let said = read("microsoft", &server.base, &[], 500).trouble();
    assert!(said.contains("the server names blobs.evil.example"), "{said}");
}

#[test]
fn half_an_archive_is_no_part() {
    let half = Does::Answers(200, Vec::new(), "\u{1f}".to_owned());
    let server = Server::start("microsoft", &[Fault::always("part-00001", half)]);
    let said = read("microsoft", &server.base, &[], 500).trouble();
    assert!(said.starts_with("invoice G000000001: expected JSON, found"), "{said}");
}

#[test]
fn a_month_without_an_invoice_is_what_is_charged_so_far() {
    let server = Server::with_rows("microsoft", &[], [("invoices.json".to_owned(), vec![])].into());
    let pulled = read("microsoft", &server.base, &[("currency", "EUR")], 500).gathered.unwrap();
    assert_eq!(pulled.exports[0].name, "unbilled");
    let asked = server.asked();
    let export = asked.iter().find(|line| line.contains("/unbilled/export")).unwrap();
    assert!(export.contains(r#""billingPeriod":"current""#) && export.contains("EUR"), "{export}");
}

#[test]
fn an_older_month_is_read_from_its_invoice_and_has_no_seats() {
    let server = Server::start("microsoft", &[]);
    let pulled = read_month("microsoft", &server.base, &[], ("2026-05", 500)).gathered.unwrap();
    let names: Vec<&str> = pulled.exports.iter().map(|export| export.name.as_str()).collect();
    assert_eq!(names, ["invoice-G000000000"]);
    let pulled = read_month("microsoft", &server.base, &[], ("2025-05", 500)).gathered.unwrap();
    assert_eq!(pulled.notes, ["Microsoft has no invoice of 2025-05"]);
}

#[test]
fn who_signs_in_without_mfa_is_told_how_to_sign_in() {
    let mfa =
        r#"{"code":900421,"description":"MFA claim is required.","data":[],"source":"PartnerFD"}"#;
    let refused = Does::Answers(401, Vec::new(), mfa.to_owned());
    let server = Server::start("microsoft", &[Fault::always("/v1/customers", refused)]);
    let said = read("microsoft", &server.base, &[], 500).trouble();
    assert!(
        said.contains("(MFA claim is required.)")
            && said.contains("the app has to sign in by itself"),
        "{said}"
    );
}
