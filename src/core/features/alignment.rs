//! Which words of two names stand for each other.

use crate::candidates::{LearnedAlias, LearnedAliases, NameProfile, Profile, WeighedWord};

use super::edits::{jaro_winkler, jaro_winkler_at_most};

/// Two words that stand for each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shared {
    pub left_idx: usize,
    pub right_idx: usize,
    /// 1 for the same word, less for a typo or an abbreviation.
    pub similarity: f64,
}

/// Words that stand for each other because decided pairs say so.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Aliased<'a> {
    pub left: Vec<usize>,
    pub right: Vec<usize>,
    /// How far that is believed, in `0.0..1.0`.
    pub trust: f64,
    pub alias: &'a LearnedAlias,
}

/// The words of two names, paired off; each word at most once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alignment<'a> {
    pub shared: Vec<Shared>,
    pub aliased: Vec<Aliased<'a>>,
    pub left_only: Vec<usize>,
    pub right_only: Vec<usize>,
}

/// How alike two words must be to count as a typo of one another.
///
/// Source: soft TF-IDF (Cohen, Ravikumar and Fienberg 2003) uses 0.9.
const TYPO_FROM: f64 = 0.9;

/// What an abbreviation counts, against 1 for the word itself.
const ABBREVIATION: f64 = 0.8;

/// Pairs off equal words first, then those that decided pairs say are one, then the likeliest typos and
/// abbreviations among those left over.
pub(super) fn align<'a>(
    left: &NameProfile,
    right: &NameProfile,
    known: &Known<'a>,
) -> Alignment<'a> {
    let (mut shared, mut left_only, mut right_only) = equal_words(&left.tokens, &right.tokens);
    let aliased = known.aliased(left, right, &mut left_only, &mut right_only);
    let may_vary = |profile: &NameProfile, idx: usize| {
        let word = &profile.tokens[idx].word;
        // One letter makes another edition: E3, E5; EDR, ITDR.
        !profile.name.terms.editions.contains(word) && !word.bytes().any(|b| b.is_ascii_digit())
    };
    let mut alike: Vec<Shared> = Vec::new();
    for &left_idx in left_only.iter().filter(|&&idx| may_vary(left, idx)) {
        for &right_idx in right_only.iter().filter(|&&idx| may_vary(right, idx)) {
            let similarity = likeness(&left.tokens[left_idx].word, &right.tokens[right_idx].word);
            if 0.0 < similarity {
                alike.push(Shared { left_idx, right_idx, similarity });
            }
        }
    }
    // A stable sort: of equals, the first words of the alphabet.
    alike.sort_by(|one, other| other.similarity.total_cmp(&one.similarity));
    for pair in alike {
        if left_only.contains(&pair.left_idx) && right_only.contains(&pair.right_idx) {
            left_only.retain(|&idx| idx != pair.left_idx);
            right_only.retain(|&idx| idx != pair.right_idx);
            shared.push(pair);
        }
    }
    Alignment { shared, aliased, left_only, right_only }
}

/// What is known about the words of two entities.
pub(super) struct Known<'a> {
    aliases: &'a LearnedAliases,
    vendor_key: &'a str,
    psa_key: &'a str,
}

impl<'a> Known<'a> {
    pub(super) fn of(aliases: &'a LearnedAliases, vendor: &'a Profile, psa: &'a Profile) -> Self {
        Self { aliases, vendor_key: &vendor.key, psa_key: &psa.key }
    }

    /// Takes the words that stand for each other out of those left over: the alias of most words first,
    /// of equals the one believed most.
    fn aliased(
        &self,
        left: &NameProfile,
        right: &NameProfile,
        left_only: &mut Vec<usize>,
        right_only: &mut Vec<usize>,
    ) -> Vec<Aliased<'a>> {
        if self.aliases.is_empty() || left_only.is_empty() || right_only.is_empty() {
            return Vec::new();
        }
        let places = |profile: &NameProfile, only: &[usize], words: &[String]| {
            let place =
                |word: &String| only.iter().copied().find(|&idx| profile.tokens[idx].word == *word);
            words.iter().map(place).collect::<Option<Vec<usize>>>()
        };
        let mut found: Vec<(f64, &'a LearnedAlias)> = left_only
            .iter()
            .flat_map(|&idx| self.aliases.beginning_with(&left.tokens[idx].word))
            .map(|alias| (alias.trust(self.vendor_key, self.psa_key), alias))
            .filter(|(trust, _)| 0.0 < *trust)
            .collect();
        let n_words = |alias: &LearnedAlias| alias.vendor.len() + alias.psa.len();
        found.sort_by(|(trust, alias), (other_trust, other)| {
            n_words(other).cmp(&n_words(alias)).then(other_trust.total_cmp(trust))
        });
        let mut aliased = Vec::new();
        for (trust, alias) in found {
            let taken =
                places(left, left_only, &alias.vendor).zip(places(right, right_only, &alias.psa));
            if let Some((l, r)) = taken {
                left_only.retain(|idx| !l.contains(idx));
                right_only.retain(|idx| !r.contains(idx));
                aliased.push(Aliased { left: l, right: r, trust, alias });
            }
        }
        aliased
    }
}

fn equal_words(
    left: &[WeighedWord],
    right: &[WeighedWord],
) -> (Vec<Shared>, Vec<usize>, Vec<usize>) {
    let (mut shared, mut left_only, mut right_only) = (Vec::new(), Vec::new(), Vec::new());
    let (mut left_idx, mut right_idx) = (0, 0);
    while left_idx < left.len() && right_idx < right.len() {
        match left[left_idx].word.cmp(&right[right_idx].word) {
            std::cmp::Ordering::Less => left_only.push(left_idx),
            std::cmp::Ordering::Greater => right_only.push(right_idx),
            std::cmp::Ordering::Equal => {
                shared.push(Shared { left_idx, right_idx, similarity: 1.0 });
            }
        }
        let order = left[left_idx].word.cmp(&right[right_idx].word);
        left_idx += usize::from(order.is_le());
        right_idx += usize::from(order.is_ge());
    }
    left_only.extend(left_idx..left.len());
    right_only.extend(right_idx..right.len());
    (shared, left_only, right_only)
}

/// How well one word stands for another: a typo, a plural, an abbreviation (`mfg` of
/// `manufacturing`), an initial; else 0.
fn likeness(left: &str, right: &str) -> f64 {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    if short.is_empty() || short.as_bytes()[0] != long.as_bytes()[0] {
        // A typo in the first letter is rare, and most words that differ there are other words.
        return typo(short, long);
    }
    if long.starts_with(short) {
        return if short.len() == 1 { 0.5 } else { ABBREVIATION.max(typo(short, long)) };
    }
    let abbreviates = (3..=5).contains(&short.len())
        && short.len() + 3 <= long.len()
        && is_subsequence(short, long)
        && !short.bytes().skip(1).any(|letter| b"aeiou".contains(&letter));
    typo(short, long).max(if abbreviates { ABBREVIATION } else { 0.0 })
}

fn typo(short: &str, long: &str) -> f64 {
    if short.len() < 4 || 2 * short.len() < long.len() {
        return 0.0;
    }
    if jaro_winkler_at_most(short, long) < TYPO_FROM {
        return 0.0;
    }
    let similarity = jaro_winkler(short, long);
    if similarity < TYPO_FROM { 0.0 } else { similarity }
}

fn is_subsequence(short: &str, long: &str) -> bool {
    let mut letters = long.chars();
    short.chars().all(|wanted| letters.any(|letter| letter == wanted))
}
