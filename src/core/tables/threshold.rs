//! From which log-odds on a pair counts as a match.

/// Log-odds over which an answer fades from no to yes: a threshold that rests on the exact score of
/// one pair does not hold on others.
const SOFTNESS: f64 = 0.35;

/// How much of a pair's answer is its label; the rest is what its score says. One odd label among few
/// pairs would else move the threshold past everything near it.
const LABEL_SHARE: f64 = 0.5;

/// Log-odds that are tried: every step between the bounds.
const STEP: f64 = 0.025;
const BOUND: f64 = 5.0;

/// The calibrated log-odds at which F1 is greatest when every pair counts by how far it is above or
/// below and by how likely it is the same; the middle of equals. 0, even odds, without a pair that is
/// the same. Of each pair: log-odds, answer and how much it counts.
pub(super) fn best(pairs: &[(f64, bool, f64)]) -> f64 {
    if !pairs.iter().any(|one| one.1) {
        return 0.0;
    }
    let sigmoid = |log_odds: f64| 1.0 / (1.0 + (-log_odds).exp());
    let answers: Vec<f64> = pairs
        .iter()
        .map(|&(score, is_same, _)| {
            LABEL_SHARE * f64::from(u8::from(is_same)) + (1.0 - LABEL_SHARE) * sigmoid(score)
        })
        .collect();
    let n_same: f64 = pairs.iter().zip(&answers).map(|(one, answer)| one.2 * answer).sum();
    let f1 = |threshold: f64| {
        let (mut found, mut right) = (0.0, 0.0);
        for (&(score, _, weight), answer) in pairs.iter().zip(&answers) {
            let yes = weight * sigmoid((score - threshold) / SOFTNESS);
            found += yes;
            right += yes * answer;
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
    /// Where every pair counts alike.
    fn best(log_odds: &[f64], same: &[bool]) -> f64 {
        let pairs = log_odds.iter().zip(same).map(|(&score, &same)| (score, same, 1.0));
        super::best(&pairs.collect::<Vec<_>>())
    }

    #[test]
    fn a_pair_that_counts_little_moves_the_threshold_little() {
        let with = |weight: f64| {
            let odd = [(0.9, false, weight), (0.8, false, weight), (0.7, false, weight)];
            super::best(
                &[&[(3.0, true, 1.0), (2.0, true, 1.0), (-3.0, false, 1.0)], &odd[..]].concat(),
            )
        };
        assert!(with(0.01) < with(1.0));
    }

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

    #[test]
    fn one_odd_label_does_not_push_the_threshold_past_its_neighbours() {
        let scores = [4.0, 3.5, 3.0, 2.6, 2.4, 2.2, 2.0, -3.0, -3.0, -3.0];
        let mut same = [true, true, true, true, true, true, true, false, false, false];
        same[3] = false;
        assert!(best(&scores, &same) < 2.0);
    }
}
