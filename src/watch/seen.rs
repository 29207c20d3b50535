//! What one source had on one day, by the source's own ids.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use seatdrift_core::domain::{Currency, Side};
use serde::{Deserialize, Serialize};

/// One client × one product on one side: what makes a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineName {
    /// Which books.
    pub side: Side,
    /// The client's key there.
    pub client: String,
    /// The product's.
    pub sku: String,
}

/// One subscription or addition of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The client's key.
    pub client: String,
    /// Its name as written.
    pub client_name: String,
    /// The product's key.
    pub sku: String,
    /// Its name as written.
    pub sku_name: String,
    /// Units that count on the day; none where it is not in force or not charged.
    #[serde(with = "rust_decimal::serde::str")]
    pub seats: Decimal,
    /// One unit for one month.
    #[serde(
        default,
        with = "rust_decimal::serde::str_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub unit: Option<Decimal>,
    /// What it is charged in.
    pub currency: Currency,
}

impl Entry {
    /// The line it is a part of.
    pub fn line(&self, side: Side) -> LineName {
        LineName { side, client: self.client.clone(), sku: self.sku.clone() }
    }
}

/// What one source had on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The source.
    pub source: String,
    /// The books it keeps.
    pub side: Side,
    /// The day, where the MSP is.
    pub day: Date,
    /// What it had, by its own ids.
    pub entries: BTreeMap<String, Entry>,
    /// Ids of rows that were there and could not be read: nothing is known of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unread: BTreeSet<String>,
    /// Whether somebody said that much fewer lines than before are right.
    #[serde(default)]
    pub is_accepted: bool,
}

impl Snapshot {
    /// Units of each line.
    pub fn seats(&self) -> BTreeMap<LineName, Decimal> {
        let mut seats = BTreeMap::new();
        for entry in self.entries.values() {
            *seats.entry(entry.line(self.side)).or_default() += entry.seats;
        }
        seats
    }
}
