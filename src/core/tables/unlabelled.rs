//! Tables nobody has labelled: scored by the names in them.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use crate::domain::Probability;
use crate::features::records::{RowPair, SharedColumn, is_measured};

use super::by_name::{NameMatch, match_by_name, score_by_name};
use super::{MatchedTables, Question, Source};

/// Every pair asked about, else the likeliest of each left row, by the model of names.
pub(super) fn matched(question: &Question<'_>) -> MatchedTables {
    let threshold = question.names.thresholds.accept_at;
    let Some(column) = telling(question.columns) else {
        return MatchedTables {
            pairs: Vec::new(),
            threshold,
            n_compared: 0,
            source: Source::Labels,
        };
    };
    let source = Source::Names(column.name.to_owned());
    let (left, right, names) = (&column.left, &column.right, question.names);
    let Some(asked) = question.pairs else {
        let found = match_by_name(left, right, names);
        let answered = |one: &NameMatch| question.answered(one.pair, one.probability, threshold);
        let n_compared = found.len();
        let mut pairs: Vec<_> = found.iter().map(answered).collect();
        pairs.par_sort_by_key(|one| one.pair);
        return MatchedTables { pairs, threshold, n_compared, source };
    };
    let found = score_by_name(left, right, asked, names);
    let probability: BTreeMap<RowPair, Probability> =
        found.iter().map(|one| (one.pair, one.probability)).collect();
    let answered = |&pair: &RowPair| {
        let found = probability.get(&pair).copied();
        question.answered(pair, found.unwrap_or(Probability::clamped(0.0)), threshold)
    };
    MatchedTables {
        pairs: asked.iter().map(answered).collect(),
        threshold,
        n_compared: found.len(),
        source,
    }
}

/// Cells of either side that tell whether a column is one of numbers.
const SAMPLE: usize = 1_000;

/// The column of words with the most different cells in each table, the first of equals; the first column of all
/// where none is of words.
fn telling<'a, 'b>(columns: &'a [SharedColumn<'b>]) -> Option<&'a SharedColumn<'b>> {
    let sample = |cells: &'a [&'b str]| &cells[..cells.len().min(SAMPLE)];
    let mut best: (usize, Option<&SharedColumn<'_>>) = (0, columns.first());
    for column in columns {
        if is_measured(sample(&column.left), sample(&column.right)) {
            continue;
        }
        let n_different = |cells: &[&str]| cells.iter().collect::<HashSet<_>>().len();
        let n_different = n_different(&column.left) + n_different(&column.right);
        if best.0 < n_different {
            best = (n_different, Some(column));
        }
    }
    best.1
}
