//! Whoever watches: alone, on a schedule, sending what is due.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use seatdrift_connect::pull::Outside;
use seatdrift_engine::files::{self, FileError, Lock};
use seatdrift_engine::workspace::Workspace;

use crate::error::WatchError;
use crate::schedule::Schedule;
use crate::sinks;
use crate::state::{State, Watched};
use crate::wire::Wire;

/// Nobody else watches the workspace for as long as this lives.
#[derive(Debug)]
pub struct Watching {
    _lock: Lock,
}

/// Begins to watch a workspace.
///
/// # Errors
///
/// [`WatchError::Watched`] where another process does.
pub fn watching(workspace: &Workspace) -> Result<Watching, WatchError> {
    let path = workspace.root.join(".seatdrift-watch.lock");
    match files::lock(&path) {
        Ok(lock) => Ok(Watching { _lock: lock }),
        Err(FileError::Locked { path, .. }) => Err(WatchError::Watched { path }),
        Err(error) => Err(error.into()),
    }
}

/// What a look is made with.
pub struct Looking<'a> {
    /// The network that sources are read over, the time, chance.
    pub outside: Outside<'a>,
    /// What messages leave by.
    pub wire: &'a dyn Wire,
    /// When looks are made, where that is known.
    pub schedule: Option<Schedule>,
    /// Whether somebody wants it to end: it is asked between steps.
    pub stops: &'a dyn Fn() -> bool,
}

/// Where an MSP is.
pub fn zone(workspace: &Workspace) -> TimeZone {
    let named = workspace.config.time_zone.as_deref();
    named.and_then(|name| TimeZone::get(name).ok()).unwrap_or_else(TimeZone::system)
}

/// Sends what is due, and notes after each what was taken. Gives how many were, and how many wait.
///
/// # Errors
///
/// [`WatchError::File`] where what was taken cannot be noted.
pub fn deliver(
    workspace: &Workspace,
    watched: &mut Watched,
    looking: &Looking<'_>,
    now: Timestamp,
) -> Result<(usize, usize), WatchError> {
    let state = &mut watched.state;
    let mut sent = 0;
    let mut deaf: BTreeSet<String> = BTreeSet::new();
    for parcel in state.outbox.due(now) {
        if (looking.stops)() {
            break;
        }
        let sinks = &workspace.config.watch.sinks;
        let Some(sink) = sinks.iter().find(|sink| sink.name == parcel.sink) else { continue };
        // Who took nothing a moment ago is not waited for once more.
        if deaf.contains(&sink.name) {
            continue;
        }
        let taken =
            sinks::send(workspace, sink, &parcel.message, (&state.outbox, looking.wire, now));
        match taken {
            Ok(()) => {
                sent += 1;
                state.outbox.taken(&parcel);
            }
            Err(words) => {
                deaf.insert(sink.name.clone());
                state.outbox.refused(&parcel, &words, now);
            }
        }
        state.write(workspace)?;
    }
    let unsent = state.outbox.waiting.iter().filter(|one| one.tries > 0).count();
    Ok((sent, unsent))
}

/// Sends what is due by now without a look: what waited for a sink, or for an hour.
///
/// # Errors
///
/// [`WatchError`] where the state cannot be read or written.
pub fn deliver_due(
    workspace: &Workspace,
    _watching: &Watching,
    looking: &Looking<'_>,
) -> Result<(usize, usize), WatchError> {
    let mut watched = Watched::read(workspace)?;
    deliver(workspace, &mut watched, looking, looking.outside.time.now())
}

/// When something is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The next look.
    pub look: Timestamp,
    /// What waits to be sent.
    pub parcel: Option<Timestamp>,
}

/// When something is due next.
///
/// # Errors
///
/// [`WatchError`] where the state cannot be read.
pub fn next_due(
    workspace: &Workspace,
    schedule: Schedule,
    now: Timestamp,
) -> Result<Due, WatchError> {
    let state = State::read(workspace)?.unwrap_or_default();
    let zone = zone(workspace);
    let look = state.looked.map_or(now, |last| schedule.next(last, &zone));
    // A clock that was put back waits no longer than one look.
    let look = look.min(schedule.next(now, &zone));
    Ok(Due { look, parcel: state.outbox.waiting.iter().map(|one| one.due).min() })
}
