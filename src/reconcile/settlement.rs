//! Prorations, credits and the halves of a change, recomputed.
//!
//! Such rows count money and no units. Each is computed anew from the price of a whole period and the days
//! it names; what agrees within a cent is explained and is no difference. What does not agree is one: the
//! vendor charges another price for these days than for the others, so it is told as
//! [`crate::domain::FindingKind::PriceChanged`], with the money that is too much or too little.
//!
//! A vendor whose rule is another than ours must not fill the list with false claims, so how likely such a
//! difference is real is learned from the file itself: of `n` recomputed rows of its kind of which `a`
//! agree, (a + 1) / (n + 2).
//!
//! Source: the rule of succession (Laplace 1814).

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::price_book::{LastDay, PriceBook};
use super::proration::{Base, Share, agrees, due, share};
use super::settlement_words as words;
use crate::domain::{ExportFormat, ExportRow, LineKey, LineKind, Money, Probability};

/// What became of recomputing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettlementVerdict {
    /// What is charged is what the rule gives, within a cent.
    Agrees,
    /// It is not.
    Differs,
    /// Nothing says what it should be.
    NotRecomputed,
}

impl SettlementVerdict {
    /// The word in `explained.csv`: `agrees`, `differs`, `not_recomputed`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::NotRecomputed => "not_recomputed",
        }
    }
}

/// One charge or credit that counts money and no units, recomputed.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The line it belongs to.
    pub line: LineKey,
    /// Its row, or the refund and the charge of one change, in file order.
    pub rows: Vec<usize>,
    /// Proration or credit; a change of seats is a proration.
    pub kind: LineKind,
    /// What the file says.
    pub charged: Money,
    /// What the rule gives.
    pub due: Option<Money>,
    /// Whether the two agree.
    pub verdict: SettlementVerdict,
    /// How it was recomputed, in a sentence.
    pub why: String,
    /// For one that differs: that the difference is real.
    pub probability: Probability,
}

impl Settlement {
    /// Charged less due; nothing where it was not recomputed.
    pub fn gap(&self) -> Money {
        let due = self.due.map_or(self.charged.amount, |due| due.amount);
        Money::new(self.charged.amount - due, self.charged.currency)
    }
}

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
        } else if matches!(row.kind, LineKind::Proration | LineKind::Credit) {
            groups.push(vec![row_idx]);
        }
    }
    for halves in changes.into_values() {
        let n_refunds =
            halves.iter().filter(|&&idx| rows[idx].amount.amount.is_sign_negative()).count();
        // Only one refund and one charge are one change for certain.
        match (halves.len(), n_refunds) {
            (2, 1) => groups.push(halves),
            _ => groups.extend(halves.into_iter().map(|half| vec![half])),
        }
    }
    groups.sort_unstable();
    let mut settled: Vec<Settlement> =
        groups.into_par_iter().map(|group| settled(rows, group, books)).collect();
    weigh(rows, &mut settled);
    settled
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

fn settled(rows: &[ExportRow], group: Vec<usize>, books: [&PriceBook; 2]) -> Settlement {
    let line = LineKey::of(&rows[group[0]]);
    let parts: Vec<Recomputed> =
        group.iter().map(|&idx| recomputed(&rows[idx], &line, books)).collect();
    let charged: rust_decimal::Decimal = group.iter().map(|&idx| rows[idx].amount.amount).sum();
    let charged = Money::new(charged, line.currency);
    let due: Option<rust_decimal::Decimal> =
        parts.iter().map(|part| part.due.map(|due| due.amount)).sum();
    let due = due.map(|due| Money::new(due, line.currency));
    let verdict = match due {
        None => SettlementVerdict::NotRecomputed,
        Some(due) if agrees(due, charged) => SettlementVerdict::Agrees,
        // What others pay may not be what this client pays.
        Some(_) if parts.iter().any(|part| !part.is_own_price) => SettlementVerdict::NotRecomputed,
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
    Settlement { line, rows: group, kind, charged, due, verdict, why, probability }
}

/// One row, recomputed.
struct Recomputed {
    due: Option<Money>,
    how: Option<(Base, Share)>,
    /// The price is this line's own, not only what others pay for the SKU.
    is_own_price: bool,
}

/// Tries the prices a row may have been computed from, the likeliest first, and keeps the first that
/// agrees; else the first there is.
fn recomputed(row: &ExportRow, line: &LineKey, books: [&PriceBook; 2]) -> Recomputed {
    let nothing = Recomputed { due: None, how: None, is_own_price: false };
    if row.amount.amount.is_zero() {
        // No units at no charge need no price; units at no charge are a gift nobody can compute.
        let due = row.quantity.is_zero().then_some(row.amount);
        return Recomputed { due, ..nothing };
    }
    if row.quantity.is_zero() {
        return nothing;
    }
    let mut first = None;
    for (base, is_own_price) in bases(row, line, books) {
        let Some(share) = share(row, &base) else { continue };
        let Some(due) = due(row, &base, &share) else { continue };
        let found = Recomputed { due: Some(due), how: Some((base, share)), is_own_price };
        if agrees(due, row.amount) {
            return found;
        }
        first = first.or(Some(found));
    }
    first.unwrap_or(nothing)
}

fn bases(row: &ExportRow, line: &LineKey, books: [&PriceBook; 2]) -> Vec<(Base, bool)> {
    // The change was made at the price of its own month, which is most often the last.
    let charges = || books.iter().flat_map(|book| book.charges(line));
    let is_same = |agreement: &Option<String>| agreement.is_some() && *agreement == row.agreement;
    let own = charges().filter(|charge| is_same(&charge.agreement));
    let rest = charges().filter(|charge| !is_same(&charge.agreement));
    let mut bases: Vec<(Base, bool)> =
        own.chain(rest).map(|charge| (Base::of(charge), true)).collect();
    if let Some(unit) = row.list_unit {
        for months in [1, 12] {
            let unit = Money::new(unit.amount / rust_decimal::Decimal::from(months), unit.currency);
            bases.push((Base { unit, months, begins: None }, true));
        }
    }
    let monthly = |unit| Base { unit, months: 1, begins: None };
    let others = books.iter().flat_map(|book| book.others_pay(line));
    bases.extend(others.map(|unit| (monthly(unit), false)));
    // A change begun and undone within a month of the calendar.
    let calendar = row.period_start.map(|day| (day.first_of_month(), LastDay::Counted));
    let open: Vec<(Base, bool)> = bases
        .iter()
        .filter(|(base, _)| base.begins.is_none())
        .map(|&(base, is_own)| (Base { begins: calendar, ..base }, is_own))
        .collect();
    bases.extend(open);
    bases
}

/// How likely each difference is real: what agrees in the same files says how well the rule is known.
fn weigh(rows: &[ExportRow], settled: &mut [Settlement]) {
    let of = |one: &Settlement| (rows[one.rows[0]].side, rows[one.rows[0]].format, one.kind);
    let mut counts: BTreeMap<(crate::domain::Side, ExportFormat, LineKind), (u32, u32)> =
        BTreeMap::new();
    for one in settled.iter().filter(|one| one.verdict != SettlementVerdict::NotRecomputed) {
        let (agree, all) = counts.entry(of(one)).or_default();
        *agree += u32::from(one.verdict == SettlementVerdict::Agrees);
        *all += 1;
    }
    for one in settled.iter_mut().filter(|one| one.verdict == SettlementVerdict::Differs) {
        let (agree, all) = counts[&of(one)];
        one.probability = Probability::clamped(f64::from(agree + 1) / f64::from(all + 2));
    }
}
