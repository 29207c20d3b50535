//! Months → their full-period lines: stored ones read with polars, one thread a month.

use polars::prelude::*;
use rayon::prelude::*;

use super::store::{History, HistoryError};
use seatdrift_core::domain::{Month, Side};
use seatdrift_core::months::{MonthlyLine, MonthlyLines};

/// The full-period lines of some months: compared rows only, summed. Usage is left out: its quantity
/// is the vendor's meter, not a count of seats.
///
/// # Errors
///
/// [`HistoryError::Unreadable`] for a file that no history writes.
pub(super) fn monthly_lines(
    history: &History,
    months: &[Month],
) -> Result<MonthlyLines, HistoryError> {
    let parts: Result<Vec<MonthlyLines>, HistoryError> =
        months.par_iter().map(|month| lines_of_month(history, *month)).collect();
    Ok(MonthlyLines::joined(&parts?))
}

fn lines_of_month(history: &History, month: Month) -> Result<MonthlyLines, HistoryError> {
    let Some(scan) = history.scan(month)? else { return Ok(MonthlyLines::default()) };
    let text = |name: &str| col(name);
    scan.filter(col("exclusion").is_null().and(col("kind").eq(lit("full_period"))))
        .filter(col("client").neq(lit("")))
        .select([
            text("side"),
            text("client"),
            text("client_name"),
            text("sku"),
            text("sku_name"),
            text("currency"),
            col("units").cast(DataType::Float64),
            col("unit").cast(DataType::Float64),
        ])
        .collect()
        .and_then(|frame| lines_of_frame(&frame, month))
        .map_err(|error| history.unreadable(month, &error))
}

fn lines_of_frame(frame: &DataFrame, month: Month) -> PolarsResult<MonthlyLines> {
    let text = |name: &str| frame.column(name).and_then(Column::str);
    let number = |name: &str| frame.column(name).and_then(Column::f64);
    let (sides, currencies) = (text("side")?, text("currency")?);
    let (clients, client_names) = (text("client")?, text("client_name")?);
    let (skus, sku_names) = (text("sku")?, text("sku_name")?);
    let (quantities, units) = (number("units")?, number("unit")?);
    let lines = (0..frame.height()).filter_map(|row_idx| {
        Some(MonthlyLine {
            month,
            side: if sides.get(row_idx)? == "vendor" { Side::Vendor } else { Side::Psa },
            client: clients.get(row_idx).unwrap_or_default(),
            client_name: client_names.get(row_idx).unwrap_or_default(),
            sku: skus.get(row_idx).unwrap_or_default(),
            sku_name: sku_names.get(row_idx).unwrap_or_default(),
            quantity: quantities.get(row_idx).unwrap_or(0.0),
            unit: units.get(row_idx),
            currency: currencies.get(row_idx).and_then(|code| code.parse().ok()),
        })
    });
    Ok(lines.collect())
}
