//! Whose a row is that names no client itself: of a merged cell, of a block that is headed by its client, or
//! of nobody.
//!
//! A report writes a client once, on the first row of its block or on a line of its own, and leaves the cell
//! blank below. A row of an export that names no client at all looks the same. Where the file does not say
//! which of the two it is, it is asked.

use std::collections::BTreeMap;

use super::cells::Cell;
use super::error::IngestError;
use super::fields::Field;
use super::headers::Located;
use super::not_data::NotData;
use super::profile::{BlankClient, ExportProfile};
use super::table::{RawRow, Table};
use seatdrift_core::domain::Side;

/// The share of rows without a client from which they are too many to be slips.
const SOME: f64 = 0.1;

/// The share from which a file whose clients stand there once each is one of blocks.
const MANY: f64 = 0.2;

/// Gives rows the client they belong to.
///
/// # Errors
///
/// [`IngestError::BlankClients`] where that can be read two ways.
pub(super) fn fill(
    (file, side): (&str, Side),
    table: &mut Table,
    located: &Located,
    kinds: &mut [Option<NotData>],
    profile: Option<&ExportProfile>,
) -> Result<(), IngestError> {
    let is_merged = fill_merged(table, located, kinds);
    complete(table, located, kinds);
    let column = |field| located.columns.get(field).map(|column| column.idx);
    let clients = [column(Field::ClientName), column(Field::ClientId)];
    let Some(shown) = clients.into_iter().flatten().next() else { return Ok(()) };
    let is_headed = lines_of_clients(table, located, kinds, clients);
    let data: Vec<usize> = (0..kinds.len()).filter(|row_idx| kinds[*row_idx].is_none()).collect();
    let client = |row_idx: usize| client_of(&table.rows[row_idx], clients);
    let is_sold = |row_idx: usize| {
        let products = [Field::ProductName, Field::Sku, Field::PartNumber].into_iter();
        products.filter_map(column).any(|idx| table.rows[row_idx].cell(idx).text().is_some())
    };
    let blank: Vec<usize> =
        data.iter().copied().filter(|idx| client(*idx).is_none() && is_sold(*idx)).collect();
    let Some(&first) = blank.first() else { return Ok(()) };
    let repeats =
        data.windows(2).any(|pair| client(pair[0]).is_some() && client(pair[0]) == client(pair[1]));
    let share = blank.len() as f64 / data.len() as f64;
    let begins = is_headed || data.first().is_some_and(|row_idx| client(*row_idx).is_some());
    let is_block =
        begins && (is_headed || !is_merged && !repeats && blank.len() > 1 && share >= MANY);
    let is_slip = repeats && !is_merged && (blank.len() == 1 || share < SOME);
    match profile.and_then(|profile| profile.blank_client) {
        Some(BlankClient::Above) => fill_down(table, (kinds, located.header_idx), clients, &blank),
        Some(BlankClient::None) => {}
        None if is_block && !sells_twice(table, located, kinds, clients) => {
            table.notes.push(format!(
                "{} rows name no client and are read as those of the client above, first row {}",
                blank.len(),
                table.rows[first].number
            ));
            fill_down(table, (kinds, located.header_idx), clients, &blank);
        }
        // They are left out with the reason, and counted as such.
        None if is_slip => {}
        None => {
            return Err(IngestError::BlankClients {
                file: file.to_owned(),
                side,
                row: table.rows[first].number,
                column: table.rows[located.header_idx].cell(shown).written().trim().to_owned(),
                n_blank: blank.len(),
                n_rows: data.len(),
            });
        }
    }
    Ok(())
}

/// The client a row names.
fn client_of(row: &RawRow, clients: [Option<usize>; 2]) -> Option<compact_str::CompactString> {
    clients.into_iter().flatten().find_map(|idx| row.cell(idx).text())
}

/// Puts what merged cells say into each of their rows, where it is no number: money stands once. Whether
/// clients were merged.
fn fill_merged(table: &mut Table, located: &Located, kinds: &[Option<NotData>]) -> bool {
    let mut has_clients = false;
    for range in std::mem::take(&mut table.merged) {
        let field = located.columns.iter().find(|(_, column)| column.idx == range.columns.0);
        let Some((field, _)) = field.filter(|(field, _)| !field.is_number()) else { continue };
        let row_idx = |number| table.rows.partition_point(|row| row.number < number);
        let (first, end) = (row_idx(range.rows.0), row_idx(range.rows.1 + 1));
        if first <= located.header_idx
            || end <= first + 1
            || table.rows[first].number != range.rows.0
        {
            continue;
        }
        has_clients |= matches!(field, Field::ClientName | Field::ClientId);
        let said = table.rows[first].cell(range.columns.0).clone();
        for (row, kind) in table.rows[first + 1..end].iter_mut().zip(&kinds[first + 1..end]) {
            if kind.is_none() && row.cell(range.columns.0).is_blank() {
                row.put(range.columns.0, said.clone());
            }
        }
    }
    has_clients
}

/// Completes rows that say a client's id and not its name, or the name and not the id, from rows that say
/// both, where these agree.
fn complete(table: &mut Table, located: &Located, kinds: &[Option<NotData>]) {
    let column = |field| located.columns.get(field).map(|column| column.idx);
    let (Some(name), Some(id)) = (column(Field::ClientName), column(Field::ClientId)) else {
        return;
    };
    for (known, missing) in [(id, name), (name, id)] {
        let mut said: BTreeMap<String, Option<Cell>> = BTreeMap::new();
        let data = || table.rows.iter().zip(kinds).filter(|(_, kind)| kind.is_none());
        if !data().any(|(row, _)| row.cell(missing).text().is_none()) {
            continue;
        }
        for (row, _) in data() {
            let (Some(key), Some(_)) = (row.cell(known).text(), row.cell(missing).text()) else {
                continue;
            };
            let entry = said.entry(key.into()).or_insert_with(|| Some(row.cell(missing).clone()));
            if entry.as_ref().is_some_and(|cell| cell.text() != row.cell(missing).text()) {
                *entry = None;
            }
        }
        for (row, kind) in table.rows.iter_mut().zip(kinds) {
            if kind.is_some() || row.cell(missing).text().is_some() {
                continue;
            }
            let key = row.cell(known).text();
            if let Some(Some(cell)) = key.and_then(|key| said.get(key.as_str())) {
                let cell = cell.clone();
                row.put(missing, cell);
            }
        }
    }
}

/// Takes lines that hold a client and nothing else for the headings of their blocks, where every row without
/// a client stands below one. Whether there are such.
fn lines_of_clients(
    table: &Table,
    located: &Located,
    kinds: &mut [Option<NotData>],
    clients: [Option<usize>; 2],
) -> bool {
    let is_line = |row: &RawRow| {
        client_of(row, clients).is_some()
            && row.filled().all(|(idx, _)| clients.contains(&Some(idx)))
    };
    let below = located.header_idx + 1..table.rows.len();
    let data: Vec<usize> = below.filter(|row_idx| kinds[*row_idx].is_none()).collect();
    let heads = |position: usize| {
        let next = data.get(position + 1).map(|row_idx| &table.rows[*row_idx]);
        is_line(&table.rows[data[position]])
            && next.is_some_and(|next| client_of(next, clients).is_none() || is_line(next))
    };
    let lines: Vec<usize> = (0..data.len()).filter(|position| heads(*position)).collect();
    let named = data.iter().filter(|row_idx| client_of(&table.rows[**row_idx], clients).is_some());
    // Every client has a line of its own, the first row is one, and no other row names anybody.
    if lines.is_empty() || lines[0] != 0 || named.count() != lines.len() {
        return false;
    }
    for position in lines {
        kinds[data[position]] = Some(NotData::Title);
    }
    true
}

/// Whether a client would have one product twice if rows without a client were those of the one above.
fn sells_twice(
    table: &Table,
    located: &Located,
    kinds: &[Option<NotData>],
    clients: [Option<usize>; 2],
) -> bool {
    let described: Vec<usize> = located
        .columns
        .iter()
        .filter(|(field, _)| !field.is_number())
        .map(|(_, column)| column.idx)
        .filter(|idx| !clients.contains(&Some(*idx)))
        .collect();
    let mut seen: Vec<Vec<String>> = Vec::new();
    for (row, kind) in table.rows.iter().zip(kinds).skip(located.header_idx + 1) {
        if client_of(row, clients).is_some() {
            seen.clear();
        }
        if kind.is_some() {
            continue;
        }
        let words = described.iter().map(|idx| row.cell(*idx).written().into_owned()).collect();
        if seen.contains(&words) {
            return true;
        }
        seen.push(words);
    }
    false
}

/// Gives each of these rows the client of the last row above that names one, a heading among them.
fn fill_down(
    table: &mut Table,
    (kinds, header_idx): (&[Option<NotData>], usize),
    clients: [Option<usize>; 2],
    blank: &[usize],
) {
    let names_one = |row_idx: usize, table: &Table| {
        matches!(kinds[row_idx], None | Some(NotData::Title))
            && client_of(&table.rows[row_idx], clients).is_some()
    };
    let mut last = None;
    for row_idx in header_idx + 1..table.rows.len() {
        if names_one(row_idx, table) {
            last = Some(row_idx);
        } else if let (Some(from), Ok(_)) = (last, blank.binary_search(&row_idx)) {
            for idx in clients.into_iter().flatten() {
                let cell = table.rows[from].cell(idx).clone();
                table.rows[row_idx].put(idx, cell);
            }
        }
    }
}
