//! The price of a unit over several lines.

use rust_decimal::Decimal;

use crate::domain::{Line, Money};

/// The quantity-weighted mean unit of some lines, in the currency of the first that has one; lines in
/// another currency are left out.
pub(super) fn mean_unit(lines: &[&Line]) -> Option<Money> {
    let first = lines.iter().find_map(|line| line.unit)?;
    let priced = || {
        let units = lines.iter().filter_map(|line| Some((line.quantity.0, line.unit?)));
        units.filter(|(_, unit)| unit.currency == first.currency)
    };
    let weight: Decimal = priced().map(|(units, _)| units).sum();
    if weight.is_zero() || priced().all(|(_, unit)| unit.amount == first.amount) {
        return Some(first);
    }
    let total: Decimal = priced().map(|(units, unit)| units * unit.amount).sum();
    Some(Money::new(total / weight, first.currency))
}

/// A unit price without the noise of a division: eight decimal places.
pub(super) fn tidy(amount: Decimal) -> Decimal {
    amount.round_dp(8).normalize()
}
