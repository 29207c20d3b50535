//! Why a file of series could not be read.

use crate::IngestError;
use seatdrift_core::domain::{Month, quoted};

/// Why a file of series could not be read. Rows of a CSV are lines of the file, the header's is 1; rows
/// of a parquet file are counted from 1.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum SeriesFileError {
    /// Nothing in it.
    #[error("{file}: expected monthly series, found an empty file")]
    Empty { file: String },
    /// Not a table.
    #[error("{file}: expected a CSV or parquet file, found {found}")]
    NotATable { file: String, found: String },
    /// The header lacks a column.
    #[error("{file}: expected a column {expected}, found {}", listed(.found))]
    MissingColumn { file: String, expected: &'static str, found: Vec<String> },
    /// Two columns of one name.
    #[error("{file}: expected one column {column}, found {}", listed(.found))]
    ColumnTwice { file: String, column: &'static str, found: Vec<String> },
    /// A parquet column of another type.
    #[error("{file}: expected {expected} in the column {column}, found {found}")]
    WrongType { file: String, column: &'static str, expected: &'static str, found: String },
    /// No row with a quantity.
    #[error("{file}: expected rows with a quantity, found none")]
    NoRows { file: String },
    /// A cell that could not be read.
    #[error("{file}:{row}:{column}: expected {expected}, found {}", quoted(found))]
    Cell { file: String, row: u64, column: &'static str, expected: &'static str, found: String },
    /// A date that can be read day first and month first, and no other date of the file says which.
    #[error(
        "{file}:{row}:month: expected a date that can be read one way, found {}",
        quoted(found)
    )]
    UndecidableMonth { file: String, row: u64, found: String },
    /// A row with more cells than the header.
    #[error("{file}:{row}: expected at most {expected} cells, found {found}")]
    TooManyCells { file: String, row: u64, expected: usize, found: usize },
    /// A second row for a month of a series.
    #[error("{file}:{row}: expected one row for {month} of {}, found a second one", quoted(id))]
    Twice { file: String, row: u64, id: String, month: Month },
    /// A parquet file that is cut off, damaged, or holds what is not read.
    #[error("{file}: expected a whole parquet file, found a damaged one: {message}")]
    Damaged { file: String, message: String },
    /// More rows than are counted.
    #[error("{file}: expected at most {limit} series, found more")]
    TooMany { file: String, limit: u32 },
}

impl From<IngestError> for SeriesFileError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::NotAnExport { file, found } => {
                Self::NotATable { file, found: found.to_owned() }
            }
            other => Self::NotATable { file: String::new(), found: other.to_string() },
        }
    }
}

impl SeriesFileError {
    /// What to do about it, where there is something to do.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::MissingColumn { .. } => {
                "the columns are series_id,month,quantity[,billed_quantity][,unit_price][,client][,sku]"
            }
            Self::NotATable { .. } => "save it as CSV or parquet",
            Self::Twice { .. } => "add the two up first, or give each a series_id of its own",
            Self::UndecidableMonth { .. } => "write months as YYYY-MM",
            _ => return None,
        })
    }
}

fn listed(found: &[String]) -> String {
    let shown: Vec<String> = found.iter().take(8).map(|name| quoted(name)).collect();
    let more = if 8 < found.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
