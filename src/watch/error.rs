//! What keeps the watch from looking, and what to do about it.

use std::path::PathBuf;

use seatdrift_connect::error::ConnectError;
use seatdrift_connect::keys::KeyError;
use seatdrift_engine::files::FileError;
use seatdrift_engine::run_store::RunStoreError;
use seatdrift_ingest::IngestError;

/// What kept the watch from looking, or its state from being told.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// Somebody else watches.
    #[error("{}: another process watches this workspace", path.display())]
    Watched {
        /// The lock's file.
        path: PathBuf,
    },
    /// What lies in `watched/` is not what a watch writes.
    #[error("{}: expected what `seatdrift watch` writes: {message}", path.display())]
    NotAState {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A snapshot whose rows have no ids.
    #[error("{source_name}: {file}: expected the source's id of a row in its first column")]
    NoIds {
        /// The source.
        source_name: String,
        /// The file.
        file: String,
    },
    /// Nobody would be told.
    #[error("no [[watch.sink]] in seatdrift.toml")]
    NoSinks,
    /// A key of those who may hint that cannot be had.
    #[error("watch.hooks.{name}")]
    Hook {
        /// Whose.
        name: &'static str,
        /// What is wrong.
        source: Box<KeyError>,
    },
    /// The port cannot be listened to.
    #[error("the port cannot be listened to")]
    Listen(#[source] std::io::Error),
    /// The sources.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A snapshot that cannot be understood.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The newest scoring.
    #[error(transparent)]
    Run(#[from] RunStoreError),
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
}

impl WatchError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotAState { path, .. } => Some(format!(
                "move {} aside: the next look begins anew, and tells no change of before",
                path.parent().unwrap_or(path).display()
            )),
            Self::NoSinks => Some(
                "add one, such as\n[[watch.sink]]\nname = \"feed\"\nto = { atom = \"alerts.xml\" }"
                    .to_owned(),
            ),
            Self::Connect(error) => error.hint(),
            Self::Ingest(error) => error.hint(),
            Self::Run(error) => error.hint(),
            Self::File(error) => error.hint(),
            Self::Hook { source, .. } => source.hint(),
            Self::Watched { .. } | Self::Listen(_) | Self::NoIds { .. } => None,
        }
    }
}
