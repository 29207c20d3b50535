//! Tables nobody has labelled: scored by the names in them.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use crate::domain::Probability;
use crate::features::records::{RowPair, SharedColumn, is_measured};

use super::by_name::{NameMatch, match_by_name, score_by_name};
use super::learning::Scores;
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

/// What the model of names says of compared pairs, where the labels bear it out.
pub(super) struct ByName {
    /// By compared pair.
    pub log_odds: Vec<f64>,
    /// Up to here it finds a pair hopeless, and hardly a known match was.
    hopeless: f64,
}

/// Of the pairs the model of names accepts, the share that the labels must bear out.
const BORNE_OUT: f64 = 0.9;

/// Of the known matches, the share that it must accept, and the most it may find hopeless.
const FOUND: f64 = 0.6;
const LOST: f64 = 0.01;

/// A probability that is hopeless, at most.
const HOPELESS: f64 = 0.01;

/// Log-odds beyond this say no more.
const SUREST: f64 = 12.0;

impl ByName {
    /// What the model of names says of the compared pairs; `None` where the tables are none of names: it
    /// finds too few of the known matches, or takes too much for one.
    pub(super) fn of(question: &Question<'_>, compared: &[RowPair]) -> Option<Self> {
        let column = telling(question.columns)?;
        let found = score_by_name(&column.left, &column.right, compared, question.names);
        let probability: BTreeMap<RowPair, f64> =
            found.iter().map(|one| (one.pair, one.probability.get())).collect();
        let of = |pair: &RowPair| probability.get(pair).copied().unwrap_or(0.0);
        let accept_at = question.names.thresholds.accept_at.get();
        let labels = || question.labels.0.iter().map(|(pair, same)| (of(pair), *same));
        let mut matches: Vec<f64> = labels().filter(|one| one.1).map(|one| one.0).collect();
        let n_accepted = labels().filter(|one| accept_at <= one.0).count() as f64;
        let n_right = matches.iter().filter(|one| accept_at <= **one).count() as f64;
        if n_right < BORNE_OUT * n_accepted || n_right < FOUND * matches.len() as f64 {
            return None;
        }
        matches.sort_by(f64::total_cmp);
        let least = matches[(LOST * matches.len() as f64) as usize];
        let log_odds = |pair: &RowPair| {
            let chance = of(pair).clamp(1e-9, 1.0 - 1e-9);
            (chance / (1.0 - chance)).ln().clamp(-SUREST, SUREST)
        };
        let log_odds = compared.iter().map(log_odds).collect();
        Some(Self { log_odds, hopeless: (0.5 * least).min(HOPELESS) })
    }

    /// Labels of a few rows never make a match of what is hopeless by its name.
    pub(super) fn veto(&self, scores: &mut Scores) {
        let hopeless = (self.hopeless / (1.0 - self.hopeless)).ln();
        for (probability, log_odds) in scores.probabilities.iter_mut().zip(&self.log_odds) {
            if *log_odds < hopeless {
                *probability = Probability::clamped(probability.get().min(self.hopeless));
            }
        }
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
