//! Which words two cells share, which only one has, and how much each weighs.

use super::cells::{Cell, TextColumn};
use crate::features::edits;

/// The words of two cells, set against each other.
pub(super) struct Overlap {
    /// Words of both.
    pub shared: Vec<u32>,
    /// The cosine of the rare words, typos and abbreviations counted by how alike they are.
    ///
    /// Source: soft TF-IDF (Cohen, Ravikumar and Fienberg 2003).
    pub soft_cosine: f64,
    /// Pairs of words only one side has of which one begins with the other.
    pub n_abbreviations: f64,
    shared_weight: f64,
    left_only_weight: f64,
    right_only_weight: f64,
    rarest_shared: f64,
    rarest_left_only: f64,
    rarest_right_only: f64,
    left_covered: f64,
    right_covered: f64,
}

/// Two words that stand for each other, and how alike they are.
type Alike = (f64, u32, u32);

/// Words of either side that are looked at letter by letter: the rarest.
const MOST_COMPARED: usize = 16;

/// How alike two words must be to stand for each other.
const ALIKE_FROM: f64 = 0.85;

impl Overlap {
    pub(super) fn of(column: &TextColumn, left: &Cell, right: &Cell) -> Self {
        let (shared, left_only, right_only) = divided(&left.word_set, &right.word_set);
        let (alike, n_abbreviations) = alike_words(column, &left_only, &right_only);
        let rarity = |word: &u32| column.rarity(*word);
        let weight = |words: &[u32]| words.iter().map(rarity).sum::<f64>();
        let length = |words: &[u32]| words.iter().map(|w| rarity(w).powi(2)).sum::<f64>().sqrt();
        let rarest = |words: &[u32]| words.iter().map(rarity).fold(0.0, f64::max);
        let dot = shared.iter().map(|word| rarity(word).powi(2)).sum::<f64>()
            + alike.iter().map(|(s, l, r)| s * rarity(l) * rarity(r)).sum::<f64>();
        let alike_left: f64 = alike.iter().map(|(likeness, word, _)| likeness * rarity(word)).sum();
        let alike_right: f64 =
            alike.iter().map(|(likeness, _, word)| likeness * rarity(word)).sum();
        let without = |words: &[u32], used: &dyn Fn(&Alike) -> u32| -> Vec<u32> {
            words
                .iter()
                .filter(|word| !alike.iter().any(|one| used(one) == **word))
                .copied()
                .collect()
        };
        let left_alone = without(&left_only, &|one| one.1);
        let right_alone = without(&right_only, &|one| one.2);
        let shared_weight = weight(&shared);
        Self {
            soft_cosine: (dot / (length(&left.word_set) * length(&right.word_set))).min(1.0),
            n_abbreviations,
            shared_weight: shared_weight + 0.5 * (alike_left + alike_right),
            left_only_weight: weight(&left_alone),
            right_only_weight: weight(&right_alone),
            rarest_shared: rarest(&shared),
            rarest_left_only: rarest(&left_alone),
            rarest_right_only: rarest(&right_alone),
            left_covered: (shared_weight + alike_left) / weight(&left.word_set),
            right_covered: (shared_weight + alike_right) / weight(&right.word_set),
            shared,
        }
    }

    /// `shared_weight` to `right_covered`.
    pub(super) fn weights(&self) -> [f64; 9] {
        [
            self.shared_weight,
            self.left_only_weight,
            self.right_only_weight,
            self.left_only_weight.min(self.right_only_weight),
            self.rarest_shared,
            self.rarest_left_only,
            self.rarest_right_only,
            self.left_covered,
            self.right_covered,
        ]
    }
}

/// What two ascending lists share, and what only the left and only the right one holds.
pub(super) fn divided(left: &[u32], right: &[u32]) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let (mut shared, mut left_only, mut right_only) = (Vec::new(), Vec::new(), Vec::new());
    let (mut left_idx, mut right_idx) = (0, 0);
    while let (Some(l), Some(r)) = (left.get(left_idx), right.get(right_idx)) {
        match l.cmp(r) {
            std::cmp::Ordering::Less => left_only.push(*l),
            std::cmp::Ordering::Greater => right_only.push(*r),
            std::cmp::Ordering::Equal => shared.push(*l),
        }
        left_idx += usize::from(l <= r);
        right_idx += usize::from(r <= l);
    }
    left_only.extend(&left[left_idx..]);
    right_only.extend(&right[right_idx..]);
    (shared, left_only, right_only)
}

/// Words that stand for each other, each once, the most alike first; and how many abbreviate one
/// another. Words with digits never do: one letter makes another model.
fn alike_words(column: &TextColumn, left: &[u32], right: &[u32]) -> (Vec<Alike>, f64) {
    let (left, right) = (rarest_words(column, left), rarest_words(column, right));
    let (mut found, mut n_abbreviations) = (Vec::new(), 0.0);
    for &l in &left {
        for &r in &right {
            let (one, other) = (column.word(l), column.word(r));
            let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
            let abbreviates = 2 <= short.len() && long.starts_with(short);
            n_abbreviations += f64::from(u8::from(abbreviates));
            if !abbreviates && 2 * short.len() < long.len() {
                continue;
            }
            let likeness = edits::jaro_winkler(one, other);
            let likeness = if abbreviates { likeness.max(ALIKE_FROM) } else { likeness };
            if ALIKE_FROM <= likeness {
                found.push((likeness, l, r));
            }
        }
    }
    // Of equals, the words that appeared first.
    found.sort_by(|one, other| {
        other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2)))
    });
    let mut alike: Vec<Alike> = Vec::new();
    for one in found {
        if alike.iter().all(|used| used.1 != one.1 && used.2 != one.2) {
            alike.push(one);
        }
    }
    (alike, n_abbreviations)
}

/// Words without digits, the rarest of many; of equals, those that appeared first.
fn rarest_words(column: &TextColumn, words: &[u32]) -> Vec<u32> {
    let has_digit = |word: u32| column.word(word).bytes().any(|byte| byte.is_ascii_digit());
    let mut words: Vec<u32> = words.iter().copied().filter(|&word| !has_digit(word)).collect();
    if MOST_COMPARED < words.len() {
        words.sort_by(|one, other| {
            column.rarity(*other).total_cmp(&column.rarity(*one)).then(one.cmp(other))
        });
        words.truncate(MOST_COMPARED);
    }
    words
}
