//! Learning from the new decisions and scoring the month again, in the background, and whether there is
//! anything to learn.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::ReviewError;
use super::queue::Queue;
use super::state::ReviewState;
use seatdrift_core::decisions::DecisionsUsed;
use seatdrift_core::domain::Subject;
use seatdrift_core::run::numbers;
use seatdrift_engine::error::{EngineError, with_causes};
use seatdrift_engine::model_store::{self, Seen};
use seatdrift_engine::retrain::{NotRetrained, Stage};

/// What a retrain does, in its order.
pub(super) const STAGES: [Stage; 2] = [Stage::Training, Stage::Scoring];

/// The word on the page.
pub(super) fn title(stage: Stage) -> &'static str {
    match stage {
        Stage::Training => "Training",
        Stage::Scoring => "Scoring",
    }
}

/// Why it was not all done, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotLearned {
    /// No model was trained: models and run are what they were.
    Training(String),
    /// Models were trained, and the month was not scored: the run is what it was.
    Scoring {
        /// What came of the training, in words.
        trained: String,
        /// Why the month could not be scored.
        why: String,
    },
}

impl From<NotRetrained> for NotLearned {
    fn from(error: NotRetrained) -> Self {
        match error {
            NotRetrained::Training(error) => Self::Training(why(&error)),
            NotRetrained::Scoring { learned, error } => {
                Self::Scoring { trained: learned.words(), why: why(&error) }
            }
        }
    }
}

/// An error with its causes, and what to do about it.
fn why(error: &EngineError) -> String {
    let words = with_causes(error);
    match error.hint() {
        Some(hint) => format!("{words} ({hint})"),
        None => words,
    }
}

/// What was left to decide in each queue.
pub(super) type Left = [usize; 3];

/// What a retrain came to.
#[derive(Debug, Clone)]
pub(super) struct Retrained {
    /// The training, in words.
    pub(super) trained: String,
    /// What the answers taught, in sentences.
    pub(super) taught: Vec<String>,
    pub(super) before: Left,
    /// `None` where the new run could not be read.
    pub(super) after: Option<Left>,
}

/// What the last retrain said, or how far one is.
#[derive(Debug, Clone, Default)]
pub(super) enum RetrainProgress {
    /// None was asked for.
    #[default]
    Idle,
    /// One is running.
    Running { since: Instant, stage: Stage, doing: String },
    /// One has ended; it began with these decisions.
    Ended { decisions: DecisionsUsed, result: Result<Retrained, NotLearned> },
}

/// The one retrain that may run at a time.
#[derive(Clone, Default)]
pub(super) struct Retraining(Arc<Mutex<RetrainProgress>>);

impl Retraining {
    pub(super) fn progress(&self) -> RetrainProgress {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, progress: RetrainProgress) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    /// Starts one with these decisions, unless one is running.
    pub(super) fn start(
        &self,
        decisions: DecisionsUsed,
        learn: impl FnOnce(&dyn Fn(Stage, &str)) -> Result<Retrained, NotLearned> + Send + 'static,
    ) {
        let mut progress = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*progress, RetrainProgress::Running { .. }) {
            return;
        }
        let since = Instant::now();
        let running = move |stage, doing: &str| RetrainProgress::Running {
            since,
            stage,
            doing: doing.to_owned(),
        };
        *progress = running(Stage::Training, "");
        drop(progress);
        let shared = self.clone();
        std::thread::spawn(move || {
            let tell = |stage, doing: &str| shared.set(running(stage, doing));
            let learned = std::panic::catch_unwind(AssertUnwindSafe(|| learn(&tell)));
            let result = learned.unwrap_or_else(|_| Err(shared.broken_off()));
            shared.set(RetrainProgress::Ended { decisions, result });
        });
    }

    fn broken_off(&self) -> NotLearned {
        let why = "it broke off".to_owned();
        match self.progress() {
            RetrainProgress::Running { stage: Stage::Scoring, .. } => {
                NotLearned::Scoring { trained: String::new(), why }
            }
            _ => NotLearned::Training(why),
        }
    }
}

/// How long a retrain has run, for a person.
pub(super) fn elapsed(since: Instant) -> String {
    let seconds = Duration::as_secs(&since.elapsed());
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Decisions the models have not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unlearned {
    /// So many.
    Counted {
        /// About names.
        names: usize,
        /// About flags.
        flags: usize,
    },
    /// Nobody wrote down what they have seen.
    Unknown,
}

impl Unlearned {
    /// What a retrain would use, in a sentence.
    pub(super) fn words(self) -> String {
        let of = |n: usize, one: &str, many: &str| match n {
            0 => None,
            1 => Some(format!("1 {one}")),
            n => Some(format!("{n} {many}")),
        };
        let Self::Counted { names, flags } = self else {
            return "An earlier version trained the models and did not write down which answers \
                    they have seen: retraining uses them all."
                .to_owned();
        };
        let parts = [
            of(names, "answer about names", "answers about names"),
            of(flags, "answer about a flag", "answers about flags"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => "The models know every answer so far.".to_owned(),
            false => {
                format!("Retraining would use {} the models have not seen.", parts.join(" and "))
            }
        }
    }

    /// How many are known of.
    pub(super) fn n(self) -> usize {
        match self {
            Self::Counted { names, flags } => names + flags,
            Self::Unknown => 0,
        }
    }

    /// Whether a retrain may learn something.
    pub(super) fn is_worth_it(self) -> bool {
        self == Self::Unknown || 0 < self.n()
    }
}

/// The decisions that neither the training of a model in use nor the last retrain here knew of. Decisions
/// about lines teach no model: they count when the month is scored again.
pub(super) fn unlearned(
    state: &ReviewState,
    progress: &RetrainProgress,
) -> Result<Unlearned, ReviewError> {
    let mut used = match model_store::seen(&state.workspace.models())? {
        Seen::Nothing => vec![DecisionsUsed::of(&[])],
        Seen::Decisions(used) => used,
        Seen::Unknown => Vec::new(),
    };
    match progress {
        RetrainProgress::Ended { result: Err(NotLearned::Training(_)), .. } => {}
        RetrainProgress::Ended { decisions, .. } => used.push(decisions.clone()),
        _ => {}
    }
    let later = used.iter().map(|used| used.later(&state.decisions)).min_by_key(Vec::len);
    let Some(later) = later else { return Ok(Unlearned::Unknown) };
    let n =
        |subjects: &[Subject]| later.iter().filter(|one| subjects.contains(&one.subject)).count();
    Ok(Unlearned::Counted {
        names: n(&[Subject::Client, Subject::Sku]),
        flags: n(&[Subject::Flag]),
    })
}

/// Of each queue, what was left to decide before a retrain and what is after it.
pub(super) fn left_words(learned: &Retrained) -> Vec<(&'static str, String)> {
    let Some(after) = learned.after else { return Vec::new() };
    let counts = learned.before.into_iter().zip(after);
    let words = |(before, after)| {
        format!("{} before, {} now", numbers::count(before), numbers::count(after))
    };
    Queue::ALL.into_iter().map(Queue::title).zip(counts.map(words)).collect()
}
