//! The processes weighed by how well they did: the distribution of a month.

use super::process::{N_PROCESSES, Tracker};
use super::scale::ScalePrior;
use super::student::Student;

/// Processes lighter than this are left out. Not much heavier: a light, wide one makes the far tail.
const NEGLIGIBLE: f64 = 1e-4;

/// Degrees of freedom of the steps themselves: the spread of a line may be known ever better, but a line
/// that stood still for two years can move all the same, and seats come by the handful.
const STEP_FREEDOM: f64 = 4.0;

/// What is expected of a month: a mixture of Student t distributions, read on the line's own step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Predictive {
    weights: [f64; N_PROCESSES],
    places: [f64; N_PROCESSES],
    scales: [f64; N_PROCESSES],
    freedom: f64,
    half_step: f64,
}

/// A month as it was expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The expected quantity.
    pub point: f64,
    /// Lower end of the 90 % band: a value below it is seen one time in twenty.
    pub low: f64,
    /// Upper end of the 90 % band.
    pub high: f64,
    predictive: Predictive,
}

impl Forecast {
    pub(super) fn of(predictive: Predictive, floor: f64) -> Self {
        let (mut low, mut high) = (predictive.quantile(0.05), predictive.quantile(0.95));
        let step = 2.0 * predictive.half_step;
        if high - low < step {
            // Nobody knows of a line that it cannot move by a seat.
            (low, high) = (low - step, high + step);
        }
        let (low, high) = (low.max(floor), high.max(floor));
        Self { point: predictive.point().max(floor), low, high, predictive }
    }

    /// The probability of a quantity of at most `quantity`.
    pub fn at_most(&self, quantity: f64) -> f64 {
        self.predictive.at_most(quantity)
    }

    /// The probability of a quantity of at least `quantity`.
    pub fn at_least(&self, quantity: f64) -> f64 {
        self.predictive.at_least(quantity)
    }

    /// The logarithm of the probability of just this quantity, on the line's own step.
    pub fn log_score(&self, quantity: f64) -> f64 {
        self.predictive.log_score(quantity)
    }
}

/// What the portfolio knows about processes and scales.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct ProcessPrior {
    /// How common each process is.
    pub shares: [f64; N_PROCESSES],
    /// How much a line of a size wobbles.
    pub scale: ScalePrior,
}

impl ProcessPrior {
    /// What is believed before any line was seen: half the lines stand still, a quarter drift.
    pub(super) fn cold() -> Self {
        let shares = [0.05, 0.02, 0.06, 0.03, 0.06, 0.03, 0.5, 0.25];
        Self { shares, scale: ScalePrior::cold() }
    }

    /// The weight of each process for a line with these errors, summing to 1.
    pub(super) fn weights(
        &self,
        tracker: &Tracker,
        usual: f64,
        rounding: f64,
    ) -> [f64; N_PROCESSES] {
        let base = self.scale.freedom * usual + tracker.n_errors * rounding + rounding;
        let power = -0.5 * (self.scale.freedom + tracker.n_errors);
        let logs: [f64; N_PROCESSES] = std::array::from_fn(|process| {
            self.shares[process].ln() + power * (base + tracker.squares[process]).ln()
        });
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut weights = logs.map(|log| (log - most).exp());
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        weights
    }

    /// The distribution of the month `further` months beyond the next one.
    ///
    /// `level` is the line's level, `step` the step its quantities come in.
    pub(super) fn predictive(
        &self,
        tracker: &Tracker,
        level: f64,
        step: f64,
        further: f64,
    ) -> Predictive {
        let rounding = rounding(step);
        let usual = self.scale.variance(level);
        let freedom = self.scale.freedom + tracker.n_errors;
        let base = self.scale.freedom * usual + tracker.n_errors * rounding + rounding;
        let expected = tracker.expected(further, rounding, &self.scale);
        Predictive {
            weights: self.weights(tracker, usual, rounding),
            places: expected.map(|(place, _)| place),
            scales: std::array::from_fn(|process| {
                ((base + tracker.squares[process]) / freedom * expected[process].1).sqrt()
            }),
            freedom,
            half_step: step / 2.0,
        }
    }
}

/// The variance that rounding to a step adds (Sheppard): a flat line never has none.
pub(super) fn rounding(step: f64) -> f64 {
    step * step / 12.0
}

impl Predictive {
    /// The expected quantity.
    pub(super) fn point(&self) -> f64 {
        self.weights.iter().zip(&self.places).map(|(weight, place)| weight * place).sum()
    }

    /// P(quantity ≤ y), with the rounding to the line's step taken into account.
    pub(super) fn at_most(&self, y: f64) -> f64 {
        self.below(y + self.half_step)
    }

    /// P(quantity ≥ y).
    pub(super) fn at_least(&self, y: f64) -> f64 {
        self.above(y - self.half_step)
    }

    /// −ln of the two-sided p-value: 0 in the middle, large far out. However long a line stood still, the
    /// next step of it has the tail that steps have.
    pub(super) fn surprise(&self, y: f64) -> f64 {
        let known = Self { freedom: 1.0 / (1.0 / self.freedom + 1.0 / STEP_FREEDOM), ..*self };
        let tail = if y < self.point() { known.at_most(y) } else { known.at_least(y) };
        -(2.0 * tail).clamp(f64::MIN_POSITIVE, 1.0).ln()
    }

    fn log_score(&self, y: f64) -> f64 {
        // From the nearer tail, so that nothing cancels far out.
        let mass = if y < self.point() {
            self.below(y + self.half_step) - self.below(y - self.half_step)
        } else {
            self.above(y - self.half_step) - self.above(y + self.half_step)
        };
        mass.max(1e-12).ln()
    }

    fn below(&self, y: f64) -> f64 {
        self.mixed(|process| (y - self.places[process]) / self.scales[process])
    }

    fn above(&self, y: f64) -> f64 {
        self.mixed(|process| (self.places[process] - y) / self.scales[process])
    }

    /// The mixture's probability of lying below standardised values.
    fn mixed(&self, standardised: impl Fn(usize) -> f64) -> f64 {
        let student = Student::new(self.freedom);
        let parts = (0..N_PROCESSES).filter(|&process| NEGLIGIBLE < self.weights[process]);
        let (total, weight) = parts.fold((0.0, 0.0), |(total, weight), process| {
            let own = self.weights[process];
            (total + own * student.below(standardised(process)), weight + own)
        });
        total / weight
    }

    /// The least quantity, on the line's step, with at least a share of the distribution at or below.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let widest = self.scales.iter().copied().fold(0.0, f64::max);
        let reach = 60.0 * widest + 2.0 * self.half_step;
        let lowest = self.places.iter().copied().fold(f64::INFINITY, f64::min) - reach;
        let highest = self.places.iter().copied().fold(f64::NEG_INFINITY, f64::max) + reach;
        let (mut low, mut high) = (lowest, highest);
        let step = 2.0 * self.half_step;
        let on_step = |quantity: f64| ((quantity - self.half_step) / step).ceil();
        for _ in 0..50 {
            let middle = f64::midpoint(low, high);
            if self.below(middle) < share {
                low = middle;
            } else {
                high = middle;
            }
            if 0.0 < step && on_step(low) == on_step(high) {
                break;
            }
        }
        if step <= 0.0 { high } else { on_step(high) * step }
    }
}

/// P(|T| ≥ |t|) for Student's t.
pub(super) fn two_sided(t: f64, freedom: f64) -> f64 {
    Student::new(freedom).beyond(t)
}
