//! A name → the terms it can be found by.

/// What a term is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A word.
    Word,
    /// Three or four letters.
    Letters,
    /// Two words, a word and a part of another, or the whole name: found by, not compared.
    Conjunction,
}

impl Kind {
    /// What sharing a term of this kind counts among the names found.
    pub(super) fn weight(self) -> f32 {
        match self {
            Self::Word | Self::Conjunction => 1.0,
            Self::Letters => 0.5,
        }
    }
}

/// A term as a number. Two terms that get the same number are taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    pub kind: Kind,
    /// Never 0.
    pub hash: u32,
}

/// So much of a name is looked at, in bytes: a longer one is told apart by its beginning.
const MOST_LETTERS: usize = 160;

/// Conjunctions are made of the first words only: their number grows with the square.
const MOST_WORDS: usize = 7;

/// Letters of a word's beginning or end that stand for it.
const PART: usize = 3;

/// The words and letter groups of a name, then its conjunctions; each once.
pub(super) fn terms_of(name: &str, terms: &mut Vec<Term>) {
    let name = &name.as_bytes()[..name.len().min(MOST_LETTERS)];
    let mut words: [&[u8]; MOST_WORDS] = [&[]; MOST_WORDS];
    let mut n_words = 0;
    let mut squeezed = [0_u8; MOST_LETTERS];
    let mut initials = [0_u8; MOST_LETTERS];
    let (mut n_letters, mut n_initials) = (0, 0);
    for word in name.split(|byte| *byte == b' ').filter(|word| !word.is_empty()) {
        terms.push(Term { kind: Kind::Word, hash: hash(1, number(word)) });
        groups_of_three(word, terms);
        squeezed[n_letters..n_letters + word.len()].copy_from_slice(word);
        n_letters += word.len();
        initials[n_initials] = word[0];
        n_initials += 1;
        if n_words < MOST_WORDS && !words[..n_words].contains(&word) {
            words[n_words] = word;
            n_words += 1;
        }
    }
    for four in squeezed[..n_letters].windows(4) {
        terms.push(Term { kind: Kind::Letters, hash: hash(3, number(four)) });
    }
    once(terms);
    if n_letters == 0 {
        return;
    }
    let n_compared = terms.len();
    conjunctions(&words[..n_words], terms);
    terms.push(conjunction(4, number(&squeezed[..n_letters])));
    if 3 <= n_initials {
        terms.push(conjunction(4, number(&initials[..n_initials])));
    }
    let mut conjunctions = terms.split_off(n_compared);
    once(&mut conjunctions);
    terms.append(&mut conjunctions);
}

/// Groups of three letters of one word, its ends marked.
fn groups_of_three(word: &[u8], terms: &mut Vec<Term>) {
    let at = |idx: usize| -> u64 {
        if idx == 0 || idx == word.len() + 1 { u64::from(b' ') } else { u64::from(word[idx - 1]) }
    };
    for idx in 0..word.len() {
        let three = at(idx) << 16 | at(idx + 1) << 8 | at(idx + 2);
        terms.push(Term { kind: Kind::Letters, hash: hash(2, three) });
    }
}

/// Two words in any order, and each word with the beginning and the end of every other: a typo spoils
/// one of them.
fn conjunctions(words: &[&[u8]], terms: &mut Vec<Term>) {
    for (idx, word) in words.iter().enumerate() {
        let one = number(word);
        for (other_idx, other_word) in words.iter().enumerate() {
            if idx < other_idx {
                let other = number(other_word);
                terms.push(conjunction(5, one.wrapping_add(other) ^ one.wrapping_mul(other)));
            }
            if idx != other_idx && PART + 1 < other_word.len() {
                let beginning = number(&other_word[..PART]);
                let end = number(&other_word[other_word.len() - PART..]);
                terms.push(conjunction(6, mixed(one) ^ beginning));
                terms.push(conjunction(7, mixed(one) ^ end));
            }
        }
    }
}

fn conjunction(family: u64, number: u64) -> Term {
    Term { kind: Kind::Conjunction, hash: hash(family, number) }
}

fn once(terms: &mut Vec<Term>) {
    terms.sort_unstable();
    terms.dedup();
}

/// A number for a run of bytes.
fn number(bytes: &[u8]) -> u64 {
    let mut number = bytes.len() as u64;
    for eight in bytes.chunks(8) {
        let mut padded = [0; 8];
        padded[..eight.len()].copy_from_slice(eight);
        number = mixed(number ^ u64::from_le_bytes(padded));
    }
    number
}

/// Source: the finaliser of MurmurHash3 (Appleby), in its 64-bit variant by Stafford.
fn mixed(mut number: u64) -> u64 {
    number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}

fn hash(family: u64, number: u64) -> u32 {
    let mixed = mixed(number.wrapping_add(family << 56));
    u32::try_from(mixed >> 32).expect("32 bits are left").max(1)
}
