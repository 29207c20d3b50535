//! A reviewer who gets to some of what is open each month, and errs now and then.

use std::collections::BTreeSet;

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::reviewer::{Answer, pair, pairs_of, reason_of};
use super::truth::{Relation, TruePair};
use super::world::{OfferKind, World};

/// Share of the open names decided in a month.
const DECIDED: f64 = 0.35;
/// Share of the answers that are wrong.
const WRONG: f64 = 0.02;

/// What the reviewer has said so far.
#[derive(Debug, Default)]
pub(super) struct Hasty {
    decided: BTreeSet<(String, String)>,
    /// What was answered wrongly, as it would have been right.
    pub mistakes: Vec<TruePair>,
}

impl Hasty {
    /// Some of the pairs of clients and products that a month shows and nobody has decided.
    pub(super) fn pairs(
        &mut self,
        world: &World<'_>,
        month_idx: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Vec<Answer> {
        let mut open = BTreeSet::new();
        for line in world.lines.iter().filter(|line| line.is_written(month_idx)) {
            // Nobody has said yet whose service that is.
            if world.offers[line.offer_idx].kind != OfferKind::ServiceDesk {
                open.extend(pairs_of(world, line, month_idx));
            }
        }
        let mut answers = Vec::new();
        for (subject, vendor, psa, relation) in open {
            let key = (format!("{subject}:{vendor}"), psa.clone());
            let (is_decided, is_wrong) = (rng.gen_bool(DECIDED), rng.gen_bool(WRONG));
            if self.decided.contains(&key) || !is_decided {
                continue;
            }
            self.decided.insert(key);
            let is_wrong = is_wrong && relation == Relation::Same;
            let (verdict, reason) = match is_wrong {
                true => ("different", "another one"),
                false => (relation.word(), reason_of(relation)),
            };
            if is_wrong {
                let (vendor, psa) = (vendor.clone(), psa.clone());
                self.mistakes.push(TruePair { vendor, psa, relation });
            }
            answers.push(pair(subject, vendor, psa, verdict, reason));
        }
        answers
    }
}
