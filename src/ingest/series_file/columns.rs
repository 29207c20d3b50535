//! Which column of a file of series holds what: found by name, whatever its case and signs.

use super::error::SeriesFileError;
use crate::cells::folded;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    SeriesId,
    Month,
    Quantity,
    BilledQuantity,
    UnitPrice,
    Client,
    Sku,
}

impl Column {
    pub(super) const ALL: [Self; 7] = [
        Self::SeriesId,
        Self::Month,
        Self::Quantity,
        Self::BilledQuantity,
        Self::UnitPrice,
        Self::Client,
        Self::Sku,
    ];

    /// Its name in a header.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::SeriesId => "series_id",
            Self::Month => "month",
            Self::Quantity => "quantity",
            Self::BilledQuantity => "billed_quantity",
            Self::UnitPrice => "unit_price",
            Self::Client => "client",
            Self::Sku => "sku",
        }
    }

    fn is_required(self) -> bool {
        matches!(self, Self::SeriesId | Self::Month | Self::Quantity)
    }
}

/// Where the columns stand in a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns([Option<usize>; Column::ALL.len()]);

impl Columns {
    /// Finds the columns among a header's names.
    pub(super) fn found(file: &str, names: &[String]) -> Result<Self, SeriesFileError> {
        let comparable: Vec<String> = names.iter().map(|name| folded(name)).collect();
        let mut columns = Self([None; Column::ALL.len()]);
        for column in Column::ALL {
            let own = folded(column.word());
            let mut at = (0..names.len()).filter(|&idx| comparable[idx] == own);
            let first = at.next();
            let (file, found) = (|| file.to_owned(), || names.to_vec());
            if first.is_none() && column.is_required() {
                let expected = column.word();
                return Err(SeriesFileError::MissingColumn {
                    file: file(),
                    expected,
                    found: found(),
                });
            }
            if at.next().is_some() {
                let column = column.word();
                return Err(SeriesFileError::ColumnTwice { file: file(), column, found: found() });
            }
            columns.0[column as usize] = first;
        }
        Ok(columns)
    }

    /// The position of a column; `None` where the file has none.
    pub(super) fn position(&self, column: Column) -> Option<usize> {
        self.0[column as usize]
    }

    /// Whether lines have names beside their ids.
    pub(super) fn name_lines(&self) -> bool {
        self.has(Column::Client) || self.has(Column::Sku)
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.position(column).is_some()
    }
}
