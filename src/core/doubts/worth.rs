//! How often a difference that rests on a doubt was true.
//!
//! Source: `seatdrift evaluate --damaged` (seed 1), which makes 40 MSPs up with one damage each and counts, by
//! doubt, the findings that rest on it and those of them that are so. Half of its months are damaged, which is
//! more than in life, so that no share is taken for less than one in twenty.

use super::Grip;
use crate::domain::{Doubt, DoubtKind, Probability};

/// The share of the differences resting on a doubt that were true: what the difference is worth at most.
pub fn share_true(doubt: &Doubt, grip: Grip) -> Probability {
    Probability::clamped(match (grip, doubt.kind) {
        // None of 30 was true; but what was changed and then given up looks the same.
        (Grip::Loose, DoubtKind::OnlyChanges) => 0.55,
        // More than nine in ten were true, some kinds with few findings apart.
        (Grip::Loose, _) => 0.8,
        // One client that leaves is an ordinary month; several at once are a filter.
        (Grip::Firm, DoubtKind::ClientMissing) if doubt.n == 1 => 0.8,
        // A sum may be wrong where no row is missing.
        (Grip::Firm, DoubtKind::TotalGap) => 0.8,
        // What a person typed into the cell may well be what the difference says.
        (Grip::Firm, DoubtKind::Unreadable) => 0.49,
        (Grip::Firm, DoubtKind::NoClient | DoubtKind::MostlyMissing) => 0.3,
        (Grip::Firm, DoubtKind::LinesMissing) => 0.2,
        (Grip::Firm, _) => 0.05,
    })
}
