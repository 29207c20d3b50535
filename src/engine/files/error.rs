//! What can go wrong with a file or folder.

use std::io;
use std::path::{Path, PathBuf};

/// A file or folder that could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system said no.
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is larger than anything we read of its kind.
    #[error("{} holds {found} bytes, more than the {limit} that are read of such a file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        found: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A folder, a device or a pipe stands where a file should.
    #[error("{}: expected a file, found {found}: move it away, or name another file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What is there, in plain words: "a folder".
        found: &'static str,
    },
    /// A link to what is not there: a share that is not mounted, a placeholder of a sync program.
    #[error(
        "{} is a link to {}, which is not there: make it reachable, or remove the link",
        path.display(), target.display()
    )]
    Dangling {
        /// The link.
        path: PathBuf,
        /// What it points to, as written.
        target: PathBuf,
    },
    /// A stored file whose bytes are not those that were stored.
    #[error(
        "{}: it does not hold what was stored: its SHA-256 is another one than {} says",
        path.display(), seal.display()
    )]
    Spoilt {
        /// The file.
        path: PathBuf,
        /// What says what was stored.
        seal: PathBuf,
    },
    /// A file with a key that not only its owner may read.
    #[error("{}: expected a private file, and others than its owner may read it (rights {mode:o})", path.display())]
    NotPrivate {
        /// The file.
        path: PathBuf,
        /// Its rights.
        mode: u32,
    },
    /// Another process is writing to the workspace.
    #[error("another seatdrift is writing to this workspace{} (lock {})", named(holder), path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who says that they hold it: `seatdrift score, process 4711`.
        holder: Option<String>,
    },
    /// The list of what a broken-off command was replacing, but not as one writes it.
    #[error(
        "{}: expected what a command that was broken off was replacing, found {message}: see whether \
         anything is missing (old copies lie in folders called .seatdrift-*), then remove this file",
        path.display()
    )]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// What stood in a place could not be put back there; nothing of it was deleted.
    #[error(
        "{because}, and {} could not be put back{}; the next command tries again",
        path.display(), kept_words(kept)
    )]
    NotPutBack {
        /// Why it was to be put back.
        because: String,
        /// The place.
        path: PathBuf,
        /// Where the old copy is; `None` where nothing was there before.
        kept: Option<PathBuf>,
        /// What the system said.
        source: io::Error,
    },
    /// A file grew by what was not kept, and could not be cut off again.
    #[error(
        "cannot append to {}, and it could not be made what it was: what it holds beyond {length} bytes may stand",
        path.display()
    )]
    NotCutBack {
        /// The file.
        path: PathBuf,
        /// How long it was, in bytes.
        length: u64,
        /// What the system said.
        source: io::Error,
    },
    /// A command was broken off, and this user may not take back what it had begun.
    #[error(
        "a command was broken off while it wrote to this workspace ({}): run any command, such as \
         `seatdrift report`, as the user who owns it",
        path.display()
    )]
    BrokenOff {
        /// The list of what it was replacing.
        path: PathBuf,
        /// What kept this user from it.
        source: Box<FileError>,
    },
}

impl FileError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Locked { .. } => {
                Some("wait until it is done; the lock goes with its process".to_owned())
            }
            Self::Io { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => Some(
                "it belongs to another user, or its rights were taken away: `ls -l` shows both"
                    .to_owned(),
            ),
            Self::Spoilt { seal, .. } => Some(format!(
                "a disk or a copy has damaged it: put it back from a backup; if you changed it yourself, remove {}",
                seal.display()
            )),
            Self::NotPrivate { path, .. } => Some(format!("chmod 600 {}", path.display())),
            Self::BrokenOff { source, .. } => source.hint(),
            _ => None,
        }
    }
}

fn named(holder: &Option<String>) -> String {
    holder.as_ref().map_or_else(String::new, |holder| format!(": {holder}"))
}

fn kept_words(kept: &Option<PathBuf>) -> String {
    match kept {
        Some(kept) => format!(" from {}, where its only copy is", kept.display()),
        None => " to what it was".to_owned(),
    }
}

/// An error of the system with what was being done to which path.
pub(super) fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError::Io { doing, path, source }
}
