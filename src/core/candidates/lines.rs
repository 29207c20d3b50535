//! What the lines say about a pair: two names whose lines agree line by line are likely one thing.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::domain::Entity;

/// Pairs of the other kind that are taken for the same: for clients the known products, for products
/// the known clients. Vendor key → PSA keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownPairs(pub BTreeMap<String, BTreeSet<String>>);

impl KnownPairs {
    /// No pair is known.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether no pair is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, String)> for KnownPairs {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut known = Self::default();
        for (vendor, psa) in pairs {
            known.0.entry(vendor).or_default().insert(psa);
        }
        known
    }
}

/// The lines of every entity, by the PSA's key of their other half.
pub struct LineEvidence {
    /// Ordered by slot; units summed.
    vendor: Vec<Vec<(u32, f64)>>,
    psa: Vec<Vec<(u32, f64)>>,
    /// Slot → units and PSA position of the lines there, fewest units first.
    psa_by_slot: Vec<Vec<(f64, u32)>>,
    /// Lines, comparable or not.
    n_vendor_lines: Vec<usize>,
    n_psa_lines: Vec<usize>,
    /// The median of one unit's price a month, where a line has one.
    vendor_unit: Vec<Option<f64>>,
    psa_unit: Vec<Option<f64>>,
}

/// How the lines of two names compare.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LineAgreement {
    /// Lines of the vendor name whose other half has a known partner.
    pub n_vendor: usize,
    /// Lines of the PSA name whose other half is somebody's known partner.
    pub n_psa: usize,
    /// Lines both have.
    pub n_shared: usize,
    /// Lines both have with the same number of units.
    pub n_equal: usize,
    /// Σ ln(1 + units) over equal lines: 37 on both sides says more than 1 on both.
    pub weight_equal: f64,
}

impl LineEvidence {
    /// Reads the lines of both sides through the known pairs of the other kind.
    pub fn new(vendor: &[Entity], psa: &[Entity], known: &KnownPairs) -> Self {
        let mut slots: BTreeMap<&str, u32> = BTreeMap::new();
        for key in known.0.values().flatten() {
            let next = u32::try_from(slots.len()).expect("fewer keys than u32::MAX");
            slots.entry(key).or_insert(next);
        }
        let vendor_slots = |key: &str| -> Vec<u32> {
            known.0.get(key).into_iter().flatten().map(|psa_key| slots[psa_key.as_str()]).collect()
        };
        let psa_slots = |key: &str| -> Vec<u32> { slots.get(key).copied().into_iter().collect() };
        let vendor_unit = vendor.iter().map(median_unit).collect();
        let psa_unit = psa.iter().map(median_unit).collect();
        let n_vendor_lines = vendor.iter().map(|one| one.occurrences.len()).collect();
        let n_psa_lines = psa.iter().map(|one| one.occurrences.len()).collect();
        let vendor: Vec<_> = vendor.iter().map(|one| lines_by_slot(one, vendor_slots)).collect();
        let psa: Vec<_> = psa.iter().map(|one| lines_by_slot(one, psa_slots)).collect();
        let mut psa_by_slot = vec![Vec::new(); slots.len()];
        for (psa_idx, lines) in psa.iter().enumerate() {
            for &(slot, units) in lines {
                let psa_idx = u32::try_from(psa_idx).expect("fewer names than u32::MAX");
                psa_by_slot[slot as usize].push((units, psa_idx));
            }
        }
        for lines in &mut psa_by_slot {
            lines.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        }
        Self { vendor, psa, psa_by_slot, n_vendor_lines, n_psa_lines, vendor_unit, psa_unit }
    }

    /// What the lines say where there are none: nothing.
    pub fn none() -> Self {
        Self::new(&[], &[], &KnownPairs::none())
    }

    /// How the lines of a pair compare.
    pub fn agreement(&self, vendor_idx: usize, psa_idx: usize) -> LineAgreement {
        let left = self.vendor.get(vendor_idx).map_or(&[][..], Vec::as_slice);
        let right = self.psa.get(psa_idx).map_or(&[][..], Vec::as_slice);
        let mut agreement =
            LineAgreement { n_vendor: left.len(), n_psa: right.len(), ..LineAgreement::default() };
        let mut right_lines = right.iter().peekable();
        for &(slot, units) in left {
            while right_lines.next_if(|line| line.0 < slot).is_some() {}
            if let Some(&(_, other_units)) = right_lines.next_if(|line| line.0 == slot) {
                agreement.n_shared += 1;
                if is_equal(units, other_units) {
                    agreement.n_equal += 1;
                    agreement.weight_equal += units.max(0.0).ln_1p();
                }
            }
        }
        agreement
    }

    /// Whether both have lines and none of them is a line of both, as far as is known which are.
    pub fn are_apart(&self, vendor_idx: usize, psa_idx: usize) -> bool {
        let has_lines = |lines: &[usize], idx: usize| lines.get(idx).is_some_and(|n| 0 < *n);
        !self.psa_by_slot.is_empty()
            && has_lines(&self.n_vendor_lines, vendor_idx)
            && has_lines(&self.n_psa_lines, psa_idx)
            && self.agreement(vendor_idx, psa_idx).n_shared == 0
    }

    /// What one unit usually costs and is usually billed at, where both sides know.
    pub fn units(&self, vendor_idx: usize, psa_idx: usize) -> Option<(f64, f64)> {
        Some(((*self.vendor_unit.get(vendor_idx)?)?, (*self.psa_unit.get(psa_idx)?)?))
    }

    /// The PSA positions whose lines agree best with a vendor name's: at least two equal lines, most
    /// telling first.
    pub fn best_partners(&self, vendor_idx: usize, n_best: usize) -> Vec<usize> {
        let lines = self.vendor.get(vendor_idx).map_or(&[][..], Vec::as_slice);
        if lines.len() < FEWEST_EQUAL {
            return Vec::new();
        }
        // Only lines with as many units are looked at: most names share a product with most others. What is found
        // is sorted below.
        let mut equal: FxHashMap<usize, (usize, f64)> = FxHashMap::default();
        for &(slot, units) in lines {
            let there = &self.psa_by_slot[slot as usize];
            let start = there.partition_point(|line| line.0 < units && !is_equal(units, line.0));
            let same = there[start..].iter().take_while(|line| is_equal(units, line.0));
            let telling = units.max(0.0).ln_1p();
            for &(_, psa_idx) in same {
                let (n_equal, weight) = equal.entry(psa_idx as usize).or_default();
                *n_equal += 1;
                *weight += telling;
            }
        }
        let mut found: Vec<(f64, usize)> = equal
            .into_iter()
            .filter(|(_, (n_equal, _))| FEWEST_EQUAL <= *n_equal)
            .map(|(psa_idx, (_, weight))| (weight, psa_idx))
            .collect();
        found.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        found.into_iter().take(n_best).map(|(_, psa_idx)| psa_idx).collect()
    }
}

fn median_unit(entity: &Entity) -> Option<f64> {
    let mut units: Vec<f64> =
        entity.occurrences.iter().filter_map(|line| line.unit).filter(|unit| 0.0 < *unit).collect();
    units.sort_by(f64::total_cmp);
    units.get(units.len() / 2).copied()
}

fn lines_by_slot(entity: &Entity, slots: impl Fn(&str) -> Vec<u32>) -> Vec<(u32, f64)> {
    let mut units: BTreeMap<u32, f64> = BTreeMap::new();
    for occurrence in &entity.occurrences {
        for slot in slots(&occurrence.with) {
            *units.entry(slot).or_default() += occurrence.quantity;
        }
    }
    units.into_iter().collect()
}

/// Equal lines from which on two names are candidates for them.
const FEWEST_EQUAL: usize = 2;

/// Units are counted, so equal up to the rounding of a float.
fn is_equal(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-6 * (1.0 + left.abs())
}
