//! One month that is off: a tenth, a third, doubled, gone.

use rand::Rng;

use super::cases::{Cases, Test};
use super::one_liners::Way;
use super::{FlagRecipe, SeriesSet};
use seatdrift_core::seat_trend::Statistic;

const KINDS: [&str; 4] = ["10 % off", "30 % off, 3 at least", "doubled", "nought"];

/// Months after the judged one that tell whether it was real.
const SETTLED_AFTER: i32 = 3;

pub(super) fn cases(set: &SeriesSet, recipe: &FlagRecipe) -> Option<Cases> {
    let months = set.judged(recipe.months, SETTLED_AFTER);
    let test = Test {
        name: "one month off",
        statistic: Statistic::Level,
        way: Way::Both,
        kinds: &KINDS,
        plant: &|series, end, kind, rng| {
            let value = series.quantity[end]?;
            if value < 1.0 {
                return None;
            }
            let sign = if rng.gen_bool(0.5) { 1.0 } else { -1.0 };
            let planted = match kind {
                0 => value + sign * (0.1 * value).round().max(1.0),
                1 => value + sign * (0.3 * value).round().max(3.0),
                2 => 2.0 * value,
                _ => 0.0,
            };
            series.quantity[end] = Some(planted.max(0.0));
            Some(())
        },
    };
    Cases::of(set, &months, recipe, &test)
}
