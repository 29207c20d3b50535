//! The months of one line: what the seat-trend model reads.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Currency, Month};

/// What a series counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeriesSide {
    /// Units bought.
    Vendor,
    /// Units billed.
    Psa,
    /// Units bought less units billed of one matched line.
    Drift,
}

impl SeriesSide {
    /// The word in files: `vendor`, `psa`, `drift`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Psa => "psa",
            Self::Drift => "drift",
        }
    }
}

impl fmt::Display for SeriesSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The months of one line. `quantity` and `unit` have one entry a month from `first` on; a month
/// without a row is `None`: missing, not zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What is counted.
    pub side: SeriesSide,
    /// The client's key.
    pub client: String,
    /// The client's name for people.
    pub client_name: String,
    /// The SKU's key.
    pub sku: String,
    /// The SKU's name for people.
    pub sku_name: String,
    /// The month of the first entry.
    pub first: Month,
    /// Units a month. For [`SeriesSide::Drift`] bought less billed, and it may be negative.
    pub quantity: Vec<Option<f64>>,
    /// The currency of its newest price, where its months say one.
    pub currency: Option<Currency>,
    /// One unit for one month, in that currency, where known: cost on the vendor side, price on
    /// the PSA side; the PSA price for drift.
    pub unit: Vec<Option<f64>>,
}

impl Series {
    /// The month of entry `month_idx`.
    pub fn month(&self, month_idx: usize) -> Month {
        self.first.plus(i32::try_from(month_idx).unwrap_or(i32::MAX))
    }

    /// The position of a month, where the series has an entry for it.
    pub fn position(&self, month: Month) -> Option<usize> {
        let offset = usize::try_from(month.index() - self.first.index()).ok()?;
        (offset < self.quantity.len()).then_some(offset)
    }
}
