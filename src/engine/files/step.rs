//! The calls a change is made of: each is done by the disk wholly or not at all.

use std::io;
use std::path::{Path, PathBuf};

use super::disk;
use super::error::{FileError, io_error};

/// One such call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Gives a file or folder another name; a file that had the name is gone.
    Rename {
        /// Its name.
        from: PathBuf,
        /// Its other name.
        to: PathBuf,
    },
    /// Lets two that are there take each other's names.
    Exchange {
        /// The one.
        fresh: PathBuf,
        /// The other.
        place: PathBuf,
    },
}

impl Step {
    /// Does it.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] with the place that was to change.
    pub(super) fn take(&self) -> Result<(), FileError> {
        match self {
            Self::Rename { from, to } => disk::rename(from, to).map_err(io_error("write", to)),
            Self::Exchange { fresh, place } => {
                disk::exchange(fresh, place).map_err(io_error("replace", place))
            }
        }
    }
}

/// Lets two files or folders of one disk take each other's names at once.
///
/// # Errors
///
/// What the system says, also where it or the disk cannot do it.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn exchange_at_once(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// Elsewhere no call does it.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn exchange_at_once(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
