//! A header of two rows: groups of columns above, the columns of each below.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::cells::amounts::WrittenNumber;
use super::cells::dates::WrittenDate;
use super::cells::{Cell, folded};
use super::fields::Field;
use super::table::{RawRow, Table};

/// Fewest columns below the groups: a client, a product, a number.
const FEWEST: usize = 3;

/// Every folded header that means something.
static KNOWN: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| Field::all().flat_map(Field::aliases).collect());

/// The header that a row makes together with the one above, where both can be headers: `Customer` above
/// `Name` is `Customer Name`, and `Charges` above `Quantity` is `Quantity`.
pub(super) fn joined(table: &Table, lower_idx: usize) -> Option<RawRow> {
    let lower = &table.rows[lower_idx];
    let upper = table.rows[..lower_idx].last().filter(|row| row.number + 1 == lower.number)?;
    let fits = could_be_header(upper) && could_be_header(lower) && lower.filled().count() >= FEWEST;
    if !fits || upper.filled().count() >= lower.filled().count() {
        return None;
    }
    let groups = groups(table, upper, lower);
    let cells = groups.iter().enumerate().map(|(column_idx, group)| {
        let own = lower.cell(column_idx).written().trim().to_owned();
        Cell::of_text(&header(group, &own))
    });
    Some(RawRow { number: lower.number, cells: cells.collect() })
}

/// Whether a row holds words alone.
pub(super) fn could_be_header(row: &RawRow) -> bool {
    let is_word = |cell: &Cell| match cell {
        Cell::Text(text) => WrittenNumber::of(text).is_none() && WrittenDate::of(text).is_none(),
        _ => false,
    };
    !row.is_blank() && row.filled().all(|(_, cell)| is_word(cell))
}

/// The group of each column: a merged cell's, else that of the last cell before it that says one.
fn groups(table: &Table, upper: &RawRow, lower: &RawRow) -> Vec<String> {
    let n_columns = lower.cells.len().max(upper.cells.len());
    let written = |column_idx: usize| upper.cell(column_idx).written().trim().to_owned();
    let of_row =
        |one: &&super::table::Merged| one.rows.0 <= upper.number && upper.number <= one.rows.1;
    let merged: Vec<_> = table.merged.iter().filter(of_row).collect();
    let mut last = String::new();
    (0..n_columns)
        .map(|column_idx| {
            let range =
                merged.iter().find(|one| (one.columns.0..=one.columns.1).contains(&column_idx));
            if let Some(range) = range {
                return written(range.columns.0);
            }
            let own = written(column_idx);
            if !own.is_empty() || !merged.is_empty() {
                last = own;
            }
            last.clone()
        })
        .collect()
}

/// What a column is called whose group and own name are these.
fn header(group: &str, own: &str) -> String {
    let is_known = |name: &String| KNOWN.contains(folded(name).as_str());
    let general = |field: Field, word: &str| {
        let names_one = field.aliases().any(|alias| alias == folded(group));
        names_one.then(|| format!("{word} {own}"))
    };
    if own.is_empty() || group.is_empty() {
        return format!("{group}{own}");
    }
    let together = [
        Some(format!("{group} {own}")),
        general(Field::ClientName, "Client"),
        general(Field::ProductName, "Product"),
        Some(own.to_owned()),
    ];
    together.into_iter().flatten().find(is_known).unwrap_or_else(|| format!("{group} {own}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Merged;

    fn row(number: u64, cells: &[&str]) -> RawRow {
        RawRow { number, cells: cells.iter().map(|cell| Cell::of_text(cell)).collect() }
    }

    fn header_of(rows: &[&[&str]], merged: &[Merged]) -> Option<Vec<String>> {
        let rows = rows.iter().zip(1..).map(|(cells, number)| row(number, cells)).collect();
        let table = Table { merged: merged.to_vec(), ..Table::of_text(rows) };
        let joined = joined(&table, table.rows.len() - 1)?;
        Some(joined.cells.iter().map(|cell| cell.written().into_owned()).collect())
    }

    #[test]
    fn a_group_and_its_columns_are_one_header() {
        let upper = ["Customer", "", "Licence", "", "Charges", "", ""];
        let lower = ["Name", "ID", "Name", "SKU", "Quantity", "Unit Cost", "Currency"];
        let expected = Some(vec![
            "Customer Name",
            "Customer ID",
            "Product Name",
            "SKU",
            "Quantity",
            "Unit Cost",
            "Currency",
        ]);
        let expected = expected.map(|names| names.into_iter().map(String::from).collect());
        assert_eq!(header_of(&[&upper, &lower], &[]), expected);
        // A merged range ends where it ends.
        let range = |first, last| Merged { rows: (1, 1), columns: (first, last) };
        let upper = ["Customer", "", "Licence", "", "", "", ""];
        assert_eq!(header_of(&[&upper, &lower], &[range(0, 1), range(2, 3)]), expected);
    }

    #[test]
    fn a_row_of_data_is_no_lower_half() {
        let header = ["Client", "Product", "Qty"];
        assert_eq!(header_of(&[&header, &["Northwind", "EXO", "5"]], &[]), None);
        assert_eq!(header_of(&[&["5", "", ""], &header], &[]), None);
    }
}
