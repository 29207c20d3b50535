//! What is open: one alert a cause until it changes, told once.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use seatdrift_core::domain::Digest;
use seatdrift_core::run::LineStatus;
use seatdrift_engine::watching::WatchConfig;
use serde::{Deserialize, Serialize};

use crate::difference::Change;
use crate::following::Unfollowed;
use crate::judged::{Claim, Judged, JudgedLine};
use crate::seen::LineName;

/// Days that a solved alert is remembered.
const REMEMBERED_DAYS: i32 = 30;

/// A change that nobody followed, from when it is told until it is solved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// What tells it from all others.
    pub key: String,
    /// The lines of both sides it is about.
    pub lines: BTreeSet<LineName>,
    /// The client's name.
    pub client: String,
    /// The product's.
    pub sku: String,
    /// What changed, the oldest first.
    pub changes: Vec<Change>,
    /// What is claimed: the most money of its claims.
    pub claim: Claim,
    /// Since which day.
    pub since: Date,
    /// The day it was told first.
    pub opened: Date,
    /// How much it matters.
    pub severity: Severity,
    /// How it stands.
    pub state: AlertState,
    /// How often something was told of it.
    pub n_told: u32,
    /// The day it was told once more for its age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated: Option<Date>,
}

/// How much an alert matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Less money than is notable.
    Low,
    /// Notable money.
    Notable,
    /// Severe money, or notable money that waits.
    Severe,
}

impl Severity {
    /// By money a month.
    pub fn of(impact: Decimal, config: &WatchConfig) -> Self {
        match impact {
            impact if impact >= config.severe => Self::Severe,
            impact if impact >= config.notable => Self::Notable,
            _ => Self::Low,
        }
    }

    fn one_more(self) -> Self {
        if self == Self::Low { Self::Notable } else { Self::Severe }
    }

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Notable => "notable",
            Self::Severe => "severe",
        }
    }
}

/// How an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// It is told, and waits.
    Open,
    /// Somebody decided that it is right, at least until a day.
    Silent,
    /// It is gone since a day.
    Solved(Date),
}

/// Why something is told of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// It was not known.
    New,
    /// Its numbers are others.
    Changed,
    /// It has been open for long.
    Escalated,
    /// What was decided of it holds no more.
    Back,
    /// It is gone.
    Solved,
}

/// Something that is told of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Why.
    pub kind: NewsKind,
    /// The alert, as it is told.
    pub alert: Alert,
}

/// What is known when alerts are looked at.
pub struct Look<'a> {
    /// The day.
    pub day: Date,
    /// The moment.
    pub now: Timestamp,
    /// What the scoring of the day says; `None` where it could not be scored, or a source was not read.
    pub judged: Option<&'a Judged>,
    /// What matters.
    pub config: &'a WatchConfig,
}

/// Alerts after a look, and what is told of them.
pub fn looked(alerts: &mut Vec<Alert>, unfollowed: Vec<Unfollowed>, look: &Look<'_>) -> Vec<News> {
    let mut news = Vec::new();
    let mut fresh = BTreeSet::new();
    for one in unfollowed {
        let Some(claim) = one.claims.first().cloned() else { continue };
        let is_same = |alert: &&mut Alert| {
            !matches!(alert.state, AlertState::Solved(_)) && !alert.lines.is_disjoint(&one.lines)
        };
        let (kind, alert) = match alerts.iter_mut().find(is_same) {
            Some(alert) if is_as_told(&alert.claim, &claim) => {
                alert.changes.extend(one.changes);
                continue;
            }
            Some(alert) => {
                alert.changes.extend(one.changes);
                alert.lines.extend(one.lines);
                alert.severity = alert.severity.max(Severity::of(claim.impact, look.config));
                alert.claim = claim;
                alert.state = AlertState::Open;
                (NewsKind::Changed, alert)
            }
            None => {
                alerts.push(Alert::new(one, claim, look));
                (NewsKind::New, alerts.last_mut().expect("one was put there"))
            }
        };
        fresh.insert(alert.key.clone());
        news.push(told(alert, kind));
    }
    if let Some(judged) = look.judged {
        for alert in alerts.iter_mut().filter(|alert| !fresh.contains(&alert.key)) {
            news.extend(stands(alert, judged, look).map(|kind| told(alert, kind)));
        }
    }
    alerts.retain(|alert| match alert.state {
        AlertState::Solved(on) => days(on, look.day) < REMEMBERED_DAYS,
        _ => true,
    });
    news
}

fn told(alert: &mut Alert, kind: NewsKind) -> News {
    alert.n_told += 1;
    News { kind, alert: alert.clone() }
}

/// Whether a claim says what was told already.
fn is_as_told(told: &Claim, now: &Claim) -> bool {
    (&told.kind, told.bought, told.billed) == (&now.kind, now.bought, now.billed)
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

impl Alert {
    fn new(one: Unfollowed, claim: Claim, look: &Look<'_>) -> Self {
        let since = one.changes.iter().map(|change| change.since).min().unwrap_or(look.day);
        let ids: Vec<&str> = one.changes.iter().map(|change| change.id.as_str()).collect();
        let said = serde_json::to_vec(&(look.now, &one.lines, ids)).expect("texts are JSON");
        Self {
            key: Digest::of(&said).to_string()[..16].to_owned(),
            lines: one.lines,
            client: claim.client.clone(),
            sku: claim.sku.clone(),
            changes: one.changes,
            since,
            opened: look.day,
            severity: Severity::of(claim.impact, look.config),
            claim,
            state: AlertState::Open,
            n_told: 0,
            escalated: None,
        }
    }
}

/// How an alert that is not told anew stands, and why something is told of it.
fn stands(alert: &mut Alert, judged: &Judged, look: &Look<'_>) -> Option<NewsKind> {
    if matches!(alert.state, AlertState::Solved(_)) {
        return None;
    }
    let lines: Vec<&JudgedLine> = judged.about(&alert.lines).collect();
    let claims = lines.iter().flat_map(|line| &line.claims);
    let Some(claim) = claims.max_by_key(|claim| claim.impact) else {
        let is_decided = |line: &&JudgedLine| line.status != LineStatus::Agrees;
        if lines.iter().any(is_decided) {
            alert.state = AlertState::Silent;
            return None;
        }
        alert.state = AlertState::Solved(look.day);
        return Some(NewsKind::Solved);
    };
    alert.claim = claim.clone();
    if alert.state == AlertState::Silent {
        alert.state = AlertState::Open;
        return Some(NewsKind::Back);
    }
    let wait = i32::from(look.config.escalate_after_days);
    if wait > 0 && alert.escalated.is_none() && days(alert.opened, look.day) >= wait {
        alert.escalated = Some(look.day);
        alert.severity = alert.severity.one_more();
        return Some(NewsKind::Escalated);
    }
    None
}

#[cfg(test)]
mod tests;
