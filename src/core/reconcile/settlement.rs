//! Prorations, credits and the halves of a change, recomputed.
//!
//! Such rows count money and no units. Each is computed anew from the price of a whole period and the days
//! it names; what agrees within a cent is explained and is no difference. What does not agree is one: the
//! vendor charges another price for these days than for the others, so it is told as
//! [`crate::domain::FindingKind::PriceChanged`], with the money that is too much or too little.
//!
//! A vendor whose rule is another than ours must not fill the list with false claims, so how likely such a
//! difference is real is learned from the file itself: of `n` recomputed rows of its kind of which `a`
//! agree, (a + 1) / (n + 2). And what this month costs says nothing of the month before: without that
//! month, a row for days before is wrong only where the price is known to have stayed.
//!
//! Source: the rule of succession (Laplace 1814).

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use rayon::prelude::*;

use super::duplicates::said;
use super::finding_types::{Settlement, SettlementVerdict};
use super::price_book::{Charge, LastDay, PriceBook};
use super::proration::{self, Base, PeriodShare, agrees, due, share};
use super::repeats::mark_repeats;
use super::settlement_words as words;
use crate::domain::{ExportFormat, ExportRow, LineKey, LineKind, Money, Probability};

/// Recomputes every proration, credit and change among some rows, in the order of their first rows.
pub fn settlements(rows: &[ExportRow], last_month: &PriceBook) -> Vec<Settlement> {
    let this_month = PriceBook::of(rows);
    settled_with(rows, [last_month, &this_month])
}

pub(super) fn settled_with(rows: &[ExportRow], books: [&PriceBook; 2]) -> Vec<Settlement> {
    let mut changes: BTreeMap<ChangeKey<'_>, Vec<usize>> = BTreeMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (row_idx, row) in rows.iter().enumerate() {
        if !row.is_compared() || row.client.0.is_empty() {
            continue;
        }
        if row.is_half_of_change() {
            changes.entry(change_key(row)).or_default().push(row_idx);
        } else if matches!(row.kind, LineKind::Proration | LineKind::Credit)
            || proration::prorated(row).is_some()
        {
            groups.push(vec![row_idx]);
        }
    }
    for halves in changes.into_values() {
        groups.extend(changes_of(rows, halves));
    }
    groups.sort_unstable();
    let mut settled: Vec<(Settlement, PriceFrom)> =
        groups.into_par_iter().map(|group| settled(rows, group, books)).collect();
    leave_out_unknown_prices(rows, &mut settled, books);
    let mut settled: Vec<Settlement> = settled.into_iter().map(|(one, _)| one).collect();
    mark_repeats(rows, &mut settled, books);
    weigh(rows, &mut settled);
    settled
}

/// Only one refund and one charge are one change for certain, also where all of it stands there again.
fn changes_of(rows: &[ExportRow], halves: Vec<usize>) -> Vec<Vec<usize>> {
    let is_refund = |row_idx: &usize| rows[*row_idx].amount.amount.is_sign_negative();
    let (refunds, charges): (Vec<usize>, Vec<usize>) =
        halves.iter().partition(|idx| is_refund(idx));
    let all_alike = |rows_alike: &[usize]| {
        rows_alike.windows(2).all(|pair| said(&rows[pair[0]]) == said(&rows[pair[1]]))
    };
    if refunds.len() == charges.len() && all_alike(&refunds) && all_alike(&charges) {
        let pair = |(refund, charge): (usize, usize)| vec![refund.min(charge), refund.max(charge)];
        return refunds.into_iter().zip(charges).map(pair).collect();
    }
    halves.into_iter().map(|half| vec![half]).collect()
}

/// Where the price comes from that a row was recomputed with, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PriceFrom {
    /// The line's own charge for those days or the month they lie in, or the row itself.
    Itself,
    /// The line's own charge for a later period.
    Later,
    /// What others pay for the SKU.
    Others,
}

/// A row for days before this month's charge began is not recomputed where it disagrees and nothing says
/// that the price was the same then: last month's charge for the SKU, or another row like it that agrees.
fn leave_out_unknown_prices(
    rows: &[ExportRow],
    settled: &mut [(Settlement, PriceFrom)],
    [last, this]: [&PriceBook; 2],
) {
    let sku = |one: &Settlement| (one.line.side, one.line.sku.clone(), one.line.currency);
    let confirmed: BTreeSet<_> = settled
        .iter()
        .filter(|(one, from)| one.verdict == SettlementVerdict::Agrees && *from == PriceFrom::Later)
        .map(|(one, _)| sku(one))
        .collect();
    for (one, from) in settled.iter_mut() {
        let mut before = last.others_pay(&one.line);
        let is_old = before.any(|unit| this.charges(&one.line).iter().any(|now| now.unit == unit));
        let stayed = is_old || confirmed.contains(&sku(one));
        if one.verdict != SettlementVerdict::Differs || *from != PriceFrom::Later || stayed {
            continue;
        }
        one.verdict = SettlementVerdict::NotRecomputed;
        one.why = words::price_unknown(rows, &one.rows, one.charged, one.due);
        one.due = None;
    }
}

/// Subscription or line, reference, and span of days: the halves of one change have the same.
type ChangeKey<'a> =
    (&'a str, &'a str, &'a str, &'a str, [Option<jiff::civil::Date>; 2], crate::domain::Currency);

fn change_key(row: &ExportRow) -> ChangeKey<'_> {
    (
        &row.client.0,
        &row.sku.0,
        row.agreement.as_deref().unwrap_or_default(),
        row.reference.as_deref().unwrap_or_default(),
        [row.period_start, row.period_end],
        row.amount.currency,
    )
}

fn settled(
    rows: &[ExportRow],
    group: Vec<usize>,
    books: [&PriceBook; 2],
) -> (Settlement, PriceFrom) {
    let line = LineKey::of(&rows[group[0]]);
    if let Some(addition) = proration::prorated(&rows[group[0]]) {
        return (settled_addition(rows, group, line, &addition), PriceFrom::Itself);
    }
    let parts: Vec<Recomputed> =
        group.iter().map(|&idx| recomputed(&rows[idx], &line, books)).collect();
    let charged: rust_decimal::Decimal = group.iter().map(|&idx| rows[idx].amount.amount).sum();
    let charged = Money::new(charged, line.currency);
    let due: Option<rust_decimal::Decimal> =
        parts.iter().map(|part| part.due.map(|due| due.amount)).sum();
    let due = due.map(|due| Money::new(due, line.currency));
    // A part that agrees bears its price out.
    let unproven = parts.iter().filter(|part| !part.agrees).map(|part| part.from).max();
    let from = unproven.or(parts.iter().map(|part| part.from).max()).unwrap_or(PriceFrom::Itself);
    let verdict = match due {
        None => SettlementVerdict::NotRecomputed,
        Some(due) if agrees(due, charged) => SettlementVerdict::Agrees,
        // What others pay may not be what this client pays.
        Some(_) if from == PriceFrom::Others => SettlementVerdict::NotRecomputed,
        Some(_) => SettlementVerdict::Differs,
    };
    let due = due.filter(|_| verdict != SettlementVerdict::NotRecomputed);
    let how = parts.iter().find_map(|part| part.how);
    let why = words::why(rows, &group, (charged, due), how);
    let kind = match rows[group[0]].kind {
        LineKind::Credit => LineKind::Credit,
        _ => LineKind::Proration,
    };
    let probability = Probability::NEVER;
    (
        Settlement {
            line,
            rows: group,
            kind,
            charged,
            due,
            verdict,
            why,
            probability,
            repeats: None,
        },
        from,
    )
}

/// An addition of the PSA that came into force inside a month: what its first bill is by days.
fn settled_addition(
    rows: &[ExportRow],
    group: Vec<usize>,
    line: LineKey,
    addition: &proration::Prorated,
) -> Settlement {
    let (charged, due) = (addition.charged, addition.due);
    let verdict = match agrees(due, charged) {
        true => SettlementVerdict::Agrees,
        false => SettlementVerdict::Differs,
    };
    let why = words::why(rows, &group, (charged, Some(due)), Some((addition.base, addition.share)));
    Settlement {
        line,
        rows: group,
        kind: LineKind::Proration,
        charged,
        due: Some(due),
        verdict,
        why,
        probability: Probability::NEVER,
        repeats: None,
    }
}

/// One row, recomputed.
struct Recomputed {
    due: Option<Money>,
    how: Option<(Base, PeriodShare)>,
    from: PriceFrom,
    agrees: bool,
}

/// Tries the prices a row may have been computed from, the likeliest first, and keeps the first that
/// agrees; else the surest there is.
fn recomputed(row: &ExportRow, line: &LineKey, books: [&PriceBook; 2]) -> Recomputed {
    let nothing = Recomputed { due: None, how: None, from: PriceFrom::Itself, agrees: false };
    if row.quantity.is_zero() {
        // No units at no charge need no price.
        let due = row.amount.amount.is_zero().then_some(row.amount);
        return Recomputed { due, ..nothing };
    }
    let mut first = None;
    for (base, from) in bases(row, line, books) {
        let Some(share) = share(row, &base) else { continue };
        let Some(due) = due(row, &base, &share) else { continue };
        let agrees = agrees(due, row.amount);
        let found = Recomputed { due: Some(due), how: Some((base, share)), from, agrees };
        if agrees {
            return found;
        }
        if first.as_ref().is_none_or(|first: &Recomputed| found.from < first.from) {
            first = Some(found);
        }
    }
    // Units at no charge that is more than a cent are a gift nobody can compute.
    first.filter(|_| !row.amount.amount.is_zero()).unwrap_or(nothing)
}

fn bases(row: &ExportRow, line: &LineKey, [last, this]: [&PriceBook; 2]) -> Vec<(Base, PriceFrom)> {
    // The change was made at the price of its own month, which is most often the last.
    let is_later = |charge: &Charge| match (charge.period, row.period_start) {
        // The row may say itself that its whole period costs as much.
        (Some((months, begins, _)), Some(day)) => {
            let whole = charge.unit.amount * rust_decimal::Decimal::from(months);
            day < begins && row.list_unit.is_none_or(|list| list.amount != whole)
        }
        _ => true,
    };
    let of_this = |charge| match is_later(charge) {
        true => (charge, PriceFrom::Later),
        false => (charge, PriceFrom::Itself),
    };
    let of_last = last.charges(line).iter().map(|charge| (charge, PriceFrom::Itself));
    let charges: Vec<_> = of_last.chain(this.charges(line).iter().map(of_this)).collect();
    let is_same =
        |agreement: &Option<CompactString>| agreement.is_some() && *agreement == row.agreement;
    let (own, rest): (Vec<_>, Vec<_>) =
        charges.into_iter().partition(|(charge, _)| is_same(&charge.agreement));
    let mut bases: Vec<(Base, PriceFrom)> =
        own.into_iter().chain(rest).map(|(charge, from)| (Base::of(charge), from)).collect();
    if let Some(unit) = row.list_unit {
        for months in [1, 12] {
            let unit = Money::new(unit.amount / rust_decimal::Decimal::from(months), unit.currency);
            bases.push((Base { unit, months, begins: None }, PriceFrom::Itself));
        }
    }
    let monthly = |unit| Base { unit, months: 1, begins: None };
    let others = [last, this].into_iter().flat_map(|book| book.others_pay(line));
    bases.extend(others.map(|unit| (monthly(unit), PriceFrom::Others)));
    // A change begun and undone within a month of the calendar.
    let calendar = row.period_start.map(|day| (day.first_of_month(), LastDay::Counted));
    let open: Vec<(Base, PriceFrom)> = bases
        .iter()
        .filter(|(base, _)| base.begins.is_none())
        .map(|&(base, from)| (Base { begins: calendar, ..base }, from))
        .collect();
    bases.extend(open);
    bases
}

/// How likely each difference is real: what agrees in the same files says how well the rule is known.
fn weigh(rows: &[ExportRow], settled: &mut [Settlement]) {
    let of = |one: &Settlement| (rows[one.rows[0]].side, rows[one.rows[0]].format, one.kind);
    let mut counts: BTreeMap<(crate::domain::Side, &ExportFormat, LineKind), (u32, u32)> =
        BTreeMap::new();
    let is_rule =
        |one: &Settlement| one.verdict != SettlementVerdict::NotRecomputed && one.repeats.is_none();
    for one in settled.iter().filter(|one| is_rule(one)) {
        let (agree, all) = counts.entry(of(one)).or_default();
        *agree += u32::from(one.verdict == SettlementVerdict::Agrees);
        *all += 1;
    }
    let differs =
        |one: &&mut Settlement| one.verdict == SettlementVerdict::Differs && one.repeats.is_none();
    for one in settled.iter_mut().filter(differs) {
        let (agree, all) = counts[&of(one)];
        one.probability = Probability::clamped(f64::from(agree + 1) / f64::from(all + 2));
    }
}
