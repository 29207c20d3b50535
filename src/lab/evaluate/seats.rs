//! How often seats are called odd when nothing happened to them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::flags::SeriesSet;
use super::made_up::MadeUp;
use seatdrift_core::domain::{Month, Series};
use seatdrift_core::models::Models;
use seatdrift_core::score::canonical_series;
use seatdrift_core::seat_trend::{TrendMetrics, TrendRecipe, backtest, evaluate};

/// Newest months judged.
const MONTHS_JUDGED: i32 = 3;

/// The seat-trend model on made-up MSPs: the newest three months of every line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SeatFigures {
    /// The model that ships, on lines where neither a slip nor an anomaly was planted.
    pub shipped_quiet: TrendMetrics,
    /// The model that ships, on all lines.
    pub shipped: TrendMetrics,
    /// A model of each MSP's own months before, on all lines.
    pub own: TrendMetrics,
}

/// Counted over some MSPs.
pub(super) fn seat_figures(msps: &[MadeUp], shipped: &Models) -> SeatFigures {
    let mut sums = [Sums::default(); 3];
    for msp in msps {
        let newest = msp.months[0].month;
        let matched = msp.matched(shipped, &[], &msp.months[1..]);
        let series = canonical_series(msp.monthly(&msp.months), newest, &matched.partners);
        let judged: Vec<Month> = (0..MONTHS_JUDGED).rev().map(|back| newest.plus(-back)).collect();
        let eventful = eventful(msp);
        let is_quiet = |one: &&Series| {
            let of_client = (one.client_name.as_str(), "");
            let of_line = (one.client_name.as_str(), one.sku_name.as_str());
            !eventful.contains(&of_client) && !eventful.contains(&of_line)
        };
        let quiet: Vec<Series> = series.iter().filter(is_quiet).cloned().collect();
        sums[0].add(&evaluate(&shipped.trends.model, &quiet, &judged));
        sums[1].add(&evaluate(&shipped.trends.model, &series, &judged));
        // A year is enough to hold months out; a shorter history has no model of its own.
        if let Ok(own) = backtest(&series, &TrendRecipe::default()) {
            sums[2].add(&own);
        }
    }
    let [shipped_quiet, shipped, own] = sums.map(Sums::metrics);
    SeatFigures { shipped_quiet, shipped, own }
}

/// The series of some MSPs together, as a run on each would see them: what was bought, billed, and the
/// gap between the two.
pub(super) fn made_up_series(msps: &[MadeUp], shipped: &Models) -> SeriesSet {
    let of_msp = |(msp_idx, msp): (usize, &MadeUp)| {
        let matched = msp.matched(shipped, &[], &msp.months[1..]);
        let newest = msp.months[0].month;
        let series = canonical_series(msp.monthly(&msp.months), newest, &matched.partners);
        series
            .into_iter()
            .map(move |one| Series { client: format!("{msp_idx} {}", one.client), ..one })
    };
    SeriesSet {
        name: "made-up MSPs".to_owned(),
        series: msps.iter().enumerate().flat_map(of_msp).collect(),
    }
}

/// Clients, and lines of clients, to which something was made to happen in any month.
fn eventful(msp: &MadeUp) -> BTreeSet<(&str, &str)> {
    let anomalies = msp.truth.anomalies.iter().map(|one| (one.client.as_str(), one.sku.as_str()));
    let slips = msp.truth.differences.iter().map(|one| (one.client.as_str(), one.sku.as_str()));
    anomalies.chain(slips).collect()
}

/// Metrics weighted by the line-months they were measured on.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    n: usize,
    of: [f64; 6],
}

impl Sums {
    fn add(&mut self, metrics: &TrendMetrics) {
        self.n += metrics.n;
        let of = [
            metrics.below_1_in_100,
            metrics.below_1_in_1000,
            metrics.coverage_90,
            metrics.mean_absolute_error,
            metrics.mean_absolute_error_last_month,
            metrics.mean_log_score,
        ];
        for (sum, value) in self.of.iter_mut().zip(of) {
            *sum += value * metrics.n as f64;
        }
    }

    fn metrics(self) -> TrendMetrics {
        let [hundredth, thousandth, covered, error, naive, log_score] =
            self.of.map(|sum| sum / self.n.max(1) as f64);
        TrendMetrics {
            n: self.n,
            below_1_in_100: hundredth,
            below_1_in_1000: thousandth,
            coverage_90: covered,
            mean_absolute_error: error,
            mean_absolute_error_last_month: naive,
            mean_log_score: log_score,
        }
    }
}
