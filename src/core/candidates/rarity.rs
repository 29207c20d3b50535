//! How rare each word and letter group is among the names of both sides.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use rayon::prelude::*;

use super::space::{COMMON, COMMON_RARITY, NameProfile, SparseVector, WeighedWord};
use crate::normalise::{ComparableName, word_kind};

/// The terms of a space: ids and rarities. Ids follow the order of first appearance, those of one
/// entity in the order of the alphabet.
pub(crate) struct Rarities {
    grams: HashMap<Gram, (u32, f64), BuildHasherDefault<GramHasher>>,
    words: HashMap<String, (u32, f64)>,
}

/// Entities that one thread counts at a time.
const BLOCK: usize = 8192;

impl Rarities {
    /// Counts the terms of `n_entities` entities; `words_of` adds the words an entity is known by, those
    /// of all its names.
    pub(crate) fn of<'a>(
        n_entities: usize,
        words_of: impl Fn(usize, &mut Vec<&'a str>) + Sync,
    ) -> Self {
        let n = n_entities as f64;
        let rarity = |df: f64| (1.0 + n / df).ln() / (1.0 + n).ln();
        let grams = counted::<Gram, BuildHasherDefault<GramHasher>>(n_entities, |idx, grams| {
            let mut words = Vec::new();
            words_of(idx, &mut words);
            words.iter().for_each(|word| grams_of(word, grams));
        });
        let words = counted::<&str, std::hash::RandomState>(n_entities, words_of);
        let grams = grams.into_iter().map(|(gram, (id, df))| (gram, (id, rarity(df)))).collect();
        let mut words: HashMap<String, (u32, f64)> =
            words.into_iter().map(|(word, (id, df))| (word.to_owned(), (id, rarity(df)))).collect();
        for common in COMMON {
            if let Some((_, rarity)) = words.get_mut(*common) {
                *rarity = rarity.min(COMMON_RARITY);
            }
        }
        Self { grams, words }
    }

    /// Whether a word was counted.
    pub(crate) fn knows(&self, word: &str) -> bool {
        self.words.contains_key(word)
    }

    /// A name that was counted, with what its terms weigh.
    pub(crate) fn weighed(&self, name: ComparableName) -> NameProfile {
        let mut tokens: Vec<WeighedWord> = name
            .core
            .iter()
            .map(|word| WeighedWord {
                word: word.clone(),
                rarity: self.words[word].1,
                kind: word_kind(word),
            })
            .collect();
        tokens.sort_by(|left, right| left.word.cmp(&right.word));
        tokens.dedup_by(|left, right| left.word == right.word);
        let words = unit_vector(name.core.iter().map(|word| self.words[word]).collect());
        let mut grams = Vec::with_capacity(4 * name.squeezed.len());
        name.core.iter().for_each(|word| grams_of(word, &mut grams));
        let grams = unit_vector(grams.into_iter().map(|gram| self.grams[&gram]).collect());
        NameProfile { name, tokens, grams, words }
    }
}

/// Term → id and the number of entities that have it.
fn counted<T: Copy + Ord + Hash + Send, S: std::hash::BuildHasher + Default + Send>(
    n_entities: usize,
    terms_of: impl Fn(usize, &mut Vec<T>) + Sync,
) -> HashMap<T, (u32, f64), S> {
    let blocks: Vec<Vec<(T, f64)>> = (0..n_entities.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block_idx| {
            let first = block_idx * BLOCK;
            let mut places: HashMap<T, usize, S> = HashMap::default();
            let mut counts: Vec<(T, f64)> = Vec::new();
            let mut terms = Vec::new();
            for idx in first..n_entities.min(first + BLOCK) {
                terms.clear();
                terms_of(idx, &mut terms);
                terms.sort_unstable();
                terms.dedup();
                for term in &terms {
                    let place = *places.entry(*term).or_insert(counts.len());
                    match counts.get_mut(place) {
                        Some((_, count)) => *count += 1.0,
                        None => counts.push((*term, 1.0)),
                    }
                }
            }
            counts
        })
        .collect();
    let mut all: HashMap<T, (u32, f64), S> = HashMap::default();
    for (term, count) in blocks.into_iter().flatten() {
        let next_id = u32::try_from(all.len()).expect("fewer terms than u32::MAX");
        all.entry(term).or_insert((next_id, 0.0)).1 += count;
    }
    all
}

/// A vector of length 1 from the id and rarity of every occurrence of a term.
fn unit_vector(mut occurrences: Vec<(u32, f64)>) -> SparseVector {
    occurrences.sort_unstable_by_key(|(id, _)| *id);
    let runs = occurrences.chunk_by(|(id, _), (next, _)| id == next);
    // Sublinear counts: a word said twice is not twice as telling.
    let weigh = |run: &[(u32, f64)]| (run[0].0, (1.0 + (run.len() as f64).ln()) * run[0].1);
    let weights: Vec<(u32, f64)> = runs.map(weigh).collect();
    let length = weights.iter().map(|(_, weight)| weight.powi(2)).sum::<f64>().sqrt();
    let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
    SparseVector(weights.into_iter().map(|(id, weight)| (id, (weight * scale) as f32)).collect())
}

/// Two to four letters, sixteen bits each, ordered like the text. Letters beyond the first 65,535 of
/// Unicode count as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Gram(u64);

/// Groups of two to four letters of a word, its ends marked by spaces.
fn grams_of(word: &str, grams: &mut Vec<Gram>) {
    let letters = word.chars().map(|letter| u64::from(u32::from(letter).min(0xFFFF)));
    let end = std::iter::once(u64::from(b' '));
    let (mut last, mut n_letters) = (0_u64, 0);
    for letter in end.clone().chain(letters).chain(end) {
        last = last << 16 | letter;
        n_letters += 1;
        for size in 2..=n_letters.min(4) {
            grams.push(Gram(last << (16 * (4 - size))));
        }
    }
}

/// Spreads the bits of a letter group. Letter groups are no secret, so no seed guards them.
#[derive(Debug, Default)]
struct GramHasher(u64);

impl Hasher for GramHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }
}
