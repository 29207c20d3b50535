//! Files that nobody else may read: keys.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::disk;
use super::error::{FileError, io_error};
use super::folder::{create_folder, parent};
use super::read::read;

/// The bytes of a file that its owner alone may read.
///
/// # Errors
///
/// [`FileError::NotPrivate`] where others may read it too; else as [`read`].
pub fn read_private(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let about = disk::metadata(path).map_err(io_error("read", path))?;
    match others_may(&about) {
        Some(mode) => Err(FileError::NotPrivate { path: path.to_owned(), mode }),
        None => read(path, limit),
    }
}

/// Writes a file that its owner alone may read; one that is there is replaced.
///
/// # Errors
///
/// [`FileError::Io`] when it cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    create_folder(parent(path))?;
    let _ = disk::remove_file(path);
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = disk::open_to_write(&options, path).and_then(|mut file| {
        disk::Out::new(&mut file, path).write_all(bytes)?;
        disk::sync(&file, path)
    });
    written.map_err(io_error("write", path))
}

/// The rights of a file that others than its owner may read or write.
#[cfg(unix)]
fn others_may(about: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = about.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

/// Elsewhere a user's own folder is private by itself.
#[cfg(not(unix))]
fn others_may(_about: &fs::Metadata) -> Option<u32> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_that_others_may_read_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/pax8-client_secret");
        write_private(&path, b"made-up").unwrap();
        assert_eq!(read_private(&path, 100).unwrap(), b"made-up");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let said = read_private(&path, 100).unwrap_err();
        assert!(said.to_string().ends_with("others than its owner may read it (rights 640)"));
        assert!(said.hint().unwrap().starts_with("chmod 600"));
    }
}
