//! What one run says beside the truth.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::super::metrics::Answer;
use super::super::right_quantities::QuantityCounts;
use super::truth_of::{TruthOf, is_about, is_of_one_side, says};
use crate::simulate::Difference;
use seatdrift_core::assignment::Status;
use seatdrift_core::domain::{EntityKind, Month, Side};
use seatdrift_core::run::waiting::waiting_names;
use seatdrift_core::run::{Finding, FindingLine, NamePair, Run};

/// Probabilities of names between these are said to be unsure.
const UNSURE: std::ops::Range<f64> = 0.05..0.95;

/// Client, then product.
pub(super) const KINDS: [EntityKind; 2] = [EntityKind::Client, EntityKind::Sku];

/// One false claim or false accept, for whoever mends the program.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FalseExample {
    /// The MSP's number, from 0.
    pub msp: usize,
    /// The month.
    pub month: Month,
    /// What is wrong with it: the cause in the truth, or what the run took for what.
    pub cause: String,
    /// Money a month.
    #[serde(with = "rust_decimal::serde::str")]
    pub money: Decimal,
    /// How sure the run was.
    pub probability: f64,
    /// What it said.
    pub said: String,
}

/// What a run made of its names, for whoever asks what is wrong with a finding.
pub(super) struct NamesInRun<'a>(BTreeMap<(EntityKind, Side, &'a str), Status>);

impl<'a> NamesInRun<'a> {
    pub(super) fn of(run: &'a Run) -> Self {
        let mut best: BTreeMap<(EntityKind, Side, &str), Status> = BTreeMap::new();
        let rank = |status: Status| match status {
            Status::Known | Status::Auto => 0,
            Status::Review => 1,
            Status::Unmatched => 2,
        };
        for pair in &run.suggestions {
            // A name that rightly stands alone has found no partner.
            let is_pair = !pair.vendor_id.is_empty() && !pair.psa_id.is_empty();
            let status = if is_pair { pair.status } else { Status::Unmatched };
            for side in [Side::Vendor, Side::Psa] {
                let own = best.entry((pair.kind, side, pair.on(side).0)).or_insert(status);
                if rank(status) < rank(*own) {
                    *own = status;
                }
            }
        }
        Self(best)
    }

    /// What was made of a name at best.
    fn status(&self, kind: EntityKind, side: Side, key: &str) -> Status {
        self.0.get(&(kind, side, key)).copied().unwrap_or(Status::Unmatched)
    }
}

/// The counts of one MSP in one month.
#[derive(Debug, Clone, Default)]
pub(super) struct MonthCounts {
    /// Names accepted without a person, by kind; and those that are wrong.
    pub accepted: [usize; 2],
    pub false_accepts: [usize; 2],
    /// Claims, and those that are right; what only one side's books can say is neither.
    pub claims: usize,
    pub right: usize,
    pub claimed_money: Decimal,
    pub right_money: Decimal,
    /// Differences that nobody accepts, and those that are claimed.
    pub differences: usize,
    pub found: usize,
    pub true_money: Decimal,
    pub found_money: Decimal,
    /// Names that wait, and findings that are no claim.
    pub questions: usize,
    /// Every finding with whether it is so.
    pub findings: Vec<Answer>,
    /// Unsure name probabilities with whether the two are one, by kind.
    pub names: [Vec<Answer>; 2],
    /// Models of names kept after this month's training, by kind.
    pub kept: [bool; 2],
    /// What is false, by cause.
    pub false_claims: BTreeMap<String, (usize, Decimal)>,
    /// What claims propose as the right quantity.
    pub quantities: QuantityCounts,
    /// Examples of it.
    pub claim_examples: Vec<FalseExample>,
    pub accept_examples: Vec<FalseExample>,
}

/// Counts what a run says.
pub(super) fn counted(run: &Run, truth: &TruthOf, msp: usize) -> MonthCounts {
    let mut counts = MonthCounts::default();
    for pair in &run.suggestions {
        count_name(&mut counts, pair, run, truth, msp);
    }
    let mut open: Vec<&Difference> = truth.differences(run.month).iter().collect();
    let stays = |one: &&&Difference| !one.cause.is_accepted();
    counts.differences = open.iter().filter(stays).count();
    counts.true_money = open.iter().filter(stays).map(|one| one.monthly_impact).sum();
    let names = NamesInRun::of(run);
    let mut n_questions = 0;
    for finding in &run.findings {
        let truly = open.iter().position(|one| says(finding, one)).map(|at| open.swap_remove(at));
        n_questions += usize::from(!finding.is_claim());
        if truly.is_none() && is_of_one_side(finding, truth, run.month) {
            continue;
        }
        let (probability, is_same) = (finding.probability.get(), truly.is_some());
        counts.findings.push(Answer { probability, is_same });
        if finding.is_claim() {
            counts.quantities.add(finding, truly, run.month);
            let fault = || fault(finding, truth, run.month, &names);
            count_claim(&mut counts, finding, truly, &fault, (run.month, msp));
        }
    }
    counts.questions = n_questions + waiting_names(run).len();
    counts
}

fn count_name(counts: &mut MonthCounts, pair: &NamePair, run: &Run, truth: &TruthOf, msp: usize) {
    if pair.vendor_id.is_empty() || pair.psa_id.is_empty() || pair.status == Status::Known {
        return;
    }
    let position = usize::from(pair.kind == EntityKind::Sku);
    let is_same = truth.relation(pair.kind, &pair.vendor_id, &pair.psa_id).is_some();
    let probability = pair.probability.get();
    if UNSURE.contains(&probability) {
        counts.names[position].push(Answer { probability, is_same });
    }
    if pair.status != Status::Auto {
        return;
    }
    counts.accepted[position] += 1;
    if is_same {
        return;
    }
    counts.false_accepts[position] += 1;
    counts.accept_examples.push(FalseExample {
        msp,
        month: run.month,
        cause: if position == 0 { "client" } else { "product" }.to_owned(),
        money: pair.money,
        probability,
        said: format!("{} = {}: {}", pair.vendor_name, pair.psa_name, pair.why),
    });
}

fn count_claim(
    counts: &mut MonthCounts,
    finding: &Finding,
    truly: Option<&Difference>,
    fault: &dyn Fn() -> String,
    (month, msp): (Month, usize),
) {
    let money = finding.monthly_impact;
    counts.claims += 1;
    counts.claimed_money += money;
    if let Some(difference) = truly {
        counts.right += 1;
        counts.right_money += money;
        if !difference.cause.is_accepted() {
            counts.found += 1;
            counts.found_money += money;
        }
        return;
    }
    let cause = fault();
    let sum = counts.false_claims.entry(cause.clone()).or_default();
    *sum = (sum.0 + 1, sum.1 + money);
    let [bought, billed] = [finding.vendor_quantity, finding.psa_quantity];
    let what = format!("{} {} / {}", finding.kind.word(), finding.client, finding.sku);
    counts.claim_examples.push(FalseExample {
        msp,
        month,
        cause,
        money,
        probability: finding.probability.get(),
        said: format!("{what}, {bought} bought, {billed} billed: {}", finding.why),
    });
}

/// What is wrong with a false claim.
fn fault(finding: &Finding, truth: &TruthOf, month: Month, names: &NamesInRun<'_>) -> String {
    for kind in KINDS {
        if !wrong_pairs(finding, truth, kind).is_empty() {
            let kind = if kind == EntityKind::Client { "client" } else { "product" };
            return format!("wrong {kind}");
        }
    }
    let on_line = |one: &&Difference| is_about(finding, &one.keys);
    if let Some(one) = truth.no_loss(month).iter().find(on_line) {
        return one.cause.word().to_owned();
    }
    if finding.kind.word() == "price_changed" {
        return "price_changed".to_owned();
    }
    for kind in KINDS {
        let word = if kind == EntityKind::Client { "client" } else { "product" };
        let found = unfound(finding, truth, kind);
        let status = found.iter().map(|(side, key)| names.status(kind, *side, key));
        match status.max_by_key(|status| *status as u8) {
            Some(Status::Unmatched) => return format!("partner of {word} not found"),
            Some(Status::Review) => return format!("partner of {word} waits"),
            Some(Status::Known | Status::Auto) if kind == EntityKind::Sku => {
                return "matched names, lines apart".to_owned();
            }
            _ => {}
        }
    }
    match truth.differences(month).iter().find(on_line) {
        Some(one) if one.kind == finding.kind.word() => format!("{}, other money", one.kind),
        Some(one) => format!("{}, not {}", one.kind, finding.kind.word()),
        None => format!("{}, nothing differs", finding.kind.word()),
    }
}

/// The key of a finding's line of a kind.
pub(super) fn key_in(kind: EntityKind, line: &FindingLine) -> &str {
    match kind {
        EntityKind::Client => &line.client,
        EntityKind::Sku => &line.sku,
    }
}

fn lines_here(finding: &Finding, side: Side) -> impl Iterator<Item = &FindingLine> {
    finding.lines.iter().filter(move |line| line.side == side && line.is_here())
}

/// The pairs of names a finding puts together that do not belong together.
pub(super) fn wrong_pairs<'a>(
    finding: &'a Finding,
    truth: &TruthOf,
    kind: EntityKind,
) -> Vec<(&'a str, &'a str)> {
    let mut wrong = Vec::new();
    for vendor in lines_here(finding, Side::Vendor) {
        for psa in lines_here(finding, Side::Psa) {
            let pair = (key_in(kind, vendor), key_in(kind, psa));
            if truth.relation(kind, pair.0, pair.1).is_none() && !wrong.contains(&pair) {
                wrong.push(pair);
            }
        }
    }
    wrong
}

/// The names of a finding with lines on one side alone, where the truth knows partners.
pub(super) fn unfound<'a>(
    finding: &'a Finding,
    truth: &TruthOf,
    kind: EntityKind,
) -> Vec<(Side, &'a str)> {
    let [vendor, psa] = [Side::Vendor, Side::Psa].map(|side| lines_here(finding, side).count());
    let side = match (vendor, psa) {
        (0, _) => Side::Psa,
        (_, 0) => Side::Vendor,
        _ => return Vec::new(),
    };
    let keys = lines_here(finding, side).map(|line| (side, key_in(kind, line)));
    keys.filter(|(side, key)| !truth.partners(kind, *side, key).is_empty()).collect()
}
