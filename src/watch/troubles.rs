//! What the watch says of itself: a source that is not read, a look that was missed, a sink that takes nothing.

use jiff::{SignedDuration, Timestamp};
use seatdrift_connect::keys::key;
use seatdrift_engine::files;
use seatdrift_engine::watching::WatchConfig;
use seatdrift_engine::workspace::Workspace;

use crate::alerts::Severity;
use crate::message::{Item, ItemKind, Message, message};
use crate::state::State;
use crate::status::{self, Status, is_stale};
use crate::wire::Wire;

/// A look that is so late was missed.
const LATE: SignedDuration = SignedDuration::from_hours(1);

/// Without a schedule, a look after so long says that one was missed: most look once a day.
const LATE_UNSCHEDULED: SignedDuration = SignedDuration::from_hours(36);

/// What is known beside the state after a look.
pub struct Health<'a> {
    /// The state before the look.
    pub before: &'a State,
    /// What is configured.
    pub config: &'a WatchConfig,
    /// The moment.
    pub now: Timestamp,
}

/// What is told of the watch itself: each trouble once, and once that it is over.
pub fn told(state: &mut State, health: &Health<'_>) -> Vec<Message> {
    let now = current(state, health);
    let mut items = Vec::new();
    for (key, words) in &now {
        if !state.troubles.contains_key(key) {
            items.push(item(key, ItemKind::Trouble, Severity::Notable, words.clone()));
        }
    }
    for key in state.troubles.keys().filter(|key| !now.contains_key(*key)) {
        let (what, name) = key.split_once(':').unwrap_or((key, ""));
        let words = match what {
            "source" => format!("{name} is read again"),
            "snapshot" => format!("the readings of {name} can be compared again"),
            "sink" => format!("the sink {name} takes messages again"),
            _ => "the day can be scored again".to_owned(),
        };
        items.push(item(key, ItemKind::Over, Severity::Low, words));
    }
    state.troubles = now;
    items.extend(missed(health));
    match items.is_empty() {
        true => Vec::new(),
        false => vec![message("", items, health.now)],
    }
}

fn item(key: &str, why: ItemKind, severity: Severity, words: String) -> Item {
    Item { key: key.to_owned(), why, severity, words, finding: None, money: None }
}

fn current(state: &State, health: &Health<'_>) -> std::collections::BTreeMap<String, String> {
    let mut troubles = std::collections::BTreeMap::new();
    for (name, source) in &state.sources {
        let key = format!("source:{name}");
        if let Some(why) = &source.failed
            && (is_stale(source.read, health.config, health.now)
                || state.troubles.contains_key(&key))
        {
            let last = source.read.map_or("ever".to_owned(), |read| format!("since {read}"));
            troubles.insert(key, format!("{name} was not read {last}: {why}"));
        }
        if let Some(why) = &source.aside {
            let words = format!(
                "{why}. It is no day to compare with: where it is right, run `seatdrift pull --accept-fewer`"
            );
            troubles.insert(format!("snapshot:{name}"), words);
        }
    }
    // Where a source is not read, that is the reason.
    let is_read = state.sources.values().all(|source| source.failed.is_none());
    if let Some(why) = state.not_scored.as_ref().filter(|_| is_read) {
        troubles.insert("scoring".to_owned(), format!("the day cannot be scored: {why}"));
    }
    for (sink, why) in state.outbox.deaf() {
        troubles.insert(format!("sink:{sink}"), format!("the sink {sink} takes no message: {why}"));
    }
    troubles
}

/// A look that was due and was not made, once, with the one that is made now.
fn missed(health: &Health<'_>) -> Option<Item> {
    let last = health.before.looked?;
    let due = match health.before.next {
        Some(next) => next.checked_add(LATE).ok()?,
        None => last.checked_add(LATE_UNSCHEDULED).ok()?,
    };
    (health.now > due).then(|| {
        let words = format!(
            "nobody looked from {last} to {}: was the machine off? What changed meanwhile is told now",
            health.now
        );
        item(&format!("missed:{last}"), ItemKind::Trouble, Severity::Low, words)
    })
}

/// After a look: the file for Prometheus, and the ping of a dead man's switch where all was well. Neither keeps
/// the look from being one; a ping that does not arrive is what its receiver tells.
pub fn after(
    workspace: &Workspace,
    state: &State,
    (is_good, wire, now): (bool, &dyn Wire, Timestamp),
) {
    let config = &workspace.config.watch;
    if let Some(path) = &config.metrics {
        let status = Status::of(workspace, state, now);
        let text = status::metrics(&status) + &status::money_metrics(&status);
        if let Err(error) = files::write_atomic(&workspace.root.join(path), text.as_bytes()) {
            tracing::warn!("the file for Prometheus: {error}");
        }
    }
    let Some(place) = config.ping.as_ref().filter(|_| is_good) else { return };
    let sent = key(place, &workspace.root)
        .map_err(|error| error.to_string())
        .and_then(|address| wire.send(&address, &[], None));
    if let Err(words) = sent {
        tracing::warn!("the ping: {words}");
    }
}

/// The message by which somebody tries whether messages arrive.
pub fn test_message(now: Timestamp) -> Message {
    let words = "this is a test: alerts of seatdrift arrive here".to_owned();
    message("", vec![item("test", ItemKind::Test, Severity::Low, words)], now)
}
