//! Exports as vendors and PSAs write them, and what is understood of them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

pub(crate) mod as_it_comes;
mod dates;
mod error_messages;
mod hostile;
mod samples;
mod systems;
pub(crate) mod written;

use seatdrift_core::domain::{ExportRow, Money, Month, Side};
use seatdrift_ingest::{
    ExportFile, ExportProfile, IngestError, Ingested, NotData, Reading, read_export,
};

/// Reads a file of one side and month with no profile, in USD.
pub(crate) fn read(
    name: &str,
    bytes: &[u8],
    side: Side,
    month: &str,
) -> Result<Ingested, IngestError> {
    read_told(name, bytes, side, month, &[])
}

/// The same with what a person has told.
pub(crate) fn read_told(
    name: &str,
    bytes: &[u8],
    side: Side,
    month: &str,
    profiles: &[ExportProfile],
) -> Result<Ingested, IngestError> {
    let month: Month = month.parse().unwrap();
    let currency = "USD".parse().unwrap();
    read_export(&ExportFile { name, bytes }, &Reading { side, month, currency, profiles })
}

/// What was understood, one row a line: place, client, product, kind, units, money, period.
pub(crate) fn shown(read: &Ingested) -> String {
    let mut out = format!("{} (header in row {})\n", read.format.word, read.header_row);
    for row in &read.rows {
        out.push_str(&row_shown(row));
        out.push('\n');
    }
    for row in &read.rejected {
        out.push_str(&format!(
            "rejected {}: expected {}, found {:?}\n",
            row.at, row.expected, row.found
        ));
    }
    for (row, reason) in read.not_data.iter().filter(|(_, reason)| *reason != NotData::Header) {
        out.push_str(&format!("{}: {}\n", row, reason.word()));
    }
    if let Some(total) = read.total_row {
        out.push_str(&format!("total {total}\n"));
    }
    out
}

fn row_shown(row: &ExportRow) -> String {
    let money =
        |money: Option<Money>| money.map_or("-".into(), |m| format!("{}", m.amount.normalize()));
    let date = |date: Option<jiff::civil::Date>| date.map_or("…".into(), |date| date.to_string());
    let mut text = format!(
        "{} | {} = {} | {} = {} | {} {}",
        row.place.row,
        row.client,
        row.client_name,
        row.sku,
        row.sku_name,
        row.kind.word(),
        row.quantity,
    );
    if !row.included.is_zero() {
        text.push_str(&format!(" less {}", row.included));
    }
    text.push_str(&format!(
        " × {} (other {}) = {} {} | {}..{}",
        money(row.unit),
        money(row.other_unit),
        row.amount.amount.normalize(),
        row.amount.currency,
        date(row.period_start),
        date(row.period_end),
    ));
    if let Some(exclusion) = row.exclusion {
        text.push_str(&format!(" | excluded: {}", exclusion.word()));
    }
    text
}

/// Every stored row is read, rejected or no data, exactly once.
pub(crate) fn assert_nothing_lost(read: &Ingested, n_rows: usize) {
    let mut numbers: Vec<u64> = read.rows.iter().map(|row| row.place.row).collect();
    numbers.extend(read.rejected.iter().map(|row| row.at.place.row));
    numbers.extend(read.not_data.iter().map(|(row, _)| *row));
    numbers.sort_unstable();
    let n_distinct = {
        let mut d = numbers.clone();
        d.dedup();
        d.len()
    };
    assert_eq!(n_distinct, numbers.len(), "a row is counted twice: {numbers:?}");
    assert_eq!(numbers.len(), n_rows);
}
