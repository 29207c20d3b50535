//! `seatdrift flag`: the seat-trend model on any monthly series.

mod written;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::{CommandError, Context};
use seatdrift_core::anomaly::{
    FlagPolicy, JudgedMonth, LineIdentity, ModelSource, Plan, judge_months,
};
use seatdrift_core::domain::Month;
use seatdrift_core::models::Stored;
use seatdrift_core::seat_trend::{Portfolio, TrendModel, TrendRecipe};
use seatdrift_engine::files;
use seatdrift_engine::model_store;
use seatdrift_engine::workspace::{Workspace, WorkspaceError};
use seatdrift_ingest::SeriesFile;

/// Largest file read, in bytes.
const LIMIT: u64 = 8 << 30;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift flag --series seats.csv --out flags.csv\n\n\
    S is a CSV or parquet file with the columns series_id,month,quantity and, if it has them,\n\
    billed_quantity,unit_price,client,sku, in any order; others are left alone.\n\n\
    A month is written YYYY-MM or as a date in it, between 1900 and 2199, in any order. A month\n\
    without a row, or whose quantity is empty or NaN, is missing, not nought. Quantities may be\n\
    negative or fractions; an infinite one, a second row for a month of a series, a row without an\n\
    id or a month that cannot be read is an error: status 2, and nothing is written. A series is\n\
    judged from its seventh month with a quantity on.\n\n\
    Each month is judged from the months before it alone, by a model of the file's own earlier\n\
    months; where those are too few, by the workspace's model or the one that ships.")]
pub(super) struct Arguments {
    /// The monthly series: CSV or parquet
    #[arg(long, value_name = "S")]
    series: PathBuf,
    /// The file of flags to write
    #[arg(long)]
    out: PathBuf,
    /// Judge every month [default: the last one of the file]
    #[arg(long)]
    all_months: bool,
    /// The file of every statistic of every judged month to write
    #[arg(long)]
    scores: Option<PathBuf>,
    /// Flags a month that may be nothing but chance
    #[arg(long, default_value_t = FlagPolicy::default().budget)]
    budget: f64,
}

#[derive(Serialize)]
struct Summary {
    series: usize,
    rows: usize,
    rows_without_quantity: usize,
    months_judged: usize,
    line_months_judged: usize,
    flags: usize,
    flags_by_kind: BTreeMap<&'static str, usize>,
    /// Flags that chance alone is expected to raise, at most.
    expected_false: f64,
    /// What the months were judged by, in order of time.
    models: Vec<ModelNote>,
    out: PathBuf,
    scores: Option<PathBuf>,
}

/// A model, and the months it judged.
#[derive(Serialize, PartialEq)]
struct ModelNote {
    /// `own`, `current` (the workspace's) or `shipped`.
    model: &'static str,
    /// The first and the last month it judged.
    first: Month,
    last: Month,
    /// The last month it was fitted on, for `own` the latest such one.
    fitted_through: Option<Month>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    check(arguments)?;
    let fallbacks = fallbacks(context)?;
    let step = context.output.step("reading");
    let bytes = files::read(&arguments.series, LIMIT)?;
    let file = SeriesFile::read(&name(&arguments.series), &bytes)?;
    drop(bytes);
    step.now("judging");
    let judged = judged(arguments, &file, &fallbacks);
    step.now("writing");
    let flags = written::flags(&file, &judged);
    let scores = arguments.scores.as_ref().map(|path| (path, written::scores(&file, &judged)));
    if let Some((path, bytes)) = &scores {
        files::write_atomic(path, bytes)?;
    }
    files::write_atomic(&arguments.out, &flags)?;
    drop(step);
    let summary = summary(arguments, &file, &judged, &fallbacks);
    context.note_all(&file.notes);
    context.output.note(&models_in_words(&summary));
    context.output.result(&summary, &words(&summary))?;
    let impact = |threshold: f64| {
        judged.iter().flat_map(|one| &one.judged.flags).any(|it| threshold <= it.monthly_impact)
    };
    // The program ends here: to give back the memory of a million lines one by one only takes time.
    std::mem::forget(file);
    let fails = context.fail_on.and_then(|threshold| threshold.to_f64()).is_some_and(impact);
    Ok(if fails { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn check(arguments: &Arguments) -> Result<(), CommandError> {
    if !(0.0 <= arguments.budget && arguments.budget.is_finite()) {
        return Err(CommandError::new(format!(
            "--budget: expected a number of flags, found {}",
            arguments.budget
        )));
    }
    let mut paths = vec![("--series", &arguments.series), ("--out", &arguments.out)];
    paths.extend(arguments.scores.as_ref().map(|path| ("--scores", path)));
    for (idx, (option, path)) in paths.iter().enumerate() {
        let mut before = paths[..idx].iter();
        if let Some((other, _)) = before.find(|(_, other)| files::are_same(other, path)) {
            return Err(CommandError::new(format!(
                "{option}: expected another file than {other}, found {}",
                path.display()
            )));
        }
    }
    Ok(())
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The models for months before which a file tells too little: the workspace's, the shipped one.
fn fallbacks(context: &Context) -> Result<Vec<Stored<TrendModel>>, CommandError> {
    let found = match &context.workspace {
        Some(_) => Some(context.workspace()?),
        None => match Workspace::open(Path::new(".")) {
            Ok(workspace) => Some(workspace),
            Err(WorkspaceError::NotFound { .. }) => None,
            Err(error) => return Err(error.into()),
        },
    };
    let mut models = Vec::new();
    if let Some(workspace) = found {
        context.note_all(&workspace.settle()?);
        models.push(model_store::trends(&workspace.models())?);
        models.retain(|stored| stored.file.is_some());
    }
    models.push(seatdrift_core::models::Models::shipped()?.trends);
    Ok(models)
}

fn judged(
    arguments: &Arguments,
    file: &SeriesFile,
    fallbacks: &[Stored<TrendModel>],
) -> Vec<JudgedMonth> {
    let recipe = TrendRecipe { max_lines: LINES_LEARNED_FROM, ..TrendRecipe::default() };
    let mut policy = FlagPolicy { budget: arguments.budget, ..FlagPolicy::default() };
    let months: Vec<Month> = if arguments.all_months {
        let first = file.first.index() + i32::try_from(recipe.min_months).unwrap_or(i32::MAX);
        (first..=file.last.index()).map(|index| file.last.plus(index - file.last.index())).collect()
    } else {
        // Nobody was told of the months before: what has been gone for some is told now.
        policy.vanish_months = MISSED_MONTHS;
        vec![file.last]
    };
    let models: Vec<&TrendModel> = fallbacks.iter().map(|stored| &stored.model).collect();
    let plan =
        Plan { recipe, policy, lines: LineIdentity::ByNumber(&file.line_of), fallbacks: &models };
    let portfolio = Portfolio::of_numbered(&file.series, file.last, &file.line_of);
    judge_months(&portfolio, &months, &plan, |amount, _| format!("{amount:.2}"))
}

/// Lines of a file its own model is fitted on at most, spread evenly over it: a quarter of a million
/// line-months to rank p-values by.
const LINES_LEARNED_FROM: usize = 20_000;

/// Months a series without a row is still missed for.
const MISSED_MONTHS: usize = 6;

fn summary(
    arguments: &Arguments,
    file: &SeriesFile,
    judged: &[JudgedMonth],
    fallbacks: &[Stored<TrendModel>],
) -> Summary {
    let flags = || judged.iter().flat_map(|one| &one.judged.flags);
    let mut flags_by_kind = BTreeMap::new();
    for flag in flags() {
        *flags_by_kind.entry(flag.kind.word()).or_insert(0) += 1;
    }
    let mut models: Vec<ModelNote> = Vec::new();
    for one in judged {
        let (model, fitted_through) = match one.source {
            ModelSource::Own { through, .. } => ("own", Some(through)),
            ModelSource::Fallback(position) => (fallbacks[position].name(), None),
        };
        match models.last_mut().filter(|last| last.model == model) {
            Some(last) => (last.last, last.fitted_through) = (one.month, fitted_through),
            None => {
                models.push(ModelNote { model, first: one.month, last: one.month, fitted_through });
            }
        }
    }
    Summary {
        series: file.ids.len(),
        rows: file.n_rows,
        rows_without_quantity: file.n_missing,
        months_judged: judged.len(),
        line_months_judged: judged.iter().map(|one| written::n_lines_judged(file, one)).sum(),
        flags: flags().count(),
        flags_by_kind,
        expected_false: judged.iter().map(|one| one.judged.expected_false).sum(),
        models,
        out: arguments.out.clone(),
        scores: arguments.scores.clone(),
    }
}

fn models_in_words(summary: &Summary) -> String {
    let line = |note: &ModelNote| {
        let months = match note.first == note.last {
            true => note.last.to_string(),
            false => format!("{} to {}", note.first, note.last),
        };
        let by = match note.model {
            "own" => "a model of the file's own months before".to_owned(),
            model => format!("the {model} model, the file's own months before being too few"),
        };
        format!("{months}: judged by {by}")
    };
    summary.models.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn words(summary: &Summary) -> String {
    let kinds: Vec<String> =
        summary.flags_by_kind.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    let scores = summary.scores.iter().map(|path| format!("\nscores: {}", path.display()));
    format!(
        "{} series, {} rows; {} line-months of {} months judged\n\
         {} flags{kinds}; about {:.1} expected to be nothing: {}{}",
        summary.series,
        summary.rows,
        summary.line_months_judged,
        summary.months_judged,
        summary.flags,
        summary.expected_false,
        summary.out.display(),
        scores.collect::<String>(),
    )
}
