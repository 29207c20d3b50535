//! A source of `seatdrift.toml` with the system it is of.

use std::path::Path;

use crate::address::Hosts;
use crate::error::ConnectError;
use crate::keys::key;
use crate::registry::{SYSTEMS, system};
use crate::source::{Asker, Setting, System, Told};
use seatdrift_engine::sources::SourceConfig;
use seatdrift_engine::workspace::{Config, Workspace};

/// One tenant of one system.
#[derive(Clone, Copy)]
pub struct Tenant<'a> {
    /// What `seatdrift.toml` says.
    pub config: &'a SourceConfig,
    /// Its system.
    pub system: &'static System,
}

/// The sources of a workspace, in the order of `seatdrift.toml`; where one is named, that one alone.
///
/// # Errors
///
/// [`ConnectError::NoSources`], or what is wrong with one of them.
pub fn tenants<'a>(
    config: &'a Config,
    only: Option<&str>,
) -> Result<Vec<Tenant<'a>>, ConnectError> {
    let tenants: Vec<Tenant<'_>> =
        config.sources.iter().map(Tenant::of).collect::<Result<_, _>>()?;
    if tenants.is_empty() {
        return Err(ConnectError::NoSources);
    }
    let Some(name) = only else { return Ok(tenants) };
    match tenants.iter().find(|tenant| tenant.config.name == name) {
        Some(tenant) => Ok(vec![*tenant]),
        None => Err(ConnectError::UnknownSource {
            name: name.to_owned(),
            known: config.sources.iter().map(|source| source.name.clone()).collect(),
        }),
    }
}

/// The system that a word means.
///
/// # Errors
///
/// [`ConnectError::UnknownSystem`] with those there are.
pub fn system_called(word: &str) -> Result<&'static System, ConnectError> {
    system(word).ok_or_else(|| ConnectError::UnknownSystem {
        system: word.to_owned(),
        known: SYSTEMS.iter().map(|system| system.word).collect(),
    })
}

impl<'a> Tenant<'a> {
    /// A source whose system and settings are known ones.
    ///
    /// # Errors
    ///
    /// [`ConnectError`] for a word that nobody knows.
    pub fn of(config: &'a SourceConfig) -> Result<Self, ConnectError> {
        let system = system_called(&config.system)?;
        let known = |settings: &'static [Setting]| settings.iter().map(|setting| setting.name);
        let check = |found: &String, settings: &'static [Setting]| match known(settings)
            .any(|name| name == found)
        {
            true => Ok(()),
            false => Err(ConnectError::UnknownSetting {
                source_name: config.name.clone(),
                found: found.clone(),
                known: known(settings).collect(),
            }),
        };
        config.settings.keys().try_for_each(|name| check(name, system.settings))?;
        config.secrets.keys().try_for_each(|name| check(name, system.secrets))?;
        Ok(Self { config, system })
    }

    /// What it is told, its keys included.
    ///
    /// # Errors
    ///
    /// [`ConnectError::Unsaid`] for what is missing, [`ConnectError::Key`] for a key that cannot be had.
    pub fn told(&self, root: &Path) -> Result<Told, ConnectError> {
        let mut told = Told { settings: self.config.settings.clone(), ..Told::default() };
        let unsaid = |setting: &Setting| ConnectError::Unsaid {
            source_name: self.config.name.clone(),
            setting: setting.name,
            words: setting.words,
        };
        for setting in self.system.settings {
            if setting.usual.is_none() && !told.settings.contains_key(setting.name) {
                return Err(unsaid(setting));
            }
        }
        for secret in self.system.secrets {
            let place = match (self.config.secrets.get(secret.name), secret.usual) {
                (Some(place), _) => place,
                (None, Some(_)) => continue,
                (None, None) => return Err(unsaid(secret)),
            };
            let key = key(place, root).map_err(|source| ConnectError::Key {
                source_name: self.config.name.clone(),
                secret: secret.name.to_owned(),
                source: Box::new(source),
            })?;
            told.secrets.insert(secret.name.to_owned(), key);
        }
        Ok(told)
    }

    /// What it asks through: its vendor's hosts and its own.
    pub fn asker(&self, told: &Told) -> Asker {
        Asker::new(Hosts::new(self.system.hosts, &told.addresses()))
    }
}

/// The day where an MSP is.
pub fn day_of(workspace: &Workspace, now: jiff::Timestamp) -> jiff::civil::Date {
    let named = workspace.config.time_zone.as_deref();
    let zone = named.and_then(|name| jiff::tz::TimeZone::get(name).ok());
    now.to_zoned(zone.unwrap_or_else(jiff::tz::TimeZone::system)).date()
}
