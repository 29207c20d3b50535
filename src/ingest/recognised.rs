//! A file of which nobody has said anything → which side it is of, what system wrote it, which month it is
//! about; or its first rows, for a person to say which column is what.

use jiff::civil::Date;

use super::archive::{self, Readable};
use super::error::IngestError;
use super::fields::Field;
use super::profile::ExportProfile;
use super::table::Table;
use super::{ExportFile, Ingested, Reading, decoding, delimited, read_export, workbook};
use seatdrift_core::domain::{Currency, ExportFormat, LineKind, Month, Side, Totals};

/// Rows of a file that a person is shown.
const N_ROWS: usize = 12;
/// Columns of it.
const N_COLUMNS: usize = 60;
/// Characters of a cell.
const N_LETTERS: usize = 60;

/// What a file seems to be.
#[derive(Debug, Clone)]
pub struct Recognised {
    /// Which books it belongs to.
    pub side: Side,
    /// Whether it can be of that side alone; else a person is asked.
    pub is_sure_of_side: bool,
    /// The month most of its periods are in; `None` where none of its rows says.
    pub month: Option<Month>,
    /// What wrote it.
    pub format: &'static ExportFormat,
    /// Rows read.
    pub rows: usize,
    /// Rows that could not be read.
    pub rejected: usize,
    /// What its rows come to.
    pub money: Totals,
    /// What was made of it that its reader should know.
    pub notes: Vec<String>,
}

/// The first rows of a file, and which of them is its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// The rows by their numbers, as a spreadsheet counts.
    pub rows: Vec<(u64, Vec<String>)>,
    /// The row that has most texts: it may be the header.
    pub header_row: u64,
}

/// What a file seems to be, of whatever side.
///
/// # Errors
///
/// [`IngestError`] of the side it is more likely of, where it cannot be read as either.
pub fn recognise(
    file: &ExportFile,
    currency: Currency,
    profiles: &[ExportProfile],
    around: Month,
) -> Result<Recognised, IngestError> {
    let told = profiles
        .iter()
        .find(|profile| profile.file.is_some() && profile.fits(profile.side, file.name));
    let sides = match told {
        Some(profile) => vec![profile.side],
        None => vec![Side::Vendor, Side::Psa],
    };
    let read: Vec<(Side, Result<Ingested, IngestError>)> = sides
        .into_iter()
        .map(|side| (side, read_of_some_month(file, side, currency, profiles, around)))
        .collect();
    let n_readable = read.iter().filter(|(_, read)| read.is_ok()).count();
    let mut best: Option<(usize, Recognised)> = None;
    let mut wrong: Option<IngestError> = None;
    for (side, read) in read {
        match read {
            Ok(ingested) => {
                let mut found = recognised(side, ingested);
                found.0 += usize::from(side_in_name(file.name) == Some(side)) * 2;
                found.1.is_sure_of_side = n_readable == 1 || side_in_name(file.name) == Some(side);
                if best.as_ref().is_none_or(|(fitness, _)| *fitness < found.0) {
                    best = Some(found);
                }
            }
            // That it is of the other side says nothing of why that could not be read.
            Err(error) if !matches!(error, IngestError::WrongSide { .. }) => {
                let is_likelier = side_in_name(file.name) == Some(side);
                if wrong.is_none() || is_likelier {
                    wrong = Some(error);
                }
            }
            Err(_) => {}
        }
    }
    let empty = || IngestError::Empty { file: file.name.to_owned() };
    best.map(|(_, found)| found).ok_or_else(|| wrong.unwrap_or_else(empty))
}

/// Reads it as of a month near by, and where its charges are of another one as of that.
fn read_of_some_month(
    file: &ExportFile,
    side: Side,
    currency: Currency,
    profiles: &[ExportProfile],
    around: Month,
) -> Result<Ingested, IngestError> {
    let read = |month| read_export(file, &Reading { side, month, currency, profiles });
    match read(around) {
        Err(IngestError::WrongMonth { found, .. }) if !found.is_empty() => {
            read(found[found.len() - 1])
        }
        other => other,
    }
}

/// What was read, and how well its columns fit the side.
fn recognised(side: Side, ingested: Ingested) -> (usize, Recognised) {
    let has = |field: Field| ingested.columns.iter().any(|(one, _)| *one == field);
    let own = match side {
        Side::Vendor => [Field::UnitCost, Field::PeriodStart, Field::ChargeType],
        Side::Psa => [Field::UnitPrice, Field::Agreement, Field::Bill],
    };
    let fitness = own.into_iter().filter(|field| has(*field)).count();
    let money: Totals = ingested.rows.iter().map(|row| row.amount).collect();
    let found = Recognised {
        side,
        is_sure_of_side: false,
        month: (side == Side::Vendor).then(|| month_of(&ingested)).flatten(),
        format: ingested.format,
        rows: ingested.rows.len(),
        rejected: ingested.rejected.len(),
        money,
        notes: ingested.notes,
    };
    (fitness, found)
}

/// The month in which most whole periods begin: vendors charge for them. A row of a PSA says since when it is in
/// force, which says nothing of the month.
fn month_of(ingested: &Ingested) -> Option<Month> {
    let full = ingested.rows.iter().filter(|row| row.kind == LineKind::FullPeriod);
    let mut months: Vec<Month> =
        full.filter_map(|row| row.period_start).filter_map(|day: Date| Month::of(day)).collect();
    months.sort_unstable();
    let mut best: Option<(usize, Month)> = None;
    for group in months.chunk_by(|one, other| one == other) {
        // Of equally many the later one.
        if best.is_none_or(|(n, _)| n <= group.len()) {
            best = Some((group.len(), group[0]));
        }
    }
    best.map(|(_, month)| month)
}

/// The side that a file's name begins with, as folders of exports have it.
fn side_in_name(name: &str) -> Option<Side> {
    let lower = name.to_lowercase();
    [Side::Vendor, Side::Psa].into_iter().find(|side| lower.starts_with(side.word()))
}

/// The first rows of a file; of a workbook, of the sheet that has most.
///
/// # Errors
///
/// [`IngestError`] where it is no table.
pub fn preview(file: &ExportFile) -> Result<Preview, IngestError> {
    let table = match archive::readable(file.name, file.bytes)? {
        Readable::Text(bytes) => {
            let decoded = decoding::text(&bytes);
            let cut = |delimiter| delimited::sample(file.name, &decoded.text, delimiter);
            let tables = delimited::DELIMITERS.into_iter().map(cut);
            tables.max_by_key(delimited::regularity)
        }
        Readable::Workbook(book, bytes) => {
            let tables = workbook::tables(file.name, book, &bytes)?;
            tables.into_iter().max_by_key(|table| table.rows.len())
        }
    };
    let empty = || IngestError::Empty { file: file.name.to_owned() };
    let table: Table = table.filter(|table| !table.is_blank()).ok_or_else(empty)?;
    let rows = table.rows.iter().filter(|row| !row.is_blank()).take(N_ROWS);
    let shown = |text: &str| text.trim().chars().take(N_LETTERS).collect::<String>();
    let rows: Vec<(u64, Vec<String>)> = rows
        .map(|row| {
            let cells = row.cells.iter().take(N_COLUMNS);
            (row.number, cells.map(|cell| shown(&cell.written())).collect())
        })
        .collect();
    let n_texts = |(_, cells): &&(u64, Vec<String>)| {
        let is_text = |cell: &&String| !cell.is_empty() && cell.parse::<f64>().is_err();
        cells.iter().filter(is_text).count()
    };
    // Of equals the first: max_by_key gives the last.
    let header_row = rows.iter().rev().max_by_key(n_texts).map_or(1, |(number, _)| *number);
    Ok(Preview { sheet: table.sheet, rows, header_row })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month() -> Month {
        "2026-10".parse().unwrap()
    }

    fn found(name: &str, text: &str) -> Result<Recognised, IngestError> {
        let file = ExportFile { name, bytes: text.as_bytes() };
        recognise(&file, "USD".parse().unwrap(), &[], month())
    }

    #[test]
    fn a_vendor_export_says_its_month_whatever_the_file_is_called() {
        let text = "Client,Product,Quantity,Unit Cost,Total,Start Date,End Date\n\
            Wayne,M365 E3,4,30.00,120.00,2026-08-01,2026-08-31\n\
            Stark,M365 E3,2,30.00,60.00,2026-08-01,2026-08-31\n";
        let it = found("export (3).csv", text).unwrap();
        assert_eq!((it.side, it.month), (Side::Vendor, "2026-08".parse().ok()));
        assert_eq!((it.rows, it.money.to_string()), (2, "$180.00".to_owned()));
    }

    #[test]
    fn a_file_that_may_be_of_either_side_is_asked_about() {
        let text = "Client,Product,Quantity\nWayne,M365 E3,4\n";
        assert!(!found("list.csv", text).unwrap().is_sure_of_side);
        let named = found("psa-list.csv", text).unwrap();
        assert_eq!((named.side, named.is_sure_of_side), (Side::Psa, true));
    }

    #[test]
    fn a_file_whose_columns_nobody_knows_shows_its_first_rows() {
        let text = "Monatsliste;;\nFirma;Ware;Anz\nWayne;M365 E3;4\n";
        assert!(found("liste.csv", text).is_err());
        let shown = preview(&ExportFile { name: "liste.csv", bytes: text.as_bytes() }).unwrap();
        assert_eq!(shown.header_row, 2);
        assert_eq!(shown.rows[1].1, ["Firma", "Ware", "Anz"]);
        assert!(preview(&ExportFile { name: "x.csv", bytes: b"  \n" }).is_err());
    }
}
