//! Months that were real anomalies, seen from later: they must not calibrate what is normal.

use rayon::prelude::*;

use super::portfolio::Portfolio;
use super::reading::{Reading, median, quantile};
use crate::domain::{Month, Series};

const MONTHS_BEFORE: usize = 6;
const MONTHS_AFTER: usize = 3;

/// Whether each series' month was a spike or the start of a new level, seen from three months later,
/// the move common to all of them taken out; `None` where nobody can know.
pub fn retro_labels(series: &[Series], month: Month) -> Vec<Option<bool>> {
    let after = i32::try_from(MONTHS_AFTER).expect("a small number");
    let moves = Portfolio::of(series, month.plus(after)).moves;
    let label = |reading: &mut Reading, (series_idx, one): (usize, &Series)| {
        reading.read(one, month.plus(after))?;
        moves.take_out(one, series_idx, reading);
        let month_idx = usize::try_from(month.index() - reading.first).ok()?;
        was_anomaly(&reading.values, month_idx)
    };
    series.par_iter().enumerate().map_init(Reading::default, label).collect()
}

/// Whether a month was a spike, or the start of a new level, seen from three months later.
///
/// `None` when too little is known on either side to tell.
pub(super) fn was_anomaly(values: &[f64], month_idx: usize) -> Option<bool> {
    let now = values[month_idx];
    let mut around = [0.0; MONTHS_BEFORE + MONTHS_AFTER];
    let before = month_idx.saturating_sub(MONTHS_BEFORE)..month_idx;
    let n_before = gather(&values[before], &mut around);
    let after = month_idx + 1..(month_idx + 1 + MONTHS_AFTER).min(values.len());
    let n_after = gather(&values[after], &mut around[n_before..]);
    if !now.is_finite() || n_before < 3 || n_after < 2 {
        return None;
    }
    let around = &mut around[..n_before + n_after];
    let earlier = median(&mut around[..n_before])?;
    let later = median(&mut around[n_before..])?;
    let middle = median(around)?;
    let bound = bound(around, middle);
    Some(bound < (now - middle).abs() || bound < (later - earlier).abs())
}

/// A distance no ordinary month reaches: three seats, 15 % of the level, six median deviations.
fn bound(around: &[f64], middle: f64) -> f64 {
    let mut deviations = [0.0; MONTHS_BEFORE + MONTHS_AFTER];
    for (deviation, value) in deviations.iter_mut().zip(around) {
        *deviation = (value - middle).abs();
    }
    let deviations = &mut deviations[..around.len()];
    deviations.sort_unstable_by(f64::total_cmp);
    (6.0 * quantile(deviations, 0.5)).max(0.15 * middle.abs()).max(3.0)
}

fn gather(values: &[f64], into: &mut [f64]) -> usize {
    let seen = values.iter().filter(|value| value.is_finite());
    into.iter_mut().zip(seen).map(|(slot, value)| *slot = *value).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_and_shifts_are_told_from_wobble_and_growth() {
        let spike = [20.0, 20.0, 21.0, 20.0, 20.0, 20.0, 40.0, 20.0, 20.0, 21.0];
        assert_eq!(was_anomaly(&spike, 6), Some(true));
        let shift = [20.0, 20.0, 21.0, 20.0, 20.0, 20.0, 40.0, 40.0, 40.0, 41.0];
        assert_eq!(was_anomaly(&shift, 6), Some(true));
        let wobble = [20.0, 22.0, 21.0, 20.0, 19.0, 20.0, 22.0, 20.0, 20.0, 21.0];
        assert_eq!(was_anomaly(&wobble, 6), Some(false));
        let growth: Vec<f64> = (0..10).map(|month| 20.0 + 4.0 * f64::from(month)).collect();
        assert_eq!(was_anomaly(&growth, 6), Some(false));
        assert_eq!(was_anomaly(&growth, 9), None, "nothing is known of what comes after");
    }
}
