//! Rows of two tables of any kind → numbers: what the pair classifier reads when there is more than a
//! name to compare.
//!
//! Nothing here knows what a column means: it is text or numbers, and how rare its words are says the
//! rest. Besides each column the whole row is compared as one text, so that a value that slipped into
//! another column is still found.

mod cells;
mod number;
mod overlap;
mod rivals;
mod text;

use ndarray::Array2;
use rayon::prelude::*;

pub use cells::{Cell, TextColumn};
pub use rivals::{N_RIVAL_FEATURES, rivals};

/// A row of the left table and a row of the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowPair {
    /// Position in the left table.
    pub left_idx: usize,
    /// Position in the right table.
    pub right_idx: usize,
}

/// A column both tables have, as written.
pub struct SharedColumn<'a> {
    /// Its name.
    pub name: &'a str,
    /// Cells of the left table, by row.
    pub left: Vec<&'a str>,
    /// Cells of the right table, by row.
    pub right: Vec<&'a str>,
}

/// Two tables, ready to be compared row by row.
pub struct RecordSpace {
    /// Each row as one text.
    pub whole: TextColumn,
    columns: Vec<(String, RecordColumn)>,
}

enum RecordColumn {
    Text(TextColumn),
    /// By row of the left and of the right table; `None` where the cell holds no number.
    Number(Vec<Option<f64>>, Vec<Option<f64>>),
}

/// Share of the filled cells that must be numbers for a column to be one of numbers.
const NUMBERS_FROM: f64 = 0.8;

impl RecordSpace {
    /// Brings columns that both tables have into one space.
    pub fn new(columns: &[SharedColumn<'_>]) -> Self {
        let rows = |side: &dyn Fn(usize) -> Option<Vec<String>>| -> Vec<String> {
            (0..).map_while(side).map(|cells| cells.join(" ")).collect()
        };
        let filled = |cell: &&str| (!cell.is_empty()).then(|| (*cell).to_owned());
        let left = rows(&|row_idx| {
            columns.first()?.left.get(row_idx)?;
            Some(columns.iter().filter_map(|column| filled(&column.left[row_idx])).collect())
        });
        let right = rows(&|row_idx| {
            columns.first()?.right.get(row_idx)?;
            Some(columns.iter().filter_map(|column| filled(&column.right[row_idx])).collect())
        });
        let text = |rows: &[String], others: &[String]| {
            TextColumn::new(rows.iter().map(String::as_str), others.iter().map(String::as_str))
        };
        Self {
            whole: text(&left, &right),
            columns: columns
                .iter()
                .map(|column| (column.name.to_owned(), RecordColumn::of(column)))
                .collect(),
        }
    }

    /// The text column that tells rows apart best by itself: the one with the most different cells,
    /// the first of equals. The whole row where no column is text.
    pub fn telling(&self) -> &TextColumn {
        let mut best = (0, &self.whole);
        for (_, column) in &self.columns {
            if let RecordColumn::Text(text) = column {
                let mut cells: Vec<&str> =
                    text.left.iter().chain(&text.right).map(|cell| cell.norm.as_str()).collect();
                cells.sort_unstable();
                cells.dedup();
                if best.0 < cells.len() {
                    best = (cells.len(), text);
                }
            }
        }
        best.1
    }

    /// Names of the columns of [`record_features`].
    pub fn feature_names(&self) -> Vec<String> {
        let of = |name: &str, features: &[&str]| -> Vec<String> {
            features.iter().map(|feature| format!("{name}.{feature}")).collect()
        };
        let mut names = of("row", &text::FEATURES);
        for (name, column) in &self.columns {
            names.extend(match column {
                RecordColumn::Text(_) => of(name, &text::FEATURES),
                RecordColumn::Number(..) => of(name, &number::FEATURES),
            });
        }
        names
    }

    /// What a pair's row looks like by itself, and the four likenesses its rivals are ranked by.
    fn compared(&self, pair: RowPair, telling: &TextColumn) -> (Vec<f64>, [f64; 4]) {
        let of = |text: &TextColumn| {
            text::values(text, &text.left[pair.left_idx], &text.right[pair.right_idx])
        };
        let whole = of(&self.whole);
        let mut values = whole.to_vec();
        for (_, column) in &self.columns {
            match column {
                RecordColumn::Text(text) => values.extend(of(text)),
                RecordColumn::Number(left, right) => {
                    values.extend(number::values(left[pair.left_idx], right[pair.right_idx]));
                }
            }
        }
        let [words, letters, soft] = [0, 1, text::SOFT_COSINE].map(|column| whole[column]);
        (values, [letters, words, soft, of(telling)[text::SOFT_COSINE]])
    }
}

impl RecordColumn {
    fn of(column: &SharedColumn<'_>) -> Self {
        let numbers = |cells: &[&str]| -> Vec<Option<f64>> {
            cells.iter().map(|cell| number::read(cell)).collect()
        };
        let (left, right) = (numbers(&column.left), numbers(&column.right));
        let n_numbers = left.iter().chain(&right).flatten().count() as f64;
        let cells = column.left.iter().chain(&column.right);
        let n_filled = cells.filter(|cell| !cell.trim().is_empty()).count() as f64;
        if 0.0 < n_filled && NUMBERS_FROM * n_filled <= n_numbers {
            Self::Number(left, right)
        } else {
            Self::Text(TextColumn::new(column.left.iter().copied(), column.right.iter().copied()))
        }
    }
}

/// Pairs of rows looked at by themselves.
pub struct RecordFeatures {
    /// A row for each pair, a column for each of [`RecordSpace::feature_names`].
    pub matrix: Array2<f64>,
    /// Likenesses that rivals are ranked by, each with a value for every pair: of the rows' letters, of
    /// their words, of their words with typos, and the last of the telling column alone.
    pub likeness: [Vec<f64>; 4],
}

/// Compares every pair by itself, in the order given.
///
/// Shape: `(pairs.len(), space.feature_names().len())`; row `i` is `pairs[i]`.
/// Units: similarities, shares and flags lie in `0.0..=1.0`; weights are sums of rarities. Every value
/// is finite.
pub fn record_features(space: &RecordSpace, pairs: &[RowPair]) -> RecordFeatures {
    let telling = space.telling();
    let compared: Vec<(Vec<f64>, [f64; 4])> =
        pairs.par_iter().map(|&pair| space.compared(pair, telling)).collect();
    let mut matrix = Array2::zeros((pairs.len(), space.feature_names().len()));
    for (mut row, (values, _)) in matrix.outer_iter_mut().zip(&compared) {
        row.iter_mut().zip(values).for_each(|(cell, value)| *cell = *value);
    }
    let likeness = [0, 1, 2, 3].map(|which| compared.iter().map(|one| one.1[which]).collect());
    RecordFeatures { matrix, likeness }
}

/// The words both rows of a pair share, those only the left one has, and those only the right one has.
pub fn words_of_pair(space: &RecordSpace, pair: RowPair) -> [Vec<u32>; 3] {
    let (left, right) = (&space.whole.left[pair.left_idx], &space.whole.right[pair.right_idx]);
    let (shared, left_only, right_only) = overlap::divided(&left.word_set, &right.word_set);
    [shared, left_only, right_only]
}

#[cfg(test)]
mod tests;
