//! How much a line of a size wobbles from month to month: learned from all lines, by level.
//!
//! A line of 24 months knows its own variance badly, and a flat one not at all. Its variance is
//! moderated: a weighted mean of its own and of the usual one at its level, the weight being the
//! degrees of freedom that the portfolio's spread of variances is worth.
//!
//! Source: Smyth (2004), equations for d₀ and s₀² from the moments of the log variances; the prior
//! by level follows limma-trend (Law et al. 2014).

use serde::{Deserialize, Serialize};
use statrs::function::gamma::digamma;

use super::reading::quantile;

/// Lines a knot of the curve stands on at least.
const LINES_PER_KNOT: usize = 50;

/// Knots at most.
const MAX_KNOTS: usize = 8;

/// Lines whose word weighs as much as the curve known beforehand.
const PRIOR_LINES: f64 = 10.0;

/// Degrees of freedom before any line was seen: little, so that a line soon speaks for itself.
const COLD_FREEDOM: f64 = 2.0;

/// The usual variance by level, and what it is worth in degrees of freedom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ScalePrior {
    /// Degrees of freedom of the usual variance.
    pub freedom: f64,
    /// (ln(1 + level), what is added to the log of the variance known beforehand), by level.
    knots: Vec<(f64, f64)>,
}

/// What one line tells about its variance.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineVariance {
    /// The line's level, in its units.
    pub level: f64,
    /// Mean square of its errors.
    pub variance: f64,
    /// Number of errors.
    pub freedom: f64,
}

impl ScalePrior {
    /// What is believed before any line was seen.
    pub(super) fn cold() -> Self {
        Self { freedom: COLD_FREEDOM, knots: vec![(0.0, 0.0)] }
    }

    /// Learns the curve and its worth from all lines.
    pub(super) fn learned(lines: &[LineVariance]) -> Self {
        let mut residuals: Vec<(f64, f64, f64)> = lines
            .iter()
            .filter(|line| 1.0 <= line.freedom && 0.0 < line.variance)
            .map(|line| {
                let half = line.freedom / 2.0;
                let residual =
                    line.variance.ln() - 2.0 * cold_deviation(line.level).ln() - digamma(half)
                        + half.ln();
                (line.level.abs().ln_1p(), residual, trigamma(half))
            })
            .collect();
        if residuals.is_empty() {
            return Self::cold();
        }
        residuals.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let n_knots = (residuals.len() / LINES_PER_KNOT).clamp(1, MAX_KNOTS);
        let per_knot = residuals.len().div_ceil(n_knots);
        let mut knots: Vec<(f64, f64)> = residuals.chunks(per_knot).map(knot).collect();
        let freedom = freedom(&residuals, &knots, per_knot);
        // The mean of the log of an F variable is not nought: its numerator's part was taken off
        // line by line, the prior's part comes off here.
        let correction = digamma(freedom / 2.0) - (freedom / 2.0).ln();
        let trust = residuals.len() as f64 / (residuals.len() as f64 + PRIOR_LINES);
        for (_, offset) in &mut knots {
            *offset = (*offset + correction) * trust;
        }
        let ends = (residuals[0].0, residuals[residuals.len() - 1].0);
        Self { freedom, knots: with_ends(knots, ends) }
    }

    /// The usual variance at a level.
    pub(super) fn variance(&self, level: f64) -> f64 {
        let deviation = cold_deviation(level);
        let offset = match self.knots.as_slice() {
            [only] => only.1,
            _ => self.offset(level.abs().ln_1p()),
        };
        deviation * deviation * offset.exp()
    }

    fn offset(&self, at: f64) -> f64 {
        let above = self.knots.partition_point(|knot| knot.0 <= at);
        match (above.checked_sub(1).map(|below| self.knots[below]), self.knots.get(above)) {
            (Some(below), Some(above)) => {
                below.1 + (above.1 - below.1) * (at - below.0) / (above.0 - below.0)
            }
            (Some(end), None) => end.1,
            (None, Some(end)) => end.1,
            (None, None) => 0.0,
        }
    }
}

/// The deviation before any line was seen: a sixth of a seat, and three in a hundred seats.
fn cold_deviation(level: f64) -> f64 {
    0.15 + 0.03 * level.abs()
}

/// The middle of a stretch of lines, robustly: the mean without the lowest and highest tenth.
fn knot(lines: &[(f64, f64, f64)]) -> (f64, f64) {
    let mut offsets: Vec<f64> = lines.iter().map(|line| line.1).collect();
    offsets.sort_unstable_by(f64::total_cmp);
    let cut = offsets.len() / 10;
    let kept = &offsets[cut..offsets.len() - cut];
    (lines[lines.len() / 2].0, kept.iter().sum::<f64>() / kept.len() as f64)
}

/// Draws the curve on to the smallest and the largest line, in the direction of its last stretch.
fn with_ends(mut knots: Vec<(f64, f64)>, (first, last): (f64, f64)) -> Vec<(f64, f64)> {
    knots.dedup_by(|next, knot| next.0 <= knot.0);
    if knots.len() < 2 {
        return knots;
    }
    let drawn_on = |to: f64, near: (f64, f64), far: (f64, f64)| {
        let more = (near.1 - far.1) / (near.0 - far.0) * (to - near.0);
        (to, near.1 + more.clamp(-2.0, 2.0))
    };
    let start = drawn_on(first, knots[0], knots[1]);
    let end = drawn_on(last, knots[knots.len() - 1], knots[knots.len() - 2]);
    if first < knots[0].0 {
        knots.insert(0, start);
    }
    if end.0 > knots[knots.len() - 1].0 {
        knots.push(end);
    }
    knots
}

/// Degrees of freedom d₀ of the prior: trigamma(d₀/2) is the spread of the log variances beyond what
/// the lines' own few months explain. The spread is taken from the quartiles, so that a few wild
/// lines do not make the prior worthless.
fn freedom(residuals: &[(f64, f64, f64)], knots: &[(f64, f64)], per_knot: usize) -> f64 {
    const LEAST: f64 = 0.5;
    const MOST: f64 = 60.0;
    let n = residuals.len();
    if n < 8 {
        return COLD_FREEDOM;
    }
    let mut centred: Vec<f64> = residuals
        .chunks(per_knot)
        .zip(knots)
        .flat_map(|(lines, knot)| lines.iter().map(|line| line.1 - knot.1))
        .collect();
    centred.sort_unstable_by(f64::total_cmp);
    let deviation = (quantile(&centred, 0.75) - quantile(&centred, 0.25)) / 1.349;
    let own = residuals.iter().map(|line| line.2).sum::<f64>() / n as f64;
    let spread = deviation * deviation - own;
    if spread <= 0.0 {
        return MOST;
    }
    (2.0 * inverse_trigamma(spread)).clamp(LEAST, MOST)
}

/// The derivative of the digamma function, for x > 0.
pub(super) fn trigamma(mut x: f64) -> f64 {
    let mut sum = 0.0;
    while x < 6.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    // The asymptotic series, with Bernoulli numbers 1/6, −1/30, 1/42, −1/30.
    let tail = square * (1.0 / 6.0 - square * (1.0 / 30.0 - square * (1.0 / 42.0 - square / 30.0)));
    sum + 1.0 / x + square / 2.0 + tail / x
}

/// The x at which trigamma takes a value above nought. Trigamma falls, so halving finds it.
fn inverse_trigamma(value: f64) -> f64 {
    let (mut low, mut high) = (1e-3_f64, 1e4_f64);
    for _ in 0..60 {
        let middle = (low * high).sqrt();
        if value < trigamma(middle) { low = middle } else { high = middle }
    }
    (low * high).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trigamma_knows_its_classic_values() {
        let pi_squared = std::f64::consts::PI.powi(2);
        assert!((trigamma(1.0) - pi_squared / 6.0).abs() < 1e-8);
        assert!((trigamma(0.5) - pi_squared / 2.0).abs() < 1e-8);
        for x in [0.3, 1.0, 4.5, 30.0] {
            assert!((inverse_trigamma(trigamma(x)) / x - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn the_prior_learns_the_variance_lines_have() {
        use rand::{Rng, SeedableRng};
        let mut rng = rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(11);
        let lines: Vec<LineVariance> = (0..2_000)
            .map(|_| {
                let level = rng.gen_range(1.0..200.0_f64);
                // Sum of 20 squares of a uniform variable with variance 4.
                let width = 2.0 * 3.0_f64.sqrt();
                let squares: f64 = (0..20).map(|_| rng.gen_range(-width..width).powi(2)).sum();
                LineVariance { level, variance: squares / 20.0, freedom: 20.0 }
            })
            .collect();
        let prior = ScalePrior::learned(&lines);
        for level in [5.0, 50.0, 150.0] {
            let variance = prior.variance(level);
            assert!((2.8..5.6).contains(&variance), "{level}: {variance}");
        }
        assert!(10.0 < prior.freedom, "equal lines make a strong prior, not {}", prior.freedom);
    }
}
