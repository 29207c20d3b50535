//! A bundle from the months in which its parts move with it to the month in which it is settled.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use seatdrift_core::domain::Month;

use crate::decided::{decide, table};
use crate::msp::Msp;

const CLIENTS: [&str; 6] = [
    "Wayne Enterprises",
    "Stark Industries",
    "Umbrella Dental",
    "Cyberdyne Legal",
    "Tyrell Logistics",
    "Soylent Foods",
];
/// Vendor SKU and name; the PSA bills the first by name and the others in a bundle.
const SKUS: [(&str, &str); 3] = [
    ("EXO", "Exchange Online (Plan 1)"),
    ("HNT-EDR", "Huntress Managed EDR"),
    ("PPE-PRO", "Proofpoint Essentials - Professional"),
];

/// Heads of a client in a month: they come and go at each in another month.
fn heads(client: usize, month: i32) -> u32 {
    let grown = u32::try_from((month + i32::try_from(client).unwrap()) / 2).unwrap();
    9 + 8 * u32::try_from(client).unwrap() + grown
}

/// Scores a month in which the first four clients have the bundle; Wayne is billed `missing` seats
/// less of it than it has heads.
fn score(msp: &Msp, idx: i32, missing: u32) {
    let month = "2026-04".parse::<Month>().unwrap().plus(idx);
    let mut vendor = "invoice_date,company_name,company_id,type,start_period,end_period,quantity,sku,description,cost,cost_total,currency_code\n".to_owned();
    let mut psa = "Company Name,Agreement Name,Agreement Status,Product ID,Description,Quantity,Less Included,Unit Price,Ext Price,Effective Date,Cancelled Date,Bill Customer,Addition Status\n".to_owned();
    let (first, last) = (month.first_day(), month.last_day());
    for (client, name) in CLIENTS.iter().enumerate() {
        let heads = heads(client, idx);
        let skus = if client < 4 { &SKUS[..] } else { &SKUS[..1] };
        for (sku, product) in skus {
            vendor.push_str(&format!(
                "{month}-05,{name},v{client},subscription,{first},{last},{heads},{sku},{product},3.00,{}.00,USD\n",
                3 * heads
            ));
        }
        let billed = heads - if client == 0 { missing } else { 0 };
        let mut bill = |product: &str, units: u32, price: u32| {
            let (id, name_of) = product.split_once('|').unwrap();
            psa.push_str(&format!(
                "{name},Cloud,Active,{id},{name_of},{units}.00,0.00,${price}.00,${}.00,2025-01-01,,Billable,Active\n",
                units * price
            ));
        };
        bill("EXO1|Exchange Online Plan 1", heads, 5);
        if client < 4 {
            bill("DESK|Modern Desk per user", billed, 40);
        }
    }
    msp.write("newest/vendor.csv", vendor);
    msp.write("newest/psa.csv", psa);
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    let month = month.to_string();
    msp.done(&[&["score", "--workspace", "workspace", "--month", &month], &files[..]].concat());
}

#[test]
fn products_that_move_with_a_bundle_are_proposed_decided_and_settled_from_then_on() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    for idx in 0..4 {
        score(&msp, idx, 0);
    }
    let proposed: Vec<_> = table(&msp, "2026-07", "suggestions.csv")
        .into_iter()
        .filter(|row| row["why"].contains("part of the bundle \"Modern Desk per user\""))
        .collect();
    let parts: Vec<&str> = proposed.iter().map(|row| row["vendor_id"].as_str()).collect();
    assert_eq!(parts, ["HNT-EDR", "PPE-PRO"], "{proposed:?}");
    assert!(proposed.iter().all(|row| row["status"] == "review" && row["psa_id"] == "DESK"));
    assert!(
        proposed[0]["why"].contains("at 4 of 4 clients as many seats as it, in 4 of 4 months"),
        "{}",
        proposed[0]["why"]
    );
    // Until somebody has answered, nothing of it is claimed.
    let claims = |month: &str| {
        let findings = table(&msp, month, "findings.csv").into_iter();
        let claims: Vec<_> = findings
            .filter(|one| 0.5 <= one["probability"].parse::<f64>().unwrap())
            .map(|one| {
                let cells = ["kind", "client", "vendor_quantity", "psa_quantity"];
                cells.map(|column| one[column].clone()).join(" ")
            })
            .collect();
        claims
    };
    assert_eq!(claims("2026-07"), Vec::<String>::new());
    decide(&msp, "sku,,HNT-EDR,,DESK,,bundle,,,kim,\nsku,,PPE-PRO,,DESK,,bundle,,,kim,\n");
    score(&msp, 4, 0);
    assert!(table(&msp, "2026-08", "findings.csv").is_empty());
    // Each part is compared with the bundle.
    score(&msp, 5, 2);
    let short = "under_billed Wayne Enterprises 11 9";
    assert_eq!(claims("2026-09"), [short, short]);
    // One decision about the bundle's line asks for one change of it.
    decide(&msp, "line,v0,,Wayne Enterprises,DESK,2026-09,fix_psa,,,kim,\n");
    msp.done(&["report", "--workspace", "workspace"]);
    let changes = table(&msp, "2026-09", "changes.csv");
    assert_eq!(changes.len(), 1, "{changes:?}");
    let cells = ["company", "product", "from", "to"].map(|column| changes[0][column].as_str());
    assert_eq!(cells, ["Wayne Enterprises", "Modern Desk per user", "9", "11"]);
    assert_eq!(changes[0]["findings"].split(';').count(), 2, "it ends the findings of both parts");
    assert_eq!(msp.names("workspace/runs/2026-09/notes").len(), 1, "and the client gets one note");
    // A part that fewer have says so, and does not ask for another count of the one line.
    let vendor = msp.text("newest/vendor.csv").replace(
        "11,PPE-PRO,Proofpoint Essentials - Professional,3.00,33.00",
        "10,PPE-PRO,Proofpoint Essentials - Professional,3.00,30.00",
    );
    msp.write("newest/vendor.csv", vendor);
    let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
    let score = ["score", "--workspace", "workspace", "--month", "2026-09"];
    msp.done(&[&score[..], &files[..]].concat());
    let changes = table(&msp, "2026-09", "changes.csv");
    assert_eq!((changes.len(), changes[0]["to"].as_str()), (1, "11"), "{changes:?}");
    let differ = "the bundle's parts differ: 11 Huntress Managed EDR, 10 Proofpoint Essentials - Professional";
    assert!(changes[0]["why"].contains(differ), "{changes:?}");
}
