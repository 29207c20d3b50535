//! A decided name that comes back under another id.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use seatdrift_core::domain::Month;

use crate::decided::{Record, decide, table};
use crate::msp::Msp;

/// One client of a side: id, name, seats.
type Client<'a> = (&'a str, &'a str, u32);

/// Scores a month of one product.
fn score(msp: &Msp, month: &str, bought: &[Client<'_>], billed: &[Client<'_>]) {
    let last = month.parse::<Month>().unwrap().last_day();
    let mut vendor = "invoice_date,company_name,company_id,type,start_period,end_period,quantity,\
        sku,description,cost,cost_total,currency_code\n"
        .to_owned();
    let mut psa = "Company RecID,Company Name,Agreement Name,Agreement Status,Product ID,\
        Description,Quantity,Less Included,Unit Price,Ext Price,Unit Cost,Effective Date,\
        Cancelled Date,Bill Customer,Addition Status\n"
        .to_owned();
    let product = "Microsoft 365 Business Premium";
    for (id, name, seats) in bought {
        vendor.push_str(&format!(
            "{month}-05,{name},{id},subscription,{month}-01,{last},{seats},BP,{product},16.00,{}.00,USD\n",
            16 * seats
        ));
    }
    for (id, name, seats) in billed {
        psa.push_str(&format!(
            "{id},{name},Cloud,Active,M365-BP,{product},{seats},0,$22.00,${}.00,$16.00,2025-01-01,,Billable,Active\n",
            22 * seats
        ));
    }
    msp.write("newest/vendor.csv", vendor);
    msp.write("newest/psa.csv", psa);
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", month], &files[..]].concat());
}

/// The rows of a vendor id.
fn rows(msp: &Msp, month: &str, vendor_id: &str) -> Vec<Record> {
    let rows = table(msp, month, "suggestions.csv").into_iter();
    rows.filter(|row| row["kind"] == "client" && row["vendor_id"] == vendor_id).collect()
}

/// Two clients with other names on both sides, and one whose namesake is another company.
const PSA: [Client<'_>; 3] =
    [("19", "Tidewell Medical", 33), ("20", "Marlowe Law", 12), ("21", "Osprey Pet Care", 9)];
const BEFORE: [Client<'_>; 3] = [
    ("v1", "Brackwater Clinic", 33),
    ("v2", "Marlowe Legal Partners", 12),
    ("v3", "Osprey Pet Clinic", 9),
];

fn decided_workspace() -> Msp {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    score(&msp, "2026-08", &BEFORE, &PSA);
    decide(
        &msp,
        "client,v1,,19,,,same,,,kim,2026-08-20T09:00:00Z\n\
         client,v2,,20,,,same,,,kim,2026-08-20T09:00:00Z\n\
         client,v3,,21,,,different,,,kim,2026-08-20T09:00:00Z\n\
         sku,,BP,,M365-BP,,same,,,kim,2026-08-20T09:00:00Z\n",
    );
    msp
}

#[test]
fn a_decided_name_under_a_new_id_is_who_it_was_and_says_whose_decision_it_follows() {
    let msp = decided_workspace();
    let after = [
        ("n1", "BRACKWATER Clinic", 30),
        ("n2", "Marlowe Legal Partners", 12),
        ("n3", "Osprey Pet Clinic", 9),
    ];
    score(&msp, "2026-09", &after, &PSA);
    let same = &rows(&msp, "2026-09", "n1")[0];
    assert_eq!((&*same["psa_id"], &*same["status"]), ("19", "auto"), "{same:?}");
    let why = "kim confirmed this on 2026-08-20 for the same name under the vendor id v1.";
    assert!(same["why"].starts_with(why), "{same:?}");
    let different = rows(&msp, "2026-09", "n3");
    assert!(different.iter().all(|row| row["status"] != "auto"), "{different:?}");
    let asked = different.iter().find(|row| row["psa_id"] == "21").unwrap();
    assert!(asked["why"].contains("kim said on 2026-08-20") && asked["why"].contains("v3"));
    // Their lines are compared: Brackwater's three seats too many are one finding.
    let findings = table(&msp, "2026-09", "findings.csv");
    let told: Vec<&str> = findings
        .iter()
        .filter(|one| one["client"].contains("Tidewell"))
        .map(|one| &*one["kind"])
        .collect();
    assert_eq!(told, ["over_billed"]);
}

#[test]
fn a_decision_about_the_new_id_overrides_what_it_inherits() {
    let msp = decided_workspace();
    decide(
        &msp,
        "client,n1,,19,,,different,,,kim,2026-09-20T09:00:00Z\n\
         client,n3,,21,,,same,,,kim,2026-09-20T09:00:00Z\n",
    );
    let after = [
        ("n1", "Brackwater Clinic", 33),
        ("n2", "Marlowe Law", 12),
        ("n3", "Osprey Pet Clinic", 9),
    ];
    score(&msp, "2026-09", &after, &PSA);
    assert!(rows(&msp, "2026-09", "n1").iter().all(|row| row["psa_id"] != "19"));
    let same = &rows(&msp, "2026-09", "n3")[0];
    assert_eq!((&*same["psa_id"], &*same["status"]), ("21", "known"));
}

#[test]
fn a_second_account_beside_the_first_is_taken_along() {
    let msp = decided_workspace();
    let both = [BEFORE[0], ("n1", "Brackwater Clinic", 5), BEFORE[1], BEFORE[2]];
    let psa = [("19", "Tidewell Medical", 38), PSA[1], PSA[2]];
    score(&msp, "2026-09", &both, &psa);
    let status = |id: &str| rows(&msp, "2026-09", id)[0]["status"].clone();
    assert_eq!((&*status("v1"), &*status("n1")), ("known", "auto"));
    let findings = table(&msp, "2026-09", "findings.csv");
    assert!(findings.iter().all(|one| !one["client"].contains("Tidewell")), "{findings:?}");
}

#[test]
fn a_renamed_client_of_the_psa_keeps_what_was_settled_about_its_lines() {
    let msp = decided_workspace();
    let short = |name| [("19", name, 30), PSA[1], PSA[2]];
    score(&msp, "2026-09", &BEFORE, &short("Tidewell Medical"));
    let open = |month: &str| {
        let findings = table(&msp, month, "findings.csv");
        findings.iter().filter(|one| one["client"].contains("Tidewell")).count()
    };
    assert_eq!(open("2026-09"), 1);
    decide(
        &msp,
        "line,Brackwater Clinic,BP,Tidewell Medical,M365-BP,2026-09,accepted,,,kim,2026-09-20T09:00:00Z\n",
    );
    score(&msp, "2026-10", &BEFORE, &short("Tidewell Health Partners"));
    assert_eq!(open("2026-10"), 0);
}
