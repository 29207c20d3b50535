//! HaloPSA.

use serde_json::json;

use super::server::{Does, Fault, Server};
use super::{lines, read, read_month};
use seatdrift::core::domain::Side;

/// The recurring invoice lines of the same month as a person exports them.
const EXPORT: &str = "\
Client ID,Client Name,IHID,Contract Ref,Item Code,Product Number,Item Short Description,Qty Order,Unit Price,Unit Cost,Net Amount,Currency Code Name,Start Date,End Date,Billing Period,Is Inactive,Disabled,Prorata Quantity
22,Borrowdale Joinery Ltd,-12,REC12,BACKUP-SRV,BK-1,\"Server backup, each server\",3,45.00,21.50,135.00,USD,2024-01-01,,Monthly,No,No,0
22,Borrowdale Joinery Ltd,-12,REC12,OLD,,Old antivirus,9,2.00,1.00,18.00,USD,2024-01-01,,Monthly,Yes,No,0
22,Borrowdale Joinery Ltd,-12,REC12,M365-BP,,Microsoft 365 Business Premium,0,26.40,18.04,13.20,USD,2024-01-01,,Monthly,No,No,0.5
21,Alder & Finch LLP,-11,REC11,M365-BP,,Microsoft 365 Business Premium,27,26.40,18.04,712.80,USD,2024-01-01,,Monthly,No,No,0
23,Cove Harbour Dental,-14,REC14,DOMAIN,,Domain,1,12.50,8.00,12.50,USD,2024-01-01,2026-12-31,3,No,No,0
";

#[test]
fn a_pull_and_an_export_of_one_month_are_the_same_lines() {
    let server = Server::start("halopsa", &[]);
    let pulled = read("halopsa", &server.base, &[], 2).gathered.unwrap();
    assert_eq!(
        lines(Side::Psa, "pulled.csv", &pulled.exports[0].sheet.csv()),
        lines(Side::Psa, "export.csv", EXPORT.as_bytes())
    );
    insta::assert_snapshot!(pulled.notes.join("\n"), @"
    lines whose quantity Halo works out when it invoices, and which may be older until then: 1
    recurring invoices that are disabled and invoice nothing: 1
    lines whose billing period is a number that nobody explains, taken as monthly: 3 (1)
    ");
}

#[test]
fn lines_of_two_invoices_with_one_id_are_two() {
    let server = Server::start("halopsa", &[]);
    let pulled = read("halopsa", &server.base, &[], 100).gathered.unwrap();
    let ids: Vec<&str> = pulled.exports[0].sheet.rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(ids, ["-12/82", "-12/83", "-12/84", "-11/81", "-14/81"]);
}

#[test]
fn the_first_page_is_asked_for_as_one() {
    let server = Server::start("halopsa", &[]);
    read("halopsa", &server.base, &[], 1000).rows();
    let asked = server.asked();
    let lists: Vec<&String> =
        asked.iter().filter(|line| line.contains("/RecurringInvoice?")).collect();
    assert_eq!(lists.len(), 1);
    for part in ["pageinate=true", "page_no=1", "page_size=100", "includelines=true"] {
        assert!(lists[0].contains(part), "{}", lists[0]);
    }
}

#[test]
fn a_month_that_is_over_is_not_compared_with_today() {
    let server = Server::start("halopsa", &[]);
    let said = read_month("halopsa", &server.base, &[], ("2026-05", 100)).trouble();
    assert!(said.contains("not what was in 2026-05"), "{said}");
    assert!(server.asked().is_empty());
}

#[test]
fn the_secret_goes_to_no_strange_host() {
    let away = json!({ "auth_url": "https://halopsa.com.evil.example/auth", "tenant_id": "x" });
    let away = Does::Answers(200, Vec::new(), away.to_string());
    let server = Server::start("halopsa", &[Fault::always("/authinfo", away)]);
    let said = read("halopsa", &server.base, &[], 100).trouble();
    assert!(said.contains("the server names halopsa.com.evil.example"), "{said}");
    assert_eq!(server.asked().len(), 1);
}
