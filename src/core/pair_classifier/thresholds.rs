//! Where a probability sends a pair.

use serde::{Deserialize, Serialize};

use crate::domain::Probability;

/// Where a probability sends a pair.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PairThresholds {
    /// Lowest probability accepted without a person.
    pub accept_at: Probability,
    /// Lowest probability a person is asked about.
    pub review_at: Probability,
}

/// Nothing less likely is ever accepted without a person.
const LOWEST_ACCEPT: f64 = 0.6;

/// A pair this likely is accepted however few decisions there are.
const HIGHEST_ACCEPT: f64 = 0.99;

/// Bounds of what a person is asked about.
const REVIEW_BOUNDS: (f64, f64) = (0.03, 0.3);

/// Share of the true pairs a person must get to see or that are accepted.
const TRUE_PAIRS_SEEN: f64 = 0.995;

/// Mistakes that the accepted pairs must have room for before a precision can be read off them: each
/// confirmed pair stands in up to three worlds, so a precision of 99 % takes about a hundred pairs.
/// With fewer the starting model's thresholds stay.
const ROOM_FOR_MISTAKES: f64 = 3.0;

/// The lowest threshold at which the accepted pairs out of fold are right often enough, and the
/// highest review threshold that loses hardly a true pair.
pub(super) fn thresholds(
    probabilities: &[Probability],
    same: &[bool],
    target_precision: f64,
    start: Option<PairThresholds>,
) -> PairThresholds {
    let mut found: Vec<f64> = probabilities
        .iter()
        .zip(same)
        .filter(|(_, is_same)| **is_same)
        .map(|(probability, _)| probability.get())
        .collect();
    let needed = ROOM_FOR_MISTAKES / (1.0 - target_precision);
    if let Some(start) = start.filter(|_| (found.len() as f64) < needed) {
        return start;
    }
    found.sort_by(|one, other| other.total_cmp(one));
    let n_seen = (found.len() as f64 * TRUE_PAIRS_SEEN).ceil() as usize;
    let review_at = found.get(n_seen.saturating_sub(1)).copied().unwrap_or(REVIEW_BOUNDS.0);
    let accept_at = lowest_precise(probabilities, same, target_precision);
    PairThresholds {
        accept_at: Probability::clamped(accept_at.clamp(LOWEST_ACCEPT, HIGHEST_ACCEPT)),
        review_at: Probability::clamped(review_at.clamp(REVIEW_BOUNDS.0, REVIEW_BOUNDS.1)),
    }
}

/// The lowest probability such that, of the pairs at or above it, the target share is right even if the
/// next one accepted were wrong; 1 where there is none. So few pairs never promise what they cannot show:
/// 99 % takes a hundred of them.
fn lowest_precise(probabilities: &[Probability], same: &[bool], target: f64) -> f64 {
    let mut ranked: Vec<(f64, bool)> =
        probabilities.iter().map(|one| one.get()).zip(same.iter().copied()).collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut n_right, mut lowest) = (0_usize, 1.0);
    for (idx, &(probability, is_same)) in ranked.iter().enumerate() {
        n_right += usize::from(is_same);
        // Pairs of one probability are accepted together.
        let is_last_of_equals = ranked.get(idx + 1).is_none_or(|next| next.0 < probability);
        if is_last_of_equals && target * (idx + 2) as f64 <= n_right as f64 {
            lowest = probability;
        }
    }
    lowest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chances(values: &[f64]) -> Vec<Probability> {
        values.iter().copied().map(Probability::clamped).collect()
    }

    #[test]
    fn the_accept_threshold_is_the_lowest_that_is_precise_enough() {
        let probabilities = chances(&[0.99, 0.95, 0.9, 0.8, 0.7, 0.65]);
        let same = [true, true, true, false, true, false];
        assert_eq!(lowest_precise(&probabilities, &same, 0.75), 0.9);
        assert_eq!(lowest_precise(&probabilities, &same, 0.6), 0.7);
        assert_eq!(lowest_precise(&chances(&[0.9, 0.9]), &[true, false], 0.9), 1.0);
    }

    #[test]
    fn a_precision_is_not_read_off_fewer_pairs_than_can_show_it() {
        let right = |n: usize| lowest_precise(&chances(&vec![0.8; n]), &vec![true; n], 0.99);
        assert_eq!((right(98), right(99)), (1.0, 0.8));
    }

    #[test]
    fn thresholds_stay_within_sane_bounds_whatever_was_decided() {
        let always = thresholds(&chances(&[0.2; 100]), &[true; 100], 0.99, None);
        assert_eq!(always.accept_at.get(), LOWEST_ACCEPT);
        let never = thresholds(&chances(&[0.9; 60]), &[false; 60], 0.99, None);
        assert_eq!(never.accept_at.get(), HIGHEST_ACCEPT);
        assert!(always.review_at <= always.accept_at && never.review_at <= never.accept_at);
    }

    #[test]
    fn a_few_decisions_leave_the_starting_thresholds() {
        let start = PairThresholds {
            accept_at: Probability::clamped(0.9),
            review_at: Probability::clamped(0.1),
        };
        assert_eq!(thresholds(&chances(&[0.99; 10]), &[true; 10], 0.99, Some(start)), start);
    }
}
