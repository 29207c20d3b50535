//! A series as numbers by month, ending at one month.

use crate::domain::{Month, Series};

/// Months a line is read back at most. With errors fading over three years, older ones say nothing.
pub(super) const MAX_MONTHS: usize = 120;

/// One line's months up to a last one. A missing month is NaN. The buffer is reused from line to line.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Units a month, as they were.
    pub raw: Vec<f64>,
    /// Units a month with the common move taken out, in units of the last month.
    pub values: Vec<f64>,
    /// `values[i] = raw[i] × factors[i]`; empty when nothing was taken out.
    pub factors: Vec<f64>,
    /// The step the line's quantities come in: 1 for whole seats.
    pub grain: f64,
    /// Months since 1900-01 of the first entry.
    pub first: i32,
}

impl Reading {
    /// Reads `series` from at most [`MAX_MONTHS`] back to `last`. `None` when nothing was seen by then.
    pub(super) fn read(&mut self, series: &Series, last: Month) -> Option<()> {
        let end = usize::try_from(last.index() - series.first.index()).ok()?;
        let start = (end + 1).saturating_sub(MAX_MONTHS);
        self.raw.clear();
        self.raw.extend((start..=end).map(|month_idx| quantity(series, month_idx)));
        let lead = self.raw.iter().position(|value| value.is_finite())?;
        self.raw.drain(..lead);
        self.first = last.index() - i32::try_from(self.raw.len()).ok()? + 1;
        self.grain = grain(&self.raw);
        self.values.clear();
        self.values.extend_from_slice(&self.raw);
        self.factors.clear();
        Some(())
    }

    /// Takes the factors out of the values.
    pub(super) fn deflate(&mut self) {
        for ((value, raw), factor) in self.values.iter_mut().zip(&self.raw).zip(&self.factors) {
            *value = raw * factor;
        }
    }

    /// The step of the deflated values at a month.
    pub(super) fn step(&self, month_idx: usize) -> f64 {
        self.grain * self.factors.get(month_idx).copied().unwrap_or(1.0)
    }

    /// Months with a value before `month_idx`.
    pub(super) fn n_seen_before(&self, month_idx: usize) -> usize {
        self.raw[..month_idx].iter().filter(|value| value.is_finite()).count()
    }
}

/// The quantity of an entry; NaN where it is missing.
pub(super) fn quantity(series: &Series, month_idx: usize) -> f64 {
    let value = series.quantity.get(month_idx).copied().flatten().unwrap_or(f64::NAN);
    if value.is_finite() { value } else { f64::NAN }
}

/// Units, none for less than none. A missing month stays missing: `f64::max` would make it nought.
pub(super) fn at_least_none(units: f64) -> f64 {
    units.clamp(0.0, f64::INFINITY)
}

/// The coarsest of 1, 0.1, 0.01, 0.001 that every value is a multiple of; 0.001 otherwise.
fn grain(values: &[f64]) -> f64 {
    let whole = |scaled: f64| (scaled - scaled.round()).abs() < 1e-6;
    let mut grain_idx = 0;
    const SCALES: [f64; 4] = [1.0, 10.0, 100.0, 1000.0];
    for value in values.iter().filter(|value| value.is_finite()) {
        while grain_idx + 1 < SCALES.len() && !whole(value * SCALES[grain_idx]) {
            grain_idx += 1;
        }
    }
    1.0 / SCALES[grain_idx]
}

/// The median of the last `n` values seen before `month_idx`, at most 12 of them; `None` when none is.
pub(super) fn recent_median(values: &[f64], month_idx: usize, n: usize) -> Option<f64> {
    let mut recent = [0.0; 12];
    let mut len = 0;
    let seen = values[..month_idx].iter().rev().filter(|value| value.is_finite());
    for (slot, &value) in recent.iter_mut().zip(seen).take(n) {
        *slot = value;
        len += 1;
    }
    median(&mut recent[..len])
}

/// The median, sorting in place; `None` for no values.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        len if len % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

/// The value a share of the way through sorted values, between neighbours.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = share * last as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (at - below as f64)
}
