//! Unit prices against their own past and their product's.

use serde::{Deserialize, Serialize};

use super::common_move::CommonMoves;
use super::predictive::two_sided;
use super::reading::Reading;
use crate::domain::Series;

/// Months a price is carried over when its line was missing.
const CARRIED_MONTHS: usize = 3;

/// Relative change below which a price has not changed: a fifth of a per cent.
const LEAST_CHANGE: f64 = 0.002;

/// Changes of a line its own scatter is taken from.
const OWN_CHANGES: usize = 12;

/// A unit price, and the one before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriceChange {
    /// The unit price before.
    pub before: f64,
    /// The unit price now.
    pub now: f64,
    pub(super) log_ratio: f64,
}

/// The change of a line's unit price into a month, from the last one known in the three before.
pub(super) fn change(series: &Series, month_idx: usize) -> Option<PriceChange> {
    let now = unit(series, month_idx)?;
    let before =
        (1..=CARRIED_MONTHS.min(month_idx)).find_map(|back| unit(series, month_idx - back))?;
    let log_ratio = if now == before { 0.0 } else { (now / before).ln() };
    Some(PriceChange { before, now, log_ratio })
}

fn unit(series: &Series, month_idx: usize) -> Option<f64> {
    series.unit.get(month_idx).copied().flatten().filter(|unit| unit.is_finite() && 0.0 < *unit)
}

/// How much unit prices usually change: relative, a month.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct PricePrior {
    variance: f64,
    freedom: f64,
}

impl PricePrior {
    /// Prices that hardly change, worth two months of a line's own.
    pub(super) const COLD: Self = Self { variance: LEAST_CHANGE * LEAST_CHANGE, freedom: 2.0 };

    /// The median of the lines' own variances; never below what rounding to a cent makes.
    pub(super) fn learned(mut variances: Vec<f64>) -> Self {
        let variance = super::reading::median(&mut variances).unwrap_or(0.0);
        Self { variance: variance.max(Self::COLD.variance), ..Self::COLD }
    }

    /// How odd the change into `month_idx` is by the line's earlier changes: −ln of a t-test.
    /// `changes` are logarithms without the product's own move; NaN where unknown.
    pub(super) fn score(&self, changes: &[f64], month_idx: usize, unit: f64) -> f64 {
        let now = changes[month_idx];
        if now == 0.0 || !now.is_finite() {
            return 0.0;
        }
        let (squares, n) = own_squares(changes, month_idx);
        let cent = 0.005 / unit;
        let usual = self.variance + cent * cent;
        let variance = (self.freedom * usual + squares) / (self.freedom + n);
        let p = two_sided(now / variance.sqrt(), self.freedom + n);
        -p.clamp(f64::MIN_POSITIVE, 1.0).ln()
    }
}

/// Sum of squares and number of a line's changes before a month. The largest is left out: one price
/// list a year does not make a line's price restless.
fn own_squares(changes: &[f64], month_idx: usize) -> (f64, f64) {
    let known = changes[..month_idx].iter().rev().filter(|change| change.is_finite());
    let (mut sum, mut most, mut n) = (0.0, 0.0_f64, 0.0);
    for change in known.take(OWN_CHANGES) {
        let square = change * change;
        sum += square;
        most = most.max(square);
        n += 1.0;
    }
    if n < 2.0 { (0.0, 0.0) } else { (sum - most, n - 1.0) }
}

/// The mean square of a line's changes up to its last month, its largest left out.
pub(super) fn own_variance(changes: &[f64]) -> Option<f64> {
    let (squares, n) = own_squares(changes, changes.len());
    (3.0 <= n).then(|| squares / n)
}

/// The unit-price changes of a line by month, the product's own move taken out; NaN where unknown.
pub(super) fn price_changes(
    series: &Series,
    series_idx: usize,
    prices: &CommonMoves,
    reading: &Reading,
    changes: &mut Vec<f64>,
) {
    changes.clear();
    for month_idx in 0..reading.raw.len() {
        let month = reading.first + i32::try_from(month_idx).expect("at most 120");
        let at = usize::try_from(month - series.first.index()).unwrap_or(usize::MAX);
        let own = change(series, at).map_or(f64::NAN, |change| change.log_ratio);
        changes.push(own - prices.without(series, series_idx, month));
    }
}
