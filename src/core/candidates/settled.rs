//! Names that look for nobody: a person gave them their partner.

use std::collections::BTreeSet;

use super::NameSpace;
use crate::domain::PairMemory;

/// The names of both sides whose partner a person gave them, and is here; by position.
///
/// A name that is known as a part of a bundle may have other partners: it is not settled.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settled {
    vendor: BTreeSet<usize>,
    psa: BTreeSet<usize>,
}

impl Settled {
    /// Whether a vendor name is.
    pub fn has_vendor(&self, vendor_idx: usize) -> bool {
        self.vendor.contains(&vendor_idx)
    }

    /// Whether a PSA name is.
    pub fn has_psa(&self, psa_idx: usize) -> bool {
        self.psa.contains(&psa_idx)
    }
}

impl NameSpace {
    /// The same space, in which names whose partner was decided look for nobody; those that look may find
    /// them. Most names of a long list are settled, and what they would find changes no answer.
    pub fn settled_by(mut self, memory: &PairMemory) -> Self {
        self.settled = self.settled(memory);
        self
    }

    /// The names whose partner was decided and is here.
    pub fn settled(&self, memory: &PairMemory) -> Settled {
        let pairs = memory
            .whole()
            .filter_map(|((vendor, psa), _)| Some((self.vendor_idx(vendor)?, self.psa_idx(psa)?)));
        let (vendor, psa) = pairs.unzip();
        Settled { vendor, psa }
    }
}
