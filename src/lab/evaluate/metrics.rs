//! Answers and the truth → how good the answers are.

use serde::Serialize;

/// One answer: how sure it was, and whether it is so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// The probability given.
    pub probability: f64,
    /// Whether it is so.
    pub is_same: bool,
}

/// How right the answers at or above a threshold are. Shares lie in `0.0..=1.0`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Accuracy {
    /// The threshold.
    pub threshold: f64,
    /// Of the answers given, those that are right; 1 where none is given.
    pub precision: f64,
    /// Of what is the same, the share found; 0 where nothing is the same.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
}

/// How right the answers at or above `threshold` are. `n_same` counts all that is the same, whether
/// or not an answer speaks of it.
pub fn accuracy(answers: &[Answer], n_same: usize, threshold: f64) -> Accuracy {
    let given = answers.iter().filter(|answer| threshold <= answer.probability);
    let (n_given, n_right) = given
        .fold((0, 0), |(given, right), answer| (given + 1, right + usize::from(answer.is_same)));
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    Accuracy {
        threshold,
        precision: if n_given == 0 { 1.0 } else { share(n_right, n_given) },
        recall: share(n_right, n_same),
        f1: share(2 * n_right, n_given + n_same),
    }
}

/// The threshold with the best F1 on these answers: half way between the last answer given and the
/// next; of equals the highest. 0.5 where there is no answer.
pub fn best_threshold(answers: &[Answer], n_same: usize) -> f64 {
    let sorted = likeliest_first(answers);
    let mut best = (f64::NEG_INFINITY, 0.5);
    for (idx, answer) in sorted.iter().enumerate() {
        let next = sorted.get(idx + 1).map_or(0.0, |next| next.probability);
        // Answers of one probability are given together.
        if next == answer.probability && idx + 1 < sorted.len() {
            continue;
        }
        let f1 = accuracy(&sorted[..=idx], n_same, f64::NEG_INFINITY).f1;
        if best.0 < f1 {
            best = (f1, f64::midpoint(answer.probability, next));
        }
    }
    best.1
}

/// The most of what is the same that a threshold finds while at least `precision` of its answers are
/// right; 0 where no threshold does.
pub fn recall_at_precision(answers: &[Answer], n_same: usize, precision: f64) -> f64 {
    let sorted = likeliest_first(answers);
    let mut n_right = 0;
    let mut most = 0;
    for (idx, answer) in sorted.iter().enumerate() {
        n_right += usize::from(answer.is_same);
        let is_cut = sorted.get(idx + 1).is_none_or(|next| next.probability < answer.probability);
        if is_cut && precision * (idx + 1) as f64 <= n_right as f64 {
            most = n_right;
        }
    }
    most as f64 / n_same.max(1) as f64
}

/// Expected calibration error over ten equal bins: the mean distance of what was said from what was
/// so. 0 where there is no answer.
///
/// Source: Naeini, Cooper and Hauskrecht (2015), *Obtaining well calibrated probabilities*.
pub fn calibration_error(answers: &[Answer]) -> f64 {
    let mut bins = [(0.0_f64, 0.0_f64); 10];
    for answer in answers {
        let bin = &mut bins[((answer.probability * 10.0) as usize).min(9)];
        bin.0 += answer.probability;
        bin.1 += f64::from(u8::from(answer.is_same));
    }
    let distance: f64 = bins.iter().map(|(said, so)| (said - so).abs()).sum();
    distance / answers.len().max(1) as f64
}

/// A stable sort: of equals the first stays first.
fn likeliest_first(answers: &[Answer]) -> Vec<Answer> {
    let mut sorted = answers.to_vec();
    sorted.sort_by(|one, other| other.probability.total_cmp(&one.probability));
    sorted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answers(said: &[(f64, bool)]) -> Vec<Answer> {
        said.iter().map(|&(probability, is_same)| Answer { probability, is_same }).collect()
    }

    #[test]
    fn two_of_three_given_and_two_of_four_found() {
        let said = answers(&[(0.9, true), (0.8, false), (0.7, true), (0.2, true)]);
        let found = accuracy(&said, 4, 0.5);
        assert_eq!((found.precision, found.recall), (2.0 / 3.0, 0.5));
        assert!((found.f1 - 4.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_given_is_nothing_wrong_and_nothing_found() {
        let found = accuracy(&answers(&[(0.1, true)]), 1, 0.5);
        assert_eq!((found.precision, found.recall, found.f1), (1.0, 0.0, 0.0));
        assert_eq!(best_threshold(&[], 3), 0.5);
        assert_eq!(calibration_error(&[]), 0.0);
        assert_eq!(recall_at_precision(&[], 0, 0.99), 0.0);
    }

    #[test]
    fn the_best_threshold_lies_between_the_right_and_the_wrong() {
        let said = answers(&[(0.9, true), (0.8, true), (0.4, false), (0.1, false)]);
        assert!((best_threshold(&said, 2) - 0.6).abs() < 1e-12);
        // Equal probabilities cannot be told apart: all of them or none.
        let tied = answers(&[(0.8, true), (0.8, false), (0.8, false), (0.3, true)]);
        let threshold = best_threshold(&tied, 2);
        assert!(threshold < 0.3, "{threshold}");
    }

    #[test]
    fn recall_counts_only_where_precision_holds() {
        let said = answers(&[(0.9, true), (0.8, true), (0.7, false), (0.6, true), (0.5, true)]);
        assert_eq!(recall_at_precision(&said, 4, 0.99), 0.5);
        assert_eq!(recall_at_precision(&said, 4, 0.8), 1.0);
        assert_eq!(recall_at_precision(&answers(&[(0.9, false)]), 1, 0.5), 0.0);
    }

    #[test]
    fn calibration_compares_what_was_said_with_what_was_so() {
        let honest = answers(&[(0.5, true), (0.5, false)]);
        assert!(calibration_error(&honest) < 1e-12);
        let boasting = answers(&[(0.95, true), (0.95, false)]);
        assert!((calibration_error(&boasting) - 0.45).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn no_threshold_beats_the_best_one(
            said in proptest::collection::vec((0_u8..=20, any::<bool>()), 1..40),
            other in 0.0..1.0_f64,
        ) {
            let said: Vec<_> =
                said.into_iter().map(|(p, is_same)| (f64::from(p) / 20.0, is_same)).collect();
            let said = answers(&said);
            let n_same = said.iter().filter(|answer| answer.is_same).count();
            let best = accuracy(&said, n_same, best_threshold(&said, n_same)).f1;
            prop_assert!(accuracy(&said, n_same, other).f1 <= best + 1e-12);
        }
    }
}
