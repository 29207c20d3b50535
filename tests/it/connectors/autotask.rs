//! Autotask.

use serde_json::json;

use super::server::{Does, Fault, Server};
use super::{lines, read, read_month};
use seatdrift::core::domain::Side;

/// The contract service units of the same month as a person exports them.
const EXPORT: &str = "\
Company ID,Company Name,Contract ID,Contract Name,Contract Status,Service ID,Service Name,Units,Unit Price,Unit Cost,Price,Currency,Start Date,End Date,Period Type
201,Alder & Finch LLP,301,Cloud services,Active,501,Microsoft 365 Business Premium,25,26.40,18.04,352.00,USD,06/01/2026,06/16/2026,Monthly
201,Alder & Finch LLP,301,Cloud services,Active,501,Microsoft 365 Business Premium,27,26.40,18.04,332.64,USD,06/17/2026,06/30/2026,Monthly
202,Borrowdale Joinery Ltd,302,Cloud services,Inactive,502,\"Server backup, each server\",3,45.00,21.50,135.00,USD,06/01/2026,06/30/2026,Monthly
203,Cove Harbour Dental,303,Harbour,Active,503,Domain,1,12.50,8.00,12.50,,06/01/2026,06/30/2026,9
203,Cove Harbour Dental,303,Harbour,Active,bundle-501,Workplace,4,120.00,74.25,480.00,,04/01/2026,06/30/2026,Quarterly
";

#[test]
fn a_pull_and_an_export_of_one_month_are_the_same_lines() {
    let server = Server::start("autotask", &[]);
    let pulled = read("autotask", &server.base, &[], 2).gathered.unwrap();
    assert_eq!(
        lines(Side::Psa, "pulled.csv", &pulled.exports[0].sheet.csv()),
        lines(Side::Psa, "export.csv", EXPORT.as_bytes())
    );
}

#[test]
fn seats_of_a_day_are_those_that_hold_on_it_and_changes_ahead_are_told() {
    let server = Server::start("autotask", &[]);
    let pulled = read("autotask", &server.base, &[], 500);
    let seats = &pulled.gathered.as_ref().unwrap().exports[1].sheet;
    let said: Vec<String> =
        seats.rows.iter().map(|row| format!("{} {} {}", row[0], row[2], row[8])).collect();
    insta::assert_snapshot!(said.join("\n"), @"
    401 Alder & Finch LLP 27
    402 Borrowdale Joinery Ltd 3
    403 Cove Harbour Dental 1
    bundle-401 Cove Harbour Dental 4
    ");
    insta::assert_snapshot!(pulled.gathered.unwrap().notes.join("\n"), @"
    rows without the code of a currency, taken in the workspace's: Doubloons (3)
    rows whose period type Autotask has no word for, taken as monthly: 9 (2)
    Microsoft 365 Business Premium at Alder & Finch LLP will change from 27 to 30 on 2026-07-01
    ");
}

#[test]
fn a_month_that_is_over_can_still_be_asked_for() {
    let server = Server::start("autotask", &[]);
    let pulled = read_month("autotask", &server.base, &[], ("2026-05", 500)).gathered.unwrap();
    assert_eq!(pulled.exports.len(), 1);
    let rows = &pulled.exports[0].sheet.rows;
    assert_eq!(rows.iter().map(|row| row[6].as_str()).collect::<Vec<_>>(), ["Workplace"]);
}

#[test]
fn a_tenant_whose_hour_is_used_up_is_left_alone() {
    let used = json!({ "externalRequestThreshold": 10000, "currentTimeframeRequestCount": 7500 });
    let busy = Does::Answers(200, Vec::new(), used.to_string());
    let server = Server::start("autotask", &[Fault::always("/ThresholdInformation", busy)]);
    let said = read("autotask", &server.base, &[], 500).trouble();
    assert!(said.starts_with("Autotask: 7500 of the 10000 requests an hour are used"), "{said}");
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn units_of_a_contract_that_may_not_be_seen_are_not_left_out_in_silence() {
    let hidden = vec![json!({ "id": 301, "companyID": 201, "contractName": "Cloud", "status": 1 })];
    let rows = [("contracts.json".to_owned(), hidden)].into();
    let server = Server::with_rows("autotask", &[], rows);
    let said = read("autotask", &server.base, &[], 500).trouble();
    let expected = "ContractServiceUnits whose contracts came: the server counts 6, and 3 came";
    assert!(said.starts_with(expected), "{said}");
}

#[test]
fn a_zone_on_a_strange_host_is_not_given_the_secret() {
    let away = json!({ "url": "https://webservices5.autotask.net.evil.example/" });
    let away = Does::Answers(200, Vec::new(), away.to_string());
    let server = Server::start("autotask", &[Fault::always("/zoneInformation", away)]);
    let said = read("autotask", &server.base, &[], 500).trouble();
    assert!(said.contains("neither the vendor's host nor the one configured"), "{said}");
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_user_without_a_zone_is_said_to_be_wrong_and_not_the_server() {
    let unknown =
        Does::Answers(500, Vec::new(), r#"{"errors":["Unable to find zone"]}"#.to_owned());
    let server = Server::start("autotask", &[Fault::always("/zoneInformation", unknown)]);
    let said = read("autotask", &server.base, &[], 500).trouble();
    assert!(said.contains("no zone knows this user: compare `user`"), "{said}");
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_pull_takes_as_many_asks_as_there_are_lists() {
    let server = Server::start("autotask", &[]);
    read("autotask", &server.base, &[], 500).rows();
    assert_eq!(server.asked().len(), 2 + 9 * 2 + 3);
}
