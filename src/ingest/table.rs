//! A file's cells before anybody knows what they mean.

use super::cells::Cell;

/// One row, numbered as a spreadsheet numbers it.
#[derive(Debug, Clone)]
pub(super) struct RawRow {
    pub number: u64,
    pub cells: Vec<Cell>,
}

/// One sheet of a workbook, or a text file cut at one delimiter. Rows stand in file order; rows a
/// workbook does not store are absent.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub sheet: Option<String>,
    pub rows: Vec<RawRow>,
    /// The ranges of merged cells of a workbook: the first cell of each holds what all of them say.
    pub merged: Vec<Merged>,
    /// The character a text file's cells are cut at.
    pub cut_at: Option<char>,
    /// What was made of it that its reader should know, in sentences.
    pub notes: Vec<String>,
}

/// A range of merged cells: rows by number, columns by position, first and last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merged {
    pub rows: (u64, u64),
    pub columns: (usize, usize),
}

impl RawRow {
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }

    pub(crate) fn cell(&self, column_idx: usize) -> &Cell {
        self.cells.get(column_idx).unwrap_or(&Cell::Empty)
    }

    /// Puts a cell at a column.
    pub(crate) fn put(&mut self, column_idx: usize, cell: Cell) {
        if self.cells.len() <= column_idx {
            self.cells.resize(column_idx + 1, Cell::Empty);
        }
        self.cells[column_idx] = cell;
    }

    /// Cells that hold something.
    pub(crate) fn filled(&self) -> impl Iterator<Item = (usize, &Cell)> {
        self.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank())
    }
}

impl Table {
    /// A text file's rows.
    pub(crate) fn of_text(rows: Vec<RawRow>) -> Self {
        Self { sheet: None, rows, merged: Vec::new(), cut_at: None, notes: Vec::new() }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.rows.iter().all(RawRow::is_blank)
    }
}

/// A column as a spreadsheet names it: `A`, `Z`, `AA`.
pub(super) fn column_letters(column_idx: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column_idx + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).expect("below 26");
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_a_spreadsheet_names_them() {
        let named = [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")];
        for (column_idx, letters) in named {
            assert_eq!(column_letters(column_idx), letters);
        }
    }
}
