//! Lines that grew every month, and then did not: real calm noise with growth laid on it.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::cases::{Cases, Test};
use super::one_liners::Way;
use super::{FlagRecipe, SeriesSet};
use seatdrift_core::domain::{Month, Series, SeriesSide};
use seatdrift_core::seat_trend::Statistic;

/// Months of a grown line.
const MONTHS: usize = 30;

/// Standard deviation of a calm line's steps at most, in units.
const CALM: f64 = 1.5;

/// Calm lines a set must have, and lines grown at most.
const LEAST_LINES: usize = 200;
const MOST_LINES: usize = 2_400;

/// Months judged: the newest.
const JUDGED: i32 = 6;

/// Growth a month, from and to, in units.
const RATES: [(u32, u32); 3] = [(3, 5), (2, 8), (1, 2)];

const KINDS: [&str; 6] = [
    "3-5 a month, 1 pause",
    "2-8 a month, 1 pause",
    "1-2 a month, 1 pause",
    "3-5 a month, 2 pauses",
    "2-8 a month, 2 pauses",
    "1-2 a month, 2 pauses",
];

pub(super) fn cases(set: &SeriesSet, recipe: &FlagRecipe) -> Option<Cases> {
    let last = set.last_month()?;
    let noise = calm_lines(set, last)?;
    let grown = grown(set, &noise, last, recipe.seed);
    let months: Vec<Month> = (0..JUDGED).rev().map(|back| last.plus(-back)).collect();
    let test = Test {
        name: "growth that stops",
        statistic: Statistic::Stall,
        way: Way::Less,
        kinds: &KINDS,
        plant: &|series, end, kind, _| {
            let rate_idx: usize = series.client_name.parse().ok()?;
            (rate_idx == kind % RATES.len()).then_some(())?;
            let noise = &noise[series.client.parse::<usize>().ok()?];
            // Growth stops, the line's own noise goes on.
            let start = end - (1 + kind / RATES.len());
            let before = series.quantity[start]?;
            for at in start + 1..=end {
                series.quantity[at] = Some((before + noise[at] - noise[start]).max(0.0));
            }
            Some(())
        },
    };
    let mut cases = Cases::of(&grown, &months, recipe, &test)?;
    // Half the lines stand still: they are there for the model to see, and are no case.
    cases.rows.retain(|row| !grown.series[row.series_idx].client_name.is_empty());
    Some(cases)
}

/// The newest months of calm lines; `None` where there are too few.
fn calm_lines(set: &SeriesSet, last: Month) -> Option<Vec<Vec<f64>>> {
    let calm: Vec<Vec<f64>> = set.series.iter().filter_map(|one| calm(one, last)).collect();
    let every = calm.len().div_ceil(MOST_LINES).max(1);
    (LEAST_LINES <= calm.len()).then(|| calm.into_iter().step_by(every).collect())
}

/// Lays growth on every other calm line.
fn grown(set: &SeriesSet, noise: &[Vec<f64>], last: Month, seed: u64) -> SeriesSet {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let first = last.plus(1 - i32::try_from(MONTHS).expect("a small number"));
    let lines = noise.iter().enumerate();
    let series = lines.map(|(line_idx, noise)| {
        let rate_idx = (line_idx % (2 * RATES.len())).checked_sub(RATES.len());
        let start = f64::from(rng.gen_range(20..80));
        let mut total = start - noise[0];
        let quantity = noise.iter().map(|own| {
            let (least, most) = rate_idx.map_or((0, 0), |idx| RATES[idx]);
            total += f64::from(rng.gen_range(least..=most));
            Some((total + own).max(0.0))
        });
        Series {
            client: line_idx.to_string(),
            client_name: rate_idx.map_or(String::new(), |idx| idx.to_string()),
            sku: String::new(),
            sku_name: String::new(),
            first,
            currency: None,
            quantity: quantity.collect(),
            unit: vec![None; MONTHS],
            side: set.series[0].side,
        }
    });
    SeriesSet { name: set.name.clone(), series: series.collect() }
}

/// The newest months of a line that hardly moves; `None` for any other.
fn calm(series: &Series, last: Month) -> Option<Vec<f64>> {
    if series.side == SeriesSide::Drift {
        return None;
    }
    let end = series.position(last)?;
    let start = (end + 1).checked_sub(MONTHS)?;
    let months: Option<Vec<f64>> = series.quantity[start..=end].iter().copied().collect();
    let months = months?;
    let steps = months.windows(2).map(|pair| pair[1] - pair[0]);
    let squares: f64 = steps.map(|step| step * step).sum();
    let whole = months.iter().all(|value| value.fract() == 0.0);
    let calm = (squares / (MONTHS - 1) as f64).sqrt() <= CALM;
    (whole && calm && 0.0 < squares).then_some(months)
}
