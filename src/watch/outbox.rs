//! Messages that wait to be sent: each to each sink, until it was taken.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use seatdrift_engine::watching::{SinkConfig, WatchConfig};
use serde::{Deserialize, Serialize};

use crate::message::Message;

/// Days that a message is remembered after it was made, for feeds.
const REMEMBERED_DAYS: i64 = 30;

/// After so many tries it is told elsewhere that a sink takes nothing.
const MANY_TRIES: u32 = 3;

/// The longest wait between two tries.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(6);

/// What is to be sent, and what was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// Messages by id.
    pub messages: BTreeMap<String, Message>,
    /// What waits, in the order it came.
    pub waiting: Vec<Delivery>,
}

/// One message for one sink.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The message.
    pub message: String,
    /// The sink's name.
    pub sink: String,
    /// Not before.
    pub due: Timestamp,
    /// The digest it is a part of, by the moment that is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Timestamp>,
    /// How often it was tried.
    #[serde(default)]
    pub tries: u32,
    /// What the last try said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

/// What is sent at once: one message, and what is done when it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The sink's name.
    pub sink: String,
    /// What is sent.
    pub message: Message,
    /// The messages in it.
    pub holds: BTreeSet<String>,
}

/// When a sink may be sent to.
pub struct Hours<'a> {
    /// What is configured.
    pub config: &'a WatchConfig,
    /// Where the MSP is.
    pub zone: &'a TimeZone,
}

impl Hours<'_> {
    /// The first moment from `now` on at which a sink may have a message.
    fn due(&self, sink: &SinkConfig, now: Timestamp) -> Timestamp {
        let local = now.to_zoned(self.zone.clone()).datetime();
        match (sink.digest, self.config.digest_at, self.config.quiet) {
            (true, Some(at), _) => self.next(local, at, now),
            (_, _, Some(quiet)) if quiet.holds_at(local.time()) => self.next(local, quiet.to, now),
            _ => now,
        }
    }

    /// The next moment at which it is this time of the day.
    fn next(&self, local: DateTime, at: Time, now: Timestamp) -> Timestamp {
        let today = local.date().to_datetime(at);
        let wanted = if today > local { Some(today) } else { today.checked_add(1.day()).ok() };
        let zoned =
            wanted.and_then(|wanted| self.zone.to_ambiguous_zoned(wanted).compatible().ok());
        zoned.map_or(now, |zoned| zoned.timestamp())
    }
}

impl Outbox {
    /// Messages that are new, for every sink.
    pub fn put(&mut self, messages: Vec<Message>, hours: &Hours<'_>, now: Timestamp) {
        for message in messages {
            for sink in &hours.config.sinks {
                let due = hours.due(sink, now);
                self.waiting.push(Delivery {
                    message: message.id.clone(),
                    sink: sink.name.clone(),
                    due,
                    digest: sink.digest.then_some(due),
                    tries: 0,
                    last_error: None,
                });
            }
            self.messages.insert(message.id.clone(), message);
        }
    }

    /// What is due, in order: messages one by one, those of one digest together.
    pub fn due(&self, now: Timestamp) -> Vec<Parcel> {
        let mut parcels = Vec::new();
        let mut digests = BTreeSet::new();
        for one in self.waiting.iter().filter(|one| one.due <= now) {
            let Some(message) = self.messages.get(&one.message) else { continue };
            let Some(moment) = one.digest else {
                let holds = BTreeSet::from([one.message.clone()]);
                parcels.push(Parcel { sink: one.sink.clone(), message: message.clone(), holds });
                continue;
            };
            if !digests.insert((&one.sink, moment)) {
                continue;
            }
            let same = self
                .waiting
                .iter()
                .filter(|other| other.sink == one.sink && other.digest == Some(moment));
            let held: Vec<&Message> =
                same.filter_map(|other| self.messages.get(&other.message)).collect();
            let id = format!("digest_{}_{}", one.sink, moment.as_second());
            parcels.push(Parcel {
                sink: one.sink.clone(),
                holds: held.iter().map(|message| message.id.clone()).collect(),
                message: Message::together(id, &held, moment),
            });
        }
        parcels
    }

    /// A parcel was taken.
    pub fn taken(&mut self, parcel: &Parcel) {
        self.waiting.retain(|one| one.sink != parcel.sink || !parcel.holds.contains(&one.message));
    }

    /// A parcel was not taken: it waits longer each time.
    pub fn refused(&mut self, parcel: &Parcel, words: &str, now: Timestamp) {
        for one in &mut self.waiting {
            if one.sink == parcel.sink && parcel.holds.contains(&one.message) {
                one.tries += 1;
                let wait = SignedDuration::from_mins(1 << one.tries.min(9)).min(LONGEST_WAIT);
                one.due = now.saturating_add(wait).unwrap_or(now);
                one.last_error = Some(words.to_owned());
            }
        }
    }

    /// Sinks that have taken nothing for many tries, with what the last one said.
    pub fn deaf(&self) -> BTreeMap<&str, &str> {
        let many = self.waiting.iter().filter(|one| one.tries >= MANY_TRIES);
        many.map(|one| (one.sink.as_str(), one.last_error.as_deref().unwrap_or_default())).collect()
    }

    /// Forgets what was sent long ago, and what waits for sinks that are configured no more.
    pub fn tidy(&mut self, config: &WatchConfig, now: Timestamp) {
        self.waiting.retain(|one| config.sinks.iter().any(|sink| sink.name == one.sink));
        let waiting: BTreeSet<&str> = self.waiting.iter().map(|one| one.message.as_str()).collect();
        let oldest = now.saturating_sub((24 * REMEMBERED_DAYS).hours()).unwrap_or(now);
        self.messages.retain(|id, message| message.at >= oldest || waiting.contains(id.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::Severity;
    use crate::message::{Item, ItemKind, message};
    use seatdrift_engine::watching::{Quiet, SinkPlace};

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn said(words: &str, at: Timestamp) -> Message {
        let item = Item {
            key: words.to_owned(),
            why: ItemKind::Test,
            severity: Severity::Low,
            words: words.to_owned(),
            finding: None,
            money: None,
        };
        message("Alder", vec![item], at)
    }

    fn config(digest: bool) -> WatchConfig {
        WatchConfig {
            quiet: Some(Quiet {
                from: "20:00:00".parse().unwrap(),
                to: "07:00:00".parse().unwrap(),
            }),
            digest_at: Some("08:00:00".parse().unwrap()),
            sinks: vec![SinkConfig {
                name: "desk".to_owned(),
                to: SinkPlace::File("alerts.jsonl".into()),
                digest,
            }],
            ..WatchConfig::default()
        }
    }

    #[test]
    fn what_is_found_in_quiet_hours_waits_until_they_end() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let config = config(false);
        let hours = Hours { config: &config, zone: &zone };
        let mut outbox = Outbox::default();
        // 22:00 in New York, the night before its clocks go forward.
        let now = moment("2026-03-08T03:00:00Z");
        outbox.put(vec![said("a", now)], &hours, now);
        assert_eq!(outbox.due(moment("2026-03-08T10:59:59Z")), []);
        assert_eq!(outbox.due(moment("2026-03-08T11:00:00Z")).len(), 1);
    }

    #[test]
    fn a_digest_is_one_message_a_day_with_the_same_id_at_every_try() {
        let config = config(true);
        let hours = Hours { config: &config, zone: &TimeZone::UTC };
        let mut outbox = Outbox::default();
        for (words, at) in [
            ("a", "2026-06-18T09:00:00Z"),
            ("b", "2026-06-18T15:00:00Z"),
            ("c", "2026-06-19T08:00:00Z"),
        ] {
            outbox.put(vec![said(words, moment(at))], &hours, moment(at));
        }
        let due = outbox.due(moment("2026-06-19T08:05:00Z"));
        assert_eq!(due.len(), 1);
        assert_eq!(due[0].message.items.len(), 2);
        assert_eq!(due[0].message.title, "seatdrift: 2 things since yesterday");
        outbox.refused(&due[0], "it answered 503", moment("2026-06-19T08:05:00Z"));
        assert_eq!(outbox.due(moment("2026-06-19T08:06:00Z")), []);
        let again = outbox.due(moment("2026-06-19T08:10:00Z"));
        assert_eq!(again, due);
        outbox.taken(&again[0]);
        assert_eq!(outbox.due(moment("2026-06-19T09:00:00Z")), []);
        assert_eq!(outbox.waiting.len(), 1);
    }

    #[test]
    fn a_sink_that_takes_nothing_is_deaf_and_its_messages_wait() {
        let config = config(false);
        let hours = Hours { config: &config, zone: &TimeZone::UTC };
        let mut outbox = Outbox::default();
        let mut now = moment("2026-06-18T09:00:00Z");
        outbox.put(vec![said("a", now)], &hours, now);
        for _ in 0..20 {
            for parcel in outbox.due(now) {
                outbox.refused(&parcel, "it answered 503", now);
            }
            now = now.checked_add(1.hour()).unwrap();
        }
        assert_eq!(outbox.deaf(), BTreeMap::from([("desk", "it answered 503")]));
        outbox.tidy(&config, now.checked_add(2000.hours()).unwrap());
        assert_eq!(outbox.messages.len(), 1);
    }
}
