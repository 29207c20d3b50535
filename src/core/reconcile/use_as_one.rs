//! Use that the vendor charges by its meters and the PSA bills as one line: compared in money.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::groups::Group;
use super::prices::mean_unit;
use crate::domain::{ExportRow, LineKind, Money, Quantity};

/// How a group's use is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseOf {
    /// It is no use, or its units are counted.
    Units,
    /// A month of use is one, whatever was used.
    Month,
}

/// Whether the vendor's lines are a month of use, and what that cost where it is to be counted as one unit.
pub(super) fn use_of(rows: &[ExportRow], group: &Group<'_>) -> (UseOf, Option<Money>) {
    let vendor = || group.vendor.iter().flat_map(|line| &line.rows).map(|&row_idx| &rows[row_idx]);
    if vendor().next().is_none() {
        return (UseOf::Units, None);
    }
    if vendor().all(|row| row.format.is_metered) {
        return (UseOf::Month, None);
    }
    let is_use = vendor().all(|row| row.kind != LineKind::FullPeriod)
        && vendor().any(|row| row.kind == LineKind::Usage);
    match billed_as_one(group).filter(|_| is_use) {
        Some(cost) => (UseOf::Month, Some(cost)),
        None => (UseOf::Units, None),
    }
}

/// What all the use costs, where one unit is billed whose price is nearer to that than to what a unit of use
/// costs.
fn billed_as_one(group: &Group<'_>) -> Option<Money> {
    let currency = group.vendor.first()?.key.currency;
    let lines = || group.vendor.iter().chain(&group.psa);
    let bought: Quantity = group.vendor.iter().map(|line| line.quantity).sum();
    let billed: Quantity = group.psa.iter().map(|line| line.quantity).sum();
    if group.bundled
        || !group.bundles.is_empty()
        || lines().any(|line| line.key.currency != currency)
        || billed.0 != Decimal::ONE
        || bought.0 == Decimal::ONE
    {
        return None;
    }
    let cost: Decimal = group.vendor.iter().map(|line| line.full_amount.amount).sum();
    let price = mean_unit(&group.sold_alone())?.amount.to_f64()?;
    let unit = mean_unit(&group.vendor)?.amount.to_f64()?;
    let all = cost.to_f64()?;
    let apart = |other: f64| (price / other).ln().abs();
    let is_known = 0.0 < price && 0.0 < unit && 0.0 < all;
    (is_known && apart(all) < apart(unit)).then_some(Money::new(cost, currency))
}
