//! The run, the decisions and the queues in step with the disk.
//!
//! What another process wrote is read before anything is answered, and a decision is on the disk before
//! it counts: a killed server, a second tab and `seatdrift decide` lose nothing.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{Timestamp, ToSpan};

use super::ReviewError;
use super::decided_items::{DecidedItems, standing};
use super::queue::{Item, items};
use super::run_names::names;
use seatdrift_core::decisions::{
    DecisionRows, Names, in_force, render, taking_back, taking_back_of,
};
use seatdrift_core::domain::{Decision, Month, Verdict};
use seatdrift_core::run::{Run, parse_run};
use seatdrift_core::score::{id, raise};
use seatdrift_engine::decision_store::{self, passed_over};
use seatdrift_engine::files::{self, FileError, Stamp};
use seatdrift_engine::history::History;
use seatdrift_engine::run_store;
use seatdrift_engine::workspace::Workspace;

/// A run as read, with what it asks.
pub(super) struct Asked {
    pub(super) run: Run,
    pub(super) names: Names,
    pub(super) items: Vec<Item>,
    /// Item id → its position.
    pub(super) by_id: BTreeMap<String, usize>,
    /// Suggestion id → its position in the run.
    pub(super) suggestions: BTreeMap<String, usize>,
}

/// Where a person sits down to decide.
pub(super) struct ReviewState {
    pub(super) workspace: Workspace,
    pub(super) month: Month,
    /// Who decides here.
    pub(super) by: String,
    pub(super) asked: Arc<Asked>,
    run_stamp: Option<Stamp>,
    /// Every row of decisions.csv that is a decision.
    written: Vec<Decision>,
    /// What is said of the rows that are none.
    pub(super) passed_over: Vec<String>,
    decisions_stamp: Option<Stamp>,
    /// Those that were not taken back.
    pub(super) decisions: Vec<Decision>,
    pub(super) standing: DecidedItems,
    /// The run with what was decided since; made when it is first asked for.
    as_decided: Option<Arc<Run>>,
}

impl ReviewState {
    /// Reads a month's run and the decisions.
    pub(super) fn open(workspace: Workspace, month: Month, by: &str) -> Result<Self, ReviewError> {
        let (asked, run_stamp) = read_run(&workspace, month)?;
        // As it will be read from the file.
        let by = by.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut state = Self {
            workspace,
            month,
            by,
            asked: Arc::new(asked),
            run_stamp,
            written: Vec::new(),
            passed_over: Vec::new(),
            decisions_stamp: None,
            decisions: Vec::new(),
            standing: DecidedItems::default(),
            as_decided: None,
        };
        state.read_decisions()?;
        Ok(state)
    }

    /// Reads again what has changed on the disk.
    pub(super) fn refresh(&mut self) -> Result<(), ReviewError> {
        // A command that was broken off may have written half of it.
        self.workspace.settle()?;
        let run_stamp = files::stamp(&self.workspace.run(self.month).join("run.json"))?;
        let is_new_run = run_stamp != self.run_stamp;
        if is_new_run {
            let (asked, stamp) = read_run(&self.workspace, self.month)?;
            (self.asked, self.run_stamp) = (Arc::new(asked), stamp);
        }
        let decisions_stamp = files::stamp(&self.workspace.decisions())?;
        if decisions_stamp != self.decisions_stamp {
            self.read_decisions()?;
        } else if is_new_run {
            self.count();
        }
        Ok(())
    }

    fn read_decisions(&mut self) -> Result<(), ReviewError> {
        let stamp = files::stamp(&self.workspace.decisions())?;
        let rows: DecisionRows = decision_store::written(&self.workspace)?;
        self.passed_over = passed_over(&rows);
        (self.written, self.decisions_stamp) = (rows.decisions, stamp);
        self.count();
        Ok(())
    }

    fn count(&mut self) {
        self.as_decided = None;
        let asked = &self.asked;
        self.decisions = in_force(self.written.clone());
        self.standing = standing(&asked.run, &asked.items, &asked.names, &self.decisions);
    }

    /// The run with what was decided to be fixed since it was written.
    pub(super) fn as_decided(&mut self) -> Result<Arc<Run>, ReviewError> {
        if let Some(run) = &self.as_decided {
            return Ok(Arc::clone(run));
        }
        let mut run = self.asked.run.clone();
        let history = History::new(self.workspace.history());
        raise(&mut run, &self.decisions, &self.asked.names, &history)?;
        let run = Arc::new(run);
        self.as_decided = Some(Arc::clone(&run));
        Ok(run)
    }

    /// Appends decisions and waits until the disk has them.
    pub(super) fn append(&mut self, decisions: &[Decision]) -> Result<(), ReviewError> {
        if decisions.is_empty() {
            return Ok(());
        }
        let rows = render(decisions);
        let before = self.decisions_stamp.map_or(0, |stamp| stamp.length);
        decision_store::append(&self.workspace, decisions)?;
        let stamp = files::stamp(&self.workspace.decisions())?;
        // Where the file has grown by our rows alone, there is nothing to read.
        if before > 0 && stamp.is_some_and(|now| now.length == before + rows.len() as u64) {
            self.written.extend_from_slice(decisions);
            self.decisions_stamp = stamp;
            self.count();
            return Ok(());
        }
        self.read_decisions()
    }

    /// A moment for new decisions: now, or just after the newest of this person's, so that what was
    /// decided together can be told from what was decided next.
    pub(super) fn moment(&self, now: Timestamp) -> Timestamp {
        // Milliseconds are enough to tell two answers apart, and short to read.
        let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        let own = self.written.iter().filter(|decision| decision.by == self.by);
        match own.filter_map(|decision| decision.at).max() {
            Some(newest) if now <= newest => newest + 1.millisecond(),
            _ => now,
        }
    }

    /// What this person decided last, together: the newest of their decisions in force since a moment.
    pub(super) fn last(&self, since: Timestamp) -> Vec<&Decision> {
        let own = || self.decisions.iter().filter(|decision| decision.by == self.by);
        match own().filter_map(|decision| decision.at).filter(|at| since <= *at).max() {
            Some(newest) => own().filter(|decision| decision.at == Some(newest)).collect(),
            None => Vec::new(),
        }
    }

    /// What says something newer of the same as what this person decided at a moment.
    pub(super) fn newer_than(&self, at: Timestamp) -> Option<&Decision> {
        let about = |decision: &Decision| Decision {
            verdict: Verdict::None,
            reason: String::new(),
            until: None,
            by: String::new(),
            at: None,
            ..decision.clone()
        };
        let is_mine = |decision: &Decision| decision.by == self.by && decision.at == Some(at);
        let first = self.decisions.iter().position(is_mine)?;
        let mine = self.decisions.iter().filter(|decision| is_mine(decision)).map(about);
        let mine: Vec<Decision> = mine.collect();
        let later = self.decisions[first..].iter().rev();
        later.filter(|decision| !is_mine(decision)).find(|decision| mine.contains(&about(decision)))
    }

    /// Takes back what this person decided at a moment. Says how many decisions that were.
    pub(super) fn take_back(
        &mut self,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<usize, ReviewError> {
        let moment = self.moment(now);
        let mine = |decision: &&Decision| decision.by == self.by && decision.at == Some(at);
        let back: Vec<Decision> = self
            .decisions
            .iter()
            .rev()
            .filter(mine)
            .map(|decision| taking_back(decision, &self.by, moment))
            .collect();
        if back.is_empty() {
            return Err(BACK_ALREADY);
        }
        self.append(&back)?;
        Ok(back.len())
    }

    /// Takes back one decision, whoever made it and whenever, by its [`mark`].
    pub(super) fn take_back_one(
        &mut self,
        marked: &str,
        now: Timestamp,
    ) -> Result<(), ReviewError> {
        let position = self.decisions.iter().rposition(|decision| mark(decision) == marked);
        let position = position.ok_or(BACK_ALREADY)?;
        let back = taking_back_of(&self.decisions, position, &self.by, self.moment(now));
        self.append(&[back])
    }
}

const BACK_ALREADY: ReviewError =
    ReviewError::Answer("that was taken back already: nothing was changed");

/// What tells a decision from every other that says, gives or means anything else.
pub(super) fn mark(decision: &Decision) -> String {
    id('d', &[&String::from_utf8_lossy(&render(std::slice::from_ref(decision)))])
}

fn read_run(workspace: &Workspace, month: Month) -> Result<(Asked, Option<Stamp>), ReviewError> {
    let path = workspace.run(month).join("run.json");
    let (stamp, (bytes, is_as_stored)) = run_bytes(&path)?.ok_or(ReviewError::RunGone { month })?;
    let run = parse_run(&bytes, bytes.len());
    let run = run.map_err(|source| ReviewError::Run { path: path.clone(), source })?;
    is_as_stored?;
    Ok((Asked::new(run), Some(stamp)))
}

/// Looks for a run that is not there, and how long between two of them: a folder that is replaced by its
/// successor is away for a moment.
const LOOKS: usize = 5;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Bytes, and whether they are those that were stored.
type Sealed = (Vec<u8>, Result<(), FileError>);

fn run_bytes(path: &Path) -> Result<Option<(Stamp, Sealed)>, ReviewError> {
    for look in 0..LOOKS {
        if 0 < look {
            std::thread::sleep(BETWEEN_LOOKS);
        }
        let stamp = files::stamp(path)?;
        if let Some(stamp) = stamp {
            match files::read_sealed(path, run_store::LIMIT) {
                Err(FileError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {}
                read => return Ok(Some((stamp, read?))),
            }
        }
    }
    Ok(None)
}

impl Asked {
    fn new(run: Run) -> Self {
        let names = names(&run);
        let items = items(&run, &names);
        let by_id = items.iter().enumerate().rev().map(|(idx, item)| (item.id.clone(), idx));
        let suggestions = run.suggestions.iter().enumerate();
        let suggestions = suggestions.map(|(idx, pair)| (pair.id.clone(), idx)).collect();
        Self { by_id: by_id.collect(), suggestions, names, items, run }
    }

    /// The item of an id.
    pub(super) fn item(&self, id: &str) -> Option<&Item> {
        Some(&self.items[*self.by_id.get(id)?])
    }
}
