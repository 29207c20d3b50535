//! What is usual in a portfolio of lines, as learned: what every month is judged by.

use serde::{Deserialize, Serialize};

use super::TrendRecipe;
use super::calibration::Calibration;
use super::growth::RunModel;
use super::month_spread::UsualSpread;
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

    /// The p-value of a level score at a level.
    pub(super) fn level_p(&self, score: f64, level: f64) -> f64 {
        let own = &self.level[1 + stratum(level)];
        let calibration = if SCORES_PER_STRATUM <= own.n() { own } else { &self.level[0] };
        calibration.p_value(score)
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
        };
        calibration.n() as usize
    }
}

pub(super) fn stratum(level: f64) -> usize {
    STRATA.iter().filter(|edge| **edge <= level).count()
}
