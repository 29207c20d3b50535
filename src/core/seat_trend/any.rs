//! All that is odd about a line's month, both its sides together → one p-value.
//!
//! Each statistic's p-value is weighed by its part of the budget, the oddest speaks for the line, and what
//! the line says is ranked among all past months of lines of its size. Whatever lines have in common, and
//! however rough the statistics' own p-values are, the rank is as rare as it says.
//!
//! Source: weighted minimum p, Genovese, Roeder and Wasserman (2006), *False discovery control with p-value
//! weighting*; the rank as in [`super::calibration`].

use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use super::judge::LineScores;
use super::past_scores::Age;
use super::statistic::Statistic;
use super::usual_month::UsualMonth;

/// Each statistic's part of the budget.
const SHARES: [(Statistic, f64); 5] = [
    (Statistic::Level, 0.35),
    (Statistic::Stall, 0.35),
    (Statistic::Erratic, 0.15),
    (Statistic::Drift, 0.20),
    (Statistic::Price, 0.10),
];

/// Levels that part the lines whose past months are ranked together, in units.
const CLASSES: [f64; 4] = [5.0, 25.0, 100.0, 1000.0];

/// Past months of all lines whose word weighs as much as those of the line's own class.
const POOL_WEIGHT: f64 = 300.0;

/// How far a month that later proved a spike or a new level counts as an ordinary one all the same. Nobody
/// knows that for sure, and where such months are common they are what is usual.
const STILL_USUAL: f64 = 0.02;

/// What the size of a change adds to its rarity: a rare step of one in a thousand seats interests nobody.
const BY_SIZE: f64 = 0.4;
const SIZES: (f64, f64) = (0.01, 1.0);

/// What one line-month says, and the size class it is ranked in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Said {
    pub score: f64,
    pub class: usize,
}

impl Said {
    /// What a line says whose sides have these scores and p-values; `None` where none is judged.
    pub(super) fn of(
        sides: impl Iterator<Item = (LineScores, [f64; Statistic::OF_SERIES.len()])> + Clone,
    ) -> Option<Self> {
        let judged = sides.clone().flat_map(|(scores, p_values)| {
            SHARES.into_iter().filter_map(move |(statistic, _)| {
                let p = p_values[statistic as usize];
                // An odd level that is no news says nothing, and was judged all the same.
                let is_news = statistic != Statistic::Level || 0.0 < scores.off;
                p.is_finite().then_some((statistic, if is_news { p } else { 1.0 }, scores.off))
            })
        });
        let score = together(judged)?;
        let levels = sides.map(|(scores, _)| scores.level_at.abs());
        let level = levels.filter(|level| level.is_finite()).fold(0.0, f64::max);
        Some(Self { score, class: class(level) })
    }
}

/// The class of a level.
fn class(level: f64) -> usize {
    CLASSES.iter().filter(|edge| **edge <= level.abs()).count()
}

impl Statistic {
    /// Its part of the budget; none for what is no suspicion by itself.
    pub fn share(self) -> f64 {
        SHARES.iter().find(|one| one.0 == self).map_or(0.0, |one| one.1)
    }
}

/// How odd p-values are together: the least of them, each weighed by its part, −ln of what it would be by
/// itself. `None` where there is none. `size` is the relative size of the level's change.
fn together(p_values: impl Iterator<Item = (Statistic, f64, f64)>) -> Option<f64> {
    let (mut most, mut shares) = (f64::NEG_INFINITY, 0.0);
    for (statistic, p, size) in p_values {
        let share = statistic.share();
        let by_size = match statistic {
            Statistic::Level => BY_SIZE * (size.clamp(SIZES.0, SIZES.1) / 0.3).ln(),
            _ => 0.0,
        };
        shares += share;
        most = most.max(share.ln() - p.max(f64::MIN_POSITIVE).ln() + by_size);
    }
    (0.0 < shares).then(|| most - shares.ln())
}

/// One past line-month.
#[derive(Debug, Clone, Copy)]
pub(super) struct PastLine {
    pub said: Said,
    /// Months since 1900-01.
    pub month: i32,
    /// Whether it later proved a spike or the start of a new level.
    pub was_real: bool,
    pub age: Age,
}

/// What lines said in past months.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct AnyModel {
    /// Of quiet months, then of all; pooled, then by class.
    quiet: Vec<Calibration>,
    all: Vec<Calibration>,
    /// How many lines a usual month brings, real ones too.
    usual: UsualMonth,
}

impl AnyModel {
    /// Nothing seen yet.
    pub(super) fn cold() -> Self {
        let none = || vec![Calibration::of(Vec::new()); 2 + CLASSES.len()];
        Self { quiet: none(), all: none(), usual: UsualMonth::cold() }
    }

    /// Orders what was said.
    pub(super) fn of(past: &[PastLine]) -> Self {
        let scores = |keep: &dyn Fn(&PastLine) -> bool| {
            let kept = past.iter().filter(|one| one.age.is_settled && keep(one));
            Calibration::of(kept.map(|one| one.said.score as f32).collect())
        };
        let by_class = |quiet_alone: bool| {
            let counts = |one: &PastLine| !(quiet_alone && one.was_real);
            let pooled = scores(&counts);
            let own = (0..=CLASSES.len())
                .map(|class| scores(&|one| counts(one) && one.said.class == class));
            std::iter::once(pooled).chain(own).collect::<Vec<Calibration>>()
        };
        let mut model =
            Self { quiet: by_class(true), all: by_class(false), usual: UsualMonth::cold() };
        let recent = past.iter().filter(|one| one.age.is_recent);
        model.usual = UsualMonth::of(recent.map(|one| (one.month, model.p_value(one.said))));
        model
    }

    /// The probability that a quiet line of that size says as much.
    pub(super) fn p_value(&self, said: Said) -> f64 {
        let pooled = |ranks: &[Calibration]| {
            let own = &ranks[1 + said.class];
            let of_all = ranks[0].p_value(said.score);
            (own.n() * own.p_value(said.score) + POOL_WEIGHT * of_all) / (own.n() + POOL_WEIGHT)
        };
        let p = (1.0 - STILL_USUAL) * pooled(&self.quiet) + STILL_USUAL * pooled(&self.all);
        p.clamp(f64::MIN_POSITIVE, 1.0)
    }

    /// How many lines a usual month brings.
    pub(super) fn usual(&self) -> &UsualMonth {
        &self.usual
    }

    /// Past line-months known.
    pub(super) fn n(&self) -> usize {
        self.quiet[0].n() as usize
    }
}
