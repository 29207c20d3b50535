//! From which probability on a pair counts as a match.

use crate::domain::Probability;

/// The threshold at which the expected F1 is greatest if every pair is the same as often as its
/// probability says; half-way between the pairs it divides. The probabilities are calibrated on the
/// very pairs the threshold is chosen on, so their labels are in it, but no single odd label decides.
///
/// Source: Lipton, Elkan and Naryanaswamy (2014): that threshold is half of the F1 it reaches.
pub(super) fn most_expected_f1(probabilities: &[Probability]) -> Probability {
    let mut ranked: Vec<f64> = probabilities.iter().map(|one| one.get()).collect();
    ranked.sort_by(|one, other| other.total_cmp(one));
    let n_same: f64 = ranked.iter().sum();
    let (mut right, mut best) = (0.0, (0.0, 0.5));
    for (idx, &probability) in ranked.iter().enumerate() {
        right += probability;
        let f1 = 2.0 * right / ((idx + 1) as f64 + n_same);
        // Of equals the lowest: pairs of one probability are divided nowhere.
        if best.0 <= f1 {
            let next = ranked.get(idx + 1).copied().unwrap_or(0.0);
            best = (f1, 0.5 * (probability + next));
        }
    }
    Probability::clamped(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threshold(probabilities: &[f64]) -> f64 {
        let all: Vec<Probability> =
            probabilities.iter().copied().map(Probability::clamped).collect();
        most_expected_f1(&all).get()
    }

    #[test]
    fn the_threshold_lies_between_the_likely_and_the_unlikely() {
        let found = threshold(&[0.99, 0.95, 0.9, 0.05, 0.02]);
        assert!((found - 0.475).abs() < 1e-9, "{found}");
    }

    #[test]
    fn many_doubtful_pairs_pull_the_threshold_below_even_odds() {
        let found = threshold(&[0.9, 0.8, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.2, 0.1, 0.05]);
        assert!(found < 0.45, "{found}");
        assert_eq!(threshold(&[]), 0.5);
    }
}
