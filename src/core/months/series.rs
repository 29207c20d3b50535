//! Lines of months → the series the seat-trend model reads.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::monthly::{Entry, MonthlyLines};
use crate::domain::{Month, Series, SeriesSide, Side};

/// The series of both sides and of the drift between them, in that order: [`side_series`], [`drift_series`].
pub fn all_series(lines: &MonthlyLines, newest: Month) -> Vec<Series> {
    let by_line = ByLine::new(lines, newest);
    let (mut series, drift) =
        rayon::join(|| of_sides(lines, newest, &by_line), || of_drift(lines, newest, &by_line));
    series.extend(drift);
    series
}

/// The series of both sides, one a line, ordered by side, client and SKU. Every series ends with
/// `newest`: a month without a row is missing.
pub fn side_series(lines: &MonthlyLines, newest: Month) -> Vec<Series> {
    of_sides(lines, newest, &ByLine::new(lines, newest))
}

fn of_sides(lines: &MonthlyLines, newest: Month, by_line: &ByLine<'_>) -> Vec<Series> {
    let series = by_line.runs().into_par_iter().map(|run| {
        let points = run.iter().map(|entry| (*entry, entry.quantity));
        let side = match run[0].side {
            Side::Vendor => SeriesSide::Vendor,
            Side::Psa => SeriesSide::Psa,
        };
        series_of(lines, side, points.collect(), newest)
    });
    series.collect()
}

/// Bought less billed, month by month, of lines that carry the same names on both sides. A month
/// counts only where both sides have a row: a line missing on one side is another matter than drift.
pub fn drift_series(lines: &MonthlyLines, newest: Month) -> Vec<Series> {
    of_drift(lines, newest, &ByLine::new(lines, newest))
}

fn of_drift(lines: &MonthlyLines, newest: Month, by_line: &ByLine<'_>) -> Vec<Series> {
    let runs = by_line.runs();
    let (bought, billed) = runs.split_at(runs.partition_point(|run| run[0].side == Side::Vendor));
    let mut bought = bought.iter().peekable();
    let pairs: Vec<(&[&Entry], &[&Entry])> = billed
        .iter()
        .filter_map(|billed| {
            let key = line_key(billed[0]);
            while bought.next_if(|bought| line_key(bought[0]) < key).is_some() {}
            bought.next_if(|bought| line_key(bought[0]) == key).map(|bought| (*bought, *billed))
        })
        .collect();
    let series = pairs.into_par_iter().filter_map(|(bought, billed)| {
        let mut bought = bought.iter().peekable();
        let points: Vec<(&Entry, f64)> = billed
            .iter()
            .filter_map(|billed| {
                while bought.next_if(|bought| bought.month < billed.month).is_some() {}
                let bought = bought.next_if(|bought| bought.month == billed.month)?;
                Some((*billed, bought.quantity - billed.quantity))
            })
            .collect();
        (!points.is_empty()).then(|| series_of(lines, SeriesSide::Drift, points, newest))
    });
    series.collect()
}

fn line_key(entry: &Entry) -> (u32, u32) {
    (entry.client, entry.sku)
}

/// The lines through a month, those of one line together.
struct ByLine<'a>(Vec<&'a Entry>);

impl<'a> ByLine<'a> {
    fn new(lines: &'a MonthlyLines, newest: Month) -> Self {
        let mut entries: Vec<&Entry> =
            lines.entries().iter().filter(|entry| entry.month <= newest).collect();
        // The months of a line stay in their order.
        entries.par_sort_by(|one, other| by_line(one, other));
        Self(entries)
    }

    /// The months of each line.
    fn runs(&self) -> Vec<&[&'a Entry]> {
        self.0.chunk_by(|one, other| by_line(one, other) == Ordering::Equal).collect()
    }
}

fn by_line(one: &Entry, other: &Entry) -> Ordering {
    (one.side, line_key(one)).cmp(&(other.side, line_key(other)))
}

fn series_of(
    lines: &MonthlyLines,
    side: SeriesSide,
    points: Vec<(&Entry, f64)>,
    newest: Month,
) -> Series {
    let named = points[points.len() - 1].0;
    let first = points[0].0.month;
    let n_months = usize::try_from(newest.index() - first.index() + 1).unwrap_or(1);
    let text = |position: u32| lines.text(position).to_owned();
    let mut series = Series {
        side,
        client: text(named.client),
        client_name: text(named.client_name),
        sku: text(named.sku),
        sku_name: text(named.sku_name),
        first,
        currency: None,
        quantity: vec![None; n_months],
        unit: vec![None; n_months],
    };
    // A price in another currency than today's is no price to compare with today's.
    series.currency = points.iter().rev().find_map(|point| point.0.currency);
    for (line, quantity) in points {
        if let Some(position) = series.position(line.month) {
            series.quantity[position] = Some(quantity);
            series.unit[position] = line.unit.filter(|_| line.currency == series.currency);
        }
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::months::MonthlyLine;

    fn line<'a>(side: Side, month: &str, quantity: f64) -> MonthlyLine<'a> {
        MonthlyLine {
            month: month.parse().unwrap(),
            side,
            client: "c",
            client_name: "Client",
            sku: "s",
            sku_name: "Product",
            quantity,
            unit: Some(10.0),
            currency: Some("USD".parse().unwrap()),
        }
    }

    #[test]
    fn a_line_that_changed_its_currency_has_the_prices_of_the_newest_alone() {
        let euro = MonthlyLine {
            currency: Some("EUR".parse().unwrap()),
            unit: Some(9.0),
            ..line(Side::Vendor, "2026-03", 10.0)
        };
        let months = ["2026-01", "2026-02"].map(|month| line(Side::Vendor, month, 10.0));
        let lines: MonthlyLines = months.into_iter().chain([euro]).collect();
        let series = side_series(&lines, "2026-03".parse().unwrap());
        assert_eq!(series[0].unit, [None, None, Some(9.0)]);
        assert_eq!(series[0].quantity, [Some(10.0); 3], "seats have no currency");
    }

    #[test]
    fn drift_is_told_of_months_that_both_sides_have() {
        let lines: MonthlyLines = [
            line(Side::Vendor, "2026-01", 12.0),
            line(Side::Psa, "2026-01", 10.0),
            line(Side::Vendor, "2026-02", 12.0),
            line(Side::Psa, "2026-03", 10.0),
            line(Side::Vendor, "2026-04", 12.0),
            line(Side::Psa, "2026-04", 13.0),
        ]
        .into_iter()
        .collect();
        let series = drift_series(&lines, "2026-05".parse().unwrap());
        let drift: Vec<Option<f64>> = series[0].quantity.clone();
        assert_eq!(drift, [Some(2.0), None, None, Some(-1.0), None]);
    }
}
