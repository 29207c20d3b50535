//! Kinds of difference between what is bought and what is billed.

use serde::{Deserialize, Serialize};

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
