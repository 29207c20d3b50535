//! ConnectWise PSA.

use super::server::{Does, Fault, Server};
use super::{lines, read};
use seatdrift::core::domain::Side;

/// The additions of the same month as a person exports them.
const EXPORT: &str = "\
Company RecID,Company Name,Agreement Name,Agreement Status,Product ID,Description,Manufacturer Part Number,Vendor SKU,Quantity,Less Included,Unit Price,Ext Price,Unit Cost,Currency,Effective Date,Cancelled Date,Billing Cycle,Bill Customer,Addition Status
19301,Alder & Finch LLP,Managed Services,Active,M365-BP,Microsoft 365 Business Premium,CFQ7TTC0LCHC:0002,CFQ7TTC0LCHC:0002,25,0,26.40,660.00,18.04,USD,2024-01-01,,Monthly,Billable,
19301,Alder & Finch LLP,Managed Services,Active,BACKUP-SRV,\"Server backup, each server\",,,2,0,45.00,90.00,21.50,USD,2024-01-01,,Monthly,Billable,
19301,Alder & Finch LLP,Managed Services,Active,M365-E1,Exchange Online (Plan 1),,,4,0,6.00,24.00,3.28,USD,2024-01-01,2026-06-10,Monthly,DoNotBill,
";

#[test]
fn a_pull_and_an_export_of_one_month_are_the_same_lines() {
    let server = Server::start("connectwise", &[]);
    let pulled = read("connectwise", &server.base, &[], 2).gathered.unwrap();
    assert_eq!(
        lines(Side::Psa, "pulled.csv", &pulled.exports[0].sheet.csv()),
        lines(Side::Psa, "export.csv", EXPORT.as_bytes())
    );
    assert_eq!(
        pulled.notes,
        ["1 agreements were over before 2026-06 and were not asked for additions"]
    );
}

#[test]
fn a_company_that_the_host_does_not_know_is_said_to_be_so() {
    let server = Server::start("connectwise", &[]);
    let said = read("connectwise", &server.base, &[("company", "nosuch")], 2).trouble();
    let expected = "company: expected the company id you sign in with, found \"nosuch\", which";
    assert!(said.starts_with(expected), "{said}");
}

#[test]
fn pages_that_are_smaller_than_asked_lose_nothing() {
    let server = Server::start("connectwise", &[Fault::always("pageSize", Does::CapsPages(1))]);
    assert_eq!(read("connectwise", &server.base, &[], 1000).rows().len(), 3);
}
