//! Model × series × month → p-values, and the numbers behind them.

use std::sync::Arc;

use rayon::prelude::*;

use super::any::Said;
use super::common_move::{CommonMoves, PortfolioMove};
use super::judge::{Judge, LineScores};
use super::line_month::LineMonth;
use super::lines::Lines;
use super::model::{MonthScales, TrendModel};
use super::month_spread::UsualSpread;
use super::portfolio::{LINES_PER_TASK, Portfolio};
use super::presence::{Presence, presence};
use super::reading::Reading;
use super::statistic::Statistic;
use super::verdicts::VerdictCurve;
use crate::domain::{Month, Series, SeriesSide};

const N: usize = Statistic::OF_SERIES.len();

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
    /// The month that still runs, if any.
    running: Option<i32>,
    lines: Arc<Lines>,
    /// By series: by position in [`Statistic::OF_SERIES`], the p-value; NaN where not judged.
    p_values: Vec<[f64; N]>,
    /// By line: the p-value of all of it; NaN where not judged.
    any: Vec<f64>,
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

/// The same of a month that still runs: what it may still bring is not missed, and no pause is told.
pub fn score_running_month<'a>(
    model: &'a TrendModel,
    series: &'a [Series],
    month: Month,
) -> MonthScores<'a> {
    score_lines(&Portfolio::of(series, month), model, month, Some(month.index()))
}

impl<'a> Portfolio<'a> {
    /// [`super::score_month`] of a month of the portfolio.
    pub fn score<'m>(&self, model: &'m TrendModel, month: Month) -> MonthScores<'m>
    where
        'a: 'm,
    {
        score_lines(self, model, month, None)
    }
}

/// [`score_month`], where what the lines have in common is known already.
fn score_lines<'a>(
    portfolio: &Portfolio<'a>,
    model: &'a TrendModel,
    month: Month,
    running: Option<i32>,
) -> MonthScores<'a> {
    let Portfolio { series, moves, price_moves, lines, file_first } = portfolio.clone();
    let judge = Judge { model, moves: &moves, price_moves: &price_moves, running };
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
    let scales = month_scales(model, &parts);
    let ranked = |one: &Scored| {
        let mut p_values = model.p_values(&one.scores, &scales);
        p_values[Statistic::Vanish as usize] = one.vanish_p;
        p_values
    };
    let p_values: Vec<[f64; N]> = parts.par_iter().flatten_iter().map(ranked).collect();
    let scored =
        |series_idx: usize| &parts[series_idx / LINES_PER_TASK][series_idx % LINES_PER_TASK];
    let any = (0..lines.n()).into_par_iter().with_min_len(LINES_PER_TASK).map(|line| {
        let sides = lines.members(line).map(|idx| (scored(idx).scores, p_values[idx]));
        any_p(model, sides)
    });
    let any = any.collect();
    let presences = parts.iter().flatten().map(|one| one.presence).collect();
    MonthScores {
        model,
        series,
        month,
        moves,
        price_moves,
        lines,
        file_first,
        running,
        p_values,
        any,
        presences,
    }
}

/// The p-value of a line. A side that is not there is rare by itself, and one of two things that may be.
fn any_p(model: &TrendModel, sides: impl Iterator<Item = (LineScores, [f64; N])> + Clone) -> f64 {
    let gone = sides.clone().map(|(_, p_values)| p_values[Statistic::Vanish as usize]);
    let gone = gone.filter(|p| *p < 1.0).fold(f64::NAN, f64::min);
    let said = Said::of(sides).map_or(f64::NAN, |said| model.any.p_value(said));
    match (said.is_finite(), gone.is_finite()) {
        (true, true) => (2.0 * said.min(gone)).min(1.0),
        (true, false) => said,
        _ => gone,
    }
}

/// A line in the month judged, before its scores are compared with any others.
struct Scored {
    scores: LineScores,
    vanish_p: f64,
    presence: Presence,
}

/// How much wider than usual the month is, by statistic.
fn month_scales(model: &TrendModel, parts: &[Vec<Scored>]) -> MonthScales {
    let scale = |usual: &UsualSpread, of: fn(&LineScores) -> f64| {
        let scores = parts.iter().flatten().map(|line| of(&line.scores));
        usual.scale(&mut scores.filter(|score| score.is_finite()).collect::<Vec<f64>>())
    };
    let spreads = &model.spreads;
    MonthScales {
        level: scale(&spreads.level, |scores| scores.level),
        erratic: scale(&spreads.erratic, |scores| scores.erratic),
        drift: scale(&spreads.drift, |scores| scores.drift),
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

    /// The p-value of a series by a statistic, for [`Statistic::Any`] its line's; `None` where it was not
    /// judged by it.
    pub fn p_value(&self, series_idx: usize, statistic: Statistic) -> Option<f64> {
        let p = match statistic {
            Statistic::Any => self.any[self.lines.of_series(series_idx)],
            _ => self.p_values[series_idx][statistic as usize],
        };
        p.is_finite().then_some(p)
    }

    /// Whether a series is the first of its line.
    pub fn is_first_of_line(&self, series_idx: usize) -> bool {
        self.lines.members(self.lines.of_series(series_idx)).next() == Some(series_idx)
    }

    /// The series of each line, as positions.
    pub fn lines(&self) -> impl Iterator<Item = impl Iterator<Item = usize> + Clone + '_> + '_ {
        (0..self.lines.n()).map(|line| self.lines.members(line))
    }

    /// The p-value of a line down to which a usual month brings no more than a share of its lines, what later
    /// proved real among them.
    pub fn usual_cut(&self, share: f64) -> f64 {
        self.model.any.usual().cut(share)
    }

    /// The share of its lines that a usual month brings down to a p-value.
    pub fn usually(&self, p_value: f64) -> f64 {
        self.model.any.usual().share(p_value)
    }

    /// Past scores that a statistic's p-values are ranks among.
    pub fn n_calibration(&self, statistic: Statistic) -> usize {
        self.model.n_past(statistic)
    }

    /// Whether a series is there.
    pub fn presence(&self, series_idx: usize) -> Presence {
        self.presences[series_idx]
    }

    /// Whether a series has a row in the month and had one before.
    pub fn is_seen(&self, series_idx: usize) -> bool {
        self.presences[series_idx] == Presence::Seen
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
        let Self { model, moves, price_moves, running, .. } = self;
        let judge = Judge { model, moves, price_moves, running: *running };
        judge.line(&self.series[series_idx], series_idx, self.month, self.file_first)
    }
}
