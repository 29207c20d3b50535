//! Cells one by one → the rows of a sheet.

use calamine::Dimensions;

use super::merged;
use crate::cells::Cell;
use crate::delimited::MOST_COLUMNS;
use crate::table::{RawRow, Table};

/// Most cells read from one workbook, the empty ones before a row's last among them.
pub(super) const MOST_CELLS: usize = 20_000_000;

/// More cells than are read.
#[derive(Debug)]
pub(super) struct TooMany;

/// Most sheets of a workbook: each costs its reader a walk through all of them.
pub(super) const MOST_SHEETS: usize = 500;

/// The rows of a sheet as far as they are read.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<RawRow>,
    /// Formulas whose stored value is nought, by row number and column.
    noughts: Vec<(u64, usize)>,
    n_formulas: usize,
}

/// The cell of a formula that nobody has calculated.
pub(super) fn not_calculated() -> Cell {
    Cell::Fault("a formula without a stored value".into())
}

impl Rows {
    /// Puts a cell at its position, counted from nought.
    pub(super) fn add(
        &mut self,
        (row, column): (u32, u32),
        value: Cell,
        n_cells: &mut usize,
    ) -> Result<(), TooMany> {
        if value == Cell::Empty {
            return Ok(());
        }
        let column_idx = column as usize;
        if column_idx >= MOST_COLUMNS {
            return Err(TooMany);
        }
        let number = u64::from(row) + 1;
        if self.rows.last().is_none_or(|last| last.number != number) {
            self.rows.push(RawRow { number, cells: Vec::new() });
        }
        let row = self.rows.last_mut().expect("just pushed");
        // A cell far to the right makes all those before it.
        *n_cells += (column_idx + 1).saturating_sub(row.cells.len());
        if *n_cells > MOST_CELLS {
            return Err(TooMany);
        }
        row.put(column_idx, value);
        Ok(())
    }

    /// Notes that a cell is a formula.
    pub(super) fn count_formula(&mut self, (row, column): (u32, u32), value: &Cell) {
        self.n_formulas += 1;
        if matches!(value, Cell::Number(number) if number.is_zero()) {
            self.noughts.push((u64::from(row) + 1, column as usize));
        }
    }

    /// The sheet. Where every formula of several gives nought, no program has calculated them: some that
    /// write workbooks store that for all.
    pub(super) fn into_table(mut self, sheet: String, ranges: &[Dimensions]) -> Table {
        // A damaged sheet may store its rows out of order, or in two pieces.
        self.rows.sort_by_key(|row| row.number);
        if self.noughts.len() > 1 && self.noughts.len() == self.n_formulas {
            for (number, column_idx) in self.noughts {
                if let Ok(row_idx) = self.rows.binary_search_by_key(&number, |row| row.number) {
                    self.rows[row_idx].put(column_idx, not_calculated());
                }
            }
        }
        let merged = ranges.iter().map(merged).collect();
        Table { sheet: Some(sheet), merged, ..Table::of_text(self.rows) }
    }
}
