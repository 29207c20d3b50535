//! Rows of a table that have two names: `Kestrel Holdings d/b/a Blue Kettle Cafe` is matched by each of them.

use std::collections::BTreeMap;

use crate::features::records::RowPair;
use crate::normalise::names_within;

use super::by_name::NameMatch;

/// Letters of the longest text that is taken for names; a longer one is a description.
const LONGEST: usize = 120;

/// The names of a table, and behind them those within them.
pub(super) struct Names<'a> {
    written: &'a [&'a str],
    within: Vec<String>,
    /// Of each name within, the row it stands in.
    row_of: Vec<usize>,
    /// The names within a row that has some, as positions behind the rows.
    of_row: BTreeMap<usize, Vec<usize>>,
}

impl<'a> Names<'a> {
    pub(super) fn of(written: &'a [&'a str]) -> Self {
        let mut names =
            Self { written, within: Vec::new(), row_of: Vec::new(), of_row: BTreeMap::new() };
        let names_of_rows = written.iter().enumerate().filter(|(_, name)| name.len() <= LONGEST);
        for (row_idx, name) in names_of_rows {
            for within in names_within(name) {
                let position = written.len() + names.within.len();
                names.of_row.entry(row_idx).or_default().push(position);
                names.within.push(within);
                names.row_of.push(row_idx);
            }
        }
        names
    }

    /// Whether every name is one.
    pub(super) fn are_single(&self) -> bool {
        self.within.is_empty()
    }

    /// Every name there is: that of each row, then those within.
    pub(super) fn all(&self) -> Vec<&str> {
        self.written.iter().copied().chain(self.within.iter().map(String::as_str)).collect()
    }

    /// The row a name stands in.
    fn row(&self, position: usize) -> usize {
        position.checked_sub(self.written.len()).map_or(position, |within| self.row_of[within])
    }

    /// The names of a row: the whole, then those within.
    fn positions(&self, row_idx: usize) -> impl Iterator<Item = usize> {
        std::iter::once(row_idx).chain(self.of_row.get(&row_idx).into_iter().flatten().copied())
    }
}

/// Pairs of rows as pairs of all their names.
pub(super) fn pairs_of_names(
    pairs: &[RowPair],
    left: &Names<'_>,
    right: &Names<'_>,
) -> Vec<RowPair> {
    let all = pairs.iter().flat_map(|pair| {
        left.positions(pair.left_idx).flat_map(|left_idx| {
            right.positions(pair.right_idx).map(move |right_idx| RowPair { left_idx, right_idx })
        })
    });
    all.collect()
}

/// Matches of names as matches of their rows, each by its likeliest names; ordered by both positions.
pub(super) fn of_rows(
    matches: Vec<NameMatch>,
    left: &Names<'_>,
    right: &Names<'_>,
) -> Vec<NameMatch> {
    let mut best: BTreeMap<RowPair, NameMatch> = BTreeMap::new();
    for one in matches {
        let RowPair { left_idx, right_idx } = one.pair;
        let pair = RowPair { left_idx: left.row(left_idx), right_idx: right.row(right_idx) };
        let own = best.entry(pair).or_insert(NameMatch { pair, ..one });
        if own.probability < one.probability {
            own.probability = one.probability;
        }
    }
    best.into_values().collect()
}
