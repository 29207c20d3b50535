//! An inverted index: which names hold a letter group or a word, and how much it weighs there.

use std::cmp::Ordering;

use super::space::{NameProfile, Profile, SparseVector};

/// Term → the names holding it.
pub(super) struct Postings {
    /// By term id: (position, weight).
    by_term: Vec<Vec<(u32, f32)>>,
    n_profiles: usize,
    view: fn(&NameProfile) -> &SparseVector,
}

/// Reused between queries: a score for every position, and which were touched.
pub(super) struct Scratch {
    scores: Vec<f32>,
    best: Vec<f32>,
    touched: Vec<u32>,
    seen: Vec<u32>,
}

impl Postings {
    pub(super) fn of_grams(profiles: &[Profile]) -> Self {
        Self::new(profiles, |name| &name.grams)
    }

    pub(super) fn of_words(profiles: &[Profile]) -> Self {
        Self::new(profiles, |name| &name.words)
    }

    fn new(profiles: &[Profile], view: fn(&NameProfile) -> &SparseVector) -> Self {
        let mut by_term: Vec<Vec<(u32, f32)>> = Vec::new();
        for (profile_idx, profile) in profiles.iter().enumerate() {
            let position = u32::try_from(profile_idx).expect("fewer names than u32::MAX");
            for &(term, weight) in profile.names.iter().flat_map(|name| &view(name).0) {
                let term = term as usize;
                if by_term.len() <= term {
                    by_term.resize_with(term + 1, Vec::new);
                }
                // A client with two names holds a term once, at its greater weight.
                match by_term[term].last_mut() {
                    Some(last) if last.0 == position => last.1 = last.1.max(weight),
                    _ => by_term[term].push((position, weight)),
                }
            }
        }
        // A term nearly everybody holds costs the most and says the least.
        let longest = (profiles.len() / 6).clamp(60, 600);
        for list in &mut by_term {
            if longest < list.len() {
                list.clear();
            }
        }
        Self { by_term, n_profiles: profiles.len(), view }
    }

    pub(super) fn scratch(&self) -> Scratch {
        Scratch {
            scores: vec![0.0; self.n_profiles],
            best: vec![0.0; self.n_profiles],
            touched: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Positions of the `n_nearest` profiles with the greatest cosine, over every name of `profile`;
    /// of equals, the first.
    pub(super) fn nearest(
        &self,
        profile: &Profile,
        n_nearest: usize,
        scratch: &mut Scratch,
    ) -> Vec<usize> {
        scratch.seen.clear();
        for name in &profile.names {
            self.score_name(name, scratch);
        }
        let best = &scratch.best;
        let by_score = |left: &u32, right: &u32| -> Ordering {
            let (left_score, right_score) = (best[*left as usize], best[*right as usize]);
            right_score.total_cmp(&left_score).then(left.cmp(right))
        };
        if n_nearest < scratch.seen.len() {
            scratch.seen.select_nth_unstable_by(n_nearest, by_score);
        }
        let n_found = n_nearest.min(scratch.seen.len());
        scratch.seen[..n_found].sort_unstable_by(by_score);
        let found = scratch.seen[..n_found].iter().map(|&position| position as usize).collect();
        for &position in &scratch.seen {
            scratch.best[position as usize] = 0.0;
        }
        found
    }

    fn score_name(&self, name: &NameProfile, scratch: &mut Scratch) {
        scratch.touched.clear();
        for &(term, weight) in &(self.view)(name).0 {
            let list = self.by_term.get(term as usize).map_or(&[][..], Vec::as_slice);
            for &(position, other) in list {
                let score = &mut scratch.scores[position as usize];
                if *score == 0.0 {
                    scratch.touched.push(position);
                }
                *score += weight * other;
            }
        }
        for &position in &scratch.touched {
            let score = std::mem::take(&mut scratch.scores[position as usize]);
            let best = &mut scratch.best[position as usize];
            if *best == 0.0 {
                scratch.seen.push(position);
            }
            *best = best.max(score);
        }
    }
}
