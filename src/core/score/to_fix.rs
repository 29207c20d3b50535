//! Which findings people decided to have fixed, and whether what they decided on still stands.

use std::collections::BTreeMap;

use super::MonthInputs;
use crate::decisions::{Effect, LineDecisions, Names, StandingDecision, decided_month, decided_on};
use crate::domain::{Decision, ExportRow, FindingKind, Line, LineKey, Month, lines_of};
use crate::months::{LinesWanted, PastError, PastMonths};
use crate::reconcile::Compared;
use crate::run::{AgreementShare, FindingLine, Raised, Run};

/// The lines of the months in which lines were decided on: only those that are asked for.
pub(super) type LinesThen = BTreeMap<Month, BTreeMap<LineKey, Line>>;

/// Reads what decided lines were when they were decided on: the rest of those months is left alone.
///
/// # Errors
///
/// [`PastError`] when such a month cannot be read.
pub(super) fn lines_then<'a>(
    history: &dyn PastMonths,
    month: Month,
    decided: impl Iterator<Item = (&'a StandingDecision<'a>, Vec<LineKey>)>,
) -> Result<LinesThen, PastError> {
    let stored = history.months()?;
    let mut wanted: BTreeMap<Month, LinesWanted> = BTreeMap::new();
    for (standing, keys) in decided.filter(|(standing, _)| standing.effect != Effect::Passed) {
        let Some(then) = decided_month(standing.decision) else { continue };
        if then < month && stored.contains(&then) {
            wanted.entry(then).or_default().extend(keys);
        }
    }
    let mut then = LinesThen::new();
    // One after the other: it is here that scoring holds the most.
    for (month, wanted) in wanted {
        let rows = history.rows_of_lines(&[month], &wanted)?;
        let lines = rows.iter().flat_map(|rows| lines_of(rows));
        then.insert(month, lines.map(|line| (line.key.clone(), line)).collect());
    }
    Ok(then)
}

/// What a line was when it was decided on, and what it is now.
pub(super) struct NumbersMoved {
    /// `at 36 units`
    pub then: String,
    /// `now 42`
    pub now: String,
}

/// What changed since a line was decided on: its quantity or unit price on either side. `None` where
/// nothing did, or where the month of the decision is not known.
pub(super) fn numbers_moved(
    standing: &StandingDecision<'_>,
    lines: &[FindingLine],
    then: &LinesThen,
) -> Option<NumbersMoved> {
    let month = decided_month(standing.decision)?;
    let then = then.get(&month)?;
    let mut gone = lines.iter().filter(|line| !line.is_here());
    if let Some(line) =
        gone.find_map(|line| then.get(&line.key()).filter(|line| !line.quantity.is_zero()))
    {
        let then =
            format!("with {} on the {} line {}", line.quantity, line.key.side, line.sku_name);
        return Some(NumbersMoved { then, now: "that line is gone".to_owned() });
    }
    lines.iter().filter(|line| line.is_here()).find_map(|line| {
        let name = format!("{} line {}", line.side, line.sku_name);
        let Some(before) = then.get(&line.key()) else {
            let now = format!("the {name} is new since {}", month.short());
            return Some(NumbersMoved { then: String::new(), now });
        };
        if before.quantity.0 != line.quantity() {
            let then = format!("at {} units of the {name}", before.quantity);
            return Some(NumbersMoved {
                then,
                now: format!("now {}", line.quantity().normalize()),
            });
        }
        let was = before.unit.map(|unit| unit.amount.round_dp(4).normalize());
        let is = line.unit.map(|unit| unit.round_dp(4).normalize());
        (was != is).then(|| {
            let shown = |unit: Option<rust_decimal::Decimal>| {
                unit.map_or("no price".to_owned(), |unit| format!("{unit} {}", line.currency))
            };
            NumbersMoved {
                then: format!("at {} a unit of the {name}", shown(was)),
                now: format!("now {}", shown(is)),
            }
        })
    })
}

/// The lines of a group as a run keeps them, and those its names lead to.
pub(super) fn finding_lines(
    inputs: &MonthInputs<'_>,
    compared: &Compared<'_>,
    keys: &[LineKey],
) -> Vec<FindingLine> {
    let group = &compared.group;
    let here: BTreeMap<&LineKey, &Line> =
        group.vendor.iter().chain(&group.psa).map(|line| (&line.key, *line)).collect();
    let line_of = |key: &LineKey| {
        let line = here.get(key);
        FindingLine {
            side: key.side,
            client: key.client.0.to_string(),
            client_name: line.map_or(String::new(), |line| line.client_name.to_string()),
            sku: key.sku.0.to_string(),
            sku_name: line.map_or(String::new(), |line| line.sku_name.to_string()),
            currency: key.currency,
            unit: line.and_then(|line| line.unit).map(|unit| unit.amount),
            shares: line.map_or(Vec::new(), |line| shares(inputs.rows, line)),
            is_bundle: !group.bundled && group.bundles.iter().any(|bundle| bundle.key == *key),
        }
    };
    // A bundle whose seats do not count here has no say in what becomes of the line.
    let counts = |key: &&LineKey| group.apart.iter().all(|line| line.key != **key);
    keys.iter().filter(counts).map(line_of).collect()
}

/// A line's units by agreement; agreements without units only where there are no others.
fn shares(rows: &[ExportRow], line: &Line) -> Vec<AgreementShare> {
    let mut by_agreement: BTreeMap<Option<&str>, rust_decimal::Decimal> = BTreeMap::new();
    for row in line.rows.iter().map(|&row_idx| &rows[row_idx]) {
        *by_agreement.entry(row.agreement.as_deref()).or_default() += row.units().0;
    }
    if by_agreement.values().any(|quantity| !quantity.is_zero()) {
        by_agreement.retain(|_, quantity| !quantity.is_zero());
    }
    let share = |(agreement, quantity): (Option<&str>, rust_decimal::Decimal)| AgreementShare {
        agreement: agreement.map(str::to_owned),
        quantity: quantity.normalize(),
    };
    by_agreement.into_iter().map(share).collect()
}

/// A decision to have a difference fixed, as a run keeps it.
pub(super) fn raised(decision: &Decision) -> Raised {
    Raised {
        verdict: decision.verdict,
        reason: decision.reason.clone(),
        by: decision.by.clone(),
        on: decided_on(decision).map(|day| day.to_string()).unwrap_or_default(),
    }
}

/// Reads the decisions again into a run that was scored before some of them were made: which
/// findings are to be fixed. A new price stays news, whatever was decided about the line's units.
///
/// # Errors
///
/// [`PastError`] when a month in which a line was decided on cannot be read.
pub fn raise(
    run: &mut Run,
    decisions: &[Decision],
    names: &Names,
    history: &dyn PastMonths,
) -> Result<(), PastError> {
    let month = run.month;
    let decisions = LineDecisions::new(decisions, names);
    let keys_of = |lines: &[FindingLine]| lines.iter().map(FindingLine::key).collect::<Vec<_>>();
    let standing: Vec<Option<StandingDecision<'_>>> = run
        .findings
        .iter()
        .map(|finding| {
            let keys = keys_of(&finding.lines);
            let found = decisions.standing(&keys.iter().collect::<Vec<_>>(), month);
            found.filter(|found| {
                found.effect == Effect::ToFix && finding.kind != FindingKind::PriceChanged
            })
        })
        .collect();
    let decided = run.findings.iter().zip(&standing).filter_map(|(finding, standing)| {
        standing.as_ref().map(|standing| (standing, keys_of(&finding.lines)))
    });
    let then = lines_then(history, month, decided)?;
    for (finding, standing) in run.findings.iter_mut().zip(&standing) {
        // Other numbers are another difference than the one that was to be fixed.
        let holds = standing
            .as_ref()
            .filter(|standing| numbers_moved(standing, &finding.lines, &then).is_none());
        finding.raised = holds.map(|standing| raised(standing.decision));
    }
    Ok(())
}
