//! Which of several models to keep: the simplest that is as good as the best.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::Probability;

/// A way to come from the model that ships to an MSP's own, the simplest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approach {
    /// The model that ships, as it is.
    Shipped,
    /// Its weights moved by a regression.
    Corrected,
    /// The mean of the corrected one and of trees.
    Mean,
    /// Its score mended by trees.
    Grown,
}

impl Approach {
    /// In words, for a card.
    pub fn words(self) -> &'static str {
        match self {
            Self::Shipped => "the model that ships",
            Self::Corrected => "its weights corrected",
            Self::Mean => "mean of the corrected one and of trees",
            Self::Grown => "its score mended by trees",
        }
    }
}

/// How an approach did on pairs it had not seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measured {
    /// The approach.
    pub approach: Approach,
    /// Mean negative log-likelihood out of fold, in nats.
    pub log_loss: f64,
    /// How much more that is than the best approach's.
    pub behind: f64,
    /// The standard error of `behind`.
    pub standard_error: f64,
    /// Whether it is the one that was chosen.
    pub is_chosen: bool,
}

/// What an approach says about pairs it has not seen.
pub(super) struct Attempt {
    pub approach: Approach,
    pub calibration: (f64, f64),
    pub probabilities: Vec<Probability>,
}

/// Less than this share of a log loss is no difference that anybody could notice.
const HARDLY_ANY: f64 = 0.02;

/// Measures attempts, the simplest first, and chooses the simplest that is less than one standard error
/// behind the best. Pairs of one name are no separate witnesses: `group` says which belong together.
///
/// The corrected model leans on the one that ships until decisions outweigh it, so that it needs no proof
/// of its own: what ships stays only where the correction is no better.
///
/// Source: the one-standard-error rule (Breiman et al. 1984).
pub(super) fn measured(attempts: &[Attempt], same: &[bool], group: &[u64]) -> Vec<Measured> {
    let losses: Vec<Vec<f64>> =
        attempts.iter().map(|attempt| losses(&attempt.probabilities, same)).collect();
    let n_pairs = same.len().max(1) as f64;
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / n_pairs;
    let Some(best) = losses.iter().min_by(|one, other| mean(one).total_cmp(&mean(other))) else {
        return Vec::new();
    };
    let mut measured: Vec<Measured> = attempts
        .iter()
        .zip(&losses)
        .map(|(attempt, losses)| Measured {
            approach: attempt.approach,
            log_loss: mean(losses),
            behind: mean(losses) - mean(best),
            standard_error: error_of_difference(losses, best, group),
            is_chosen: false,
        })
        .collect();
    let chosen_idx = simplest(&measured);
    measured[chosen_idx].is_chosen = true;
    measured
}

/// The position of the simplest that is as good as the best.
fn simplest(measured: &[Measured]) -> usize {
    let is_as_good =
        |one: &Measured| one.behind <= one.standard_error.max(HARDLY_ANY * one.log_loss);
    let leans = |one: &Measured| one.approach != Approach::Shipped;
    let moved = measured.iter().position(|one| leans(one) && is_as_good(one));
    let shipped = measured.iter().position(|one| one.approach == Approach::Shipped);
    match (shipped, moved) {
        (Some(shipped), Some(moved)) if measured[moved].log_loss < measured[shipped].log_loss => {
            moved
        }
        (Some(shipped), _) => shipped,
        (None, moved) => moved.unwrap_or(0),
    }
}

/// The position of the chosen one.
pub(super) fn chosen(measured: &[Measured]) -> usize {
    measured.iter().position(|one| one.is_chosen).expect("of some attempts one is chosen")
}

/// The log loss of each pair.
pub(super) fn losses(probabilities: &[Probability], same: &[bool]) -> Vec<f64> {
    let loss = |(chance, is_same): (&Probability, &bool)| {
        let chance = chance.get().clamp(1e-12, 1.0 - 1e-12);
        -(if *is_same { chance } else { 1.0 - chance }).ln()
    };
    probabilities.iter().zip(same).map(loss).collect()
}

/// The standard error of the mean difference of two losses, over groups of pairs.
pub(super) fn error_of_difference(one: &[f64], other: &[f64], group: &[u64]) -> f64 {
    let n_pairs = one.len().max(1) as f64;
    let mut by_group: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
    for ((one, other), group) in one.iter().zip(other).zip(group) {
        let (sum, n) = by_group.entry(*group).or_default();
        *sum += one - other;
        *n += 1.0;
    }
    let mean = by_group.values().map(|(sum, _)| sum).sum::<f64>() / n_pairs;
    let squares = by_group.values().map(|(sum, n)| (sum - n * mean).powi(2));
    let n_groups = by_group.len() as f64;
    (squares.sum::<f64>() * n_groups / (n_groups - 1.0).max(1.0)).sqrt() / n_pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(approach: Approach, chances: &[f64]) -> Attempt {
        Attempt {
            approach,
            calibration: (1.0, 0.0),
            probabilities: chances.iter().copied().map(Probability::clamped).collect(),
        }
    }

    fn choice(attempts: &[(Approach, &[f64])]) -> Approach {
        let n_pairs = attempts[0].1.len();
        let same: Vec<bool> = (0..n_pairs).map(|idx| idx % 2 == 0).collect();
        let group: Vec<u64> = (0..n_pairs as u64).collect();
        let attempts: Vec<Attempt> =
            attempts.iter().map(|(approach, chances)| attempt(*approach, chances)).collect();
        let measured = measured(&attempts, &same, &group);
        measured[chosen(&measured)].approach
    }

    #[test]
    fn the_simpler_stays_unless_the_other_is_clearly_better() {
        let corrected = [0.8, 0.2].repeat(20);
        let beside =
            |grown: &[f64]| choice(&[(Approach::Corrected, &corrected), (Approach::Grown, grown)]);
        assert_eq!(beside(&[0.9, 0.1].repeat(20)), Approach::Grown);
        assert_eq!(beside(&[0.7, 0.3].repeat(20)), Approach::Corrected);
        assert_eq!(beside(&corrected), Approach::Corrected);
        // One lucky pair among forty, and one that was not, are no reason to change.
        let lucky = [vec![0.99, 0.21], corrected[2..].to_vec()].concat();
        assert_eq!(beside(&lucky), Approach::Corrected);
    }

    #[test]
    fn what_ships_stays_only_where_the_correction_is_no_better() {
        let shipped = [0.8, 0.2].repeat(20);
        let beside = |corrected: &[f64]| {
            choice(&[(Approach::Shipped, &shipped), (Approach::Corrected, corrected)])
        };
        assert_eq!(beside(&[0.81, 0.19].repeat(20)), Approach::Corrected);
        assert_eq!(beside(&shipped), Approach::Shipped);
        assert_eq!(beside(&[0.79, 0.21].repeat(20)), Approach::Shipped);
    }

    #[test]
    fn pairs_of_one_name_are_one_witness() {
        let better = (vec![0.5; 40], vec![0.4; 40]);
        let apart: Vec<u64> = (0..40).map(|idx| idx / 2).collect();
        let (one, other) = (error_of_difference(&better.0, &better.1, &apart), 0.0);
        assert!((one - other).abs() < 1e-12);
        let mixed: Vec<f64> = (0..40).map(|idx| if idx < 20 { 0.9 } else { 0.1 }).collect();
        let together: Vec<u64> = (0..40).map(|idx| idx / 20).collect();
        let few = error_of_difference(&mixed, &better.0, &together);
        assert!(error_of_difference(&mixed, &better.0, &apart) < few);
    }

    #[test]
    fn nothing_tried_measures_nothing() {
        assert!(measured(&[], &[], &[]).is_empty());
    }
}
