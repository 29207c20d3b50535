//! How many lines a usual month brings down to a p-value: the middle one of the newest months.
//!
//! A month in which much happened is not usual, and does not hide what happens next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use super::reading::median;

/// p-values above this are of no interest and are not kept.
const LOOKED_AT: f64 = 0.05;

/// Lines a month must bring before its own count says more than the tail of all months.
const LEAST_COUNTED: f64 = 2.0;

/// The newest past months, those that later proved real with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct UsualMonth {
    months: Vec<OneMonth>,
    /// All of them together, −ln of the p-values.
    pooled: Calibration,
}

/// One month: how many lines were judged, and the rarest of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct OneMonth {
    n: f64,
    /// −ln of the p-values, falling.
    rarities: Vec<f32>,
}

impl UsualMonth {
    /// Nothing seen yet: months are as rare as they say.
    pub(super) fn cold() -> Self {
        Self { months: Vec::new(), pooled: Calibration::of(Vec::new()) }
    }

    /// Of (month, p-value).
    pub(super) fn of(lines: impl Iterator<Item = (i32, f64)>) -> Self {
        let mut by_month: BTreeMap<i32, Vec<f32>> = BTreeMap::new();
        for (month, p) in lines {
            by_month.entry(month).or_default().push(-p.ln() as f32);
        }
        let pooled = Calibration::of(by_month.values().flatten().copied().collect());
        let one = |mut rarities: Vec<f32>| {
            let n = rarities.len() as f64;
            rarities.retain(|rarity| -LOOKED_AT.ln() <= f64::from(*rarity));
            rarities.sort_unstable_by(|a, b| b.total_cmp(a));
            OneMonth { n, rarities }
        };
        Self { months: by_month.into_values().map(one).collect(), pooled }
    }

    /// The p-value down to which the middle month brings no more than a share of its lines.
    pub(super) fn cut(&self, share: f64) -> f64 {
        let counted = self.months.iter().filter(|month| LEAST_COUNTED <= share * month.n);
        let mut cuts: Vec<f64> = counted.map(|month| month.cut(share)).collect();
        if 2 * cuts.len() <= self.months.len() {
            return self.pooled_cut(share);
        }
        median(&mut cuts).map_or(share, |rarity| (-rarity).exp())
    }

    /// The share of its lines that the middle month brings down to a p-value.
    pub(super) fn share(&self, p_value: f64) -> f64 {
        let rarity = -p_value.max(f64::MIN_POSITIVE).ln();
        let mut shares: Vec<f64> = self.months.iter().map(|month| month.share(rarity)).collect();
        let counted = self
            .months
            .iter()
            .zip(&shares)
            .filter(|(month, share)| LEAST_COUNTED <= *share * month.n);
        if 2 * counted.count() <= self.months.len() {
            return self.pooled.p_value(rarity);
        }
        median(&mut shares).unwrap_or(p_value)
    }

    fn pooled_cut(&self, share: f64) -> f64 {
        let (mut low, mut high) = (-700.0_f64, 0.0_f64);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.pooled.p_value(-middle) <= share { low = middle } else { high = middle }
        }
        low.exp()
    }
}

impl OneMonth {
    /// The rarity that a share of the lines lies beyond.
    fn cut(&self, share: f64) -> f64 {
        let beyond = (share * self.n) as usize;
        let at = |idx: usize| self.rarities.get(idx).map_or(-LOOKED_AT.ln(), |it| f64::from(*it));
        f64::midpoint(at(beyond - 1), at(beyond))
    }

    fn share(&self, rarity: f64) -> f64 {
        self.rarities.partition_point(|one| rarity <= f64::from(*one)) as f64 / self.n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A month of 1,000 lines whose p-values are spread evenly, the rarest `n_real` made far rarer.
    fn month(month: i32, n_real: usize) -> impl Iterator<Item = (i32, f64)> {
        (0..1_000)
            .map(move |idx| (month, if idx < n_real { 1e-9 } else { (idx as f64 + 0.5) / 1_000.0 }))
    }

    #[test]
    fn one_month_in_which_much_happened_is_not_the_usual_one() {
        let quiet = UsualMonth::of((0..6).flat_map(|at| month(at, 0)));
        let eventful =
            UsualMonth::of((0..6).flat_map(|at| month(at, if at == 3 { 60 } else { 0 })));
        for usual in [&quiet, &eventful] {
            let cut = usual.cut(0.005);
            assert!((0.004..=0.006).contains(&cut), "{cut}");
            assert!((usual.share(0.01) - 0.01).abs() < 0.002, "{}", usual.share(0.01));
        }
    }

    #[test]
    fn where_a_month_has_too_few_lines_the_tail_of_all_tells() {
        let usual = UsualMonth::of((0..6).flat_map(|at| month(at, 0)));
        let cut = usual.cut(1e-5);
        assert!(0.0 < cut && cut < 1e-3, "{cut}");
        assert!((UsualMonth::cold().cut(0.001) - 0.001).abs() < 0.01);
    }
}
