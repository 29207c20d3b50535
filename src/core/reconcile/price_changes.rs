//! What a unit costs otherwise than last month.
//!
//! Several unit costs on one line count as their quantity-weighted mean. Where the rows tell the term,
//! last month's costs are weighted with this month's quantities, term by term: seats that move from the
//! monthly to the annual term change what the line costs and are no change of price.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::price_book::{Charge, PriceBook, mean};
use super::prices::tidy;
use crate::domain::{ExportRow, Line, LineKind, Money};

/// One vendor line that costs something else than last month.
pub(super) struct PriceChange<'a> {
    pub line: &'a Line,
    pub before: Money,
    pub now: Money,
    /// Of one unit; positive when it costs more.
    pub change: Decimal,
}

/// How a line's unit cost changed; `None` where it did not, or where there is nothing to compare.
pub(super) fn price_change<'l>(
    rows: &[ExportRow],
    line: &'l Line,
    books: [&PriceBook; 2],
) -> Option<PriceChange<'l>> {
    let [last_month, this_month] = books;
    let is_usage = |row_idx: &usize| rows[*row_idx].kind == LineKind::Usage;
    let now = line.unit?;
    if !line.quantity.is_positive() || line.rows.iter().any(is_usage) {
        return None;
    }
    let before = last_month.charges(&line.key);
    let unit_before = last_month.unit(&line.key)?;
    let change = match by_term(before, this_month.charges(&line.key)) {
        Some(change) => change,
        None => tidy(now.amount) - tidy(unit_before.amount),
    };
    let before = Money::new(now.amount - change, now.currency);
    let differs = !change.is_zero() && unit_before.currency == now.currency;
    differs.then_some(PriceChange { line, before, now, change })
}

/// The change of one unit, each term compared with itself and weighted with this month's units. `None`
/// where a charge does not tell its term, or where both months have the same single one.
fn by_term(before: &[Charge], now: &[Charge]) -> Option<Decimal> {
    let (before, now) = (terms(before)?, terms(now)?);
    if now.len() == 1 && before.keys().eq(now.keys()) {
        return None;
    }
    let units: Decimal = now.values().flatten().map(|one| one.units.0).sum();
    let changes = now.iter().filter_map(|(term, charges)| {
        let unit = |charges: &[&Charge]| {
            let owned: Vec<Charge> = charges.iter().map(|one| (*one).clone()).collect();
            mean(&owned)
        };
        let change = unit(charges)?.amount - unit(before.get(term)?)?.amount;
        let units: Decimal = charges.iter().map(|one| one.units.0).sum();
        Some(change * units)
    });
    changes.sum::<Decimal>().checked_div(units).map(tidy)
}

fn terms(charges: &[Charge]) -> Option<BTreeMap<&str, Vec<&Charge>>> {
    let mut terms: BTreeMap<&str, Vec<&Charge>> = BTreeMap::new();
    for charge in charges {
        terms.entry(charge.term.as_deref()?).or_default().push(charge);
    }
    Some(terms)
}
