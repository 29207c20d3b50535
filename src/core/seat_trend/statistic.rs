//! One month of one line → its statistics. Each is 0 where nothing is odd, and grows with the odds.

use serde::{Deserialize, Serialize};
use statrs::function::beta::beta_reg;

use super::growth::{GrowthSoFar, RunModel};
use super::predictive::{Predictive, ProcessPrior, rounding, two_sided};
use super::process::Walk;
use super::reading::{Reading, recent_median};

/// What a month is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Statistic {
    /// The quantity against the whole distribution expected.
    Level,
    /// No growth on a line that always grew.
    Stall,
    /// Six months of to and fro.
    Erratic,
    /// The gap between bought and billed widening over three to six months.
    Drift,
    /// The line is not there.
    Vanish,
    /// The unit price against its own past.
    Price,
    /// All of the others together, and both sides of a line.
    Any,
}

impl Statistic {
    /// Every statistic of a series, in the order of their positions.
    pub const OF_SERIES: [Self; 6] =
        [Self::Level, Self::Stall, Self::Erratic, Self::Drift, Self::Vanish, Self::Price];

    /// Those that raise a suspicion about a line that is there.
    pub const SUSPICIONS: [Self; 5] =
        [Self::Level, Self::Stall, Self::Erratic, Self::Drift, Self::Price];

    /// The word in files: `level`, `stall`, …
    pub fn word(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Stall => "stall",
            Self::Erratic => "erratic",
            Self::Drift => "drift",
            Self::Vanish => "vanish",
            Self::Price => "price",
            Self::Any => "any",
        }
    }
}

/// Months of a year, and how near to each other steps of several years are the same: a third, or a unit.
const YEAR: usize = 12;
const LIKE_SHARE: f64 = 0.33;
const LIKE_UNITS: f64 = 1.0;

/// Scores below that are nobody's news, whatever the month before was.
const LOOKED_AT: f64 = 2.0;

/// Months in the window of [`Erratic`].
pub(super) const ERRATIC_MONTHS: usize = 6;

/// Turns in the window without which nothing goes to and fro: one is a spike, or a growth that ended.
const LEAST_TURNS: usize = 2;

/// Windows of [`DriftRun`], in months.
const DRIFT_MONTHS: [usize; 3] = [3, 4, 6];

/// Units a gap must have widened by to be told.
const LEAST_DRIFT: f64 = 2.0;

/// Months of a line before a drift window starts.
const MONTHS_BEFORE_DRIFT: usize = 4;

/// Pauses in a row that are judged together; after them the line simply no longer grows.
const MOST_PAUSES: usize = 3;

/// A growing line that paused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stall {
    /// Months without growth in a row, this one included.
    pub n_pauses: usize,
    /// How it grew before.
    pub growth: GrowthSoFar,
    /// The probability of so many pauses, by how often growing lines pause.
    pub run_probability: f64,
    /// The probability of so little, by the usual growth and its scatter.
    pub magnitude_probability: f64,
    /// The growth that did not come, in units.
    pub missing: f64,
}

impl Stall {
    /// Whether a unit or more did not come.
    pub fn is_news(&self) -> bool {
        1.0 <= self.missing
    }

    pub(super) fn score(&self) -> f64 {
        let log = |probability: f64| probability.clamp(f64::MIN_POSITIVE, 1.0).ln();
        -0.5 * (log(self.magnitude_probability) + log(self.run_probability))
    }
}

/// Six months of to and fro.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Erratic {
    /// Times the quantity itself turned round in the window: a rise followed later by a fall, or the
    /// other way round. Standing still is no turn.
    pub turns: usize,
    /// The typical step from month to month in the window.
    pub step: f64,
    /// The typical step before.
    pub usual_step: f64,
    pub(super) score: f64,
}

impl Erratic {
    /// Whether it turned round often enough to be told.
    pub fn goes_to_and_fro(&self) -> bool {
        LEAST_TURNS <= self.turns
    }
}

/// The gap between bought and billed, widening.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriftRun {
    /// Months it has run.
    pub n_months: usize,
    /// Units it widened by over those months; negative when more and more is billed than bought.
    pub change: f64,
    /// Months of the window in which it went the same way.
    pub n_alike: usize,
    pub(super) score: f64,
}

impl DriftRun {
    /// Whether the run is worth telling: two units or more, and two months in three.
    pub fn is_news(&self) -> bool {
        LEAST_DRIFT <= self.change.abs() && 2 * self.n_months <= 3 * self.n_alike
    }
}

/// One month of one reading, and what is known to judge it by.
pub(super) struct StatisticInput<'a> {
    pub reading: &'a Reading,
    pub month_idx: usize,
    pub walk: &'a Walk,
    pub prior: &'a ProcessPrior,
    /// What a line's errors are worth at most, in months.
    pub evidence: f64,
    /// Whether the month is over: a running one may still bring what is expected of it.
    pub is_over: bool,
}

impl StatisticInput<'_> {
    /// The line's level: the median of the last 12 months.
    pub(super) fn level(&self) -> f64 {
        recent_median(&self.reading.values, self.month_idx, 12).unwrap_or(0.0)
    }

    /// The distribution of this month, seen from `back` months ago: from the month before for 0.
    pub(super) fn predictive(&self, level: f64, back: usize) -> Predictive {
        let step = self.reading.step(self.month_idx);
        self.prior.predictive(self.walk.before(back), level, step, back as f64)
    }

    /// How odd this month's quantity is: −ln of a p-value, by as much as was known of the past months that
    /// it is ranked among. And by what share it is off; none where it is off by less than a step, or only
    /// went back to what it was before a spike.
    pub(super) fn surprise(&self, level: f64) -> (f64, f64) {
        let step = self.reading.step(self.month_idx);
        let before = self.walk.before(0).worth_at_most(self.evidence);
        let expected = self.prior.predictive(&before, level, step, 0.0);
        let now = match self.is_over {
            true => self.value(0),
            false => self.value(0) + self.still_to_come(expected.point()),
        };
        let (score, off) = (expected.surprise(now), (now - expected.point()).abs());
        let is_old = || self.comes_every_year() || self.went_back(level);
        let is_news = step <= off && (score < LOOKED_AT || !is_old());
        (score, if is_news { off / (expected.point().abs() + 1.0) } else { 0.0 })
    }

    /// What the rest of a running month may still bring: no more than is expected of all of it.
    fn still_to_come(&self, expected: f64) -> f64 {
        let raw = &self.reading.raw[..=self.month_idx];
        let now = raw[self.month_idx];
        let Some(before) = raw[..self.month_idx].iter().rev().find(|value| value.is_finite())
        else {
            return 0.0;
        };
        // As it would stand in the books.
        let expected = expected + (now - self.value(0));
        let all = expected - before;
        (expected - now).clamp(all.min(0.0), all.max(0.0))
    }

    /// Whether the line made the same step in this month of the last two years: a third summer like the two
    /// before is no news.
    fn comes_every_year(&self) -> bool {
        if self.month_idx <= 2 * YEAR {
            return false;
        }
        let step = |back: usize| self.raw_step(back);
        let (now, before) = (step(0), [step(YEAR), step(2 * YEAR)]);
        let usual = f64::midpoint(before[0], before[1]);
        let like = (LIKE_SHARE * usual.abs()).max(LIKE_UNITS);
        before.iter().all(|then| (then - usual).abs() <= like && then * now > 0.0)
            && (now - usual).abs() <= like
    }

    /// Whether this month is what was expected before the last month that has a value, and that one was
    /// not.
    pub(super) fn went_back(&self, level: f64) -> bool {
        let reach = self.month_idx.min(ERRATIC_MONTHS + 1);
        let Some(back) = (1..reach).find(|&back| self.value(back).is_finite()) else {
            return false;
        };
        let before = self.walk.before(back);
        let step = self.reading.step(self.month_idx);
        let inside = |further: f64, value: f64, share: f64| {
            let expected = self.prior.predictive(before, level, step, further);
            share <= expected.at_most(value) && share <= expected.at_least(value)
        };
        inside(back as f64, self.value(0), 0.1) && !inside(0.0, self.value(back), 0.01)
    }

    fn value(&self, back: usize) -> f64 {
        self.reading.values[self.month_idx - back]
    }

    fn raw_step(&self, back: usize) -> f64 {
        let at = self.month_idx - back;
        self.reading.raw[at] - self.reading.raw[at - 1]
    }

    /// Whether the line has so many months before the window of the last `n_months`.
    fn seen_before_window(&self, n_months: usize, least: usize) -> bool {
        n_months <= self.month_idx
            && least <= self.reading.n_seen_before(self.month_idx + 1 - n_months)
    }

    /// The line as a grower, and its pause if it paused. `None` for a line that does not grow.
    pub(super) fn stall(
        &self,
        runs: &RunModel,
        level: f64,
    ) -> Option<(GrowthSoFar, Option<Stall>)> {
        if !GrowthSoFar::is_possible(&self.reading.raw, self.month_idx, MOST_PAUSES) {
            return None;
        }
        let mut growth = GrowthSoFar::before(&self.reading.raw, self.month_idx);
        let mut longest = None;
        for n_pauses in 1..=MOST_PAUSES.min(self.month_idx.saturating_sub(1)) {
            let back = n_pauses - 1;
            let before = match back {
                0 => growth,
                _ => GrowthSoFar::before(&self.reading.raw, self.month_idx - back),
            };
            let Some(before) = before else { break };
            let step = self.raw_step(back);
            if !before.nearly_pauses(step) {
                break;
            }
            if before.grows() {
                growth = Some(before);
                longest = Some(n_pauses);
            }
        }
        let growth = growth.filter(GrowthSoFar::grows)?;
        Some((growth, longest.map(|n_pauses| self.pause(runs, level, growth, n_pauses))))
    }

    fn pause(&self, runs: &RunModel, level: f64, growth: GrowthSoFar, n_pauses: usize) -> Stall {
        let predictive = self.predictive(level, n_pauses - 1);
        let grown: f64 = (0..n_pauses).map(|back| self.raw_step(back)).sum();
        let most = (0..n_pauses).map(|back| self.raw_step(back)).fold(0.0, f64::max);
        let start = self.month_idx + 1 - n_pauses;
        let n_as_little = GrowthSoFar::n_as_little(&self.reading.raw, start, most);
        Stall {
            n_pauses,
            growth,
            run_probability: runs.pause(&growth, n_as_little, n_pauses),
            magnitude_probability: predictive.at_most(self.value(0)),
            missing: (n_pauses as f64 * growth.typical - grown).max(0.0),
        }
    }

    /// To and fro over the last six months, by the scatter of the months before them.
    ///
    /// A single jump is capped, so that it does not pass for unrest. A quantity that turned round less
    /// than twice is not restless at all, whatever its peers did; nor is one that turned only as they did.
    pub(super) fn erratic(&self, level: f64, min_months: usize) -> Option<Erratic> {
        if !self.seen_before_window(ERRATIC_MONTHS, min_months) {
            return None;
        }
        let mut steps = [0.0; ERRATIC_MONTHS];
        for (back, step) in steps.iter_mut().enumerate() {
            *step = self.value(back) - self.value(back + 1);
        }
        if !steps.iter().all(|step| step.is_finite()) {
            return None;
        }
        let before = &self.walk.before(ERRATIC_MONTHS - 1).worth_at_most(self.evidence);
        let rounding = rounding(self.reading.grain);
        let usual = before.increment_variance(level, rounding, &self.prior.scale);
        let squares = steps.iter().map(|step| (step * step).min(16.0 * usual)).sum::<f64>();
        let mean_square = squares / ERRATIC_MONTHS as f64;
        let turned = turns(&std::array::from_fn(|back| self.raw_step(back)));
        let turned_alone = turned.min(turns(&steps));
        let freedom = self.prior.scale.freedom + before.n_errors;
        let unrest = fisher_above(mean_square / usual, ERRATIC_MONTHS as f64, freedom);
        let both = -unrest.max(f64::MIN_POSITIVE).ln() - TURNS_AT_LEAST[turned_alone].ln();
        // The product of two p-values is no p-value; this is the chance of so small a product (Fisher).
        let score = if turned_alone < LEAST_TURNS { 0.0 } else { both - both.ln_1p() };
        let typical = (steps.iter().map(|step| step * step).sum::<f64>() / 6.0).sqrt();
        Some(Erratic { turns: turned, step: typical, usual_step: usual.sqrt(), score })
    }

    /// The steepest run of the gap over three, four or six months.
    pub(super) fn drift(&self) -> Option<DriftRun> {
        let level = self.level();
        DRIFT_MONTHS.iter().filter_map(|&n_months| self.drift_over(n_months, level)).fold(
            None,
            |best: Option<DriftRun>, next| match best {
                Some(best) if next.score <= best.score => Some(best),
                _ => Some(next),
            },
        )
    }

    fn drift_over(&self, n_months: usize, level: f64) -> Option<DriftRun> {
        if !self.seen_before_window(n_months, MONTHS_BEFORE_DRIFT) {
            return None;
        }
        let before = &self.walk.before(n_months - 1).worth_at_most(self.evidence);
        let rounding = rounding(self.reading.grain);
        let deviation = before.increment_variance(level, rounding, &self.prior.scale).sqrt();
        let limit = 2.5 * deviation;
        let (mut sum, mut change, mut widening, mut narrowing) = (0.0, 0.0, 0, 0);
        for back in 0..n_months {
            let step = self.raw_step(back);
            if !step.is_finite() {
                return None;
            }
            sum += step.clamp(-limit, limit);
            change += step;
            widening += usize::from(0.0 < step);
            narrowing += usize::from(step < 0.0);
        }
        let t = sum / (deviation * (n_months as f64).sqrt());
        let p = two_sided(t, self.prior.scale.freedom + before.n_errors);
        let n_alike = if 0.0 < sum { widening } else { narrowing };
        // The least of three p-values that are much alike: worth about two tries.
        let score = -(p * (2.0 - p)).clamp(f64::MIN_POSITIVE, 1.0).ln();
        Some(DriftRun { n_months, change, n_alike, score })
    }
}

/// P(at least k of 5 steps turn round) for a fair coin, k = 0 to 5.
const TURNS_AT_LEAST: [f64; ERRATIC_MONTHS] =
    [1.0, 31.0 / 32.0, 26.0 / 32.0, 16.0 / 32.0, 6.0 / 32.0, 1.0 / 32.0];

/// How often steps change their direction, those that stand still passed over.
fn turns(steps: &[f64; ERRATIC_MONTHS]) -> usize {
    let moving = steps.iter().filter(|step| **step != 0.0);
    moving.clone().zip(moving.skip(1)).filter(|(one, next)| (0.0 < **one) != (0.0 < **next)).count()
}

/// P(F ≥ ratio) for Fisher's F.
fn fisher_above(ratio: f64, numerator: f64, denominator: f64) -> f64 {
    let at = denominator / (denominator + numerator * ratio);
    beta_reg(denominator / 2.0, numerator / 2.0, at.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_a_rise_and_later_a_fall_and_standing_still_is_none() {
        assert_eq!(turns(&[1.0, 0.0, 1.0, 0.0, 1.0, 0.0]), 0);
        assert_eq!(turns(&[0.0; ERRATIC_MONTHS]), 0);
        assert_eq!(turns(&[-2.0, 0.0, -1.0, 0.0, 0.0, -0.5]), 0);
        assert_eq!(turns(&[1.0, 0.0, 0.0, -1.0, 0.0, 0.0]), 1);
        assert_eq!(turns(&[1.0, -1.0, 0.0, 1.0, 1.0, -3.0]), 3);
        assert_eq!(turns(&[1.0, -1.0, 1.0, -1.0, 1.0, -1.0]), 5);
    }
}
