//! How alike two texts read, letter by letter, fast where the texts are short and plain.
//!
//! Names are compared by the million, and nearly all are ASCII of at most 64 letters: a bit for each
//! letter of a machine word. Everything else goes to `strsim`, and both give the same numbers.

/// Letters a machine word has bits for.
const MOST_LETTERS: usize = 64;

/// 1 less the share of letters that must change; 1 for two empty texts.
///
/// Source: Myers (1999), as put by Hyyrö (2003).
pub(super) fn edit_similarity(left: &str, right: &str) -> f64 {
    let Some((left, right)) = plain(left, right) else {
        return strsim::normalized_levenshtein(left, right);
    };
    let longest = left.len().max(right.len());
    if longest == 0 {
        return 1.0;
    }
    1.0 - edits(left, right) as f64 / longest as f64
}

/// How alike two texts read from their beginning.
///
/// Source: Jaro–Winkler (Winkler 1990).
pub(super) fn jaro_winkler(left: &str, right: &str) -> f64 {
    let Some((left, right)) = plain(left, right) else {
        return strsim::jaro_winkler(left, right);
    };
    let similarity = jaro(left, right);
    if similarity <= 0.7 {
        return similarity;
    }
    let n_same = left.iter().zip(right).take(4).take_while(|(one, other)| one == other).count();
    similarity + 0.1 * n_same as f64 * (1.0 - similarity)
}

/// More than [`jaro_winkler`] can be, seen from which letters both have: most words are told apart by
/// that alone.
pub(super) fn jaro_winkler_at_most(left: &str, right: &str) -> f64 {
    if left.is_empty() || right.is_empty() || !left.is_ascii() || !right.is_ascii() {
        return 1.0;
    }
    let there = right.bytes().fold(0_u128, |there, letter| there | 1 << letter);
    let n_there = left.bytes().filter(|letter| there & 1 << letter != 0).count();
    let n_met = n_there.min(right.len()) as f64;
    let jaro = (n_met / left.len() as f64 + n_met / right.len() as f64 + 1.0) / 3.0;
    jaro + 0.4 * (1.0 - jaro) + 1e-9
}

fn plain<'a>(left: &'a str, right: &'a str) -> Option<(&'a [u8], &'a [u8])> {
    let is_plain = |text: &str| text.len() <= MOST_LETTERS && text.is_ascii();
    (is_plain(left) && is_plain(right)).then_some((left.as_bytes(), right.as_bytes()))
}

/// Letter → the places it stands at, a bit each.
fn places(text: &[u8]) -> [u64; 128] {
    let mut places = [0; 128];
    for (idx, &letter) in text.iter().enumerate() {
        places[usize::from(letter)] |= 1 << idx;
    }
    places
}

/// Letters to insert, leave out or replace.
fn edits(left: &[u8], right: &[u8]) -> usize {
    if left.is_empty() {
        return right.len();
    }
    let places = places(left);
    let last = 1_u64 << (left.len() - 1);
    let (mut more, mut less) = (u64::MAX, 0_u64);
    let mut n_edits = left.len();
    for &letter in right {
        let equal = places[usize::from(letter)];
        let vertical = equal | less;
        let horizontal = ((equal & more).wrapping_add(more) ^ more) | equal;
        let grows = less | !(horizontal | more);
        let shrinks = more & horizontal;
        n_edits += usize::from(grows & last != 0);
        n_edits -= usize::from(shrinks & last != 0);
        let grows = grows << 1 | 1;
        more = shrinks << 1 | !(vertical | grows);
        less = grows & vertical;
    }
    n_edits
}

fn jaro(left: &[u8], right: &[u8]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return f64::from(u8::from(left.is_empty() && right.is_empty()));
    }
    let reach = (left.len().max(right.len()) / 2).saturating_sub(1);
    let places = places(right);
    let (mut left_met, mut right_met) = (0_u64, 0_u64);
    for (idx, &letter) in left.iter().enumerate() {
        let near = up_to(idx + reach + 1) & !up_to(idx.saturating_sub(reach));
        let free = places[usize::from(letter)] & near & !right_met;
        if free != 0 {
            left_met |= 1 << idx;
            right_met |= free & free.wrapping_neg();
        }
    }
    if left_met == 0 {
        return 0.0;
    }
    let n_met = left_met.count_ones();
    let mut n_out_of_order = 0;
    let (mut left_rest, mut right_rest) = (left_met, right_met);
    while left_rest != 0 {
        let (one, other) = (left_rest.trailing_zeros(), right_rest.trailing_zeros());
        n_out_of_order += usize::from(left[one as usize] != right[other as usize]);
        left_rest &= left_rest - 1;
        right_rest &= right_rest - 1;
    }
    let n_met = f64::from(n_met);
    let n_swapped = (n_out_of_order / 2) as f64;
    (n_met / left.len() as f64 + n_met / right.len() as f64 + (n_met - n_swapped) / n_met) / 3.0
}

/// The first `n` bits.
fn up_to(n: usize) -> u64 {
    if n < MOST_LETTERS { (1 << n) - 1 } else { u64::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assert_as_strsim(left: &str, right: &str) {
        assert_eq!(edit_similarity(left, right), strsim::normalized_levenshtein(left, right));
        assert_eq!(jaro_winkler(left, right), strsim::jaro_winkler(left, right));
        assert!(jaro_winkler(left, right) <= jaro_winkler_at_most(left, right));
    }

    #[test]
    fn a_full_machine_word_is_compared_like_any_other() {
        let (long, longer) = ("ab".repeat(32), "ba".repeat(33));
        for (left, right) in [("", ""), ("", "a"), ("martha", "marhta"), (&long, &longer[..64])] {
            assert_as_strsim(left, right);
            assert_as_strsim(right, left);
        }
        assert_as_strsim(&long, &longer);
        assert_as_strsim("müller", "mueller");
    }

    proptest! {
        #[test]
        fn short_plain_texts_get_the_numbers_of_the_long_way(
            left in "[a-d]{0,64}", right in "[a-d]{0,64}", near in "[a-z0-9 ]{0,20}"
        ) {
            assert_as_strsim(&left, &right);
            assert_as_strsim(&near, &left);
            let typo: String = near.chars().skip(1).chain(near.chars().take(1)).collect();
            assert_as_strsim(&near, &typo);
        }
    }
}
