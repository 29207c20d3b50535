//! How good is it: benchmarks, open-world names, the learning curve, calibration.
//!
//! ```text
//! progress        how far it is
//! metrics         answers and the truth → precision, recall, F1, calibration error
//! made_up         made-up MSPs, read like any other, and a reviewer who knows the truth
//! learning_curve  0 … 12 reviewed months → how names nobody decided are matched
//! evidence        what the candidate step loses; names without their lines
//! seats           how often seats are called odd when nothing happened
//! right_quantities  the quantity proposed as right, beside the true one
//! priorities      true differences found to the cent; the money that the first findings hold
//! sequence        score, review, learn: month after month on hostile books
//! damaged         sure claims on spoilt exports, beside the same ones whole
//! flags           is the false-alarm rate kept; what is found at equal false alarms
//! throughput      pairs a second, seconds to learn
//! company_names   names of which some have no partner
//! benchmark_files a folder of public sets → tables and pairs
//! benchmarks      public sets → F1, beside what others published
//! published       what others published
//! words           all of it as text of at most 80 columns
//! ```
//!
//! Everything but the throughput and the seconds of the benchmarks depends on the recipe alone.

mod progress;
mod metrics;
mod made_up;
mod learning_curve;
mod evidence;
mod seats;
mod right_quantities;
mod priorities;
mod sequence;
mod damaged;
pub mod flags;
mod throughput;
pub mod company_names;
mod benchmark_files;
mod benchmarks;
mod half_labelled;
mod published;
mod benchmark_words;
mod words;

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

pub use benchmark_files::BenchmarkError;
pub use benchmarks::{BenchmarkFigures, OpenWorldFigures, OpenWorldFound, SplitFigures};
pub use damaged::{
    DamageFigures, DamagedCounts, DamagedFigures, DamagedRecipe, DoubtFigures, RunCounts,
    Situation, SituationFigures, SureFigures, damaged, damaged_once, damaged_words, damages,
};
pub use evidence::CandidateFigures;
pub use half_labelled::HalfLabelledFigures;
pub use learning_curve::{LearningStep, NameFigures, WithAndWithout};
pub use metrics::{
    Accuracy, Answer, accuracy, best_threshold, calibration_error, recall_at_precision,
};
pub use priorities::PriorityFigures;
pub use progress::{Reached, Steps};
pub use published::{Published, published};
pub use right_quantities::QuantityFigures;
pub use seats::SeatFigures;
pub use sequence::{
    CauseFigures, ChangeFigures, FalseExample, NameCalibration, SequenceFigures, SequenceMonth,
    SequenceRecipe, Shift, sequence, sequence_words,
};
pub use throughput::Throughput;
pub use words::words;

use flags::{FlagRecipe, SeriesSet, SetError, SetFigures, as_seats, flag_figures, read_sets};
use made_up::MadeUp;

use crate::simulate::FormatPair;
use seatdrift_core::learn::TrainError;
use seatdrift_core::model_file::ArtifactError;
use seatdrift_core::models::Models;
use seatdrift_core::months::PastError;
use seatdrift_core::pair_classifier::FitError;
use seatdrift_ingest::IngestError;

/// What is measured, and on how much.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvaluateRecipe {
    /// The first seed; every made-up MSP has its own.
    pub seed: u64,
    /// Made-up MSPs for each pair of export formats.
    pub msps: usize,
    /// Clients of each.
    pub clients: usize,
    /// Steps of the learning curve: reviewed months, at most 12.
    pub reviewed: Vec<usize>,
    /// Clients of the MSP that throughput is measured on.
    pub throughput_clients: usize,
    /// Labelled pairs that training is timed on.
    pub throughput_labels: usize,
    /// Flags.
    pub flags: FlagRecipe,
}

impl Default for EvaluateRecipe {
    fn default() -> Self {
        Self {
            seed: 1,
            msps: 10,
            clients: 60,
            reviewed: vec![0, 1, 3, 6, 12],
            throughput_clients: 800,
            throughput_labels: 10_000,
            flags: FlagRecipe::default(),
        }
    }
}

impl EvaluateRecipe {
    /// The seed of the first made-up MSP: far from those that the shipped models learned from.
    pub fn first_seed(&self) -> u64 {
        self.seed.wrapping_mul(1_000_003)
    }
}

/// The time since some fixed moment. Nothing else here reads a clock.
pub type Clock<'a> = &'a dyn Fn() -> Duration;

/// What cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// A made-up export cannot be read.
    #[error(transparent)]
    Export(#[from] IngestError),
    /// Training failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// Nothing could be learned.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// A benchmark set cannot be read.
    #[error(transparent)]
    Benchmark(#[from] BenchmarkError),
    /// A set of series cannot be read.
    #[error(transparent)]
    Series(#[from] SetError),
    /// A model that was just made cannot be read.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A made-up month cannot be scored.
    #[error(transparent)]
    History(#[from] PastError),
}

/// All that was measured on made-up MSPs with one pair of export formats.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FormatFigures {
    /// Which exports.
    pub formats: &'static str,
    /// The learning curve.
    pub learning_curve: Vec<LearningStep>,
    /// What the candidate step finds of clients, then of products.
    pub candidates: [CandidateFigures; 2],
    /// Seats.
    pub seats: SeatFigures,
    /// Differences, and how they are ordered.
    pub priorities: PriorityFigures,
}

/// All that was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// On what.
    pub recipe: EvaluateRecipe,
    /// For each pair of export formats.
    pub made_up: Vec<FormatFigures>,
    /// How fast.
    pub throughput: Throughput,
    /// On public sets, where a folder of them was given.
    pub benchmarks: Option<BenchmarkFigures>,
    /// Flags: on public series where a folder of them was given, else on made-up ones.
    pub flags: Vec<SetFigures>,
}

/// The pairs of export formats MSPs are made up in.
const FORMATS: [(FormatPair, &str); 2] = [
    (FormatPair::Pax8ConnectWise, "Pax8 and ConnectWise"),
    (FormatPair::PartnerCenterAutotask, "Partner Center and Autotask"),
];

/// Measures the program as it ships; on public sets too where `benchmarks` names a folder of them.
///
/// # Errors
///
/// [`EvaluateError`] says what cannot be measured.
pub fn evaluate(
    recipe: &EvaluateRecipe,
    benchmarks: Option<&Path>,
    shipped: &Models,
    clock: Clock<'_>,
    steps: &Steps<'_>,
) -> Result<Evaluation, EvaluateError> {
    let folder = benchmarks;
    // Of each pair of formats: MSPs made up, months reviewed, seats, differences; and how fast it all is.
    steps.foresee(FORMATS.len() * (3 + recipe.reviewed.len()) + 1);
    // First what may fail for want of a file.
    let benchmarks = benchmarks
        .map(|folder| benchmarks::benchmarks(folder, shipped, recipe.seed, clock, steps))
        .transpose()?;
    let mut made_up = Vec::new();
    for (formats, name) in FORMATS {
        made_up.push(format_figures(recipe, formats, name, shipped, steps)?);
    }
    steps.begin("throughput");
    let throughput = throughput::throughput(
        recipe.throughput_clients,
        recipe.throughput_labels,
        recipe.seed,
        clock,
    )?;
    let flags = flag_sets(recipe, folder, shipped, steps)?;
    Ok(Evaluation { recipe: recipe.clone(), made_up, throughput, benchmarks, flags })
}

/// Measures flags alone: on the series of a folder, else on those of made-up MSPs.
///
/// # Errors
///
/// [`EvaluateError`] says what cannot be measured.
pub fn flag_sets(
    recipe: &EvaluateRecipe,
    benchmarks: Option<&Path>,
    shipped: &Models,
    steps: &Steps<'_>,
) -> Result<Vec<SetFigures>, EvaluateError> {
    let sets = series_sets(recipe, benchmarks, shipped, steps)?;
    steps.foresee(sets.len());
    let measured = |set: &SeriesSet| {
        steps.begin(&format!("flags: {}", set.name));
        flag_figures(set, &recipe.flags)
    };
    Ok(sets.iter().map(measured).collect())
}

/// Months of the made-up series that flags are measured on, and MSPs they are of.
const SERIES_MONTHS: usize = 32;
const SERIES_MSPS: u64 = 2;

/// The series flags are measured on: those of a folder, as they are and brought to the size of seats;
/// where there are none, those of made-up MSPs.
///
/// # Errors
///
/// [`EvaluateError`] says what cannot be read.
pub fn series_sets(
    recipe: &EvaluateRecipe,
    benchmarks: Option<&Path>,
    shipped: &Models,
    steps: &Steps<'_>,
) -> Result<Vec<SeriesSet>, EvaluateError> {
    let mut sets = benchmarks.map(read_sets).transpose()?.unwrap_or_default();
    sets.extend(as_seats(&sets, recipe.flags.seed));
    if sets.is_empty() {
        steps.foresee(1);
        steps.begin("flags: making up MSPs");
        let formats = FormatPair::Pax8ConnectWise;
        let msps: Vec<MadeUp> = (0..SERIES_MSPS)
            .map(|idx| recipe.first_seed().wrapping_sub(1 + idx))
            .map(|seed| MadeUp::of_months(recipe.clients, SERIES_MONTHS, seed, formats))
            .collect::<Result<_, _>>()?;
        sets.push(seats::made_up_series(&msps, shipped));
    }
    Ok(sets)
}

fn format_figures(
    recipe: &EvaluateRecipe,
    formats: FormatPair,
    name: &'static str,
    shipped: &Models,
    steps: &Steps<'_>,
) -> Result<FormatFigures, EvaluateError> {
    steps.begin(&format!("{name}: making up {} MSPs", recipe.msps));
    let seeds = (0..recipe.msps as u64).map(|idx| recipe.first_seed().wrapping_add(idx));
    let msps: Vec<MadeUp> =
        seeds.map(|seed| MadeUp::new(recipe.clients, seed, formats)).collect::<Result<_, _>>()?;
    let mut learning_curve = Vec::new();
    for &months in &recipe.reviewed {
        steps.begin(&format!("{name}: {months} months reviewed"));
        let months = months.min(made_up::MONTHS_BEFORE);
        learning_curve.push(learning_curve::learning_step(&msps, shipped, months)?);
    }
    let candidates = evidence::candidate_figures(&msps);
    steps.begin(&format!("{name}: seats"));
    let seats = seats::seat_figures(&msps, shipped);
    steps.begin(&format!("{name}: differences"));
    let priorities = priorities::priority_figures(&msps, shipped)?;
    Ok(FormatFigures { formats: name, learning_curve, candidates, seats, priorities })
}

#[cfg(test)]
mod tests;
