//! Model × series × month → p-values, and the numbers behind them.

use std::sync::Arc;

use rayon::prelude::*;

use super::common_move::{CommonMoves, PortfolioMove};
use super::fit::{LINES_PER_TASK, TrendModel};
use super::line_month::LineMonth;
use super::month_spread::{UsualSpread, read};
use super::portfolio::Portfolio;
use super::predictive::{ProcessPrior, rounding};
use super::presence::{Presence, presence};
use super::price::{self, price_changes};
use super::process::Walk;
use super::reading::Reading;
use super::statistic::{Statistic, StatisticInput};
use super::verdicts::VerdictCurve;
use crate::domain::{Month, Series, SeriesSide};

/// The raw statistics of one month of one line; NaN where it is not judged by one.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineScores {
    pub month_idx: usize,
    /// The line's level, in units.
    pub level_at: f64,
    pub level: f64,
    pub stall: f64,
    pub erratic: f64,
    pub drift: f64,
    pub price: f64,
}

impl LineScores {
    /// Judged by nothing.
    const NONE: Self = Self {
        month_idx: 0,
        level_at: f64::NAN,
        level: f64::NAN,
        stall: f64::NAN,
        erratic: f64::NAN,
        drift: f64::NAN,
        price: f64::NAN,
    };
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
    pub(super) fn along(
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
    pub(super) fn take_out(&self, series: &Series, series_idx: usize, reading: &mut Reading) {
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
        mut visit: impl FnMut(&StatisticInput<'_>),
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
                    visit(&StatisticInput { reading, month_idx, walk, prior });
                }
            },
        );
    }

    pub(super) fn prior(&self, series: &Series) -> &ProcessPrior {
        match series.side {
            SeriesSide::Drift => &self.model.gap,
            SeriesSide::Vendor | SeriesSide::Psa => &self.model.quantity,
        }
    }

    fn quantities(&self, series: &Series, judged: &StatisticInput<'_>) -> LineScores {
        let level_at = judged.level();
        let mut scores = LineScores { month_idx: judged.month_idx, level_at, ..LineScores::NONE };
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
pub(super) fn entry(series: &Series, reading: &Reading, month_idx: usize) -> usize {
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
    let parts: Vec<Vec<Scored>> = series
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
    let scales = Scales::of(model, &parts);
    let lines = parts.par_iter().flatten_iter();
    let (p_values, presences) =
        lines.map(|line| (scales.p_values(model, line), line.presence)).unzip();
    MonthScores { model, series, month, moves, price_moves, file_first, p_values, presences }
}

/// A line in the month judged, before its scores are compared with any others.
struct Scored {
    scores: LineScores,
    vanish_p: f64,
    presence: Presence,
}

/// How much wider than usual the month is, by statistic.
struct Scales {
    level: f64,
    erratic: f64,
    drift: f64,
}

impl Scales {
    fn of(model: &TrendModel, parts: &[Vec<Scored>]) -> Self {
        let scale = |usual: &UsualSpread, of: fn(&LineScores) -> f64| {
            let scores = parts.iter().flatten().map(|line| of(&line.scores));
            usual.scale(&mut scores.filter(|score| score.is_finite()).collect::<Vec<f64>>())
        };
        let spreads = &model.spreads;
        Self {
            level: scale(&spreads.level, |scores| scores.level),
            erratic: scale(&spreads.erratic, |scores| scores.erratic),
            drift: scale(&spreads.drift, |scores| scores.drift),
        }
    }

    fn p_values(&self, model: &TrendModel, line: &Scored) -> [f64; 6] {
        let mut p_values = [f64::NAN; 6];
        p_values[Statistic::Vanish as usize] = line.vanish_p;
        let scores = &line.scores;
        let mut set = |statistic: Statistic, score: f64, p: &dyn Fn(f64) -> f64| {
            if score.is_finite() {
                p_values[statistic as usize] = p(score);
            }
        };
        let level = read(scores.level, self.level);
        set(Statistic::Level, level, &|score| model.level_p(score, scores.level_at));
        set(Statistic::Stall, scores.stall, &|score| model.stall.p_value(score));
        // The months before a window are few at first: until some windows were seen, none is judged.
        let (erratic, drift) = (read(scores.erratic, self.erratic), read(scores.drift, self.drift));
        set(Statistic::Erratic, erratic, &|score| model.erratic.p_value_if_seen(score));
        set(Statistic::Drift, drift, &|score| model.drift.p_value_if_seen(score));
        set(Statistic::Price, scores.price, &|score| model.price_scores.p_value(score));
        p_values
    }
}

impl Judge<'_> {
    fn score(
        &self,
        series: &Series,
        series_idx: usize,
        month: Month,
        file_first: i32,
        reading: &mut Reading,
    ) -> Scored {
        let mut scored =
            Scored { scores: LineScores::NONE, vanish_p: f64::NAN, presence: Presence::Absent };
        if reading.read(series, month).is_none() {
            return scored;
        }
        scored.presence = presence(reading, file_first);
        let last = reading.raw.len() - 1;
        if series.side != SeriesSide::Drift {
            scored.vanish_p = self.vanish_p(reading, last, scored.presence);
        }
        if scored.presence == Presence::Seen {
            self.along(series, series_idx, reading, last, last + 1, |found| scored.scores = found);
        }
        scored
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

    /// What people said of earlier flags, where they said enough.
    pub fn verdicts(&self) -> Option<&VerdictCurve> {
        self.model.verdicts()
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
