//! One writer at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use super::error::{FileError, io_error};

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

/// Locks a workspace for writing.
///
/// # Errors
///
/// [`FileError::Locked`] when another process holds the lock.
pub fn lock(path: &Path) -> Result<Lock, FileError> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(io_error("lock", path))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { file }),
        Err(fs::TryLockError::WouldBlock) => Err(FileError::Locked { path: path.to_owned() }),
        Err(fs::TryLockError::Error(error)) => Err(io_error("lock", path)(error)),
    }
}
