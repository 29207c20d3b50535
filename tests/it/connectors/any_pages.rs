//! For any page size, any cap of the server's and any order the rows are the same, and none is missed in silence;
//! and what reading a large tenant takes.

use std::collections::HashMap;
use std::time::Instant;

use proptest::prelude::*;
use seatdrift::connect::pull::Fewer;
use serde_json::{Value, json};

use super::live::{Live, said};
use super::read_through;
use super::server::{Does, Fault, InProcess, Server, made_up};

/// A row of Pax8's subscriptions.
fn subscription(n: usize) -> Value {
    json!({ "id": format!("sub-{n:05}"), "companyId": format!("company-{:03}", n % 150),
        "productId": format!("product-{:02}", n % 40), "productName": "Microsoft 365 Business Premium",
        "quantity": 1.0 + n as f64, "status": "Active", "price": 26.4, "partnerCost": 18.04,
        "currencyCode": "USD", "billingTerm": "Monthly", "startDate": "2024-01-01T08:30:00Z",
        "billingStart": "2024-01-01" })
}

/// A row of ConnectWise's additions.
fn addition(n: usize) -> Value {
    json!({ "id": 5000 + n, "product": { "id": 901, "identifier": "M365-BP" }, "quantity": 25.0,
        "lessIncluded": 0.0, "unitPrice": 26.4, "unitCost": 18.04, "extPrice": 660.0, "billCustomer": "Billable",
        "effectiveDate": "2024-01-01T00:00:00Z", "description": "Microsoft 365 Business Premium" })
}

/// A row of ConnectWise's agreements.
fn agreement(n: usize) -> Value {
    json!({ "id": 1000 + n, "name": "Managed Services", "company": { "id": n, "name": format!("Client {n}") },
        "billingCycle": { "id": 2, "name": "Monthly" }, "agreementStatus": "Active", "noEndingDateFlag": true,
        "cancelledFlag": false, "currency": { "currencyCode": "USD" } })
}

/// The lines of a source in order, however its server gives them.
fn lines(
    word: &str,
    file: &str,
    rows: &[Value],
    (size, cap): (usize, usize),
) -> Result<Vec<String>, TestCaseError> {
    let rows = HashMap::from([(file.to_owned(), rows.to_vec())]);
    let server = InProcess::new(word, &[Fault::always("GET ", Does::CapsPages(cap))], rows);
    let read = read_through(&server, word, InProcess::BASE, &[], size);
    prop_assert!(read.gathered.is_ok(), "{}", read.trouble());
    let mut lines = read.rows();
    lines.sort();
    Ok(lines)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_page_size_and_order_give_the_same_rows(
        n in 0usize..60,
        size in 1usize..40,
        cap in 1usize..40,
        order in any::<prop::sample::Index>(),
    ) {
        for (word, file, row) in [
            ("pax8", "subscriptions.json", &subscription as &dyn Fn(usize) -> Value),
            ("connectwise", "additions.json", &addition),
        ] {
            let rows = made_up(n, row);
            let mut turned = rows.clone();
            turned.rotate_left(if n == 0 { 0 } else { order.index(n) });
            let whole = lines(word, file, &rows, (1000, 1000))?;
            prop_assert_eq!(lines(word, file, &turned, (size, cap))?, whole);
        }
    }
}

#[test]
fn a_large_tenant_takes_as_many_asks_as_are_needed_and_no_long_time() {
    let subscriptions = made_up(2000, subscription);
    let rows = HashMap::from([("subscriptions.json".to_owned(), subscriptions)]);
    let pax8 = Server::with_rows("pax8", &[], rows);
    let rows = HashMap::from([
        ("agreements.json".to_owned(), made_up(400, agreement)),
        ("none.json".to_owned(), made_up(20, addition)),
    ]);
    let connectwise = Server::with_rows("connectwise", &[], rows);
    let live = Live::with(&[("pax8", &pax8), ("connectwise", &connectwise)]);
    let began = Instant::now();
    let pulled = said(&live.pull_pages(usize::MAX, Fewer::Refused));
    let seconds = began.elapsed().as_secs_f64();
    assert!(pulled.contains("2000 vendor-pax8-seats.csv.gz"), "{pulled}");
    assert!(pulled.contains("connectwise: 8000 psa-connectwise-additions.csv.gz"), "{pulled}");
    // A token, the invoices and the items of one, the companies, ten pages of subscriptions, one of those ending.
    assert_eq!(pax8.asked().len(), 15);
    // One an agreement; besides the release, the cycles, catalogue and agreements with their counts, and five of the
    // longest lists of additions counted again.
    assert_eq!(connectwise.asked().len(), 400 + 11);
    assert!(seconds < 3.0, "{seconds} s without the waits between asks");
}
