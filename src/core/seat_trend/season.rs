//! A line's own seasons: what comes back after a year, learned month by month from the months before.
//!
//! Each month is compared with the mean of the year around it, which is known seven months later. What
//! a calendar month's comparisons have in common is its season; how far it is believed depends on how
//! well the line's years agree, and on how well the portfolio's do.

use serde::{Deserialize, Serialize};

use super::reading::{Reading, at_least_none};

/// Months of a season.
const YEAR: usize = 12;

/// A comparison is known this many months later: half a year, and the month itself.
const KNOWN_AFTER: usize = YEAR / 2 + 1;

/// Weight of the newest year at least, so that seasons may change.
const LEAST_GAIN: f64 = 0.2;

/// Comparisons whose word weighs as much as the portfolio's.
const PRIOR_MONTHS: f64 = 6.0;

/// Months of steps and of the same steps a year later that a line must have to tell the portfolio.
const LEAST_PAIRS: usize = 6;

/// How much of what months do, compared with their year, comes back a year later.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct SeasonPrior {
    share: f64,
}

/// What one line tells about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct YearlyLikeness {
    likeness: f64,
    n_pairs: f64,
}

impl SeasonPrior {
    /// No seasons, until lines say otherwise.
    pub(super) const COLD: Self = Self { share: 0.0 };

    /// The mean likeness of all lines, less its own standard error.
    pub(super) fn learned(lines: &[YearlyLikeness]) -> Self {
        let total: f64 = lines.iter().map(|line| line.n_pairs).sum();
        if lines.len() < 2 {
            return Self::COLD;
        }
        let mean = lines.iter().map(|line| line.n_pairs * line.likeness).sum::<f64>() / total;
        let error = lines
            .iter()
            .map(|line| (line.n_pairs / total * (line.likeness - mean)).powi(2))
            .sum::<f64>()
            .sqrt();
        Self { share: (mean - error).clamp(0.0, 0.9) }
    }

    /// Takes the seasons out of a reading, each month's as it was known before that month, so that its
    /// last month keeps its units.
    pub(super) fn take_out(&self, reading: &mut Reading) {
        let n = reading.values.len();
        if n <= YEAR + KNOWN_AFTER {
            return;
        }
        let mut seasons = vec![0.0; n];
        let mut known = Seasons::default();
        for (month_idx, season) in seasons.iter_mut().enumerate().skip(YEAR + KNOWN_AFTER - 1) {
            let compared = month_idx - KNOWN_AFTER;
            if let Some(comparison) = comparison(&reading.values, compared) {
                known.learn(compared % YEAR, comparison);
            }
            *season = known.season(month_idx % YEAR, self.share);
        }
        let last = seasons[n - 1];
        if seasons.iter().all(|season| *season == 0.0) {
            return;
        }
        if reading.factors.is_empty() {
            reading.factors.resize(n, 1.0);
        }
        for (factor, season) in reading.factors.iter_mut().zip(&seasons) {
            *factor *= (last - season).exp();
        }
        reading.deflate();
    }
}

/// How much the steps of a line are like those of the year before; `None` for a line too young.
pub(super) fn yearly_likeness(values: &[f64]) -> Option<YearlyLikeness> {
    let (mut product, mut squares, mut n_pairs) = (0.0, 0.0, 0);
    for month_idx in YEAR + 1..values.len() {
        let (now, then) = (log_step(values, month_idx), log_step(values, month_idx - YEAR));
        if now.is_finite() && then.is_finite() {
            product += now * then;
            squares += f64::midpoint(now * now, then * then);
            n_pairs += 1;
        }
    }
    (LEAST_PAIRS <= n_pairs && 0.0 < squares)
        .then(|| YearlyLikeness { likeness: product / squares, n_pairs: f64::from(n_pairs as u32) })
}

fn log(value: f64) -> f64 {
    (at_least_none(value) + 0.5).ln()
}

fn log_step(values: &[f64], month_idx: usize) -> f64 {
    // One wild month must not outweigh all others.
    (log(values[month_idx]) - log(values[month_idx - 1])).clamp(-1.0, 1.0)
}

/// The logarithm of a month over the mean of the year around it; `None` where months are missing.
fn comparison(values: &[f64], month_idx: usize) -> Option<f64> {
    let half = YEAR / 2;
    let window = values.get(month_idx.checked_sub(half)?..=month_idx + half)?;
    let ends = 0.5 * (window[0] + window[YEAR]);
    let mean = (ends + window[1..YEAR].iter().sum::<f64>()) / YEAR as f64;
    let comparison = log(values[month_idx]) - log(mean);
    comparison.is_finite().then_some(comparison)
}

/// What one line's calendar months did so far.
#[derive(Debug, Default)]
struct Seasons {
    means: [f64; YEAR],
    counts: [f64; YEAR],
    /// Squares of what the years of a calendar month disagree by.
    squares: f64,
    n_squares: f64,
    /// Squares of all comparisons.
    all: f64,
    n_all: f64,
}

impl Seasons {
    fn learn(&mut self, calendar_idx: usize, comparison: f64) {
        let n = self.counts[calendar_idx];
        let mut error = comparison - self.means[calendar_idx];
        // Neither the first year nor a wild month of a later one is taken at its word.
        let usual = if 0.0 < n { self.noise(0.0) } else { self.all / self.n_all.max(1.0) };
        if YEAR as f64 / 2.0 <= self.n_all {
            let limit = 3.0 * usual.sqrt();
            error = error.clamp(-limit, limit);
        }
        if 0.0 < n {
            self.squares += error * error * n / (n + 1.0);
            self.n_squares += 1.0;
        }
        self.all += comparison.clamp(-1.0, 1.0).powi(2);
        self.n_all += 1.0;
        self.means[calendar_idx] += error * (1.0 / (n + 1.0)).max(LEAST_GAIN);
        self.counts[calendar_idx] = n + 1.0;
    }

    /// The variance of a calendar month from year to year, the portfolio's word in it.
    fn noise(&self, share: f64) -> f64 {
        let total = self.all / self.n_all.max(1.0);
        (self.squares + PRIOR_MONTHS * (1.0 - share) * total) / (self.n_squares + PRIOR_MONTHS)
    }

    /// The season of a calendar month, shrunk by what is known about it.
    fn season(&self, calendar_idx: usize, share: f64) -> f64 {
        let n = self.counts[calendar_idx].min(2.0 / LEAST_GAIN - 1.0);
        if n == 0.0 {
            return 0.0;
        }
        let (noise, total) = (self.noise(share), self.all / self.n_all);
        let seen = self.counts.iter().filter(|count| 0.0 < **count).count() as f64;
        let mean = self.means.iter().sum::<f64>() / seen;
        let spread = self.means.iter().map(|mean| mean * mean).sum::<f64>() / seen - mean * mean;
        let own = if 0.0 < self.n_squares { (spread - noise / n).max(0.0) } else { 0.0 };
        let years = self.n_squares.min(YEAR as f64);
        let signal = (years * own + PRIOR_MONTHS * share * total) / (years + PRIOR_MONTHS);
        let trust = signal / (signal + noise / n).max(f64::MIN_POSITIVE);
        trust * (self.means[calendar_idx] - mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(month: i32) -> f64 {
        (100.0 * (1.0 + 0.3 * (f64::from(month) * std::f64::consts::TAU / 12.0).sin())).round()
    }

    fn reading(values: Vec<f64>) -> Reading {
        Reading { raw: values.clone(), values, grain: 1.0, ..Reading::default() }
    }

    #[test]
    fn what_comes_back_every_year_is_taken_out() {
        let mut reading = reading((0..60).map(wave).collect());
        SeasonPrior { share: 0.5 }.take_out(&mut reading);
        let newest = &reading.values[48..];
        let (low, high) = newest
            .iter()
            .fold((f64::MAX, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
        assert!(high / low < 1.15, "{newest:?}");
        assert_eq!(reading.values[59], reading.raw[59], "the last month keeps its units");
    }

    #[test]
    fn one_wild_month_is_no_season() {
        let mut values = vec![50.0; 48];
        values[20] = 200.0;
        let mut reading = reading(values);
        SeasonPrior::COLD.take_out(&mut reading);
        assert!(
            reading
                .values
                .iter()
                .enumerate()
                .all(|(idx, value)| idx == 20 || (value / 50.0 - 1.0).abs() < 0.15),
            "{:?}",
            reading.values
        );
    }

    #[test]
    fn a_missing_month_of_a_line_that_stands_still_is_no_season() {
        for missing in [20..21, 20..25, 13..14, 46..47] {
            let mut values = vec![1_000.0; 48];
            values[missing.clone()].fill(f64::NAN);
            let mut reading = reading(values);
            SeasonPrior { share: 0.5 }.take_out(&mut reading);
            let seen = reading.values.iter().filter(|value| value.is_finite());
            assert!(
                seen.clone().all(|value| *value == 1_000.0),
                "{missing:?} {:?}",
                reading.values
            );
            assert_eq!(seen.count(), 48 - missing.len(), "what is missing stays missing");
        }
    }

    #[test]
    fn a_year_with_missing_months_tells_of_the_steps_it_has() {
        let mut values: Vec<f64> = (0..36).map(wave).collect();
        values[16] = f64::NAN;
        let likeness = yearly_likeness(&values).unwrap();
        assert_eq!(likeness.n_pairs, 19.0, "of 23 pairs those without the missing month");
        assert!(0.99 < likeness.likeness, "{}", likeness.likeness);
    }

    #[test]
    fn a_portfolio_tells_whether_years_are_alike() {
        let alike: Vec<_> = (0..5)
            .filter_map(|_| yearly_likeness(&(0..30).map(wave).collect::<Vec<_>>()))
            .collect();
        assert!(0.8 < SeasonPrior::learned(&alike).share);
        let flat: Vec<_> = (0..5).filter_map(|_| yearly_likeness(&[7.0; 30])).collect();
        assert_eq!(SeasonPrior::learned(&flat), SeasonPrior::COLD);
    }
}
