//! How good a pair classifier is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::Probability;

use super::training::LabelledPairs;
use super::{PairModel, score};

/// How good a pair classifier is on labelled pairs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PairMetrics {
    /// Pairs.
    pub n: usize,
    /// Those that are the same.
    pub n_same: usize,
    /// The threshold the next three hold at.
    pub accept_at: Probability,
    /// Share of the accepted pairs that are the same; 1 where none is accepted.
    pub precision: f64,
    /// Share of the same pairs that are accepted.
    pub recall: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Share of the names with a partner whose likeliest candidate is one.
    pub hit_at_1: f64,
    /// Mean squared error of the probability.
    pub brier: f64,
    /// Expected calibration error over ten bins of equal width.
    pub ece: f64,
    /// Mean negative log-likelihood, in nats.
    pub log_loss: f64,
}

/// Measures a model on labelled pairs, at its own threshold.
pub fn evaluate(model: &PairModel, labelled: &LabelledPairs) -> PairMetrics {
    let probabilities = score(model, &labelled.features);
    metrics(&probabilities, &labelled.same, &labelled.name, model.thresholds.accept_at)
}

/// Measures probabilities against the truth. `name` says whose candidates a pair is one of.
pub(super) fn metrics(
    probabilities: &[Probability],
    same: &[bool],
    name: &[usize],
    accept_at: Probability,
) -> PairMetrics {
    let n = same.len();
    let n_same = same.iter().filter(|one| **one).count();
    let accepted = probabilities.iter().map(|one| accept_at <= *one);
    let n_accepted = accepted.clone().filter(|one| *one).count();
    let n_right = accepted.zip(same).filter(|(accepted, same)| *accepted && **same).count();
    let share = |part: usize, whole: usize, none: f64| {
        if whole == 0 { none } else { part as f64 / whole as f64 }
    };
    let (precision, recall) = (share(n_right, n_accepted, 1.0), share(n_right, n_same, 0.0));
    let mean = |loss: &dyn Fn(f64, f64) -> f64| {
        let losses = probabilities.iter().zip(same);
        let sum: f64 = losses.map(|(one, same)| loss(one.get(), f64::from(u8::from(*same)))).sum();
        sum / n.max(1) as f64
    };
    PairMetrics {
        n,
        n_same,
        accept_at,
        precision,
        recall,
        f1: if n_right == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) },
        hit_at_1: hit_at_1(probabilities, same, name),
        brier: mean(&|chance, truth| (chance - truth).powi(2)),
        ece: calibration_error(probabilities, same),
        log_loss: mean(&|chance, truth| {
            let chance = chance.clamp(1e-12, 1.0 - 1e-12);
            -(truth * chance.ln() + (1.0 - truth) * (1.0 - chance).ln())
        }),
    }
}

fn hit_at_1(probabilities: &[Probability], same: &[bool], name: &[usize]) -> f64 {
    // By name: its likeliest candidate, whether that is the same, and whether any is.
    let mut names: BTreeMap<usize, (f64, bool, bool)> = BTreeMap::new();
    for ((probability, &is_same), &name) in probabilities.iter().zip(same).zip(name) {
        let entry = names.entry(name).or_insert((-1.0, false, false));
        entry.2 |= is_same;
        if entry.0 < probability.get() {
            (entry.0, entry.1) = (probability.get(), is_same);
        }
    }
    let with_partner = || names.values().filter(|(_, _, any)| *any);
    let n_hit = with_partner().filter(|(_, hit, _)| *hit).count();
    n_hit as f64 / with_partner().count().max(1) as f64
}

fn calibration_error(probabilities: &[Probability], same: &[bool]) -> f64 {
    let mut bins = [(0.0_f64, 0.0_f64); 10];
    for (probability, is_same) in probabilities.iter().zip(same) {
        let bin = &mut bins[((probability.get() * 10.0) as usize).min(9)];
        bin.0 += probability.get();
        bin.1 += f64::from(u8::from(*is_same));
    }
    bins.iter().map(|(said, seen)| (said - seen).abs()).sum::<f64>() / same.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_count_what_they_say() {
        let probabilities = [0.95, 0.9, 0.4, 0.2].map(Probability::clamped);
        let same = [true, false, true, false];
        let found = metrics(&probabilities, &same, &[0, 1, 2, 2], Probability::clamped(0.8));
        assert_eq!((found.n, found.n_same), (4, 2));
        assert_eq!((found.precision, found.recall, found.f1), (0.5, 0.5, 0.5));
        assert_eq!(found.hit_at_1, 1.0);
        let brier = (0.05_f64.powi(2) + 0.81 + 0.36 + 0.04) / 4.0;
        assert!((found.brier - brier).abs() < 1e-12);
        assert!((found.ece - (0.85 + 0.6 + 0.2) / 4.0).abs() < 1e-12, "{}", found.ece);
    }
}
