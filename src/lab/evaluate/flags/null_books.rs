//! Books in which nothing happens: what is flagged of them is nothing.

use std::fmt::Write;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Serialize;

use crate::evaluate::Steps;
use seatdrift_core::anomaly::{FlagPolicy, judge};
use seatdrift_core::domain::{Month, Series, SeriesSide};
use seatdrift_core::seat_trend::{Statistic, TrendRecipe, fit};

/// Months of a book; of one with seasons, which nobody knows before they came twice.
const MONTHS: usize = 30;
const MONTHS_WITH_SEASONS: usize = 54;
/// Its first month.
const FIRST: &str = "2022-01";
/// Products of a book: its lines go round.
const PRODUCTS: usize = 40;

/// p-values at which the nominal is compared with what comes.
const NOMINAL: [f64; 4] = [1e-2, 1e-3, 1e-4, 1e-5];

/// On how many books, and how large.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NullBookRecipe {
    /// The first book's seed.
    pub seed: u64,
    /// Books of each process and size.
    pub books: usize,
    /// Lines of a book.
    pub lines: Vec<usize>,
}

impl Default for NullBookRecipe {
    fn default() -> Self {
        Self { seed: 1, books: 20, lines: vec![300, 1_600, 20_000] }
    }
}

/// What books of one process and size brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NullBookFigures {
    /// Lines of a book.
    pub lines: usize,
    /// How they move.
    pub process: Process,
    /// Flags a month that were allowed.
    pub budget: f64,
    /// Flags a book, on average.
    pub flags: f64,
    /// Flags that the program itself expected to be nothing, on average.
    pub expected: f64,
    /// p-values of lines at most 0.01, 0.001, 0.0001 and 0.00001: how many came, by how many should have.
    pub by_nominal: [f64; NOMINAL.len()],
}

/// Judges the newest month of books in which nothing happens, each by a model of its own months before.
pub fn null_books(recipe: &NullBookRecipe, steps: &Steps<'_>) -> Vec<NullBookFigures> {
    steps.foresee(recipe.lines.len() * Process::ALL.len());
    let kinds = recipe.lines.iter().flat_map(|&lines| Process::ALL.map(|process| (lines, process)));
    let measured = |(lines, process): (usize, Process)| {
        steps.begin(&format!("{} books of {lines} lines: {}", recipe.books, process.words()));
        figures(recipe, lines, process)
    };
    kinds.map(measured).collect()
}

fn figures(recipe: &NullBookRecipe, lines: usize, process: Process) -> NullBookFigures {
    let policy = FlagPolicy::default();
    let (mut flags, mut expected, mut n_judged) = (0.0, 0.0, 0.0);
    let mut low = [0.0; NOMINAL.len()];
    for book_idx in 0..recipe.books as u64 {
        let (series, month) =
            process.book(lines, recipe.seed.wrapping_mul(1_000).wrapping_add(book_idx));
        let model =
            fit(&series, month.plus(-1), &TrendRecipe::default()).expect("a book has a history");
        let judged = judge(&model, &series, month, &policy, |amount, _| amount.to_string());
        flags += judged.flags.len() as f64;
        expected += judged.expected_false;
        for score in judged.scores.iter().filter(|score| score.statistic == Statistic::Any) {
            n_judged += 1.0;
            for (low, nominal) in low.iter_mut().zip(NOMINAL) {
                *low += f64::from(u8::from(score.p_value <= nominal));
            }
        }
    }
    let n_books = recipe.books.max(1) as f64;
    NullBookFigures {
        lines,
        process,
        budget: policy.budget,
        flags: flags / n_books,
        expected: expected / n_books,
        by_nominal: std::array::from_fn(|idx| low[idx] / (NOMINAL[idx] * f64::max(n_judged, 1.0))),
    }
}

/// The figures in words of at most 80 columns.
pub fn null_book_words(recipe: &NullBookRecipe, figures: &[NullBookFigures]) -> String {
    let mut text = format!(
        "{} books of each kind in which nothing happens; seeds from {}.\n\
         Flags a book; how many the program expected to be nothing; p-values of lines,\n\
         how many times as often as they say, at 1 in 100, 1,000, 10,000 and 100,000.\n\n\
         {:>7} {:<20}{:>6}{:>10}{:>7}{:>7}{:>7}{:>7}\n",
        recipe.books,
        recipe.seed,
        "lines",
        "they move",
        "flags",
        "expected",
        "1e-2",
        "1e-3",
        "1e-4",
        "1e-5",
    );
    for one in figures {
        let _ = write!(
            text,
            "{:>7} {:<20}{:>6.2}{:>10.2}",
            one.lines,
            one.process.words(),
            one.flags,
            one.expected
        );
        for times in one.by_nominal {
            let _ = write!(text, "{times:>7.2}");
        }
        text.push('\n');
    }
    text
}

/// How the lines of a book move while nothing happens to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Process {
    /// They stand, and one time in thirty gain or lose a seat.
    Still,
    /// They move by −1, +1 or +2 one time in five, all alike.
    Alike,
    /// As alike, but a third each one time in fifty, in ten, and three times in ten.
    Mixed,
    /// They grow by nought to four seats a month, each at its own rate.
    Growing,
    /// Each has its own season of up to a third, and noise.
    Seasonal,
    /// One time in five they move, mostly by a seat or two, now and then by many.
    HeavyTailed,
}

impl Process {
    /// Every process, in the order of the table.
    pub const ALL: [Self; 6] =
        [Self::Still, Self::Alike, Self::Mixed, Self::Growing, Self::Seasonal, Self::HeavyTailed];

    /// The words in tables.
    pub fn words(self) -> &'static str {
        match self {
            Self::Still => "still",
            Self::Alike => "alike",
            Self::Mixed => "mixed rates",
            Self::Growing => "growing",
            Self::Seasonal => "seasonal",
            Self::HeavyTailed => "heavy-tailed steps",
        }
    }

    /// How many months a book of such lines has.
    fn n_months(self) -> usize {
        if self == Self::Seasonal { MONTHS_WITH_SEASONS } else { MONTHS }
    }

    /// A book of such lines, and its newest month.
    pub(super) fn book(self, n_lines: usize, seed: u64) -> (Vec<Series>, Month) {
        let first: Month = FIRST.parse().expect("a month");
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let line = |line_idx: usize| {
            let months = self.months(line_idx, &mut rng);
            let product = line_idx % PRODUCTS;
            Series {
                side: SeriesSide::Vendor,
                client: format!("c{line_idx}"),
                client_name: format!("Client {line_idx}"),
                sku: format!("s{product}"),
                sku_name: format!("Product {product}"),
                first,
                currency: None,
                unit: vec![None; self.n_months()],
                quantity: months.into_iter().map(Some).collect(),
            }
        };
        let last = i32::try_from(self.n_months() - 1).expect("a small number");
        ((0..n_lines).map(line).collect(), first.plus(last))
    }

    fn months(self, line_idx: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<f64> {
        let start = rng.gen_range(1.6_f64..5.0).exp().round();
        let rate = match self {
            Self::Mixed => [0.02, 0.1, 0.3][line_idx % 3],
            Self::Growing => rng.gen_range(0.0..4.0),
            Self::Seasonal => rng.gen_range(0.0..0.33),
            Self::Still => 1.0 / 30.0,
            Self::Alike | Self::HeavyTailed => 0.2,
        };
        let phase = rng.gen_range(0.0..std::f64::consts::TAU);
        let mut seats = start;
        let next = |at: usize| {
            match self {
                Self::Still if rng.gen_bool(rate) => seats += [-1.0, 1.0][rng.gen_range(0..2)],
                Self::Alike | Self::Mixed if rng.gen_bool(rate) => {
                    seats += [-1.0, 1.0, 2.0][rng.gen_range(0..3)];
                }
                Self::Growing => {
                    let more = (0..4).filter(|_| rng.gen_bool(rate / 4.0)).count();
                    seats += more as f64;
                }
                Self::Seasonal => {
                    let angle = std::f64::consts::TAU * at as f64 / 12.0 + phase;
                    let noise = rng.gen_range(-1.0..1.0) + rng.gen_range(-1.0..1.0);
                    seats = start * (1.0 + rate * angle.sin()) + noise;
                }
                Self::HeavyTailed if rng.gen_bool(rate) => {
                    // Pareto of index 1.5: one step in a hundred is beyond twenty seats.
                    let size = rng.gen_range(1e-4_f64..1.0).powf(-1.0 / 1.5).floor();
                    seats += if rng.gen_bool(0.6) { size } else { -size };
                }
                _ => {}
            }
            seats = seats.max(0.0);
            seats.round()
        };
        (0..self.n_months()).map(next).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_in_which_nothing_happens_brings_no_more_flags_than_allowed() {
        let recipe = NullBookRecipe { books: 4, lines: vec![1_600], ..NullBookRecipe::default() };
        let tell = |_: crate::evaluate::Reached<'_>| {};
        let figures = null_books(&recipe, &Steps::new(&tell));
        for one in &figures {
            assert!(one.flags <= 1.5 * one.budget, "{one:?}");
            assert!(one.expected <= one.budget + 1e-9, "{one:?}");
        }
        let all: f64 = figures.iter().map(|one| one.flags / one.budget).sum::<f64>();
        assert!(0.3 < all / figures.len() as f64, "{figures:?}");
        assert!(null_book_words(&recipe, &figures).lines().all(|line| line.chars().count() <= 80));
    }
}
