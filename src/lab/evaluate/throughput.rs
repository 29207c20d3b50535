//! How fast names are compared and learned from, on this machine.

use std::time::Duration;

use serde::Serialize;

use super::made_up::{MadeUp, true_pairs};
use super::{Clock, EvaluateError};
use crate::simulate::{FormatPair, Relation};
use seatdrift_core::candidates::{KnownPairs, LineEvidence, NameSpace, candidate_pairs};
use seatdrift_core::domain::entity::Decided;
use seatdrift_core::domain::{EntityKind, PairMemory, Side, entities_of};
use seatdrift_core::features::{compare, feature_matrix};
use seatdrift_core::learn::union_of_months;
use seatdrift_core::pair_classifier::{FitRecipe, TrainingSet, fit, labelled_pairs};

/// How fast, in the wall-clock time of one run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Throughput {
    /// Vendor and PSA client names that were compared.
    pub names: [usize; 2],
    /// Candidate pairs found for them.
    pub candidate_pairs: usize,
    /// Candidate pairs found a second, profiles of the names included.
    pub candidates_a_second: f64,
    /// Pairs a second that become numbers.
    pub feature_rows_a_second: f64,
    /// Labelled pairs that were learned from.
    pub labels: usize,
    /// Seconds it took to learn from them.
    pub training_seconds: f64,
}

/// Compares the names of an MSP of `clients` clients, and learns from as many small ones as it takes
/// to have `labels` labelled pairs.
///
/// # Errors
///
/// [`EvaluateError`] when an export cannot be read or nothing can be learned.
pub(super) fn throughput(
    clients: usize,
    labels: usize,
    seed: u64,
    clock: Clock<'_>,
) -> Result<Throughput, EvaluateError> {
    let msp = MadeUp::young(clients, seed, FormatPair::Pax8ConnectWise)?;
    let newest = &msp.months[0];
    let of = |side| entities_of(EntityKind::Client, side, &newest.rows, &newest.lines);
    let (vendor, psa) = (of(Side::Vendor), of(Side::Psa));
    let start = clock();
    let space = NameSpace::new(EntityKind::Client, &vendor, &psa);
    let lines = LineEvidence::new(&vendor, &psa, &KnownPairs::none());
    let memory = PairMemory::default();
    let pairs = candidate_pairs(&space, &lines, &memory);
    let candidates_at = clock();
    let features = feature_matrix(&pairs, &compare(&space, &lines, &pairs));
    let features_at = clock();
    let (n_labels, training_seconds) = training(labels, seed, clock)?;
    Ok(Throughput {
        names: [vendor.len(), psa.len()],
        candidate_pairs: pairs.len(),
        candidates_a_second: a_second(pairs.len(), candidates_at - start),
        feature_rows_a_second: a_second(features.nrows(), features_at - candidates_at),
        labels: n_labels,
        training_seconds,
    })
}

/// So small that their labels add up to about as many as asked for.
const CLIENTS_LEARNED_FROM: usize = 30;

fn training(labels: usize, seed: u64, clock: Clock<'_>) -> Result<(usize, f64), EvaluateError> {
    let recipe = FitRecipe::default();
    let (mut sets, mut n_labels) = (Vec::new(), 0);
    while n_labels < labels {
        let next = seed.wrapping_add(sets.len() as u64);
        let msp = MadeUp::young(CLIENTS_LEARNED_FROM, next, FormatPair::Pax8ConnectWise)?;
        let set = decided_by_the_truth(&msp);
        n_labels += labelled_pairs(EntityKind::Client, std::slice::from_ref(&set), 1).len();
        sets.push(set);
    }
    let start = clock();
    fit(EntityKind::Client, &sets, None, &recipe)?;
    Ok((n_labels, (clock() - start).as_secs_f64()))
}

/// An MSP's newest month, every client of which somebody has decided.
fn decided_by_the_truth(msp: &MadeUp) -> TrainingSet {
    let months = &msp.months[..1];
    let mut memory = PairMemory::default();
    let decided = || Decided { by: "reviewer".to_owned(), on: None };
    for pair in true_pairs(&msp.truth, EntityKind::Client) {
        match pair.relation {
            Relation::Same | Relation::Bundle => {
                memory.same.insert((pair.vendor.clone(), pair.psa.clone()), decided());
            }
            Relation::None if pair.psa.is_empty() => {
                memory.no_psa.insert(pair.vendor.clone(), decided());
            }
            Relation::None => {
                memory.no_vendor.insert(pair.psa.clone(), decided());
            }
        }
    }
    TrainingSet {
        vendor: union_of_months(EntityKind::Client, Side::Vendor, months).into(),
        psa: union_of_months(EntityKind::Client, Side::Psa, months).into(),
        memory,
        other: KnownPairs::none().into(),
        ..TrainingSet::default()
    }
}

fn a_second(n: usize, took: Duration) -> f64 {
    n as f64 / took.as_secs_f64().max(1e-9)
}
