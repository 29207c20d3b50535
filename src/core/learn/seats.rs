//! History → a seat-trend model, measured on months held out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{GateVerdict, NewModel, TrainError};
use crate::domain::{Month, Series};
use crate::models;
use crate::models::Stored;
use crate::months::MonthlyLines;
use crate::reconcile::Partners;
use crate::score::{FlagDecisions, canonical_series};
use crate::seat_trend::{
    MonthScores, Statistic, TrendMetrics, TrendModel, TrendRecipe, backtest, card, evaluate, fit,
    score_month, to_bytes,
};

/// How much worse, in nats for a line-month, a model of one's own book may be than the one that ships:
/// its p-values are ranks among this book's own quiet months, which is what keeps the false-alarm
/// rate.
const OWN_BOOK: f64 = 0.05;

/// What came of training the seat-trend model.
#[derive(Debug, Clone, Serialize)]
pub struct SeatsTrained {
    /// Lines it learned from, drift between two sides among them.
    pub lines: usize,
    /// Flags that people judged and this model has a p-value for.
    pub verdicts: usize,
    /// The new model, where there was one to measure.
    pub new: Option<TrendMetrics>,
    /// The current model on the same months.
    pub current: Option<TrendMetrics>,
    /// Which of them is better.
    pub verdict: GateVerdict,
    /// Why, in a sentence.
    pub why: String,
    /// The model to keep if it is better, or if somebody insists.
    #[serde(skip)]
    pub model: Option<NewModel>,
    /// The current model with what people said of its flags, where it stays.
    #[serde(skip)]
    pub taught: Option<NewModel>,
}

/// Trains the seat-trend model through a month.
///
/// # Errors
///
/// [`TrainError::Artifact`] when the fitted model cannot be packed.
pub fn train_seats(
    monthly: MonthlyLines,
    through: Month,
    partners: &Partners,
    decided: &FlagDecisions<'_>,
    current: &Stored<TrendModel>,
) -> Result<SeatsTrained, TrainError> {
    let recipe = TrendRecipe::default();
    let series = canonical_series(monthly, through, partners);
    let mut trained = SeatsTrained {
        lines: series.len(),
        verdicts: 0,
        new: None,
        current: None,
        verdict: GateVerdict::NothingToLearn,
        why: String::new(),
        model: None,
        taught: None,
    };
    let metrics = match backtest(&series, &recipe) {
        Ok(metrics) => metrics,
        Err(error) => {
            trained.why = error.to_string();
            return Ok(trained);
        }
    };
    let model = match fit(&series, through, &recipe) {
        Ok(model) => {
            let verdicts = verdicts(&model, &series, decided);
            trained.verdicts = verdicts.len();
            model.judged_by(&verdicts)
        }
        Err(error) => {
            trained.why = error.to_string();
            return Ok(trained);
        }
    };
    let held_out = i32::try_from(recipe.held_out_months).unwrap_or(i32::MAX);
    let months: Vec<Month> = (0..held_out).rev().map(|back| through.plus(-back)).collect();
    let old = evaluate(&current.model, &series, &months);
    // What ships and was told of verdicts here is still no model of this book.
    let is_shipped = current.model.clone().judged_by(&[]) == models::shipped_trends()?;
    let margin = if is_shipped { OWN_BOOK } else { 0.0 };
    let is_better = old.mean_log_score < metrics.mean_log_score + margin;
    trained.verdict = if is_better { GateVerdict::Better } else { GateVerdict::Worse };
    trained.why = format!(
        "mean log score {:.4} on the newest {held_out} months, held out; the {} model {:.4}{}",
        metrics.mean_log_score,
        current.name(),
        old.mean_log_score,
        if is_better && metrics.mean_log_score <= old.mean_log_score {
            " (as good, and calibrated on this book)"
        } else {
            ""
        }
    );
    let packed = |model: &TrendModel, metrics: &TrendMetrics| {
        let bytes = to_bytes(model).map_err(|error| TrainError::Artifact(error.to_string()))?;
        Ok::<_, TrainError>(NewModel { bytes, card: card(model, Some(metrics)), figures: None })
    };
    trained.model = Some(packed(&model, &metrics)?);
    if !is_better {
        let said = verdicts(&current.model, &series, decided);
        let taught = current.model.clone().judged_by(&said);
        if taught.verdicts() != current.model.verdicts() {
            trained.verdict = GateVerdict::Taught;
            trained.taught = Some(packed(&taught, &old)?);
        }
    }
    (trained.new, trained.current) = (Some(metrics), Some(old));
    Ok(trained)
}

/// What people said of months of these lines, and of products at all clients: how rare the model finds the
/// oddest of them, and whether it was real. What was said last of a month and a line counts.
fn verdicts(
    model: &TrendModel,
    series: &[Series],
    decided: &FlagDecisions<'_>,
) -> Vec<(f64, bool)> {
    type Meant<'a> = (Vec<usize>, BTreeSet<&'a str>);
    let mut by_month: BTreeMap<Month, BTreeMap<Meant<'_>, bool>> = BTreeMap::new();
    for (month, real, means) in decided.verdicts() {
        let lines = (0..series.len()).filter(|&idx| means(&series[idx].client, &series[idx].sku));
        let skus = series.iter().map(|one| &one.sku[..]).filter(|sku| means("", sku));
        by_month.entry(month).or_default().insert((lines.collect(), skus.collect()), real);
    }
    let mut found = Vec::new();
    for (month, said) in by_month {
        let scores = score_month(model, series, month);
        for ((lines, skus), real) in said {
            let of_lines = lines.iter().flat_map(|&idx| scores.p_value(idx, Statistic::Any));
            let p_values = of_lines.chain(rarities_of_moves(&scores, &skus));
            found.extend(p_values.min_by(f64::total_cmp).map(|p| (p, real)));
        }
    }
    found
}

/// How rare the model finds what these products did at all clients.
fn rarities_of_moves(scores: &MonthScores<'_>, skus: &BTreeSet<&str>) -> Vec<f64> {
    if skus.is_empty() {
        return Vec::new();
    }
    let moves = scores.quantity_moves().into_iter().chain(scores.price_moves());
    moves.filter(|(found, _)| skus.contains(&found.sku[..])).map(|(_, p)| p).collect()
}
