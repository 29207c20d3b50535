//! What is never accepted without a person, however likely a model finds it.

use crate::candidates::{CandidatePair, LineEvidence, NameSpace};
use crate::domain::EntityKind;
use crate::pair_classifier::doubted;

use super::ScoredPair;
use crate::features::{Difference, PairEvidence, evidence};

/// Lines with the same units on both sides that prove two names one whatever the names say. One is
/// chance: at a client with a single product every product of as many seats would be it.
const ENOUGH_LINES: usize = 2;

/// Σ ln(1 + units) over the lines with the same units from which on they prove two names one that differ
/// in words: 4 and 4, and 3 and 3. Where every client has a seat or two, equal seats say little.
const PROVING_WEIGHT: f64 = 3.0;

/// From this weight on one line with the same units shows that a longer name is a shorter one's.
const TELLING_WEIGHT: f64 = 1.5;

/// Common lines from which on it counts against a pair that none has the same units.
const SEVERAL_LINES: usize = 2;

/// Both lists of names and their lines.
pub(super) struct Guards<'a> {
    pub space: &'a NameSpace,
    pub lines: &'a LineEvidence,
}

impl Guards<'_> {
    /// Whether the names speak against a pair, or nothing but a line or two speaks for it.
    pub(super) fn rule_out(&self, pair: CandidatePair, difference: Difference) -> bool {
        let (vendor, psa) = (&self.space.vendor[pair.vendor_idx], &self.space.psa[pair.psa_idx]);
        if vendor.is_other_product_than(psa) || vendor.is_registered_elsewhere_than(psa) {
            return true;
        }
        if self.space.kind == EntityKind::Client && self.speaks_against(pair, difference) {
            return true;
        }
        if ENOUGH_LINES <= self.n_equal_lines(pair) {
            return false;
        }
        let is_of_another_trade =
            self.space.kind == EntityKind::Client && vendor.is_of_another_trade_than(psa);
        is_of_another_trade || says_too_little(&evidence(self.space, self.lines, pair))
    }

    /// What is believed of a client pair once words that differ and lines that do not agree are counted,
    /// which a model that knows rarity but no words gives too little weight: at most a question.
    pub(super) fn believed(&self, one: ScoredPair, difference: Difference) -> ScoredPair {
        let is_client = self.space.kind == EntityKind::Client;
        if is_client
            && doubted(one.probability) != one.probability
            && self.speaks_against(one.pair, difference)
        {
            return ScoredPair { probability: doubted(one.probability), ..one };
        }
        one
    }

    /// Whether words that differ, or lines that do not agree, say that two names are two clients.
    pub(super) fn speaks_against(&self, pair: CandidatePair, difference: Difference) -> bool {
        if difference == Difference::None {
            return false;
        }
        let lines = self.lines.agreement(pair.vendor_idx, pair.psa_idx);
        if ENOUGH_LINES <= lines.n_equal && PROVING_WEIGHT <= lines.weight_equal {
            return false;
        }
        let lines_disagree = (SEVERAL_LINES <= lines.n_shared && lines.n_equal == 0)
            || self.lines.are_apart(pair.vendor_idx, pair.psa_idx);
        match difference {
            Difference::Both => true,
            Difference::Added => lines_disagree || lines.weight_equal < TELLING_WEIGHT,
            Difference::None | Difference::Little => lines_disagree,
        }
    }

    /// Whether a word, a code, a domain, initials or the product they are link two names.
    pub(super) fn names_link(&self, pair: CandidatePair) -> bool {
        let facts = evidence(self.space, self.lines, pair);
        facts.initials.is_some() || !has_nothing_but_initials(&facts)
    }

    /// Lines of a pair with the same units on both sides.
    pub(super) fn n_equal_lines(&self, pair: CandidatePair) -> usize {
        self.lines.agreement(pair.vendor_idx, pair.psa_idx).n_equal
    }
}

/// Whether nothing links two names but a line, or nothing but initials whose lines disagree: many
/// clients of one city and trade have the same initials.
fn says_too_little(facts: &PairEvidence) -> bool {
    let lines = &facts.lines;
    let lines_disagree = 0 < lines.n_vendor && 0 < lines.n_psa && lines.n_equal == 0;
    has_nothing_but_initials(facts) && (facts.initials.is_none() || lines_disagree)
}

/// Whether no word, code, domain or product links two names.
fn has_nothing_but_initials(facts: &PairEvidence) -> bool {
    facts.shared.is_empty()
        && facts.near.is_empty()
        && facts.aliases.is_empty()
        && facts.codes.is_empty()
        && facts.product.is_none()
        && facts.domain.is_none()
}
