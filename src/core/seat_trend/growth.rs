//! Growing lines, and how often one that always grew pauses.
//!
//! A pause of a line that grew every month is rarer than a coin's, and less rare than its run makes
//! one think: how much less is learned from all lines (Beta–binomial).

use serde::{Deserialize, Serialize};
use statrs::function::beta::ln_beta;

use super::reading::median;

/// Increments a line's growth is judged by.
pub(super) const WINDOW: usize = 12;

/// Increments that make a run at least.
const LEAST: usize = 6;

/// Share of the usual growth that does not end a pause: a seat may come, and another go, for reasons of
/// their own.
const HARDLY_ANY: f64 = 0.34;

/// The same of the least growth it ever had: what it grew by before is growth.
const OF_LEAST: f64 = 0.5;

/// Share of increments above nought that makes a grower.
const GROWER_SHARE: f64 = 0.75;

/// How a line grew before a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GrowthSoFar {
    /// Increments looked at, at most 12.
    pub n: usize,
    /// Of them, months without growth.
    pub n_flat: usize,
    /// The usual growth a month: the median increment.
    pub typical: f64,
    /// How much growth is none: far less than usual, and than the least it ever was.
    pub(super) hardly: f64,
    /// The least increment of the months with growth.
    pub least: f64,
    /// The greatest increment.
    pub most: f64,
}

impl GrowthSoFar {
    /// The growth over the increments that end before `month_idx`; `None` for fewer than six.
    pub(super) fn before(raw: &[f64], month_idx: usize) -> Option<Self> {
        let mut steps = [0.0; WINDOW];
        let mut n = 0;
        for back in 1..=WINDOW.min(month_idx.saturating_sub(1)) {
            let step = raw[month_idx - back] - raw[month_idx - back - 1];
            if step.is_finite() {
                steps[n] = step;
                n += 1;
            }
        }
        if n < LEAST {
            return None;
        }
        let steps = &mut steps[..n];
        let growing = steps.iter().copied().filter(|step| 0.0 < *step);
        let least = growing.clone().fold(f64::INFINITY, f64::min);
        let most = growing.clone().fold(0.0, f64::max);
        let n_flat = n - growing.count();
        let typical = median(steps)?;
        let hardly = (HARDLY_ANY * typical).min(OF_LEAST * least).max(0.0);
        Some(Self { n, n_flat, typical, hardly, least, most })
    }

    /// In how many of the months that end before `month_idx` a line grew by no more than that.
    pub(super) fn n_as_little(raw: &[f64], month_idx: usize, grown: f64) -> usize {
        let months = 1..=WINDOW.min(month_idx.saturating_sub(1));
        let step = |back: usize| raw[month_idx - back] - raw[month_idx - back - 1];
        months.filter(|&back| step(back) <= grown).count()
    }

    /// Whether the line could be a grower before this month or a few months ago: it is not where fewer
    /// months grew than the shortest run of one has. Most lines are told by that alone.
    pub(super) fn is_possible(raw: &[f64], month_idx: usize, months_ago: usize) -> bool {
        let start = month_idx.saturating_sub(1 + WINDOW + months_ago);
        let n_growing = raw[start..month_idx].windows(2).filter(|pair| pair[0] < pair[1]).count();
        GROWER_SHARE * LEAST as f64 <= n_growing as f64
    }

    /// Whether the line grows: most months, and usually by a seat or more.
    pub fn grows(&self) -> bool {
        GROWER_SHARE * self.n as f64 <= (self.n - self.n_flat) as f64 && 1.0 <= self.typical
    }

    /// Whether an increment may be part of a pause: hardly any growth, and no fall that would be a drop
    /// of its own.
    pub(super) fn nearly_pauses(&self, step: f64) -> bool {
        -(self.typical / 2.0).max(1.0) <= step && step <= self.hardly
    }
}

/// How likely a month without growth is, given the months before: Beta over lines, learned from all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct RunModel {
    /// Weight of months without growth.
    flat: f64,
    /// Weight of months with growth.
    grown: f64,
}

impl RunModel {
    /// Figures of a real headcount portfolio, until lines say otherwise.
    pub(super) const COLD: Self = Self { flat: 0.44, grown: 1.43 };

    /// The likeliest Beta for lines of which (months without growth, months) is given, with a few
    /// lines' worth of the cold one.
    pub(super) fn learned(lines: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut counts = [[0.0_f64; WINDOW + 1]; WINDOW + 1];
        for (n_flat, n) in lines {
            counts[n.min(WINDOW)][n_flat.min(WINDOW)] += 1.0;
        }
        let cells: Vec<(f64, f64, f64)> = counts
            .iter()
            .enumerate()
            .flat_map(|(n, row)| {
                row.iter()
                    .enumerate()
                    .filter(|cell| 0.0 < *cell.1)
                    .map(move |(flat, count)| (flat as f64, (n - flat) as f64, *count))
            })
            .collect();
        let likelihood = |model: &Self| -> f64 {
            let own = ln_beta(model.flat, model.grown);
            let fit = |&(flat, grown, count): &(f64, f64, f64)| {
                count * (ln_beta(model.flat + flat, model.grown + grown) - own)
            };
            cells.iter().map(fit).sum::<f64>() - model.distance_from_cold()
        };
        climb(Self::COLD, likelihood)
    }

    fn distance_from_cold(&self) -> f64 {
        (self.flat / Self::COLD.flat).ln().powi(2) + (self.grown / Self::COLD.grown).ln().powi(2)
    }

    /// The probability of `n_pauses` months in a row with growth as little as the line had in `n_as_little`
    /// of the months before.
    pub(super) fn pause(&self, growth: &GrowthSoFar, n_as_little: usize, n_pauses: usize) -> f64 {
        let flat = self.flat + n_as_little as f64;
        let grown = self.grown + (growth.n - n_as_little) as f64;
        (ln_beta(flat + n_pauses as f64, grown) - ln_beta(flat, grown)).exp()
    }
}

/// Steps uphill in both weights, halving the step until it no longer shows.
fn climb(start: RunModel, likelihood: impl Fn(&RunModel) -> f64) -> RunModel {
    let (mut best, mut height) = (start, likelihood(&start));
    let mut step = 0.8_f64;
    while 0.01 < step {
        let up = step.exp();
        let tries = [(up, 1.0), (1.0 / up, 1.0), (1.0, up), (1.0, 1.0 / up)];
        let better = tries
            .into_iter()
            .map(|(flat, grown)| RunModel {
                flat: (best.flat * flat).clamp(0.01, 1e3),
                grown: (best.grown * grown).clamp(0.01, 1e3),
            })
            .map(|model| (likelihood(&model), model))
            .fold((height, best), |best, next| if best.0 + 1e-9 < next.0 { next } else { best });
        if better.0 <= height {
            step /= 2.0;
        } else {
            (height, best) = better;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_model_finds_lines_that_always_or_never_grow() {
        let always = RunModel::learned((0..200).map(|idx| (if idx % 2 == 0 { 0 } else { 12 }, 12)));
        let steady: Vec<f64> = (0..14).map(|month| 10.0 + 3.0 * f64::from(month)).collect();
        let growth = GrowthSoFar::before(&steady, 13).unwrap();
        assert!(always.pause(&growth, 0, 1) < 0.02, "{}", always.pause(&growth, 0, 1));
        let coin = RunModel::learned((0..200).map(|idx| (4 + idx % 5, 12)));
        assert!(0.2 < coin.pause(&growth, 0, 1), "{}", coin.pause(&growth, 0, 1));
    }

    #[test]
    fn a_line_that_grows_by_fits_and_starts_is_no_grower() {
        let steady: Vec<f64> = (0..14).map(|month| 10.0 + 4.0 * f64::from(month)).collect();
        assert!(GrowthSoFar::before(&steady, 13).unwrap().grows());
        let jumpy: Vec<f64> = (0..14).map(|month| 10.0 + f64::from(month / 4) * 9.0).collect();
        assert!(!GrowthSoFar::before(&jumpy, 13).unwrap().grows());
        assert_eq!(GrowthSoFar::before(&steady, 5), None);
    }
}
