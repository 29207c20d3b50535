//! Exports → typed rows and rejected rows: the only place where a file's text is understood.
//!
//! [`read_export`] takes one file as bytes and finds out by itself how it is encoded, where its
//! header stands, which system wrote it and how it writes dates and decimals. What it cannot find
//! out it asks, as an [`IngestError`] whose hint is the answer to put into `seatdrift.toml`; it never
//! guesses in silence. Every row below the header is a row read, a row rejected, or no row of data,
//! and is counted as such.
//!
//! # Which rows count units
//!
//! A vendor's row counts units when it charges for a whole billing period that covers the last day of
//! the month. Rows for a part of a period are prorations, also those that begin a subscription: their
//! units count from the first whole period on. A whole period that does not cover the last day is
//! excluded with the reason, as is a PSA's row that is not in force on that day. Partner Center writes a
//! change of seats as a refund and a charge; a change that takes back the whole period's charge and is
//! in force on the last day counts its own units in its place. A charge that the same file credits again in
//! full counts none.

mod archive;
mod caught;
mod cells;
mod clients;
mod columns;
mod conventions;
mod decoding;
mod delimited;
mod error;
mod evenings;
mod fields;
mod format;
mod headers;
mod located;
mod not_data;
mod objects;
mod periods;
mod product_list;
mod psa_status;
mod profile;
mod readings;
mod recognised;
mod records;
mod record;
mod registry;
mod series_file;
mod several_months;
mod spoilt_ids;
mod table;
mod taken_back;
mod totals;
mod turned_dates;
mod two_rows;
mod wide_rows;
mod workbook;

mod autotask;
mod connectwise;
mod dicker;
mod generic;
mod guarded_columns;
mod halo;
mod ingram;
mod kaseya;
mod partner_center_legacy;
mod partner_center_recon;
mod partner_center_usage;
mod pax8;

use std::collections::BTreeSet;

use compact_str::CompactString;
use jiff::civil::Date;
use rayon::prelude::*;

use conventions::{About, Conventions, Written};
use format::{Format, Periods};
use headers::Located;
use record::{Record, Settled};
use table::{RawRow, Table};
use wide_rows::WideRow;

use seatdrift_core::domain::{
    Currency, ExportFormat, ExportRow, LineKind, Money, Month, Place, RejectedRow, Side,
};

pub use caught::caught;
pub use decoding::text_of;
pub use error::IngestError;
pub use fields::Field;
pub use not_data::NotData;
use not_data::Sorted;
pub use product_list::{ProductListError, read_product_list};
pub use profile::{BlankClient, DateOrderWord, DecimalWord, ExportProfile};
pub use readings::ReadingRule;
pub use recognised::{Preview, Recognised, preview, recognise};
pub use records::{PairFile, RecordError, RecordTable, Texts};
pub use registry::{export_format, export_formats};
pub use series_file::{SeriesFile, SeriesFileError};

/// Largest file read.
const MOST_MIB: usize = 256;

/// One export as it lies on disk.
#[derive(Debug, Clone, Copy)]
pub struct ExportFile<'a> {
    /// The file's base name, which every message and source row carries.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What the reader is told about an export.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// Which books it belongs to.
    pub side: Side,
    /// The month that is read.
    pub month: Month,
    /// The currency of rows that name none.
    pub currency: Currency,
    /// What people have said about exports.
    pub profiles: &'a [ExportProfile],
}

/// Every row of one export: read, rejected, or no row of data. None is dropped.
#[derive(Debug, Clone)]
pub struct Ingested {
    /// How it was read.
    pub format: &'static ExportFormat,
    /// The sheet it was read from, in a workbook.
    pub sheet: Option<String>,
    /// The row its header stands in.
    pub header_row: u64,
    /// The header that each field was read from.
    pub columns: Vec<(Field, String)>,
    /// Rows that were read, in file order.
    pub rows: Vec<ExportRow>,
    /// Rows that could not be, in file order.
    pub rejected: Vec<RejectedRow>,
    /// Rows that are not data, in file order.
    pub not_data: Vec<(u64, NotData)>,
    /// The file's own sum, from its last row of totals.
    pub total_row: Option<Money>,
    /// What was made of the file that its reader should know, in sentences that begin with its name.
    pub notes: Vec<String>,
}

/// Reads one export.
///
/// Every stored row is in exactly one of `rows`, `rejected` and `not_data`.
///
/// # Errors
///
/// [`IngestError`] when the file as a whole cannot be read, belongs to the other side or to other
/// months, or can be read in two ways.
pub fn read_export(file: &ExportFile, reading: &Reading) -> Result<Ingested, IngestError> {
    read_export_on(file, reading, reading.month.last_day())
}

/// The same where what is in force on another day of the month counts.
///
/// # Errors
///
/// As [`read_export`].
pub fn read_export_on(
    file: &ExportFile,
    reading: &Reading,
    day: Date,
) -> Result<Ingested, IngestError> {
    let name = file.name.to_owned();
    let found_mib = file.bytes.len().div_ceil(1 << 20);
    if found_mib > MOST_MIB {
        return Err(IngestError::TooLarge { file: name, found_mib, limit_mib: MOST_MIB });
    }
    let profile = reading.profiles.iter().find(|profile| profile.fits(reading.side, file.name));
    let (mut table, located) = located::read(file, reading.side, profile)?;
    check_side(file, reading, located.format)?;
    headers::check(file.name, reading.side, &table, &located, profile)?;
    rows_of(file, (reading, day), profile, &mut table, &located)
}

fn check_side(
    file: &ExportFile,
    reading: &Reading,
    format: &'static Format,
) -> Result<(), IngestError> {
    match format.side {
        Some(side) if side != reading.side => {
            let format = &format.format;
            Err(IngestError::WrongSide { file: file.name.to_owned(), side: reading.side, format })
        }
        _ => Ok(()),
    }
}

fn rows_of(
    file: &ExportFile,
    (reading, day): (&Reading, Date),
    profile: Option<&ExportProfile>,
    table: &mut Table,
    located: &Located,
) -> Result<Ingested, IngestError> {
    let mended = mended(file, reading, profile, table, located)?;
    let Mended { wide, not_data, whole } = &mended;
    let (header, format) = (&table.rows[located.header_idx], located.format);
    let is_data = |row: &&RawRow| not_data.binary_search_by_key(&row.number, |(n, _)| *n).is_err();
    let data: Vec<&RawRow> = table.rows.iter().filter(is_data).collect();
    if data.is_empty() {
        return Err(IngestError::NoRows { file: file.name.to_owned(), row: header.number });
    }
    let is_wide =
        |row: &RawRow| wide.iter().any(|one| table.rows[one.row_idx].number == row.number);
    let data: Vec<&RawRow> = data.into_iter().filter(|row| !is_wide(row)).collect();
    if format.is_generic() {
        generic::check_price(file.name, header.number, reading.side, &located.columns)?;
    }
    let month_begins = reading.month.first_day();
    let about = About {
        file: file.name,
        side: reading.side,
        documented: Written { order: format.date_order, mark: format.decimal },
        told: profile.map(ExportProfile::written).unwrap_or_default(),
        month_begins,
    };
    let conventions = Conventions::of(&about, &data, &located.columns)?;
    let sheet = table.sheet.as_deref().map(CompactString::from);
    let place = |number| Place { file: file.name.into(), sheet: sheet.clone(), row: number };
    let usual = profile.and_then(|profile| profile.currency).unwrap_or(reading.currency);
    let record_of = |row, columns| {
        let settled = Settled {
            format: &format.format,
            sku: format.sku,
            conventions: &conventions,
            columns,
            usual,
            day,
        };
        Record::new(row, place(row.number), reading, settled)
    };
    let columns = headers::columns_of_this_side(located, reading.side, profile, &data, &record_of);
    let (mut rows, mut rejected) = read_or_rejected(format, &data, |row| record_of(row, &columns));
    rejected
        .extend(wide.iter().map(|one| record_of(&table.rows[one.row_idx], &columns).too_wide(one)));
    rejected.sort_by_key(|row| row.at.place.row);
    let others = Some((header, &data[..])).filter(|_| format.is_generic()).and_then(|written| {
        several_months::leave_out_others(&mut rows, written, &columns, reading.month)
    });
    settle(&mut rows, format, day, profile);
    check_month(file, reading, format, &rows)?;
    let notes = table.notes.iter().chain(&conventions.notes).chain(&others);
    Ok(Ingested {
        format: &format.format,
        sheet: table.sheet.clone(),
        header_row: header.number,
        total_row: whole.and_then(|row_idx| record_of(&table.rows[row_idx], &columns).sum()),
        columns: columns.iter().map(|(field, column)| (field, column.header.clone())).collect(),
        rows,
        rejected,
        not_data: not_data.clone(),
        notes: notes.map(|note| format!("{}: {note}", file.name)).collect(),
    })
}

/// A table made ready: what its rows are, and those that stay unread.
struct Mended {
    wide: Vec<WideRow>,
    /// By number of row, in order.
    not_data: Vec<(u64, NotData)>,
    /// The row of the whole file's sum.
    whole: Option<usize>,
}

/// Mends what spreadsheets and reports have done to a table, and notes it.
fn mended(
    file: &ExportFile,
    reading: &Reading,
    profile: Option<&ExportProfile>,
    table: &mut Table,
    located: &Located,
) -> Result<Mended, IngestError> {
    let wide = wide_rows::mend(table, located, reading.side);
    spoilt_ids::leave_out(file.name, table, located)?;
    let unread: Vec<usize> = wide.iter().map(|one| one.row_idx).collect();
    let Sorted { mut kinds, whole } = not_data::sorted(table, located, &unread);
    clients::fill((file.name, reading.side), table, located, &mut kinds, profile)?;
    let numbered = table.rows.iter().zip(&kinds);
    let not_data = numbered.filter_map(|(row, kind)| Some((row.number, (*kind)?))).collect();
    Ok(Mended { wide, not_data, whole })
}

/// What the rows of a file say together: which of them count units, and which are there twice.
fn settle(rows: &mut [ExportRow], format: &Format, day: Date, profile: Option<&ExportProfile>) {
    match format.settle {
        Some(settle) => settle(rows, day),
        None => taken_back::leave_out(rows),
    }
    if let Some(rule) = profile.and_then(|profile| profile.readings) {
        readings::leave_out_replaced(rows, rule);
    }
}

/// Every row on its own, in the order of the file.
fn read_or_rejected<'a>(
    format: &Format,
    data: &[&'a RawRow],
    record_of: impl Fn(&'a RawRow) -> Record<'a> + Sync,
) -> (Vec<ExportRow>, Vec<RejectedRow>) {
    let read: Vec<Result<ExportRow, Box<RejectedRow>>> = data
        .par_iter()
        .map(|row| {
            let record = record_of(row);
            (format.row)(&record).map_err(|wrong| Box::new(record.rejected(wrong)))
        })
        .collect();
    let rejected = read.iter().filter_map(|one| one.as_ref().err()).map(|wrong| (**wrong).clone());
    let rejected = rejected.collect();
    (read.into_iter().filter_map(Result::ok).collect(), rejected)
}

/// A vendor's file none of whose full periods touches the month is the file of another month.
fn check_month(
    file: &ExportFile,
    reading: &Reading,
    format: &Format,
    rows: &[ExportRow],
) -> Result<(), IngestError> {
    if reading.side == Side::Psa || format.periods == Periods::Running {
        return Ok(());
    }
    let month = reading.month;
    let full = rows.iter().filter(|row| row.kind == LineKind::FullPeriod);
    let periods: Vec<_> = full.filter_map(|row| row.period_start.zip(row.period_end)).collect();
    if periods.is_empty()
        || periods.iter().any(|(start, end)| periods::touches(month, *start, *end))
    {
        return Ok(());
    }
    let found: BTreeSet<Month> =
        periods.iter().filter_map(|(start, _)| Month::of(*start)).collect();
    let file = file.name.to_owned();
    Err(IngestError::WrongMonth { file, asked: month, found: found.into_iter().collect() })
}
