//! Both lists of names, by position and by key, and the rows made of them.

use std::collections::BTreeMap;

use super::assign::{KeyAndName, Placement};
use super::{ScoredPair, Status};
use crate::candidates::CandidatePair;
use crate::domain::{Entity, Probability};

/// Both lists, by position and by key.
pub(super) struct BothNames<'a> {
    pub vendor: &'a [Entity],
    pub psa: &'a [Entity],
    vendor_by_key: BTreeMap<&'a str, usize>,
    psa_by_key: BTreeMap<&'a str, usize>,
}

impl<'a> BothNames<'a> {
    pub(super) fn new(vendor: &'a [Entity], psa: &'a [Entity]) -> Self {
        let by_key = |side: &'a [Entity]| {
            side.iter().enumerate().map(|(idx, entity)| (entity.key.as_str(), idx)).collect()
        };
        Self { vendor, psa, vendor_by_key: by_key(vendor), psa_by_key: by_key(psa) }
    }

    pub(super) fn vendor_idx(&self, key: &str) -> Option<usize> {
        self.vendor_by_key.get(key).copied()
    }

    pub(super) fn psa_idx(&self, key: &str) -> Option<usize> {
        self.psa_by_key.get(key).copied()
    }

    /// The keys of a pair.
    pub(super) fn keys(&self, pair: CandidatePair) -> (String, String) {
        (self.vendor[pair.vendor_idx].key.clone(), self.psa[pair.psa_idx].key.clone())
    }

    /// A decided side keeps its row in a month its export does not have it.
    pub(super) fn vendor_side(&self, key: &str) -> KeyAndName {
        let name = self.vendor_idx(key).map_or(key, |idx| self.vendor[idx].name());
        KeyAndName { key: key.to_owned(), name: name.to_owned() }
    }

    pub(super) fn psa_side(&self, key: &str) -> KeyAndName {
        let name = self.psa_idx(key).map_or(key, |idx| self.psa[idx].name());
        KeyAndName { key: key.to_owned(), name: name.to_owned() }
    }

    pub(super) fn placed(
        &self,
        one: ScoredPair,
        rivals: &[ScoredPair],
        status: Status,
        alone: &BTreeMap<String, Probability>,
    ) -> Placement {
        let vendor = self.vendor_side(&self.vendor[one.pair.vendor_idx].key);
        let runner_up = rivals.iter().find(|rival| rival.pair != one.pair);
        Placement {
            alone: alone.get(&vendor.key).copied().unwrap_or(Probability::NEVER),
            vendor: Some(vendor),
            psa: Some(self.psa_side(&self.psa[one.pair.psa_idx].key)),
            pair: Some(one.pair),
            probability: one.probability,
            status,
            runner_up: runner_up.map(|rival| self.rival(rival)),
        }
    }

    pub(super) fn rival(&self, rival: &ScoredPair) -> (String, Probability) {
        (self.psa[rival.pair.psa_idx].name().to_owned(), rival.probability)
    }
}
