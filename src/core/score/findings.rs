//! Differences → findings, less what people have settled.

use std::borrow::Cow;

use jiff::civil::Date;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::compared_lines::compared_line;
use super::counterparts::Counterparts;
use super::line_sides::SidesOfLines;
use super::to_fix::{self, LinesThen, NumbersMoved};
use super::{MonthInputs, identity, use_margin};
use crate::decisions::{Effect, LineDecisions, Names, StandingDecision, decided_month, decided_on};
use crate::domain::{Exclusion, FindingKind, Line, LineKey, Money, Month, Probability, Verdict};
use crate::months::PastError;
use crate::reconcile::{Compared, Difference, Partners, Reconciled};
use crate::run::{
    ComparedLine, Finding, FindingLine, FindingMoney, GivenAway, LikelyRight, LineStatus, Raised,
    Settled, SettledLine, SettledMoney,
};

/// What a month's differences come to.
pub(super) struct ToldFindings {
    /// What a person should see.
    pub findings: Vec<Finding>,
    /// Bought lines that somebody chose to give away.
    pub given_away: Vec<GivenAway>,
    /// Lines whose difference was decided before and still holds.
    pub settled: Vec<SettledLine>,
    /// Every line that was compared, by client and product.
    pub lines: Vec<ComparedLine>,
}

/// The findings in the order of their lines, what is given away, and what was settled.
///
/// # Errors
///
/// [`PastError`] when a month in which a line was settled cannot be read.
pub(super) fn findings(
    inputs: &MonthInputs<'_>,
    reconciled: &Reconciled<'_>,
    names: &Names,
    partners: &Partners,
    sides: &SidesOfLines<'_>,
) -> Result<ToldFindings, PastError> {
    let (mut findings, mut given_away, mut settled) = (Vec::new(), Vec::new(), Vec::new());
    let groups = with_use(inputs, reconciled)?;
    let decisions = LineDecisions::new(inputs.decisions, names);
    let counterparts = Counterparts::new(partners);
    let standing_of = |compared: &Compared<'_>| {
        let keys = (!compared.differences.is_empty()).then(|| counterparts.keys(compared))?;
        decisions.standing(&keys.iter().collect::<Vec<_>>(), inputs.month)
    };
    let standing: Vec<Option<StandingDecision<'_>>> =
        groups.par_iter().map(|one| standing_of(one)).collect();
    let decided = groups.iter().zip(&standing).filter_map(|(compared, standing)| {
        standing.as_ref().map(|standing| (standing, counterparts.keys(compared)))
    });
    let then = to_fix::lines_then(inputs.history, inputs.month, decided)?;
    let told = |(compared, standing): (&Cow<'_, Compared<'_>>, &Option<StandingDecision<'_>>)| {
        let mut told = ToldGroup {
            gift: gift(inputs, compared),
            line: compared_line(compared),
            settled: None,
            findings: Vec::new(),
        };
        if compared.differences.is_empty() {
            return told;
        }
        let lines = to_fix::finding_lines(inputs, compared, &counterparts.keys(compared));
        let word = match standing {
            None => DecisionSays::Nothing,
            Some(standing) => word_of(standing, &lines, &then, inputs.month),
        };
        if let (DecisionSays::Settled, Some(standing)) = (&word, standing) {
            told.settled = Some(settled_line(inputs, compared, standing));
            told.line.status = LineStatus::Settled;
            return told;
        }
        let right = sides.right_of(compared, partners);
        told.findings = findings_of(inputs, compared, &lines, &word, right.as_ref());
        told.line.findings = told.findings.iter().map(|finding| finding.id.clone()).collect();
        told
    };
    let all: Vec<ToldGroup> = groups.par_iter().zip(&standing).map(told).collect();
    let mut lines = Vec::with_capacity(all.len());
    for group in all {
        given_away.extend(group.gift);
        settled.extend(group.settled);
        findings.extend(group.findings);
        lines.push(group.line);
    }
    lines.par_sort_by(ComparedLine::by_name);
    Ok(ToldFindings { findings, given_away, settled, lines })
}

/// What is told of one group.
struct ToldGroup {
    gift: Option<GivenAway>,
    line: ComparedLine,
    settled: Option<SettledLine>,
    findings: Vec<Finding>,
}

/// The groups of a month, with what their use is billed at another margin than usual.
fn with_use<'g, 'a>(
    inputs: &MonthInputs<'_>,
    reconciled: &'g Reconciled<'a>,
) -> Result<Vec<Cow<'g, Compared<'a>>>, PastError> {
    let of_use = use_margin::differences(inputs, reconciled)?;
    let groups = reconciled.groups.iter().zip(of_use);
    let with = |(compared, difference): (&'g Compared<'a>, Option<Difference>)| match difference {
        None => Cow::Borrowed(compared),
        Some(difference) => {
            let mut compared = compared.clone();
            compared.differences.push(difference);
            Cow::Owned(compared)
        }
    };
    Ok(groups.map(with).collect())
}

/// One finding for each difference of a group.
fn findings_of(
    inputs: &MonthInputs<'_>,
    compared: &Compared<'_>,
    lines: &[FindingLine],
    word: &DecisionSays,
    right: Option<&LikelyRight>,
) -> Vec<Finding> {
    let keys = keys_of(compared);
    let one = |difference: &Difference| {
        let mut found = finding(inputs, compared, difference, &keys);
        found.lines = lines.to_vec();
        // A new price is news whatever was decided about the line's units.
        if difference.kind != FindingKind::PriceChanged {
            word.tell(&mut found);
        }
        // While it is asked who a name is, nobody knows what it should be billed.
        let is_apart = !compared.drift().is_zero();
        if found.is_claim() && is_apart && difference.kind.is_about_units() {
            found.right = right.cloned();
        }
        found
    };
    compared.differences.iter().map(one).collect()
}

fn lines_in<'a>(compared: &'a Compared<'_>) -> impl Iterator<Item = &'a Line> {
    compared.group.vendor.iter().chain(&compared.group.psa).copied()
}

fn keys_of<'a>(compared: &'a Compared<'_>) -> Vec<&'a LineKey> {
    lines_in(compared).map(|line| &line.key).collect()
}

/// Puts the most expected money first.
pub(super) fn costliest_first(findings: &mut [Finding]) {
    findings.sort_by(|one, other| {
        other
            .expected_money()
            .cmp(&one.expected_money())
            .then_with(|| one.kind.cmp(&other.kind))
            .then_with(|| one.client.cmp(&other.client))
            .then_with(|| one.sku.cmp(&other.sku))
            .then_with(|| one.id.cmp(&other.id))
    });
}

fn finding(
    inputs: &MonthInputs<'_>,
    compared: &Compared<'_>,
    difference: &Difference,
    keys: &[&LineKey],
) -> Finding {
    let group = &compared.group;
    let mut parts: Vec<&str> = vec![difference.kind.word()];
    if difference.kind == FindingKind::PriceChanged {
        // A group may have both: one of its lines costs more, another less.
        let rows = difference.vendor_rows.iter();
        parts.extend(rows.map(|&row_idx| inputs.rows[row_idx].sku.0.as_str()));
    }
    if !difference.about.is_empty() {
        parts.push(&difference.about);
    }
    for key in keys {
        parts.extend([key.side.word(), key.client.0.as_str(), key.sku.0.as_str()]);
        parts.push(key.currency.code());
    }
    let places = |row_idxs: &[usize]| {
        row_idxs.iter().map(|&row_idx| inputs.rows[row_idx].place.to_string()).collect()
    };
    Finding {
        id: identity::id('f', &parts),
        kind: difference.kind,
        client: group.client_name.clone(),
        sku: group.sku_name.clone(),
        vendor_quantity: difference.bought.0.normalize(),
        psa_quantity: difference.billed.0.normalize(),
        drift: (difference.bought - difference.billed).0.normalize(),
        monthly_impact: difference.impact.cents(),
        currency: difference.impact.currency,
        probability: difference.probability,
        why: difference.why.clone(),
        vendor_rows: places(&difference.vendor_rows),
        psa_rows: places(&difference.psa_rows),
        twice_on: difference.twice_on,
        right: None,
        money: finding_money(compared, difference),
        since: None,
        returned: None,
        raised: None,
        lines: Vec::new(),
        client_agreements: Vec::new(),
        at_price: None,
        cause: String::new(),
        doubts: Vec::new(),
        evidence: difference.evidence.clone(),
    }
}

/// What a decision means for the findings of its line.
enum DecisionSays {
    /// Nothing was decided, or of other numbers.
    Nothing,
    /// It is settled: no finding.
    Settled,
    /// It was settled, and is back.
    Returned(String),
    /// It is to be fixed, and is not yet.
    Raised(Raised, String),
}

impl DecisionSays {
    fn tell(&self, finding: &mut Finding) {
        match self {
            Self::Nothing | Self::Settled => {}
            Self::Returned(why) => {
                finding.why.push_str(&format!(" Back: {why}."));
                finding.evidence.push(("Back".to_owned(), why.clone()));
                finding.returned = Some(why.clone());
            }
            Self::Raised(raised, why) => {
                // Who wants it fixed has looked: it is asked no more.
                if !finding.is_claim() {
                    finding.probability = Probability::CERTAIN;
                }
                finding.why.push_str(&format!(" {why}"));
                finding.raised = Some(raised.clone());
            }
        }
    }
}

fn word_of(
    standing: &StandingDecision<'_>,
    lines: &[FindingLine],
    then: &LinesThen,
    month: Month,
) -> DecisionSays {
    let moved = to_fix::numbers_moved(standing, lines, then);
    let decision = standing.decision;
    let when = match (decided_on(decision), decision.month) {
        (Some(day), _) => format!(" on {}", long_day(day)),
        (None, Some(month)) => format!(" in {}", month.short()),
        (None, None) => " before".to_owned(),
    };
    let decided = format!("{}{when}", decision.verdict.word());
    match (standing.effect, moved) {
        (Effect::Settles, None) => DecisionSays::Settled,
        (Effect::Settles, Some(NumbersMoved { then, now })) => {
            let then = if then.is_empty() { then } else { format!(" {then}") };
            DecisionSays::Returned(format!("{decided}{then}; {now}"))
        }
        (Effect::Passed, _) => decision.until.map_or(DecisionSays::Nothing, |until| {
            DecisionSays::Returned(format!("{decided} until {}, which has passed", long_day(until)))
        }),
        (Effect::ToFix, None) => {
            DecisionSays::Raised(to_fix::raised(decision), to_fix(standing, month))
        }
        // Other numbers are another difference than the one that was to be fixed.
        (Effect::ToFix, Some(_)) => DecisionSays::Nothing,
    }
}

/// `3 May 2026`
fn long_day(day: Date) -> String {
    let month = Month::of(day).map(Month::short).unwrap_or_default();
    format!("{} {month}", day.day())
}

fn finding_money(compared: &Compared<'_>, difference: &Difference) -> FindingMoney {
    let in_currency = |money: Money| {
        (money.currency == difference.impact.currency).then(|| money.amount.normalize())
    };
    FindingMoney {
        yearly_impact: difference.impact.amount * Decimal::from(12),
        unit_cost: compared.cost.and_then(in_currency),
        unit_price: compared.price.and_then(in_currency),
        unit_margin: compared.margin().and_then(in_currency),
    }
}

/// That it is to be fixed; and that it still is, once the month it was decided about is over.
fn to_fix(standing: &StandingDecision<'_>, month: Month) -> String {
    let what = match standing.decision.verdict {
        Verdict::FixVendor => "with the vendor",
        _ => "in the PSA",
    };
    let when = decided_month(standing.decision).filter(|then| *then < month);
    match when {
        Some(then) => format!("Decided in {} to be fixed {what}; it still differs.", then.short()),
        None => format!("Decided to be fixed {what}."),
    }
}

fn settled_line(
    inputs: &MonthInputs<'_>,
    compared: &Compared<'_>,
    standing: &StandingDecision<'_>,
) -> SettledLine {
    let decision = standing.decision;
    SettledLine {
        client: compared.group.client_name.clone(),
        sku: compared.group.sku_name.clone(),
        verdict: Settled::Line(decision.verdict),
        reason: decision.reason.clone(),
        until: decision.until.map(|until| until.to_string()).unwrap_or_default(),
        by: decision.by.clone(),
        drift: compared.drift().normalize(),
        line: settled_money(inputs, compared),
    }
}

fn settled_money(inputs: &MonthInputs<'_>, compared: &Compared<'_>) -> Option<SettledMoney> {
    let keys = keys_of(compared);
    let currency = keys.first()?.currency;
    let parts = keys.iter().flat_map(|key| [key.side.word(), &key.client.0, &key.sku.0]);
    let sum = |lines: &[&Line]| -> Decimal {
        let same = lines.iter().filter(|line| line.key.currency == currency);
        same.map(|line| line.monthly_amount.amount).sum()
    };
    let rows = lines_in(compared).flat_map(|line| &line.rows);
    Some(SettledMoney {
        id: identity::id('d', &parts.collect::<Vec<_>>()),
        cost: sum(&compared.group.vendor),
        billed: sum(&compared.group.psa),
        currency,
        units: (compared.bought.0, compared.billed.0),
        rows: rows.map(|&row_idx| inputs.rows[row_idx].place.to_string()).collect(),
    })
}

/// A bought line whose only PSA rows say that it is given away, and what it costs.
fn gift(inputs: &MonthInputs<'_>, compared: &Compared<'_>) -> Option<GivenAway> {
    if !compared.given_away || !compared.bought.is_positive() {
        return None;
    }
    let group = &compared.group;
    let currency = group.vendor.first()?.key.currency;
    let same = group.vendor.iter().filter(|line| line.key.currency == currency);
    let marked = group.psa_excluded.iter().flat_map(|line| &line.excluded_rows);
    let marked = marked
        .filter_map(|&row_idx| inputs.rows[row_idx].exclusion)
        .find(|reason| matches!(reason, Exclusion::DoNotBill | Exclusion::NoCharge))?;
    let psa = group.psa_excluded.first()?;
    Some(GivenAway {
        client: psa.client_name.to_string(),
        sku: psa.sku_name.to_string(),
        quantity: compared.bought.0.normalize(),
        cost: same.map(|line| line.monthly_amount.amount).sum(),
        currency,
        marked: marked.words().to_owned(),
    })
}
