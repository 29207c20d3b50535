//! Folders that are on the disk when it is said so.

use std::io;
use std::path::Path;

use super::disk;
use super::error::{FileError, io_error};

/// The folder a path lies in.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a folder and its parents; those it made are on the disk then.
///
/// # Errors
///
/// [`FileError::Io`] when it cannot be made.
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    let is_folder = |path: &Path| disk::metadata(path).is_ok_and(|about| about.is_dir());
    if path.as_os_str().is_empty() || is_folder(path) {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        create_folder(above)?;
    }
    match disk::create_dir(path) {
        Ok(()) => sync_folder(parent(path)),
        // Another thread was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_folder(path) => Ok(()),
        Err(error) => Err(io_error("create", path)(error)),
    }
}

/// Waits until the disk has the names in a folder: those that came, went or were renamed.
///
/// # Errors
///
/// [`FileError::Io`] when the disk fails; a disk that cannot do it, or a folder that may be written and not
/// read, is none.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> Result<(), FileError> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    match disk::open_to_read(folder).and_then(|file| disk::sync(&file, folder)) {
        Err(error) if matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported) => {
            Ok(())
        }
        other => other.map_err(io_error("write", folder)),
    }
}

/// Other systems keep names and files in step by themselves.
#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> Result<(), FileError> {
    Ok(())
}
