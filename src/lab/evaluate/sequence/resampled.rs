//! Sums over MSPs → shares, and how far they would have been others with other MSPs.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// How often MSPs are drawn anew.
const RESAMPLES: usize = 2000;

/// A part and a whole of one MSP.
pub(super) type PartOf = (f64, f64);

/// The share of all MSPs together; 0 of nothing.
pub(super) fn share(all: &[PartOf]) -> f64 {
    share_of(all.iter().copied())
}

fn share_of(all: impl Iterator<Item = PartOf>) -> f64 {
    let (part, whole) = all.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    if whole == 0.0 { 0.0 } else { part / whole }
}

/// The middle 95 % of a share over MSPs drawn anew.
///
/// Source: the cluster bootstrap, percentile interval (Efron and Tibshirani 1993).
pub(super) fn interval(all: &[PartOf], seed: u64) -> (f64, f64) {
    drawn(all.len(), seed, |drawn| share_of(drawn.iter().map(|&idx| all[idx])))
}

/// The middle 95 % of what a share changed by from one month to another, over the same MSPs drawn anew.
pub(super) fn change_interval(before: &[PartOf], now: &[PartOf], seed: u64) -> (f64, f64) {
    let of = |all: &[PartOf], drawn: &[usize]| share_of(drawn.iter().map(|&idx| all[idx]));
    drawn(now.len(), seed, |drawn| of(now, drawn) - of(before, drawn))
}

fn drawn(n: usize, seed: u64, statistic: impl Fn(&[usize]) -> f64) -> (f64, f64) {
    if n == 0 {
        return (0.0, 0.0);
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut all: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn: Vec<usize> = (0..n).map(|_| rng.gen_range(0..n)).collect();
            statistic(&drawn)
        })
        .collect();
    all.sort_by(f64::total_cmp);
    (all[RESAMPLES / 40], all[RESAMPLES - 1 - RESAMPLES / 40])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_all_msps_together_and_lies_in_its_interval() {
        let all = [(1.0, 10.0), (9.0, 10.0), (5.0, 10.0), (4.0, 10.0)];
        assert!((share(&all) - 0.475).abs() < 1e-12);
        let (low, high) = interval(&all, 1);
        assert!(low < 0.475 && 0.475 < high, "{low} {high}");
        assert_eq!(interval(&all, 1), interval(&all, 1));
        assert_eq!(share(&[]), 0.0);
    }

    #[test]
    fn the_same_change_everywhere_is_beyond_chance() {
        let before: Vec<PartOf> = (0..8).map(|n| (f64::from(n), 100.0)).collect();
        let now: Vec<PartOf> = before.iter().map(|(part, whole)| (part + 10.0, *whole)).collect();
        let (low, high) = change_interval(&before, &now, 3);
        assert!((low - 0.1).abs() < 1e-12 && (high - 0.1).abs() < 1e-12);
    }
}
