//! Model × series × month → p-values, and the numbers behind them.

use std::sync::Arc;

use rayon::prelude::*;

use super::common_move::{CommonMoves, PortfolioMove};
use super::judge::{Judge, LineScores};
use super::line_month::LineMonth;
use super::model::TrendModel;
use super::month_spread::{UsualSpread, read};
use super::portfolio::{LINES_PER_TASK, Portfolio};
use super::presence::{Presence, presence};
use super::reading::Reading;
use super::statistic::Statistic;
use super::verdicts::VerdictCurve;
use crate::domain::{Month, Series, SeriesSide};

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

impl<'a> Portfolio<'a> {
    /// [`super::score_month`] of a month of the portfolio.
    pub fn score<'m>(&self, model: &'m TrendModel, month: Month) -> MonthScores<'m>
    where
        'a: 'm,
    {
        score_lines(self, model, month)
    }
}

/// [`score_month`], where what the lines have in common is known already.
fn score_lines<'a>(
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
