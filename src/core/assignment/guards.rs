//! What is never accepted without a person, however likely a model finds it.

use crate::candidates::{CandidatePair, LineEvidence, NameSpace};
use crate::domain::EntityKind;
use crate::features::{PairEvidence, evidence};

/// Lines with the same units on both sides that prove two names one whatever the names say. One is
/// chance: at a client with a single product every product of as many seats would be it.
const ENOUGH_LINES: usize = 2;

/// Both lists of names and their lines.
pub(super) struct Guards<'a> {
    pub space: &'a NameSpace,
    pub lines: &'a LineEvidence,
}

impl Guards<'_> {
    /// Whether the names speak against a pair, or nothing but a line or two speaks for it.
    pub(super) fn rule_out(&self, pair: CandidatePair) -> bool {
        let (vendor, psa) = (&self.space.vendor[pair.vendor_idx], &self.space.psa[pair.psa_idx]);
        if vendor.is_other_product_than(psa) || vendor.is_registered_elsewhere_than(psa) {
            return true;
        }
        if ENOUGH_LINES <= self.n_equal_lines(pair) {
            return false;
        }
        let is_of_another_trade =
            self.space.kind == EntityKind::Client && vendor.is_of_another_trade_than(psa);
        is_of_another_trade || says_too_little(&evidence(self.space, self.lines, pair))
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
