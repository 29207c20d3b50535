//! From which log-odds on a pair counts as a match.

/// Log-odds over which an answer fades from no to yes: a threshold that rests on the exact score of
/// one pair does not hold on others.
const SOFTNESS: f64 = 0.35;

/// Steps of log-odds that are tried.
const STEP: f64 = 0.025;

/// Beyond these log-odds no threshold is sought.
const BOUND: f64 = 5.0;

/// The log-odds at which F1 is greatest when every pair counts by how far it is above or below; the
/// middle of equals. 0 without a pair that is the same.
pub(super) fn best(log_odds: &[f64], same: &[bool]) -> f64 {
    let n_same = same.iter().filter(|one| **one).count() as f64;
    if n_same == 0.0 {
        return 0.0;
    }
    let f1 = |threshold: f64| {
        let (mut found, mut right) = (0.0, 0.0);
        for (score, &is_same) in log_odds.iter().zip(same) {
            let yes = 1.0 / (1.0 + ((threshold - score) / SOFTNESS).exp());
            found += yes;
            right += if is_same { yes } else { 0.0 };
        }
        2.0 * right / (found + n_same)
    };
    let n_steps = (2.0 * BOUND / STEP) as usize;
    let tried: Vec<(f64, f64)> = (0..=n_steps)
        .map(|step| -BOUND + STEP * step as f64)
        .map(|threshold| (threshold, f1(threshold)))
        .collect();
    let most = tried.iter().map(|one| one.1).fold(0.0, f64::max);
    let best: Vec<f64> = tried.iter().filter(|one| most - 1e-9 <= one.1).map(|one| one.0).collect();
    best[best.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_lies_between_what_is_the_same_and_what_is_not() {
        let threshold = best(&[3.0, 2.5, 2.0, -2.0, -3.0], &[true, true, true, false, false]);
        assert!((-1.0..1.0).contains(&threshold), "{threshold}");
    }

    #[test]
    fn pairs_that_are_not_the_same_push_the_threshold_up() {
        let calm = best(&[3.0, 2.0, -3.0], &[true, true, false]);
        let crowded =
            best(&[3.0, 2.0, 0.9, 0.8, 0.7, -3.0], &[true, true, false, false, false, false]);
        assert!(calm < crowded);
        assert_eq!(best(&[1.0], &[false]), 0.0);
    }
}
