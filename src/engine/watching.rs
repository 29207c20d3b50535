//! `[watch]` of `seatdrift.toml`: what is told, when and to whom. No key stands in it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Time;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::sources::{SecretPlace, is_source_name};

/// `[watch]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WatchConfig {
    /// Days that the other side has to follow before a change is told.
    pub grace_days: u16,
    /// The same by source: changes of this one wait so many days.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub grace: BTreeMap<String, u16>,
    /// Money a month from which an alert is notable.
    #[serde(with = "rust_decimal::serde::str")]
    pub notable: Decimal,
    /// Money a month from which it is severe.
    #[serde(with = "rust_decimal::serde::str")]
    pub severe: Decimal,
    /// After so many days an open alert is told once more, one step more severe; 0 for never.
    pub escalate_after_days: u16,
    /// After so many hours without a whole reading a source is stale, and that is told.
    pub stale_after_hours: u16,
    /// Between these times of the day nothing is sent: it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Quiet>,
    /// When sinks with `digest = true` get what came since the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest_at: Option<Time>,
    /// An address that is asked after each good look, as dead man's switches want it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ping: Option<SecretPlace>,
    /// A file for Prometheus, in its text format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<PathBuf>,
    /// Who may say, by an ask of theirs, that something changed.
    #[serde(skip_serializing_if = "Hooks::is_empty")]
    pub hooks: Hooks,
    /// Who is told.
    #[serde(rename = "sink", skip_serializing_if = "Vec::is_empty")]
    pub sinks: Vec<SinkConfig>,
}

impl Default for WatchConfig {
    fn default() -> Self {
        Self {
            grace_days: 3,
            grace: BTreeMap::new(),
            notable: Decimal::from(50),
            severe: Decimal::from(500),
            escalate_after_days: 7,
            stale_after_hours: 20,
            quiet: None,
            digest_at: None,
            ping: None,
            metrics: None,
            hooks: Hooks::default(),
            sinks: Vec::new(),
        }
    }
}

impl WatchConfig {
    /// The days that a change of a source waits.
    pub fn grace_of(&self, source: &str) -> u16 {
        self.grace.get(source).copied().unwrap_or(self.grace_days)
    }
}

/// Where the keys are of those who may say that something changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hooks {
    /// The signing key of ConnectWise callbacks: what the `key_url` of one shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connectwise: Option<SecretPlace>,
    /// The secret that Pax8 sends with each webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pax8: Option<SecretPlace>,
    /// The header it sends it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pax8_header: Option<String>,
}

impl Hooks {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Hours of the day without messages, where the MSP is; over midnight where `from` is the later one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// The first moment of them.
    pub from: Time,
    /// The first moment after them.
    pub to: Time,
}

impl Quiet {
    /// Whether a time of the day is one of them.
    pub fn holds_at(&self, time: Time) -> bool {
        match self.from <= self.to {
            true => self.from <= time && time < self.to,
            false => self.from <= time || time < self.to,
        }
    }
}

/// `[[watch.sink]]`: one who is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinkConfig {
    /// Its name here.
    pub name: String,
    /// Where messages go.
    pub to: SinkPlace,
    /// Once a day, all together.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub digest: bool,
}

/// Where messages go. Relative paths start at the workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SinkPlace {
    /// A file that grows by a line of JSON a message.
    File(PathBuf),
    /// An Atom feed of the newest messages.
    Atom(PathBuf),
    /// A program that reads a message as JSON, given with its arguments.
    Command(Vec<String>),
    /// A webhook, signed after Standard Webhooks.
    Webhook {
        /// Its address.
        url: SecretPlace,
        /// What is signed with: `whsec_…`.
        key: SecretPlace,
    },
    /// An incoming webhook of Slack.
    Slack {
        /// Its address.
        url: SecretPlace,
    },
    /// A workflow of Microsoft Teams that a webhook starts.
    Teams {
        /// Its address.
        url: SecretPlace,
    },
    /// E-mail.
    Email(EmailConfig),
}

/// E-mail: who writes to whom. The system sends it, by the server and the TLS that its `sendmail` is set up with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailConfig {
    /// Who writes.
    pub from: String,
    /// To whom.
    pub to: Vec<String>,
    /// The program that takes a message and sends it to whom its head names.
    #[serde(default = "sendmail")]
    pub sendmail: Vec<String>,
}

/// What Postfix, Exim, OpenSMTPD and msmtp are called by alike.
fn sendmail() -> Vec<String> {
    ["/usr/sbin/sendmail", "-t", "-i"].map(str::to_owned).to_vec()
}

/// What is wrong with `[watch]`, in words.
pub fn wrong_in(watch: &WatchConfig, sources: &[String]) -> Option<String> {
    for (position, sink) in watch.sinks.iter().enumerate() {
        if !is_source_name(&sink.name) {
            return Some(format!(
                "watch.sink.name: expected lower-case letters, digits and -, found {:?}",
                sink.name
            ));
        }
        if watch.sinks[..position].iter().any(|before| before.name == sink.name) {
            return Some(format!("two sinks are called {:?}", sink.name));
        }
        match &sink.to {
            SinkPlace::Command(words) if words.is_empty() => {
                return Some(format!("the sink {:?}: expected a program, found none", sink.name));
            }
            SinkPlace::Email(email) if email.to.is_empty() || email.sendmail.is_empty() => {
                return Some(format!(
                    "the sink {:?}: expected whom to write to, and what sends it",
                    sink.name
                ));
            }
            _ => {}
        }
        if sink.digest && watch.digest_at.is_none() {
            return Some(format!(
                "the sink {:?} wants a digest: watch.digest_at says no time for it",
                sink.name
            ));
        }
    }
    let unknown = watch.grace.keys().find(|name| !sources.contains(name));
    if let Some(name) = unknown {
        return Some(format!("watch.grace: no source is called {name:?}"));
    }
    match watch.notable > watch.severe {
        true => Some("watch.notable must not be more than watch.severe".to_owned()),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        let night = Quiet { from: time("20:00:00"), to: time("07:00:00") };
        for (moment, is_quiet) in
            [("19:59:59", false), ("20:00:00", true), ("03:00:00", true), ("07:00:00", false)]
        {
            assert_eq!(night.holds_at(time(moment)), is_quiet, "{moment}");
        }
    }

    #[test]
    fn a_watch_is_written_as_the_readme_says() {
        let text = "grace_days = 5\ndigest_at = \"08:00\"\nquiet = { from = \"20:00\", to = \"07:00\" }\n\
            [[sink]]\nname = \"desk\"\nto = { webhook = { url = { file = \"/k/url\" }, key = { env = \"KEY\" } } }\n\
            [[sink]]\nname = \"boss\"\ndigest = true\n\
            to = { email = { from = \"a@example.com\", to = [\"b@example.com\"] } }\n";
        let watch: WatchConfig = toml::from_str(text).unwrap();
        assert_eq!(wrong_in(&watch, &[]), None);
        assert_eq!(watch.grace_of("pax8"), 5);
        let again: WatchConfig = toml::from_str(&toml::to_string(&watch).unwrap()).unwrap();
        assert_eq!(again, watch);
        let twice = text.replace("\"boss\"", "\"desk\"");
        let words = wrong_in(&toml::from_str(&twice).unwrap(), &[]).unwrap();
        assert_eq!(words, "two sinks are called \"desk\"");
    }
}
