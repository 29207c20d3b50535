//! The quantity that claims propose as right, beside the one that is.

use std::collections::BTreeMap;

use serde::Serialize;

use super::sequence::says;
use crate::simulate::Difference;
use rust_decimal::Decimal;
use seatdrift_core::domain::{FindingKind, Month};
use seatdrift_core::run::{Finding, Run};

/// What claims of one kind propose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuantityFigures {
    /// The kind.
    pub kind: FindingKind,
    /// Claims of it, true or not.
    pub claims: usize,
    /// Those of a difference that the MSP means to have and nobody has said so yet.
    pub meant: usize,
    /// Claims that propose a quantity.
    pub proposed: usize,
    /// Those that propose the true one. Of a claim that is no true difference, none is.
    pub right: usize,
    /// Those of them that are of a difference the MSP means to have.
    pub right_meant: usize,
    /// Those whose reason names a month that the quantity rests on.
    pub with_month: usize,
}

/// Claims counted by kind.
#[derive(Debug, Clone, Default)]
pub(super) struct QuantityCounts(BTreeMap<FindingKind, QuantityFigures>);

impl QuantityCounts {
    /// Counts what a run proposes, beside all true differences of its month.
    pub(super) fn add_run(&mut self, run: &Run, truth: &[Difference]) {
        let mut open: Vec<&Difference> = truth.iter().collect();
        for finding in &run.findings {
            let at = open.iter().position(|one| says(finding, one));
            let truly = at.map(|at| open.swap_remove(at));
            if finding.is_claim() {
                self.add(finding, truly, run.month);
            }
        }
    }

    /// Counts what a claim about units proposes, beside the true difference that it is.
    pub(super) fn add(&mut self, finding: &Finding, truly: Option<&Difference>, month: Month) {
        if !finding.kind.is_about_units() {
            return;
        }
        let counts = self.0.entry(finding.kind).or_insert_with(|| none(finding.kind));
        let is_meant = truly.is_some_and(|one| one.cause.is_accepted());
        counts.claims += 1;
        counts.meant += usize::from(is_meant);
        let Some(proposed) = &finding.right else { return };
        let is_right = truly.is_some_and(|one| Decimal::from(one.right) == proposed.quantity);
        counts.proposed += 1;
        counts.right += usize::from(is_right);
        counts.right_meant += usize::from(is_right && is_meant);
        counts.with_month += usize::from(names_a_month(&proposed.why, month));
    }

    /// Adds another run's.
    pub(super) fn merge(&mut self, other: Self) {
        for (kind, other) in other.0 {
            let counts = self.0.entry(kind).or_insert_with(|| none(kind));
            counts.claims += other.claims;
            counts.meant += other.meant;
            counts.proposed += other.proposed;
            counts.right += other.right;
            counts.right_meant += other.right_meant;
            counts.with_month += other.with_month;
        }
    }

    /// By kind, in the order reports list them; the kinds nobody claimed left out.
    pub(super) fn figures(mut self) -> Vec<QuantityFigures> {
        FindingKind::ALL.iter().filter_map(|kind| self.0.remove(kind)).collect()
    }
}

fn none(kind: FindingKind) -> QuantityFigures {
    QuantityFigures {
        kind,
        claims: 0,
        meant: 0,
        proposed: 0,
        right: 0,
        right_meant: 0,
        with_month: 0,
    }
}

/// Months back that a reason may name.
const MONTHS_NAMED: i32 = 60;

/// Whether words name a month up to `month`, as `Jun 2026`.
fn names_a_month(words: &str, month: Month) -> bool {
    (0..MONTHS_NAMED).any(|back| words.contains(&month.plus(-back).short()))
}
