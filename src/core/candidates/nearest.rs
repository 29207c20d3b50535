//! The nearest names of two long lists, without looking at most of them.
//!
//! A name is the set of its terms: its words, groups of three and four letters, and conjunctions of
//! two words, or of one word and the beginning or end of another. A conjunction is rare even where
//! each of its parts is common, so that "First National Bank of Ashford" is found among a thousand
//! first banks. A name looks up its rarest terms first and stops when it has read enough; the names
//! found most often are then compared by the cosine of all their words and letter groups.

mod postings;
mod terms;

use rayon::prelude::*;

use postings::Postings;
use terms::{Kind, Term, terms_of};

/// A list of names, each as the words it is compared by, in one piece of memory.
#[derive(Debug, Clone, Default)]
pub struct NameList {
    text: String,
    ends: Vec<usize>,
}

impl NameList {
    /// Adds a name at the end of the list. A name without words is like nothing.
    pub fn push(&mut self, words: &[String]) {
        for (idx, word) in words.iter().enumerate() {
            if 0 < idx {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
        self.ends.push(self.text.len());
    }

    /// Adds the names of another list.
    pub fn append(&mut self, other: &Self) {
        let before = self.text.len();
        self.text.push_str(&other.text);
        self.ends.extend(other.ends.iter().map(|end| before + end));
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The words of a name, one space between two.
    pub fn words(&self, idx: usize) -> &str {
        let start = if idx == 0 { 0 } else { self.ends[idx - 1] };
        &self.text[start..self.ends[idx]]
    }
}

/// A name of the list that was searched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Its position.
    pub idx: u32,
    /// The cosine of words and letter groups, rare ones counting more; in `0.0..=1.0`.
    pub similarity: f32,
}

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq)]
struct SearchEffort {
    /// Entries of the index read for one name, the rarest terms first.
    n_read: usize,
    /// Names compared in full.
    n_compared: usize,
}

/// At first a glance, which finds nearly every name that has a near one; where it does not, a long
/// look.
const EFFORTS: [SearchEffort; 2] =
    [SearchEffort { n_read: 400, n_compared: 12 }, SearchEffort { n_read: 3_000, n_compared: 24 }];

/// A similarity from which on a glance is enough.
const NEAR: f32 = 0.7;

/// A list of names that can be searched.
pub struct NearestNames {
    postings: Postings,
    /// The length of every name as a vector of words and letter groups.
    lengths: Vec<f32>,
}

impl NearestNames {
    /// Makes a list searchable.
    pub fn new(names: &NameList) -> Self {
        let postings = Postings::new(names);
        let lengths = (0..names.len())
            .into_par_iter()
            .map(|idx| {
                let weigh = |term: &u32| postings.rarity(postings.n_holding(*term)).powi(2);
                postings.compared_terms(idx).iter().map(weigh).sum::<f32>().sqrt()
            })
            .collect();
        Self { postings, lengths }
    }

    /// What a search needs to remember; one for each thread.
    pub fn scratch(&self) -> SearchScratch {
        SearchScratch::default()
    }

    /// The `n_nearest` names most like `words`, best first; of equals, the first of the list.
    pub fn nearest(
        &self,
        words: &str,
        n_nearest: usize,
        scratch: &mut SearchScratch,
    ) -> Vec<Neighbour> {
        self.recognise(words, scratch);
        for effort in EFFORTS {
            self.look_up(effort.n_read, scratch);
            self.compare(effort.n_compared.max(n_nearest), scratch);
            if scratch.found.first().is_some_and(|best| NEAR <= best.similarity) {
                break;
            }
        }
        scratch.found.truncate(n_nearest);
        scratch.found.clone()
    }

    /// The terms of a name, the rarest first.
    fn recognise(&self, words: &str, scratch: &mut SearchScratch) {
        scratch.terms.clear();
        terms_of(words, &mut scratch.terms);
        scratch.by_rarity.clear();
        for term in &scratch.terms {
            scratch.by_rarity.push((self.postings.n_holding(term.hash), *term));
        }
        scratch.by_rarity.sort_unstable_by_key(|(n_holding, term)| (*n_holding, term.hash));
        scratch.wanted.fill(&self.postings, &scratch.by_rarity);
    }

    /// Keeps the names found most often, and orders them by the cosine of all their terms.
    fn compare(&self, n_compared: usize, scratch: &mut SearchScratch) {
        let SearchScratch { found, wanted, .. } = scratch;
        if n_compared < found.len() {
            found.select_nth_unstable_by(n_compared, by_similarity);
            found.truncate(n_compared);
        }
        for one in found.iter_mut() {
            let length = self.lengths[one.idx as usize] * wanted.length;
            let shared = wanted.shared(self.postings.compared_terms(one.idx as usize));
            one.similarity = if 0.0 < length { (shared / length).min(1.0) } else { 0.0 };
        }
        found.sort_unstable_by(by_similarity);
    }

    /// Reads the lists of the rarest terms and adds up what each name shares.
    fn look_up(&self, n_read: usize, scratch: &mut SearchScratch) {
        scratch.found.clear();
        let mut left = n_read;
        for (n_holding, term) in &scratch.by_rarity {
            // However common a name's rarest term is, something is read.
            if left < *n_holding && !scratch.found.is_empty() {
                break;
            }
            let weight = self.postings.rarity(*n_holding) * term.kind.weight();
            let list = self.postings.holding(term.hash);
            let list = &list[..list.len().min(MOST_IN_ONE_LIST)];
            scratch.sums.make_room(list.len(), &scratch.found);
            for &idx in list {
                scratch.sums.add(idx, weight, &mut scratch.found);
            }
            left = left.saturating_sub(*n_holding);
        }
        scratch.sums.settle();
    }
}

/// Of a term that every name holds only so many entries are read.
const MOST_IN_ONE_LIST: usize = 20_000;

fn by_similarity(one: &Neighbour, other: &Neighbour) -> std::cmp::Ordering {
    other.similarity.total_cmp(&one.similarity).then(one.idx.cmp(&other.idx))
}

/// Reused between searches.
#[derive(Debug, Default)]
pub struct SearchScratch {
    terms: Vec<Term>,
    by_rarity: Vec<(usize, Term)>,
    found: Vec<Neighbour>,
    sums: Sums,
    wanted: Wanted,
}

/// Position → what it shares, in a small open table that stays in the fastest memory.
#[derive(Debug)]
struct Sums {
    /// Position + 1 into `found` + 1, 0 for none.
    places: Vec<u32>,
}

/// Enough for a long look, and small enough for the fastest memory.
const N_PLACES: usize = 1 << 13;

impl Default for Sums {
    fn default() -> Self {
        Self { places: vec![0; N_PLACES] }
    }
}

impl Sums {
    fn place(&self, idx: u32) -> usize {
        (idx.wrapping_mul(0x9E37_79B1) >> 7) as usize & (self.places.len() - 1)
    }

    fn add(&mut self, idx: u32, weight: f32, found: &mut Vec<Neighbour>) {
        let mut place = self.place(idx);
        loop {
            let at = self.places[place];
            if at == 0 {
                found.push(Neighbour { idx, similarity: weight });
                self.places[place] = u32::try_from(found.len()).expect("fewer names than u32::MAX");
                return;
            }
            let one = &mut found[at as usize - 1];
            if one.idx == idx {
                one.similarity += weight;
                return;
            }
            place = (place + 1) & (self.places.len() - 1);
        }
    }

    /// Makes room for so many more positions, half of the places staying empty.
    fn make_room(&mut self, n_more: usize, found: &[Neighbour]) {
        let n_places = (2 * (found.len() + n_more)).next_power_of_two();
        if n_places <= self.places.len() {
            return;
        }
        self.places = vec![0; n_places];
        for (at, one) in (1_u32..).zip(found) {
            let mut place = self.place(one.idx);
            while self.places[place] != 0 {
                place = (place + 1) & (self.places.len() - 1);
            }
            self.places[place] = at;
        }
    }

    /// Forgets every position, and the room that a common term took.
    fn settle(&mut self) {
        if self.places.len() == N_PLACES {
            self.places.fill(0);
        } else {
            *self = Self::default();
        }
    }
}

/// The words and letter groups of the name that is looked for, to be met by those of others.
#[derive(Debug)]
struct Wanted {
    /// Hash → weight, an open table; 0 for an empty place, which no hash is.
    places: Vec<(u32, f32)>,
    length: f32,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { places: vec![(0, 0.0); Self::PLACES], length: 0.0 }
    }
}

impl Wanted {
    /// More than twice the terms of the longest name that is read.
    const PLACES: usize = 1024;

    fn fill(&mut self, postings: &Postings, terms: &[(usize, Term)]) {
        self.places.fill((0, 0.0));
        let mut length = 0.0;
        for (n_holding, term) in terms.iter().filter(|(_, term)| term.kind != Kind::Conjunction) {
            let weight = postings.rarity(*n_holding).powi(2);
            length += weight;
            let mut place = Self::place(term.hash);
            while self.places[place].0 != 0 {
                place = (place + 1) % Self::PLACES;
            }
            self.places[place] = (term.hash, weight);
        }
        self.length = length.sqrt();
    }

    fn place(hash: u32) -> usize {
        hash as usize % Self::PLACES
    }

    /// The weight of the terms that are wanted.
    fn shared(&self, terms: &[u32]) -> f32 {
        let mut sum = 0.0;
        for &hash in terms {
            let mut place = Self::place(hash);
            while self.places[place].0 != 0 {
                if self.places[place].0 == hash {
                    sum += self.places[place].1;
                    break;
                }
                place = (place + 1) % Self::PLACES;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests;
