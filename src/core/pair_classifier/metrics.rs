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
    /// Pairs accepted.
    pub n_accepted: usize,
    /// Share of the accepted pairs that are the same; 1 where none is accepted.
    pub precision: f64,
    /// Where the true precision lies with 95 % confidence.
    pub precision_interval: (f64, f64),
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
    /// Ten bins of equal width: what was said, and what was so.
    pub reliability: [ReliabilityBin; 10],
}

/// The pairs whose probability lies in one tenth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Pairs.
    pub n: usize,
    /// Sum of their probabilities: how many would be the same if the model were right.
    pub said: f64,
    /// How many are.
    pub seen: usize,
}

/// The interval in which a share lies with 95 % confidence, of `n` drawn and `n_right` of them so.
///
/// Source: Wilson (1927).
pub fn share_interval(n_right: usize, n: usize) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let (z, n) = (1.96_f64, n as f64);
    let share = n_right as f64 / n;
    let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
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
    let is_accepted: Vec<bool> = probabilities.iter().map(|one| accept_at <= *one).collect();
    metrics_of_accepted(probabilities, same, name, (accept_at, &is_accepted))
}

/// The same where each pair was accepted by the threshold of its own model.
pub(super) fn metrics_of_accepted(
    probabilities: &[Probability],
    same: &[bool],
    name: &[usize],
    (accept_at, is_accepted): (Probability, &[bool]),
) -> PairMetrics {
    let n = same.len();
    let n_same = same.iter().filter(|one| **one).count();
    let accepted = is_accepted.iter().copied();
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
    let reliability = reliability(probabilities, same);
    PairMetrics {
        n,
        n_same,
        accept_at,
        n_accepted,
        precision,
        precision_interval: share_interval(n_right, n_accepted),
        recall,
        f1: if n_right == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) },
        hit_at_1: hit_at_1(probabilities, same, name),
        brier: mean(&|chance, truth| (chance - truth).powi(2)),
        ece: reliability.iter().map(|bin| (bin.said - bin.seen as f64).abs()).sum::<f64>()
            / n.max(1) as f64,
        reliability,
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

fn reliability(probabilities: &[Probability], same: &[bool]) -> [ReliabilityBin; 10] {
    let mut bins = [ReliabilityBin::default(); 10];
    for (probability, is_same) in probabilities.iter().zip(same) {
        let bin = &mut bins[((probability.get() * 10.0) as usize).min(9)];
        bin.n += 1;
        bin.said += probability.get();
        bin.seen += usize::from(*is_same);
    }
    bins
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

    #[test]
    fn a_share_of_few_is_known_less_well_than_one_of_many() {
        let (few, many) = (share_interval(20, 20), share_interval(2000, 2000));
        assert!(few.0 < 0.85 && 0.998 < many.0 && many.1 == 1.0, "{few:?} {many:?}");
        let (low, high) = share_interval(50, 100);
        assert!((low - 0.4038).abs() < 1e-3 && (high - 0.5962).abs() < 1e-3, "{low} {high}");
        assert_eq!(share_interval(0, 0), (0.0, 1.0));
    }
}
