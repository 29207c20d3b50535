//! Learning from the new decisions, in the background, and whether there is anything to learn.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::ReviewError;
use super::desk::Desk;
use crate::domain::Subject;
use crate::files;

/// Trains the models of the workspace; in words what came of it, or why it could not be done.
pub type Learn = Arc<dyn Fn() -> Result<String, String> + Send + Sync>;

/// What the last training said, or how long one has been running.
#[derive(Debug, Clone, Default)]
pub(super) enum Progress {
    /// None was asked for.
    #[default]
    Idle,
    /// One is running since.
    Running(Instant),
    /// One is done, that began at a moment, in words.
    Done(Timestamp, String),
    /// One could not be done, and why.
    Failed(String),
}

/// The one training that may run at a time.
#[derive(Clone, Default)]
pub(super) struct Retraining(Arc<Mutex<Progress>>);

impl Retraining {
    pub(super) fn progress(&self) -> Progress {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Starts one, unless one is running.
    pub(super) fn start(&self, learn: &Learn, now: Timestamp) {
        let mut progress = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*progress, Progress::Running(_)) {
            return;
        }
        *progress = Progress::Running(Instant::now());
        drop(progress);
        let (shared, learn) = (Arc::clone(&self.0), Arc::clone(learn));
        std::thread::spawn(move || {
            let learned = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| learn()));
            let ended = match learned {
                Ok(Ok(words)) => Progress::Done(now, words),
                Ok(Err(words)) => Progress::Failed(words),
                Err(_) => Progress::Failed("the training broke off".to_owned()),
            };
            *shared.lock().unwrap_or_else(PoisonError::into_inner) = ended;
        });
    }
}

/// How long a training has run, for a person.
pub(super) fn elapsed(since: Instant) -> String {
    let seconds = Duration::as_secs(&since.elapsed());
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Decisions the models have not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unlearned {
    /// About names.
    pub(super) names: usize,
    /// About flags.
    pub(super) flags: usize,
}

impl Unlearned {
    /// What a retrain would use, in a sentence.
    pub(super) fn words(self) -> String {
        let of = |n: usize, one: &str, many: &str| match n {
            0 => None,
            1 => Some(format!("1 {one}")),
            n => Some(format!("{n} {many}")),
        };
        let parts = [
            of(self.names, "answer about names", "answers about names"),
            of(self.flags, "answer about a flag", "answers about flags"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => "The models know every answer so far.".to_owned(),
            false => {
                format!("Retraining would use {} the models have not seen.", parts.join(" and "))
            }
        }
    }

    /// How many.
    pub(super) fn n(self) -> usize {
        self.names + self.flags
    }
}

/// The decisions made after the newest model was kept, or after the last training here began.
/// Decisions about lines teach no model: they count when the month is scored again.
pub(super) fn unlearned(desk: &Desk, progress: &Progress) -> Result<Unlearned, ReviewError> {
    let folder = desk.workspace.models();
    let mut learned: Option<Timestamp> = match progress {
        Progress::Done(began, _) => Some(*began),
        _ => None,
    };
    for name in files::names_in(&folder)? {
        let stamp = files::stamp(&folder.join(name))?;
        let kept = stamp.and_then(|stamp| stamp.modified?.try_into().ok());
        learned = learned.max(kept);
    }
    let is_new = |subjects: &[Subject]| {
        let of_subject = desk.decisions.iter().filter(|one| subjects.contains(&one.subject));
        of_subject
            .filter(|one| one.at.is_none_or(|at| learned.is_none_or(|then| then < at)))
            .count()
    };
    Ok(Unlearned {
        names: is_new(&[Subject::Client, Subject::Sku]),
        flags: is_new(&[Subject::Flag]),
    })
}
