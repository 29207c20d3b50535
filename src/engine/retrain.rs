//! Learning, then scoring a month again with what was learned, while nobody else writes.

use std::path::Path;

use jiff::Timestamp;

use crate::error::EngineError;
use crate::learn::{Gate, Learned, learn};
use crate::run_store;
use crate::score::score_again;
use crate::workspace::Workspace;
use seatdrift_core::domain::Month;
use seatdrift_core::run::Taught;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// New models are learned.
    Training,
    /// The month is scored again with them.
    Scoring,
}

/// Why it was not all done.
#[derive(Debug)]
pub enum NotRetrained {
    /// No model was trained: models and run are what they were.
    Training(EngineError),
    /// Models were trained, and the month was not scored: the run is what it was.
    Scoring {
        /// What came of the training.
        learned: Box<Learned>,
        /// Why the month could not be scored.
        error: EngineError,
    },
}

/// What a retrain came to.
#[derive(Debug)]
pub struct Retrained {
    /// What came of the training.
    pub learned: Learned,
    /// What the answers since the month was last scored taught; `None` where that run cannot be read.
    pub taught: Option<Taught>,
}

/// Trains the models of the workspace at `root` and keeps the better ones, then scores a month again from
/// its stored exports. Told what it is at, before it is done.
///
/// # Errors
///
/// [`NotRetrained`] with how far it came.
pub fn retrain(
    root: &Path,
    month: Month,
    now: Timestamp,
    progress: &dyn Fn(Stage, &str),
) -> Result<Retrained, NotRetrained> {
    let training = |error: EngineError| NotRetrained::Training(error);
    // What seatdrift.toml says may have changed since the workspace was opened.
    let workspace = Workspace::open(root).map_err(|error| training(error.into()))?;
    let waiting = |words: &str| progress(Stage::Training, words);
    let workspace = workspace.lock_when_free("seatdrift review", waiting);
    let workspace = workspace.map_err(|error| training(error.into()))?;
    let doing = |doing: &str| progress(Stage::Training, doing);
    let learned = learn(&workspace, Gate::BetterOnly, &doing).map_err(training)?;
    let before = run_store::stored_run(&workspace, Some(month)).ok();
    match score_again(&workspace, month, now, &|doing| progress(Stage::Scoring, doing)) {
        Ok(scored) => {
            let taught = before.map(|before| Taught::between(&before, &scored.run));
            Ok(Retrained { learned, taught })
        }
        Err(error) => Err(NotRetrained::Scoring { learned: Box::new(learned), error }),
    }
}
