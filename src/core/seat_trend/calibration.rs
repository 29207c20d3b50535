//! Statistic → p-value: by rank among the clean months of like lines.
//!
//! A model's own tail is off by a factor where lines are unlike it; the rank of a score among past
//! scores is not. Beyond the highest past score the tail goes on falling at the rate at which the
//! highest ones fell. With few past scores the model's own tail has a say.

use serde::{Deserialize, Serialize};

/// Past scores whose word weighs as much as the model's own tail.
const MODEL_WEIGHT: f64 = 100.0;

/// Past scores without which a statistic whose own tail is rough says nothing.
const LEAST_SEEN: f64 = 100.0;

/// Fall of the tail before any score was seen, per unit of score: 1 is the model's own tail.
const COLD_FALL: f64 = 0.8;
const COLD_FALL_WEIGHT: f64 = 20.0;

/// Past scores the fall is measured on at most.
const TAIL_SCORES: usize = 200;

/// Scores nearer than this are tied.
const TIED_WITHIN: f64 = 0.01;

/// Scores kept at most. The highest half is kept whole, the others thinned.
const KEPT: usize = 20_000;

/// Past scores of one statistic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Calibration {
    n: f64,
    /// Scores, rising, without repeats, and for each how many were at or above it.
    steps: Vec<(f32, f64)>,
    fall: f64,
}

impl Calibration {
    /// Orders past scores.
    pub(super) fn of(mut scores: Vec<f32>) -> Self {
        scores.sort_unstable_by(f32::total_cmp);
        let n = scores.len();
        let mut steps: Vec<(f32, f64)> = Vec::new();
        for (rank, &score) in scores.iter().enumerate() {
            if steps.last().is_none_or(|step| step.0 < score) {
                steps.push((score, (n - rank) as f64));
            }
        }
        Self { n: n as f64, steps: thinned(steps), fall: fall(&scores) }
    }

    /// How many past scores there are.
    pub(super) fn n(&self) -> f64 {
        self.n
    }

    /// How many different past scores lie clearly below one. Whole seats tie often, but for how long
    /// their lines are known, which is longer in every new month; a tie counts as at least as high.
    fn n_below(&self, score: f64) -> usize {
        self.steps.partition_point(|step| f64::from(step.0) < score - TIED_WITHIN)
    }

    /// The share of past scores, this one counted, that are as high. No model behind it.
    pub(super) fn rank_p(&self, score: f64) -> f64 {
        let at = self.n_below(score);
        (1.0 + self.steps.get(at).map_or(0.0, |step| step.1)) / (1.0 + self.n)
    }

    /// Whether so many past scores are known that a p-value is more than a guess.
    pub(super) fn says_anything(&self) -> bool {
        LEAST_SEEN <= self.n
    }

    /// The probability of a score as high, on a line and in a month like those.
    pub(super) fn p_value(&self, score: f64) -> f64 {
        let Some(highest) = self.steps.last() else { return self.by_model(score) };
        let by_rank = match self.steps.get(self.n_below(score)) {
            Some(step) => (1.0 + step.1) / (1.0 + self.n),
            None => self.beyond(score, highest.0) / (1.0 + self.n),
        };
        self.with_model(by_rank, self.n, score)
    }

    /// The p-value of a score that is one of these, ranked among the others.
    pub(super) fn p_among_others(&self, score: f64) -> f64 {
        let others = self.n - 1.0;
        let at = self.n_below(score);
        let by_rank = match (self.steps.get(at), at.checked_sub(1)) {
            (Some(step), _) if 1.0 < step.1 => step.1 / (1.0 + others),
            (_, Some(below)) => self.beyond(score, self.steps[below].0) / (1.0 + others),
            _ => return self.by_model(score),
        };
        self.with_model(by_rank, others, score)
    }

    fn beyond(&self, score: f64, highest: f32) -> f64 {
        (-self.fall * (score - f64::from(highest)).max(0.0)).exp()
    }

    fn by_model(&self, score: f64) -> f64 {
        (-self.fall * score).exp().clamp(f64::MIN_POSITIVE, 1.0)
    }

    fn with_model(&self, by_rank: f64, n: f64, score: f64) -> f64 {
        let p = (n * by_rank + MODEL_WEIGHT * self.by_model(score)) / (n + MODEL_WEIGHT);
        p.clamp(f64::MIN_POSITIVE, 1.0)
    }
}

fn thinned(steps: Vec<(f32, f64)>) -> Vec<(f32, f64)> {
    let Some(body) = steps.len().checked_sub(KEPT) else { return steps };
    let body = body + KEPT / 2;
    let every = body.div_ceil(KEPT / 2);
    let kept = |(idx, _): &(usize, (f32, f64))| body <= *idx || idx % every == 0;
    steps.into_iter().enumerate().filter(kept).map(|(_, step)| step).collect()
}

/// How fast the highest scores thin out: the inverse of their mean excess (Hill), drawn to the cold
/// one when they are few. Never faster than the model's own tail.
fn fall(scores: &[f32]) -> f64 {
    let k = (scores.len() / 20).min(TAIL_SCORES);
    let tail = &scores[scores.len() - k..];
    let base = tail.first().map_or(0.0, |lowest| f64::from(*lowest));
    let excess: f64 = tail.iter().map(|score| f64::from(*score) - base).sum();
    let fall = (k as f64 + COLD_FALL_WEIGHT) / (excess + COLD_FALL_WEIGHT / COLD_FALL);
    fall.clamp(0.2, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Scores of which a share `p` is at least −ln p, as the model's own are when it is right.
    fn exponential(n: u32) -> Vec<f32> {
        (0..n).map(|idx| -((f64::from(idx) + 0.5) / f64::from(n)).ln() as f32).collect()
    }

    #[test]
    fn a_score_is_as_rare_as_it_was() {
        let calibration = Calibration::of(exponential(10_000));
        for expected in [0.1, 0.01, 0.001_f64] {
            let p = calibration.p_value(-expected.ln());
            assert!((1.0..1.15).contains(&(p / expected)), "{expected}: {p}");
        }
    }

    #[test]
    fn scores_that_differ_by_a_hair_are_one() {
        let calibration = Calibration::of(vec![2.0; 1_000]);
        assert!(0.9 < calibration.p_value(2.001), "a line known a month longer is no odder");
        assert!(calibration.p_value(2.5) < 0.01);
    }

    #[test]
    fn many_scores_are_thinned_without_moving_the_tail() {
        let (many, few) = (exponential(200_000), exponential(19_000));
        let (many, few) = (Calibration::of(many), Calibration::of(few));
        assert!(many.steps.len() <= KEPT + 1);
        for score in [0.7, 2.3, 4.6, 6.9] {
            assert!((many.p_value(score) / few.p_value(score) - 1.0).abs() < 0.06, "{score}");
        }
    }

    proptest! {
        #[test]
        fn a_higher_score_is_never_likelier(
            past in prop::collection::vec(0.0_f32..20.0, 0..300),
            low in 0.0_f64..40.0,
            more in 0.0_f64..20.0,
        ) {
            let calibration = Calibration::of(past);
            let (p_low, p_high) = (calibration.p_value(low), calibration.p_value(low + more));
            prop_assert!(p_high <= p_low);
            prop_assert!(0.0 < p_high && p_low <= 1.0);
        }
    }
}
