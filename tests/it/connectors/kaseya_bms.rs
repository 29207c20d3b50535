//! Kaseya BMS.

use serde_json::{Value, json};

use super::server::{Does, Fault, Server};
use super::{lines, read};
use seatdrift::core::domain::Side;

/// The lines of the same invoices as a person writes them down. The export of the service grid has other rows.
const EXPORT: &str = "\
Account ID,Account Name,Contract,Service,Line Type,Quantity,Unit Price,Total Price,Currency,Start Date,End Date,Billing Cycle
31,Alder & Finch LLP,Cloud services,Microsoft 365 Business Premium,Recurring Service,25,26.40,660.00,USD,2026-06-01,2026-06-30,Monthly
32,Borrowdale Joinery Ltd,Cloud services,\"Server backup, each server\",Recurring Service,3,45.00,135.00,,2026-04-01,2026-06-30,Quarterly
33,Cove Harbour Dental,Domains,Domain,Recurring Service,1,12.50,12.50,USD,2026-01-01,2026-12-31,Annually
";

#[test]
fn a_pull_and_an_export_of_one_month_are_the_same_lines() {
    let server = Server::start("kaseya-bms", &[]);
    let pulled = read("kaseya-bms", &server.base, &[], 2).gathered.unwrap();
    assert_eq!(
        lines(Side::Psa, "pulled.csv", &pulled.exports[0].sheet.csv()),
        lines(Side::Psa, "export.csv", EXPORT.as_bytes())
    );
    insta::assert_snapshot!(pulled.notes.join("\n"), @"
    Kaseya BMS lets nobody read recurring services: these are the lines of invoices, and what is in force on a day comes from the export of the service grid alone
    lines left out that are of no recurring service: Labor (1)
    lines without the code of a currency, taken in the workspace's: US Dollar (1)
    ");
}

#[test]
fn a_token_that_runs_out_is_asked_for_again_though_the_answer_says_200() {
    let expired =
        json!({ "success": false, "error": { "code": 401, "message": "Token is expired" } });
    let expired = Does::Answers(200, Vec::new(), expired.to_string());
    let server =
        Server::start("kaseya-bms", &[Fault { after: 3, ..Fault::once("/summary", expired) }]);
    assert_eq!(read("kaseya-bms", &server.base, &[], 1).rows().len(), 3);
    let tokens = server.asked().iter().filter(|line| line.contains("/authenticate")).count();
    assert_eq!(tokens, 2);
}

#[test]
fn a_quota_that_is_said_in_a_200_is_waited_for() {
    let busy = json!({ "success": false, "error": { "code": 429, "message": "API calls quota exceeded!" } });
    let busy = Does::Answers(200, Vec::new(), busy.to_string());
    let server = Server::start("kaseya-bms", &[Fault::once("/summary", busy)]);
    let read = read("kaseya-bms", &server.base, &[], 100);
    assert_eq!((read.rows().len(), read.waited > 0), (3, true));
}

#[test]
fn pages_that_count_from_nought_are_noticed() {
    let server = Server::start("kaseya-bms", &[Fault::always("Page", Does::CountsPagesFromNought)]);
    for page_size in [1, 2, 100] {
        assert_eq!(read("kaseya-bms", &server.base, &[], page_size).rows().len(), 3, "{page_size}");
    }
}

#[test]
fn an_invoice_whose_lines_do_not_come_is_missed() {
    let text = include_str!("kaseya-bms/lines.json");
    let rows: Vec<Value> = serde_json::from_str(text).unwrap();
    let rows = rows.into_iter().filter(|row| row["invoiceId"] != 9002).collect();
    let server = Server::with_rows("kaseya-bms", &[], [("lines.json".to_owned(), rows)].into());
    let said = read("kaseya-bms", &server.base, &[], 100).trouble();
    assert!(
        said.starts_with("invoices whose lines came: the server counts 3, and 2 came"),
        "{said}"
    );
}

#[test]
fn lines_that_come_all_at_once_whatever_page_is_asked_for_are_all() {
    let whole = Fault::always("/invoices/details", Does::RepeatsPage(100));
    let server = Server::start("kaseya-bms", &[whole]);
    assert_eq!(read("kaseya-bms", &server.base, &[], 100).rows().len(), 3);
}

#[test]
fn an_invoice_that_its_lines_do_not_come_to_is_told() {
    let text = include_str!("kaseya-bms/lines.json");
    let rows: Vec<Value> = serde_json::from_str(text).unwrap();
    let rows = rows.into_iter().filter(|row| row["name"] != "Technician").collect();
    let server = Server::with_rows("kaseya-bms", &[], [("lines.json".to_owned(), rows)].into());
    let notes = read("kaseya-bms", &server.base, &[], 100).gathered.unwrap().notes;
    let said = "invoices whose lines do not come to their total";
    assert!(notes.iter().any(|note| note.starts_with(said) && note.ends_with(": 1")), "{notes:?}");
}

#[test]
fn a_page_that_comes_again_is_not_taken_for_the_end_where_nobody_counts() {
    let again = Fault::always("/invoices/summary", Does::RepeatsPage(2));
    let server = Server::start("kaseya-bms", &[again]);
    let said = read("kaseya-bms", &server.base, &[], 2).trouble();
    assert!(said.contains("expected other rows, found a page that came before"), "{said}");
}
