//! Six months that go to and fro about the level.

use rand::Rng;

use super::cases::{Cases, Test};
use super::one_liners::Way;
use super::{FlagRecipe, SeriesSet};
use seatdrift_core::seat_trend::Statistic;

const KINDS: [&str; 3] = ["to and fro by 15 %", "to and fro by 30 %", "to and fro by 50 %"];
const SHARES: [f64; 3] = [0.15, 0.30, 0.50];

/// Months that go to and fro.
const MONTHS: usize = 6;

const SETTLED_AFTER: i32 = 3;

pub(super) fn cases(set: &SeriesSet, recipe: &FlagRecipe) -> Option<Cases> {
    let months = set.judged(recipe.months, SETTLED_AFTER);
    let test = Test {
        name: "unrest",
        statistic: Statistic::Erratic,
        way: Way::Both,
        kinds: &KINDS,
        plant: &|series, end, kind, rng| {
            let start = (end + 1).checked_sub(2 * MONTHS)?;
            let months: Option<Vec<f64>> = series.quantity[start..=end].iter().copied().collect();
            let months = months?;
            let mut before = months[..MONTHS].to_vec();
            before.sort_unstable_by(f64::total_cmp);
            let level = f64::midpoint(before[MONTHS / 2 - 1], before[MONTHS / 2]);
            if level < 5.0 {
                return None;
            }
            for value in &mut series.quantity[end + 1 - MONTHS..=end] {
                let share = rng.gen_range(1.0 - SHARES[kind]..1.0 + SHARES[kind]);
                *value = Some((level * share).round());
            }
            Some(())
        },
    };
    Cases::of(set, &months, recipe, &test)
}
