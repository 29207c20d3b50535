//! The columns of the history, layout 2.
//!
//! Money and quantities are decimals and dates are dates, so that whoever opens a month with another
//! program sees numbers and days. A number that has more digits than its column holds stands in a text
//! column beside it, `quantity_written` beside `quantity`, which is empty for every other row.
//!
//! A file may have further columns, and may lack some of these: they were not there yet when it was
//! stored. So a new column, or a new word in a column, changes no layout number; a column that comes to
//! mean something else does.

use polars::prelude::*;

/// The layout that is written: 1 had text for money and quantities, and said no number.
pub(super) const LAYOUT: u32 = 2;

/// Digits after the point of a decimal column.
pub(super) const PLACES: u32 = 10;

/// Digits of a decimal column in all.
pub(super) const DIGITS: u32 = 38;

/// What a decimal column holds.
pub(super) const DECIMAL: DataType =
    DataType::Decimal(Some(DIGITS as usize), Some(PLACES as usize));

/// The row of the file, counted as a spreadsheet counts.
pub(super) const ROW: &str = "row";

/// The day a row takes effect, and the day it ends.
pub(super) const DAYS: [&str; 2] = ["period_start", "period_end"];

/// The columns of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    Side,
    Format,
    Client,
    ClientName,
    ClientDomain,
    Sku,
    SkuName,
    Codes,
    Kind,
    Currency,
    Term,
    Agreement,
    ChargeType,
    Reference,
    Exclusion,
    File,
    Sheet,
}

impl Text {
    /// Every one, in the order they are declared and stored in.
    pub(super) const ALL: [Self; 17] = [
        Self::Side,
        Self::Format,
        Self::Client,
        Self::ClientName,
        Self::ClientDomain,
        Self::Sku,
        Self::SkuName,
        Self::Codes,
        Self::Kind,
        Self::Currency,
        Self::Term,
        Self::Agreement,
        Self::ChargeType,
        Self::Reference,
        Self::Exclusion,
        Self::File,
        Self::Sheet,
    ];

    /// The column's name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Side => "side",
            Self::Format => "format",
            Self::Client => "client",
            Self::ClientName => "client_name",
            Self::ClientDomain => "client_domain",
            Self::Sku => "sku",
            Self::SkuName => "sku_name",
            Self::Codes => "codes",
            Self::Kind => "kind",
            Self::Currency => "currency",
            Self::Term => "term",
            Self::Agreement => "agreement",
            Self::ChargeType => "charge_type",
            Self::Reference => "reference",
            Self::Exclusion => "exclusion",
            Self::File => "file",
            Self::Sheet => "sheet",
        }
    }
}

/// The columns of money and quantities; money is in the row's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Quantity,
    Included,
    /// What the row adds to its line: told for those who read the history, and for sums.
    Units,
    Unit,
    Amount,
    OtherUnit,
    ListUnit,
    ProratedUnit,
}

impl Number {
    /// Every one, in the order they are declared and stored in.
    pub(super) const ALL: [Self; 8] = [
        Self::Quantity,
        Self::Included,
        Self::Units,
        Self::Unit,
        Self::Amount,
        Self::OtherUnit,
        Self::ListUnit,
        Self::ProratedUnit,
    ];

    /// The column of decimals.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::Included => "included",
            Self::Units => "units",
            Self::Unit => "unit",
            Self::Amount => "amount",
            Self::OtherUnit => "other_unit",
            Self::ListUnit => "list_unit",
            Self::ProratedUnit => "prorated_unit",
        }
    }

    /// The column of those that have more digits, as text.
    pub(super) const fn written(self) -> &'static str {
        match self {
            Self::Quantity => "quantity_written",
            Self::Included => "included_written",
            Self::Units => "units_written",
            Self::Unit => "unit_written",
            Self::Amount => "amount_written",
            Self::OtherUnit => "other_unit_written",
            Self::ListUnit => "list_unit_written",
            Self::ProratedUnit => "prorated_unit_written",
        }
    }

    /// The number as a float, for models.
    pub(super) fn as_float(self) -> Expr {
        let written = col(self.written());
        when(written.clone().is_not_null())
            .then(written.cast(DataType::Float64))
            .otherwise(col(self.name()).cast(DataType::Float64))
    }
}
