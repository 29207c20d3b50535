//! Company names by the million, each as two tables write it: what matching is timed on.

use std::collections::HashSet;

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::company::misspelt;
use super::words::{COINED, PLACE_ENDS, PLACE_STARTS, SHORT_FORMS, SURNAMES, TRADES};

/// Two tables of names that hold the same companies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoisedNames {
    /// Names with a slip or two each: another legal form, other case or signs, a typo, a word left
    /// out, shortened or added.
    pub left: Vec<String>,
    /// Registered names, no two alike.
    pub right: Vec<String>,
    /// The position in `right` of each name of `left`.
    pub partner: Vec<usize>,
}

/// Makes up `n_names` companies and writes each twice.
pub fn noised_names(n_names: usize, seed: u64) -> NoisedNames {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut taken: HashSet<String> = HashSet::with_capacity(n_names);
    let mut right = Vec::with_capacity(n_names);
    while right.len() < n_names {
        let name = Name::new(&mut rng);
        if taken.insert(name.plain.to_lowercase()) {
            right.push(name);
        }
    }
    let mut partner: Vec<usize> = (0..n_names).collect();
    partner.shuffle(&mut rng);
    let left = partner.iter().map(|&idx| right[idx].noised(&mut rng)).collect();
    NoisedNames { left, right: right.iter().map(Name::registered).collect(), partner }
}

/// A registered name without and with its legal form.
struct Name {
    plain: String,
    form: &'static str,
}

impl Name {
    fn new(rng: &mut Xoshiro256PlusPlus) -> Self {
        let trade = TRADES.choose(rng).expect("no table is empty");
        let parts =
            [lead(rng), pick(rng, trade.words).to_owned(), pick(rng, trade.tails).to_owned()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Self { plain: parts.join(" "), form: pick(rng, trade.forms) }
    }

    fn registered(&self) -> String {
        format!("{} {}", self.plain, self.form).trim_end().to_owned()
    }

    fn noised(&self, rng: &mut Xoshiro256PlusPlus) -> String {
        let name = match rng.gen_range(0..10) {
            0..=3 => self.plain.clone(),
            4 => format!("{} {}", self.plain, pick(rng, &["Inc", "LLC", "Limited", "Corp.", "Co"])),
            _ => self.registered(),
        };
        let name = match rng.gen_range(0..10) {
            0 | 1 => misspelt(&name, rng),
            2 => without_a_word(&self.plain, rng),
            3 => SHORT_FORMS.iter().fold(name, |name, (long, short)| name.replace(long, short)),
            4 => cut_word(&name, rng),
            5 => format!("{name} {}", pick(rng, &["UK", "Holdings", "- Main Office", "(USA)"])),
            _ => name,
        };
        match rng.gen_range(0..8) {
            0 => name.to_uppercase(),
            1 => name.to_lowercase(),
            2 => name.replace('&', "and").replace(['.', ',', '\''], ""),
            3 => name.replace(' ', "  ").replace(['-', '.'], ""),
            _ => name,
        }
    }
}

/// What tells a company apart: often a word of its own, often words that many share.
fn lead(rng: &mut Xoshiro256PlusPlus) -> String {
    let surname = |rng: &mut Xoshiro256PlusPlus| pick(rng, &SURNAMES);
    match rng.gen_range(0..20) {
        0..=5 => coined(rng),
        6..=8 => format!("{} {}", coined(rng), place(rng)),
        9..=11 => format!("{} & {}", surname(rng), coined(rng)),
        12 | 13 => format!("{} {}", surname(rng), place(rng)),
        14 | 15 => format!("{} of {}", pick(rng, &COINED), place(rng)),
        16 => format!("{}, {} & {}", surname(rng), surname(rng), surname(rng)),
        17 => format!("{} {}", place(rng), rng.gen_range(2..3000)),
        18 => format!("{} {} {}", pick(rng, &COINED), surname(rng), place(rng)),
        _ => format!("{}. {}. {}", initial(rng), initial(rng), place(rng)),
    }
}

fn initial(rng: &mut Xoshiro256PlusPlus) -> char {
    char::from(rng.gen_range(b'A'..=b'Z'))
}

fn place(rng: &mut Xoshiro256PlusPlus) -> String {
    format!("{}{}", pick(rng, &PLACE_STARTS), pick(rng, &PLACE_ENDS))
}

/// Beginnings, middles and ends of words that nobody used before.
const SYLLABLES: [&[&str]; 3] = [
    &[
        "Al", "Bel", "Cor", "Dra", "El", "Fen", "Gal", "Hy", "In", "Jo", "Kel", "Lu", "Mar", "Nor",
        "Os", "Pra", "Quin", "Ro", "Sol", "Tri", "Ul", "Ver", "Wex", "Xan", "Yor", "Zen",
    ],
    &[
        "", "a", "be", "ci", "do", "fa", "ga", "lo", "mi", "na", "ne", "pi", "ra", "ri", "sa",
        "ta", "ti", "va", "vo", "za",
    ],
    &[
        "bec", "cor", "dyne", "flex", "gent", "ix", "kor", "lia", "mont", "nex", "ntis", "plex",
        "quist", "ria", "stra", "tech", "tron", "vance", "via", "zon",
    ],
];

fn coined(rng: &mut Xoshiro256PlusPlus) -> String {
    SYLLABLES.map(|part| pick(rng, part)).concat()
}

fn pick<'a>(rng: &mut Xoshiro256PlusPlus, words: &[&'a str]) -> &'a str {
    words.choose(rng).expect("no word table is empty")
}

/// One word left out, never the first.
fn without_a_word(name: &str, rng: &mut Xoshiro256PlusPlus) -> String {
    let mut words: Vec<&str> = name.split(' ').collect();
    if 2 < words.len() {
        words.remove(rng.gen_range(1..words.len()));
    }
    words.join(" ")
}

/// One long word cut after four letters, never the first.
fn cut_word(name: &str, rng: &mut Xoshiro256PlusPlus) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    let long: Vec<usize> = (1..words.len()).filter(|&idx| 6 < words[idx].chars().count()).collect();
    let Some(&cut) = long.choose(rng) else { return name.to_owned() };
    let shortened = |(idx, word): (usize, &&str)| match idx == cut {
        true => word.chars().take(4).chain(['.']).collect(),
        false => (*word).to_owned(),
    };
    words.iter().enumerate().map(shortened).collect::<Vec<_>>().join(" ")
}
