//! Scored pairs → who belongs to whom: known, accepted, to be reviewed, or without a partner.
//!
//! A confirmed pair is law and a rejected one is never offered again. Several vendor names may belong
//! to one PSA name: two accounts of one client, two terms of one product.

mod alone;
mod assign;
mod decided;
mod guards;
mod inherited;
mod sides;
mod why;

use std::collections::BTreeMap;
use std::fmt;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::candidates::{CandidatePair, KnownPairs, LineEvidence, NameSpace, open_candidates};
use crate::domain::{Entity, EntityKind, PairMemory, Probability};
use crate::features::{Difference, FeatureRows, compare, evidence};
use crate::pair_classifier::{Contribution, PairModel, explain, score};

use guards::Guards;

pub use assign::{Assigned, KeyAndName, NameRules, Placement, assign};
pub use inherited::{SideNames, inherited};

/// Where a probability sends a pair, and how many vendor names may share a PSA name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AssignmentPolicy {
    /// Lowest probability accepted without a person.
    pub accept_at: Probability,
    /// Lowest probability shown to a reviewer; below it both names stay unmatched.
    pub review_at: Probability,
    /// How many vendor accounts one PSA client may have. Products are always many to one.
    pub clients: Multiplicity,
}

/// How many vendor names may share one PSA name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Multiplicity {
    /// One: the likeliest.
    OneToOne,
    /// As many as are each accepted by themselves.
    ManyToOne,
}

impl AssignmentPolicy {
    /// The thresholds a model was given when it was fitted; many accounts may share a client.
    pub fn of(model: &PairModel) -> Self {
        Self {
            accept_at: model.thresholds.accept_at,
            review_at: model.thresholds.review_at,
            clients: Multiplicity::ManyToOne,
        }
    }
}

/// A candidate pair and the probability that it is the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredPair {
    /// The pair, as positions in the two lists.
    pub pair: CandidatePair,
    /// The probability that it is the same.
    pub probability: Probability,
}

/// What was made of a pair or a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A person decided it.
    Known,
    /// At or above the accept threshold.
    Auto,
    /// Below it: a person is asked.
    Review,
    /// No partner worth showing.
    Unmatched,
}

impl Status {
    /// Whether the two count as one: a person said so, or it is likely enough.
    pub fn is_accepted(self) -> bool {
        matches!(self, Self::Known | Self::Auto)
    }

    /// The word in `suggestions.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Auto => "auto",
            Self::Review => "review",
            Self::Unmatched => "unmatched",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// One row of `suggestions.csv`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// What is matched.
    pub kind: EntityKind,
    /// The vendor's key; `None` where a PSA name has no partner.
    pub vendor_key: Option<String>,
    /// The vendor's name; empty without a key.
    pub vendor_name: String,
    /// The PSA's key; `None` where a vendor name has no partner.
    pub psa_key: Option<String>,
    /// The PSA's name; empty without a key.
    pub psa_name: String,
    /// The probability that the two are the same; for a name without a partner, that it has none.
    pub probability: Probability,
    /// What was made of it.
    pub status: Status,
    /// Why, in a sentence or two.
    pub why: String,
    /// Words of the vendor that are words of the PSA, as confirmed pairs say, without which the pair would not
    /// be accepted.
    pub rests_on: Option<(String, String)>,
    /// What each feature adds to the log-odds, the prior first; where a person decided, what would have
    /// been said without the decision.
    pub contributions: Vec<Contribution>,
    /// The likeliest other PSA name for this vendor name.
    pub runner_up: Option<(String, Probability)>,
    /// The probability that the row's name (the vendor's, where it has one) truly has no partner.
    pub alone: Probability,
}

/// Every name of both sides, with what was made of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assignment {
    /// Vendor names in order of their key, each with its rows, best first; then PSA names that stand
    /// in no row of a vendor name.
    pub suggestions: Vec<Suggestion>,
    /// By vendor key: the probability that it truly has no partner.
    pub alone_vendor: BTreeMap<String, Probability>,
    /// By PSA key: the probability that it truly has no partner.
    pub alone_psa: BTreeMap<String, Probability>,
}

impl Assignment {
    /// The pairs that count as the same: known and accepted ones.
    pub fn accepted(&self) -> impl Iterator<Item = (&str, &str)> {
        self.suggestions
            .iter()
            .filter(|one| one.status.is_accepted())
            .filter_map(|one| Some((one.vendor_key.as_deref()?, one.psa_key.as_deref()?)))
    }
}

/// The names of two sides, and all that decides who belongs to whom but the other kind.
#[derive(Clone, Copy)]
pub struct Matching<'a> {
    /// The space of `vendor` and `psa`.
    pub space: &'a NameSpace,
    /// The vendor's names.
    pub vendor: &'a [Entity],
    /// The PSA's names.
    pub psa: &'a [Entity],
    /// What people decided.
    pub memory: &'a PairMemory,
    /// The model that scores pairs.
    pub model: &'a PairModel,
    /// Where a score sends a pair.
    pub policy: AssignmentPolicy,
}

/// Where every name was put, and what that was decided by.
struct Placed {
    lines: LineEvidence,
    pairs: Vec<CandidatePair>,
    features: FeatureRows,
    assigned: Assigned,
}

impl Matching<'_> {
    /// Every name with what was made of it and why: candidates, features, scores, and who belongs to whom.
    /// `other` are the accepted pairs of the other kind, through which lines are compared.
    pub fn suggest(&self, other: &KnownPairs) -> Assignment {
        let Placed { lines, pairs, features, assigned } = self.placed(other);
        let Self { space, memory, model, .. } = *self;
        let guards = Guards { space, lines: &lines };
        let suggestions = assigned
            .placements
            .into_par_iter()
            .map(|placement| {
                let row = placement.pair.and_then(|pair| pairs.binary_search(&pair).ok());
                let contributions = row
                    .filter(|_| placement.status != Status::Unmatched)
                    .map_or_else(Vec::new, |row| explain(model, features.row(row).view()));
                let facts = placement.pair.map(|pair| evidence(space, &lines, pair));
                let is_auto = placement.status == Status::Auto;
                let told = facts.as_ref().filter(|_| is_auto).and_then(|one| one.aliases.first());
                let rests_on =
                    told.zip(placement.pair).zip(row).and_then(|((words, pair), row)| {
                        let untaught = self.untaught(&guards, &features, pair, row);
                        let is_needed = untaught < self.policy.accept_at;
                        is_needed.then(|| (words.vendor.clone(), words.psa.clone()))
                    });
                let mut why = why::why(space.kind, &placement, facts.as_ref(), memory);
                if let Some((vendor, psa)) = &rests_on {
                    why.push_str(&why::without_words(vendor, psa));
                }
                Suggestion { rests_on, ..placement.suggestion(space.kind, why, contributions) }
            })
            .collect();
        let Assigned { alone_vendor, alone_psa, .. } = assigned;
        Assignment { suggestions, alone_vendor, alone_psa }
    }

    /// What would be believed of a pair, had nobody taught a word.
    fn untaught(
        &self,
        guards: &Guards<'_>,
        features: &FeatureRows,
        pair: CandidatePair,
        row: usize,
    ) -> Probability {
        let (row, difference) = features.untaught(self.space, pair, row);
        let probability = score(self.model, &row)[0];
        guards.believed(ScoredPair { pair, probability }, difference).probability
    }

    /// The pairs that [`Matching::suggest`] counts as the same, without a word about any.
    pub fn accepted(&self, other: &KnownPairs) -> KnownPairs {
        let placements = self.placed(other).assigned.placements.into_iter();
        let accepted = placements.filter(|one| one.status.is_accepted());
        accepted.filter_map(|one| Some((one.vendor?.key, one.psa?.key))).collect()
    }

    /// Whether a person said of the same names under other ids that they are not one.
    fn is_said_to_differ(&self, pair: CandidatePair) -> bool {
        let different = &self.memory.inherited.different;
        let keys =
            || (self.vendor[pair.vendor_idx].key.clone(), self.psa[pair.psa_idx].key.clone());
        !different.is_empty() && different.contains_key(&keys())
    }

    /// What a pair is believed once decisions about the same names under other ids are counted.
    fn as_decided(&self, one: ScoredPair) -> ScoredPair {
        let inherited = &self.memory.inherited;
        if inherited.same.is_empty() && inherited.different.is_empty() {
            return one;
        }
        let (vendor, psa) = (&self.vendor[one.pair.vendor_idx], &self.psa[one.pair.psa_idx]);
        let pair = (vendor.key.clone(), psa.key.clone());
        let probability = if inherited.same.contains_key(&pair) {
            Probability::clamped(one.probability.get().max(FOLLOWED))
        } else if inherited.different.contains_key(&pair) {
            one.probability.at_most_a_question()
        } else {
            one.probability
        };
        ScoredPair { probability, ..one }
    }

    /// The candidates that decisions leave open, as the classifier reads them.
    pub(crate) fn open_rows(
        &self,
        other: &KnownPairs,
    ) -> (LineEvidence, Vec<CandidatePair>, FeatureRows) {
        let lines = LineEvidence::new(self.vendor, self.psa, other);
        let pairs = open_candidates(self.space, &lines, self.memory);
        let features = FeatureRows::new(&pairs, compare(self.space, &lines, &pairs));
        (lines, pairs, features)
    }

    fn placed(&self, other: &KnownPairs) -> Placed {
        let Self { space, vendor, psa, memory, model, policy } = *self;
        let (lines, pairs, features) = self.open_rows(other);
        let guards = Guards { space, lines: &lines };
        let scored: Vec<ScoredPair> = features
            .map_blocks(|block| score(model, block))
            .into_iter()
            .enumerate()
            .map(|(row, probability)| {
                let one = ScoredPair { pair: pairs[row], probability };
                self.as_decided(guards.believed(one, features.difference(row)))
            })
            .collect();
        let difference = |pair: CandidatePair| {
            pairs.binary_search(&pair).map_or(Difference::None, |row| features.difference(row))
        };
        let rules = NameRules {
            one_product: &|one, other| space.psa[one].is_one_product_with(&space.psa[other]),
            rules_out: &|pair| {
                self.is_said_to_differ(pair) || guards.rule_out(pair, difference(pair))
            },
            lines_agree: &|pair| guards.n_equal_lines(pair) > 0,
            names_link: &|pair| guards.names_link(pair),
        };
        let assigned = assign(space.kind, vendor, psa, &scored, memory, &policy, &rules);
        Placed { lines, pairs, features, assigned }
    }
}

/// How sure it is that a name under another id is the one that was decided about: now and then it is a
/// namesake.
const FOLLOWED: f64 = 0.99;

#[cfg(test)]
mod tests;
