//! Past scores of the portfolio, by statistic: what a model's p-values are ranks among.

use std::collections::BTreeMap;

use super::any::{AnyModel, PastLine, Said};
use super::calibration::Calibration;
use super::judge::LineScores;
use super::model::{MonthScales, STRATA, TrendModel, stratum};
use super::month_spread::{PastScore, UsualSpread};

/// Past months of lines.
#[derive(Default)]
pub(super) struct PastScores(Vec<PastMonth>);

/// A past month of one side of a line, or of its gap.
#[derive(Debug, Clone, Copy)]
struct PastMonth {
    line: u32,
    /// Months since 1900-01.
    month: i32,
    level_at: f32,
    level: f32,
    off: f32,
    stall: f32,
    erratic: f32,
    drift: f32,
    price: f32,
    was_anomaly: bool,
    age: Age,
}

/// How long ago a past month was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Age {
    /// Whether so many months came after it that it can be told what it was.
    pub is_settled: bool,
    /// Whether lines were about as well known in it as they are now.
    pub is_recent: bool,
}

impl PastMonth {
    fn scores(&self) -> LineScores {
        LineScores {
            month_idx: 0,
            level_at: self.level_at.into(),
            level: self.level.into(),
            off: self.off.into(),
            stall: self.stall.into(),
            erratic: self.erratic.into(),
            drift: self.drift.into(),
            price: self.price.into(),
        }
    }
}

impl PastScores {
    /// Adds a month of a reading that begins with `first`, and whether it later proved a spike or a shift.
    pub(super) fn add(
        &mut self,
        line: usize,
        scores: &LineScores,
        first: i32,
        was_anomaly: bool,
        age: Age,
    ) {
        self.0.push(PastMonth {
            line: u32::try_from(line).expect("fewer lines than u32::MAX"),
            month: first + i32::try_from(scores.month_idx).expect("at most 120"),
            level_at: scores.level_at as f32,
            level: scores.level as f32,
            off: scores.off as f32,
            stall: scores.stall as f32,
            erratic: scores.erratic as f32,
            drift: scores.drift as f32,
            price: scores.price as f32,
            was_anomaly,
            age,
        });
    }

    /// Puts the months of one line, all sides, together.
    pub(super) fn of_line_ends(&mut self, from: usize) {
        self.0[from..].sort_by_key(|one| one.month);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Both together.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Ranks a model's scores among these. A month that later proved a spike or a shift says nothing about
    /// what is usual of its level, its unrest or its gap; of its price and its pause it does.
    pub(super) fn calibrate(self, model: &mut TrendModel) {
        let settled = || self.0.iter().filter(|one| one.age.is_settled);
        let quiet = |of: fn(&PastMonth) -> f32| -> Vec<PastScore> {
            let known = settled().filter(|one| !one.was_anomaly && of(one).is_finite());
            let past = |one: &PastMonth| PastScore {
                month: one.month,
                stratum: stratum(one.level_at.into()),
                score: of(one),
            };
            known.map(past).collect()
        };
        let every = |of: fn(&PastMonth) -> f32| -> Vec<f32> {
            settled().map(of).filter(|score| score.is_finite()).collect()
        };
        let scores = |past: &[PastScore]| past.iter().map(|one| one.score).collect::<Vec<f32>>();
        let pauses = every(|one| one.stall);
        model.growers = (pauses.len(), pauses.iter().filter(|score| 0.0 < **score).count());
        let level = quiet(|one| one.level);
        model.n_calibration = level.len();
        let (spread, level, levels) = UsualSpread::levelled(level);
        model.spreads.level = spread;
        let of_stratum = |stratum: usize| {
            let own = level.iter().filter(|one| one.stratum == stratum);
            Calibration::of(own.map(|one| one.score).collect())
        };
        let strata = (0..=STRATA.len()).map(of_stratum);
        model.level = std::iter::once(Calibration::of(scores(&level))).chain(strata).collect();
        model.stall = Calibration::of(pauses);
        let (spread, erratic, unrests) = UsualSpread::levelled(quiet(|one| one.erratic));
        (model.spreads.erratic, model.erratic) = (spread, Calibration::of(scores(&erratic)));
        let (spread, drift, gaps) = UsualSpread::levelled(quiet(|one| one.drift));
        (model.spreads.drift, model.drift) = (spread, Calibration::of(scores(&drift)));
        model.price_scores = Calibration::of(every(|one| one.price));
        let at = |scales: &BTreeMap<i32, f64>, month| scales.get(&month).copied().unwrap_or(1.0);
        let scales = |month| MonthScales {
            level: at(&levels, month),
            erratic: at(&unrests, month),
            drift: at(&gaps, month),
        };
        model.any = self.lines(model, scales);
    }

    /// What whole lines said in the past, by what single statistics are ranked at now.
    fn lines(&self, model: &TrendModel, scales: impl Fn(i32) -> MonthScales) -> AnyModel {
        let months = self.0.chunk_by(|one, next| (one.line, one.month) == (next.line, next.month));
        let past = months.filter_map(|sides| {
            let scales = scales(sides[0].month);
            let of_sides =
                sides.iter().map(|side| (side.scores(), model.past_ranks(&side.scores(), &scales)));
            Some(PastLine {
                said: Said::of(of_sides)?,
                was_real: sides.iter().any(|side| side.was_anomaly),
                month: sides[0].month,
                age: sides[0].age,
            })
        });
        AnyModel::of(&past.collect::<Vec<PastLine>>())
    }
}
