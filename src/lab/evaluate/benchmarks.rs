//! Public benchmark sets → how well two tables of any kind are matched, beside what others published.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::benchmark_files::{
    BenchmarkSet, BenchmarkTable, Known, Labelled, read_set, set_folders,
};
use super::company_names::{Judge, NamedCompany, OpenWorldRecipe, OpenWorldResult, open_world};
use super::half_labelled::{HalfLabelledFigures, half_labelled};
use super::metrics::{Answer, accuracy, calibration_error};
use super::published::{Published, published};
use super::{Clock, EvaluateError, Steps};
use seatdrift_core::features::records::{RowPair, SharedColumn};
use seatdrift_core::models::Models;
use seatdrift_core::pair_classifier::{FitRecipe, PairModel};
use seatdrift_core::tables::{Labels, LearningRecipe, Question, candidate_rows, match_tables};

/// A set with official splits: learned on train, the threshold chosen on valid, measured on test.
///
/// How a pair stands among its rivals is learned too, for which all rows of both tables are looked at,
/// those of the test pairs among them, without their labels: the figures are transductive.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SplitFigures {
    /// The set's folder.
    pub set: String,
    /// Rows of the left and of the right table.
    pub rows: [usize; 2],
    /// Pairs to learn from.
    pub train: usize,
    /// Pairs measured on.
    pub test: usize,
    /// Those of them that are the same.
    pub test_same: usize,
    /// The harmonic mean of precision and recall, in `0.0..=1.0` like all shares here.
    pub f1: f64,
    /// Of the matches given, those that are right.
    pub precision: f64,
    /// Of what is the same, the share found.
    pub recall: f64,
    /// Lowest probability that counted as a match.
    pub threshold: f64,
    /// Calibration error on the test pairs.
    pub ece: f64,
    /// Of all that is the same in any split, the share among the candidates.
    pub candidate_recall: f64,
    /// Candidates for each left row.
    pub candidates_a_row: f64,
    /// Always true: see above.
    pub transductive: bool,
    /// From reading the tables to the last answer, both tables compared in full.
    pub seconds: f64,
    /// F1 in percent that others published.
    pub published: Option<Published>,
}

/// A set of names with all its matches, in an open world: four partners in ten are removed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpenWorldFigures {
    /// The set's folder.
    pub set: String,
    /// `shipped`: the model that ships, no label used. `learned`: from the matches not tested.
    pub model: &'static str,
    /// What was found.
    #[serde(flatten)]
    pub found: OpenWorldFound,
    /// Learning and matching.
    pub seconds: f64,
}

/// [`OpenWorldResult`] without its answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OpenWorldFound {
    /// Names tested.
    pub tested: usize,
    /// Those of them whose partner is still there.
    pub with_partner: usize,
    /// Share of the partners among the candidates.
    pub candidate_recall: f64,
    /// Share of the names with a partner whose likeliest candidate it is.
    pub hit_at_1: f64,
    /// At the model's own accept threshold.
    pub precision: f64,
    /// At the model's own accept threshold.
    pub recall: f64,
    /// Of the answers that are claims, at least as likely right as wrong.
    pub f1: f64,
    /// The best F1 any threshold gives.
    pub best_f1: f64,
    /// The most partners found while 99 % of the answers are right.
    pub recall_at_99: f64,
}

/// What was measured on the sets of a folder.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct BenchmarkFigures {
    /// Sets with splits.
    pub splits: Vec<SplitFigures>,
    /// Sets of names with all their matches.
    pub open_world: Vec<OpenWorldFigures>,
    /// The same sets, half of whose left rows are labelled.
    pub half_labelled: Vec<HalfLabelledFigures>,
}

/// Measures on every set of a benchmark folder.
///
/// # Errors
///
/// [`EvaluateError`] when a set cannot be read or nothing can be learned from it.
pub(super) fn benchmarks(
    folder: &Path,
    shipped: &Models,
    seed: u64,
    clock: Clock<'_>,
    steps: &Steps<'_>,
) -> Result<BenchmarkFigures, EvaluateError> {
    let mut figures = BenchmarkFigures::default();
    let folders = set_folders(folder)?;
    steps.foresee(folders.len());
    for folder in folders {
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
        steps.begin(&format!("matching: {name}"));
        let set = read_set(&folder)?;
        match &set.known {
            Known::Splits { train, valid, test } => {
                figures.splits.push(splits(&set, [train, valid, test], shipped, seed, clock)?);
            }
            Known::Matches(matches) => {
                let left = companies(&set.left);
                let right = companies(&set.right);
                let partner_of = partners(&set, matches);
                let (tables, model) = ((&left[..], &right[..]), &shipped.clients.model);
                figures.open_world.extend(names(
                    &set.name,
                    tables,
                    &partner_of,
                    model,
                    seed,
                    clock,
                )?);
                let half = half_labelled(&set.name, tables, &partner_of, model, seed, clock)?;
                figures.half_labelled.extend(half);
            }
        }
    }
    Ok(figures)
}

fn splits(
    set: &BenchmarkSet,
    [train, valid, test]: [&[Labelled]; 3],
    shipped: &Models,
    seed: u64,
    clock: Clock<'_>,
) -> Result<SplitFigures, EvaluateError> {
    let columns = shared_columns(&set.left, &set.right);
    let asked: Vec<RowPair> = test.iter().map(|one| row_pair(*one)).collect();
    let question = Question {
        columns: &columns,
        labels: &labels(train),
        valid: &labels(valid),
        pairs: Some(&asked),
        names: &shipped.clients.model,
    };
    let start = clock();
    let matched = match_tables(&question, &LearningRecipe { seed, ..LearningRecipe::default() })?;
    let seconds = (clock() - start).as_secs_f64();
    let answers: Vec<Answer> = matched
        .pairs
        .iter()
        .zip(test)
        .map(|(scored, (_, _, is_same))| Answer {
            probability: scored.probability.get(),
            is_same: *is_same,
        })
        .collect();
    let test_same = answers.iter().filter(|answer| answer.is_same).count();
    let found = accuracy(&answers, test_same, matched.threshold.get());
    let candidates = candidate_rows(&columns);
    let same: Vec<RowPair> = [train, valid, test]
        .into_iter()
        .flatten()
        .filter(|one| one.2)
        .map(|one| row_pair(*one))
        .collect();
    let n_found = same.iter().filter(|pair| candidates.binary_search(pair).is_ok()).count();
    Ok(SplitFigures {
        set: set.name.clone(),
        rows: [set.left.ids.len(), set.right.ids.len()],
        train: train.len(),
        test: test.len(),
        test_same,
        f1: found.f1,
        precision: found.precision,
        recall: found.recall,
        threshold: found.threshold,
        ece: calibration_error(&answers),
        candidate_recall: n_found as f64 / same.len().max(1) as f64,
        candidates_a_row: candidates.len() as f64 / set.left.ids.len().max(1) as f64,
        transductive: true,
        seconds,
        published: published(&set.name),
    })
}

/// The columns of the left table that the right one has too.
fn shared_columns<'a>(
    left: &'a BenchmarkTable,
    right: &'a BenchmarkTable,
) -> Vec<SharedColumn<'a>> {
    let shared = |name: &'a String| {
        let (left, right) = (left.column(name)?, right.column(name)?);
        Some(SharedColumn { name, left, right })
    };
    left.columns.iter().filter_map(shared).collect()
}

fn row_pair((left_idx, right_idx, _): Labelled) -> RowPair {
    RowPair { left_idx, right_idx }
}

fn labels(pairs: &[Labelled]) -> Labels {
    Labels(pairs.iter().map(|one| (row_pair(*one), one.2)).collect())
}

/// Left id → right id.
fn partners(set: &BenchmarkSet, matches: &[(usize, usize)]) -> BTreeMap<String, String> {
    matches
        .iter()
        .map(|&(left, right)| (set.left.ids[left].clone(), set.right.ids[right].clone()))
        .collect()
}

fn names(
    set: &str,
    (left, right): (&[NamedCompany], &[NamedCompany]),
    partner_of: &BTreeMap<String, String>,
    model: &PairModel,
    seed: u64,
    clock: Clock<'_>,
) -> Result<[OpenWorldFigures; 2], EvaluateError> {
    let recipe = OpenWorldRecipe { seed, ..OpenWorldRecipe::default() };
    let learning = FitRecipe { seed, ..FitRecipe::default() };
    let measured = |name, judge| {
        let start = clock();
        let result = open_world(left, right, partner_of, &recipe, judge)?;
        let seconds = (clock() - start).as_secs_f64();
        let found = OpenWorldFound::of(&result);
        Ok(OpenWorldFigures { set: set.to_owned(), model: name, found, seconds })
    };
    let as_it_ships = measured("shipped", Judge::AsItIs(model))?;
    let learned: Result<_, EvaluateError> =
        measured("learned", Judge::Learned(&learning, Some(model)));
    Ok([as_it_ships, learned?])
}

/// The rows of a table by their column `name`, else by their first.
fn companies(table: &BenchmarkTable) -> Vec<NamedCompany> {
    let column = table.columns.iter().position(|one| one == "name").unwrap_or(0);
    let named = |(id, cells): (&String, &Vec<String>)| NamedCompany {
        id: id.clone(),
        name: cells.get(column).cloned().unwrap_or_default(),
    };
    table.ids.iter().zip(&table.cells).map(named).collect()
}

impl OpenWorldFound {
    fn of(result: &OpenWorldResult) -> Self {
        Self {
            tested: result.n_tested,
            with_partner: result.n_with_partner,
            candidate_recall: result.candidate_recall,
            hit_at_1: result.hit_at_1,
            precision: result.precision,
            recall: result.recall,
            f1: result.f1,
            best_f1: result.best_f1(),
            recall_at_99: result.recall_at_99,
        }
    }
}
