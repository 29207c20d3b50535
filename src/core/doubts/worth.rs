//! How often a difference that rests on a doubt was true.

use crate::domain::{Doubt, DoubtKind, Probability};

/// The share of the differences resting on a doubt that were true: what the difference is worth at most.
pub fn share_true(doubt: &Doubt) -> Probability {
    Probability::clamped(match doubt.kind {
        // One client that leaves is an ordinary month; several at once are a filter.
        DoubtKind::ClientMissing if doubt.n == 1 => 0.8,
        _ => 0.2,
    })
}
