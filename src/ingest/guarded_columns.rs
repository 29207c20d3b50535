//! Columns of texts in which a tool has put an apostrophe before every cell. Before one name alone it is the
//! name's.

use std::collections::BTreeSet;

use super::cells::Cell;
use super::table::{RawRow, Table};

/// Takes off the apostrophe of every column that has one before each of its texts.
pub(super) fn unguard(table: &mut Table) {
    let guarded = |row: &RawRow, column_idx: usize| match row.cell(column_idx) {
        Cell::Text(text) => text.trim_start().starts_with('\''),
        _ => false,
    };
    let columns: BTreeSet<usize> = table
        .rows
        .iter()
        .flat_map(|row| (0..row.cells.len()).filter(|column_idx| guarded(row, *column_idx)))
        .collect();
    for column_idx in columns {
        let first = table.rows.iter().position(|row| guarded(row, column_idx)).unwrap_or_default();
        let filled = || table.rows[first..].iter().filter(|row| !row.cell(column_idx).is_blank());
        let texts: BTreeSet<String> =
            filled().map(|row| row.cell(column_idx).written().into_owned()).collect();
        if texts.len() < 2 || !filled().all(|row| guarded(row, column_idx)) {
            continue;
        }
        for row in &mut table.rows[first..] {
            if let Cell::Text(text) = row.cell(column_idx) {
                let plain = text.trim_start().strip_prefix('\'').unwrap_or(text).to_owned();
                row.put(column_idx, Cell::of_text(&plain));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unguarded(cells: &[&str]) -> Vec<String> {
        let row = |cell: &&str| RawRow { number: 1, cells: vec![Cell::of_text(cell)] };
        let mut table = Table::of_text(cells.iter().map(row).collect());
        unguard(&mut table);
        table.rows.iter().map(|row| row.cell(0).written().into_owned()).collect()
    }

    #[test]
    fn an_apostrophe_before_every_text_of_a_column_is_none_of_theirs() {
        let guarded = unguarded(&["Client", "'Aspen", "", "''s-Hertogenbosch"]);
        assert_eq!(guarded, ["Client", "Aspen", "", "'s-Hertogenbosch"]);
        for cells in [["Client", "'s-Gravenhage", "Aspen"], ["Client", "'t Hof", "'t Hof"]] {
            assert_eq!(unguarded(&cells), cells);
        }
    }
}
