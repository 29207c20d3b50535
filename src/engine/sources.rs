//! `[[source]]` of `seatdrift.toml`: which systems are read, and where their keys are. No key stands in it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One system of the MSP that is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Its name here: the folder of what was pulled.
    pub name: String,
    /// Which system it is: `pax8`, `connectwise`.
    pub system: String,
    /// What has to be known of the tenant besides its keys.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// Where each key is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, SecretPlace>,
}

/// Where a key is: never here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum SecretPlace {
    /// In a variable of the environment.
    Env(String),
    /// What a program prints, which is given with its arguments: `["op", "read", "op://…"]`.
    Command(Vec<String>),
    /// In a file of `$CREDENTIALS_DIRECTORY`, as systemd gives it.
    Credential(String),
    /// In a file outside the workspace that its owner alone may read.
    File(PathBuf),
}

/// Longest name of a source.
const LONGEST: usize = 40;

/// Whether a name can be that of a source: lower-case letters, digits and `-`, since folders and files are called
/// by it.
pub fn is_source_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty()
        && name.len() <= LONGEST
        && !name.starts_with('-')
        && name.bytes().all(is_plain)
}

/// What is wrong with sources taken together, in words.
pub fn wrong_in(sources: &[SourceConfig]) -> Option<String> {
    let badly_named = sources.iter().find(|source| !is_source_name(&source.name));
    if let Some(source) = badly_named {
        return Some(format!(
            "source.name: expected lower-case letters, digits and -, found {:?}",
            source.name
        ));
    }
    let is_twice = |(position, source): &(usize, &SourceConfig)| {
        sources[..*position].iter().any(|before| before.name == source.name)
    };
    let twice = sources.iter().enumerate().find(is_twice);
    twice.map(|(_, source)| format!("two sources are called {:?}", source.name))
}

/// What is wrong with a `seatdrift.toml`, with its line; of sources and sinks without it: a key may stand there that
/// ought not to.
pub(crate) fn config_words(text: &str, error: &toml::de::Error) -> String {
    let Some(span) = error.span() else { return error.to_string().trim_end().to_owned() };
    let before = text.get(..span.start).unwrap_or(text);
    let table = before.lines().rev().find(|line| line.trim_start().starts_with('['));
    let table = table.unwrap_or_default().trim_start();
    let row = 1 + before.matches('\n').count();
    let places = "each { env = \"…\" }, { file = \"…\" }, { credential = \"…\" } or { command = [\"…\"] }, never a key \
                  itself";
    if table.starts_with("[[source]]") {
        return format!(
            "line {row}: expected a [[source]] with name, system, settings (texts) and secrets ({places})"
        );
    }
    if table.starts_with("[[watch.sink]]") || table.starts_with("[watch") {
        return format!(
            "line {row}: expected what the README says of [watch], and places of keys and addresses ({places})"
        );
    }
    error.to_string().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_called_as_a_folder_can_be() {
        for name in ["pax8", "connectwise-eu", "0"] {
            assert!(is_source_name(name), "{name}");
        }
        for name in ["", "..", "a/b", "Pax8", "-x", "a b"] {
            assert!(!is_source_name(name), "{name}");
        }
    }
}
