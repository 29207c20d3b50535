//! Differences of a month whose names are answered: how many of the true ones are found to the cent, and
//! how much of the money the first of them hold.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::EvaluateError;
use super::made_up::MadeUp;
use super::right_quantities::{QuantityCounts, QuantityFigures};
use crate::simulate::Difference;
use seatdrift_core::domain::FindingKind;
use seatdrift_core::models::Models;
use seatdrift_core::months::MonthsInMemory;
use seatdrift_core::normalise::ProductAliases;
use seatdrift_core::run::{Finding, Run};
use seatdrift_core::score::{MonthInputs, score_month};

/// Findings a person reads first.
const FIRST: usize = 20;

/// What the newest month of some MSPs holds. A changed vendor price is left out: it is news, and its loss
/// stands in a finding below cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PriorityFigures {
    /// True differences.
    pub differences: usize,
    /// Those that are a finding with the same units and money.
    pub found: usize,
    /// Findings that are no true difference.
    pub untrue: usize,
    /// For each MSP, the share of all findings' expected money that the first twenty hold.
    pub first_twenty: Vec<f64>,
    /// The share that the twenty with the most money hold: none could hold more.
    pub best_twenty: Vec<f64>,
    /// What claims propose as the right quantity, by kind.
    pub quantities: Vec<QuantityFigures>,
}

/// Counted over some MSPs, by the model that ships and with every name answered.
pub(super) fn priority_figures(
    msps: &[MadeUp],
    shipped: &Models,
) -> Result<PriorityFigures, EvaluateError> {
    let mut figures = PriorityFigures {
        differences: 0,
        found: 0,
        untrue: 0,
        first_twenty: Vec::new(),
        best_twenty: Vec::new(),
        quantities: Vec::new(),
    };
    let mut quantities = QuantityCounts::default();
    for msp in msps {
        let run = scored(msp, shipped)?;
        let newest: Vec<Difference> =
            msp.truth.differences.iter().filter(|one| one.month == run.month).cloned().collect();
        quantities.add_run(&run, &newest);
        let findings: Vec<&Finding> =
            run.findings.iter().filter(|one| is_state(one.kind)).collect();
        count(&mut figures, msp, &findings);
        let money: Vec<f64> = findings.iter().map(|one| expected_money(one)).collect();
        let mut most = money.clone();
        most.sort_by(|one, other| other.total_cmp(one));
        figures.first_twenty.push(share(&money));
        figures.best_twenty.push(share(&most));
    }
    figures.quantities = quantities.figures();
    Ok(figures)
}

fn scored(msp: &MadeUp, shipped: &Models) -> Result<Run, EvaluateError> {
    let newest = &msp.months[0];
    let (history, aliases, decisions) =
        (MonthsInMemory::default(), ProductAliases::default(), msp.all_answers());
    let inputs = MonthInputs {
        settings: &msp.settings,
        month: newest.month,
        day: None,
        rows: &newest.rows,
        rejected: &[],
        stated: &[],
        history: &history,
        decisions: &decisions,
        models: shipped,
        aliases: &aliases,
    };
    Ok(score_month(&inputs, msp.monthly(&msp.months[1..]))?.run)
}

fn is_state(kind: FindingKind) -> bool {
    kind != FindingKind::PriceChanged
}

fn expected_money(finding: &Finding) -> f64 {
    finding.monthly_impact.to_f64().unwrap_or_default() * finding.probability.get()
}

/// What the first twenty hold of all; all of nothing.
fn share(money: &[f64]) -> f64 {
    let all: f64 = money.iter().sum();
    let first: f64 = money.iter().take(FIRST).sum();
    if 0.0 < all { first / all } else { 1.0 }
}

/// Kind, units bought, units billed, money.
type Said = (String, Decimal, Decimal, Decimal);

fn count(figures: &mut PriorityFigures, msp: &MadeUp, findings: &[&Finding]) {
    let mut open: BTreeMap<Said, usize> = BTreeMap::new();
    let newest = msp.months[0].month;
    let of_month = msp.truth.differences.iter().filter(|one| one.month == newest);
    for one in of_month.filter(|one| one.kind != FindingKind::PriceChanged.word()) {
        let units = [one.bought, one.billed].map(Decimal::from);
        let money = one.monthly_impact.normalize();
        *open.entry((one.kind.to_owned(), units[0], units[1], money)).or_default() += 1;
        figures.differences += 1;
    }
    for finding in findings {
        let said = (
            finding.kind.word().to_owned(),
            finding.vendor_quantity.normalize(),
            finding.psa_quantity.normalize(),
            finding.monthly_impact.normalize(),
        );
        match open.get_mut(&said).filter(|left| 0 < **left) {
            Some(left) => {
                *left -= 1;
                figures.found += 1;
            }
            None => figures.untrue += 1,
        }
    }
}
