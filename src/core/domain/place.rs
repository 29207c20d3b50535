//! Where something was written: file, sheet, row and column, counted as a spreadsheet counts.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// A row of an export: the file's first line is row 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file's base name.
    pub file: CompactString,
    /// The sheet, in a workbook.
    pub sheet: Option<CompactString>,
    /// The row, from 1.
    pub row: u64,
}

impl fmt::Display for Place {
    /// `file.csv:12`, or `file.xlsx!Sheet1:12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sheet {
            Some(sheet) => write!(f, "{}!{}:{}", self.file, sheet, self.row),
            None => write!(f, "{}:{}", self.file, self.row),
        }
    }
}

/// A cell of an export: its row, and the header of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellPlace {
    /// The row.
    pub place: Place,
    /// The column's header as written.
    pub column: String,
}

impl fmt::Display for CellPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.place, self.column)
    }
}
