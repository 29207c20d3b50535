//! Months in which lines surprise more than they usually do, all together.
//!
//! p-values are ranks among past months. In a month that is unlike them (the first January of a book, a
//! strike) a third of all lines would be one in a thousand. What a month does to many lines at once is
//! no news about any one of them, so that month's scores are read on its own, wider scale; and so were
//! the past months' that it is ranked among.
//!
//! Source: the empirical null of Efron (2004), *Large-scale simultaneous hypothesis testing*.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use statrs::function::erf::{erfc, erfc_inv};

/// Lines without which a month has no scale of its own.
const LEAST_LINES: usize = 50;

/// The share of lines by which the scale is measured: enough to be no anomaly's doing.
const MEASURED_AT: f64 = 0.1;

/// Standard errors by which a month must be wider than usual before that is believed.
const ERRORS_BEYOND: f64 = 2.0;

/// The highest score there is: beyond it a probability is no number.
const HIGHEST: f64 = 660.0;

/// How wide months usually are: the deviation beyond which a tenth of the lines lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct UsualSpread {
    deviations: f64,
}

/// A past score, and the month it is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct PastScore {
    /// Months since 1900-01.
    pub month: i32,
    /// Which stratum of lines it calibrates.
    pub stratum: usize,
    pub score: f32,
}

impl UsualSpread {
    /// As wide as a normal variable.
    pub(super) fn cold() -> Self {
        Self { deviations: deviations(-MEASURED_AT.ln()) }
    }

    /// The middle month's of past scores; the scores, each read on its own month's scale; and how wide each
    /// month is.
    pub(super) fn levelled(mut past: Vec<PastScore>) -> (Self, Vec<PastScore>, BTreeMap<i32, f64>) {
        past.sort_by_key(|one| one.month);
        let months: Vec<&[PastScore]> = past.chunk_by(|a, b| a.month == b.month).collect();
        let scores = |month: &[PastScore]| -> Vec<f64> {
            month.iter().map(|one| f64::from(one.score)).collect()
        };
        let mut spreads: Vec<f64> =
            months.iter().filter_map(|month| spread(&mut scores(month))).collect();
        let usual = match super::reading::median(&mut spreads) {
            // Narrower than that, whole seats tell too little of how wide a month is.
            Some(middle) => Self { deviations: middle.max(Self::cold().deviations) },
            None => Self::cold(),
        };
        let scales: BTreeMap<i32, f64> =
            months.iter().map(|month| (month[0].month, usual.scale(&mut scores(month)))).collect();
        let on_own_scale = |month: &&[PastScore]| {
            let scale = scales[&month[0].month];
            let read = |one: &PastScore| PastScore {
                score: read(f64::from(one.score), scale) as f32,
                ..*one
            };
            month.iter().map(read).collect::<Vec<PastScore>>()
        };
        let levelled = months.iter().flat_map(on_own_scale).collect();
        (usual, levelled, scales)
    }

    /// How much wider than usual a month is, by its lines' scores, less what chance makes of it. At
    /// least 1. The order of the scores is lost.
    pub(super) fn scale(&self, scores: &mut [f64]) -> f64 {
        let n = scores.len() as f64;
        let Some(seen) = spread(scores) else { return 1.0 };
        let at = Self::cold().deviations;
        let density = 2.0 * (-at * at / 2.0).exp() / std::f64::consts::TAU.sqrt();
        let error = (MEASURED_AT * (1.0 - MEASURED_AT) / n).sqrt() / density;
        ((seen - ERRORS_BEYOND * error) / self.deviations).max(1.0)
    }
}

/// A score as it is on a wider scale; one that is no number stays so.
pub(super) fn read(score: f64, scale: f64) -> f64 {
    if scale <= 1.0 || !score.is_finite() {
        return score;
    }
    let share = erfc(deviations(score) / scale / std::f64::consts::SQRT_2);
    (-share.ln()).clamp(0.0, score)
}

/// The deviation beyond which a tenth of the scores lie; `None` for too few.
fn spread(scores: &mut [f64]) -> Option<f64> {
    if scores.len() < LEAST_LINES {
        return None;
    }
    let at = ((1.0 - MEASURED_AT) * scores.len() as f64) as usize;
    let (_, score, _) = scores.select_nth_unstable_by(at, f64::total_cmp);
    Some(deviations(*score))
}

/// Standard deviations beyond which, on either side, a share exp(−score) of a normal variable lies.
fn deviations(score: f64) -> f64 {
    std::f64::consts::SQRT_2 * erfc_inv((-score.clamp(0.0, HIGHEST)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The scores of a month that is so much wider than it should be.
    fn month(scale: f64) -> Vec<f64> {
        let score = |idx: u32| -((f64::from(idx) + 0.5) / 1_000.0).ln();
        let wider = |score: f64| erfc(deviations(score) * scale / std::f64::consts::SQRT_2);
        (0..1_000).map(|idx| -wider(score(idx)).ln()).collect()
    }

    #[test]
    fn a_month_like_any_other_is_left_alone() {
        assert_eq!(UsualSpread::cold().scale(&mut month(1.0)), 1.0);
        assert_eq!(UsualSpread::cold().scale(&mut month(0.3)), 1.0, "a quiet one too");
        assert_eq!(UsualSpread::cold().scale(&mut [500.0; 20]), 1.0, "a few lines have no scale");
    }

    #[test]
    fn in_a_month_odd_to_all_no_line_is_one_in_a_thousand_for_that() {
        let wide = month(2.5);
        let odd = |scores: &[f64]| scores.iter().filter(|score| 6.9 < **score).count();
        assert!(150 < odd(&wide), "{}", odd(&wide));
        let scale = UsualSpread::cold().scale(&mut wide.clone());
        let told: Vec<f64> = wide.iter().map(|score| read(*score, scale)).collect();
        assert!(odd(&told) < 5, "{}", odd(&told));
    }

    #[test]
    fn past_months_are_read_on_their_own_scale() {
        let past = |(month_idx, scale): (i32, f64)| {
            let one =
                move |score: f64| PastScore { month: month_idx, stratum: 0, score: score as f32 };
            month(scale).into_iter().map(one)
        };
        let months = [(0, 1.0), (1, 1.0), (2, 3.0)];
        let (usual, levelled, _) =
            UsualSpread::levelled(months.into_iter().flat_map(past).collect());
        assert!((usual.deviations / UsualSpread::cold().deviations - 1.0).abs() < 0.01);
        let high = levelled.iter().filter(|one| one.month == 2 && 6.9 < one.score).count();
        assert!(high < 8, "{high}");
    }

    proptest! {
        #[test]
        fn reading_keeps_the_order_and_never_makes_odder(
            low in 0.0_f64..800.0, more in 0.0_f64..50.0, scale in 1.0_f64..9.0,
        ) {
            let (a, b) = (read(low, scale), read(low + more, scale));
            prop_assert!(a <= b + 1e-9 && 0.0 <= a && a <= low);
        }
    }
}
