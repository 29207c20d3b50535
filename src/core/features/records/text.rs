//! What two text cells say about their rows being one thing.

use std::cmp::Ordering;

use super::cells::{Cell, TextColumn};
use super::overlap::Overlap;
use crate::features::edits;

/// Features of a text column.
pub(super) const FEATURES: [&str; 40] = [
    "words_cosine",
    "letters_cosine",
    "soft_cosine",
    "words_jaccard",
    "words_overlap",
    "letters_overlap",
    "edit_similarity",
    "jaro_winkler",
    "sorted_similarity",
    "nearest_words",
    "same",
    "shared_weight",
    "left_only_weight",
    "right_only_weight",
    "both_differ_weight",
    "rarest_shared",
    "rarest_left_only",
    "rarest_right_only",
    "left_covered",
    "right_covered",
    "shared_codes",
    "left_only_codes",
    "right_only_codes",
    "other_codes",
    "code_inside",
    "nearest_code",
    "numbers_jaccard",
    "left_only_numbers",
    "right_only_numbers",
    "other_numbers",
    "abbreviations",
    "acronym",
    "same_squeezed",
    "one_inside_other",
    "first_word",
    "n_left_words",
    "n_right_words",
    "length_ratio",
    "one_missing",
    "both_missing",
];

/// Position of `soft_cosine`: the single number that tells most.
pub(super) const SOFT_COSINE: usize = 2;

const ONE_MISSING: usize = 38;
const BOTH_MISSING: usize = 39;

/// The values of [`FEATURES`] for two cells; a missing cell is neither like nor unlike anything.
pub(super) fn values(column: &TextColumn, left: &Cell, right: &Cell) -> [f64; FEATURES.len()] {
    let mut values = [0.0; FEATURES.len()];
    match (left.words.is_empty(), right.words.is_empty()) {
        (true, true) => values[BOTH_MISSING] = 1.0,
        (false, false) => {
            let overlap = Overlap::of(column, left, right);
            let groups = [
                &cosines(left, right, &overlap)[..],
                &readings(column, left, right),
                &overlap.weights(),
                &codes(left, right),
                &numbers(left, right),
                &shapes(column, left, right, &overlap),
            ];
            let found = groups.into_iter().flatten();
            values.iter_mut().zip(found).for_each(|(value, found)| *value = *found);
        }
        _ => values[ONE_MISSING] = 1.0,
    }
    values
}

fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// How many stand in both of two ascending lists.
fn n_shared<T: Ord>(left: &[T], right: &[T]) -> usize {
    let (mut left_idx, mut right_idx, mut n_shared) = (0, 0, 0);
    while left_idx < left.len() && right_idx < right.len() {
        let order = left[left_idx].cmp(&right[right_idx]);
        n_shared += usize::from(order == Ordering::Equal);
        left_idx += usize::from(order.is_le());
        right_idx += usize::from(order.is_ge());
    }
    n_shared
}

/// `words_cosine` to `letters_overlap`.
fn cosines(left: &Cell, right: &Cell, overlap: &Overlap) -> [f64; 6] {
    let n_shared_words = overlap.shared.len() as f64;
    let (n_left, n_right) = (left.word_set.len(), right.word_set.len());
    let grams = |cell: &Cell| cell.gram_vector.0.iter().map(|gram| gram.0).collect::<Vec<_>>();
    let (left_grams, right_grams) = (grams(left), grams(right));
    let n_grams = (left_grams.len() + right_grams.len()) as f64;
    [
        left.word_vector.cosine(&right.word_vector),
        left.gram_vector.cosine(&right.gram_vector),
        overlap.soft_cosine,
        n_shared_words / (n_left as f64 + n_right as f64 - n_shared_words),
        n_shared_words / n_left.min(n_right) as f64,
        2.0 * n_shared(&left_grams, &right_grams) as f64 / n_grams,
    ]
}

/// Letters of a cell that are read one by one: the work grows with the product of both.
const READ: usize = 100;

/// Words of a cell that are looked up in the other.
const LOOKED_UP: usize = 12;

/// `edit_similarity` to `same`.
fn readings(column: &TextColumn, left: &Cell, right: &Cell) -> [f64; 5] {
    let beginning = |text: &'_ str| text.floor_char_boundary(READ);
    let (l, r) = (&left.norm[..beginning(&left.norm)], &right.norm[..beginning(&right.norm)]);
    let sorted_left = &left.sorted[..beginning(&left.sorted)];
    let sorted_right = &right.sorted[..beginning(&right.sorted)];
    [
        edits::edit_similarity(l, r),
        edits::jaro_winkler(l, r),
        edits::edit_similarity(sorted_left, sorted_right),
        nearest_words(column, left, right),
        flag(left.norm == right.norm),
    ]
}

/// How well each word of the shorter cell finds one like it in the other, on average.
///
/// Source: Monge and Elkan (1996).
fn nearest_words(column: &TextColumn, left: &Cell, right: &Cell) -> f64 {
    let first = |cell: &Cell| cell.words.iter().take(LOOKED_UP).copied().collect::<Vec<_>>();
    let (l, r) = (first(left), first(right));
    let (short, long) = if l.len() <= r.len() { (l, r) } else { (r, l) };
    let nearest = |word: &u32| {
        if long.contains(word) {
            return 1.0;
        }
        let likeness = |other: &u32| edits::jaro_winkler(column.word(*word), column.word(*other));
        long.iter().map(likeness).fold(0.0, f64::max)
    };
    short.iter().map(nearest).sum::<f64>() / short.len() as f64
}

/// Codes of a cell that are compared letter by letter.
const COMPARED_CODES: usize = 6;

/// `shared_codes` to `nearest_code`.
fn codes(left: &Cell, right: &Cell) -> [f64; 6] {
    let shared = n_shared(&left.codes, &right.codes) as f64;
    let (left_only, right_only) =
        (left.codes.len() as f64 - shared, right.codes.len() as f64 - shared);
    let is_inside = |codes: &[String], text: &str| {
        codes.iter().any(|c| 4 <= c.len() && text.contains(c.as_str()))
    };
    let mut nearest = 0.0_f64;
    for one in left.codes.iter().take(COMPARED_CODES) {
        for other in right.codes.iter().take(COMPARED_CODES) {
            nearest = nearest.max(edits::jaro_winkler(one, other));
        }
    }
    [
        shared,
        left_only,
        right_only,
        flag(shared == 0.0 && 0.0 < left_only && 0.0 < right_only),
        flag(is_inside(&left.codes, &right.squeezed) || is_inside(&right.codes, &left.squeezed)),
        nearest,
    ]
}

/// `numbers_jaccard` to `other_numbers`.
fn numbers(left: &Cell, right: &Cell) -> [f64; 4] {
    let shared = n_shared(&left.numbers, &right.numbers) as f64;
    let (left_only, right_only) =
        (left.numbers.len() as f64 - shared, right.numbers.len() as f64 - shared);
    let all = shared + left_only + right_only;
    [
        if 0.0 < all { shared / all } else { 0.0 },
        left_only,
        right_only,
        flag(0.0 < left_only && 0.0 < right_only),
    ]
}

/// `abbreviations` to `length_ratio`.
fn shapes(column: &TextColumn, left: &Cell, right: &Cell, overlap: &Overlap) -> [f64; 8] {
    let (short, long) =
        if left.squeezed.len() <= right.squeezed.len() { (left, right) } else { (right, left) };
    let is_acronym = |initials: &Cell, name: &Cell| {
        initials.words.len() == 1 && 3 <= name.words.len() && initials.squeezed == name.initials
    };
    let is_inside = 4 <= short.squeezed.len() && long.squeezed.contains(&short.squeezed);
    let first_words = left.words[0] == right.words[0];
    [
        overlap.n_abbreviations,
        flag(is_acronym(left, right) || is_acronym(right, left)),
        flag(left.squeezed == right.squeezed),
        flag(is_inside),
        if first_words { column.rarity(left.words[0]) } else { 0.0 },
        left.word_set.len() as f64,
        right.word_set.len() as f64,
        short.squeezed.len() as f64 / long.squeezed.len().max(1) as f64,
    ]
}
