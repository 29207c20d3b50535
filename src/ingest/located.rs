//! Bytes → the one table of an export, with its header found.

use super::ExportFile;
use super::archive::{self, Book, Readable};
use super::decoding;
use super::delimited;
use super::error::IngestError;
use super::guarded_columns;
use super::headers::{self, Fitness, Located};
use super::objects;
use super::profile::ExportProfile;
use super::table::Table;
use super::workbook;
use seatdrift_core::domain::Side;

/// Reads an export's table, whatever it is packed and encoded in.
pub(super) fn read(
    file: &ExportFile,
    side: Side,
    profile: Option<&ExportProfile>,
) -> Result<(Table, Located), IngestError> {
    match archive::readable(file.name, file.bytes)? {
        Readable::Text(bytes) => from_text(file, &bytes, side, profile),
        Readable::Workbook(book, bytes) => from_workbook(file, (book, &bytes), side, profile),
    }
}

/// Tries every delimiter on the file's beginning, and cuts the whole at the one whose header says
/// most.
fn from_text(
    file: &ExportFile,
    bytes: &[u8],
    side: Side,
    profile: Option<&ExportProfile>,
) -> Result<(Table, Located), IngestError> {
    let decoded = decoding::text(bytes);
    let text = &decoded.text;
    if text.trim().is_empty() {
        return Err(IngestError::Empty { file: file.name.to_owned() });
    }
    let worth = |delimiter: char| {
        let mut table = delimited::sample(file.name, text, delimiter);
        unpack_cells(&mut table);
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
    let mut table = delimited::table(file.name, text, best.1)?;
    table.cut_at = Some(best.1);
    table.notes = decoded.notes();
    unpack_cells(&mut table);
    let (fitness, located) = headers::best(&table, side, profile)
        .ok_or_else(|| IngestError::Empty { file: file.name.to_owned() })?;
    accept(file, side, profile, table, (fitness, located))
}

/// Reads the sheet a person named, else the one sheet that looks like an export.
fn from_workbook(
    file: &ExportFile,
    (book, bytes): (Book, &[u8]),
    side: Side,
    profile: Option<&ExportProfile>,
) -> Result<(Table, Located), IngestError> {
    let mut tables = workbook::tables(file.name, book, bytes)?;
    if let Some(sheet) = profile.and_then(|profile| profile.sheet.as_deref()) {
        let found = tables.iter().filter_map(|table| table.sheet.clone()).collect();
        tables.retain(|table| table.sheet.as_deref() == Some(sheet));
        if tables.is_empty() {
            let (file, sheet) = (file.name.to_owned(), sheet.to_owned());
            return Err(IngestError::SheetMissing { file, sheet, found });
        }
    }
    tables.retain(|table| !table.is_blank());
    tables.iter_mut().for_each(unpack_cells);
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

/// Gives cells the form they have elsewhere, before anybody knows what they mean.
fn unpack_cells(table: &mut Table) {
    guarded_columns::unguard(table);
    objects::spread(table);
}

/// Takes a header that names a client and a product, or one a person pointed to.
fn accept(
    file: &ExportFile,
    side: Side,
    profile: Option<&ExportProfile>,
    mut table: Table,
    (fitness, mut located): (Fitness, Located),
) -> Result<(Table, Located), IngestError> {
    if let Some(joined) = located.joined.take() {
        table.rows[located.header_idx] = joined;
    }
    let told = profile.is_some_and(|p| p.header_row.is_some() || !p.columns.is_empty());
    if !fitness.known && !told && !fitness.complete {
        let row = &table.rows[located.header_idx];
        return Err(IngestError::NoHeader {
            file: file.name.to_owned(),
            side,
            row: row.number,
            found: row.filled().map(|(_, cell)| cell.written().trim().to_owned()).collect(),
            other: headers::another(&table, located.header_idx),
        });
    }
    Ok((table, located))
}
