//! Cells that hold an object as text → a column for each of its keys.
//!
//! PowerShell writes an object in a table as `@{id=250; name=Aspen Ridge Dental}`, other tools as JSON. A
//! column `company` of such cells becomes `company/name`, `company/id` and so on, as tools that flatten name
//! them, and keeps what names the object.

use compact_str::CompactString;

use super::cells::Cell;
use super::table::Table;

/// What names an object, best first.
const NAMES: [&str; 8] =
    ["name", "displayName", "title", "label", "identifier", "value", "text", "id"];

/// Gives every column of objects a column for each of their keys.
pub(super) fn spread(table: &mut Table) {
    let is_candidate = |cell: &Cell| matches!(cell, Cell::Text(text) if may_be_object(text));
    let n_columns = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let candidates: std::collections::BTreeSet<usize> = table
        .rows
        .iter()
        .flat_map(|row| row.cells.iter().enumerate().filter(|(_, cell)| is_candidate(cell)))
        .map(|(column_idx, _)| column_idx)
        .collect();
    let mut next = n_columns;
    for column_idx in candidates {
        if let Some(n_keys) = spread_column(table, column_idx, next) {
            next += n_keys;
        }
    }
}

/// Whether a text looks like an object, or like what a program prints in place of one.
pub(super) fn is_object(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("@{")
        || text.starts_with("{\"")
        || text.starts_with("[{")
        || text == "[object Object]"
        || text.starts_with("System.") && !text.contains(' ')
}

fn may_be_object(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with("@{") || text.starts_with('{')) && text.ends_with('}')
}

/// Puts the keys of a column's objects into columns from `next` on. `None` where a cell below the first
/// object is none.
fn spread_column(table: &mut Table, column_idx: usize, next: usize) -> Option<usize> {
    let object_in = |cell: &Cell| match cell {
        Cell::Text(text) if may_be_object(text) => object(text),
        _ => None,
    };
    let first = table.rows.iter().position(|row| object_in(row.cell(column_idx)).is_some())?;
    let header_idx =
        table.rows[..first].iter().rposition(|row| !row.cell(column_idx).is_blank())?;
    let header = table.rows[header_idx].cell(column_idx).written().trim().to_owned();
    let mut objects = Objects::default();
    for row in &table.rows[first..] {
        match row.cell(column_idx) {
            cell if cell.is_blank() => objects.push(Vec::new()),
            // A header is repeated on the next page.
            cell if cell.written().trim() == header => objects.push(Vec::new()),
            cell => objects.push(object_in(cell)?),
        }
    }
    let Objects { keys, of_rows } = objects;
    let n_columns = next + keys.len();
    for (key_idx, key) in keys.iter().enumerate() {
        let named = Cell::Text(format!("{header}/{key}").into());
        table.rows[header_idx].put(next + key_idx, named);
    }
    let is_key = |name: &str| {
        let alike = keys.iter().enumerate().filter(move |(_, key)| key.eq_ignore_ascii_case(name));
        alike.map(|(key_idx, _)| key_idx).collect::<Vec<usize>>()
    };
    let names: Vec<usize> = NAMES.iter().flat_map(|name| is_key(name)).collect();
    for (row, object) in table.rows[first..].iter_mut().zip(of_rows) {
        if !object.is_empty() {
            // A row that grows cell by cell takes twice the room.
            row.cells.reserve_exact(n_columns.saturating_sub(row.cells.len()));
        }
        for (key_idx, value) in &object {
            row.put(next + key_idx, Cell::of_text(value));
        }
        let named = names.iter().find_map(|name_idx| {
            object.iter().find(|(key_idx, value)| key_idx == name_idx && !value.is_empty())
        });
        if let Some((_, name)) = named {
            row.put(column_idx, Cell::of_text(name));
        }
    }
    Some(keys.len())
}

/// The objects of a column, row by row: a month of use has one for each of its rows.
#[derive(Default)]
struct Objects {
    /// In the order they are met.
    keys: Vec<String>,
    /// Positions of keys, with their values.
    of_rows: Vec<Box<[(usize, CompactString)]>>,
}

impl Objects {
    fn push(&mut self, object: Vec<(String, String)>) {
        let mut own = Vec::with_capacity(object.len());
        for (key, value) in object {
            let known = self.keys.iter().position(|one| *one == key);
            let key_idx = known.unwrap_or(self.keys.len());
            if known.is_none() {
                self.keys.push(key);
            }
            own.push((key_idx, value.into()));
        }
        self.of_rows.push(own.into_boxed_slice());
    }
}

/// The keys and values of an object's text, in its order; values that are objects themselves are left out.
fn object(text: &str) -> Option<Vec<(String, String)>> {
    let text = text.trim();
    match text.strip_prefix("@{") {
        Some(rest) => powershell(rest.strip_suffix('}')?),
        None => json(text),
    }
}

fn powershell(inner: &str) -> Option<Vec<(String, String)>> {
    let is_key = |key: &str| {
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
    };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in inner.split(';') {
        match part.trim_start().split_once('=') {
            Some((key, value)) if is_key(key) => pairs.push((key.to_owned(), value.to_owned())),
            // The semicolon was one of the value.
            _ => pairs.last_mut()?.1.push_str(&format!(";{part}")),
        }
    }
    pairs.retain(|(_, value)| !value.starts_with("@{"));
    Some(pairs)
}

fn json(text: &str) -> Option<Vec<(String, String)>> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let plain = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(answer) => Some(answer.to_string()),
        _ => None,
    };
    Some(object.iter().filter_map(|(key, value)| Some((key.clone(), plain(value)?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::RawRow;

    fn spread_out(rows: &[&[&str]]) -> Vec<Vec<String>> {
        let row = |(number, cells): (u64, &&[&str])| RawRow {
            number,
            cells: cells.iter().map(|cell| Cell::of_text(cell)).collect(),
        };
        let mut table = Table::of_text((1..).zip(rows).map(row).collect());
        spread(&mut table);
        let written = |row: &RawRow| row.cells.iter().map(|c| c.written().into_owned()).collect();
        table.rows.iter().map(written).collect()
    }

    #[test]
    fn every_key_of_an_object_has_its_column() {
        let rows = spread_out(&[
            &["company", "seats"],
            &["@{id=250; name=Smith; Jones & Co; _info=}", "5"],
            &["", "6"],
            &["@{id=251; name=Aspen}", "7"],
        ]);
        assert_eq!(rows[0], ["company", "seats", "company/id", "company/name", "company/_info"]);
        assert_eq!(rows[1], ["Smith; Jones & Co", "5", "250", "Smith; Jones & Co", ""]);
        assert_eq!(rows[2], ["", "6"]);
        assert_eq!(rows[3][..4], ["Aspen", "7", "251", "Aspen"]);
        let json =
            spread_out(&[&["customer"], &["{\"id\": 7, \"name\": \"Café\", \"x\": {\"y\": 1}}"]]);
        assert_eq!(
            json,
            [vec!["customer", "customer/id", "customer/name"], vec!["Café", "7", "Café"]]
        );
    }

    #[test]
    fn a_column_with_other_texts_stays() {
        for cells in [["@{id=1}", "Aspen"], ["{braces}", "Aspen"], ["@{id", "Aspen"]] {
            let rows = spread_out(&[&["company"], &[cells[0]], &[cells[1]]]);
            assert_eq!(rows[1], [cells[0]]);
        }
        assert!(
            is_object("@{id=1}") && is_object("System.Object[]") && !is_object("Systems, Inc.")
        );
    }
}
