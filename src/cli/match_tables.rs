//! `seatdrift match`: the pair classifier on any two tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::{CommandError, Context};
use seatdrift_core::domain::{EntityKind, guarded_id};
use seatdrift_core::features::records::{RowPair, SharedColumn};
use seatdrift_core::models::shipped_pairs;
use seatdrift_core::tables::{
    Labels, LearningRecipe, MatchedTables, Question, Source, match_tables,
};
use seatdrift_engine::files;
use seatdrift_ingest::{PairFile, RecordTable, Texts};

/// Largest table read, in bytes.
const LIMIT: u64 = 2 << 30;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: seatdrift match --left ours.csv --right theirs.csv --out pairs.csv\n\n\
    Files of labels and pairs have the columns ltable_id,rtable_id[,label]; without a label a pair is\n\
    the same. OUT has ltable_id,rtable_id,probability,match."
)]
pub(super) struct Arguments {
    /// A CSV with a header and a column of ids
    #[arg(long)]
    left: PathBuf,
    /// Another one
    #[arg(long)]
    right: PathBuf,
    /// The column of ids in both
    #[arg(long, default_value = "id")]
    id: String,
    /// Pairs to learn from
    #[arg(long)]
    labels: Option<PathBuf>,
    /// Pairs to choose the threshold on [default: labels held out]
    #[arg(long, requires = "labels")]
    valid: Option<PathBuf>,
    /// The pairs to score [default: all worth comparing]
    #[arg(long)]
    pairs: Option<PathBuf>,
    /// The file to write
    #[arg(long)]
    out: PathBuf,
}

#[derive(Serialize)]
struct Summary {
    left_rows: usize,
    right_rows: usize,
    columns: Vec<String>,
    compared: usize,
    learned_same: usize,
    learned_different: usize,
    /// What the probabilities come from.
    source: String,
    scored: usize,
    matches: usize,
    threshold: f64,
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    replaces_no_input(arguments)?;
    let step = context.output.step("reading");
    let left = table(&arguments.left, &arguments.id)?;
    let right = table(&arguments.right, &arguments.id)?;
    let pairs = |path: &Option<PathBuf>| -> Result<PairFile, CommandError> {
        path.as_ref().map_or_else(|| Ok(PairFile::default()), |path| pair_file(path, &left, &right))
    };
    let (labels, valid, asked) =
        (pairs(&arguments.labels)?, pairs(&arguments.valid)?, pairs(&arguments.pairs)?);
    drop(step);
    for (path, file) in [(&arguments.labels, &labels), (&arguments.valid, &valid)] {
        say_contradictions(path.as_deref(), file, context);
    }
    let mut columns = shared_columns(&left, &right);
    // Labels say by themselves what a column is worth.
    let tell = arguments.labels.is_some() || columns.iter().any(tells_rows_apart);
    let is_whole = columns.is_empty() || !tell;
    let rows = if is_whole { [joined(&left), joined(&right)] } else { [vec![], vec![]] };
    if is_whole {
        let what =
            if columns.is_empty() { "of one name" } else { "in common that tells rows apart" };
        let texts = |side: usize| rows[side].iter().map(String::as_str).collect();
        columns = vec![SharedColumn { name: "the whole row", left: texts(0), right: texts(1) }];
        context
            .output
            .note(&format!("the tables have no column {what}: every row is compared as one text"));
    }
    let asked: Vec<RowPair> = asked.pairs.into_iter().map(row_pair).collect();
    let (labels, valid) = (known(labels.labels), known(valid.labels));
    let question = Question {
        columns: &columns,
        labels: &labels,
        valid: &valid,
        pairs: arguments.pairs.is_some().then_some(asked.as_slice()),
        names: &shipped_pairs(EntityKind::Client)?,
    };
    let step = context.output.step("matching");
    let matched = match_tables(&question, &LearningRecipe::default())?;
    drop(step);
    files::write_atomic(&arguments.out, written(&matched, &left, &right).as_bytes())?;
    let summary = Summary {
        left_rows: left.n_rows(),
        right_rows: right.n_rows(),
        columns: columns.iter().map(|column| column.name.to_owned()).collect(),
        compared: matched.n_compared,
        learned_same: labels.n_same(),
        learned_different: labels.n_different(),
        source: source(&matched.source, &labels),
        scored: matched.pairs.len(),
        matches: matched.pairs.iter().filter(|one| one.is_match).count(),
        threshold: matched.threshold.get(),
        out: arguments.out.clone(),
    };
    context.output.result(&summary, &words(&summary))?;
    Ok(ExitCode::SUCCESS)
}

fn source(source: &Source, labels: &Labels) -> String {
    let recipe = LearningRecipe::default();
    match source {
        Source::Labels if labels.n_different() == 0 => format!(
            "learned from {} pairs that are the same; other candidates of their rows were taken as not",
            labels.n_same()
        ),
        Source::Labels => format!(
            "learned from {} pairs that are the same and {} that are not",
            labels.n_same(),
            labels.n_different()
        ),
        Source::Names(column) if labels.0.is_empty() => {
            format!("no labels: scored by the shipped model of names, by {column}")
        }
        Source::Names(column) => format!(
            "too few labels to learn from ({} the same, {} are needed): scored by the shipped model \
             of names, by {column}",
            labels.n_same(),
            recipe.fewest
        ),
    }
}

fn words(summary: &Summary) -> String {
    format!(
        "{} × {} rows compared by {}: {} pairs looked at, {} written\n\
         {}\n\
         {} matches at a probability of {:.3} or more: {}",
        summary.left_rows,
        summary.right_rows,
        summary.columns.join(", "),
        summary.compared,
        summary.scored,
        summary.source,
        summary.matches,
        summary.threshold,
        summary.out.display()
    )
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A link may lead from the file to write to one that is read.
fn replaces_no_input(arguments: &Arguments) -> Result<(), CommandError> {
    let Arguments { left, right, labels, valid, pairs, out, .. } = arguments;
    let read = [("--left", Some(left)), ("--right", Some(right)), ("--labels", labels.as_ref())];
    let asked = [("--valid", valid.as_ref()), ("--pairs", pairs.as_ref())];
    for (option, path) in read.into_iter().chain(asked) {
        if path.is_some_and(|path| files::are_same(path, out)) {
            return Err(CommandError::new(format!(
                "--out: expected another file than {option}, found {}",
                out.display()
            )));
        }
    }
    Ok(())
}

fn table(path: &Path, id: &str) -> Result<RecordTable, CommandError> {
    Ok(RecordTable::read(&name(path), &files::read(path, LIMIT)?, id)?)
}

fn pair_file(
    path: &Path,
    left: &RecordTable,
    right: &RecordTable,
) -> Result<PairFile, CommandError> {
    Ok(PairFile::read(&name(path), &files::read(path, LIMIT)?, left, right)?)
}

fn say_contradictions(path: Option<&Path>, file: &PairFile, context: &Context) {
    let n = file.contradictory.len();
    if let (Some(path), 1..) = (path, n) {
        context
            .output
            .note(&format!("{}: pairs labelled both 1 and 0 are left out: {n}", path.display()));
    }
}

fn row_pair((left_idx, right_idx): (usize, usize)) -> RowPair {
    RowPair { left_idx, right_idx }
}

fn known(labels: BTreeMap<(usize, usize), bool>) -> Labels {
    Labels(labels.into_iter().map(|(pair, same)| (row_pair(pair), same)).collect())
}

/// Each row's cells in one text, without those that say the same in all rows.
fn joined(table: &RecordTable) -> Vec<String> {
    let tells =
        |column: &&Texts| table.n_rows() == 1 || column.iter().any(|cell| cell != column.get(0));
    let columns: Vec<&Texts> = table.cells.iter().filter(tells).collect();
    (0..table.n_rows())
        .map(|row| {
            let cells = columns.iter().map(|column| column.get(row));
            cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// Whether a column says something else in at least half of the rows of each table: one town for all does not.
fn tells_rows_apart(column: &SharedColumn<'_>) -> bool {
    let is_told = |cells: &[&str]| cells.len() <= 2 * cells.iter().collect::<BTreeSet<_>>().len();
    is_told(&column.left) && is_told(&column.right)
}

/// Columns of one name, whatever its case and signs.
fn shared_columns<'a>(left: &'a RecordTable, right: &'a RecordTable) -> Vec<SharedColumn<'a>> {
    let plain = |name: &str| -> String {
        name.chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let shared = |(idx, name): (usize, &'a String)| {
        let other = right.columns.iter().position(|other| plain(other) == plain(name))?;
        Some(SharedColumn {
            name,
            left: left.cells[idx].iter().collect(),
            right: right.cells[other].iter().collect(),
        })
    };
    left.columns.iter().enumerate().filter_map(shared).collect()
}

fn written(matched: &MatchedTables, left: &RecordTable, right: &RecordTable) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows = matched.pairs.iter().map(|one| {
        let probability = format!("{:.6}", one.probability.get());
        let is_match = if one.is_match { "1" } else { "0" };
        [
            guarded_id(left.ids.get(one.pair.left_idx)).into_owned(),
            guarded_id(right.ids.get(one.pair.right_idx)).into_owned(),
            probability,
            is_match.to_owned(),
        ]
    });
    let header = ["ltable_id", "rtable_id", "probability", "match"].map(str::to_owned);
    for row in std::iter::once(header).chain(rows) {
        writer.write_record(&row).expect("memory can be written to");
    }
    let bytes = writer.into_inner().expect("memory can be written to");
    String::from_utf8(bytes).expect("ids and numbers are text")
}
