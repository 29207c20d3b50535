//! The same cases as a table, for methods outside this program.

use std::fmt::Write;

use super::cases::{Case, Cases};
use super::{FlagRecipe, SeriesSet, all_cases};

/// Quiet and planted cases of a kind kept at most: fitting a forecaster to each takes a while.
const MOST_QUIET: usize = 1_000;
const MOST_PLANTED: usize = 120;

/// A CSV of cases: `set,test,kind,seatdrift,months`. `kind` is empty where nothing was planted;
/// `seatdrift` is this program's score; `months`, oldest first and parted by semicolons, end with the
/// month judged, and a missing month is empty.
pub fn peer_cases(sets: &[SeriesSet], recipe: &FlagRecipe) -> String {
    let mut text = "set,test,kind,seatdrift,months\n".to_owned();
    for set in sets {
        for cases in all_cases(set, recipe) {
            let quiet: Vec<&Case> = cases.quiet().collect();
            spread(&quiet, MOST_QUIET).for_each(|row| line(&mut text, set, &cases, row));
            for kind in 0..cases.kinds.len() {
                let planted: Vec<&Case> =
                    cases.rows.iter().filter(|row| row.planted == Some(kind)).collect();
                spread(&planted, MOST_PLANTED).for_each(|row| line(&mut text, set, &cases, row));
            }
        }
    }
    text
}

fn spread<'a>(rows: &'a [&'a Case], most: usize) -> impl Iterator<Item = &'a Case> {
    rows.iter().step_by(rows.len().div_ceil(most).max(1)).copied()
}

fn line(text: &mut String, set: &SeriesSet, cases: &Cases, row: &Case) {
    let kind = row.planted.map_or("", |kind| cases.kinds[kind]);
    let written = |value: &f64| if value.is_finite() { value.to_string() } else { String::new() };
    let months: Vec<String> = row.months.iter().map(written).collect();
    let score = row.scores[0];
    writeln!(text, "{},{},\"{kind}\",{score:.4},{}", set.name, cases.test, months.join(";"))
        .expect("a string takes what is written");
}
