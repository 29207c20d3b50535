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

use std::collections::HashSet;

use ndarray::Array2;
use rayon::prelude::*;

use super::names;
use crate::candidates::NameSpace;
use crate::domain::{Entity, EntityKind};

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
    /// Position of the text column that tells rows apart best by itself; `None` where none is text.
    telling: Option<usize>,
    /// Its cells read as names.
    names: NameSpace,
}

enum RecordColumn {
    Text(TextColumn),
    /// Numbers, seconds or days, by row of the left and of the right table; `None` where a cell holds
    /// none.
    Number(Vec<Option<f64>>, Vec<Option<f64>>),
}

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
        let read: Vec<(String, RecordColumn)> = columns
            .iter()
            .map(|column| (column.name.to_owned(), RecordColumn::of(column)))
            .collect();
        let telling = telling(&read);
        let (left_names, right_names) = match telling {
            Some(idx) => (named(&columns[idx].left), named(&columns[idx].right)),
            None => (named(&left), named(&right)),
        };
        Self {
            whole: text(&left, &right),
            columns: read,
            telling,
            names: NameSpace::new(EntityKind::Client, &left_names, &right_names),
        }
    }

    /// The text column that tells rows apart best by itself; the whole row where no column is text.
    pub fn telling(&self) -> &TextColumn {
        match self.telling.map(|idx| &self.columns[idx].1) {
            Some(RecordColumn::Text(text)) => text,
            _ => &self.whole,
        }
    }

    /// The columns that are compared by themselves: all but a lone one, which is the row.
    fn compared_columns(&self) -> &[(String, RecordColumn)] {
        if self.columns.len() == 1 { &[] } else { &self.columns }
    }

    /// Names of the columns of [`record_features`].
    pub fn feature_names(&self) -> Vec<String> {
        let of = |name: &str, features: &[&str]| -> Vec<String> {
            features.iter().map(|feature| format!("{name}.{feature}")).collect()
        };
        let mut names = of("row", &text::FEATURES);
        for (name, column) in self.compared_columns() {
            names.extend(match column {
                RecordColumn::Text(_) => of(name, &text::FEATURES),
                RecordColumn::Number(..) => of(name, &number::FEATURES),
            });
        }
        names.extend(names::COLUMNS.iter().map(|feature| format!("name.{}", feature.name)));
        names
    }

    /// What a pair's row looks like by itself, and the five likenesses its rivals are ranked by.
    fn compared(&self, pair: RowPair, telling: &TextColumn) -> (Vec<f64>, [f64; N_LIKENESSES]) {
        let of = |text: &TextColumn| {
            text::values(text, &text.left[pair.left_idx], &text.right[pair.right_idx])
        };
        let whole = of(&self.whole);
        let mut values = whole.to_vec();
        for (_, column) in self.compared_columns() {
            match column {
                RecordColumn::Text(text) => values.extend(of(text)),
                RecordColumn::Number(left, right) => {
                    values.extend(number::values(left[pair.left_idx], right[pair.right_idx]));
                }
            }
        }
        let (as_names, likeness, _) = names::values(
            &self.names.aliases,
            &self.names.vendor[pair.left_idx],
            &self.names.psa[pair.right_idx],
        );
        values.extend(as_names);
        let [words, letters, soft] = [0, 1, text::SOFT_COSINE].map(|column| whole[column]);
        (values, [letters, words, soft, of(telling)[text::SOFT_COSINE], likeness])
    }
}

/// Whether nearly all filled cells of a column are numbers, durations or dates.
pub fn is_measured(left: &[&str], right: &[&str]) -> bool {
    number::read_all(left, right).is_some()
}

/// The text column with the most different cells in each table, the first of equals.
fn telling(columns: &[(String, RecordColumn)]) -> Option<usize> {
    let mut best = (0, None);
    for (idx, (_, column)) in columns.iter().enumerate() {
        if let RecordColumn::Text(text) = column {
            let n_different = |cells: &[Cell]| {
                cells.iter().map(|cell| cell.norm.as_str()).collect::<HashSet<_>>().len()
            };
            let n_different = n_different(&text.left) + n_different(&text.right);
            if best.0 < n_different {
                best = (n_different, Some(idx));
            }
        }
    }
    best.1
}

/// Letters of a cell that are read as a name.
const LONGEST_NAME: usize = 200;

fn named<T: AsRef<str>>(cells: &[T]) -> Vec<Entity> {
    let entity = |cell: &T| {
        let cell = cell.as_ref();
        let name = cell[..cell.floor_char_boundary(LONGEST_NAME)].to_owned();
        Entity {
            key: String::new(),
            names: vec![name],
            codes: Vec::new(),
            domains: Vec::new(),
            occurrences: Vec::new(),
        }
    };
    cells.iter().map(entity).collect()
}

impl RecordColumn {
    fn of(column: &SharedColumn<'_>) -> Self {
        match number::read_all(&column.left, &column.right) {
            Some([left, right]) => Self::Number(left, right),
            None => {
                let (left, right) = (column.left.iter(), column.right.iter());
                Self::Text(TextColumn::new(left.copied(), right.copied()))
            }
        }
    }
}

/// Pairs of rows looked at by themselves.
pub struct RecordFeatures {
    /// A row for each pair, a column for each of [`RecordSpace::feature_names`].
    pub matrix: Array2<f64>,
    /// Likenesses that rivals are ranked by, each with a value for every pair: of the rows' letters, of
    /// their words, of their words with typos, the last of the telling column alone, and of that column
    /// read as a name.
    pub likeness: [Vec<f64>; N_LIKENESSES],
}

const N_LIKENESSES: usize = 5;

/// Compares every pair by itself, in the order given.
///
/// Shape: `(pairs.len(), space.feature_names().len())`; row `i` is `pairs[i]`.
/// Units: similarities, shares and flags lie in `0.0..=1.0`; weights are sums of rarities. Every value
/// is finite.
pub fn record_features(space: &RecordSpace, pairs: &[RowPair]) -> RecordFeatures {
    let telling = space.telling();
    let compared: Vec<(Vec<f64>, [f64; N_LIKENESSES])> =
        pairs.par_iter().map(|&pair| space.compared(pair, telling)).collect();
    let mut matrix = Array2::zeros((pairs.len(), space.feature_names().len()));
    for (mut row, (values, _)) in matrix.outer_iter_mut().zip(&compared) {
        row.iter_mut().zip(values).for_each(|(cell, value)| *cell = *value);
    }
    let likeness = std::array::from_fn(|which| compared.iter().map(|one| one.1[which]).collect());
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
