//! Month after month, each judged by a model of the months before it.

use rayon::prelude::*;

use super::judge::{WriteMoney, judge_scores};
use super::{FlagPolicy, Judged, LineIdentity};
use crate::domain::{Currency, Month};
use crate::seat_trend::{Portfolio, TrendModel, TrendRecipe};

/// Quiet line-months, or lines, that a model of the lines' own needs at least. With so many lines, what is
/// usual among them is known before there is a quiet month to rank p-values by; a model of other lines
/// would be further off.
const LEAST_CALIBRATION: usize = 200;
const LEAST_LINES: usize = 100;

/// Line-months up to which a model is fitted anew for every month; for a file n times as long, for
/// every n-th.
const LINE_MONTHS_PER_FIT: usize = 200_000;

/// How months are judged.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// How a model is fitted.
    pub recipe: TrendRecipe,
    /// How many flags a month may bring.
    pub policy: FlagPolicy,
    /// Which series are one line.
    pub lines: LineIdentity<'a>,
    /// Models for months before which the lines themselves tell too little: the first that was fitted
    /// on earlier months only, else the last.
    pub fallbacks: &'a [&'a TrendModel],
}

/// A month, and what it was judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedMonth {
    /// The month.
    pub month: Month,
    /// Its scores and flags.
    pub judged: Judged,
    /// The model it was judged by.
    pub source: ModelSource,
}

/// Where a model comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelSource {
    /// It was fitted on the lines themselves.
    Own {
        /// The last month it was fitted on.
        through: Month,
        /// Lines it was fitted on.
        n_lines: usize,
        /// Line-months its p-values are ranks among.
        n_calibration: usize,
    },
    /// One of the plan's, by position.
    Fallback(usize),
}

/// Judges months, each from the months before it alone: so are the models.
///
/// The last of the months is judged by a model fitted through the month before it; where fitting a
/// model for every month would take long, earlier months share one.
pub fn judge_months(
    portfolio: &Portfolio<'_>,
    months: &[Month],
    plan: &Plan<'_>,
    money: impl Fn(f64, Option<Currency>) -> String + Sync,
) -> Vec<JudgedMonth> {
    let Some(&last) = months.iter().max() else { return Vec::new() };
    let entries: usize = portfolio.series().iter().map(|one| one.quantity.len()).sum();
    let every = i32::try_from(entries.div_ceil(LINE_MONTHS_PER_FIT)).unwrap_or(i32::MAX).max(1);
    let mut by_cut_off: Vec<(Month, Vec<Month>)> = Vec::new();
    for &month in months {
        let fits_later = (last.index() - month.index() + every - 1) / every;
        let through = last.plus(-1 - every * fits_later);
        match by_cut_off.last_mut().filter(|(known, _)| *known == through) {
            Some((_, months)) => months.push(month),
            None => by_cut_off.push((through, vec![month])),
        }
    }
    let judged = by_cut_off.into_par_iter().map(|(through, months)| {
        let own = portfolio.fit(through, &plan.recipe).ok();
        let own = own.filter(knows_enough);
        let judge = |month: Month| judge_one(portfolio, month, own.as_ref(), plan, &money);
        months.into_par_iter().map(judge).collect::<Vec<JudgedMonth>>()
    });
    judged.collect::<Vec<_>>().into_iter().flatten().collect()
}

fn knows_enough(model: &TrendModel) -> bool {
    LEAST_CALIBRATION <= model.n_calibration || LEAST_LINES <= model.n_lines
}

fn judge_one(
    portfolio: &Portfolio<'_>,
    month: Month,
    own: Option<&TrendModel>,
    plan: &Plan<'_>,
    money: &WriteMoney<'_>,
) -> JudgedMonth {
    let (model, source) = match own {
        Some(model) => {
            let TrendModel { through, n_lines, n_calibration, .. } = *model;
            (model, ModelSource::Own { through, n_lines, n_calibration })
        }
        None => {
            let earlier = plan.fallbacks.iter().position(|model| model.through < month);
            let position = earlier.unwrap_or(plan.fallbacks.len().saturating_sub(1));
            (plan.fallbacks[position], ModelSource::Fallback(position))
        }
    };
    let scores = portfolio.score(model, month);
    let judged = judge_scores(&scores, portfolio.series(), &plan.policy, plan.lines, money);
    JudgedMonth { month, judged, source }
}
