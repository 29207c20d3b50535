//! What was seen and told, in `watched/last/` of the workspace.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use seatdrift_engine::files::{self, FileError};
use seatdrift_engine::workspace::{LockedWorkspace, Workspace};
use serde::{Deserialize, Serialize};

use crate::alerts::Alert;
use crate::difference::Change;
use crate::error::WatchError;
use crate::outbox::Outbox;
use crate::seen::Snapshot;

/// The folder in it that a look replaces as a whole.
const FOLDER: &str = "last";

/// The file with everything but snapshots.
const STATE: &str = "state.json";

/// Largest file of it, in bytes.
const LARGEST: u64 = 256 << 20;

/// What was seen and told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Sources by name.
    pub sources: BTreeMap<String, SourceState>,
    /// Changes that wait for the other side.
    pub waiting: Vec<Change>,
    /// Alerts, the oldest first.
    pub alerts: Vec<Alert>,
    /// What is to be sent.
    pub outbox: Outbox,
    /// When the watch last looked, whether or not every source could be read.
    #[serde(default)]
    pub looked: Option<Timestamp>,
    /// When the next look was due, as the schedule of the last one said.
    #[serde(default)]
    pub next: Option<Timestamp>,
    /// Why the day could not be scored at the last look.
    #[serde(default)]
    pub not_scored: Option<String>,
    /// What is told of the watch itself until it is over: its key and its words.
    #[serde(default)]
    pub troubles: BTreeMap<String, String>,
}

/// What is known of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceState {
    /// When it was read whole last.
    #[serde(default)]
    pub read: Option<Timestamp>,
    /// The day of the snapshot that the next one is compared with.
    #[serde(default)]
    pub baseline: Option<Date>,
    /// When that was read: one day may have several.
    #[serde(default)]
    pub baseline_at: Option<Timestamp>,
    /// Why it could not be read at the last look.
    #[serde(default)]
    pub failed: Option<String>,
    /// Why the last snapshot is none to compare with.
    #[serde(default)]
    pub aside: Option<String>,
}

/// The state, and the snapshots that the next ones are compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// What was seen and told.
    pub state: State,
    /// By source.
    pub baselines: BTreeMap<String, Snapshot>,
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.watched().join(FOLDER)
}

fn baseline_file(source: &str) -> String {
    format!("seats-{source}.json")
}

impl Watched {
    /// What is in a workspace; nothing where nobody watched yet.
    ///
    /// # Errors
    ///
    /// [`WatchError::NotAState`] for what no watch writes.
    pub fn read(workspace: &Workspace) -> Result<Self, WatchError> {
        let Some(state) = State::read(workspace)? else { return Ok(Self::default()) };
        let mut baselines = BTreeMap::new();
        for source in state.sources.keys() {
            let path = folder(workspace).join(baseline_file(source));
            if let Some(snapshot) = parsed(path)? {
                baselines.insert(source.clone(), snapshot);
            }
        }
        Ok(Self { state, baselines })
    }

    /// Writes all of it, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`FileError`] when the disk does not take it: what was there is there.
    pub fn write(&self, workspace: &LockedWorkspace) -> Result<(), FileError> {
        let mut files = vec![(STATE.to_owned(), bytes(&self.state))];
        files
            .extend(self.baselines.iter().map(|(source, one)| (baseline_file(source), bytes(one))));
        let change = workspace.change();
        change.stage_folder(&folder(workspace), &files)?;
        change.commit()
    }
}

impl State {
    /// What is in a workspace; `None` where nobody watched yet.
    ///
    /// # Errors
    ///
    /// [`WatchError::NotAState`] for what no watch writes.
    pub fn read(workspace: &Workspace) -> Result<Option<Self>, WatchError> {
        parsed(folder(workspace).join(STATE))
    }

    /// Writes the state alone: what was sent since. Whoever watches is the only one who writes it.
    ///
    /// # Errors
    ///
    /// [`FileError`] when the disk does not take it: what was there is there.
    pub fn write(&self, workspace: &Workspace) -> Result<(), FileError> {
        files::write_atomic(&folder(workspace).join(STATE), &bytes(self))
    }
}

fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).expect("texts and numbers are JSON");
    bytes.push(b'\n');
    bytes
}

fn parsed<T: serde::de::DeserializeOwned>(path: PathBuf) -> Result<Option<T>, WatchError> {
    let Some(bytes) = files::read_if_present(&path, LARGEST)? else { return Ok(None) };
    let parsed = serde_json::from_slice(&bytes);
    parsed.map(Some).map_err(|error| WatchError::NotAState { path, message: error.to_string() })
}
