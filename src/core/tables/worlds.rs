//! Which pairs are learned from, and in which world.
//!
//! Labels often name matches only, or pairs beside them that nobody would take for one. Then the other
//! candidates of a row whose match is known are taken as different, and a second world is imagined in
//! which half of the known matches are missing from the right table: only there does one learn that the
//! best candidate may still be the wrong one.

use std::collections::{BTreeMap, BTreeSet};

use crate::features::records::RowPair;

use super::Labels;

/// Pairs of one or two worlds, and what is known about some.
pub(super) struct LabelledRows {
    /// By row of the worlds: which compared pair it is. The first rows are the compared pairs
    /// themselves, in their order.
    pub compared_idx: Vec<usize>,
    /// By row: the pair, numbered so that no two worlds share a row of a table.
    pub pairs: Vec<RowPair>,
    /// Rows to learn from, ascending.
    pub learned: Vec<usize>,
    /// Their answers.
    pub same: Vec<bool>,
}

/// Share of the labelled left rows that must have no match for labels to show by themselves what a row
/// without one looks like.
const UNMATCHED_SHOWN: f64 = 0.05;

/// Share of the left rows with a match that must have a known rival for labels to show rivals.
const RIVALS_SHOWN: f64 = 0.05;

/// Other candidates of a row that are taken as different: the likest, and of the rest every so many.
const N_DIFFERENT: usize = 6;
const EVERY: usize = 5;

/// The worlds to learn in. `likeness` is one number for each compared pair.
pub(super) fn worlds(compared: &[RowPair], labels: &Labels, likeness: &[f64]) -> LabelledRows {
    let mut worlds = LabelledRows {
        compared_idx: (0..compared.len()).collect(),
        pairs: compared.to_vec(),
        learned: Vec::new(),
        same: Vec::new(),
    };
    let shown = Shown::of(compared, labels, likeness);
    if shown.unmatched() && shown.rivals() {
        for (row, pair) in compared.iter().enumerate() {
            if let Some(&same) = labels.0.get(pair) {
                worlds.learned.push(row);
                worlds.same.push(same);
            }
        }
        return worlds;
    }
    let answers = answers(compared, labels, likeness);
    worlds.learn(0, &answers);
    if shown.unmatched() {
        return worlds;
    }
    let missing = missing(labels);
    let offset =
        |rows: &dyn Fn(&RowPair) -> usize| compared.iter().map(rows).max().map_or(0, |row| row + 1);
    let (left_offset, right_offset) =
        (offset(&|pair| pair.left_idx), offset(&|pair| pair.right_idx));
    let first = worlds.pairs.len();
    for (idx, pair) in compared.iter().enumerate() {
        if !missing.contains(&pair.right_idx) {
            worlds.compared_idx.push(idx);
            worlds.pairs.push(RowPair {
                left_idx: pair.left_idx + left_offset,
                right_idx: pair.right_idx + right_offset,
            });
        }
    }
    worlds.learn(first, &answers);
    worlds
}

impl LabelledRows {
    /// Learns the answers in the rows from `first` on.
    fn learn(&mut self, first: usize, answers: &BTreeMap<usize, bool>) {
        for row in first..self.compared_idx.len() {
            if let Some(&same) = answers.get(&self.compared_idx[row]) {
                self.learned.push(row);
                self.same.push(same);
            }
        }
    }
}

/// What the labels show by themselves. A pair that nobody would take for one shows nothing.
#[derive(Default)]
struct Shown {
    /// Left rows with a known match, and those of them with another candidate that is nearly as
    /// like as any known to be different.
    n_matched: usize,
    n_matched_with_rival: usize,
    /// Left rows without, one of whose candidates that are nearly as like as any is known to be different.
    n_unmatched: usize,
}

/// How like a row a candidate must be for one to take it for its match, as a share of how like the likest
/// other one is.
const NEARLY_AS_LIKE: f64 = 0.6;

impl Shown {
    fn of(compared: &[RowPair], labels: &Labels, likeness: &[f64]) -> Self {
        let mut shown = Self::default();
        let mut first = 0;
        for group in compared.chunk_by(|one, other| one.left_idx == other.left_idx) {
            let label = |pair: &RowPair| labels.0.get(pair).copied();
            let is_matched = group.iter().any(|pair| label(pair) == Some(true));
            let others = || {
                let likeness_and_label =
                    |(place, pair): (usize, &RowPair)| (likeness[first + place], label(pair));
                let all = group.iter().enumerate().map(likeness_and_label);
                all.filter(|(_, label)| *label != Some(true))
            };
            let likest = others().map(|(like, _)| like).fold(0.0, f64::max);
            let is_shown = others().any(|(like, label)| {
                label == Some(false) && 0.0 < like && NEARLY_AS_LIKE * likest <= like
            });
            shown.n_matched += usize::from(is_matched);
            shown.n_matched_with_rival += usize::from(is_matched && is_shown);
            shown.n_unmatched += usize::from(!is_matched && is_shown);
            first += group.len();
        }
        shown
    }

    /// Whether they show what a row without a match looks like.
    fn unmatched(&self) -> bool {
        let n = (self.n_unmatched + self.n_matched) as f64;
        UNMATCHED_SHOWN * n < self.n_unmatched as f64
    }

    /// Whether they show what the rivals of a match look like.
    fn rivals(&self) -> bool {
        RIVALS_SHOWN * self.n_matched as f64 <= self.n_matched_with_rival as f64
    }
}

/// By compared pair: the labels, and the likest other candidates of rows whose match is known.
fn answers(compared: &[RowPair], labels: &Labels, likeness: &[f64]) -> BTreeMap<usize, bool> {
    let matched: BTreeSet<usize> =
        labels.0.iter().filter(|(_, same)| **same).map(|(pair, _)| pair.left_idx).collect();
    let mut answers = BTreeMap::new();
    // Compared pairs are ordered by left row.
    let mut first = 0;
    for group in compared.chunk_by(|one, other| one.left_idx == other.left_idx) {
        let mut others = Vec::new();
        for (place, pair) in group.iter().enumerate() {
            let idx = first + place;
            match labels.0.get(pair) {
                Some(&same) => drop(answers.insert(idx, same)),
                None if matched.contains(&pair.left_idx) => others.push(idx),
                None => {}
            }
        }
        others.sort_by(|&one, &other| {
            likeness[other].total_cmp(&likeness[one]).then(one.cmp(&other))
        });
        let taken =
            |place: &usize| *place < N_DIFFERENT || (place - N_DIFFERENT).is_multiple_of(EVERY);
        answers.extend((0..others.len()).filter(taken).map(|place| (others[place], false)));
        first += group.len();
    }
    answers
}

/// Right rows of every second known match.
fn missing(labels: &Labels) -> BTreeSet<usize> {
    let matches = labels.0.iter().filter(|(_, same)| **same);
    matches
        .map(|(pair, _)| pair.right_idx)
        .enumerate()
        .filter(|(idx, _)| idx % 2 == 1)
        .map(|(_, row)| row)
        .collect()
}
