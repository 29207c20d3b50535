//! How rare the words are that two names share, and those they do not.

use crate::candidates::NameProfile;

use super::super::alignment::Alignment;
use super::{are_elsewhere, flag};

/// Sums of rarities over the words of a pair.
pub(super) struct Weights {
    pub soft_cosine: f64,
    shared: f64,
    left_shared: f64,
    right_shared: f64,
    pub left_only: f64,
    pub right_only: f64,
    pub rarest_unshared: f64,
    pub alias_covered: f64,
}

/// What a place counts that one is registered in and the other is not, as a word of its own would.
const PLACE_RARITY: f64 = 0.7;

impl Weights {
    pub(super) fn of(left: &NameProfile, right: &NameProfile, alignment: &Alignment<'_>) -> Self {
        let left_rarity = |idx: usize| left.tokens[idx].rarity;
        let right_rarity = |idx: usize| right.tokens[idx].rarity;
        let (mut dot, mut left_shared, mut right_shared) = (0.0, 0.0, 0.0);
        for pair in &alignment.shared {
            let (l, r) = (left_rarity(pair.left_idx), right_rarity(pair.right_idx));
            dot += pair.similarity * l * r;
            left_shared += pair.similarity * l;
            right_shared += pair.similarity * r;
        }
        let (mut covered, mut differing) = (0.0, 0.0);
        for words in &alignment.aliased {
            let sums = |idxs: &[usize], rarity: &dyn Fn(usize) -> f64| {
                let rarities = idxs.iter().map(|&idx| rarity(idx));
                rarities.fold((0.0, 0.0), |(sum, squares), one| (sum + one, squares + one * one))
            };
            let (l, r) = (sums(&words.left, &left_rarity), sums(&words.right, &right_rarity));
            dot += words.trust * (l.1 * r.1).sqrt();
            left_shared += words.trust * l.0;
            right_shared += words.trust * r.0;
            covered += words.trust * (l.0 + r.0);
            differing += l.0 + r.0;
        }
        let length = |name: &NameProfile| {
            name.tokens.iter().map(|token| token.rarity.powi(2)).sum::<f64>().sqrt()
        };
        let lengths = length(left) * length(right);
        let elsewhere = PLACE_RARITY * flag(are_elsewhere(&left.name, &right.name));
        let unshared_left = alignment.left_only.iter().map(|&idx| left_rarity(idx));
        let unshared_right = alignment.right_only.iter().map(|&idx| right_rarity(idx));
        differing += unshared_left.clone().sum::<f64>() + unshared_right.clone().sum::<f64>();
        Self {
            alias_covered: if 0.0 < differing { covered / differing } else { 0.0 },
            soft_cosine: if 0.0 < lengths { (dot / lengths).min(1.0) } else { 0.0 },
            shared: 0.5 * (left_shared + right_shared),
            left_shared,
            right_shared,
            left_only: elsewhere + unshared_left.clone().sum::<f64>(),
            right_only: elsewhere + unshared_right.clone().sum::<f64>(),
            rarest_unshared: unshared_left.chain(unshared_right).fold(elsewhere, f64::max),
        }
    }

    /// Columns `vendor_covered` to `first_word`.
    pub(super) fn values(
        &self,
        alignment: &Alignment<'_>,
        left: &NameProfile,
        right: &NameProfile,
    ) -> [f64; 9] {
        let share =
            |part: f64, rest: f64| if 0.0 < part + rest { part / (part + rest) } else { 0.0 };
        let rarest = |rarities: &mut dyn Iterator<Item = f64>| rarities.fold(0.0, f64::max);
        let mut shared =
            alignment.shared.iter().map(|pair| pair.similarity * left.tokens[pair.left_idx].rarity);
        let first = &left.name.core[0];
        let first_rarity =
            left.tokens.iter().find(|token| token.word == *first).map_or(0.0, |token| token.rarity);
        [
            share(self.left_shared, self.left_only),
            share(self.right_shared, self.right_only),
            rarest(&mut shared),
            self.shared,
            self.left_only,
            self.right_only,
            self.left_only.min(self.right_only),
            self.rarest_unshared,
            if *first == right.name.core[0] { first_rarity } else { 0.0 },
        ]
    }
}
