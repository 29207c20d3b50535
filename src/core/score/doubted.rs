//! Doubts about the data → how likely a finding is, and why: the one place where they are counted.

use rayon::prelude::*;

use crate::domain::{Doubt, DoubtKind, Line};
use crate::doubts::{
    Doubts, FileInDoubt, LineTouched, MonthSeen, ProductUnits, RestsOn, Touch, files_in_doubt,
    mostly_missing, share_true, why,
};
use crate::run::{ComparedLine, Finding};

/// Doubts of one kind that are told one by one; of more, how many.
const TOLD: usize = 2;

/// What is doubtful about the data of a month.
pub(super) struct Doubtful {
    doubts: Doubts,
    /// Files of which much is in doubt.
    pub files: Vec<FileInDoubt>,
}

impl Doubtful {
    pub(super) fn of(seen: &MonthSeen<'_>) -> Self {
        let doubts = Doubts::of(seen);
        Self { files: files_in_doubt(seen, &doubts), doubts }
    }

    /// Makes every finding that rests on doubtful data as likely as such findings were true, and says what is
    /// doubtful. `before` are the lines of the month before, in the order of their keys.
    pub(super) fn weigh(
        &self,
        findings: &mut [Finding],
        lines: &[ComparedLine],
        before: Option<&[Line]>,
    ) {
        weigh(findings, lines, &self.doubts, before);
    }
}

fn weigh(
    findings: &mut [Finding],
    lines: &[ComparedLine],
    doubts: &Doubts,
    before: Option<&[Line]>,
) {
    let units = lines.iter().map(|line| ProductUnits {
        sku: &line.sku,
        bought: line.bought,
        billed: line.billed,
    });
    let of_products = mostly_missing(units);
    let touch = Touch::of(doubts, &of_products, before);
    findings.par_iter_mut().for_each(|finding| {
        let found = touch.on(&rests_on(finding));
        let worth = found.iter().map(|(doubt, grip)| share_true(doubt, *grip));
        let Some(least) = worth.reduce(|one, other| if other < one { other } else { one }) else {
            return;
        };
        let found: Vec<&Doubt> = found.iter().map(|(doubt, _)| &**doubt).collect();
        finding.probability = finding.probability.and(least);
        if !least.is_claim() {
            finding.probability = finding.probability.at_most_a_question();
            finding.right = None;
        }
        tell(finding, &found);
    });
}

fn rests_on(finding: &Finding) -> RestsOn<'_> {
    let lines = finding.lines.iter().map(|line| LineTouched {
        side: line.side,
        client: &line.client,
        sku: &line.sku,
        units: line.is_here().then(|| line.quantity()),
    });
    RestsOn {
        kind: finding.kind,
        twice_on: finding.twice_on,
        client: &finding.client,
        sku: &finding.sku,
        impact: finding.monthly_impact,
        lines: lines.collect(),
    }
}

fn tell(finding: &mut Finding, found: &[&Doubt]) {
    let mut kinds: Vec<DoubtKind> = found.iter().map(|doubt| doubt.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in &kinds {
        let own: Vec<&&Doubt> = found.iter().filter(|doubt| doubt.kind == *kind).collect();
        for doubt in own.iter().take(TOLD) {
            let why = why(doubt);
            if !finding.why.contains(&why) {
                finding.why.push(' ');
                finding.why.push_str(&why);
            }
        }
        if let Some(more) = own.len().checked_sub(TOLD).filter(|more| 0 < *more) {
            finding.why.push_str(&format!(" So it is with {more} more."));
        }
        let places = own.iter().map(|doubt| (label(doubt).to_owned(), doubt.at.clone()));
        finding.evidence.extend(places.filter(|(_, at)| !at.is_empty()));
    }
    finding.doubts = kinds;
}

/// What the place of a doubt is called among a finding's numbers.
fn label(doubt: &Doubt) -> &'static str {
    match doubt.kind {
        DoubtKind::Unreadable => "could not be read",
        _ => "in doubt",
    }
}
