//! What is to be known of an export's format once its rows are read.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Side;

/// The format of an export: what its rows leave unsaid. Each is declared by the file that reads it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExportFormat {
    /// The word in `seatdrift.toml` and in the history: `pax8_invoice`, …
    pub word: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// Who charges, or where it is billed, in a sentence; `None` where only the side is known.
    pub source: Option<&'static str>,
    /// How it comes from a unit's price to the charge for a part of a period.
    pub rounding: Rounding,
    /// Charge types, in lower case, of rows that come in pairs: a change of seats refunds the old quantity
    /// and charges the new one.
    pub halves_of_change: &'static [&'static str],
    /// Whether its quantities are hours, gigabytes and calls, day by day: a line of it is one month of use, whatever
    /// they come to, and is compared in money.
    pub is_metered: bool,
}

/// How a vendor comes from the exact price of a unit for a part of a period to what it charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rounding {
    /// The unit's price is cut to cents toward zero, then multiplied.
    UnitCutToCents,
    /// The unit's price is rounded, to cents or to four places, or not at all, then multiplied.
    UnitRoundedOrExact,
}

impl ExportFormat {
    /// A format of which nothing is known but that it was read by its headers.
    pub const UNKNOWN: Self = Self {
        word: "generic",
        title: "export read by its headers",
        source: None,
        rounding: Rounding::UnitRoundedOrExact,
        halves_of_change: &[],
        is_metered: false,
    };

    /// Who charges, or where it is billed, in a sentence.
    pub fn source(&self, side: Side) -> &'static str {
        self.source.unwrap_or(match side {
            Side::Vendor => "the vendor",
            Side::Psa => "the PSA",
        })
    }
}

impl fmt::Debug for ExportFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ExportFormat({})", self.word)
    }
}

impl Serialize for ExportFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word)
    }
}
