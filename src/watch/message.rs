//! What is told: a message a client and look, and one about the watch itself.

use jiff::Timestamp;
use seatdrift_core::domain::{Digest, Side};
use serde::{Deserialize, Serialize};

use crate::alerts::{Alert, News, NewsKind, Severity};
use crate::difference::{Change, What};

/// One message. Its id is the same however often it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// What tells it from all others.
    pub id: String,
    /// When it was made.
    pub at: Timestamp,
    /// The client it is about; empty for the watch itself.
    pub client: String,
    /// What it says in a line.
    pub title: String,
    /// How much the most severe of it matters.
    pub severity: Severity,
    /// What it says, the most money first.
    pub items: Vec<Item>,
}

/// One thing that a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The alert's key, or what the watch says of itself.
    pub key: String,
    /// Why it is told.
    pub why: ItemKind,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence or more.
    pub words: String,
    /// The finding's id, for `seatdrift explain`; none for what is no finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// Money a month, exact, with its currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<(String, String)>,
}

/// Why something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// News of an alert.
    Alert(NewsKind),
    /// The watch itself is in trouble.
    Trouble,
    /// That trouble is over.
    Over,
    /// Somebody tries whether messages arrive.
    Test,
}

/// The messages that news make, one a client, the most severe first.
pub fn messages(news: &[News], now: Timestamp) -> Vec<Message> {
    let mut by_client: std::collections::BTreeMap<&str, Vec<&News>> = Default::default();
    for one in news {
        by_client.entry(&one.alert.client).or_default().push(one);
    }
    let mut messages: Vec<Message> = by_client
        .into_iter()
        .map(|(client, mut news)| {
            news.sort_by(|one, other| {
                let by = |news: &News| (news.alert.claim.impact, news.alert.key.clone());
                by(other).cmp(&by(one))
            });
            let items: Vec<Item> = news.iter().map(|one| item(one)).collect();
            message(client, items, now)
        })
        .collect();
    messages
        .sort_by(|one, other| (other.severity, &one.client).cmp(&(one.severity, &other.client)));
    messages
}

/// A message of these items.
pub fn message(client: &str, items: Vec<Item>, now: Timestamp) -> Message {
    let keys: Vec<(&str, ItemKind)> =
        items.iter().map(|item| (item.key.as_str(), item.why)).collect();
    let said = serde_json::to_vec(&(client, now, &keys)).expect("texts are JSON");
    let first = items.first().map_or("", |item| item.words.as_str());
    let more = match items.len() {
        0 | 1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    let about = if client.is_empty() { "seatdrift" } else { client };
    let first = first.split_once(". ").map_or(first, |(sentence, _)| sentence);
    Message {
        id: format!("msg_{}", &Digest::of(&said).to_string()[..24]),
        at: now,
        client: client.to_owned(),
        title: format!("{about}: {first}{more}"),
        severity: items.iter().map(|item| item.severity).max().unwrap_or(Severity::Low),
        items,
    }
}

fn item(news: &News) -> Item {
    let alert = &news.alert;
    let claim = &alert.claim;
    Item {
        key: format!("{}.{}", alert.key, alert.n_told),
        why: ItemKind::Alert(news.kind),
        severity: alert.severity,
        words: words(news),
        finding: (news.kind != NewsKind::Solved).then(|| claim.id.clone()),
        money: Some((claim.impact.normalize().to_string(), claim.currency.clone())),
    }
}

fn words(news: &News) -> String {
    let Alert { sku, changes, claim, opened, .. } = &news.alert;
    let said = changes.last().map(change_words).unwrap_or_default();
    let money = format!("{} {} a month, {}", cents(claim.impact), claim.currency, claim.whose);
    let stands = format!(
        "{} bought, {} billed: {money}",
        claim.bought.normalize(),
        claim.billed.normalize()
    );
    match news.kind {
        NewsKind::New => {
            let vendor_says = changes.last().and_then(Change::vendor_says);
            let vendor_says =
                vendor_says.map(|words| format!(". Mind: {words}")).unwrap_or_default();
            format!("{sku}: {said}, and the other side did not follow. {stands}{vendor_says}")
        }
        NewsKind::Changed => format!("{sku}: it changed again: {said}. {stands}"),
        NewsKind::Escalated => format!("{sku}: still open, told on {opened}. {stands}"),
        NewsKind::Back => format!("{sku}: what was decided of it holds no more. {stands}"),
        NewsKind::Solved => format!("{sku}: solved; it was told on {opened}"),
    }
}

/// A change in words: `bought 25 → 28 since 2026-11-18 (pax8)`.
pub fn change_words(change: &Change) -> String {
    let Change { since, source, side, .. } = change;
    let (seats, price) = match side {
        Side::Vendor => ("bought", "a unit costs"),
        Side::Psa => ("billed", "a unit sells for"),
    };
    match &change.what {
        What::Seats { from, to } => {
            format!("{seats} {} → {} since {since} ({source})", from.normalize(), to.normalize())
        }
        What::Price { from, to } => format!(
            "{price} {} → {} {} since {since} ({source})",
            from.normalize(),
            to.normalize(),
            change.currency
        ),
        What::Renamed { from, to } => format!("called {to}, before {from} ({source}, {since})"),
        What::NewId { from } => {
            format!("the same under another id: {from} → {} ({source}, {since})", change.id)
        }
    }
}

/// Money to the cent, as people read it.
pub fn cents(amount: rust_decimal::Decimal) -> String {
    format!("{:.2}", amount.round_dp(2))
}

impl Message {
    /// The whole of it as plain text.
    pub fn text(&self) -> String {
        let mut text = match self.client.is_empty() {
            true => String::new(),
            false => format!("{}\n\n", self.client),
        };
        for item in &self.items {
            text.push_str(&format!("[{}] {}\n", item.severity.word(), item.words));
            if let Some(finding) = &item.finding {
                text.push_str(&format!("    seatdrift explain {finding}\n"));
            }
        }
        text
    }

    /// Several messages as one, for those who want them once a day.
    pub fn together(id: String, messages: &[&Message], at: Timestamp) -> Self {
        let items: Vec<Item> = messages
            .iter()
            .flat_map(|message| {
                let named = |item: &Item| match message.client.is_empty() {
                    true => item.words.clone(),
                    false => format!("{}: {}", message.client, item.words),
                };
                message.items.iter().map(move |item| Item { words: named(item), ..item.clone() })
            })
            .collect();
        let n = items.len();
        let title =
            format!("seatdrift: {n} {} since yesterday", if n == 1 { "thing" } else { "things" });
        let severity = items.iter().map(|item| item.severity).max().unwrap_or(Severity::Low);
        Self { id, at, client: String::new(), title, severity, items }
    }
}
