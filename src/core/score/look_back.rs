//! The months before the last: each is read once for all that is asked of it.
//!
//! They are compared anew with today's names, so that a name answered since then is no change. Only the lines are
//! read of findings whose run of months is unbroken, and those that somebody decided to have fixed.

use rayon::prelude::*;

use super::MonthInputs;
use super::at_price::PricesAsked;
use super::counterparts::Counterparts;
use super::recovered::{Fixes, Seen, seen};
use super::since::{LastMonth, OpenFindings, reconciled, tell_since};
use crate::domain::{Month, lines_of};
use crate::months::{LinesWanted, PastError};
use crate::reconcile::Partners;
use crate::run::Finding;

/// Months read side by side: what is open in one month is mostly open in the months before it.
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
    let counterparts = Counterparts::new(partners);
    let mut open = last.map(|last| {
        let mut open = OpenFindings::new(inputs.month, findings);
        open.carry_on(findings, last.month, &open.told(&last.reconciled));
        prices.take(last.month, prices.in_lines(last.lines));
        open
    });
    let until = last.map_or(inputs.month, |last| last.month);
    let mut stored = inputs.history.months()?;
    stored.retain(|month| *month < until);
    stored.reverse();
    let mut next = until.plus(-1);
    let mut earlier = Vec::new();
    for months in stored.chunks(MONTHS_AT_ONCE) {
        // After a month that is not stored, nobody knows whether a finding was there.
        let unbroken =
            (0_i32..).zip(months).take_while(|(back, month)| next.plus(-back) == **month);
        open = open.filter(|open| !open.is_empty());
        let n_told = if open.is_some() { unbroken.count() } else { 0 };
        let is_decided = |month: &&Month| fixes.first.is_some_and(|first| first <= **month);
        let n_followed = months.iter().take_while(is_decided).count();
        let months = &months[..n_told.max(n_followed)];
        if months.is_empty() {
            break;
        }
        let mut wanted = if n_followed > 0 { fixes.wanted.clone() } else { LinesWanted::default() };
        if let Some(open) = open.as_ref().filter(|_| n_told > 0) {
            open.want(findings, &counterparts, &mut wanted);
        }
        let rows = inputs.history.rows_of_lines(months, &wanted)?;
        let looked_at = rows.par_iter().enumerate().map(|(idx, rows)| {
            let lines = lines_of(rows);
            let then = reconciled(rows, &lines, partners);
            let told = open.as_ref().filter(|_| idx < n_told);
            let told = told.map(|open| (open.told(&then), prices.in_lines(&lines)));
            (told, (idx < n_followed).then(|| seen(&then)))
        });
        let looked_at: Vec<_> = looked_at.collect();
        for (&month, (told, seen)) in months.iter().zip(looked_at) {
            if let (Some((told, priced)), Some(open)) = (told, &mut open) {
                open.carry_on(findings, month, &told);
                prices.take(month, priced);
            }
            earlier.extend(seen.map(|seen| (month, seen)));
            next = month.plus(-1);
        }
        if n_told < months.len() {
            open = None;
        }
    }
    tell_since(findings);
    earlier.reverse();
    Ok(earlier)
}
