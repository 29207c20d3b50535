//! Kinds of difference between what is bought and what is billed.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Side;

/// Whose money a difference is. Money of two directions is never added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The MSP's: it pays, or gives, more than it gets.
    Lose,
    /// The clients': they pay for what they do not have.
    Overpay,
    /// Nobody's yet: a price is another one than it was, or than it should be.
    News,
}

impl Direction {
    /// The two that are money of somebody.
    pub const MONEYS: [Self; 2] = [Self::Lose, Self::Overpay];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lose => "lose",
            Self::Overpay => "overpay",
            Self::News => "news",
        }
    }

    /// Whose the money of one difference is, for people.
    pub fn of_one(self) -> &'static str {
        match self {
            Self::Lose => "you lose it",
            Self::Overpay => "the client overpays it",
            Self::News => "news, in neither number",
        }
    }

    /// The words for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Lose => "You lose",
            Self::Overpay => "Clients overpay",
            Self::News => "News",
        }
    }
}

/// Kinds of finding; contract words in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Bought more than billed.
    UnderBilled,
    /// Billed more than bought.
    OverBilled,
    /// Bought, nothing billed.
    NotBilled,
    /// Billed, nothing bought.
    NotBought,
    /// The client pays less for a unit than it costs us.
    BelowCost,
    /// A unit costs us something else than last month.
    PriceChanged,
    /// The same line twice on one side.
    Duplicate,
}

impl FindingKind {
    /// Every kind, in the order reports list them.
    pub const ALL: [Self; 7] = [
        Self::UnderBilled,
        Self::NotBilled,
        Self::OverBilled,
        Self::NotBought,
        Self::Duplicate,
        Self::BelowCost,
        Self::PriceChanged,
    ];

    /// The word in `findings.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Self::UnderBilled => "under_billed",
            Self::OverBilled => "over_billed",
            Self::NotBilled => "not_billed",
            Self::NotBought => "not_bought",
            Self::BelowCost => "below_cost",
            Self::PriceChanged => "price_changed",
            Self::Duplicate => "duplicate",
        }
    }

    /// Whose money a difference of this kind is. What is there twice is the money of whoever pays for it:
    /// of the side that has it twice where that is known, else of the side with more units.
    pub fn direction(self, twice_on: Option<Side>, drift: Decimal) -> Direction {
        match self {
            Self::UnderBilled | Self::NotBilled | Self::BelowCost => Direction::Lose,
            Self::OverBilled | Self::NotBought => Direction::Overpay,
            Self::PriceChanged => Direction::News,
            Self::Duplicate => match twice_on {
                Some(Side::Vendor) => Direction::Lose,
                Some(Side::Psa) => Direction::Overpay,
                None if drift.is_sign_negative() => Direction::Overpay,
                None => Direction::Lose,
            },
        }
    }

    /// Whether another quantity settles it.
    pub fn is_about_units(self) -> bool {
        !matches!(self, Self::BelowCost | Self::PriceChanged)
    }

    /// The kind for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::UnderBilled => "Under-billed",
            Self::OverBilled => "Over-billed",
            Self::NotBilled => "Not billed",
            Self::NotBought => "Billed, not bought",
            Self::BelowCost => "Sold below cost",
            Self::PriceChanged => "Vendor price changed",
            Self::Duplicate => "Duplicate line",
        }
    }
}
