//! Bought and billed drifting apart, a seat or two a month.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::cases::{Cases, Test};
use super::one_liners::Way;
use super::{FlagRecipe, SeriesSet};
use seatdrift_core::domain::{Series, SeriesSide};
use seatdrift_core::seat_trend::Statistic;

const KINDS: [&str; 5] = [
    "1 a month for 3 months",
    "1 a month for 4 months",
    "1 a month for 6 months",
    "2 a month for 3 months",
    "2 a month for 6 months",
];
const PLANTED: [(f64, usize); 5] = [(1.0, 3), (1.0, 4), (1.0, 6), (2.0, 3), (2.0, 6)];

/// Gaps a set must have.
const LEAST_LINES: usize = 100;

/// How often a made-up biller catches up with what was bought in the same month.
const BILLED_IN_TIME: f64 = 0.7;

/// Level of a line whose gap is made, and its usual step at most: others are no seats.
const SEATS: std::ops::Range<f64> = 5.0..250.0;
const CALM_STEP: f64 = 2.0;

const SETTLED_AFTER: i32 = 3;

pub(super) fn cases(set: &SeriesSet, recipe: &FlagRecipe) -> Option<Cases> {
    let gaps = gaps(set, recipe.seed)?;
    let months = gaps.judged(recipe.months, SETTLED_AFTER);
    let test = Test {
        name: "bought and billed apart",
        statistic: Statistic::Drift,
        way: Way::Both,
        kinds: &KINDS,
        plant: &|series, end, kind, rng| {
            let (rate, n_months) = PLANTED[kind];
            let start = (end + 1).checked_sub(n_months)?;
            let mut total = 0.0;
            for at in start..=end {
                total += poisson(rate, rng);
                series.quantity[at] = Some(series.quantity[at]? + total);
            }
            Some(())
        },
    };
    Cases::of(&gaps, &months, recipe, &test)
}

/// The set's own gaps; where it has none, what a biller who is now and then a month late leaves
/// between its lines and their bills.
fn gaps(set: &SeriesSet, seed: u64) -> Option<SeriesSet> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let own: Vec<Series> =
        set.series.iter().filter(|one| one.side == SeriesSide::Drift).cloned().collect();
    let gaps = if LEAST_LINES <= own.len() {
        own
    } else {
        set.series.iter().filter_map(|one| late(one, &mut rng)).collect()
    };
    (LEAST_LINES <= gaps.len()).then(|| SeriesSet { name: set.name.clone(), series: gaps })
}

fn late(series: &Series, rng: &mut Xoshiro256PlusPlus) -> Option<Series> {
    let known = || series.quantity.iter().flatten();
    let whole = known().all(|value| value.fract() == 0.0);
    let mean = known().sum::<f64>() / known().count().max(1) as f64;
    let steps = || series.quantity.windows(2).filter_map(|pair| Some((pair[1]? - pair[0]?).abs()));
    let step = steps().sum::<f64>() / steps().count().max(1) as f64;
    if !whole || !SEATS.contains(&mean) || CALM_STEP < step {
        return None;
    }
    let mut billed = known().next().copied()?;
    let quantity = series.quantity.iter().map(|bought| {
        if rng.gen_bool(BILLED_IN_TIME) {
            billed = (*bought)?;
        }
        bought.map(|bought| bought - billed)
    });
    let quantity = quantity.collect();
    Some(Series { side: SeriesSide::Drift, quantity, ..series.clone() })
}

/// A Poisson draw, by counting how many uniform draws it takes to fall below exp(−mean) (Knuth).
fn poisson(mean: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
    let (least, mut product, mut n) = ((-mean).exp(), rng.gen_range(0.0..1.0_f64), 0.0);
    while least < product {
        product *= rng.gen_range(0.0..1.0_f64);
        n += 1.0;
    }
    n
}
