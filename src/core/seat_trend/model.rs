//! What is usual in a portfolio of lines, as learned: what every month is judged by.

use serde::{Deserialize, Serialize};

use super::TrendRecipe;
use super::any::AnyModel;
use super::calibration::Calibration;
use super::growth::RunModel;
use super::judge::LineScores;
use super::month_spread::{UsualSpread, read};
use super::predictive::ProcessPrior;
use super::presence::PresenceModel;
use super::price::PricePrior;
use super::season::SeasonPrior;
use super::statistic::Statistic;
use super::verdicts::VerdictCurve;
use crate::domain::Month;

/// Scores a stratum needs for its own calibration; below, all lines calibrate it.
const SCORES_PER_STRATUM: f64 = 500.0;

/// Levels that part the strata of [`Statistic::Level`], in units.
pub(super) const STRATA: [f64; 2] = [5.0, 25.0];

/// What is usual in a portfolio of lines: the model every month is judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendModel {
    /// How it was fitted.
    pub recipe: TrendRecipe,
    /// The last month it was fitted on.
    pub through: Month,
    /// Lines it was fitted on.
    pub n_lines: usize,
    /// Line-months its p-values are ranks among.
    pub n_calibration: usize,
    /// Line-months of lines that had grown steadily, and how many of them paused.
    pub growers: (usize, usize),
    /// What a line's errors are worth at most, in months: no more than when calibration began.
    pub(super) evidence: f64,
    pub(super) season: SeasonPrior,
    pub(super) quantity: ProcessPrior,
    pub(super) gap: ProcessPrior,
    pub(super) runs: RunModel,
    pub(super) presence: PresenceModel,
    pub(super) price: PricePrior,
    pub(super) spreads: UsualSpreads,
    /// Pooled, then by stratum of level.
    pub(super) level: Vec<Calibration>,
    pub(super) stall: Calibration,
    pub(super) erratic: Calibration,
    pub(super) drift: Calibration,
    pub(super) price_scores: Calibration,
    pub(super) any: AnyModel,
    pub(super) common_quantity: Calibration,
    pub(super) common_price: Calibration,
    pub(super) verdicts: Option<VerdictCurve>,
}

/// How wide months usually are, by the statistics that lines share surprises in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct UsualSpreads {
    pub level: UsualSpread,
    pub erratic: UsualSpread,
    pub drift: UsualSpread,
}

impl TrendModel {
    /// The model, with what people said of its flags: (p-value of the month, whether it was real).
    pub fn judged_by(self, verdicts: &[(f64, bool)]) -> Self {
        Self { verdicts: VerdictCurve::fit(verdicts), ..self }
    }

    /// How likely a flag of a p-value is real, where enough verdicts were given.
    pub fn verdicts(&self) -> Option<&VerdictCurve> {
        self.verdicts.as_ref()
    }
}

impl TrendModel {
    /// Past scores of a statistic. A line's absence has no score.
    pub(super) fn n_past(&self, statistic: Statistic) -> usize {
        let calibration = match statistic {
            Statistic::Level => &self.level[0],
            Statistic::Stall => &self.stall,
            Statistic::Erratic => &self.erratic,
            Statistic::Drift => &self.drift,
            Statistic::Price => &self.price_scores,
            Statistic::Vanish => return 0,
            Statistic::Any => return self.any.n(),
        };
        calibration.n() as usize
    }
}

/// How much wider than usual a month is, by the statistics that lines share surprises in.
#[derive(Debug, Clone, Copy)]
pub(super) struct MonthScales {
    pub level: f64,
    pub erratic: f64,
    pub drift: f64,
}

impl TrendModel {
    /// A month's p-values by position in [`Statistic::OF_SERIES`]; NaN where it is not judged.
    pub(super) fn p_values(
        &self,
        scores: &LineScores,
        scales: &MonthScales,
    ) -> [f64; Statistic::OF_SERIES.len()] {
        self.ranks(scores, scales, Calibration::p_value)
    }

    /// The same of a month that is itself among the past ones.
    pub(super) fn past_ranks(
        &self,
        scores: &LineScores,
        scales: &MonthScales,
    ) -> [f64; Statistic::OF_SERIES.len()] {
        self.ranks(scores, scales, Calibration::p_among_others)
    }

    fn ranks(
        &self,
        scores: &LineScores,
        scales: &MonthScales,
        rank: fn(&Calibration, f64) -> f64,
    ) -> [f64; Statistic::OF_SERIES.len()] {
        let mut p_values = [f64::NAN; Statistic::OF_SERIES.len()];
        let mut set = |statistic: Statistic, score: f64, ranks: &Calibration| {
            if score.is_finite() {
                p_values[statistic as usize] = rank(ranks, score);
            }
        };
        let level = read(scores.level, scales.level);
        set(Statistic::Level, level, self.of_level(scores.level_at));
        set(Statistic::Stall, scores.stall, &self.stall);
        // The months before a window are few at first: until some windows were seen, none is judged.
        if self.erratic.says_anything() {
            set(Statistic::Erratic, read(scores.erratic, scales.erratic), &self.erratic);
        }
        if self.drift.says_anything() {
            set(Statistic::Drift, read(scores.drift, scales.drift), &self.drift);
        }
        set(Statistic::Price, scores.price, &self.price_scores);
        p_values
    }

    /// The past level scores of lines of a level.
    fn of_level(&self, level: f64) -> &Calibration {
        let own = &self.level[1 + stratum(level)];
        if SCORES_PER_STRATUM <= own.n() { own } else { &self.level[0] }
    }
}

pub(super) fn stratum(level: f64) -> usize {
    STRATA.iter().filter(|edge| **edge <= level).count()
}
