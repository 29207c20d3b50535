//! One look: pull, compare with the last look, tell what is new. A kill between any two of its steps loses and
//! repeats nothing: what was seen and what is to be told are written together, before anything is sent.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;
use seatdrift_connect::chosen::{Choice, chosen};
use seatdrift_connect::error::ConnectError;
use seatdrift_connect::pull::{Fewer, Outcome, Progress, Request, pull};
use seatdrift_connect::tenant::{day_of, tenants};
use seatdrift_core::domain::{Month, Side};
use seatdrift_engine::error::{EngineError, with_causes};
use seatdrift_engine::files::FileError;
use seatdrift_engine::score::{Exports, score};
use seatdrift_engine::watching::WatchConfig;
use seatdrift_engine::workspace::{LockedWorkspace, Workspace};

use crate::alerts::{self, AlertState};
use crate::difference::{Change, difference};
use crate::error::WatchError;
use crate::following::{self, Known};
use crate::judged::Judged;
use crate::message::{Message, messages};
use crate::outbox::Hours;
use crate::readings::{of_days, snapshot};
use crate::relation::Relation;
use crate::seen::LineName;
use crate::state::Watched;
use crate::troubles::{self, Health};
use crate::watching::{Looking, Watching, deliver, zone};

/// How long another command that writes to the workspace is waited for, in steps.
const TRIES: u32 = 600;

/// One of these steps.
const STEP: Duration = Duration::from_millis(100);

/// What a look saw and told.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Looked {
    /// Each source with what became of it, in words.
    pub sources: Vec<(String, String)>,
    /// What changed since the last look.
    pub changes: Vec<Change>,
    /// What is told.
    pub messages: Vec<Message>,
    /// Changes that wait for the other side.
    pub waiting: usize,
    /// Alerts that are open.
    pub open: usize,
    /// Messages that sinks took.
    pub sent: usize,
    /// Messages that sinks did not take yet.
    pub unsent: usize,
    /// Whether everything could be read, judged and sent.
    pub is_good: bool,
}

/// Looks once.
///
/// # Errors
///
/// [`WatchError`] where nothing could be begun or written: what was there is there.
pub fn look(
    workspace: &Workspace,
    _watching: &Watching,
    looking: &Looking<'_>,
    progress: Progress<'_>,
) -> Result<Looked, WatchError> {
    let now = looking.outside.time.now();
    let mut watched = Watched::read(workspace)?;
    let before = watched.state.clone();
    let mut looked = pulled(workspace, looking, &mut watched, now, progress)?;
    if (looking.stops)() {
        return Ok(looked);
    }
    looked.changes = compared(workspace, &mut watched)?;
    if (looking.stops)() {
        return Ok(looked);
    }
    let unread = unread_sides(workspace, &watched)?;
    let judged = judged(workspace, &mut watched, now, progress)?;
    let news = told(workspace, &mut watched, (judged.as_ref(), &unread), now)?;
    let state = &mut watched.state;
    let config = &workspace.config.watch;
    let zone = zone(workspace);
    (state.looked, state.next) = (Some(now), looking.schedule.map(|one| one.next(now, &zone)));
    looked.messages = messages(&news, now);
    looked.messages.extend(troubles::told(state, &Health { before: &before, config, now }));
    state.outbox.put(looked.messages.clone(), &Hours { config, zone: &zone }, now);
    state.outbox.tidy(config, now);
    watched.write(&locked(workspace)?)?;
    let state = &watched.state;
    looked.waiting = state.waiting.len();
    looked.open = state.alerts.iter().filter(|alert| alert.state == AlertState::Open).count();
    (looked.sent, looked.unsent) = deliver(workspace, &mut watched, looking, now)?;
    let state = &watched.state;
    let is_read = state.sources.values().all(|source| source.failed.is_none());
    looked.is_good = looked.unsent == 0 && is_read && state.troubles.is_empty();
    troubles::after(workspace, state, (looked.is_good, looking.wire, now));
    Ok(looked)
}

/// Reads every source, and notes what became of each.
fn pulled(
    workspace: &Workspace,
    looking: &Looking<'_>,
    watched: &mut Watched,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Looked, WatchError> {
    let request = Request {
        month: None,
        only: None,
        fewer: Fewer::Refused,
        page_size: usize::MAX,
        record: None,
    };
    let mut looked = Looked::default();
    for source in pull(workspace, &request, &looking.outside, progress)? {
        let state = watched.state.sources.entry(source.name.clone()).or_default();
        let words = match source.outcome {
            Outcome::Read(note) => {
                (state.read, state.failed) = (Some(now), None);
                format!("{} rows", note.n_rows())
            }
            Outcome::LeftOut(why) => format!("left out: {why}"),
            Outcome::Failed(error) => {
                let words = with_causes(&error);
                state.failed = Some(words.clone());
                format!("failed: {words}")
            }
        };
        looked.sources.push((source.name, words));
    }
    let configured: BTreeSet<&str> =
        workspace.config.sources.iter().map(|source| source.name.as_str()).collect();
    watched.state.sources.retain(|name, _| configured.contains(name.as_str()));
    watched.baselines.retain(|name, _| configured.contains(name.as_str()));
    watched.state.waiting.retain(|change| configured.contains(change.source.as_str()));
    Ok(looked)
}

/// Compares the newest reading of each source with the last one that was compared.
fn compared(workspace: &Workspace, watched: &mut Watched) -> Result<Vec<Change>, WatchError> {
    let mut all = Vec::new();
    for tenant in tenants(&workspace.config, None)? {
        let name = &tenant.config.name;
        let Some(note) = of_days(workspace, tenant)?.pop() else { continue };
        let state = watched.state.sources.entry(name.clone()).or_default();
        let seen = state.baseline.zip(state.baseline_at);
        if seen.is_some_and(|seen| (note.day, note.at) <= seen) {
            continue;
        }
        let after = snapshot(workspace, tenant.system.side, &note)?;
        if let Some(before) = watched.baselines.get(name) {
            let found = difference(before, &after);
            state.aside = found.aside;
            if state.aside.is_some() {
                continue;
            }
            for change in &found.changes {
                let waits = !change.seats().is_zero()
                    || matches!(change.what, crate::difference::What::Price { .. });
                if waits {
                    following::add(&mut watched.state.waiting, change.clone());
                }
            }
            all.extend(found.changes);
        }
        (state.baseline, state.baseline_at) = (Some(note.day), Some(note.at));
        let mut after = after;
        keep_unread(&mut after, watched.baselines.get(name));
        watched.baselines.insert(name.clone(), after);
    }
    Ok(all)
}

/// What could not be read today is what it was.
fn keep_unread(after: &mut crate::seen::Snapshot, before: Option<&crate::seen::Snapshot>) {
    let Some(before) = before else { return };
    for id in &after.unread {
        if let Some(entry) = before.entries.get(id) {
            after.entries.entry(id.clone()).or_insert_with(|| entry.clone());
        }
    }
    after.unread.clear();
}

/// The sides of which a source is not known as it is today.
fn unread_sides(workspace: &Workspace, watched: &Watched) -> Result<Vec<Side>, WatchError> {
    let is_unread = |name: &str| {
        let state = watched.state.sources.get(name);
        state.is_none_or(|state| state.failed.is_some() || state.aside.is_some())
    };
    let unread = tenants(&workspace.config, None)?
        .into_iter()
        .filter(|tenant| is_unread(&tenant.config.name))
        .map(|tenant| tenant.system.side);
    Ok(unread.collect())
}

/// Scores the day, where something waits for it; `None` where nothing does, or it cannot be scored: why is noted.
fn judged(
    workspace: &Workspace,
    watched: &mut Watched,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Option<Judged>, WatchError> {
    let state = &mut watched.state;
    let is_open = |alert: &alerts::Alert| !matches!(alert.state, AlertState::Solved(_));
    let is_wanted = state.looked.is_none() || !state.waiting.is_empty();
    if !is_wanted && !state.alerts.iter().any(is_open) {
        state.not_scored = None;
        return Ok(None);
    }
    let today = day_of(workspace, now);
    let month = Month::of(today).expect("today is in a month");
    let sides = [Side::Vendor, Side::Psa];
    let choice = Choice { month, as_of: Some(today), sides: &sides, without: &[], today };
    let chosen = match chosen(workspace, &choice) {
        Ok(chosen) => chosen,
        Err(error @ (ConnectError::Workspace(_) | ConnectError::File(_))) => {
            return Err(error.into());
        }
        Err(error) => {
            state.not_scored = Some(with_causes(&error));
            return Ok(None);
        }
    };
    progress("the day", "scoring", 0);
    let exports = Exports { month, day: Some(today), files: chosen.files };
    match score(&locked(workspace)?, &exports, now, &|_| ()) {
        Ok(scored) => {
            state.not_scored = None;
            Ok(Some(Judged::of(&scored.run, &scored.lines)))
        }
        Err(EngineError::File(error)) => Err(error.into()),
        Err(error) => {
            state.not_scored = Some(with_causes(&error));
            Ok(None)
        }
    }
}

/// What is told of alerts, after the changes that wait were held against what both sides have now.
fn told(
    workspace: &Workspace,
    watched: &mut Watched,
    (judged, unread): (Option<&Judged>, &[Side]),
    now: Timestamp,
) -> Result<Vec<alerts::News>, WatchError> {
    let config: &WatchConfig = &workspace.config.watch;
    let day = day_of(workspace, now);
    let mut seats: BTreeMap<LineName, Decimal> = BTreeMap::new();
    for snapshot in watched.baselines.values() {
        for (name, more) in snapshot.seats() {
            *seats.entry(name).or_default() += more;
        }
    }
    let waiting = watched.state.waiting.iter().map(Change::line);
    let lines: BTreeSet<LineName> = seats.keys().cloned().chain(waiting).collect();
    let groups = match judged {
        Some(judged) => judged.relation.groups(&lines),
        None => Relation::default().groups(&lines),
    };
    let grace = |source: &str| config.grace_of(source);
    let known = Known { day, judged, groups: &groups, seats: &seats, unread, grace: &grace };
    let unfollowed = following::unfollowed(&mut watched.state.waiting, &known);
    let judged = judged.filter(|_| unread.is_empty());
    let look = alerts::Look { day, now, judged, config };
    Ok(alerts::looked(&mut watched.state.alerts, unfollowed, &look))
}

/// The workspace for writing; another command that writes to it is waited for.
fn locked(workspace: &Workspace) -> Result<LockedWorkspace, FileError> {
    let mut tries_left = TRIES;
    loop {
        match workspace.clone().lock() {
            Err(FileError::Locked { .. }) if tries_left > 0 => std::thread::sleep(STEP),
            other => return other,
        }
        tries_left -= 1;
    }
}
