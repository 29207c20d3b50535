//! Statistics of single lines over their threshold.

use super::budget::StatisticThresholds;
use super::judge::Bench;
use super::{Flag, FlagKind, why};
use crate::seat_trend::{DriftRun, Erratic, LineMonth, Statistic};

/// Units a gap must have widened by to be told.
const LEAST_DRIFT: f64 = 2.0;

/// Quantity statistics, the most telling first: a pause says more than an odd level.
const TELLING: [Statistic; 4] =
    [Statistic::Stall, Statistic::Drift, Statistic::Level, Statistic::Erratic];

/// The flags single lines raise: at most one for quantity and one for price each.
pub(super) fn raised(bench: &Bench<'_>, thresholds: &StatisticThresholds) -> Vec<Flag> {
    (0..bench.series.len()).flat_map(|series_idx| of_line(bench, thresholds, series_idx)).collect()
}

fn of_line(bench: &Bench<'_>, thresholds: &StatisticThresholds, series_idx: usize) -> Vec<Flag> {
    let raise = |statistic| {
        let p = bench.scores.p_value(series_idx, statistic)?;
        thresholds.raise(statistic, p).then_some((statistic, p))
    };
    let quantity: Vec<(Statistic, f64)> = TELLING.into_iter().filter_map(raise).collect();
    let price = raise(Statistic::Price);
    if quantity.is_empty() && price.is_none() {
        return Vec::new();
    }
    let line = bench.scores.line(series_idx);
    let mut found: Vec<Flag> = quantity
        .iter()
        .filter_map(|&(statistic, p)| flag(bench, series_idx, &line, statistic, p))
        .collect();
    // The list is in order of what tells most; an odd level that is far rarer than the unrest it
    // belongs to comes first all the same.
    found.sort_by(|a, b| telling(a).cmp(&telling(b)).then(a.p_value.total_cmp(&b.p_value)));
    let also: Vec<(String, String)> =
        found.iter().skip(1).map(|flag| ("also".to_owned(), named(flag))).collect();
    found.truncate(1);
    found.iter_mut().for_each(|flag| flag.evidence.extend(also.iter().cloned()));
    found.extend(price.and_then(|(statistic, p)| flag(bench, series_idx, &line, statistic, p)));
    found
}

fn telling(flag: &Flag) -> u8 {
    match flag.kind {
        FlagKind::StalledGrowth => 0,
        FlagKind::CompoundingDrift => 1,
        _ => 2,
    }
}

/// A flag in a few words, for another flag's evidence.
pub(super) fn named(flag: &Flag) -> String {
    format!("{} ({}), p {}", flag.kind, flag.side, why::p_value(flag.p_value))
}

/// The flag of one statistic; `None` when what it found is too little to tell anybody.
fn flag(
    bench: &Bench<'_>,
    series_idx: usize,
    line: &LineMonth,
    statistic: Statistic,
    p: f64,
) -> Option<Flag> {
    let mut flag = bench.blank(series_idx, kind(statistic, line), p);
    let unit = line.unit.unwrap_or(0.0);
    match statistic {
        Statistic::Stall => {
            let stall = line.stall.filter(|stall| 1.0 <= stall.missing)?;
            flag.monthly_impact = stall.missing * unit;
        }
        Statistic::Level => {
            let (seen, forecast) = (line.observed?, line.forecast?);
            if line.went_back || (seen - forecast.point).abs() < line.grain {
                return None;
            }
            flag.monthly_impact = (seen - forecast.point).abs() * unit;
        }
        Statistic::Erratic => {
            let erratic = line.erratic.filter(Erratic::goes_to_and_fro)?;
            flag.monthly_impact = erratic.step * unit;
        }
        Statistic::Drift => {
            let drift = line.drift.filter(widens)?;
            flag.monthly_impact = drift.change.abs() * unit;
        }
        Statistic::Price => {
            let price = line.price?;
            flag.monthly_impact = (price.now - price.before).abs() * line.observed?.abs();
        }
        Statistic::Vanish => return None,
    }
    flag.expect(line, statistic);
    flag.why = why::sentence(bench, line, &flag, statistic);
    flag.evidence = why::evidence(bench, line, statistic, p);
    Some(flag)
}

/// Whether a run of the gap is worth telling: two units or more, and two months in three.
fn widens(run: &DriftRun) -> bool {
    LEAST_DRIFT <= run.change.abs() && 2 * run.n_months <= 3 * run.n_alike
}

fn kind(statistic: Statistic, line: &LineMonth) -> FlagKind {
    match statistic {
        // A row that says nought says that the line is gone.
        Statistic::Level if line.observed == Some(0.0) => FlagKind::Vanished,
        Statistic::Level => FlagKind::LevelShift,
        Statistic::Stall => FlagKind::StalledGrowth,
        Statistic::Erratic => FlagKind::ErraticQuantity,
        Statistic::Drift => FlagKind::CompoundingDrift,
        Statistic::Vanish => FlagKind::Vanished,
        Statistic::Price => FlagKind::PriceShift,
    }
}

impl Bench<'_> {
    /// A flag on one line with nothing in it yet but whose it is.
    pub(super) fn blank(&self, series_idx: usize, kind: FlagKind, p_value: f64) -> Flag {
        let series = &self.series[series_idx];
        Flag {
            kind,
            side: series.side.into(),
            client: series.client.clone(),
            client_name: series.client_name.clone(),
            sku: series.sku.clone(),
            sku_name: series.sku_name.clone(),
            month: self.month,
            observed: 0.0,
            expected: 0.0,
            low: 0.0,
            high: 0.0,
            p_value,
            real: 1.0,
            monthly_impact: 0.0,
            why: String::new(),
            series_idx: vec![series_idx],
            evidence: Vec::new(),
        }
    }
}

impl Flag {
    /// Sets what was seen and expected: units, or the unit price.
    fn expect(&mut self, line: &LineMonth, statistic: Statistic) {
        if statistic == Statistic::Price {
            if let Some(price) = line.price {
                let usual = price.before * (1.0 + line.common_price_move);
                (self.observed, self.expected) = (price.now, usual);
                (self.low, self.high) = (usual, usual);
            }
            return;
        }
        self.observed = line.observed.unwrap_or(0.0);
        if let Some(forecast) = line.forecast {
            (self.expected, self.low, self.high) = (forecast.point, forecast.low, forecast.high);
        }
        if let (Statistic::Drift, Some(run)) = (statistic, line.drift) {
            // Were nothing wrong, the gap would still be what it was before it began to widen.
            let before = self.observed - run.change;
            let shift = before - self.expected;
            (self.expected, self.low, self.high) = (before, self.low + shift, self.high + shift);
        }
    }
}
