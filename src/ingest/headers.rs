//! Finds the header row, wherever it stands, and which column holds what.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::cells::folded;
use super::columns::{Column, Columns};
use super::error::IngestError;
use super::fields::Field;
use super::format::Format;
use super::generic::{self, UnitColumn};
use super::profile::ExportProfile;
use super::record::Record;
use super::registry;
use super::table::{RawRow, Table, column_letters};
use super::two_rows;
use seatdrift_core::domain::{ExportFormat, Side};

/// How many rows from the top a header is looked for in: some exports put a whole page before it.
const HEADER_WITHIN: usize = 200;

/// Headers of an amount before tax, of the tax, and of the amount with it.
const NET: [&str; 5] = ["subtotal", "netamount", "linetotal", "lineamount", "amount"];
const TAXES: [&str; 9] =
    ["tax", "taxtotal", "taxamount", "salestax", "vat", "vatamount", "gst", "gstamount", "mwst"];
const GROSS: [&str; 4] = ["total", "totalprice", "totalamount", "grandtotal"];

/// What identifies a client, and what a product.
const CLIENT: [Field; 2] = [Field::ClientName, Field::ClientId];
const PRODUCT: [Field; 2] = [Field::ProductName, Field::Sku];

/// A table whose header was found.
pub(super) struct Located {
    pub format: &'static Format,
    /// The header's position in the table's rows.
    pub header_idx: usize,
    pub columns: Columns,
    /// The header of two rows as one, where the row above names groups of columns.
    pub joined: Option<RawRow>,
}

/// How well a row serves as the header; more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fitness {
    /// How many of the headers that a person named it has.
    n_told: usize,
    /// It has the headers a known format always has.
    pub known: bool,
    /// It names a client and a product.
    pub complete: bool,
    /// How many fields it names.
    pub n_fields: usize,
    /// How many cells it fills: among rows that say nothing, the widest is shown.
    n_filled: usize,
}

/// The best header of a table, with how good it is; `None` for a table without a filled row.
pub(super) fn best(
    table: &Table,
    side: Side,
    profile: Option<&ExportProfile>,
) -> Option<(Fitness, Located)> {
    let wanted = |row: &RawRow| match profile.and_then(|profile| profile.header_row) {
        Some(number) => row.number == number,
        None => true,
    };
    let rows = table.rows.iter().enumerate().filter(|(_, row)| wanted(row) && !row.is_blank());
    let mut best: Option<(Fitness, Located)> = None;
    for (header_idx, row) in rows.take(HEADER_WITHIN) {
        let mut weigh = |joined: Option<RawRow>| {
            let row = joined.as_ref().unwrap_or(row);
            let (fitness, format, columns) = read_as_header(row, side, profile);
            // The first of equals: a header repeated on the next page is not the header.
            if best.as_ref().is_none_or(|(before, _)| *before < fitness) {
                best = Some((fitness, Located { format, header_idx, columns, joined }));
            }
        };
        weigh(None);
        if let Some(joined) = two_rows::joined(table, header_idx) {
            weigh(Some(joined));
        }
    }
    best
}

/// The number of the row below the header, where that could be one too.
pub(super) fn another(table: &Table, header_idx: usize) -> Option<u64> {
    let below = table.rows[header_idx + 1..].iter().find(|row| !row.is_blank())?;
    two_rows::could_be_header(below).then_some(below.number)
}

fn read_as_header(
    row: &RawRow,
    side: Side,
    profile: Option<&ExportProfile>,
) -> (Fitness, &'static Format, Columns) {
    let headers: Vec<String> = row.cells.iter().map(|cell| folded(&cell.written())).collect();
    // Of several columns of one header the first is meant.
    let present: FxHashMap<&str, usize> =
        headers.iter().enumerate().rev().map(|(idx, header)| (header.as_str(), idx)).collect();
    let named = profile.and_then(|profile| profile.format);
    let recognised = registry::recognised(&present);
    let format =
        named.map(registry::of).or(recognised).unwrap_or(registry::of(&ExportFormat::UNKNOWN));
    let mut columns = BTreeMap::new();
    for field in Field::all() {
        let found = format
            .aliases_of(field, side)
            .into_iter()
            .find_map(|alias| present.get(alias).copied());
        if let Some(idx) = found {
            let header = row.cell(idx).written().trim().to_owned();
            columns.insert(field, Column { idx, header });
        }
    }
    let mut n_told = 0;
    for (field, header) in profile.iter().flat_map(|profile| &profile.columns) {
        // A person's word about a column takes it away from whatever the header suggests.
        let Some(idx) = mapped_column(&headers, header) else { continue };
        n_told += 1;
        columns.retain(|_, column: &mut Column| column.idx != idx);
        columns.insert(*field, Column { idx, header: header.trim().to_owned() });
    }
    let columns = Columns(columns);
    let fitness = Fitness {
        n_told,
        known: recognised.is_some(),
        complete: columns.has_any(&CLIENT) && columns.has_any(&PRODUCT),
        n_fields: columns.0.len(),
        n_filled: row.filled().count(),
    };
    (fitness, format, columns)
}

/// The column a mapping names: by its header, or `Header (2)` for the second of that name.
fn mapped_column(headers: &[String], wanted: &str) -> Option<usize> {
    let whole = folded(wanted);
    if let Some(idx) = headers.iter().position(|header| *header == whole) {
        return Some(idx);
    }
    let (name, count) = wanted.trim().strip_suffix(')')?.rsplit_once('(')?;
    let nth: usize = count.trim().parse().ok()?;
    let name = folded(name);
    let same = headers.iter().enumerate().filter(|(_, header)| **header == name);
    same.map(|(idx, _)| idx).nth(nth.checked_sub(1)?)
}

/// A header as a mapping can name it: the second `Cost` is `Cost (2)`.
fn name_in_mapping(row: &RawRow, idx: usize) -> String {
    let header = row.cell(idx).written().trim().to_owned();
    let same = (0..idx).filter(|&at| folded(&row.cell(at).written()) == folded(&header)).count();
    if same == 0 { header } else { format!("{header} ({})", same + 1) }
}

/// Checks that the header answers everything that must be known, and asks where it does not.
pub(super) fn check(
    file: &str,
    side: Side,
    table: &Table,
    located: &Located,
    profile: Option<&ExportProfile>,
) -> Result<(), IngestError> {
    let header = &table.rows[located.header_idx];
    let found = || header.filled().map(|(_, cell)| cell.written().trim().to_owned()).collect();
    let wrong = |missing: Vec<Field>| IngestError::MissingColumns {
        file: file.to_owned(),
        side,
        row: header.number,
        missing,
        found: found(),
        other: another(table, located.header_idx),
    };
    check_mapping(file, header, profile)?;
    let mut missing = Vec::new();
    for (needed, ask_for) in [(&CLIENT, Field::ClientName), (&PRODUCT, Field::ProductName)] {
        if !located.columns.has_any(needed) {
            missing.push(ask_for);
        }
    }
    let counts_rows = located.format.counts_rows;
    if !located.columns.has_any(&[Field::Quantity, Field::User]) && !counts_rows {
        missing.push(Field::Quantity);
    }
    if !missing.is_empty() {
        return Err(wrong(missing));
    }
    let mapped = |field| profile.is_some_and(|profile| profile.columns.contains_key(&field));
    for (field, column) in located.columns.iter().filter(|(field, _)| !mapped(*field)) {
        check_rivals(file, side, table, located, field, column)?;
    }
    Ok(())
}

fn check_mapping(
    file: &str,
    header: &RawRow,
    profile: Option<&ExportProfile>,
) -> Result<(), IngestError> {
    let headers: Vec<String> = header.cells.iter().map(|cell| folded(&cell.written())).collect();
    let mut seen: BTreeMap<usize, Field> = BTreeMap::new();
    for (&field, wanted) in profile.iter().flat_map(|profile| &profile.columns) {
        let Some(idx) = mapped_column(&headers, wanted) else {
            return Err(IngestError::MappedColumnMissing {
                file: file.to_owned(),
                row: header.number,
                field,
                header: wanted.clone(),
                found: header.filled().map(|(_, cell)| cell.written().trim().to_owned()).collect(),
            });
        };
        if let Some(other) = seen.insert(idx, field) {
            return Err(IngestError::MappedTwice {
                file: file.to_owned(),
                header: wanted.clone(),
                fields: [other, field],
            });
        }
    }
    Ok(())
}

/// A second column that could hold the same thing, and holds something else, is asked about.
fn check_rivals(
    file: &str,
    side: Side,
    table: &Table,
    located: &Located,
    field: Field,
    column: &Column,
) -> Result<(), IngestError> {
    let header = &table.rows[located.header_idx];
    let chosen = folded(&header.cell(column.idx).written());
    let decides = matches!(field, Field::Quantity | Field::Amount) || field == Field::unit_of(side);
    let strictly = located.format.is_generic() && decides;
    let rivals: Vec<&str> =
        if strictly { generic::rivals(field, side, &chosen) } else { vec![chosen.as_str()] };
    let taken: BTreeSet<usize> = located.columns.iter().map(|(_, column)| column.idx).collect();
    // Beside a tax, the total is what the net amount comes to with it.
    let is_taxed = NET.contains(&chosen.as_str())
        && header.filled().any(|(_, cell)| TAXES.contains(&folded(&cell.written()).as_str()));
    for (idx, cell) in header.filled() {
        let name = folded(&cell.written());
        let is_rival = rivals.contains(&name.as_str())
            && !taken.contains(&idx)
            && !(is_taxed && GROSS.contains(&name.as_str()));
        let differs = |row: &&RawRow| row.cell(idx).text() != row.cell(column.idx).text();
        if is_rival && table.rows[located.header_idx + 1..].iter().any(|row| differs(&row)) {
            let name = |idx| (column_letters(idx), name_in_mapping(header, idx));
            return Err(IngestError::AmbiguousColumns {
                file: file.to_owned(),
                side,
                row: header.number,
                field,
                columns: vec![name(column.idx), name(idx)],
            });
        }
    }
    Ok(())
}

/// The columns as the rows' own arithmetic shows them: without a neutral total that is the other side's, and
/// with the money of whole rows where a header made it that of one unit.
pub(super) fn columns_of_this_side<'a>(
    located: &'a Located,
    side: Side,
    profile: Option<&ExportProfile>,
    data: &[&'a RawRow],
    record_of: &impl Fn(&'a RawRow, &'a Columns) -> Record<'a>,
) -> Columns {
    let columns = &located.columns;
    let is_named = |field| profile.is_some_and(|profile| profile.columns.contains_key(&field));
    if is_named(Field::Amount) || !located.format.is_generic() {
        return columns.clone();
    }
    let (own, other) = (Field::unit_of(side), Field::unit_of(side.other()));
    if !is_named(own) && columns.has(own) {
        let records = data.iter().map(|row| record_of(row, columns));
        match generic::unit_column(side, records) {
            UnitColumn::TimesOther if side == Side::Vendor && !is_named(other) => {
                return columns.clone().of_all(own, other);
            }
            UnitColumn::Amount => return columns.clone().of_all_alone(own),
            _ => {}
        }
    }
    let mut records = data.iter().map(|row| record_of(row, columns));
    if generic::totals_the_other_price(side, &mut records) {
        columns.clone().without(Field::Amount)
    } else {
        columns.clone()
    }
}
