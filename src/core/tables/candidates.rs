//! Which rows of two tables are worth comparing: those that share the rarest words and letters.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::candidates::{NameList, NearestNames, SparseVector};
use crate::features::records::{Cell, RecordSpace, RowPair, TextColumn};

/// Rows of the other table each row is compared with, for each way of looking.
const N_NEAREST: usize = 10;

/// Rows of both tables from which on fewer are looked at for each.
const MOST_ROWS_IN_FULL: usize = 20_000;

/// Pairs of rows from which on they are searched by their rarest terms and no longer compared with
/// every row that shares one.
const MOST_PAIRS_IN_FULL: usize = 200_000_000;

/// The pairs worth comparing, by left and then right row.
pub(super) fn candidates(space: &RecordSpace) -> Vec<RowPair> {
    let n_rows = space.whole.left.len() + space.whole.right.len();
    let n_nearest = (N_NEAREST * MOST_ROWS_IN_FULL / n_rows.max(1)).clamp(1, N_NEAREST);
    let mut found = BTreeSet::new();
    if MOST_PAIRS_IN_FULL < space.whole.left.len() * space.whole.right.len() {
        for column in [&space.whole, space.telling()] {
            found.extend(searched(&column.left, &column.right, n_nearest).map(pair));
            found.extend(searched(&column.right, &column.left, n_nearest).map(turned));
        }
        return found.into_iter().collect();
    }
    for column in [&space.whole, space.telling()] {
        for view in [letters as fn(&Cell) -> &SparseVector, words] {
            found.extend(nearest_both_ways(column, view, n_nearest));
        }
    }
    found.into_iter().collect()
}

fn letters(cell: &Cell) -> &SparseVector {
    &cell.gram_vector
}

fn words(cell: &Cell) -> &SparseVector {
    &cell.word_vector
}

fn nearest_both_ways(
    column: &TextColumn,
    view: fn(&Cell) -> &SparseVector,
    n_nearest: usize,
) -> Vec<RowPair> {
    let from_left = nearest(&column.left, &column.right, view, n_nearest);
    let from_right = nearest(&column.right, &column.left, view, n_nearest);
    from_left.into_iter().map(pair).chain(from_right.into_iter().map(turned)).collect()
}

fn pair((left_idx, right_idx): (usize, usize)) -> RowPair {
    RowPair { left_idx, right_idx }
}

fn turned((right_idx, left_idx): (usize, usize)) -> RowPair {
    RowPair { left_idx, right_idx }
}

/// The nearest cells of the other side by an index of rare terms, which looks at few of them.
fn searched(from: &[Cell], to: &[Cell], n_nearest: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut list = NameList::default();
    to.iter().for_each(|cell| list.push(std::slice::from_ref(&cell.norm)));
    let index = NearestNames::new(&list);
    let found: Vec<Vec<usize>> = from
        .par_iter()
        .map_init(
            || index.scratch(),
            |scratch, cell| {
                let found = index.nearest(&cell.norm, n_nearest, scratch);
                found.into_iter().map(|one| one.idx as usize).collect()
            },
        )
        .collect();
    let of_cell = |(from_idx, found): (usize, Vec<usize>)| {
        found.into_iter().map(move |to_idx| (from_idx, to_idx))
    };
    found.into_iter().enumerate().flat_map(of_cell)
}

/// For each cell the cells of the other side with the greatest cosine; of equals, the first.
fn nearest(
    from: &[Cell],
    to: &[Cell],
    view: fn(&Cell) -> &SparseVector,
    n_nearest: usize,
) -> Vec<(usize, usize)> {
    let postings = postings(to, view);
    let of_cell = |scores: &mut Vec<f32>, from_idx: usize| {
        let mut touched = Vec::new();
        for &(term, weight) in &view(&from[from_idx]).0 {
            for &(to_idx, other) in postings.get(term as usize).map_or(&[][..], Vec::as_slice) {
                let score = &mut scores[to_idx as usize];
                if *score == 0.0 {
                    touched.push(to_idx as usize);
                }
                *score += weight * other;
            }
        }
        let by_score = |one: &usize, other: &usize| {
            scores[*other].total_cmp(&scores[*one]).then(one.cmp(other))
        };
        if n_nearest < touched.len() {
            touched.select_nth_unstable_by(n_nearest, by_score);
        }
        let found: Vec<(usize, usize)> =
            touched.iter().take(n_nearest).map(|&to_idx| (from_idx, to_idx)).collect();
        touched.iter().for_each(|&to_idx| scores[to_idx] = 0.0);
        found
    };
    (0..from.len())
        .into_par_iter()
        .map_init(|| vec![0.0_f32; to.len()], of_cell)
        .flatten_iter()
        .collect()
}

/// Term → the cells that hold it, and how much it weighs there. What nearly every cell of a large
/// table holds costs the most and says the least, so it is left out.
fn postings(cells: &[Cell], view: fn(&Cell) -> &SparseVector) -> Vec<Vec<(u32, f32)>> {
    let mut by_term: Vec<Vec<(u32, f32)>> = Vec::new();
    for (cell_idx, cell) in cells.iter().enumerate() {
        let position = u32::try_from(cell_idx).expect("fewer rows than u32::MAX");
        for &(term, weight) in &view(cell).0 {
            let term = term as usize;
            if by_term.len() <= term {
                by_term.resize_with(term + 1, Vec::new);
            }
            by_term[term].push((position, weight));
        }
    }
    let longest = (cells.len() / 10).max(1_000);
    by_term.iter_mut().filter(|cells| longest < cells.len()).for_each(Vec::clear);
    by_term
}
