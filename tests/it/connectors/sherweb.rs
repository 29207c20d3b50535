//! Sherweb.

use super::server::{Fault, Server, refusal};
use super::{lines, read, read_month};
use seatdrift::core::domain::Side;

/// The charges of the same month as a person writes them down: Sherweb has no export of its own here.
const EXPORT: &str = "\
Customer,Product,SKU,Charge Type,Billing Cycle,Qty,Net Price,List Price,Subtotal,Currency,From Date,To Date
Alder & Finch LLP,Microsoft 365 Business Premium,MS-365-BP,Recurring,Monthly,25,18.04,22.00,451.00,USD,2026-06-01,2026-06-30
Alder & Finch LLP,Microsoft 365 Business Premium,MS-365-BP,Recurring,Monthly,2,18.04,22.00,16.84,USD,2026-06-17,2026-06-30
Borrowdale Joinery Ltd,Acronis Advanced,ACR-ADV,Recurring,Yearly,3,240.00,300.00,720.00,USD,2026-01-15,2027-01-14
Borrowdale Joinery Ltd,Onboarding,ONB,Setup,OneTime,1,150.00,150.00,150.00,USD,2026-06-03,2026-06-03
Borrowdale Joinery Ltd,Backup storage,BK-GB,Usage,Monthly,812.5,0.02,0.03,16.25,USD,2026-06-01,2026-06-30
(no customer),Partner support,SUP,Recurring,Monthly,1,99.00,99.00,99.00,USD,2026-06-01,2026-06-30
";

#[test]
fn a_pull_and_an_export_of_one_month_are_the_same_lines() {
    let server = Server::start("sherweb", &[]);
    let pulled = read("sherweb", &server.base, &[], 100).gathered.unwrap();
    assert_eq!(
        lines(Side::Vendor, "pulled.csv", &pulled.exports[0].sheet.csv()),
        lines(Side::Vendor, "export.csv", EXPORT.as_bytes())
    );
    insta::assert_snapshot!(pulled.notes.join("\n"), @r#"
    charges whose tags name no customer, under "(no customer)": 1
    subscriptions with no charge, or several, in what was read, whose seats have no price: 1
    "#);
}

#[test]
fn the_seats_of_the_day_have_the_price_of_their_charge() {
    let server = Server::start("sherweb", &[]);
    let pulled = read("sherweb", &server.base, &[], 100).gathered.unwrap();
    let said: Vec<String> =
        pulled.exports[1].sheet.rows.iter().map(|row| row[1..].join("|")).collect();
    insta::assert_snapshot!(said.join("\n"), @"
    Alder & Finch LLP|Microsoft 365 Business Premium|MS-365-BP|Subscription|Recurring|Monthly|27|18.04|||USD|2026-06-01|2026-06-30
    Borrowdale Joinery Ltd|Acronis Advanced|ACR-ADV|Subscription|Recurring|Yearly|3|240.0|||USD|2026-01-15|2027-01-14
    Borrowdale Joinery Ltd|Exclaimer|EXC|Subscription|Recurring|Monthly|8|||||2026-06-01|2026-06-30
    ");
}

#[test]
fn each_scope_has_a_token_of_its_own() {
    let server = Server::start("sherweb", &[]);
    read("sherweb", &server.base, &[], 100).rows();
    let asked = server.asked();
    for scope in ["distributor", "service-provider"] {
        let tokens = asked.iter().filter(|line| line.contains(&format!("scope={scope}")));
        assert_eq!(tokens.count(), 1, "{scope}");
    }
}

#[test]
fn a_wait_that_stands_in_the_sentence_is_waited_in_full() {
    let busy = refusal(429, "Rate limit is exceeded. Try again in 75 seconds.");
    let server = Server::start("sherweb", &[Fault::once("/subscriptions/details", busy)]);
    assert_eq!(read("sherweb", &server.base, &[], 100).waited, 75);
}

#[test]
fn a_period_that_does_not_hold_the_month_is_none_of_it() {
    let server = Server::start("sherweb", &[]);
    let pulled = read_month("sherweb", &server.base, &[], ("2026-05", 100));
    // The fixtures have no answer for May.
    assert!(pulled.trouble().contains("answered 404"));
    let june = r#"{"periodFrom":"2026-06-01","periodTo":"2026-06-30","charges":[]}"#;
    let june = super::server::Does::Answers(200, Vec::new(), june.to_owned());
    let server = Server::start("sherweb", &[Fault::always("/payable-charges", june)]);
    let said = read_month("sherweb", &server.base, &[], ("2026-05", 100)).trouble();
    assert!(said.contains("found 2026-06-01 to 2026-06-30"), "{said}");
}
