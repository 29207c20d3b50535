//! How much better names are matched the longer people have reviewed them.

use serde::Serialize;

use super::EvaluateError;
use super::evidence::by_names_alone;
use super::made_up::{MadeUp, Tally};
use super::metrics::calibration_error;
use seatdrift_core::domain::{Decision, EntityKind};
use seatdrift_core::learn::{GateVerdict, NamesByMonth, TrainInputs, train_pairs};
use seatdrift_core::models::{Models, Stored};
use seatdrift_core::months::MonthsInMemory;
use seatdrift_core::normalise::ProductAliases;
use seatdrift_core::pair_classifier::{PairModel, from_bytes};

/// How the names nobody decided were matched. Shares lie in `0.0..=1.0`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NameFigures {
    /// Vendor names judged.
    pub names: usize,
    /// Pairs among them that are the same; parts of bundles are not asked for.
    pub same: usize,
    /// Share of these that were accepted without a person.
    pub right: f64,
    /// Pairs accepted.
    pub accepted: usize,
    /// Share of the accepted pairs that are the same, or a part of that bundle.
    pub precision: f64,
    /// Accepted pairs that are neither.
    pub wrong: usize,
    /// Wrong accepts for each name judged.
    pub false_accepts: f64,
    /// Calibration error of everything accepted or put up for review.
    pub ece: f64,
}

impl NameFigures {
    /// The figures of what was counted.
    pub fn of(tally: &Tally) -> Self {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let n_wrong = tally.n_accepted - tally.n_right;
        Self {
            names: tally.n_names,
            same: tally.n_same,
            right: share(tally.n_found, tally.n_same),
            accepted: tally.n_accepted,
            precision: if tally.n_accepted == 0 {
                1.0
            } else {
                share(tally.n_right, tally.n_accepted)
            },
            wrong: n_wrong,
            false_accepts: share(n_wrong, tally.n_names),
            ece: calibration_error(&tally.answers),
        }
    }
}

/// With the lines that clients and products share, and by names and codes alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WithAndWithout {
    /// As a run does it.
    pub with_lines: NameFigures,
    /// The same models, but neither lines nor the other kind's pairs are looked at.
    pub names_alone: NameFigures,
}

/// One step of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LearningStep {
    /// Months of history and decisions before the newest.
    pub months: usize,
    /// Decisions there were, over all MSPs.
    pub decisions: usize,
    /// MSPs whose client model learned something that passed the gate.
    pub client_models_kept: usize,
    /// MSPs whose product model did.
    pub sku_models_kept: usize,
    /// Clients.
    pub client: WithAndWithout,
    /// Products.
    pub sku: WithAndWithout,
}

/// One step, counted over some MSPs: each is trained on its own months as `train` would, with the gate
/// as it stands, and then matches its newest month.
///
/// # Errors
///
/// [`EvaluateError`] when a model cannot be trained or read.
pub(super) fn learning_step(
    msps: &[MadeUp],
    shipped: &Models,
    months: usize,
) -> Result<LearningStep, EvaluateError> {
    let (mut client, mut sku) = (Counted::default(), Counted::default());
    let (mut client_models_kept, mut sku_models_kept, mut n_decisions) = (0, 0, 0);
    for msp in msps {
        let decisions = msp.decisions(months);
        n_decisions += decisions.len();
        let models = trained(msp, shipped, months, &decisions)?;
        client_models_kept += usize::from(models.clients.file.is_some());
        sku_models_kept += usize::from(models.skus.file.is_some());
        let matched = msp.matched(&models, &decisions, &msp.months[1..=months]).assignments;
        for (kind, counted) in [(EntityKind::Client, &mut client), (EntityKind::Sku, &mut sku)] {
            counted.with_lines.merge(msp.tally(kind, matched.of(kind)));
            let alone = by_names_alone(msp, kind, &models, &decisions);
            counted.names_alone.merge(msp.tally(kind, &alone));
        }
    }
    Ok(LearningStep {
        months,
        decisions: n_decisions,
        client_models_kept,
        sku_models_kept,
        client: client.figures(),
        sku: sku.figures(),
    })
}

#[derive(Default)]
struct Counted {
    with_lines: Tally,
    names_alone: Tally,
}

impl Counted {
    fn figures(&self) -> WithAndWithout {
        WithAndWithout {
            with_lines: NameFigures::of(&self.with_lines),
            names_alone: NameFigures::of(&self.names_alone),
        }
    }
}

/// The models after training: those that ship where nothing better was learned.
fn trained(
    msp: &MadeUp,
    shipped: &Models,
    months: usize,
    decisions: &[Decision],
) -> Result<Models, EvaluateError> {
    let mut models = shipped.clone();
    if months == 0 {
        return Ok(models);
    }
    let (history, aliases) = (MonthsInMemory::default(), ProductAliases::default());
    let inputs = TrainInputs {
        settings: &msp.settings,
        history: &history,
        decisions,
        models: shipped,
        aliases: &aliases,
    };
    let read = &msp.months[1..=months];
    let monthly = msp.monthly(read);
    let mut names = NamesByMonth::default();
    read.iter().for_each(|month| names.add(month, &aliases));
    for kind in [EntityKind::Client, EntityKind::Sku] {
        let outcome = train_pairs(kind, &inputs, &read[0], &names, &monthly)?;
        let (GateVerdict::Better, Some(new)) = (outcome.verdict, outcome.model) else { continue };
        let model: PairModel = from_bytes(&new.bytes, kind)?;
        let file = Some(format!("learned in {months} months"));
        let (figures, decisions, passed_over) = (None, None, None);
        let stored = Stored { model, file, digest: None, figures, decisions, passed_over };
        match kind {
            EntityKind::Client => models.clients = stored,
            EntityKind::Sku => models.skus = stored,
        }
    }
    Ok(models)
}
