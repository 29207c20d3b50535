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
//! in force on the last day counts its own units in its place.

mod cells;
mod columns;
mod conventions;
mod decoding;
mod delimited;
mod error;
mod fields;
mod format;
mod headers;
mod not_data;
mod periods;
mod product_list;
mod psa_status;
mod profile;
mod readings;
mod records;
mod record;
mod registry;
mod series_file;
mod table;
mod workbook;

mod autotask;
mod connectwise;
mod dicker;
mod generic;
mod halo;
mod ingram;
mod kaseya;
mod partner_center_legacy;
mod partner_center_recon;
mod partner_center_usage;
mod pax8;

use std::collections::BTreeSet;

use compact_str::CompactString;
use rayon::prelude::*;

use conventions::{About, Conventions, Written};
use decoding::Content;
use format::{Format, Periods};
use headers::{Fitness, Located};
use record::{Record, Settled};
use table::{RawRow, Table};

use seatdrift_core::domain::{
    Currency, ExportFormat, ExportRow, LineKind, Money, Month, Place, RejectedRow, Side,
};

pub use error::IngestError;
pub use fields::Field;
pub use not_data::NotData;
pub use product_list::{ProductListError, read_product_list};
pub use profile::{DateOrderWord, DecimalWord, ExportProfile};
pub use readings::ReadingRule;
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
    let name = file.name.to_owned();
    let found_mib = file.bytes.len().div_ceil(1 << 20);
    if found_mib > MOST_MIB {
        return Err(IngestError::TooLarge { file: name, found_mib, limit_mib: MOST_MIB });
    }
    let profile = reading.profiles.iter().find(|profile| profile.fits(reading.side, file.name));
    let (table, located) = match decoding::content(file.bytes) {
        Content::Workbook => from_workbook(file, reading.side, profile)?,
        Content::Text => from_text(file, reading.side, profile)?,
        Content::CompoundFile => return Err(IngestError::CompoundFile { file: name }),
        Content::Other(found) => return Err(IngestError::NotAnExport { file: name, found }),
    };
    check_side(file, reading, located.format)?;
    headers::check(file.name, reading.side, &table, &located, profile)?;
    rows_of(file, reading, profile, &table, &located)
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

/// Tries every delimiter on the file's beginning, and cuts the whole at the one whose header says
/// most.
fn from_text(
    file: &ExportFile,
    side: Side,
    profile: Option<&ExportProfile>,
) -> Result<(Table, Located), IngestError> {
    let text = decoding::text(file.name, file.bytes)?;
    if text.trim().is_empty() {
        return Err(IngestError::Empty { file: file.name.to_owned() });
    }
    let worth = |delimiter: char| {
        let table = delimited::sample(file.name, &text, delimiter);
        let fitness = headers::best(&table, side, profile).map(|(fitness, _)| fitness)?;
        Some((fitness, delimited::regularity(&table)))
    };
    let mut best = (None, delimited::DELIMITERS[0]);
    for delimiter in delimited::DELIMITERS {
        let worth = worth(delimiter);
        if worth > best.0 {
            best = (worth, delimiter);
        }
    }
    let table = delimited::table(file.name, &text, best.1)?;
    let (fitness, located) = headers::best(&table, side, profile)
        .ok_or_else(|| IngestError::Empty { file: file.name.to_owned() })?;
    accept(file, side, profile, table, (fitness, located))
}

/// Reads the sheet a person named, else the one sheet that looks like an export.
fn from_workbook(
    file: &ExportFile,
    side: Side,
    profile: Option<&ExportProfile>,
) -> Result<(Table, Located), IngestError> {
    let mut tables = workbook::tables(file.name, file.bytes)?;
    if let Some(sheet) = profile.and_then(|profile| profile.sheet.as_deref()) {
        let found = tables.iter().filter_map(|table| table.sheet.clone()).collect();
        tables.retain(|table| table.sheet.as_deref() == Some(sheet));
        if tables.is_empty() {
            let (file, sheet) = (file.name.to_owned(), sheet.to_owned());
            return Err(IngestError::SheetMissing { file, sheet, found });
        }
    }
    tables.retain(|table| !table.is_blank());
    let mut worth: Vec<(Table, (Fitness, Located))> = Vec::new();
    for table in tables {
        if let Some(best) = headers::best(&table, side, profile) {
            worth.push((table, best));
        }
    }
    let top = worth.iter().map(|(_, (fitness, _))| (fitness.known, fitness.complete)).max();
    let rank = |fitness: &Fitness| Some((fitness.known, fitness.complete));
    let usable = top.is_some_and(|(_, complete)| complete);
    let rivals: Vec<String> = worth
        .iter()
        .filter(|(_, (fitness, _))| usable && rank(fitness) == top)
        .filter_map(|(table, _)| table.sheet.clone())
        .collect();
    if rivals.len() > 1 {
        return Err(IngestError::AmbiguousSheets {
            file: file.name.to_owned(),
            side,
            sheets: rivals,
        });
    }
    let best = worth.into_iter().max_by_key(|(_, (fitness, _))| *fitness);
    let (table, found) = best.ok_or_else(|| IngestError::Empty { file: file.name.to_owned() })?;
    accept(file, side, profile, table, found)
}

/// Takes a header that names a client and a product, or one a person pointed to.
fn accept(
    file: &ExportFile,
    side: Side,
    profile: Option<&ExportProfile>,
    table: Table,
    (fitness, located): (Fitness, Located),
) -> Result<(Table, Located), IngestError> {
    let told = profile.is_some_and(|p| p.header_row.is_some() || !p.columns.is_empty());
    if !fitness.known && !told && !fitness.complete {
        let row = &table.rows[located.header_idx];
        return Err(IngestError::NoHeader {
            file: file.name.to_owned(),
            side,
            row: row.number,
            found: row.filled().map(|(_, cell)| cell.written().trim().to_owned()).collect(),
        });
    }
    Ok((table, located))
}

fn rows_of(
    file: &ExportFile,
    reading: &Reading,
    profile: Option<&ExportProfile>,
    table: &Table,
    located: &Located,
) -> Result<Ingested, IngestError> {
    let (header, format) = (&table.rows[located.header_idx], located.format);
    let (data, not_data) = sorted_out(table, located);
    if data.is_empty() {
        return Err(IngestError::NoRows { file: file.name.to_owned(), row: header.number });
    }
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
        };
        Record::new(row, place(row.number), reading, settled)
    };
    let columns = headers::columns_of_this_side(located, reading.side, profile, &data, &record_of);
    let (mut rows, rejected) = read_or_rejected(format, &data, |row| record_of(row, &columns));
    settle(&mut rows, format, reading.month, profile);
    check_month(file, reading, format, &rows)?;
    Ok(Ingested {
        format: &format.format,
        sheet: table.sheet.clone(),
        header_row: header.number,
        total_row: last_totals(table, &not_data).and_then(|row| record_of(row, &columns).sum()),
        columns: columns.iter().map(|(field, column)| (field, column.header.clone())).collect(),
        rows,
        rejected,
        not_data,
    })
}

/// What the rows of a file say together: which of them count units, and which are there twice.
fn settle(rows: &mut [ExportRow], format: &Format, month: Month, profile: Option<&ExportProfile>) {
    if let Some(settle) = format.settle {
        settle(rows, month);
    }
    if let Some(rule) = profile.and_then(|profile| profile.readings) {
        readings::leave_out_replaced(rows, rule);
    }
}

fn last_totals<'t>(table: &'t Table, not_data: &[(u64, NotData)]) -> Option<&'t RawRow> {
    let (number, _) = not_data.iter().rfind(|(_, reason)| *reason == NotData::Totals)?;
    table.rows.iter().find(|row| row.number == *number)
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

/// The rows of data, and the others with what they are.
fn sorted_out<'t>(table: &'t Table, located: &Located) -> (Vec<&'t RawRow>, Vec<(u64, NotData)>) {
    let header = &table.rows[located.header_idx];
    let (mut data, mut not_data) = (Vec::new(), Vec::new());
    for (row_idx, row) in table.rows.iter().enumerate() {
        let reason = match row_idx.cmp(&located.header_idx) {
            std::cmp::Ordering::Less if row.is_blank() => Some(NotData::Blank),
            std::cmp::Ordering::Less => Some(NotData::Title),
            std::cmp::Ordering::Equal => Some(NotData::Header),
            std::cmp::Ordering::Greater => not_data::below_header(row, header, &located.columns),
        };
        match reason {
            Some(reason) => not_data.push((row.number, reason)),
            None => data.push(row),
        }
    }
    (data, not_data)
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
