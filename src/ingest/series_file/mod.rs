//! A monthly series of any kind, as CSV or parquet → one [`Series`] a line: what `flag` reads.
//!
//! ```text
//! columns   which column holds what, found by name
//! values    text → number; NaN where a cell says nothing
//! months    text → month, and whether days or months come first
//! text      CSV → rows
//! parquet   parquet → rows, some row groups at a time
//! lines     rows → lines
//! error     why a file could not be read: file, row, column
//! ```
//!
//! A row without a quantity is no row, and a month without a row is missing, not nought. A second row
//! for a month of a series is an error: whether the two add up is for the user to say.

mod columns;
mod values;
mod months;
mod text;
mod parquet;
mod lines;
mod error;

pub use error::SeriesFileError;

use super::decoding::{self, Content};
use super::error::IngestError;
use super::records::Texts;
use crate::domain::{Month, Series};

/// The series of one file.
#[derive(Debug)]
pub struct SeriesFile {
    /// The ids, in the order in which they first stand in the file.
    pub ids: Texts,
    /// One series for each id, in their order; behind them, in a file with billed quantities, what was
    /// bought less what was billed of each.
    pub series: Vec<Series>,
    /// By series, whose id it has: a position in `ids`.
    pub line_of: Vec<u32>,
    /// The first month of the file.
    pub first: Month,
    /// The last month of the file.
    pub last: Month,
    /// Rows of data.
    pub n_rows: usize,
    /// Rows without a quantity.
    pub n_missing: usize,
}

impl SeriesFile {
    /// Reads a file by its content: parquet, else CSV.
    ///
    /// # Errors
    ///
    /// [`SeriesFileError`] names the row and the column that could not be read.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, SeriesFileError> {
        if bytes.is_empty() {
            return Err(SeriesFileError::Empty { file: file.to_owned() });
        }
        let lines = if bytes.starts_with(parquet::MAGIC) {
            parquet::read(file, bytes)?
        } else {
            let found = |found| IngestError::NotAnExport { file: file.to_owned(), found };
            match decoding::content(bytes) {
                Content::Text => {}
                Content::Workbook | Content::CompoundFile => return Err(found("a workbook").into()),
                Content::Other(what) => return Err(found(what).into()),
            }
            text::read(file, &decoding::text(file, bytes)?)?
        };
        lines.into_file()
    }
}
