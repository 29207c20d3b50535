//! Past scores of the portfolio, by statistic: what a model's p-values are ranks among.

use super::calibration::Calibration;
use super::judge::LineScores;
use super::model::{STRATA, TrendModel, stratum};
use super::month_spread::{PastScore, UsualSpread};

/// Past scores by statistic.
#[derive(Default)]
pub(super) struct PastScores {
    level: Vec<PastScore>,
    stall: Vec<f32>,
    erratic: Vec<PastScore>,
    drift: Vec<PastScore>,
    price: Vec<f32>,
    growers: (usize, usize),
}

impl PastScores {
    /// Adds a month of a reading that begins with `first`. One that later proved a spike or a shift says
    /// nothing about what is usual; its price does, and so does a pause.
    pub(super) fn add(&mut self, scores: &LineScores, first: i32, was_anomaly: Option<bool>) {
        let push = |into: &mut Vec<f32>, score: f64| {
            if score.is_finite() {
                into.push(score as f32);
            }
        };
        push(&mut self.price, scores.price);
        if scores.stall.is_finite() {
            push(&mut self.stall, scores.stall);
            self.growers.0 += 1;
            self.growers.1 += usize::from(0.0 < scores.stall);
        }
        if was_anomaly == Some(true) {
            return;
        }
        let month = first + i32::try_from(scores.month_idx).expect("at most 120");
        let stratum = stratum(scores.level_at);
        let push = |into: &mut Vec<PastScore>, score: f64| {
            if score.is_finite() {
                into.push(PastScore { month, stratum, score: score as f32 });
            }
        };
        push(&mut self.level, scores.level);
        push(&mut self.erratic, scores.erratic);
        push(&mut self.drift, scores.drift);
    }

    /// Both together.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.level.extend(other.level);
        self.stall.extend(other.stall);
        self.erratic.extend(other.erratic);
        self.drift.extend(other.drift);
        self.price.extend(other.price);
        self.growers.0 += other.growers.0;
        self.growers.1 += other.growers.1;
        self
    }

    /// Ranks a model's scores among these.
    pub(super) fn calibrate(self, model: &mut TrendModel) {
        model.n_calibration = self.level.len();
        model.growers = self.growers;
        let scores = |past: &[PastScore]| past.iter().map(|one| one.score).collect::<Vec<f32>>();
        let (spread, level) = UsualSpread::levelled(self.level);
        model.spreads.level = spread;
        let of_stratum = |stratum: usize| {
            let own = level.iter().filter(|one| one.stratum == stratum);
            Calibration::of(own.map(|one| one.score).collect())
        };
        let strata = (0..=STRATA.len()).map(of_stratum);
        model.level = std::iter::once(Calibration::of(scores(&level))).chain(strata).collect();
        model.stall = Calibration::of(self.stall);
        let (spread, erratic) = UsualSpread::levelled(self.erratic);
        (model.spreads.erratic, model.erratic) = (spread, Calibration::of(scores(&erratic)));
        let (spread, drift) = UsualSpread::levelled(self.drift);
        (model.spreads.drift, model.drift) = (spread, Calibration::of(scores(&drift)));
        model.price_scores = Calibration::of(self.price);
    }
}
