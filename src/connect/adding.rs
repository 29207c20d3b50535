//! A new `[[source]]` in `seatdrift.toml`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::address::Address;
use crate::error::ConnectError;
use crate::keys::outside;
use crate::secret::Secret;
use crate::tenant::Tenant;
use crate::trouble::Trouble;
use seatdrift_core::domain::Digest;
use seatdrift_engine::files;
use seatdrift_engine::sources::{SecretPlace, SourceConfig, is_source_name};
use seatdrift_engine::workspace::{LockedWorkspace, parse_config};

/// Largest `seatdrift.toml`, in bytes.
const LARGEST: u64 = 1 << 20;

/// Adds a source to the workspace's `seatdrift.toml`, below what stands in it.
///
/// # Errors
///
/// [`ConnectError`] where the name is taken, a setting is missing or unknown, or a key would lie in the workspace.
pub fn add(workspace: &LockedWorkspace, source: &SourceConfig) -> Result<(), ConnectError> {
    let name = || source.name.clone();
    if !is_source_name(&source.name) {
        return Err(ConnectError::BadName { name: name() });
    }
    if workspace.config.sources.iter().any(|known| known.name == source.name) {
        return Err(ConnectError::Taken { name: name() });
    }
    let tenant = Tenant::of(source)?;
    for setting in tenant.system.settings {
        let said = source.settings.get(setting.name).map(|text| text.trim());
        if said.is_none_or(str::is_empty) && setting.usual.is_none() {
            let (setting, words) = (setting.name, setting.words);
            return Err(ConnectError::Unsaid { source_name: name(), setting, words });
        }
        if let Some(said) = said.filter(|_| setting.name.ends_with("host")) {
            Address::parse(said).map_err(|error| Trouble::Setting {
                setting: setting.name,
                expected: "a host or an https address",
                found: format!("{said:?} ({error})"),
            })?;
        }
    }
    for (secret, place) in &source.secrets {
        if let SecretPlace::File(path) = place {
            outside(path, &workspace.root).map_err(|error| ConnectError::Key {
                source_name: name(),
                secret: secret.clone(),
                source: Box::new(error),
            })?;
        }
    }
    let path = workspace.config_file();
    let mut text = files::read(&path, LARGEST)?;
    if !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    text.extend(b"\n");
    text.extend(written(source).as_bytes());
    parse_config(&path, &text)?;
    Ok(files::write_atomic(&path, &text)?)
}

/// A source as it stands in `seatdrift.toml`.
fn written(source: &SourceConfig) -> String {
    #[derive(Serialize)]
    struct Sources<'a> {
        source: [&'a SourceConfig; 1],
    }
    toml::to_string(&Sources { source: [source] }).expect("a source is plain tables and texts")
}

/// Where a key that was typed in is kept: in the user's own folder, for each workspace apart.
///
/// `None` where the environment names no such folder.
pub fn key_file(root: &Path, source: &str, secret: &str) -> Option<PathBuf> {
    let named =
        |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let own = named("XDG_CONFIG_HOME")
        .or_else(|| named("APPDATA"))
        .or_else(|| Some(named("HOME")?.join(".config")))?;
    let whole = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let digest = Digest::of(whole.to_string_lossy().as_bytes()).to_string();
    let folder = own.join("seatdrift").join("keys").join(&digest[..16]);
    Some(folder.join(format!("{source}-{secret}")))
}

/// Keeps a key that was typed in, readable by its owner alone, outside the workspace.
///
/// # Errors
///
/// [`ConnectError::Key`] for a place in the workspace, [`ConnectError::File`] when it cannot be written.
pub fn keep_key(
    root: &Path,
    (source, secret): (&str, &str),
    path: &Path,
    key: &Secret,
) -> Result<(), ConnectError> {
    outside(path, root).map_err(|error| ConnectError::Key {
        source_name: source.to_owned(),
        secret: secret.to_owned(),
        source: Box::new(error),
    })?;
    Ok(files::write_private(path, format!("{}\n", key.expose()).as_bytes())?)
}
