//! What in the data of a month makes what is concluded from it less sure.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::{ClientKey, Money, Quantity, Side, SkuKey};

/// Why data is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoubtKind {
    /// A row that could not be read.
    Unreadable,
    /// A row of units that names no client.
    NoClient,
    /// A row set aside for its dates, which would count if they were read, or written, a little otherwise.
    SetAside,
    /// A row that counts, and would not if its dates were read, or written, a little otherwise.
    AtTheEdge,
    /// A period that ends before it begins.
    ImpossiblePeriod,
    /// A row without a price in a file whose rows have prices.
    NoPrice,
    /// A row under an id that stands beside another name in the rest of the file.
    SeveralNames,
    /// One name under several ids.
    SeveralIds,
    /// A subscription seen only through its changes.
    OnlyChanges,
    /// A client that the month before had, and the file has not.
    ClientMissing,
    /// A product that the month before had, and the file has not.
    ProductMissing,
    /// A product that one side has for most clients and the other for few.
    MostlyMissing,
    /// Many lines of the month before, gone at once.
    LinesMissing,
    /// A sum that the rows it is of do not come to.
    TotalGap,
}

impl DoubtKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Unreadable,
        Self::NoClient,
        Self::SetAside,
        Self::AtTheEdge,
        Self::ImpossiblePeriod,
        Self::NoPrice,
        Self::SeveralNames,
        Self::SeveralIds,
        Self::OnlyChanges,
        Self::ClientMissing,
        Self::ProductMissing,
        Self::MostlyMissing,
        Self::LinesMissing,
        Self::TotalGap,
    ];

    /// The word in files: `unreadable`, …
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NoClient => "no_client",
            Self::SetAside => "set_aside",
            Self::AtTheEdge => "at_the_edge",
            Self::ImpossiblePeriod => "impossible_period",
            Self::NoPrice => "no_price",
            Self::SeveralNames => "several_names",
            Self::SeveralIds => "several_ids",
            Self::OnlyChanges => "only_changes",
            Self::ClientMissing => "client_missing",
            Self::ProductMissing => "product_missing",
            Self::MostlyMissing => "mostly_missing",
            Self::LinesMissing => "lines_missing",
            Self::TotalGap => "total_gap",
        }
    }
}

/// How the dates of a row come to be in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateDoubt {
    /// Its period begins and ends some hours, a day at most, before the month's does.
    HoursOff,
    /// Its period is a whole one, of another month.
    OtherMonth,
    /// With day and month the other way round it would count, or would not.
    Swapped,
    /// It counts for it ends later; with day and month the other way round it has ended.
    EndSwapped,
}

/// Something in the data of one side that makes what is concluded from it less sure, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// Which books.
    pub side: Side,
    /// Why.
    pub kind: DoubtKind,
    /// How its dates come to be in doubt, where they are.
    pub dates: Option<DateDoubt>,
    /// The client it is about; `None` where nothing says whose it is, or where it is about all.
    pub client: Option<ClientKey>,
    /// The client's name where that much is known.
    pub client_name: Option<CompactString>,
    /// The product it is about, likewise.
    pub sku: Option<SkuKey>,
    /// The base name of its file; empty for all files of the side.
    pub file: CompactString,
    /// Where it stands: a cell, a row or a file.
    pub at: String,
    /// What is written there, or what is known of it.
    pub found: String,
    /// Units of the rows concerned; nothing where they are not known.
    pub units: Option<Quantity>,
    /// Their money, likewise.
    pub amount: Option<Money>,
    /// Rows, lines or names concerned.
    pub n: usize,
    /// Of how many.
    pub of: usize,
}
