//! One writer at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use super::disk;
use super::error::{FileError, io_error};
use super::read::read;

/// A lock on a workspace; gone when dropped, or when the process ends however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Writes into the lock's file who holds it, for those who find it held.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when it cannot be written.
    pub fn say(&mut self, path: &Path, words: &str) -> Result<(), FileError> {
        let file = &mut self.file;
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(words.as_bytes()));
        written.map_err(io_error("write", path))
    }
}

impl Drop for Lock {
    /// Who is gone is not named.
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

/// Locks a workspace for writing.
///
/// # Errors
///
/// [`FileError::Locked`] when another process holds the lock, with who that says it is.
pub fn lock(path: &Path) -> Result<Lock, FileError> {
    locked(path, OpenOptions::new().create(true).truncate(false).write(true))
}

/// The same with a file that its owner alone may read: what it says is for them.
///
/// # Errors
///
/// As [`lock`].
pub fn lock_private(path: &Path) -> Result<Lock, FileError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = locked(path, &options)?;
    // One that is there may be of an earlier version.
    make_private(&lock.file).map_err(io_error("lock", path))?;
    Ok(lock)
}

fn locked(path: &Path, options: &OpenOptions) -> Result<Lock, FileError> {
    let file = disk::open_to_write(options, path).map_err(io_error("lock", path))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { file }),
        Err(fs::TryLockError::WouldBlock) => {
            Err(FileError::Locked { path: path.to_owned(), holder: holder(path) })
        }
        Err(fs::TryLockError::Error(error)) => Err(io_error("lock", path)(error)),
    }
}

/// Who says that they hold a lock; nothing where they do not say.
fn holder(path: &Path) -> Option<String> {
    let said = read(path, LONGEST_NAME).ok()?;
    let said = String::from_utf8(said).ok()?;
    (!said.trim().is_empty()).then(|| said.trim().to_owned())
}

/// Bytes that are read of it.
const LONGEST_NAME: u64 = 4096;

#[cfg(unix)]
fn make_private(file: &File) -> std::io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

/// Elsewhere a user's own folder is private by itself.
#[cfg(not(unix))]
fn make_private(_file: &File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_a_private_lock_says_nobody_else_reads_even_where_an_earlier_version_made_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".lock");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let mut lock = lock_private(&path).unwrap();
        lock.say(&path, "http://127.0.0.1:4711/?token=secret").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let Err(FileError::Locked { holder, .. }) = lock_private(&path) else { panic!("not held") };
        assert_eq!(holder.as_deref(), Some("http://127.0.0.1:4711/?token=secret"));
    }
}
