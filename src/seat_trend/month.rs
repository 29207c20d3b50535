//! Model × series × month → p-values, and the numbers behind them.

use std::sync::Arc;

use rayon::prelude::*;

use super::common_move::{CommonMoves, PortfolioMove};
use super::fit::{LINES_PER_TASK, TrendModel, price_changes};
use super::growth::GrowthSoFar;
use super::portfolio::Portfolio;
use super::predictive::{Forecast, ProcessPrior, rounding};
use super::presence::{Presence, presence};
use super::price::{self, PriceChange};
use super::process::Walk;
use super::reading::Reading;
use super::statistic::{DriftRun, Erratic, Judged, Stall, Statistic};
use crate::domain::{Month, Series, SeriesSide};

/// The raw statistics of one month of one line; NaN where it is not judged by one.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineScores {
    pub month_idx: usize,
    pub level_at: f64,
    pub level: f64,
    pub stall: f64,
    pub erratic: f64,
    pub drift: f64,
    pub price: f64,
}

/// What lines are judged with.
pub(super) struct Judge<'a> {
    pub model: &'a TrendModel,
    pub moves: &'a CommonMoves,
    pub price_moves: &'a CommonMoves,
}

impl Judge<'_> {
    /// Scores the months `from..end` of a reading that old enough lines have a value in. Takes the
    /// common moves out of the reading.
    pub fn along(
        &self,
        series: &Series,
        series_idx: usize,
        reading: &mut Reading,
        from: usize,
        end: usize,
        mut found: impl FnMut(LineScores),
    ) {
        self.take_out(series, series_idx, reading);
        let mut changes = Vec::new();
        if series.side != SeriesSide::Drift && series.unit.iter().any(Option::is_some) {
            price_changes(series, series_idx, self.price_moves, reading, &mut changes);
        }
        let reading = &*reading;
        self.walk(series, reading, from, end, |judged| {
            let mut scores = self.quantities(series, judged);
            if changes.get(judged.month_idx).is_some_and(|change| change.is_finite()) {
                let unit = self.unit(series, reading, judged.month_idx);
                scores.price = self.model.price.score(&changes, judged.month_idx, unit);
            }
            found(scores);
        });
    }

    /// Takes out of a reading what its peers did alike and what it does every year.
    fn take_out(&self, series: &Series, series_idx: usize, reading: &mut Reading) {
        self.moves.take_out(series, series_idx, reading);
        if series.side != SeriesSide::Drift {
            self.model.season.take_out(reading);
        }
    }

    /// Calls `visit` at every month in `from..end` that has a value and enough months before it.
    fn walk(
        &self,
        series: &Series,
        reading: &Reading,
        from: usize,
        end: usize,
        mut visit: impl FnMut(&Judged<'_>),
    ) {
        let prior = self.prior(series);
        let recipe = &self.model.recipe;
        let from = from.max(recipe.min_months);
        Walk::along(
            &reading.values[..end],
            rounding(reading.grain),
            &prior.scale,
            recipe.memory_months,
            from,
            |month_idx, walk| {
                let seen = reading.raw[month_idx].is_finite();
                if seen && recipe.min_months <= reading.n_seen_before(month_idx) {
                    visit(&Judged { reading, month_idx, walk, prior });
                }
            },
        );
    }

    fn prior(&self, series: &Series) -> &ProcessPrior {
        match series.side {
            SeriesSide::Drift => &self.model.gap,
            SeriesSide::Vendor | SeriesSide::Psa => &self.model.quantity,
        }
    }

    fn quantities(&self, series: &Series, judged: &Judged<'_>) -> LineScores {
        let level_at = judged.level();
        let mut scores = LineScores {
            month_idx: judged.month_idx,
            level_at,
            level: f64::NAN,
            stall: f64::NAN,
            erratic: f64::NAN,
            drift: f64::NAN,
            price: f64::NAN,
        };
        if series.side == SeriesSide::Drift {
            scores.drift = judged.drift().map_or(f64::NAN, |run| run.score);
            return scores;
        }
        let now = judged.reading.values[judged.month_idx];
        scores.level = judged.predictive(level_at, 0).surprise(now);
        if let Some((_, pause)) = judged.stall(&self.model.runs, level_at) {
            scores.stall = pause.map_or(0.0, |pause| pause.score());
        }
        let min_months = self.model.recipe.min_months;
        scores.erratic = judged.erratic(level_at, min_months).map_or(f64::NAN, |it| it.score);
        scores
    }

    fn unit(&self, series: &Series, reading: &Reading, month_idx: usize) -> f64 {
        price::change(series, entry(series, reading, month_idx)).map_or(1.0, |change| change.now)
    }
}

/// The position in the series of a month of its reading.
fn entry(series: &Series, reading: &Reading, month_idx: usize) -> usize {
    let lead = usize::try_from(reading.first - series.first.index()).unwrap_or(0);
    lead + month_idx
}

/// Every line's p-values in one month.
#[derive(Debug)]
pub struct MonthScores<'a> {
    model: &'a TrendModel,
    series: &'a [Series],
    /// The month judged.
    pub month: Month,
    moves: Arc<CommonMoves>,
    price_moves: Arc<CommonMoves>,
    file_first: i32,
    /// By series: by position in [`Statistic::ALL`], the p-value; NaN where not judged.
    p_values: Vec<[f64; 6]>,
    presences: Vec<Presence>,
}

/// Scores one month of every series, each judged only from its months before.
pub fn score_month<'a>(
    model: &'a TrendModel,
    series: &'a [Series],
    month: Month,
) -> MonthScores<'a> {
    Portfolio::of(series, month).score(model, month)
}

/// [`score_month`], where what the lines have in common is known already.
pub(super) fn score_lines<'a>(
    portfolio: &Portfolio<'a>,
    model: &'a TrendModel,
    month: Month,
) -> MonthScores<'a> {
    let Portfolio { series, moves, price_moves, file_first } = portfolio.clone();
    let judge = Judge { model, moves: &moves, price_moves: &price_moves };
    let parts: Vec<Vec<([f64; 6], Presence)>> = series
        .par_chunks(LINES_PER_TASK)
        .enumerate()
        .map(|(task, lines)| {
            let mut reading = Reading::default();
            let first = task * LINES_PER_TASK;
            let score =
                |(idx, line)| judge.score(line, first + idx, month, file_first, &mut reading);
            lines.iter().enumerate().map(score).collect()
        })
        .collect();
    let (p_values, presences) = parts.into_iter().flatten().unzip();
    MonthScores { model, series, month, moves, price_moves, file_first, p_values, presences }
}

impl Judge<'_> {
    fn score(
        &self,
        series: &Series,
        series_idx: usize,
        month: Month,
        file_first: i32,
        reading: &mut Reading,
    ) -> ([f64; 6], Presence) {
        let mut p_values = [f64::NAN; 6];
        if reading.read(series, month).is_none() {
            return (p_values, Presence::Absent);
        }
        let presence = presence(reading, file_first);
        let last = reading.raw.len() - 1;
        if series.side != SeriesSide::Drift {
            p_values[Statistic::Vanish as usize] = self.vanish_p(reading, last, presence);
        }
        if presence == Presence::Seen {
            self.along(series, series_idx, reading, last, last + 1, |scores| {
                p_values = self.p_values(&scores, p_values);
            });
        }
        (p_values, presence)
    }

    /// How likely it was that the line has no row; 1 for one that has. Lines too new are not judged.
    fn vanish_p(&self, reading: &Reading, last: usize, presence: Presence) -> f64 {
        if reading.n_seen_before(last) < self.model.recipe.min_months {
            return f64::NAN;
        }
        match presence {
            Presence::Seen => 1.0,
            Presence::Gone(months) => self.model.presence.gone(&reading.raw, last, months),
            Presence::New | Presence::Absent => f64::NAN,
        }
    }

    fn p_values(&self, scores: &LineScores, mut p_values: [f64; 6]) -> [f64; 6] {
        let model = self.model;
        let mut set = |statistic: Statistic, score: f64, p: &dyn Fn(f64) -> f64| {
            if score.is_finite() {
                p_values[statistic as usize] = p(score);
            }
        };
        set(Statistic::Level, scores.level, &|score| model.level_p(score, scores.level_at));
        set(Statistic::Stall, scores.stall, &|score| model.stall.p_value(score));
        // The months before a window are few at first: until some windows were seen, none is judged.
        set(Statistic::Erratic, scores.erratic, &|score| model.erratic.p_value_if_seen(score));
        set(Statistic::Drift, scores.drift, &|score| model.drift.p_value_if_seen(score));
        set(Statistic::Price, scores.price, &|score| model.price_scores.p_value(score));
        p_values
    }
}

impl<'a> MonthScores<'a> {
    /// How many series were looked at.
    pub fn n_series(&self) -> usize {
        self.p_values.len()
    }

    /// The p-value of a series by a statistic; `None` where it was not judged by it.
    pub fn p_value(&self, series_idx: usize, statistic: Statistic) -> Option<f64> {
        let p = self.p_values[series_idx][statistic as usize];
        p.is_finite().then_some(p)
    }

    /// Past scores that a statistic's p-values are ranks among.
    pub fn n_calibration(&self, statistic: Statistic) -> usize {
        self.model.n_past(statistic)
    }

    /// Whether a series is there.
    pub fn presence(&self, series_idx: usize) -> Presence {
        self.presences[series_idx]
    }

    /// The probability that a month brings a new line, per line there is.
    pub fn birth_rate(&self) -> f64 {
        self.model.presence.birth_rate()
    }

    /// The months before of lines like a growing one: how many, and how many of them paused.
    pub fn growers(&self) -> (usize, usize) {
        self.model.growers
    }

    /// Products whose clients moved alike in quantity, with the p-value of so large a move.
    pub fn quantity_moves(&self) -> Vec<(PortfolioMove, f64)> {
        Self::moves(&self.moves, &self.model.common_quantity, self.series, self.month)
    }

    /// Products whose clients' unit prices moved alike, with the p-value of so large a move.
    pub fn price_moves(&self) -> Vec<(PortfolioMove, f64)> {
        Self::moves(&self.price_moves, &self.model.common_price, self.series, self.month)
    }

    fn moves(
        moves: &CommonMoves,
        usual: &super::calibration::Calibration,
        series: &[Series],
        month: Month,
    ) -> Vec<(PortfolioMove, f64)> {
        let found = moves.portfolio_moves(series, month).into_iter();
        found
            .map(|found| (usual.rank_p(found.change.ln_1p().abs()), found))
            .map(|(p, it)| (it, p))
            .collect()
    }

    /// The numbers behind a series' p-values.
    pub fn line(&self, series_idx: usize) -> LineMonth {
        let judge = Judge { model: self.model, moves: &self.moves, price_moves: &self.price_moves };
        judge.line(&self.series[series_idx], series_idx, self.month, self.file_first)
    }
}

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
    fn line(&self, series: &Series, series_idx: usize, month: Month, file_first: i32) -> LineMonth {
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
            let judged = Judged { reading: &reading, month_idx, walk, prior };
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

    fn fill(&mut self, judged: &Judged<'_>, side: SeriesSide, model: &TrendModel) {
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
    let judge = Judge { model, moves: &none, price_moves: &none };
    judge.line(series, 0, month, month.index()).forecast
}
