//! Exports given to the page: recognised whatever they are called, asked about, refused, scored.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::process::Command;

use crate::msp::Msp;
use crate::served::{Served, wait_until};

/// Three exports of three systems, called as a browser saves them.
pub(crate) const PAX8: (&str, &str) = (
    "download (1).csv",
    "invoice_date,company_name,company_id,type,start_period,end_period,quantity,sku,description,price,subtotal,cost,cost_total,currency_code\n\
     2026-08-05,Wayne Enterprises,v1,subscription,2026-08-01,2026-08-31,42,BP,Microsoft 365 Business Premium,22.00,924.00,16.00,672.00,USD\n\
     2026-08-05,Stark Industries,v2,subscription,2026-08-01,2026-08-31,7,EXO,Exchange Online (Plan 1),4.00,28.00,3.00,21.00,USD\n",
);
pub(crate) const CONNECTWISE: (&str, &str) = (
    "export.csv",
    "Company Name,Agreement Name,Agreement Status,Product ID,Description,Quantity,Less Included,Unit Price,Ext Price,Unit Cost,Effective Date,Cancelled Date,Bill Customer,Addition Status\n\
     Wayne Enterprises,Cloud,Active,M365-BP,Microsoft 365 Business Premium,40.00,0.00,$22.00,$880.00,$16.00,2025-01-01,,Billable,Active\n\
     Stark Industries,Cloud,Active,EXO1,Exchange Online Plan 1,7.00,0.00,$4.00,$28.00,$3.00,2025-01-01,,Billable,Active\n",
);
/// Of a system nobody knows: a person says what its columns are.
pub(crate) const UNKNOWN: (&str, &str) = (
    "liste-2026-08.csv",
    "Firma;Ware;Anz;Preis\nWayne Enterprises;Backup Agent;5;3,50\nStark Industries;Backup Agent;2;3,50\n",
);

/// The program with an empty book of its own.
pub(crate) fn opened(msp: &Msp) -> Served {
    let mut program = Command::new(env!("CARGO_BIN_EXE_seatdrift"));
    program.args(["open", "book", "--by", "kim", "--json", "--quiet"]);
    Served::started(program.current_dir(msp.path("")))
}

fn csrf(served: &Served) -> String {
    let page = served.get("/files").1;
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap();
    csrf.split('"').next().unwrap().to_owned()
}

fn given(served: &Served, csrf: &str, files: &[(&str, &str)]) -> (u16, String) {
    let part = |head: &str, body: &str| {
        format!("--cut\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n")
    };
    let mut body = part("name=\"csrf\"", csrf);
    for (name, text) in files {
        body.push_str(&part(&format!("name=\"files\"; filename=\"{name}\""), text));
    }
    body.push_str("--cut--\r\n");
    let host = format!("127.0.0.1:{}", served.port);
    served.raw(&format!(
        "POST /files HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
         Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    ))
}

#[test]
fn exports_of_two_systems_are_recognised_whatever_they_are_called_and_scored() {
    let msp = Msp::empty();
    let served = opened(&msp);
    assert!(served.get("/home").1.contains("location: /files"));
    assert_eq!(served.get("/names").0, 409, "nothing is scored yet");
    let csrf = csrf(&served);
    assert_eq!(given(&served, &csrf, &[PAX8, CONNECTWISE]).0, 303);
    let page = served.get("/files").1;
    assert!(page.contains("Pax8"), "{page}");
    assert!(page.contains("August 2026 · 2 rows · $693.00"), "{page}");
    assert!(page.contains("ConnectWise"), "{page}");
    let form = [
        ("name-0", PAX8.0),
        ("side-0", "vendor"),
        ("month-0", "2026-08"),
        ("name-1", CONNECTWISE.0),
        ("side-1", "psa"),
        ("month-1", "2026-08"),
    ];
    let form = form.map(|(name, value)| (name, value.replace(' ', "+")));
    let form: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // Without the PSA's side it is said what is missing.
    assert_eq!(served.post_with("/files/score", &csrf, &form[..3]).0, 303);
    assert!(served.get("/files").1.contains("August 2026 has no PSA export yet"));
    assert_eq!(served.post_with("/files/score", &csrf, &form).0, 303);
    wait_until(|| served.get("/files").1.contains("August 2026 is scored"));
    assert!(served.get("/home").1.contains("August 2026"));
    let kept = msp.names("book/originals/2026-08");
    assert_eq!(kept.len(), 3, "kept as received, and sealed: {kept:?}");
    assert!(kept.contains(&"SHA256SUMS".to_owned()), "{kept:?}");
    assert!(!msp.path("book/incoming").exists(), "nothing waits any more");
}

#[test]
fn a_file_that_is_no_export_is_refused_in_words_and_leaves_nothing() {
    let msp = Msp::empty();
    let served = opened(&msp);
    let csrf = csrf(&served);
    let refused = [
        ("run.exe", "MZ"),
        ("../../../evil.sh", "rm"),
        ("scan.csv", "%PDF-1.4 not a table"),
        ("empty.csv", ""),
    ];
    assert_eq!(given(&served, &csrf, &refused).0, 303);
    let page = served.get("/files").1;
    assert_eq!(page.matches("role=\"alert\"").count(), refused.len(), "{page}");
    assert!(!msp.path("book/incoming").exists());
    assert!(!msp.path("evil.sh").exists());
    // Without the form's own token nothing is taken.
    assert_eq!(given(&served, "another", &[PAX8]).0, 403);
    assert!(!msp.path("book/incoming").exists());
    for hostile in ["<img src=x onerror=alert(1)>.csv", "'><script>alert(1)</script>.csv"] {
        given(&served, &csrf, &[(hostile, UNKNOWN.1)]);
    }
    let page = served.get("/files").1;
    assert!(!page.contains("<img") && !page.contains("<script>alert"), "{page}");
}

#[test]
fn a_column_nobody_knows_is_asked_and_the_answer_holds_for_the_next_month() {
    let msp = Msp::empty();
    let served = opened(&msp);
    let csrf = csrf(&served);
    given(&served, &csrf, &[UNKNOWN]);
    assert!(served.get("/files").1.contains("Say what its columns are"));
    let asked = format!("/files/columns?name={}", UNKNOWN.0);
    let page = served.get(&asked).1;
    assert!(page.contains("<td>Backup Agent</td>"), "{page}");
    let said = [
        ("name", UNKNOWN.0),
        ("side", "vendor"),
        ("header", "1"),
        ("decimal", "%2C"),
        ("column-0", "client_name"),
        ("column-1", "product_name"),
        ("column-2", "quantity"),
        ("column-3", "unit_cost"),
    ];
    // Two columns of one name are asked again.
    let twice = [&said[..7], &[("column-3", "quantity")]].concat();
    let (status, page) = served.post_with("/files/columns", &csrf, &twice);
    assert_eq!(status, 422, "{page}");
    let (status, page) = served.post_with("/files/columns", &csrf, &said);
    assert_eq!(status, 303, "{page}");
    assert!(msp.text("book/seatdrift.toml").contains("client_name = \"Firma\""));
    let next = ("liste-2026-09.csv", UNKNOWN.1);
    given(&served, &csrf, &[next]);
    let page = served.get("/files").1;
    assert!(!page.contains("Say what its columns are"), "{page}");
    assert!(page.contains("2 rows · $24.50"), "{page}");
}
