//! Months of lines → the series the seat-trend model reads, summed by polars.

use std::collections::BTreeMap;

use polars::prelude::*;
use rayon::prelude::*;
use rust_decimal::prelude::ToPrimitive;

use super::store::{History, HistoryError};
use crate::domain::{Currency, ExportRow, LineKind, Month, Series, SeriesSide, Side};

/// One line of one month, as floats, for models. Exact sums are [`crate::domain::lines_of`].
#[derive(Debug, Clone, PartialEq)]
pub struct MonthlyLine {
    /// The month.
    pub month: Month,
    /// Which books.
    pub side: Side,
    /// The client's key.
    pub client: String,
    /// The client's name in that month.
    pub client_name: String,
    /// The SKU's key.
    pub sku: String,
    /// The SKU's name in that month.
    pub sku_name: String,
    /// Units of the full period, in force on the month's last day.
    pub quantity: f64,
    /// One unit for one month, weighted by quantity; `None` where no row has a price, or where rows have
    /// prices in several currencies: two currencies have no mean.
    pub unit: Option<f64>,
    /// The currency of the unit; `None` where it has several.
    pub currency: Option<Currency>,
}

/// The full-period lines of some months: compared rows only, summed, ordered by month, side, client
/// and SKU. Usage is left out: its quantity is the vendor's meter, not a count of seats.
///
/// # Errors
///
/// [`HistoryError::Unreadable`] for a file that no history writes.
pub fn monthly_lines(
    history: &History,
    months: &[Month],
) -> Result<Vec<MonthlyLine>, HistoryError> {
    let Some(scan) = history.scan(months)? else { return Ok(Vec::new()) };
    // Prices of two currencies are kept apart here, and units summed over them below.
    let keys = [col("month"), col("side"), col("client"), col("sku"), col("currency")];
    let units = || col("units").cast(DataType::Float64);
    let unit = || col("unit").cast(DataType::Float64);
    let frame = scan
        .filter(col("exclusion").is_null().and(col("kind").eq(lit("full_period"))))
        .filter(col("client").neq(lit("")))
        .select([
            col("month"),
            col("side"),
            col("client"),
            col("client_name"),
            col("sku"),
            col("sku_name"),
            units().alias("quantity"),
            unit().alias("unit"),
            col("currency"),
        ])
        .group_by_stable(keys.clone())
        .agg([
            col("client_name").last(),
            col("sku_name").last(),
            col("quantity").sum(),
            (col("quantity") * col("unit")).sum().alias("money"),
            col("quantity").filter(col("unit").is_not_null()).sum().alias("priced"),
            col("unit").last(),
        ])
        .sort_by_exprs(keys, SortMultipleOptions::default())
        .collect()
        .map_err(|error| history.unreadable(&error))?;
    lines_of(&frame).map(summed).map_err(|error| history.unreadable(&error))
}

fn lines_of(frame: &DataFrame) -> PolarsResult<Vec<MonthlyLine>> {
    let text = |name: &str| frame.column(name).and_then(Column::str);
    let number = |name: &str| frame.column(name).and_then(Column::f64);
    let (months, sides) = (text("month")?, text("side")?);
    let (clients, client_names) = (text("client")?, text("client_name")?);
    let (skus, sku_names) = (text("sku")?, text("sku_name")?);
    let (quantities, moneys) = (number("quantity")?, number("money")?);
    let (priced, units) = (number("priced")?, number("unit")?);
    let currencies = text("currency")?;
    let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let lines = (0..frame.height()).filter_map(|row_idx| {
        let weight = priced.get(row_idx).unwrap_or(0.0);
        let mean = moneys.get(row_idx).unwrap_or(0.0) / weight;
        Some(MonthlyLine {
            month: months.get(row_idx)?.parse().ok()?,
            side: if sides.get(row_idx)? == "vendor" { Side::Vendor } else { Side::Psa },
            client: owned(clients.get(row_idx)),
            client_name: owned(client_names.get(row_idx)),
            sku: owned(skus.get(row_idx)),
            sku_name: owned(sku_names.get(row_idx)),
            quantity: quantities.get(row_idx).unwrap_or(0.0),
            unit: if weight == 0.0 { units.get(row_idx) } else { Some(mean) },
            currency: currencies.get(row_idx).and_then(|code| code.parse().ok()),
        })
    });
    Ok(lines.collect())
}

/// The full-period lines among some rows of one month, as [`monthly_lines`] sums stored ones.
pub fn monthly_lines_of(rows: &[ExportRow], month: Month) -> Vec<MonthlyLine> {
    let is_seats = |row: &&ExportRow| {
        row.is_compared() && row.kind == LineKind::FullPeriod && !row.client.0.is_empty()
    };
    let lines = rows.iter().filter(is_seats).map(|row| MonthlyLine {
        month,
        side: row.side,
        client: row.client.0.clone(),
        client_name: row.client_name.clone(),
        sku: row.sku.0.clone(),
        sku_name: row.sku_name.clone(),
        quantity: row.units().to_f64(),
        unit: row.unit.and_then(|unit| unit.amount.to_f64()),
        currency: Some(row.amount.currency),
    });
    summed(lines.collect())
}

/// Lines under the names of the other side where those are known: `renamed` gives a line's new client
/// and SKU (key and name each), and lines that thereby become one are summed.
pub fn renamed_lines(
    lines: Vec<MonthlyLine>,
    renamed: &impl Fn(&MonthlyLine) -> Option<[String; 4]>,
) -> Vec<MonthlyLine> {
    let lines = lines.into_iter().map(|line| match renamed(&line) {
        Some([client, client_name, sku, sku_name]) => {
            MonthlyLine { client, client_name, sku, sku_name, ..line }
        }
        None => line,
    });
    summed(lines.collect())
}

/// Sums lines of one key, ordered by month, side, client and SKU.
fn summed(mut lines: Vec<MonthlyLine>) -> Vec<MonthlyLine> {
    fn key(line: &MonthlyLine) -> (Month, Side, &str, &str) {
        (line.month, line.side, &line.client, &line.sku)
    }
    lines.par_sort_by(|left, right| key(left).cmp(&key(right)));
    let mut sums: Vec<MonthlyLine> = Vec::with_capacity(lines.len());
    for line in lines {
        match sums.last_mut() {
            Some(last) if key(last) == key(&line) => {
                last.unit = mean_unit(last, &line);
                last.currency = last.currency.filter(|own| line.currency == Some(*own));
                last.quantity += line.quantity;
                last.client_name = line.client_name;
                last.sku_name = line.sku_name;
            }
            _ => sums.push(line),
        }
    }
    sums
}

fn mean_unit(left: &MonthlyLine, right: &MonthlyLine) -> Option<f64> {
    if left.currency.is_none() || left.currency != right.currency {
        return None;
    }
    match (left.unit, right.unit) {
        (Some(one), Some(other)) if one != other && left.quantity + right.quantity != 0.0 => {
            let money = one * left.quantity + other * right.quantity;
            Some(money / (left.quantity + right.quantity))
        }
        (one, other) => one.or(other),
    }
}

/// The series of both sides, one a line, ordered by side, client and SKU. Every series ends with
/// `newest`: a month without a row is missing.
pub fn side_series(lines: &[MonthlyLine], newest: Month) -> Vec<Series> {
    let mut groups: BTreeMap<(Side, &str, &str), Vec<&MonthlyLine>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.month <= newest) {
        groups.entry((line.side, &line.client, &line.sku)).or_default().push(line);
    }
    groups
        .into_values()
        .map(|months| {
            let points = months.iter().map(|line| (*line, line.quantity)).collect();
            let last = months[months.len() - 1];
            let side = match last.side {
                Side::Vendor => SeriesSide::Vendor,
                Side::Psa => SeriesSide::Psa,
            };
            series_of(side, last, points, newest)
        })
        .collect()
}

/// Bought less billed, month by month, of lines that carry the same names on both sides. A month
/// counts only where both sides have a row: a line missing on one side is another matter than drift.
pub fn drift_series(lines: &[MonthlyLine], newest: Month) -> Vec<Series> {
    fn key(line: &MonthlyLine) -> (&str, &str, Month) {
        (&line.client, &line.sku, line.month)
    }
    let on_side = |side| lines.iter().filter(move |line| line.side == side && line.month <= newest);
    let bought: BTreeMap<_, f64> =
        on_side(Side::Vendor).map(|line| (key(line), line.quantity)).collect();
    let mut groups: BTreeMap<(&str, &str), Vec<(&MonthlyLine, f64)>> = BTreeMap::new();
    for line in on_side(Side::Psa) {
        if let Some(units) = bought.get(&key(line)) {
            groups.entry((&line.client, &line.sku)).or_default().push((line, *units));
        }
    }
    groups
        .into_values()
        .map(|months| {
            let last = months[months.len() - 1].0;
            let points =
                months.iter().map(|(line, units)| (*line, units - line.quantity)).collect();
            series_of(SeriesSide::Drift, last, points, newest)
        })
        .collect()
}

fn series_of(
    side: SeriesSide,
    named: &MonthlyLine,
    points: Vec<(&MonthlyLine, f64)>,
    newest: Month,
) -> Series {
    let first = points.first().map_or(newest, |point| point.0.month);
    let n_months = usize::try_from(newest.index() - first.index() + 1).unwrap_or(1);
    let mut series = Series {
        side,
        client: named.client.clone(),
        client_name: named.client_name.clone(),
        sku: named.sku.clone(),
        sku_name: named.sku_name.clone(),
        first,
        quantity: vec![None; n_months],
        unit: vec![None; n_months],
    };
    // A price in another currency than today's is no price to compare with today's.
    let currency = points.iter().rev().find_map(|point| point.0.currency);
    for (line, quantity) in points {
        if let Some(position) = series.position(line.month) {
            series.quantity[position] = Some(quantity);
            series.unit[position] = line.unit.filter(|_| line.currency == currency);
        }
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priced(month: &str, unit: f64, currency: &str) -> MonthlyLine {
        MonthlyLine {
            month: month.parse().unwrap(),
            side: Side::Vendor,
            client: "c".to_owned(),
            client_name: "Client".to_owned(),
            sku: "s".to_owned(),
            sku_name: "Product".to_owned(),
            quantity: 10.0,
            unit: Some(unit),
            currency: Some(currency.parse().unwrap()),
        }
    }

    #[test]
    fn prices_in_two_currencies_are_never_one_price() {
        let mixed = summed(vec![priced("2026-01", 10.0, "USD"), priced("2026-01", 9.0, "EUR")]);
        assert_eq!((mixed[0].quantity, mixed[0].unit, mixed[0].currency), (20.0, None, None));
        let alike = summed(vec![priced("2026-01", 10.0, "USD"), priced("2026-01", 9.0, "USD")]);
        assert_eq!(alike[0].unit, Some(9.5));
    }

    #[test]
    fn a_line_that_changed_its_currency_has_the_prices_of_the_newest_alone() {
        let lines = [
            priced("2026-01", 10.0, "USD"),
            priced("2026-02", 10.0, "USD"),
            priced("2026-03", 9.0, "EUR"),
        ];
        let series = side_series(&lines, "2026-03".parse().unwrap());
        assert_eq!(series[0].unit, [None, None, Some(9.0)]);
        assert_eq!(series[0].quantity, [Some(10.0); 3], "seats have no currency");
    }
}
