//! What people said of flags → how likely the next one is real.

use serde::{Deserialize, Serialize};

/// Fewest verdicts that say anything about the next flag.
const FEWEST: usize = 10;

/// Verdicts that each step of the curve is pulled towards the share of them all by.
const PULL: f64 = 2.0;

/// The probability that a flag is real, by how rare the month is: the rarer, the likelier.
///
/// Isotonic regression of the verdicts on −ln p. The one of `linfa-linear` finds out by itself whether a
/// curve rises or falls, and a handful of verdicts would turn it upside down.
///
/// Source: pool adjacent violators, Ayer et al. (1955), *An empirical distribution function for sampling
/// with incomplete information*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerdictCurve {
    /// (−ln p from which it holds, probability), both rising.
    steps: Vec<(f64, f64)>,
    /// Verdicts it was learned from.
    pub n: usize,
    /// Those that said real.
    pub n_real: usize,
}

/// Verdicts of equal or pooled rarity.
#[derive(Debug, Clone, Copy)]
struct Block {
    from: f64,
    weight: f64,
    share: f64,
}

impl VerdictCurve {
    /// Learns from (p-value of the flag, whether it was real); `None` with fewer than ten.
    pub fn fit(verdicts: &[(f64, bool)]) -> Option<Self> {
        if verdicts.len() < FEWEST {
            return None;
        }
        let n_real = verdicts.iter().filter(|(_, real)| *real).count();
        // Laplace's rule: even if all were real, the next one may be nothing.
        let all = (n_real + 1) as f64 / (verdicts.len() + 2) as f64;
        let mut sorted: Vec<(f64, bool)> =
            verdicts.iter().map(|&(p, real)| (rarity(p), real)).collect();
        sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
        let of_equals = sorted.chunk_by(|one, next| one.0 == next.0).map(|equals| Block {
            from: equals[0].0,
            weight: equals.len() as f64,
            share: equals.iter().filter(|(_, real)| *real).count() as f64 / equals.len() as f64,
        });
        let pulled = pooled(of_equals).into_iter().map(|block| Block {
            weight: block.weight + PULL,
            share: (block.share * block.weight + all * PULL) / (block.weight + PULL),
            ..block
        });
        let steps = pooled(pulled).into_iter().map(|block| (block.from, block.share)).collect();
        Some(Self { steps, n: verdicts.len(), n_real })
    }

    /// The probability that a flag of this p-value is real.
    pub fn real(&self, p_value: f64) -> f64 {
        let rarity = rarity(p_value);
        let holding = self.steps.iter().rev().find(|(from, _)| *from <= rarity);
        holding.or(self.steps.first()).map_or(0.5, |(_, share)| *share)
    }

    /// Whether a curve read from a file is one.
    pub(super) fn is_sound(&self) -> bool {
        !self.steps.is_empty()
            && self.n_real <= self.n
            && self
                .steps
                .iter()
                .all(|(from, share)| from.is_finite() && (0.0..=1.0).contains(share))
            && self.steps.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1)
    }
}

fn rarity(p_value: f64) -> f64 {
    -p_value.clamp(1e-300, 1.0).ln()
}

/// Pools neighbours until the shares rise.
fn pooled(blocks: impl Iterator<Item = Block>) -> Vec<Block> {
    let mut rising: Vec<Block> = Vec::new();
    for mut block in blocks {
        while let Some(last) = rising.pop_if(|last| block.share <= last.share) {
            let weight = last.weight + block.weight;
            let share = (last.share * last.weight + block.share * block.weight) / weight;
            block = Block { from: last.from, weight, share };
        }
        rising.push(block);
    }
    rising
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handful_of_verdicts_says_nothing() {
        assert_eq!(VerdictCurve::fit(&[(0.001, true); 9]), None);
    }

    #[test]
    fn the_rarer_a_month_the_likelier_it_is_real() {
        let verdicts: Vec<(f64, bool)> =
            (1..=40).map(|n| (0.001 * f64::from(n), n <= 20 && n % 5 != 0)).collect();
        let curve = VerdictCurve::fit(&verdicts).unwrap();
        assert_eq!((curve.n, curve.n_real), (40, 16));
        let rare = curve.real(1e-6);
        let common = curve.real(0.039);
        assert!(0.75 < rare && rare < 1.0 && common < 0.15, "{rare} {common}");
        assert!(curve.is_sound());
    }

    #[test]
    fn all_real_is_not_certainty() {
        let curve = VerdictCurve::fit(&[(0.001, true); 30]).unwrap();
        let sure = curve.real(1e-9);
        assert!(0.95 < sure && sure < 1.0, "{sure}");
    }

    proptest::proptest! {
        #[test]
        fn a_curve_never_falls(
            verdicts in proptest::collection::vec((1e-9..1.0_f64, proptest::bool::ANY), 10..60),
        ) {
            let curve = VerdictCurve::fit(&verdicts).unwrap();
            proptest::prop_assert!(curve.is_sound());
            let mut sorted: Vec<f64> = verdicts.iter().map(|(p, _)| *p).collect();
            sorted.sort_by(f64::total_cmp);
            let shares: Vec<f64> = sorted.iter().map(|&p| curve.real(p)).collect();
            proptest::prop_assert!(shares.is_sorted_by(|rarer, next| next <= rarer));
        }
    }
}
