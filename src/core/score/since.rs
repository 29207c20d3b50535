//! This month beside the months before: since when a difference is there, and what changed.
//!
//! The months before are compared anew with today's names, so that a name answered since then is no
//! change. Of all but the last month, only the lines of findings that are still unbroken are read.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::MonthInputs;
use super::at_price::PricesAsked;
use super::counterparts::Counterparts;
use crate::domain::{ExportRow, FindingKind, Line, LineKey, Money, Month, lines_of};
use crate::months::{LinesWanted, PastError};
use crate::reconcile::{
    Compared, Difference, Partners, PriceBook, Reconciled, reconcile_in_numbers,
};
use crate::run::{Finding, FindingLine, GoneFinding, Since, SinceLastMonth};

/// Months read side by side: what is open in one month is mostly open in the months before it.
const MONTHS_AT_ONCE: i32 = 2;

/// The month before: its rows, and their lines compared with today's names.
pub(super) struct LastMonth<'a> {
    /// Which.
    pub month: Month,
    /// Its lines.
    pub lines: &'a [Line],
    /// They, compared.
    pub reconciled: Reconciled<'a>,
}

impl<'a> LastMonth<'a> {
    /// Compares the lines of the month before with today's names.
    pub(super) fn new(
        month: Month,
        rows: &[ExportRow],
        lines: &'a [Line],
        partners: &Partners,
    ) -> Self {
        Self { month, lines, reconciled: reconciled(rows, lines, partners) }
    }
}

/// A price is compared with the month before it, and is no state that lasts: it is left out.
pub(super) fn reconciled<'a>(
    rows: &[ExportRow],
    lines: &'a [Line],
    partners: &Partners,
) -> Reconciled<'a> {
    reconcile_in_numbers(rows, lines, partners, &PriceBook::default())
}

/// Says of every finding since when it is there, in one pass over the months before.
///
/// # Errors
///
/// [`PastError`] when an earlier month cannot be read.
pub(super) fn tell_since(
    inputs: &MonthInputs<'_>,
    findings: &mut [Finding],
    last: &LastMonth<'_>,
    prices: &mut PricesAsked,
    partners: &Partners,
) -> Result<(), PastError> {
    let stored: BTreeSet<Month> = inputs.history.months()?.into_iter().collect();
    for finding in findings.iter_mut().filter(|one| one.kind != FindingKind::PriceChanged) {
        let (month, so_far) = (inputs.month, finding.monthly_impact);
        finding.since = Some(Since { month, n_months: 1, so_far });
    }
    let mut open = OpenFindings::new(findings);
    open.carry_on(findings, last.month, &open.told(&last.reconciled));
    prices.take(last.month, prices.in_lines(last.lines));
    let counterparts = Counterparts::new(partners);
    let mut month = last.month.plus(-1);
    while !open.findings.is_empty() && stored.contains(&month) {
        let months: Vec<Month> = (0..MONTHS_AT_ONCE)
            .map(|back| month.plus(-back))
            .take_while(|month| stored.contains(month))
            .collect();
        let wanted = open.lines_wanted(findings, &counterparts);
        let rows = inputs.history.rows_of_lines(&months, &wanted)?;
        let told = |rows: &Vec<ExportRow>| {
            let lines = lines_of(rows);
            (open.told(&reconciled(rows, &lines, partners)), prices.in_lines(&lines))
        };
        let told: Vec<(Vec<DifferenceThen>, _)> = rows.par_iter().map(told).collect();
        for (&month, (told, found)) in months.iter().zip(told) {
            open.carry_on(findings, month, &told);
            prices.take(month, found);
        }
        month = month.plus(-MONTHS_AT_ONCE);
    }
    for finding in findings {
        if let Some(since) = finding.since.as_ref().filter(|since| since.n_months > 1) {
            let words = since.words(finding.currency);
            let mut letters = words.chars();
            let capital = letters.next().map(|first| first.to_ascii_uppercase());
            finding.why.push(' ');
            finding.why.extend(capital.into_iter().chain(letters));
            finding.why.push('.');
            finding.evidence.push(("Since".to_owned(), words));
        }
    }
    Ok(())
}

/// The findings whose run of months is unbroken so far.
struct OpenFindings {
    /// Their positions.
    findings: BTreeSet<usize>,
    /// Line → kinds and positions of its findings. Only looked up in.
    by_line: FxHashMap<LineKey, Vec<(FindingKind, usize)>>,
}

/// A difference of an earlier month: its money, and the positions of the findings it may be.
struct DifferenceThen {
    impact: Money,
    meant: BTreeSet<usize>,
}

impl OpenFindings {
    fn new(findings: &[Finding]) -> Self {
        let mut open = Self { findings: BTreeSet::new(), by_line: FxHashMap::default() };
        for (position, finding) in findings.iter().enumerate() {
            if finding.since.is_none() {
                continue;
            }
            open.findings.insert(position);
            for line in finding.lines.iter().filter(|line| line.is_here()) {
                open.by_line.entry(line.key()).or_default().push((finding.kind, position));
            }
        }
        open
    }

    /// The lines of open findings and all that their names lead to, so that groups are whole.
    fn lines_wanted(&self, findings: &[Finding], counterparts: &Counterparts) -> LinesWanted {
        let lines = self.findings.iter().flat_map(|&position| &findings[position].lines);
        let keys: FxHashSet<LineKey> = lines.map(FindingLine::key).collect();
        let mut wanted = LinesWanted::default();
        keys.iter().for_each(|key| wanted.extend(counterparts.of(key)));
        wanted.extend(keys);
        wanted
    }

    /// Adds a month to the findings it has too; the others are closed.
    fn carry_on(&mut self, findings: &mut [Finding], month: Month, told: &[DifferenceThen]) {
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        for DifferenceThen { impact, meant } in told {
            for position in meant.intersection(&self.findings) {
                let finding = &mut findings[*position];
                let same_money = finding.currency == impact.currency;
                if let Some(since) = finding.since.as_mut().filter(|_| same_money) {
                    if seen.insert(*position) {
                        since.month = month;
                        since.n_months += 1;
                    }
                    since.so_far += impact.cents();
                }
            }
        }
        self.findings = seen;
    }

    /// What an earlier month's differences are to the findings.
    fn told(&self, reconciled: &Reconciled<'_>) -> Vec<DifferenceThen> {
        let of_group = |compared: &Compared<'_>| {
            let told = |one: &Difference| {
                let known = own_keys(compared).filter_map(|key| self.by_line.get(key)).flatten();
                let meant = known.filter(|(kind, _)| *kind == one.kind);
                DifferenceThen {
                    impact: one.impact,
                    meant: meant.map(|(_, position)| *position).collect(),
                }
            };
            compared.differences.iter().map(told).collect::<Vec<_>>()
        };
        let told = reconciled.groups.iter().flat_map(of_group);
        told.filter(|difference| !difference.meant.is_empty()).collect()
    }
}

/// The lines that are a group's own: a bundle's PSA line is every part's.
pub(super) fn own_keys<'a>(compared: &'a Compared<'_>) -> impl Iterator<Item = &'a LineKey> {
    let group = &compared.group;
    let own = if group.bundled { Vec::new() } else { group.sold_alone() };
    group.vendor.iter().copied().chain(own).map(|line| &line.key)
}

/// What changed since the month before.
pub(super) fn since_last_month(
    inputs: &MonthInputs<'_>,
    last: &LastMonth<'_>,
    lines: &[Line],
    gone: Vec<GoneFinding>,
    partners: &Partners,
) -> SinceLastMonth {
    let (clients, prices) = super::month_changes::moves(inputs.rows, last.lines, lines, partners);
    SinceLastMonth { month: last.month, gone, clients, prices }
}
