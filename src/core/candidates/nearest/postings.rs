//! Which names hold a term: flat arrays, without a string.

use rayon::prelude::*;

use super::NameList;
use super::terms::{Kind, Term, terms_of};

/// Slot of a term → the names holding it, and name → its words and letter groups.
pub(super) struct Postings {
    /// Bits of a term's hash that tell its slot.
    bits: u32,
    /// Where the list of each slot ends; it begins where the one before ends.
    ends: Vec<u32>,
    /// Positions of names, ascending within a slot.
    holding: Vec<u32>,
    /// The words and letter groups of every name, one name after the other.
    compared: Vec<u32>,
    compared_ends: Vec<u32>,
    n_names: usize,
    /// The rarity of a term that so many names hold, for the first few.
    rarities: Vec<f32>,
}

/// The terms of some names, one name after the other.
#[derive(Default)]
struct Block {
    terms: Vec<u32>,
    /// For each name: where its words and letter groups end, and where its conjunctions do.
    ends: Vec<(u32, u32)>,
}

/// Names that one thread reads at a time.
const BLOCK: usize = 4096;

impl Postings {
    pub(super) fn new(names: &NameList) -> Self {
        let blocks: Vec<Block> = (0..names.len().div_ceil(BLOCK))
            .into_par_iter()
            .map(|block_idx| block(names, block_idx * BLOCK))
            .collect();
        let n_terms: usize = blocks.iter().map(|block| block.terms.len()).sum();
        let bits = (n_terms / 2).max(1 << 10).next_power_of_two().trailing_zeros().min(30);
        let (ends, holding) = lists(&blocks, bits, n_terms);
        let (mut compared, mut compared_ends) = (Vec::new(), Vec::with_capacity(names.len()));
        for block in blocks {
            let mut start = 0;
            for (end, next) in block.ends {
                compared.extend_from_slice(&block.terms[start as usize..end as usize]);
                compared_ends.push(position(compared.len()));
                start = next;
            }
        }
        let n = names.len() as f32;
        let rarities = (0..4096).map(|n_holding| rarity(n, n_holding as f32)).collect();
        Self { bits, ends, holding, compared, compared_ends, n_names: names.len(), rarities }
    }

    /// The names holding a term, ascending.
    pub(super) fn holding(&self, term: u32) -> &[u32] {
        let slot = slot(term, self.bits);
        let start = if slot == 0 { 0 } else { self.ends[slot - 1] };
        &self.holding[start as usize..self.ends[slot] as usize]
    }

    /// How many names hold a term.
    pub(super) fn n_holding(&self, term: u32) -> usize {
        let slot = slot(term, self.bits);
        let start = if slot == 0 { 0 } else { self.ends[slot - 1] };
        (self.ends[slot] - start) as usize
    }

    /// The words and letter groups of a name.
    pub(super) fn compared_terms(&self, idx: usize) -> &[u32] {
        let start = if idx == 0 { 0 } else { self.compared_ends[idx - 1] };
        &self.compared[start as usize..self.compared_ends[idx] as usize]
    }

    /// How telling a term is that so many names hold.
    pub(super) fn rarity(&self, n_holding: usize) -> f32 {
        match self.rarities.get(n_holding) {
            Some(rarity) => *rarity,
            None => rarity(self.n_names as f32, n_holding as f32),
        }
    }
}

/// The inverse document frequency, smoothed: above 0 even for a term of every name.
fn rarity(n_names: f32, n_holding: f32) -> f32 {
    (1.0 + n_names / (0.5 + n_holding)).ln()
}

fn position(count: usize) -> u32 {
    u32::try_from(count).expect("fewer terms than u32::MAX")
}

fn slot(term: u32, bits: u32) -> usize {
    (term >> (32 - bits)) as usize
}

fn block(names: &NameList, first: usize) -> Block {
    let mut block = Block::default();
    let mut terms: Vec<Term> = Vec::new();
    for idx in first..names.len().min(first + BLOCK) {
        terms.clear();
        terms_of(names.words(idx), &mut terms);
        let n_compared = terms.iter().take_while(|term| term.kind != Kind::Conjunction).count();
        let start = block.terms.len();
        block.terms.extend(terms.iter().map(|term| term.hash));
        block.ends.push((position(start + n_compared), position(block.terms.len())));
    }
    block
}

/// Ends of the slots' lists, and the lists. Each thread has a range of slots and reads every term, so
/// that nobody writes where another does and every list ascends.
fn lists(blocks: &[Block], bits: u32, n_terms: usize) -> (Vec<u32>, Vec<u32>) {
    let n_slots = 1_usize << bits;
    let part = n_slots / rayon::current_num_threads().next_power_of_two().min(n_slots);
    let mut ends = vec![0_u32; n_slots];
    ends.par_chunks_mut(part).enumerate().for_each(|(part_idx, counts)| {
        for term in blocks.iter().flat_map(|block| &block.terms) {
            if let Some(count) = counts.get_mut(slot(*term, bits).wrapping_sub(part_idx * part)) {
                *count += 1;
            }
        }
    });
    // Each slot now holds where its list begins; filling the list moves that to its end.
    let mut sum = 0;
    for count in &mut ends {
        sum += std::mem::replace(count, sum);
    }
    let mut holding = vec![0_u32; n_terms];
    let starts: Vec<u32> = ends.iter().step_by(part).copied().collect();
    let mut rest = holding.as_mut_slice();
    let mut parts = Vec::new();
    for (part_idx, ends) in ends.chunks_mut(part).enumerate() {
        let next = starts.get(part_idx + 1).copied().unwrap_or(position(n_terms));
        let (own, after) = rest.split_at_mut((next - starts[part_idx]) as usize);
        parts.push((part_idx * part, starts[part_idx], ends, own));
        rest = after;
    }
    parts.into_par_iter().for_each(|(first_slot, start, ends, holding)| {
        fill(blocks, ends, holding, |term| (slot(term, bits).wrapping_sub(first_slot), start));
    });
    (ends, holding)
}

/// Writes the positions of the names into the lists of one range of slots. `place` gives a term's slot
/// within the range, beyond it where it is another's, and where the range's lists begin.
fn fill(
    blocks: &[Block],
    ends: &mut [u32],
    holding: &mut [u32],
    place: impl Fn(u32) -> (usize, u32),
) {
    let names = blocks.iter().flat_map(|block| {
        let starts = std::iter::once(0).chain(block.ends.iter().map(|(_, end)| *end));
        let ends = block.ends.iter().map(|(_, end)| *end);
        starts.zip(ends).map(|(start, end)| &block.terms[start as usize..end as usize])
    });
    for (idx, terms) in (0_u32..).zip(names) {
        for term in terms {
            let (slot, start) = place(*term);
            if let Some(end) = ends.get_mut(slot) {
                holding[(*end - start) as usize] = idx;
                *end += 1;
            }
        }
    }
}
