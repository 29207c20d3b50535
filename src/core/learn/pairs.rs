//! Decisions about names → a pair classifier, measured on decisions of months held out.

use std::collections::BTreeSet;

use serde::Serialize;

use super::gate::{sentence, too_few, verdict};
use super::training_sets::{Asked, TrainingSets, subject};
use super::warnings::warnings;
use super::{GateVerdict, MonthRead, NamesByMonth, NewModel, TrainError, TrainInputs};
use crate::decisions::decided_month;
use crate::domain::{Decision, EntityKind, Month};
use crate::models;
use crate::models::Stored;
use crate::months::MonthlyLines;
use crate::pair_classifier::{
    Approach, Beside, FitError, FitRecipe, Fitted, LabelledPairs, Measured, PairMetrics, PairModel,
    SeenWith, TrainingSet, answers, answers_by_fold, beside, card, choice_table, fit,
    labelled_pairs_in, to_bytes,
};
use crate::score::names_known;

/// Share of the months with decisions that are held out, newest first.
const HELD_OUT: f64 = 0.25;

/// With fewer confirmed pairs held out than this, months say too little and folds are used.
const FEWEST_HELD_OUT: usize = 20;

/// What came of training one pair classifier.
#[derive(Debug, Clone, Serialize)]
pub struct PairTrained {
    /// What it matches.
    pub kind: EntityKind,
    /// Decisions about names of this kind.
    pub decisions: usize,
    /// What the figures were measured on.
    pub measured_on: String,
    /// The ways to learn that were tried, the simplest first.
    pub choice: Vec<Measured>,
    /// The new model, where there was one to measure.
    pub new: Option<PairMetrics>,
    /// The current model on the same pairs.
    pub current: Option<PairMetrics>,
    /// What is odd about the decisions: names nobody has seen, answers taken back.
    pub warnings: Vec<String>,
    /// Which of them is better.
    pub verdict: GateVerdict,
    /// Why, in a sentence.
    pub why: String,
    /// The model to keep if it is better, or if somebody insists.
    #[serde(skip)]
    pub model: Option<NewModel>,
}

/// Trains the pair classifier of a kind; `names` begin with those of the newest month.
///
/// # Errors
///
/// [`TrainError::Artifact`] when the fitted model cannot be packed.
pub fn train_pairs(
    kind: EntityKind,
    inputs: &TrainInputs<'_>,
    newest: &MonthRead,
    names: &NamesByMonth,
    monthly: &MonthlyLines,
) -> Result<PairTrained, TrainError> {
    let subject = subject(kind);
    let about: Vec<Decision> =
        inputs.decisions.iter().filter(|one| one.subject == subject).cloned().collect();
    let untrained = PairTrained {
        kind,
        decisions: about.len(),
        measured_on: String::new(),
        choice: Vec::new(),
        new: None,
        current: None,
        warnings: Vec::new(),
        verdict: GateVerdict::NothingToLearn,
        why: "nobody has decided about such names yet".to_owned(),
        model: None,
    };
    if about.is_empty() {
        return Ok(untrained);
    }
    let world = TrainingSets::new(kind, inputs, newest, names, monthly);
    let here = names_known(&MonthlyLines::default(), &newest.rows);
    let untrained =
        PairTrained { warnings: warnings(kind, &about, world.names(), &here), ..untrained };
    let recipe = FitRecipe {
        target_precision: inputs.settings.thresholds.accept_precision,
        ..FitRecipe::default()
    };
    let stored = match kind {
        EntityKind::Client => &inputs.models.clients,
        EntityKind::Sku => &inputs.models.skus,
    };
    // Decisions are told from those used among all of them, whatever they are about.
    let later = stored.decisions.as_ref().map(|used| {
        let later = used.later(inputs.decisions).into_iter();
        later.filter(|one| one.subject == subject).cloned().collect::<Vec<Decision>>()
    });
    match compared_models(kind, &world, (&about, later.as_deref()), &recipe, &stored.model)? {
        Ok(compared) => judged(untrained, compared, stored, &recipe, newest.month),
        Err(error) => Ok(PairTrained { why: error.to_string(), ..untrained }),
    }
}

/// A new model, and both models beside each other on pairs that neither has seen.
struct Compared {
    fitted: Fitted,
    both: Beside,
    measured_on: String,
}

/// Fits a model on everything, and measures the way it was learned beside the current model on decisions that
/// neither has seen.
///
/// The model that ships has seen none: both are measured on months held out, or where those hold too little
/// on names held out in folds. A model that was learned here has seen what was decided until then: it is
/// measured on what was decided since, and the new one is learned on all but a fold of that.
fn compared_models(
    kind: EntityKind,
    world: &TrainingSets<'_>,
    (about, later): (&[Decision], Option<&[Decision]>),
    recipe: &FitRecipe,
    current: &PairModel,
) -> Result<Result<Compared, FitError>, TrainError> {
    // The model that ships is where learning starts from: what it was taught counts until decisions
    // outweigh it, and a retrain does not depend on the ones before.
    let start = models::shipped_pairs(kind)?;
    let all = world.memory(about);
    let whole = Asked { all: &all, asked: &all, before: None, n_folds: recipe.n_folds };
    let whole = world.sets(&whole);
    let fitted = match fit(kind, &whole, Some(&start), recipe) {
        Ok(fitted) => fitted,
        Err(error) => return Ok(Err(error)),
    };
    let labelled =
        |sets: &[TrainingSet]| labelled_pairs_in(SeenWith::AsScored, kind, sets, recipe.seed);
    let in_folds = |before: &[TrainingSet], tests: &[TrainingSet]| {
        let (before, tests) = (labelled(before), labelled(tests));
        let judged = tests.as_scored();
        let new = answers_by_fold(kind, &before, &tests, &start, recipe)?;
        Ok::<_, FitError>(beside(&new, &answers(current, &judged), &judged))
    };
    let measured = if let Some(later) = later {
        let earlier: Vec<Decision> =
            about.iter().filter(|one| !later.contains(one)).cloned().collect();
        let (before, since) = (world.memory(&earlier), world.memory(later));
        let known = Asked { all: &before, asked: &before, before: None, n_folds: recipe.n_folds };
        let since =
            Asked { all: &all, asked: &since, before: Some(&before), n_folds: recipe.n_folds };
        let both = in_folds(&world.sets(&known), &world.sets(&since));
        both.map(|both| (both, "what was decided since, names held out in folds".to_owned()))
    } else if let Some(HeldOut { before, pairs, months }) = held_out(kind, world, about, recipe) {
        fit(kind, &before, Some(&start), recipe).map(|earlier| {
            (beside(&answers(&earlier.model, &pairs), &answers(current, &pairs), &pairs), months)
        })
    } else {
        in_folds(&[], &whole).map(|both| (both, "names held out in folds".to_owned()))
    };
    Ok(measured.map(|(both, measured_on)| Compared { fitted, both, measured_on }))
}

/// Which of the two models is to be used from now on.
fn judged(
    untrained: PairTrained,
    compared: Compared,
    stored: &Stored<PairModel>,
    recipe: &FitRecipe,
    through: Month,
) -> Result<PairTrained, TrainError> {
    let Compared { fitted, both, measured_on } = compared;
    let (new, current) = (both.new, both.current);
    let is_moved =
        fitted.choice.iter().any(|one| one.is_chosen && one.approach != Approach::Shipped);
    let nothing = |why: String| (GateVerdict::NothingToLearn, why);
    let (verdict, why) = if let Some(why) = too_few(&new) {
        nothing(why)
    } else if stored.file.is_none() && !is_moved {
        nothing(format!(
            "out of fold no correction is clearly better than the {} model",
            stored.name()
        ))
    } else {
        (verdict(&both, recipe.target_precision), sentence(&both, stored.name(), &measured_on))
    };
    let source =
        format!("{} decisions of this MSP, measured on {measured_on}", untrained.decisions);
    let card = card(&fitted.model, &new, &source, &format!("through {through}"))
        + &choice_table(&fitted.choice);
    let bytes = to_bytes(&fitted.model).map_err(|error| TrainError::Artifact(error.to_string()))?;
    Ok(PairTrained {
        measured_on,
        choice: fitted.choice,
        model: Some(NewModel { bytes, card, figures: Some(new) }),
        new: Some(new),
        current: Some(current),
        verdict,
        why,
        ..untrained
    })
}

/// Decisions held out, and what the model is learned from meanwhile.
struct HeldOut {
    before: Vec<TrainingSet>,
    pairs: LabelledPairs,
    months: String,
}

/// The decisions before the newest months with decisions, and the pairs decided in those.
fn held_out(
    kind: EntityKind,
    world: &TrainingSets<'_>,
    about: &[Decision],
    recipe: &FitRecipe,
) -> Option<HeldOut> {
    let months: BTreeSet<Month> = about.iter().filter_map(decided_month).collect();
    let n_held_out = (months.len() as f64 * HELD_OUT).round() as usize;
    let first = *months.iter().rev().nth(n_held_out.checked_sub(1)?)?;
    let is_early = |one: &&Decision| decided_month(one).is_none_or(|month| month < first);
    let (early, late): (Vec<&Decision>, Vec<&Decision>) = about.iter().partition(is_early);
    let memory = |decisions: Vec<&Decision>| {
        world.memory(&decisions.into_iter().cloned().collect::<Vec<Decision>>())
    };
    let (before, after) = (memory(early), memory(late));
    let known = Asked { all: &before, asked: &before, before: None, n_folds: recipe.n_folds };
    // These are asked at once, with what was decided until then known.
    let all = world.memory(about);
    let tests = Asked { all: &all, asked: &after, before: Some(&before), n_folds: 1 };
    let tests = world.sets(&tests);
    let pairs = labelled_pairs_in(SeenWith::AsScored, kind, &tests, recipe.seed).as_scored();
    if pairs.n_same() < FEWEST_HELD_OUT || pairs.n_same() == pairs.len() {
        return None;
    }
    let last = months.last()?;
    Some(HeldOut {
        before: world.sets(&known),
        pairs,
        months: format!("the decisions of {first} to {last}, held out"),
    })
}
