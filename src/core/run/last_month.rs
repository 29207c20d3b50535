//! What changed since the month before: lines by client, prices by product, findings that came or went.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{FindingKind, Raised};
use crate::domain::{Currency, Direction, Month, Side};

/// What changed since the month before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SinceLastMonth {
    /// The month before.
    pub month: Month,
    /// Differences of the month before that are no more, the costliest first.
    pub gone: Vec<GoneFinding>,
    /// Clients whose lines changed, in the order of their names.
    pub clients: Vec<ClientMoves>,
    /// Products whose unit price moved, each new price once however many lines have it.
    pub prices: Vec<PriceMove>,
}

/// A difference of the month before that is no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GoneFinding {
    /// What kind it was.
    pub kind: FindingKind,
    /// The client's name.
    pub client: String,
    /// The product's name.
    pub sku: String,
    /// What it was worth a month.
    #[serde(with = "rust_decimal::serde::str")]
    pub monthly_impact: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// Whose money it was; `None` in a run of a version that did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Who had decided that it was to be fixed; `None` where it went by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised: Option<Raised>,
}

/// A difference that somebody decided to have fixed, and that is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recovered {
    /// The first month without it.
    pub month: Month,
    /// What it was in the last month that had it.
    #[serde(flatten)]
    pub was: GoneFinding,
}

/// What became of one client's lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientMoves {
    /// The PSA's name where matched, else the vendor's.
    pub client: String,
    /// Whether the client itself came or went.
    pub fate: ClientFate,
    /// How many of its lines came, went, grew or shrank.
    pub n_lines: usize,
    /// Them; empty for a client that came or went, which is said once.
    pub lines: Vec<LineMove>,
}

/// Whether a client was there in both months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientFate {
    /// In both.
    Stays,
    /// Not in the month before.
    New,
    /// Not in this month.
    Gone,
}

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineMove {
    /// Which books.
    pub side: Side,
    /// The product's name there.
    pub sku: String,
    /// What became of it.
    pub kind: MoveKind,
    /// Units in the month before.
    #[serde(with = "rust_decimal::serde::str")]
    pub before: Decimal,
    /// Units now.
    #[serde(with = "rust_decimal::serde::str")]
    pub now: Decimal,
    /// What the units that came or went are worth a month; negative for those that went.
    #[serde(with = "rust_decimal::serde::str")]
    pub money: Decimal,
    /// Its currency.
    pub currency: Currency,
}

/// What became of a line's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// It was not there.
    New,
    /// It is there no more.
    Gone,
    /// More units.
    Grown,
    /// Fewer units.
    Shrunk,
}

impl MoveKind {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Grown => "grown",
            Self::Shrunk => "shrunk",
        }
    }
}

/// A product's unit price that moved, for every line that moved alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriceMove {
    /// Which books.
    pub side: Side,
    /// The product's name there.
    pub sku: String,
    /// One unit in the month before.
    #[serde(with = "rust_decimal::serde::str")]
    pub before: Decimal,
    /// One unit now.
    #[serde(with = "rust_decimal::serde::str")]
    pub now: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// On how many lines.
    pub n_lines: usize,
    /// What that changes a month at this month's units; negative where it costs less.
    #[serde(with = "rust_decimal::serde::str")]
    pub money: Decimal,
}

impl SinceLastMonth {
    /// How many lines came, went, grew or shrank, those of clients that came or went left out.
    pub fn n_lines(&self, kind: MoveKind) -> usize {
        let lines = self.clients.iter().flat_map(|client| &client.lines);
        lines.filter(|line| line.kind == kind).count()
    }

    /// How many clients came, or went.
    pub fn n_clients(&self, fate: ClientFate) -> usize {
        self.clients.iter().filter(|client| client.fate == fate).count()
    }
}
