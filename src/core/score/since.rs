//! This month beside the months before: since when a difference is there, and what changed.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::MonthInputs;
use super::counterparts::Counterparts;
use crate::domain::{ExportRow, FindingKind, Line, LineKey, Money, Month};
use crate::months::LinesWanted;
use crate::reconcile::{
    Compared, Difference, Partners, PriceBook, Reconciled, reconcile_in_numbers,
};
use crate::run::{Finding, FindingLine, GoneFinding, Since, SinceLastMonth};

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

/// The findings whose run of months is unbroken so far.
pub(super) struct OpenFindings {
    /// Their positions.
    findings: BTreeSet<usize>,
    /// Line → kinds and positions of its findings. Only looked up in.
    by_line: FxHashMap<LineKey, Vec<(FindingKind, usize)>>,
}

/// A difference of an earlier month: its money, and the positions of the findings it may be.
pub(super) struct DifferenceThen {
    impact: Money,
    meant: BTreeSet<usize>,
}

impl OpenFindings {
    /// All of this month; a price is compared with the month before it, and is no state that lasts.
    pub(super) fn new(month: Month, findings: &mut [Finding]) -> Self {
        let mut open = Self { findings: BTreeSet::new(), by_line: FxHashMap::default() };
        for (position, finding) in findings.iter_mut().enumerate() {
            if finding.kind == FindingKind::PriceChanged {
                continue;
            }
            let so_far = finding.monthly_impact;
            finding.since = Some(Since { month, n_months: 1, so_far });
            open.findings.insert(position);
            for line in finding.lines.iter().filter(|line| line.is_here()) {
                open.by_line.entry(line.key()).or_default().push((finding.kind, position));
            }
        }
        open
    }

    /// The lines of open findings and all that their names lead to, so that groups are whole.
    pub(super) fn want(
        &self,
        findings: &[Finding],
        counterparts: &Counterparts,
        wanted: &mut LinesWanted,
    ) {
        let lines = self.findings.iter().flat_map(|&position| &findings[position].lines);
        let keys: FxHashSet<LineKey> = lines.map(FindingLine::key).collect();
        keys.iter().for_each(|key| wanted.extend(counterparts.of(key)));
        wanted.extend(keys);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Adds a month to the findings it has too; the others are closed.
    pub(super) fn carry_on(
        &mut self,
        findings: &mut [Finding],
        month: Month,
        told: &[DifferenceThen],
    ) {
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
    pub(super) fn told(&self, reconciled: &Reconciled<'_>) -> Vec<DifferenceThen> {
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

/// Writes into the findings that lasted since when they do.
pub(super) fn tell_since(findings: &mut [Finding]) {
    for finding in findings {
        if let Some(since) = finding.since.as_ref().filter(|since| since.n_months > 1) {
            let words = since.words(finding.kind, finding.currency);
            let mut letters = words.chars();
            let capital = letters.next().map(|first| first.to_ascii_uppercase());
            finding.why.push(' ');
            finding.why.extend(capital.into_iter().chain(letters));
            finding.why.push('.');
            finding.evidence.push(("Since".to_owned(), words));
        }
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
