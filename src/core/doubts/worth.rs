//! How often a difference that rests on a doubt was true.

use super::Grip;
use crate::domain::{Doubt, DoubtKind, Probability};

/// The share of the differences resting on a doubt that were true: what the difference is worth at most.
pub fn share_true(doubt: &Doubt, grip: Grip) -> Probability {
    Probability::clamped(match (grip, doubt.kind) {
        (Grip::Loose, _) => 0.8,
        // One client that leaves is an ordinary month; several at once are a filter.
        (Grip::Firm, DoubtKind::ClientMissing) if doubt.n == 1 => 0.8,
        // A sum may be wrong where no row is missing.
        (Grip::Firm, DoubtKind::TotalGap) => 0.8,
        _ => 0.2,
    })
}
