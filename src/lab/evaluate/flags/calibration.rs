//! Nominal against seen, with an interval over clients.

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Serialize;

use super::FlagRecipe;
use super::cases::{Case, Cases};
use seatdrift_core::seat_trend::Statistic;

/// p-values at which the nominal is compared with what is seen.
pub const NOMINAL: [f64; 3] = [0.001, 0.01, 0.05];

/// A share, and the middle 95 % of what it would be with other clients like these.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The share.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How often a p-value is as low as it says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibrationFigures {
    /// The statistic.
    pub statistic: Statistic,
    /// The test whose cases these are.
    pub test: &'static str,
    /// Line-months that nothing made odd.
    pub n: usize,
    /// Of them, at or below [`NOMINAL`].
    pub at_most: [Share; NOMINAL.len()],
    /// Line-months, those that later proved real with them.
    pub n_all: usize,
    /// Of all of them, at or below [`NOMINAL`].
    pub at_most_all: [f64; NOMINAL.len()],
}

/// The calibration of each test's statistic, and of whole lines.
pub(super) fn calibration(all: &[Cases], recipe: &FlagRecipe) -> Vec<CalibrationFigures> {
    let own = all.iter().map(|cases| of(cases, recipe, cases.statistic, |case| case.p_value));
    let whole = all.first().map(|cases| of(cases, recipe, Statistic::Any, |case| case.any));
    own.chain(whole).collect()
}

fn of(
    cases: &Cases,
    recipe: &FlagRecipe,
    statistic: Statistic,
    p_value: fn(&Case) -> f64,
) -> CalibrationFigures {
    let quiet: Vec<&Case> = cases.quiet().collect();
    let every: Vec<&Case> = cases.rows.iter().filter(|row| row.planted.is_none()).collect();
    let mut counts: BTreeMap<u32, [f64; 1 + NOMINAL.len()]> = BTreeMap::new();
    for row in &quiet {
        let count = counts.entry(cases.clients[row.series_idx]).or_default();
        count[0] += 1.0;
        for (count, nominal) in count[1..].iter_mut().zip(NOMINAL) {
            *count += f64::from(u8::from(p_value(row) <= nominal));
        }
    }
    let counts: Vec<[f64; 1 + NOMINAL.len()]> = counts.into_values().collect();
    let share_below = |rows: &[&Case], nominal: f64| {
        rows.iter().filter(|row| p_value(row) <= nominal).count() as f64 / rows.len().max(1) as f64
    };
    let resampled = resampled(&counts, recipe);
    CalibrationFigures {
        statistic,
        test: cases.test,
        n: quiet.len(),
        at_most: std::array::from_fn(|idx| {
            let (low, high) = middle(resampled.iter().map(|shares| shares[idx]).collect());
            Share { share: share_below(&quiet, NOMINAL[idx]), low, high }
        }),
        n_all: every.len(),
        at_most_all: NOMINAL.map(|nominal| share_below(&every, nominal)),
    }
}

/// The shares when clients are drawn again, with repeats.
fn resampled(
    counts: &[[f64; 1 + NOMINAL.len()]],
    recipe: &FlagRecipe,
) -> Vec<[f64; NOMINAL.len()]> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(recipe.seed);
    let draw = |rng: &mut Xoshiro256PlusPlus| {
        let mut sums = [0.0; 1 + NOMINAL.len()];
        for _ in 0..counts.len() {
            let one = counts[rng.gen_range(0..counts.len())];
            sums.iter_mut().zip(one).for_each(|(sum, count)| *sum += count);
        }
        std::array::from_fn(|idx| sums[1 + idx] / sums[0].max(1.0))
    };
    (0..recipe.resamples).map(|_| draw(&mut rng)).collect()
}

/// The middle 95 % of values.
pub(super) fn middle(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_unstable_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return (f64::NAN, f64::NAN) };
    let at = |share: f64| values[(share * last as f64).round() as usize];
    (at(0.025), at(0.975))
}
