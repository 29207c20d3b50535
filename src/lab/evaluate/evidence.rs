//! What the candidate step loses, and how names are matched without their lines.

use std::collections::BTreeSet;

use serde::Serialize;

use super::made_up::{MadeUp, true_pairs};
use crate::simulate::Relation;
use seatdrift_core::assignment::{Assignment, AssignmentPolicy, Matching};
use seatdrift_core::candidates::{
    CandidatePair, KnownPairs, LineEvidence, NameSpace, audit, candidate_pairs,
};
use seatdrift_core::decisions::{NameIndex, pair_memory};
use seatdrift_core::domain::{Decision, Entity, EntityKind, PairMemory, Side, entities_of};
use seatdrift_core::models::Models;

/// What the candidate step finds by names alone, before any decision.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CandidateFigures {
    /// What is matched.
    pub kind: EntityKind,
    /// Pairs that are the same.
    pub same: usize,
    /// Share of them among the candidates.
    pub recall: f64,
    /// Candidates for each vendor name.
    pub per_name: f64,
}

/// Clients, then products of the newest month, counted over some MSPs.
pub(super) fn candidate_figures(msps: &[MadeUp]) -> [CandidateFigures; 2] {
    [EntityKind::Client, EntityKind::Sku].map(|kind| {
        let (mut n_same, mut n_lost, mut n_candidates, mut n_names) = (0, 0.0, 0, 0);
        for msp in msps {
            let [vendor, psa] = bare_names(msp, kind);
            let space = NameSpace::new(kind, &vendor, &psa);
            let lines = LineEvidence::new(&vendor, &psa, &KnownPairs::none());
            let memory = PairMemory::default();
            let found = candidate_pairs(&space, &lines, &memory);
            let same = same_pairs(msp, &space);
            n_same += same.len();
            n_lost += audit(&found, &same) * same.len() as f64;
            n_candidates += found.len();
            n_names += vendor.len();
        }
        let share = |part: f64, whole: usize| part / whole.max(1) as f64;
        let recall = 1.0 - share(n_lost, n_same);
        CandidateFigures {
            kind,
            same: n_same,
            recall,
            per_name: share(n_candidates as f64, n_names),
        }
    })
}

fn same_pairs(msp: &MadeUp, space: &NameSpace) -> BTreeSet<CandidatePair> {
    true_pairs(&msp.truth, space.kind)
        .iter()
        .filter(|pair| pair.relation == Relation::Same)
        .filter_map(|pair| {
            let vendor_idx = space.vendor_idx(&pair.vendor)?;
            Some(CandidatePair { vendor_idx, psa_idx: space.psa_idx(&pair.psa)? })
        })
        .collect()
}

/// The vendor's and the PSA's names of the newest month, as if they stood in no line.
fn bare_names(msp: &MadeUp, kind: EntityKind) -> [Vec<Entity>; 2] {
    let newest = &msp.months[0];
    [Side::Vendor, Side::Psa].map(|side| {
        let named = entities_of(kind, side, &newest.rows, &newest.lines);
        named.into_iter().map(|one| Entity { occurrences: Vec::new(), ..one }).collect()
    })
}

/// The newest month matched as in a run, but neither lines nor the other kind's pairs are looked at.
pub(super) fn by_names_alone(
    msp: &MadeUp,
    kind: EntityKind,
    models: &Models,
    decisions: &[Decision],
) -> Assignment {
    let model = match kind {
        EntityKind::Client => &models.clients.model,
        EntityKind::Sku => &models.skus.model,
    };
    let [vendor, psa] = bare_names(msp, kind);
    // The reviewer speaks in keys.
    let (day, keys) = (msp.months[0].month.last_day(), NameIndex::default());
    let memory = pair_memory(decisions, kind, day, &keys, &keys);
    let policy = AssignmentPolicy::of(model);
    let space = NameSpace::new(kind, &vendor, &psa);
    let (space, vendor, psa, memory) = (&space, &vendor[..], &psa[..], &memory);
    Matching { space, vendor, psa, memory, model, policy }.suggest(&KnownPairs::none())
}
