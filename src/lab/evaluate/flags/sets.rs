//! Real series as they are, or brought to the size of seats.

use std::collections::BTreeMap;
use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use seatdrift_core::domain::{Month, Series};
use seatdrift_engine::files::{self, FileError};
use seatdrift_ingest::{SeriesFile, SeriesFileError};

/// Largest file read, in bytes.
const LIMIT: u64 = 1 << 30;

/// Share of the series that must still run in the last month judged.
const STILL_RUNNING: f64 = 0.5;

/// Months of a line brought to the size of seats, its first one, and lines taken from one series.
const SEAT_MONTHS: usize = 60;
const SEATS_FIRST: &str = "2020-01";
const LINES_PER_SERIES: usize = 12;

/// A stretch that can be brought to the size of seats: its mean, and its usual step as a share of it.
const LEAST_LEVEL: f64 = 50.0;
const CALM_STEP: f64 = 0.02;

/// Lines brought to the size of seats, at least and at most.
const LEAST_AS_SEATS: usize = 200;
const MOST_AS_SEATS: usize = 2_500;

/// Series measured together.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesSet {
    /// The set's name.
    pub name: String,
    /// Its series.
    pub series: Vec<Series>,
}

/// Series that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file that does not say what it should.
    #[error(transparent)]
    Series(#[from] SeriesFileError),
}

/// The sets of `DIR/series/*.csv`, by name; none where the folder has no `series`.
///
/// # Errors
///
/// [`SetError`] with the place of what cannot be read.
pub fn read_sets(benchmarks: &Path) -> Result<Vec<SeriesSet>, SetError> {
    let folder = benchmarks.join("series");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let names = files::names_in(&folder)?;
    let tables = names.iter().filter_map(|file| Some((file, file.strip_suffix(".csv")?)));
    let read = |(file, name): (&String, &str)| {
        let mut found = SeriesFile::read(file, &files::read(&folder.join(file), LIMIT)?)?;
        for (one, &id) in found.series.iter_mut().zip(&found.line_of) {
            if one.client.is_empty() {
                one.client = found.ids.get(id as usize).to_owned();
            }
        }
        Ok(SeriesSet { name: name.to_owned(), series: found.series })
    };
    tables.map(read).collect()
}

/// Calm stretches of five years of all sets, each brought to a level of 5 to 200 and rounded to whole
/// seats: real ups and downs, at the size and on the step of seats. `None` where there are too few.
pub fn as_seats(sets: &[SeriesSet], seed: u64) -> Option<SeriesSet> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut series = Vec::new();
    for one in sets.iter().flat_map(|set| &set.series) {
        let stretches = one.quantity.rchunks_exact(SEAT_MONTHS).filter_map(calm);
        for (stretch_idx, (mean, stretch)) in stretches.take(LINES_PER_SERIES).enumerate() {
            let level = rng.gen_range(5.0_f64.ln()..200.0_f64.ln()).exp();
            series.push(Series {
                sku: String::new(),
                sku_name: String::new(),
                client_name: format!("{} {stretch_idx}", one.client_name),
                // All end together, so that they can be judged together; they share no calendar.
                first: SEATS_FIRST.parse().expect("a month"),
                quantity: stretch.iter().map(|it| Some((it / mean * level).round())).collect(),
                unit: vec![None; SEAT_MONTHS],
                ..one.clone()
            });
        }
    }
    let every = series.len().div_ceil(MOST_AS_SEATS).max(1);
    let series: Vec<Series> = series.into_iter().step_by(every).collect();
    (LEAST_AS_SEATS <= series.len()).then(|| SeriesSet { name: "as seats".to_owned(), series })
}

/// A stretch without a gap that moves by little a month, as seats do, and its mean.
fn calm(stretch: &[Option<f64>]) -> Option<(f64, Vec<f64>)> {
    let months: Option<Vec<f64>> = stretch.iter().copied().collect();
    let months = months?;
    let mean = months.iter().sum::<f64>() / months.len() as f64;
    let mut steps: Vec<f64> = months.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    steps.sort_unstable_by(f64::total_cmp);
    let calm = LEAST_LEVEL <= mean && steps[steps.len() / 2] <= CALM_STEP * mean;
    calm.then_some((mean, months))
}

impl SeriesSet {
    /// The last month in which at least half of the series that ever ran together still run.
    pub(super) fn last_month(&self) -> Option<Month> {
        let mut running: BTreeMap<Month, usize> = BTreeMap::new();
        for one in &self.series {
            for (month_idx, _) in one.quantity.iter().enumerate().filter(|(_, it)| it.is_some()) {
                *running.entry(one.month(month_idx)).or_default() += 1;
            }
        }
        let most = running.values().copied().max()? as f64;
        running.iter().rev().find(|(_, n)| STILL_RUNNING * most <= **n as f64).map(|(it, _)| *it)
    }

    /// The months judged: the newest that have `after` months after them.
    pub(super) fn judged(&self, n_months: usize, after: i32) -> Vec<Month> {
        let Some(last) = self.last_month() else { return Vec::new() };
        let n = i32::try_from(n_months).unwrap_or(i32::MAX);
        (0..n).rev().map(|back| last.plus(-after - back)).collect()
    }

    /// The client of each series, as a number.
    pub(super) fn clients(&self) -> Vec<u32> {
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        for one in &self.series {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            numbers.entry(&one.client).or_insert(next);
        }
        self.series.iter().map(|one| numbers[one.client.as_str()]).collect()
    }
}
