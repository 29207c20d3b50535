//! Open, read, write atomically. Every error names its path; nothing else calls `std::fs`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;

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
    /// Another process is writing to the workspace.
    #[error("another seatdrift is writing to this workspace (lock {})", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
}

impl FileError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Locked { .. } => {
                Some("wait until it is done; the lock goes with its process".to_owned())
            }
            Self::Io { .. } | Self::TooLarge { .. } => None,
        }
    }
}

fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError::Io { doing, path, source }
}

/// The bytes of a file of at most `limit` bytes.
///
/// # Errors
///
/// [`FileError::TooLarge`] above the limit, [`FileError::Io`] when it cannot be read.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let file = File::open(path).map_err(io_error("open", path))?;
    let found = file.metadata().map_err(io_error("read", path))?.len();
    if found > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), found, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found).unwrap_or(0));
    // A file may grow, or be a pipe that has no length, so the limit holds while reading too.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(io_error("read", path))?;
    let found = bytes.len() as u64;
    if found > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), found, limit });
    }
    Ok(bytes)
}

/// The bytes of a file, or `None` where there is none.
///
/// # Errors
///
/// As [`read`], a missing file excepted; a link to what is not there is no missing file.
pub fn read_if_present(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    match read(path, limit) {
        Err(FileError::Io { source, .. })
            if source.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(path).is_err() =>
        {
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// Writes a file so that a reader sees the old bytes or the new, never half of them.
///
/// # Errors
///
/// [`FileError::Io`] when the folder or the file cannot be written.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_folder(folder)?;
    let failed = || io_error("write", path);
    let mut file = tempfile::Builder::new()
        .prefix(".seatdrift-")
        .tempfile_in(folder)
        .map_err(io_error("write", path))?;
    file.write_all(bytes).map_err(failed())?;
    file.as_file().sync_all().map_err(failed())?;
    set_readable(file.path())?;
    file.persist(path).map_err(|error| io_error("write", path)(error.error))?;
    Ok(())
}

/// Temporary files are private; what a workspace holds is as readable as the user's other files.
#[cfg(unix)]
fn set_readable(path: &Path) -> Result<(), FileError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).map_err(io_error("write", path))
}

#[cfg(not(unix))]
fn set_readable(_path: &Path) -> Result<(), FileError> {
    Ok(())
}

/// Replaces a folder by one that holds exactly `files` (name, bytes): the new folder is complete
/// before the old one goes.
///
/// # Errors
///
/// [`FileError::Io`] when something cannot be written; the old folder is then still there.
pub fn replace_folder<N: AsRef<str> + Sync, B: AsRef<[u8]> + Sync>(
    folder: &Path,
    files: &[(N, B)],
) -> Result<(), FileError> {
    let write = |path: &Path, (_, bytes): &(N, B)| write_atomic(path, bytes.as_ref());
    replaced(folder, files, |(name, _)| name.as_ref(), write)
}

/// [`replace_folder`] with files (name, what makes its bytes) that are made side by side, each written as
/// soon as it is made.
///
/// # Errors
///
/// [`FileError::Io`] when a file cannot be written: then the folder is what it was.
pub fn replace_folder_with<N: AsRef<str> + Sync, M: Fn() -> Vec<u8> + Sync>(
    folder: &Path,
    files: &[(N, M)],
) -> Result<(), FileError> {
    let write = |path: &Path, (_, make): &(N, M)| write_atomic(path, &make());
    replaced(folder, files, |(name, _)| name.as_ref(), write)
}

fn replaced<F: Sync>(
    folder: &Path,
    files: &[F],
    name: impl Fn(&F) -> &str + Sync,
    write: impl Fn(&Path, &F) -> Result<(), FileError> + Sync,
) -> Result<(), FileError> {
    let parent = folder.parent().unwrap_or(Path::new("."));
    create_folder(parent)?;
    let fresh = tempfile::Builder::new()
        .prefix(".seatdrift-")
        .tempdir_in(parent)
        .map_err(io_error("write", folder))?;
    let complete = fresh.path().join("new");
    create_folder(&complete)?;
    // Most of the time goes into waiting for the disk.
    files.par_iter().try_for_each(|file| write(&complete.join(name(file)), file))?;
    let old = fresh.path().join("old");
    if folder.exists() {
        fs::rename(folder, &old).map_err(io_error("replace", folder))?;
    }
    fs::rename(&complete, folder).map_err(|error| {
        // Put back what was there: it would go with the temporary folder.
        let _ = fs::rename(&old, folder);
        io_error("write", folder)(error)
    })
}

/// Appends to a file what `addition` makes of the bytes it has, and waits until the disk has it. One writer
/// at a time; a file that is not there has none.
///
/// # Errors
///
/// [`FileError::Io`] when the file cannot be read or written, [`FileError::TooLarge`] when it would hold
/// more than `limit` bytes, or what `addition` says: the file is then what it was.
pub fn append<E: From<FileError>>(
    path: &Path,
    limit: u64,
    addition: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<(), E> {
    create_folder(path.parent().unwrap_or(Path::new(".")))?;
    let failed = || io_error("append to", path);
    let mut file =
        OpenOptions::new().create(true).append(true).read(true).open(path).map_err(failed())?;
    file.lock().map_err(failed())?;
    let mut before = Vec::new();
    (&file).take(limit + 1).read_to_end(&mut before).map_err(failed())?;
    let addition = addition(&before)?;
    let (length, found) = (before.len() as u64, (before.len() + addition.len()) as u64);
    if found > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), found, limit }.into());
    }
    file.write_all(&addition).and_then(|()| file.sync_all()).map_err(|error| {
        // A full disk may have taken half of it: the file goes back to what it was.
        let _ = file.set_len(length).and_then(|()| file.sync_all());
        E::from(io_error("append to", path)(error))
    })
}

/// What tells one state of a file from the next: its length and when it was last written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub length: u64,
    /// When it was last written, where the system says so.
    pub modified: Option<SystemTime>,
}

/// A file's state now, or `None` where there is no such file.
///
/// # Errors
///
/// [`FileError::Io`] when the system does not say.
pub fn stamp(path: &Path) -> Result<Option<Stamp>, FileError> {
    match fs::metadata(path) {
        Ok(about) => Ok(Some(Stamp { length: about.len(), modified: about.modified().ok() })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error("read", path)(error)),
    }
}

/// Makes a folder and its parents.
///
/// # Errors
///
/// [`FileError::Io`] when it cannot be made.
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(io_error("create", path))
}

/// The names in a folder, sorted, hidden ones left out; none where there is no such folder.
///
/// # Errors
///
/// [`FileError::Io`] when the folder cannot be listed.
pub fn names_in(folder: &Path) -> Result<Vec<String>, FileError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io_error("list", folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(io_error("list", folder))?.file_name();
        let name = name.to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_appended_that_could_not_be_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("decisions.csv");
        let add = |text: &str| {
            append::<FileError>(&path, 10, |before| {
                Ok([text.as_bytes(), before.len().to_string().as_bytes()].concat())
            })
        };
        add("one").unwrap();
        add("two").unwrap();
        assert_eq!(read(&path, 10).unwrap(), b"one0two4");
        assert!(matches!(add("three"), Err(FileError::TooLarge { found: 14, limit: 10, .. })));
        assert_eq!(read(&path, 10).unwrap(), b"one0two4");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_what_is_not_there_is_no_missing_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("decisions.csv");
        assert!(matches!(read_if_present(&path, 10), Ok(None)));
        std::os::unix::fs::symlink("/not/mounted/decisions.csv", &path).unwrap();
        assert!(read_if_present(&path, 10).is_err());
    }

    #[test]
    fn replacing_a_folder_leaves_nothing_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("2026-10");
        replace_folder(&run, &[("a.csv", "old"), ("b.csv", "old")]).unwrap();
        replace_folder(&run, &[("a.csv", "new")]).unwrap();
        assert_eq!(names_in(&run).unwrap(), ["a.csv"]);
        assert_eq!(names_in(folder.path()).unwrap(), ["2026-10"]);
        assert_eq!(read(&run.join("a.csv"), 10).unwrap(), b"new");
    }

    #[test]
    fn a_file_above_the_limit_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big.csv");
        write_atomic(&path, b"12345").unwrap();
        assert!(matches!(read(&path, 4), Err(FileError::TooLarge { found: 5, limit: 4, .. })));
        assert_eq!(read(&path, 5).unwrap(), b"12345");
    }

    #[test]
    fn two_processes_never_write_to_one_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".lock");
        let held = lock(&path).unwrap();
        assert!(matches!(lock(&path), Err(FileError::Locked { .. })));
        drop(held);
        assert!(lock(&path).is_ok());
    }
}
