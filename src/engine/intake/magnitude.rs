//! Whether everything that a month's rows are multiplied and added to is held by an exact number: 28 digits.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::IntakeError;
use seatdrift_core::domain::ExportRow;

/// The largest product of all units and the highest price. A year of it, over all clients, on both sides and for
/// every month that a difference has been there, is a thousandth of what a decimal holds.
const MOST: f64 = 1e24;

/// Passes for rows of which no sum or product is more than an exact number holds.
///
/// # Errors
///
/// [`IntakeError::TooMuch`] with the file that has most.
pub(super) fn within_bounds(rows: &[ExportRow]) -> Result<(), IntakeError> {
    let float = |number: Decimal| number.abs().to_f64().unwrap_or(f64::MAX);
    let mut units: BTreeMap<&str, f64> = BTreeMap::new();
    let (mut price, mut money) = (1.0f64, 0.0);
    for row in rows {
        let own = float(row.quantity.0) + float(row.included.0);
        *units.entry(row.place.file.as_str()).or_default() += own.max(1.0);
        let prices = [row.unit, row.other_unit, row.list_unit, row.prorated_unit];
        let highest = prices.iter().flatten().map(|price| float(price.amount)).fold(0.0, f64::max);
        (price, money) = (price.max(highest), money + float(row.amount.amount));
    }
    if units.values().sum::<f64>() * price <= MOST && money <= MOST {
        return Ok(());
    }
    let most = units.iter().max_by(|one, other| one.1.total_cmp(other.1));
    let (file, units) = most.map_or(("", 0.0), |(file, units)| (*file, *units));
    let shown = |value: f64| Decimal::try_from(value).unwrap_or(Decimal::MAX).round();
    Err(IntakeError::TooMuch { file: file.to_owned(), units: shown(units), price: shown(price) })
}
