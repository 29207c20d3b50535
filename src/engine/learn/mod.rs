//! The history and what people decided → models that are kept where they are better.

mod words;

use serde::Serialize;

use crate::decision_store;
use crate::error::EngineError;
use crate::files::Change;
use crate::history::History;
use crate::model_store::{self, Kept};
use crate::workspace::LockedWorkspace;
use seatdrift_core::decisions::DecisionsUsed;
use seatdrift_core::domain::Month;
use seatdrift_core::learn::{
    GateVerdict, NewModel, PairTrained, Progress, SeatsTrained, TrainInputs, train,
};
use seatdrift_core::models::Family;

/// Which new models are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Those that are better than the current ones.
    BetterOnly,
    /// All of them: somebody insists.
    Open,
}

/// What training did.
#[derive(Debug, Serialize)]
pub struct Learned {
    /// The newest month learned from.
    pub through: Month,
    /// The names of clients.
    pub clients: Outcome<PairTrained>,
    /// The names of products.
    pub skus: Outcome<PairTrained>,
    /// Seats.
    pub seats: Outcome<SeatsTrained>,
}

/// One model's training, and the file it was kept in.
#[derive(Debug, Serialize)]
pub struct Outcome<T> {
    /// What came of training it.
    #[serde(flatten)]
    pub trained: T,
    /// The new model's file; none where the current one stays.
    pub kept_as: Option<String>,
}

/// Trains every model of a workspace and keeps those that pass the gate.
///
/// # Errors
///
/// [`EngineError`] for what cannot be read, learned from or kept.
pub fn learn(
    workspace: &LockedWorkspace,
    gate: Gate,
    progress: Progress<'_>,
) -> Result<Learned, EngineError> {
    let history = History::new(workspace.history());
    let decisions = decision_store::standing(workspace)?;
    let models = model_store::current_models(&workspace.models())?;
    let aliases = workspace.product_aliases()?;
    let inputs = TrainInputs {
        settings: &workspace.config.settings(),
        history: &history,
        decisions: &decisions,
        models: &models,
        aliases: &aliases,
    };
    let trained = train(&inputs, progress)?;
    let change = workspace.change();
    let decisions = &DecisionsUsed::of(&decisions);
    let keeper = Keeper { workspace, change: &change, gate, decisions };
    let mut pairs = trained.pairs.into_iter();
    let mut pair = |family| -> Result<Outcome<PairTrained>, EngineError> {
        let trained = pairs.next().expect("one of each kind was trained");
        let kept_as = keeper.keep(family, &trained.verdict, &trained.model)?;
        Ok(Outcome { trained, kept_as })
    };
    let clients = pair(Family::ClientPairs)?;
    let skus = pair(Family::SkuPairs)?;
    let seats = keeper.keep_seats(trained.seats)?;
    change.commit()?;
    Ok(Learned { through: trained.through, clients, skus, seats })
}

/// Keeps what passes the gate.
struct Keeper<'a> {
    workspace: &'a LockedWorkspace,
    change: &'a Change,
    gate: Gate,
    /// What people had decided when the models were trained.
    decisions: &'a DecisionsUsed,
}

impl Keeper<'_> {
    fn keep(
        &self,
        family: Family,
        verdict: &GateVerdict,
        model: &Option<NewModel>,
    ) -> Result<Option<String>, EngineError> {
        let is_better = matches!(verdict, GateVerdict::Better | GateVerdict::Taught);
        let passes = is_better || self.gate == Gate::Open;
        let Some(model) = model.as_ref().filter(|_| passes) else { return Ok(None) };
        let new = Kept {
            bytes: &model.bytes,
            card: &model.card,
            figures: model.figures.as_ref(),
            decisions: self.decisions,
        };
        Ok(Some(model_store::keep(self.change, &self.workspace.models(), family, new)?))
    }

    fn keep_seats(&self, mut seats: SeatsTrained) -> Result<Outcome<SeatsTrained>, EngineError> {
        if self.gate == Gate::Open && seats.verdict == GateVerdict::Taught {
            seats.verdict = GateVerdict::Worse;
        }
        let chosen =
            if seats.verdict == GateVerdict::Taught { &seats.taught } else { &seats.model };
        let kept_as = self.keep(Family::SeatTrend, &seats.verdict, chosen)?;
        Ok(Outcome { trained: seats, kept_as })
    }
}
