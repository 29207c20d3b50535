//! One column of two tables → cells ready to be compared, and how rare each word is.

use std::collections::HashMap;
use std::hash::Hash;

use rayon::prelude::*;

use crate::candidates::SparseVector;
use crate::normalise::{folded, words_of};

/// A text column of both tables.
pub struct TextColumn {
    /// Cells of the left table, by row.
    pub left: Vec<Cell>,
    /// Cells of the right table, by row.
    pub right: Vec<Cell>,
    /// The words of both.
    pub words: Vec<String>,
    /// By word: 0 for one that stands everywhere, 1 for one that stands nowhere else.
    pub rarity: Vec<f64>,
}

/// A cell in the forms it is compared in.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// Its words joined by spaces.
    pub norm: String,
    /// Its words in one piece.
    pub squeezed: String,
    /// Its words, each once, in order of the alphabet, joined by spaces.
    pub sorted: String,
    /// The first letters of its words.
    pub initials: String,
    /// Positions of its words, in the order written.
    pub words: Vec<u32>,
    /// The same, each once, ascending.
    pub word_set: Vec<u32>,
    /// Words by rarity, of length 1.
    pub word_vector: SparseVector,
    /// Groups of three and four letters by rarity, of length 1.
    pub gram_vector: SparseVector,
    /// Part numbers, versions, ids: letters with digits, or five digits and more; each once, ascending.
    pub codes: Vec<String>,
    /// Stand-alone numbers in thousandths; each once, ascending.
    pub numbers: Vec<i64>,
}

/// A longer cell is compared by its beginning.
const LONGEST: usize = 2_000;

/// Codes and numbers kept of a cell.
const MOST_CODES: usize = 24;

impl TextColumn {
    /// Reads a column of both tables, row by row.
    pub fn new<'a>(
        left: impl IntoIterator<Item = &'a str>,
        right: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut texts: Vec<&str> = left.into_iter().collect();
        let n_left = texts.len();
        texts.extend(right);
        let written: Vec<Written> = texts.par_iter().map(|text| Written::of(text)).collect();
        let words = Terms::of(written.iter().map(|one| one.words.as_slice()));
        let grams = Terms::of(written.iter().map(|one| one.grams.as_slice()));
        let mut cells: Vec<Cell> = written.par_iter().map(|one| one.cell(&words, &grams)).collect();
        let right = cells.split_off(n_left);
        Self { left: cells, right, words: words.terms, rarity: words.rarity }
    }

    /// How rare a word is.
    pub fn rarity(&self, word: u32) -> f64 {
        self.rarity[word as usize]
    }

    /// A word by its position.
    pub fn word(&self, word: u32) -> &str {
        &self.words[word as usize]
    }
}

/// A cell before words have numbers.
struct Written {
    words: Vec<String>,
    grams: Vec<u64>,
    codes: Vec<String>,
    numbers: Vec<i64>,
}

impl Written {
    fn of(text: &str) -> Self {
        let folded = folded(&text[..text.floor_char_boundary(LONGEST)]);
        let words = words_of(&folded);
        Self { grams: grams(&words), codes: codes(&folded), numbers: numbers(&folded), words }
    }

    fn cell(&self, words: &Terms<String>, grams: &Terms<u64>) -> Cell {
        let positions: Vec<u32> = self.words.iter().map(|word| words.position[word]).collect();
        let mut word_set = positions.clone();
        word_set.sort_unstable();
        word_set.dedup();
        let mut sorted: Vec<&str> = self.words.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        sorted.dedup();
        Cell {
            norm: self.words.join(" "),
            squeezed: self.words.concat(),
            sorted: sorted.join(" "),
            initials: self.words.iter().filter_map(|word| word.chars().next()).collect(),
            word_vector: words.vector(&self.words),
            gram_vector: grams.vector(&self.grams),
            words: positions,
            word_set,
            codes: self.codes.clone(),
            numbers: self.numbers.clone(),
        }
    }
}

/// Groups of three and four letters inside each word, its ends marked by spaces, as hashes.
fn grams(words: &[String]) -> Vec<u64> {
    let mut grams = Vec::new();
    for word in words {
        let letters: Vec<char> =
            std::iter::once(' ').chain(word.chars()).chain(std::iter::once(' ')).collect();
        for size in 3..=4 {
            grams.extend(letters.windows(size).map(|group| {
                // FNV-1a: the same on every machine.
                group.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, &letter| {
                    (hash ^ u64::from(u32::from(letter))).wrapping_mul(0x0000_0100_0000_01b3)
                })
            }));
        }
    }
    grams
}

fn codes(folded: &str) -> Vec<String> {
    let code = |token: &str| {
        let squeezed: String = token.chars().filter(char::is_ascii_alphanumeric).collect();
        let n_digits = squeezed.bytes().filter(u8::is_ascii_digit).count();
        let is_mixed = 0 < n_digits && n_digits < squeezed.len() && 3 <= squeezed.len();
        ((is_mixed || 5 <= n_digits) && squeezed.len() <= 24).then_some(squeezed)
    };
    let mut codes: Vec<String> =
        folded.split_whitespace().filter_map(code).take(MOST_CODES).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn numbers(folded: &str) -> Vec<i64> {
    let number = |token: &str| {
        let token = token.trim_matches('.');
        let is_number = !token.is_empty()
            && token.len() <= 12
            && token.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let value = is_number.then(|| token.parse::<f64>().ok()).flatten()?;
        Some((value * 1000.0).round() as i64)
    };
    let is_outside = |letter: char| !(letter.is_ascii_alphanumeric() || letter == '.');
    let mut numbers: Vec<i64> =
        folded.split(is_outside).filter_map(number).take(MOST_CODES).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Terms in order of first appearance, and how rare each is.
struct Terms<T> {
    position: HashMap<T, u32>,
    terms: Vec<T>,
    rarity: Vec<f64>,
}

impl<T: Clone + Eq + Hash> Terms<T> {
    fn of<'a>(cells: impl Iterator<Item = &'a [T]>) -> Self
    where
        T: 'a,
    {
        let (mut position, mut terms) = (HashMap::new(), Vec::new());
        let (mut counts, mut last_seen) = (Vec::<u32>::new(), Vec::<usize>::new());
        let mut n_cells = 0;
        for (cell_idx, cell) in cells.enumerate() {
            n_cells = cell_idx + 1;
            for term in cell {
                let next = u32::try_from(terms.len()).expect("fewer terms than u32::MAX");
                let idx = *position.entry(term.clone()).or_insert_with(|| {
                    terms.push(term.clone());
                    counts.push(0);
                    last_seen.push(usize::MAX);
                    next
                }) as usize;
                if last_seen[idx] != cell_idx {
                    (last_seen[idx], counts[idx]) = (cell_idx, counts[idx] + 1);
                }
            }
        }
        let n = n_cells as f64;
        let rarity = |&count: &u32| (1.0 + n / f64::from(count)).ln() / (1.0 + n).ln();
        let rarity = counts.iter().map(rarity).collect();
        Self { position, terms, rarity }
    }

    fn vector(&self, terms: &[T]) -> SparseVector {
        let mut positions: Vec<u32> = terms.iter().map(|term| self.position[term]).collect();
        positions.sort_unstable();
        let weight = |same: &[u32]| {
            // Sublinear counts: a word said twice is not twice as telling.
            (1.0 + (same.len() as f64).ln()) * self.rarity[same[0] as usize]
        };
        let weights: Vec<(u32, f64)> = positions
            .chunk_by(|one, other| one == other)
            .map(|same| (same[0], weight(same)))
            .collect();
        let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        SparseVector(
            weights.iter().map(|&(term, weight)| (term, (weight / length) as f32)).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_numbers_are_set_apart() {
        let column = TextColumn::new(["Office 2007 XR-250/b, v.12.5 (ISBN 0735614954)"], [""]);
        let cell = &column.left[0];
        assert_eq!(cell.codes, ["0735614954", "v125", "xr250b"]);
        assert_eq!(cell.numbers, [250_000, 2_007_000, 735_614_954_000]);
        assert!(column.right[0].words.is_empty());
    }

    #[test]
    fn a_word_of_every_cell_is_less_rare_than_one_of_a_single_cell() {
        let column = TextColumn::new(["acme ltd", "zenith ltd"], ["borealis ltd"]);
        let rarity = |word: &str| {
            let position = column.words.iter().position(|one| one == word).expect("known");
            column.rarity[position]
        };
        assert!(rarity("ltd") < rarity("zenith"));
        assert_eq!(rarity("zenith"), 1.0);
    }
}
