//! How the watch stands: when each source was read, what is open and what it is worth.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use seatdrift_engine::watching::WatchConfig;
use seatdrift_engine::workspace::Workspace;
use serde::Serialize;

use crate::alerts::{Alert, AlertState, Severity};
use crate::state::State;

/// How the watch stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The moment it is told for.
    pub now: Timestamp,
    /// When it was looked last; `None` for never.
    pub looked: Option<Timestamp>,
    /// When the next look is due, where a schedule says so.
    pub next: Option<Timestamp>,
    /// Each source of `seatdrift.toml`.
    pub sources: Vec<SourceStatus>,
    /// What is open, the most money first.
    pub open: Vec<OpenAlert>,
    /// Alerts of which somebody decided that they are right.
    pub silent: usize,
    /// Changes that wait for the other side.
    pub waiting: usize,
    /// Messages that wait to be taken, with what the last try said.
    pub undelivered: BTreeMap<String, String>,
    /// What is stale, in sentences: nothing where all is well.
    pub stale: Vec<String>,
}

/// How a source stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceStatus {
    /// Its name.
    pub name: String,
    /// When it was read whole last.
    pub read: Option<Timestamp>,
    /// Why it was not, at the last look.
    pub failed: Option<String>,
    /// Why its last snapshot is none to compare with.
    pub aside: Option<String>,
}

/// One open alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenAlert {
    /// What tells it from all others.
    pub key: String,
    /// The client.
    pub client: String,
    /// The product.
    pub sku: String,
    /// How much it matters.
    pub severity: Severity,
    /// Since which day.
    pub since: Date,
    /// Whose money it is.
    pub whose: String,
    /// Money a month.
    #[serde(with = "rust_decimal::serde::str")]
    pub impact: Decimal,
    /// Its currency.
    pub currency: String,
    /// For `seatdrift explain`.
    pub finding: String,
}

impl Status {
    /// What a state says at a moment.
    pub fn of(workspace: &Workspace, state: &State, now: Timestamp) -> Self {
        let config = &workspace.config.watch;
        let mut stale = Vec::new();
        let sources = workspace.config.sources.iter().map(|source| {
            let known = state.sources.get(&source.name).cloned().unwrap_or_default();
            if is_stale(known.read, config, now) {
                let when = known.read.map_or("never".to_owned(), |read| format!("last on {read}"));
                let why = known.failed.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
                stale.push(format!("{} was read {when}{why}", source.name));
            }
            SourceStatus {
                name: source.name.clone(),
                read: known.read,
                failed: known.failed,
                aside: known.aside,
            }
        });
        let sources: Vec<SourceStatus> = sources.collect();
        match state.looked {
            None => stale.push("nobody has looked yet".to_owned()),
            Some(looked) if is_stale(Some(looked), config, now) && !is_scheduled(state, now) => {
                stale.push(format!("nobody has looked since {looked}"));
            }
            Some(_) => {}
        }
        let troubles = state.troubles.iter().filter(|(key, _)| !key.starts_with("source:"));
        stale.extend(troubles.map(|(_, words)| words.clone()));
        let mut open: Vec<OpenAlert> = state
            .alerts
            .iter()
            .filter(|alert| alert.state == AlertState::Open)
            .map(OpenAlert::of)
            .collect();
        open.sort_by(|one, other| (other.impact, &one.key).cmp(&(one.impact, &other.key)));
        let is_silent = |alert: &&Alert| alert.state == AlertState::Silent;
        let undelivered = state.outbox.waiting.iter().filter_map(|one| {
            Some((format!("{} → {}", one.message, one.sink), one.last_error.clone()?))
        });
        Self {
            now,
            looked: state.looked,
            next: state.next,
            sources,
            open,
            silent: state.alerts.iter().filter(is_silent).count(),
            waiting: state.waiting.len(),
            undelivered: undelivered.collect(),
            stale,
        }
    }

    /// What is open by currency and whose money it is: moneys of two are never added.
    pub fn open_money(&self) -> BTreeMap<(&str, &str), Decimal> {
        let mut sums = BTreeMap::new();
        for alert in &self.open {
            *sums.entry((alert.whose.as_str(), alert.currency.as_str())).or_default() +=
                alert.impact;
        }
        sums
    }
}

/// Whether a source was not read for longer than is well.
pub fn is_stale(read: Option<Timestamp>, config: &WatchConfig, now: Timestamp) -> bool {
    let most = SignedDuration::from_hours(config.stale_after_hours.into());
    read.is_none_or(|read| now.duration_since(read) > most)
}

/// Whether the next look is not due yet.
fn is_scheduled(state: &State, now: Timestamp) -> bool {
    state.next.is_some_and(|next| now <= next)
}

impl OpenAlert {
    fn of(alert: &Alert) -> Self {
        Self {
            key: alert.key.clone(),
            client: alert.client.clone(),
            sku: alert.sku.clone(),
            severity: alert.severity,
            since: alert.since,
            whose: alert.claim.whose.clone(),
            impact: alert.claim.impact,
            currency: alert.claim.currency.clone(),
            finding: alert.claim.id.clone(),
        }
    }
}

/// The same in the text format of Prometheus, without money.
///
/// Source: Prometheus, "Exposition formats", text format 0.0.4.
pub fn metrics(status: &Status) -> String {
    let mut text = String::new();
    let mut family = |name: &str, help: &str, lines| text.push_str(&metric(name, help, lines));
    let seconds = |moment: Option<Timestamp>| moment.map_or(0, Timestamp::as_second).to_string();
    let source = |one: &SourceStatus| format!("{{source=\"{}\"}}", one.name);
    family(
        "seatdrift_last_look_seconds",
        "When it was looked last, in seconds since 1970; 0 for never.",
        vec![(String::new(), seconds(status.looked))],
    );
    family(
        "seatdrift_source_read_seconds",
        "When a source was read whole last, in seconds since 1970; 0 for never.",
        status.sources.iter().map(|one| (source(one), seconds(one.read))).collect(),
    );
    let is_well = |one: &SourceStatus| one.failed.is_none() && one.aside.is_none();
    family(
        "seatdrift_source_well",
        "Whether a source could be read and compared at the last look.",
        status
            .sources
            .iter()
            .map(|one| (source(one), u8::from(is_well(one)).to_string()))
            .collect(),
    );
    let by_severity = [Severity::Low, Severity::Notable, Severity::Severe].map(|severity| {
        let n = status.open.iter().filter(|alert| alert.severity == severity).count();
        (format!("{{severity=\"{}\"}}", severity.word()), n.to_string())
    });
    family("seatdrift_alerts_open", "Alerts that are open.", by_severity.to_vec());
    family(
        "seatdrift_changes_waiting",
        "Changes that wait for the other side.",
        vec![(String::new(), status.waiting.to_string())],
    );
    family(
        "seatdrift_messages_undelivered",
        "Messages that a sink did not take yet.",
        vec![(String::new(), status.undelivered.len().to_string())],
    );
    text
}

/// What open alerts come to, in the same format.
pub fn money_metrics(status: &Status) -> String {
    let line = |((whose, currency), sum): ((&str, &str), Decimal)| {
        let labels = format!("{{whose=\"{whose}\",currency=\"{currency}\"}}");
        (labels, sum.normalize().to_string())
    };
    let lines = status.open_money().into_iter().map(line).collect();
    metric("seatdrift_alerts_open_money", "What open alerts come to a month.", lines)
}

fn metric(name: &str, help: &str, lines: Vec<(String, String)>) -> String {
    let mut text = format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
    for (labels, value) in lines {
        text.push_str(&format!("{name}{labels} {value}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_prometheus_reads_them() {
        let status = Status {
            now: "2026-06-18T06:30:00Z".parse().unwrap(),
            looked: Some("2026-06-18T06:30:00Z".parse().unwrap()),
            next: None,
            sources: vec![SourceStatus {
                name: "pax8".to_owned(),
                read: None,
                failed: Some("down".to_owned()),
                aside: None,
            }],
            open: Vec::new(),
            silent: 0,
            waiting: 2,
            undelivered: BTreeMap::new(),
            stale: Vec::new(),
        };
        let text = metrics(&status);
        assert!(text.contains("seatdrift_source_well{source=\"pax8\"} 0\n"), "{text}");
        assert!(text.contains("seatdrift_last_look_seconds 1781764200\n"), "{text}");
        let is_well_formed = |line: &str| line.starts_with("# ") || line.split(' ').count() == 2;
        assert!(text.lines().all(is_well_formed), "{text}");
    }
}
