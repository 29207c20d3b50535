//! How fast months of seats are judged: `cargo bench --bench flags`.
//!
//! Made-up series are written as parquet and CSV once, then the real program is timed, process start,
//! reading and writing included: the last month of up to a million series of 24 months, whose cost
//! should grow with their number and no faster, and every month of a file like one of car parts. On
//! Linux the most memory each command ever held is printed at the end.

#![allow(clippy::print_stdout, reason = "a benchmark reports")]

mod peak;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use peak::print_peak;
use polars::prelude::{Column, DataFrame, ParquetWriter};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_seatdrift");
const SEED: u64 = 7;
const MONTHS: usize = 24;
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// As many series and months as a public file of the monthly sales of car parts has.
const PARTS: (usize, usize) = (2_674, 51);

fn main() {
    let is_whole = std::env::args().skip(1).eq(["--bench".to_owned()]);
    divan::main();
    if is_whole {
        print_peaks();
    }
}

static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));

/// A file in the bench's folder, made when it is first asked for.
fn made(name: &str, make: impl FnOnce(&Path)) -> PathBuf {
    let path = FOLDER.path().join(name);
    if !path.exists() {
        make(&path);
    }
    path
}

/// Seats that stand still and now and then gain or lose a few.
fn seats(n_months: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<f64> {
    let mut seats = rng.gen_range(0.7_f64..5.5).exp().round();
    let restless = rng.gen_range(0.05..0.5);
    let months = (0..n_months).map(|_| {
        if rng.gen_bool(restless) {
            let most = (0.03 * seats).max(1.0);
            seats = (seats + (rng.gen_range(-most..most) * 1.5).round()).max(1.0);
        }
        seats
    });
    months.collect()
}

/// Sales of a part that mostly is not sold.
fn sales(n_months: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<f64> {
    let often = rng.gen_range(0.05..0.6);
    let sold = |rng: &mut Xoshiro256PlusPlus| f64::from(rng.gen_range(1..5_u8));
    (0..n_months).map(|_| if rng.gen_bool(often) { sold(rng) } else { 0.0 }).collect()
}

fn month(idx: usize) -> String {
    format!("{}-{:02}", 2020 + idx / 12, idx % 12 + 1)
}

/// So many series of seats as parquet.
fn parquet(n_series: usize) -> PathBuf {
    made(&format!("{n_series}.parquet"), |path| {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(SEED);
        let (mut ids, mut months, mut quantities) = (Vec::new(), Vec::new(), Vec::new());
        for series in 0..n_series {
            for (idx, quantity) in seats(MONTHS, &mut rng).into_iter().enumerate() {
                ids.push(format!("line {series}"));
                months.push(month(idx));
                quantities.push(quantity as i64);
            }
        }
        let columns = vec![
            Column::new("series_id".into(), ids),
            Column::new("month".into(), months),
            Column::new("quantity".into(), quantities),
        ];
        let mut frame = DataFrame::new(columns).expect("columns of one length");
        let file = std::fs::File::create(path).expect("a file");
        ParquetWriter::new(file).finish(&mut frame).expect("parquet");
    })
}

/// Series of sales as CSV.
fn parts() -> PathBuf {
    made("parts.csv", |path| {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(SEED);
        let mut text = "series_id,month,quantity\n".to_owned();
        for series in 0..PARTS.0 {
            for (idx, quantity) in sales(PARTS.1, &mut rng).into_iter().enumerate() {
                writeln!(text, "part {series},{},{quantity}", month(idx)).expect("text");
            }
        }
        std::fs::write(path, text).expect("a file");
    })
}

fn flag(series: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["--quiet", "flag", "--series"]).arg(series).args(more);
    command.arg("--out").arg(FOLDER.path().join("flags.csv"));
    // Far from any workspace.
    command.current_dir(FOLDER.path());
    command
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("the program starts").success(), "{command:?} failed");
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn last_month_of_series_from_parquet(bencher: Bencher, n_series: usize) {
    let series = parquet(n_series);
    bencher.counter(ItemsCount::new(n_series)).bench(|| run(&mut flag(&series, &[])));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn every_month_of_car_parts(bencher: Bencher) {
    let series = parts();
    let n_judged = PARTS.0 * (PARTS.1 - 6);
    let more = ["--all-months", "--scores", "scores.csv"];
    bencher.counter(ItemsCount::new(n_judged)).bench(|| run(&mut flag(&series, &more)));
}

fn print_peaks() {
    if !cfg!(target_os = "linux") {
        println!("peak memory: not measured, only Linux says it");
        return;
    }
    for n_series in SIZES {
        print_peak(&format!("{n_series} series"), &mut flag(&parquet(n_series), &[]));
    }
    print_peak("car parts, every month", &mut flag(&parts(), &["--all-months"]));
}
