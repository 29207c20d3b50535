//! Decisions about names → a pair classifier, measured on decisions of months held out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{MonthRead, NewModel, TrainError, TrainInputs, Verdict};
use crate::candidates::KnownPairs;
use crate::decisions::{decided_month, pair_memory};
use crate::domain::{Decision, Entity, EntityKind, Month, PairMemory, Side, Subject, entities_of};
use crate::history::MonthlyLine;
use crate::model_store;
use crate::pair_classifier::{
    FitRecipe, LabelledPairs, PairMetrics, TrainingSet, card, evaluate, fit, labelled_pairs,
    to_bytes,
};
use crate::pipeline::names_known;

/// Share of the months with decisions that are held out, newest first.
const HELD_OUT: f64 = 0.25;

/// With fewer confirmed pairs held out than this, months say too little and folds are used.
const FEWEST_HELD_OUT: usize = 5;

/// What came of training one pair classifier.
#[derive(Debug, Clone, Serialize)]
pub struct PairTrained {
    /// What it matches.
    pub kind: EntityKind,
    /// Decisions about names of this kind.
    pub decisions: usize,
    /// What the figures were measured on.
    pub measured_on: String,
    /// The new model, where there was one to measure.
    pub new: Option<PairMetrics>,
    /// The current model on the same pairs.
    pub current: Option<PairMetrics>,
    /// Which of them is better.
    pub verdict: Verdict,
    /// Why, in a sentence.
    pub why: String,
    /// The model to keep if it is better, or if somebody insists.
    #[serde(skip)]
    pub model: Option<NewModel>,
}

/// Trains the pair classifier of a kind.
///
/// # Errors
///
/// [`TrainError::Artifact`] when the fitted model cannot be packed.
pub fn train_pairs(
    kind: EntityKind,
    inputs: &TrainInputs<'_>,
    months: &[MonthRead],
    monthly: &[MonthlyLine],
) -> Result<PairTrained, TrainError> {
    let subject = match kind {
        EntityKind::Client => Subject::Client,
        EntityKind::Sku => Subject::Sku,
    };
    let about: Vec<Decision> =
        inputs.decisions.iter().filter(|one| one.subject == subject).cloned().collect();
    let mut trained = PairTrained {
        kind,
        decisions: about.len(),
        measured_on: String::new(),
        new: None,
        current: None,
        verdict: Verdict::NothingToLearn,
        why: "nobody has decided about such names yet".to_owned(),
        model: None,
    };
    if about.is_empty() {
        return Ok(trained);
    }
    let world = World::new(kind, inputs, months, monthly);
    let recipe = FitRecipe {
        target_precision: inputs.config.thresholds.accept_precision,
        ..FitRecipe::default()
    };
    // The model that ships is where learning starts from: what it was taught counts until decisions
    // outweigh it, and a retrain does not depend on the ones before.
    let start = model_store::shipped_pairs(kind)?;
    let all = world.set(&about);
    let fitted = match fit(kind, std::slice::from_ref(&all), Some(&start), &recipe) {
        Ok(fitted) => fitted,
        Err(error) => {
            trained.why = error.to_string();
            return Ok(trained);
        }
    };
    let stored = match kind {
        EntityKind::Client => &inputs.models.clients,
        EntityKind::Sku => &inputs.models.skus,
    };
    let current = &stored.model;
    let held_out = held_out(kind, &world, &about, &recipe);
    let (new, old, measured_on) = match &held_out {
        Some((before, pairs, months)) => {
            match fit(kind, std::slice::from_ref(before), Some(&start), &recipe) {
                Ok(earlier) => {
                    (evaluate(&earlier.model, pairs), evaluate(current, pairs), months.clone())
                }
                Err(error) => {
                    trained.why = error.to_string();
                    return Ok(trained);
                }
            }
        }
        None => {
            let pairs = labelled_pairs(kind, std::slice::from_ref(&all), recipe.seed);
            (fitted.metrics, evaluate(current, &pairs), "names held out in folds".to_owned())
        }
    };
    let is_better = new.log_loss < old.log_loss;
    trained.verdict = if is_better { Verdict::Better } else { Verdict::Worse };
    trained.why = format!(
        "log loss {:.4} on {measured_on}, the {} model {:.4}",
        new.log_loss,
        stored.name(),
        old.log_loss
    );
    let source = format!("{} decisions of this MSP, measured on {measured_on}", about.len());
    let made = format!("through {}", months[0].month);
    let card = card(&fitted.model, &new, &source, &made);
    let bytes = to_bytes(&fitted.model).map_err(|error| TrainError::Artifact(error.to_string()))?;
    trained.model = Some(NewModel { bytes, card });
    trained.measured_on = measured_on;
    (trained.new, trained.current) = (Some(new), Some(old));
    Ok(trained)
}

/// The decisions before the newest months with decisions, and the pairs decided in those.
fn held_out(
    kind: EntityKind,
    world: &World,
    about: &[Decision],
    recipe: &FitRecipe,
) -> Option<(TrainingSet, LabelledPairs, String)> {
    let months: BTreeSet<Month> = about.iter().filter_map(decided_month).collect();
    let n_held_out = (months.len() as f64 * HELD_OUT).round() as usize;
    let first = *months.iter().rev().nth(n_held_out.checked_sub(1)?)?;
    let is_early = |one: &&Decision| decided_month(one).is_none_or(|month| month < first);
    let (early, late): (Vec<&Decision>, Vec<&Decision>) = about.iter().partition(is_early);
    let early: Vec<Decision> = early.into_iter().cloned().collect();
    let late: Vec<Decision> = late.into_iter().cloned().collect();
    let before = world.set(&early);
    let mut after = world.set(&late);
    // A pair that was known before is no test.
    after.memory.same.retain(|pair, _| !before.memory.same.contains_key(pair));
    after.memory.different.retain(|pair| !before.memory.different.contains(pair));
    let pairs = labelled_pairs(kind, std::slice::from_ref(&after), recipe.seed);
    if after.memory.same.len() < FEWEST_HELD_OUT || pairs.n_same() == pairs.len() {
        return None;
    }
    let last = months.last()?;
    Some((before, pairs, format!("the decisions of {first} to {last}, held out")))
}

/// The names one kind of training sees.
struct World {
    kind: EntityKind,
    vendor: Vec<Entity>,
    psa: Vec<Entity>,
    other: KnownPairs,
    day: jiff::civil::Date,
    names: crate::decisions::Names,
}

impl World {
    fn new(
        kind: EntityKind,
        inputs: &TrainInputs<'_>,
        months: &[MonthRead],
        monthly: &[MonthlyLine],
    ) -> Self {
        let newest = &months[0];
        let day = newest.month.last_day();
        let names = names_known(monthly, &newest.rows);
        let other = match kind {
            EntityKind::Client => pair_memory(
                inputs.decisions,
                EntityKind::Sku,
                day,
                &names.vendor_skus,
                &names.psa_skus,
            ),
            EntityKind::Sku => pair_memory(
                inputs.decisions,
                EntityKind::Client,
                day,
                &names.vendor_clients,
                &names.psa_clients,
            ),
        };
        let [vendor, psa] = [Side::Vendor, Side::Psa].map(|side| {
            let mut entities = union_of_months(kind, side, months);
            if kind == EntityKind::Sku {
                inputs.aliases.add_to(&mut entities);
            }
            entities
        });
        Self { kind, vendor, psa, other: other.same.into_keys().collect(), day, names }
    }

    fn set(&self, decisions: &[Decision]) -> TrainingSet {
        let (vendor, psa) = match self.kind {
            EntityKind::Client => (&self.names.vendor_clients, &self.names.psa_clients),
            EntityKind::Sku => (&self.names.vendor_skus, &self.names.psa_skus),
        };
        let memory: PairMemory = pair_memory(decisions, self.kind, self.day, vendor, psa);
        TrainingSet {
            vendor: self.vendor.clone(),
            psa: self.psa.clone(),
            memory,
            other: self.other.clone(),
        }
    }
}

/// The entities of several months, newest first: each as its newest month shows it.
pub fn union_of_months(kind: EntityKind, side: Side, months: &[MonthRead]) -> Vec<Entity> {
    let mut entities: BTreeMap<String, Entity> = BTreeMap::new();
    for month in months {
        for entity in entities_of(kind, side, &month.rows, &month.lines) {
            entities.entry(entity.key.clone()).or_insert(entity);
        }
    }
    entities.into_values().collect()
}
