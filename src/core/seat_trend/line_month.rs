//! The numbers behind one month of one line, for whoever asks why.

use super::common_move::CommonMoves;
use super::growth::GrowthSoFar;
use super::judge::{Judge, entry};
use super::model::TrendModel;
use super::predictive::{Forecast, rounding};
use super::presence::{Presence, presence};
use super::price::{self, PriceChange};
use super::process::Walk;
use super::reading::Reading;
use super::statistic::{DriftRun, Erratic, Stall, StatisticInput};
use crate::domain::{Month, Series, SeriesSide};

/// The numbers behind one month of one line.
#[derive(Debug, Clone, Default)]
pub struct LineMonth {
    /// The quantity; `None` when there is no row.
    pub observed: Option<f64>,
    /// The last quantity before, and how many months back it is.
    pub before: Option<(f64, usize)>,
    /// What was expected; `None` when too little is known.
    pub forecast: Option<Forecast>,
    /// The common move of the line's peers, as a share.
    pub common_move: f64,
    /// The common move of the product's unit price, as a share.
    pub common_price_move: f64,
    /// Whether it only went back to where it was before last month's jump.
    pub went_back: bool,
    /// The step its quantities come in: 1 for whole seats.
    pub grain: f64,
    /// Months with a value before.
    pub n_months: usize,
    /// How it grew.
    pub growth: Option<GrowthSoFar>,
    /// Its pause, where it is a growing line that paused.
    pub stall: Option<Stall>,
    /// To and fro of the last six months.
    pub erratic: Option<Erratic>,
    /// The widest run of a gap.
    pub drift: Option<DriftRun>,
    /// The unit price, and the one before.
    pub price: Option<PriceChange>,
    /// One unit for one month, as last known.
    pub unit: Option<f64>,
    /// The last 12 months and this one, oldest first; `None` where missing.
    pub recent: Vec<Option<f64>>,
}

impl Judge<'_> {
    pub(super) fn line(
        &self,
        series: &Series,
        series_idx: usize,
        month: Month,
        file_first: i32,
    ) -> LineMonth {
        let mut reading = Reading::default();
        let mut line = LineMonth::default();
        if reading.read(series, month).is_none() {
            return line;
        }
        let last = reading.raw.len() - 1;
        line.plain(&reading, series, last);
        if presence(&reading, file_first) == Presence::New {
            return line;
        }
        self.take_out(series, series_idx, &mut reading);
        line.common_price_move =
            self.price_moves.without(series, series_idx, month.index()).exp_m1();
        line.common_move = self.moves.without(series, series_idx, month.index()).exp_m1();
        let prior = self.prior(series);
        let recipe = &self.model.recipe;
        if line.n_months < recipe.min_months {
            return line;
        }
        let rounding = rounding(reading.grain);
        let (values, memory) = (&reading.values, recipe.memory_months);
        Walk::along(values, rounding, &prior.scale, memory, last, |month_idx, walk| {
            let evidence = self.model.evidence;
            let is_over = self.is_over(&reading, month_idx);
            let judged =
                StatisticInput { reading: &reading, month_idx, walk, prior, evidence, is_over };
            line.fill(&judged, series.side, self.model);
        });
        line
    }
}

impl LineMonth {
    fn plain(&mut self, reading: &Reading, series: &Series, last: usize) {
        let known = |value: f64| value.is_finite().then_some(value);
        self.observed = known(reading.raw[last]);
        self.before = (1..=last).find_map(|back| Some((known(reading.raw[last - back])?, back)));
        self.n_months = reading.n_seen_before(last);
        self.grain = reading.grain;
        self.recent =
            reading.raw[last.saturating_sub(12)..].iter().map(|value| known(*value)).collect();
        let at = entry(series, reading, last);
        self.price = price::change(series, at);
        let until = series.unit.len().min(at + 1);
        let finite = |unit: &f64| unit.is_finite();
        self.unit = series.unit[..until].iter().rev().find_map(|unit| unit.filter(finite));
    }

    fn fill(&mut self, judged: &StatisticInput<'_>, side: SeriesSide, model: &TrendModel) {
        let level = judged.level();
        // A gap may be negative; so may a series that was: credits, a balance.
        let was_negative = judged.reading.raw[..judged.month_idx].iter().any(|value| *value < 0.0);
        let is_free = side == SeriesSide::Drift || was_negative;
        let floor = if is_free { f64::NEG_INFINITY } else { 0.0 };
        self.forecast = Some(Forecast::of(judged.predictive(level, 0), floor));
        if side == SeriesSide::Drift {
            self.drift = judged.drift();
            return;
        }
        if self.observed.is_some() {
            self.went_back = judged.went_back(level);
            let stall = judged.stall(&model.runs, level);
            self.stall = stall.and_then(|(_, stall)| stall);
            self.erratic = judged.erratic(level, model.recipe.min_months);
        }
        self.growth = GrowthSoFar::before(&judged.reading.raw, judged.month_idx);
    }
}

/// What is expected of a month of one line, from its months before and from nothing else. `None` when
/// it has too few.
pub fn forecast(model: &TrendModel, series: &Series, month: Month) -> Option<Forecast> {
    let none = CommonMoves::none();
    let judge = Judge { model, moves: &none, price_moves: &none, running: None };
    judge.line(series, 0, month, month.index()).forecast
}
