//! A workspace is a folder: where everything of one MSP lies, and its `seatdrift.toml`.

mod locked;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::files::{self, FileError};
use crate::sources::{SourceConfig, config_words, wrong_in};
use crate::watching::{self, WatchConfig};
use seatdrift_core::domain::{Currency, Month};
use seatdrift_core::normalise::ProductAliases;
use seatdrift_core::settings::{Settings, Thresholds, Usage};
use seatdrift_ingest::{ExportProfile, ProductListError, read_product_list};

pub use locked::LockedWorkspace;

/// The file that makes a folder a workspace.
pub const CONFIG_FILE: &str = "seatdrift.toml";

const CONFIG_LIMIT: u64 = 1 << 20;

/// The folders in it.
const FOLDERS: [&str; 4] = ["history", "originals", "models", "runs"];

/// What was pulled of live sources, by day; made when something is.
const PULLED: &str = "pulled";

/// What was seen and told while watching; made when something is.
const WATCHED: &str = "watched";

/// Largest list of products read.
const LIST_LIMIT: u64 = 32 << 20;

/// A folder with a `seatdrift.toml`.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The folder.
    pub root: PathBuf,
    /// What its `seatdrift.toml` says.
    pub config: Config,
}

/// `seatdrift.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The MSP's name, for reports.
    pub name: String,
    /// The currency of exports that name none.
    pub currency: Currency,
    /// How sure, how many.
    #[serde(default)]
    pub thresholds: Thresholds,
    /// What is agreed about use.
    #[serde(default, skip_serializing_if = "is_default")]
    pub usage: Usage,
    /// What helps to read names.
    #[serde(default, skip_serializing_if = "is_default")]
    pub normalise: Normalise,
    /// Accept a first file whose clients nobody here has seen before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accept_unknown_clients: bool,
    /// How to read exports that cannot be read by their headers alone.
    #[serde(default, rename = "export", skip_serializing_if = "Vec::is_empty")]
    pub exports: Vec<ExportProfile>,
    /// Where the MSP is, such as `America/Denver`: its days are those of sources. Without it, where this machine is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The systems that are read.
    #[serde(default, rename = "source", skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceConfig>,
    /// What is told of them, when and to whom.
    #[serde(default, skip_serializing_if = "is_default")]
    pub watch: WatchConfig,
}

/// `[normalise]` of `seatdrift.toml`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Normalise {
    /// CSV files of products and their other names, such as Microsoft's table of licensing service
    /// plans. Relative paths start at the workspace.
    pub product_lists: Vec<PathBuf>,
}

impl Config {
    /// What scoring and learning are told of it.
    pub fn settings(&self) -> Settings {
        Settings {
            name: self.name.clone(),
            currency: self.currency,
            thresholds: self.thresholds,
            usage: self.usage,
        }
    }
}

/// What says no more than an empty file is not written.
fn is_default<T: Default + PartialEq>(said: &T) -> bool {
    *said == T::default()
}

/// A workspace that could not be opened or made.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// No `seatdrift.toml` here or above.
    #[error("no {CONFIG_FILE} in {} or a folder above it", folder.display())]
    NotFound {
        /// Where the search began.
        folder: PathBuf,
    },
    /// There is a workspace already.
    #[error("{} is a workspace already", folder.display())]
    Exists {
        /// The folder.
        folder: PathBuf,
    },
    /// `seatdrift.toml` does not say what it should.
    #[error("{}: {message}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        message: String,
    },
    /// A folder whose name is no text.
    #[error("{}: expected a folder whose name is Unicode text, found bytes that are none", folder.display())]
    NotText {
        /// The folder.
        folder: PathBuf,
    },
    /// A list of products that is none.
    #[error(transparent)]
    ProductList(#[from] ProductListError),
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
}

impl WorkspaceError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotFound { .. } => {
                "make one with `seatdrift init DIR`, or name one with `--workspace DIR`"
            }
            Self::Exists { .. } => "use it with `--workspace DIR`, or name another folder",
            Self::ProductList(_) => {
                "a list needs a column of names and one of other names or codes; \
                 or take it out of product_lists in seatdrift.toml"
            }
            Self::NotText { .. } => "rename it, or the one above it that is meant",
            Self::Config { .. } => return None,
            Self::File(error) => return error.hint(),
        };
        Some(hint.to_owned())
    }
}

impl Workspace {
    /// Makes an empty workspace.
    ///
    /// # Errors
    ///
    /// [`WorkspaceError::Exists`] where there is one.
    pub fn init(root: &Path, name: &str, currency: Currency) -> Result<Self, WorkspaceError> {
        is_text(root)?;
        let path = root.join(CONFIG_FILE);
        if files::is_taken(&path)? {
            return Err(WorkspaceError::Exists { folder: root.to_owned() });
        }
        let config = Config {
            name: name.to_owned(),
            currency,
            thresholds: Thresholds::default(),
            usage: Usage::default(),
            normalise: Normalise::default(),
            accept_unknown_clients: false,
            exports: Vec::new(),
            time_zone: None,
            sources: Vec::new(),
            watch: WatchConfig::default(),
        };
        let text = toml::to_string(&config).expect("a config is plain tables and values");
        for folder in FOLDERS {
            files::create_folder(&root.join(folder))?;
        }
        files::write_atomic(&path, text.as_bytes())?;
        Ok(Self { root: root.to_owned(), config })
    }

    /// Opens the workspace at `folder`, or the nearest one above it.
    ///
    /// # Errors
    ///
    /// [`WorkspaceError::NotFound`], or [`WorkspaceError::Config`] with the line at fault.
    pub fn open(folder: &Path) -> Result<Self, WorkspaceError> {
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let mut found = None;
        for candidate in absolute.ancestors() {
            if is_workspace(candidate)? {
                found = Some(candidate);
                break;
            }
        }
        let root = found.ok_or_else(|| WorkspaceError::NotFound { folder: folder.to_owned() })?;
        is_text(root)?;
        let path = root.join(CONFIG_FILE);
        let bytes = files::read(&path, CONFIG_LIMIT)?;
        let config = parse_config(&path, &bytes)?;
        Ok(Self { root: root.to_owned(), config })
    }

    /// What the lists of products that `seatdrift.toml` names say; nothing where it names none.
    ///
    /// # Errors
    ///
    /// [`WorkspaceError::ProductList`] with the file, row and column at fault, or
    /// [`WorkspaceError::File`] when a list cannot be read.
    pub fn product_aliases(&self) -> Result<ProductAliases, WorkspaceError> {
        let mut listed = Vec::new();
        for path in &self.config.normalise.product_lists {
            let bytes = files::read(&self.root.join(path), LIST_LIMIT)?;
            let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            listed.extend(read_product_list(&file, &bytes)?);
        }
        Ok(ProductAliases::new(&listed))
    }

    /// Where the lines as understood lie.
    pub fn history(&self) -> PathBuf {
        self.root.join("history")
    }

    /// Where the export files of a month lie as received.
    pub fn originals(&self, month: Month) -> PathBuf {
        self.root.join("originals").join(month.to_string())
    }

    /// Where the trained models lie.
    pub fn models(&self) -> PathBuf {
        self.root.join("models")
    }

    /// What people decided.
    pub fn decisions(&self) -> PathBuf {
        self.root.join("decisions.csv")
    }

    /// What the scoring of a month said.
    pub fn run(&self, month: Month) -> PathBuf {
        self.root.join("runs").join(month.to_string())
    }

    /// What was pulled of live sources, by day.
    pub fn pulled(&self) -> PathBuf {
        self.root.join(PULLED)
    }

    /// What was seen and told while watching.
    pub fn watched(&self) -> PathBuf {
        self.root.join(WATCHED)
    }

    /// Its `seatdrift.toml`.
    pub fn config_file(&self) -> PathBuf {
        self.root.join(CONFIG_FILE)
    }

    /// The months that were scored, oldest first.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when the folder cannot be listed.
    pub fn scored_months(&self) -> Result<Vec<Month>, FileError> {
        let names = files::names_in(&self.root.join("runs"))?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    }
}

/// Passes for a path that is text: the reader of stored months takes no other.
fn is_text(root: &Path) -> Result<(), WorkspaceError> {
    match root.to_str() {
        Some(_) => Ok(()),
        None => Err(WorkspaceError::NotText { folder: root.to_owned() }),
    }
}

/// Whether a folder has a `seatdrift.toml`. One that cannot be read is no reason to look further up: that may be
/// another MSP's workspace.
fn is_workspace(folder: &Path) -> Result<bool, FileError> {
    match files::is_file(&folder.join(CONFIG_FILE)) {
        // What was named is a file, perhaps the seatdrift.toml itself.
        Err(FileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotADirectory => {
            Ok(false)
        }
        other => other,
    }
}

/// What the bytes of a `seatdrift.toml` say.
///
/// # Errors
///
/// [`WorkspaceError::Config`] with the line at fault.
pub fn parse_config(path: &Path, bytes: &[u8]) -> Result<Config, WorkspaceError> {
    let wrong = |message: String| WorkspaceError::Config { path: path.to_owned(), message };
    let text = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
    let config: Config = toml::from_str(text).map_err(|error| wrong(config_words(text, &error)))?;
    let thresholds = &config.thresholds;
    if !(0.5..1.0).contains(&thresholds.accept_precision) {
        return Err(wrong("thresholds.accept_precision must be at least 0.5 and below 1".into()));
    }
    if !(0.0..=1000.0).contains(&thresholds.false_flags_per_month) {
        return Err(wrong("thresholds.false_flags_per_month must be between 0 and 1000".into()));
    }
    if thresholds.false_flag_share.is_some_and(|share| !(0.01..=0.5).contains(&share)) {
        return Err(wrong("thresholds.false_flag_share must be between 0.01 and 0.5".into()));
    }
    if let Some(words) = wrong_in(&config.sources) {
        return Err(wrong(words));
    }
    let sources: Vec<String> = config.sources.iter().map(|source| source.name.clone()).collect();
    if let Some(words) = watching::wrong_in(&config.watch, &sources) {
        return Err(wrong(words));
    }
    if let Some(zone) = &config.time_zone {
        jiff::tz::TimeZone::get(zone).map_err(|_| {
            wrong(format!("time_zone: expected a zone such as America/Denver, found {zone:?}"))
        })?;
    }
    if config.usage.margin.is_some_and(|margin| !(0.0..=10.0).contains(&margin)) {
        return Err(wrong(
            "usage.margin must be between 0 and 10: 0.2 for cost and a fifth".into(),
        ));
    }
    Ok(config)
}
