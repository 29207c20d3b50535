//! Dates that can be read day first and month first: what settles them, and what is asked.

use jiff::civil::{Date, date};
use seatdrift_core::domain::Side;
use seatdrift_ingest::{IngestError, Ingested};

use super::read;

/// Billed lines of August 2026, one for each date.
fn effective(dates: &[&str]) -> Result<Ingested, IngestError> {
    let mut text = String::from("Client,Product,Quantity,Unit Price,Effective Date\n");
    for (line_idx, date) in dates.iter().enumerate() {
        text.push_str(&format!("Client {line_idx},EXO,5,4.00,{date}\n"));
    }
    read("psa.csv", text.as_bytes(), Side::Psa, "2026-08")
}

fn starts(dates: &[&str]) -> Vec<Date> {
    effective(dates).unwrap().rows.iter().filter_map(|row| row.period_start).collect()
}

/// The date the reader asks about, and the row it stands in.
fn asked(dates: &[&str]) -> (u64, String) {
    match effective(dates) {
        Err(IngestError::UndecidableDate { row, found, .. }) => (row, found),
        other => panic!("expected a question about {dates:?}, found {other:?}"),
    }
}

#[test]
fn two_dates_that_are_firsts_of_months_one_way_alone_are_read_that_way() {
    assert_eq!(starts(&["01/02/2026", "01/03/2026"]), [date(2026, 2, 1), date(2026, 3, 1)]);
    assert_eq!(starts(&["02/01/2026", "03/01/2026"]), [date(2026, 2, 1), date(2026, 3, 1)]);
    // The same in the month that is read and after it, where the reading decides who is billed.
    assert_eq!(starts(&["01/08/2026", "01/09/2026"]), [date(2026, 8, 1), date(2026, 9, 1)]);
}

#[test]
fn the_first_of_january_takes_no_side() {
    // The first either way: neither a sign of the other order nor a second date beside one.
    let read = starts(&["01/01/2026", "01/01/2025", "01/03/2026", "01/09/2026"]);
    let expected = [date(2026, 1, 1), date(2025, 1, 1), date(2026, 3, 1), date(2026, 9, 1)];
    assert_eq!(read, expected);
    assert_eq!(starts(&["01/01/2026", "01/03/2026"])[1], date(2026, 3, 1));
    assert_eq!(asked(&["01/01/2026", "01/09/2026"]), (3, "01/09/2026".to_owned()));
}

#[test]
fn one_odd_day_among_firsts_of_months_does_not_hide_them() {
    let firsts = ["01/02/2026", "01/03/2026", "01/04/2026", "01/05/2026", "05/06/2026"];
    assert_eq!(starts(&firsts)[4], date(2026, 6, 5));
    // Two in five are more than slips.
    let mixed = ["01/02/2026", "01/03/2026", "01/04/2026", "05/06/2026", "07/08/2026"];
    assert_eq!(asked(&mixed), (2, "01/02/2026".to_owned()));
}

#[test]
fn dates_of_all_columns_decide_together() {
    let text = "Client,Product,Quantity,Unit Price,Effective Date,Cancelled Date\n\
                Northwind Dental,EXO,5,4.00,01/02/2026,01/09/2026\n";
    let read = read("psa.csv", text.as_bytes(), Side::Psa, "2026-08").unwrap();
    assert_eq!(read.rows[0].period_start, Some(date(2026, 2, 1)));
    assert_eq!(read.rows[0].period_end, Some(date(2026, 9, 1)));
}

#[test]
fn one_date_before_the_month_is_harmless_either_way() {
    assert_eq!(starts(&["01/02/2026"]), [date(2026, 2, 1)]);
    assert_eq!(starts(&["07/01/2026", "07/01/2026"]), [date(2026, 7, 1), date(2026, 7, 1)]);
}

#[test]
fn one_date_in_or_after_the_month_is_asked() {
    for found in ["08/01/2026", "01/08/2026", "01/09/2026", "09/01/2026"] {
        assert_eq!(asked(&[found]), (2, found.to_owned()));
        // Written a hundred times it is still one date.
        assert_eq!(asked(&[found, found, found]), (2, found.to_owned()));
    }
}

#[test]
fn dates_that_are_no_firsts_are_asked() {
    assert_eq!(asked(&["01/02/2026", "03/04/2026"]), (2, "01/02/2026".to_owned()));
    // One of the two is the first day first, the other month first.
    assert_eq!(asked(&["01/02/2026", "03/01/2026"]), (2, "01/02/2026".to_owned()));
}

#[test]
fn a_date_that_can_only_be_read_one_way_outweighs_firsts_of_months() {
    let read = starts(&["01/02/2026", "01/03/2026", "02/13/2026"]);
    assert_eq!(read, [date(2026, 1, 2), date(2026, 1, 3), date(2026, 2, 13)]);
}
