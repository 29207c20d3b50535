//! Ids that a spreadsheet took for numbers and rounded: `1.00011E+11` for every client.
//!
//! Such an id says nothing of who is meant, so it is left out and the name stands for it. Nobody is joined
//! with anybody by what is left of an id.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Cell, folded};
use super::error::IngestError;
use super::fields::Field;
use super::headers::Located;
use super::table::Table;

/// Digits that a spreadsheet shows of a long number, and those it keeps.
const SHOWN: usize = 6;
const KEPT: usize = 15;

/// Shortest number that is shown rounded.
const LONG: usize = 12;

/// The fields that hold ids, with the one that names the same thing.
const IDS: [(Field, Option<Field>); 4] = [
    (Field::ClientId, Some(Field::ClientName)),
    (Field::Sku, Some(Field::ProductName)),
    (Field::PartNumber, None),
    (Field::Agreement, None),
];

/// Empties the cells of ids that were rounded, and says so.
///
/// # Errors
///
/// [`IngestError::SpoiltIds`] where nothing else names what a row is about.
pub(super) fn leave_out(
    file: &str,
    table: &mut Table,
    located: &Located,
) -> Result<(), IngestError> {
    for (id, name) in IDS {
        let Some(column) = located.columns.get(id) else { continue };
        let name_idx = name.and_then(|name| located.columns.get(name)).map(|column| column.idx);
        let spoilt = spoilt_rows(table, located.header_idx, column.idx, name_idx);
        let Some(&first) = spoilt.first() else { continue };
        let example = table.rows[first].cell(column.idx).written().trim().to_owned();
        let stands = |row_idx: &&usize| {
            name_idx.is_some_and(|idx| table.rows[**row_idx].cell(idx).text().is_some())
        };
        let is_needed = matches!(id, Field::ClientId | Field::Sku);
        if let Some(&nameless) = spoilt.iter().find(|row| is_needed && !stands(row)) {
            return Err(IngestError::SpoiltIds {
                file: file.to_owned(),
                row: table.rows[nameless].number,
                column: column.header.clone(),
                found: example,
            });
        }
        let n_rows = spoilt.len();
        let rows = if n_rows == 1 { "1 row is" } else { &format!("{n_rows} rows are") };
        let instead = if is_needed { "read by name instead" } else { "read without them" };
        table.notes.push(format!(
            "the ids in {} were rounded by a spreadsheet, as {example} in row {}: {rows} {instead}",
            column.header, table.rows[first].number
        ));
        for row_idx in spoilt {
            table.rows[row_idx].put(column.idx, Cell::Empty);
        }
    }
    Ok(())
}

/// The rows whose id was rounded: one in E notation, or a long one that ends in noughts and stands beside
/// several names.
fn spoilt_rows(
    table: &Table,
    header_idx: usize,
    column_idx: usize,
    name_idx: Option<usize>,
) -> Vec<usize> {
    let below =
        || (header_idx + 1..table.rows.len()).map(|row_idx| (row_idx, &table.rows[row_idx]));
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, row) in below() {
        let id = row.cell(column_idx).written();
        if let Some(name_idx) = name_idx.filter(|_| ends_in_noughts(id.trim())) {
            let name = folded(&row.cell(name_idx).written());
            names.entry(id.trim().to_owned()).or_default().insert(name);
        }
    }
    let has_several = |id: &str| names.get(id).is_some_and(|names| names.len() > 1);
    let is_spoilt = |id: &str| is_in_e_notation(id) || has_several(id);
    below()
        .filter(|(_, row)| is_spoilt(row.cell(column_idx).written().trim()))
        .map(|(row_idx, _)| row_idx)
        .collect()
}

/// `1.00011E+11`, with a comma where spreadsheets write one.
fn is_in_e_notation(id: &str) -> bool {
    let Some((digits, power)) = id.split_once(['E', 'e']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let power = power.strip_prefix('+').is_some_and(|power| power.len() <= 3 && is_number(power));
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    power && whole.len() == 1 && is_number(whole) && is_number(fraction)
}

fn ends_in_noughts(id: &str) -> bool {
    let n_said = id.trim_end_matches('0').len();
    id.bytes().all(|b| b.is_ascii_digit())
        && id.len() >= LONG
        && (n_said <= SHOWN || id.len() > KEPT && n_said <= KEPT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_id_is_told_from_one_that_was_not() {
        for id in ["1.00011E+11", "1,00011E+11", "1E+15", "9.22337e+18"] {
            assert!(is_in_e_notation(id), "{id}");
        }
        for id in ["1.00011E-11", "5E3", "A1E+11", "10.5E+11", "1.5E+", "E+11", "HE+5", ""] {
            assert!(!is_in_e_notation(id), "{id}");
        }
        for id in ["100011000000", "1000110000000", "1234567890123450"] {
            assert!(ends_in_noughts(id), "{id}");
        }
        for id in ["100011234567", "4000", "10001100000A", "123456789012345"] {
            assert!(!ends_in_noughts(id), "{id}");
        }
    }
}
