//! Differences → findings, less what people have settled.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::counterparts::Counterparts;
use super::two_sides::SidesOfLines;
use super::{MonthInputs, identity};
use crate::decisions::{Effect, LineDecisions, Names, StandingDecision, decided_month};
use crate::domain::{Exclusion, FindingKind, Line, LineKey, Money, Month, Side, Verdict, lines_of};
use crate::history::HistoryError;
use crate::reconcile::{Compared, Difference, Partners, Reconciled};
use crate::report::{Finding, FindingMoney, GivenAway, SettledLine};

/// The lines of the months in which lines were settled: only those that are asked for.
type LinesThen = BTreeMap<Month, BTreeMap<LineKey, Line>>;

/// What a month's differences come to.
pub struct Told {
    /// What a person should see, the most expected money first.
    pub findings: Vec<Finding>,
    /// Bought lines that somebody chose to give away.
    pub given_away: Vec<GivenAway>,
    /// Lines whose difference was decided before and still holds.
    pub settled: Vec<SettledLine>,
}

/// The findings in order of expected money, what is given away, and what was settled.
///
/// # Errors
///
/// [`HistoryError`] when a month in which a line was settled cannot be read.
pub fn findings(
    inputs: &MonthInputs<'_>,
    reconciled: &Reconciled<'_>,
    names: &Names,
    partners: &Partners,
    sides: &SidesOfLines<'_>,
) -> Result<Told, HistoryError> {
    let (mut findings, mut given_away, mut settled) = (Vec::new(), Vec::new(), Vec::new());
    let decisions = LineDecisions::new(inputs.decisions, names);
    let counterparts = Counterparts::new(partners);
    let standing: Vec<Option<StandingDecision<'_>>> = reconciled
        .groups
        .iter()
        .map(|compared| match compared.differences.is_empty() {
            true => None,
            false => {
                let keys = counterparts.keys(compared);
                decisions.standing(&keys.iter().collect::<Vec<_>>(), inputs.month)
            }
        })
        .collect();
    let then = lines_then(inputs, reconciled, &standing, &counterparts)?;
    for (compared, standing) in reconciled.groups.iter().zip(&standing) {
        given_away.extend(gift(inputs, compared));
        let lines: Vec<&Line> = lines_in(compared).collect();
        let mut note = None;
        if let Some(standing) = standing {
            let change = numbers_changed(standing, &lines, &counterparts.keys(compared), &then);
            let verdict = standing.decision.verdict.word();
            note = match (standing.effect, change) {
                (Effect::Settles, None) => {
                    settled.push(settled_line(compared, standing));
                    continue;
                }
                (Effect::Settles, Some(change)) => {
                    Some(format!("Decided as {verdict} before, and back because {change}."))
                }
                (Effect::Passed, _) => standing.decision.until.map(|until| {
                    format!(
                        "Decided as {verdict} until {until}, and back since that day has passed."
                    )
                }),
                (Effect::ToFix, None) => Some(raised(standing)),
                // Other numbers are another difference than the one that was to be fixed.
                (Effect::ToFix, Some(_)) => None,
            };
        }
        let keys = keys_of(compared);
        let right = (!compared.differences.is_empty()).then(|| sides.right_of(compared, partners));
        let right = right.flatten();
        for difference in &compared.differences {
            // A new price is news whatever was decided about the line's units.
            let note = note.as_deref().filter(|_| difference.kind != FindingKind::PriceChanged);
            let mut found = finding(inputs, compared, difference, &keys, note);
            // While it is asked who a name is, nobody knows what it should be billed.
            let is_claim = 0.5 <= difference.probability.get();
            if is_claim && is_about_units(difference.kind) {
                found.right = right.clone();
            }
            findings.push(found);
        }
    }
    costliest_first(&mut findings);
    Ok(Told { findings, given_away, settled })
}

fn lines_in<'a>(compared: &'a Compared<'_>) -> impl Iterator<Item = &'a Line> {
    compared.group.vendor.iter().chain(&compared.group.psa).copied()
}

fn keys_of<'a>(compared: &'a Compared<'_>) -> Vec<&'a LineKey> {
    lines_in(compared).map(|line| &line.key).collect()
}

/// Reads what decided lines were when they were decided on: the rest of those months is left alone.
fn lines_then(
    inputs: &MonthInputs<'_>,
    reconciled: &Reconciled<'_>,
    standing: &[Option<StandingDecision<'_>>],
    counterparts: &Counterparts,
) -> Result<LinesThen, HistoryError> {
    let stored = inputs.history.months()?;
    let mut wanted: BTreeMap<Month, BTreeSet<(Side, String, String)>> = BTreeMap::new();
    for (compared, standing) in reconciled.groups.iter().zip(standing) {
        let told = standing.filter(|standing| standing.effect != Effect::Passed);
        let Some(month) = told.and_then(|standing| decided_month(standing.decision)) else {
            continue;
        };
        if month != inputs.month && stored.contains(&month) {
            let keys = counterparts.keys(compared).into_iter();
            let keys = keys.map(|key| (key.side, key.client.0, key.sku.0));
            wanted.entry(month).or_default().extend(keys);
        }
    }
    let mut then = LinesThen::new();
    for (month, keys) in wanted {
        let is_wanted = |side, client: &str, sku: &str| {
            keys.contains(&(side, client.to_owned(), sku.to_owned()))
        };
        let lines = lines_of(&inputs.history.rows_where(month, &is_wanted)?);
        then.insert(month, lines.into_iter().map(|line| (line.key.clone(), line)).collect());
    }
    Ok(then)
}

fn costliest_first(findings: &mut [Finding]) {
    findings.sort_by(|one, other| {
        let expected = |finding: &Finding| {
            let chance = Decimal::from_f64(finding.probability).unwrap_or_default();
            finding.monthly_impact * chance
        };
        expected(other)
            .cmp(&expected(one))
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
    note: Option<&str>,
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
    let why = match note {
        Some(note) => format!("{} {note}", difference.why),
        None => difference.why.clone(),
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
        probability: difference.probability.get(),
        why,
        vendor_rows: places(&difference.vendor_rows),
        psa_rows: places(&difference.psa_rows),
        right: None,
        money: finding_money(compared, difference),
        evidence: difference.evidence.clone(),
    }
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

/// Whether a difference is settled by another quantity.
fn is_about_units(kind: FindingKind) -> bool {
    !matches!(kind, FindingKind::BelowCost | FindingKind::PriceChanged)
}

fn raised(standing: &StandingDecision<'_>) -> String {
    let what = match standing.decision.verdict {
        Verdict::FixVendor => "with the vendor",
        _ => "in the PSA",
    };
    let when = standing.decision.month.map(|month| format!(" in {}", month.short()));
    format!("Decided{} to be fixed {what}; it still differs.", when.unwrap_or_default())
}

/// What changed since a line was decided on: its quantity or unit price on either side. `None` where
/// nothing did, or where the month of the decision is not known.
fn numbers_changed(
    standing: &StandingDecision<'_>,
    lines: &[&Line],
    keys: &[LineKey],
    then: &LinesThen,
) -> Option<String> {
    let month = decided_month(standing.decision)?;
    let then = then.get(&month)?;
    let is_here = |key: &LineKey| lines.iter().any(|line| line.key == *key);
    let mut gone = keys.iter().filter(|key| !is_here(key)).filter_map(|key| then.get(key));
    if let Some(line) = gone.find(|line| !line.quantity.is_zero()) {
        let (side, sku) = (line.key.side, &line.sku_name);
        return Some(format!("the {side} line {sku} of {} is gone", month.short()));
    }
    lines.iter().find_map(|line| {
        let name = format!("{} line {}", line.key.side, line.sku_name);
        let Some(before) = then.get(&line.key) else {
            return Some(format!("the {name} is new since {}", month.short()));
        };
        if before.quantity != line.quantity {
            let (was, is) = (before.quantity, line.quantity);
            return Some(format!(
                "the {name} went from {was} to {is} units since {}",
                month.short()
            ));
        }
        let unit = |line: &Line| line.unit.map(|unit| unit.amount.round_dp(4));
        (unit(before) != unit(line))
            .then(|| format!("the {name} has another unit price than in {}", month.short()))
    })
}

fn settled_line(compared: &Compared<'_>, standing: &StandingDecision<'_>) -> SettledLine {
    let decision = standing.decision;
    SettledLine {
        client: compared.group.client_name.clone(),
        sku: compared.group.sku_name.clone(),
        verdict: decision.verdict.word().to_owned(),
        reason: decision.reason.clone(),
        until: decision.until.map(|until| until.to_string()).unwrap_or_default(),
        by: decision.by.clone(),
        drift: compared.drift().normalize(),
    }
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
        client: psa.client_name.clone(),
        sku: psa.sku_name.clone(),
        quantity: compared.bought.0.normalize(),
        cost: same.map(|line| line.monthly_amount.amount).sum(),
        currency,
        marked: marked.words().to_owned(),
    })
}
