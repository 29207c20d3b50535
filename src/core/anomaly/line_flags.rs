//! Lines over the threshold: what speaks loudest in them.

use super::budget::Threshold;
use super::judge::Bench;
use super::{Flag, FlagKind, why};
use crate::seat_trend::{DriftRun, Erratic, LineMonth, Stall, Statistic};

/// Statistics that are so much rarer, by their part of the budget, than another of their line speak for it
/// alone.
const OUTSPOKEN: f64 = 10.0;

/// A statistic less rare than that says nothing.
const RARE: f64 = 0.05;

/// A statistic of one side of a line.
#[derive(Clone, Copy)]
struct Speaks {
    series_idx: usize,
    statistic: Statistic,
    p: f64,
}

impl Speaks {
    fn weighed(&self) -> f64 {
        self.p / self.statistic.share()
    }
}

/// The flags lines raise: at most one for quantity and one for price on each side.
pub(super) fn raised(bench: &Bench<'_>, threshold: &Threshold) -> Vec<Flag> {
    bench.scores.lines().flat_map(|series| of_line(bench, threshold, series)).collect()
}

fn of_line(
    bench: &Bench<'_>,
    threshold: &Threshold,
    mut series: impl Iterator<Item = usize> + Clone,
) -> Vec<Flag> {
    let all = series.clone();
    let any = series.next().and_then(|idx| bench.scores.p_value(idx, Statistic::Any));
    let Some(any) = any.filter(|p| threshold.raise(*p)) else { return Vec::new() };
    let of_series = |series_idx: usize| {
        let p = |statistic: Statistic| {
            let p = bench.scores.p_value(series_idx, statistic)?;
            (p <= RARE).then_some(Speaks { series_idx, statistic, p })
        };
        Statistic::SUSPICIONS.into_iter().filter_map(p).collect::<Vec<Speaks>>()
    };
    let mut spoken: Vec<Speaks> = all.flat_map(of_series).collect();
    spoken.sort_by(|a, b| a.weighed().total_cmp(&b.weighed()));
    // What is told is what is rarest among what is worth telling.
    let mut found: Vec<(f64, Flag)> = Vec::new();
    for one in spoken {
        if found.first().is_some_and(|loudest| OUTSPOKEN * loudest.0 < one.weighed()) {
            break;
        }
        let line = bench.scores.line(one.series_idx);
        let flag = flag(bench, one.series_idx, &line, one.statistic, any);
        found.extend(flag.map(|flag| (one.weighed(), flag)));
    }
    // A pause says more than an odd level, and a gap than the step that made it.
    found.sort_by(|a, b| telling(&a.1).cmp(&telling(&b.1)).then(a.0.total_cmp(&b.0)));
    let mut told: Vec<Flag> = Vec::new();
    for (_, flag) in found {
        let is_price = flag.kind == FlagKind::PriceShift;
        let same = told.iter_mut().find(|one| {
            one.series_idx == flag.series_idx && (one.kind == FlagKind::PriceShift) == is_price
        });
        match same {
            Some(first) => first.evidence.push(("also".to_owned(), named(&flag))),
            None => told.push(flag),
        }
    }
    told
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
            let stall = line.stall.filter(Stall::is_news)?;
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
            let drift = line.drift.filter(DriftRun::is_news)?;
            flag.monthly_impact = drift.change.abs() * unit;
        }
        Statistic::Price => {
            let price = line.price?;
            flag.monthly_impact = (price.now - price.before).abs() * line.observed?.abs();
        }
        Statistic::Vanish | Statistic::Any => return None,
    }
    flag.expect(line, statistic);
    flag.why = why::sentence(bench, line, &flag, statistic);
    flag.evidence = why::evidence(bench, line, statistic, p);
    Some(flag)
}

fn kind(statistic: Statistic, line: &LineMonth) -> FlagKind {
    match statistic {
        // A row that says nought says that the line is gone.
        Statistic::Level if line.observed == Some(0.0) => FlagKind::Vanished,
        Statistic::Level => FlagKind::LevelShift,
        Statistic::Stall => FlagKind::StalledGrowth,
        Statistic::Erratic => FlagKind::ErraticQuantity,
        Statistic::Drift => FlagKind::CompoundingDrift,
        Statistic::Vanish | Statistic::Any => FlagKind::Vanished,
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
            currency: series.currency,
            other_money: Vec::new(),
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
