//! The months before the last: each is read once for all that is asked of it.
//!
//! They are compared anew with today's names, so that a name answered since then is no change. Only the lines are
//! read of findings whose run of months is unbroken, and those that somebody decided to have fixed.

use rayon::prelude::*;

use super::MonthInputs;
use super::at_price::{PricesAsked, PricesSeen};
use super::counterparts::Counterparts;
use super::recovered::{Fixes, Followed, Seen, seen};
use super::since::{DifferenceThen, LastMonth, OpenFindings, reconciled, tell_since};
use crate::domain::{Month, lines_of};
use crate::months::{LinesWanted, PastError};
use crate::reconcile::Partners;
use crate::run::Finding;

/// Months read side by side.
const MONTHS_AT_ONCE: usize = 2;

/// Says of every finding since when it is there, and gives the differences of the months from the first that
/// somebody decided about to the one before the last, the oldest first. Where the month before this one is not
/// stored, nothing is said of findings.
///
/// # Errors
///
/// [`PastError`] when an earlier month cannot be read.
pub(super) fn look_back(
    inputs: &MonthInputs<'_>,
    (findings, prices): (&mut [Finding], &mut PricesAsked),
    fixes: &Fixes,
    last: Option<&LastMonth<'_>>,
    partners: &Partners,
) -> Result<Vec<(Month, Vec<Seen>)>, PastError> {
    let open = last.map(|last| {
        let mut open = OpenFindings::new(inputs.month, findings);
        open.carry_on(findings, last.month, &open.told(&last.reconciled));
        prices.take(last.month, prices.in_lines(last.lines));
        open
    });
    let until = last.map_or(inputs.month, |last| last.month);
    let mut stored = inputs.history.months()?;
    stored.retain(|month| *month < until);
    let first = fixes.first().unwrap_or(until);
    let (long_ago, decided) = stored.split_at(stored.partition_point(|month| *month < first));
    let past = Past { inputs, partners, counterparts: Counterparts::new(partners) };
    let looked_at = past.follow(decided, fixes, findings, (open.as_ref(), prices))?;

    let mut earlier = Vec::new();
    let mut unbroken = Unbroken { open, next: until.plus(-1) };
    for (month, Looked { told, seen }) in looked_at.into_iter().rev() {
        unbroken.take(month, told, findings, prices);
        earlier.push((month, seen));
    }
    past.go_back(long_ago, unbroken, findings, prices)?;
    tell_since(findings);
    earlier.reverse();
    Ok(earlier)
}

/// What an earlier month says of the findings, and of prices that are asked for.
type Told = (Vec<DifferenceThen>, PricesSeen);

/// What is seen in an earlier month.
struct Looked {
    told: Option<Told>,
    seen: Vec<Seen>,
}

/// The findings that every month so far has too, and the month that is to tell of them.
struct Unbroken {
    open: Option<OpenFindings>,
    next: Month,
}

impl Unbroken {
    /// Goes one month back. After a month that is not stored, nobody knows whether a finding was there.
    fn take(
        &mut self,
        month: Month,
        told: Option<Told>,
        findings: &mut [Finding],
        prices: &mut PricesAsked,
    ) {
        let next = std::mem::replace(&mut self.next, month.plus(-1));
        self.open = self.open.take().filter(|open| month == next && !open.is_empty());
        if let (Some(open), Some((told, priced))) = (&mut self.open, told) {
            open.carry_on(findings, month, &told);
            prices.take(month, priced);
        }
    }
}

/// The months before the last, compared with today's names.
struct Past<'a> {
    inputs: &'a MonthInputs<'a>,
    partners: &'a Partners,
    counterparts: Counterparts,
}

impl Past<'_> {
    /// Months since the first decision, the oldest first: of what was decided then only what is still there is
    /// followed into the next.
    fn follow(
        &self,
        months: &[Month],
        fixes: &Fixes,
        findings: &[Finding],
        asked: (Option<&OpenFindings>, &PricesAsked),
    ) -> Result<Vec<(Month, Looked)>, PastError> {
        let mut of_findings = LinesWanted::default();
        if let (Some(open), _) = asked {
            open.want(findings, &self.counterparts, &mut of_findings);
        }
        let mut followed = Followed::new(fixes);
        let mut looked = Vec::with_capacity(months.len());
        for months in months.chunks(MONTHS_AT_ONCE) {
            months.iter().for_each(|month| followed.begin(*month));
            let mut wanted = of_findings.clone();
            followed.want(&self.counterparts, &mut wanted);
            let together = self.look(months, &wanted, asked)?;
            if let Some(newest) = together.last() {
                followed.carry_on(&self.counterparts, &newest.seen);
            }
            looked.extend(months.iter().copied().zip(together));
        }
        Ok(looked)
    }

    /// Months before any decision, the newest first, as long as a finding's run of months is unbroken.
    fn go_back(
        &self,
        months: &[Month],
        mut unbroken: Unbroken,
        findings: &mut [Finding],
        prices: &mut PricesAsked,
    ) -> Result<(), PastError> {
        for months in months.rchunks(MONTHS_AT_ONCE) {
            let Some(open) = unbroken.open.as_ref().filter(|open| !open.is_empty()) else { break };
            let mut wanted = LinesWanted::default();
            open.want(findings, &self.counterparts, &mut wanted);
            let looked = self.look(months, &wanted, (Some(open), prices))?;
            for (&month, Looked { told, .. }) in months.iter().zip(looked).rev() {
                unbroken.take(month, told, findings, prices);
            }
        }
        Ok(())
    }

    /// Reads the lines that are wanted of some months.
    fn look(
        &self,
        months: &[Month],
        wanted: &LinesWanted,
        (open, prices): (Option<&OpenFindings>, &PricesAsked),
    ) -> Result<Vec<Looked>, PastError> {
        let rows = self.inputs.history.rows_of_lines(months, wanted)?;
        let looked = rows.par_iter().map(|rows| {
            let lines = lines_of(rows);
            let then = reconciled(rows, &lines, self.partners);
            let told = open.map(|open| (open.told(&then), prices.in_lines(&lines)));
            Looked { told, seen: seen(&then) }
        });
        Ok(looked.collect())
    }
}
