//! Reading, and telling what is not there from what cannot be read: only the first is nothing.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use super::disk;
use super::error::{FileError, io_error};

/// A file to read a part of.
///
/// # Errors
///
/// [`FileError::Io`] when it cannot be opened.
pub fn open(path: &Path) -> Result<File, FileError> {
    disk::open_to_read(path).map_err(io_error("open", path))
}

/// The bytes of a file of at most `limit` bytes.
///
/// # Errors
///
/// [`FileError::TooLarge`] above the limit, [`FileError::Io`] when it cannot be read.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let file = disk::open_to_read(path).map_err(io_error("open", path))?;
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
        Err(FileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            absent(path).map(|()| None)
        }
        other => other.map(Some),
    }
}

/// Whether there is a file at a path.
///
/// # Errors
///
/// [`FileError::NotAFile`] where something else is, [`FileError::Dangling`] for a link to nothing,
/// [`FileError::Io`] when the system does not say.
pub fn is_file(path: &Path) -> Result<bool, FileError> {
    match disk::metadata(path) {
        Ok(about) if about.is_file() => Ok(true),
        Ok(about) => Err(FileError::NotAFile { path: path.to_owned(), found: found(&about) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => absent(path).map(|()| false),
        Err(error) => Err(io_error("read", path)(error)),
    }
}

/// What is at a path that is no file, in plain words.
pub(super) fn found(about: &fs::Metadata) -> &'static str {
    if about.is_dir() { "a folder" } else { "a device or pipe" }
}

/// Whether anything has this name, a link to nothing included.
///
/// # Errors
///
/// [`FileError::Io`] when the system does not say.
pub fn is_taken(path: &Path) -> Result<bool, FileError> {
    match disk::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(io_error("read", path)(error)),
    }
}

/// Passes for a path that the system did not find, unless a link on the way to it leads nowhere.
fn absent(path: &Path) -> Result<(), FileError> {
    for above in path.ancestors() {
        match disk::symlink_metadata(above) {
            Ok(about) if about.is_symlink() && disk::metadata(above).is_err() => {
                return Err(dangling(above));
            }
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io_error("read", above)(error)),
        }
    }
    Ok(())
}

/// The error for a link that leads nowhere.
pub(super) fn dangling(path: &Path) -> FileError {
    let target = disk::read_link(path).unwrap_or_default();
    FileError::Dangling { path: path.to_owned(), target }
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
/// [`FileError::Dangling`] for a link to nothing, [`FileError::Io`] when the system does not say.
pub fn stamp(path: &Path) -> Result<Option<Stamp>, FileError> {
    match disk::metadata(path) {
        Ok(about) => Ok(Some(Stamp { length: about.len(), modified: about.modified().ok() })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => absent(path).map(|()| None),
        Err(error) => Err(io_error("read", path)(error)),
    }
}

/// The names in a folder, sorted, hidden ones left out; none where there is no such folder.
///
/// # Errors
///
/// [`FileError::Dangling`] for a link to nothing, [`FileError::Io`] when the folder cannot be listed.
pub fn names_in(folder: &Path) -> Result<Vec<String>, FileError> {
    let mut names = all_names_in(folder)?;
    names.retain(|name| !name.starts_with('.'));
    Ok(names)
}

/// The same with the hidden ones.
pub(super) fn all_names_in(folder: &Path) -> Result<Vec<String>, FileError> {
    let entries = match disk::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return absent(folder).map(|()| Vec::new());
        }
        Err(error) => return Err(io_error("list", folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(io_error("list", folder))?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Whether what is written to one path would replace the file at the other, whatever links lie on the way. A
/// file that is not there yet is told by its path; nothing replaces a device or a pipe.
pub fn are_same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| {
        let absolute = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        fs::canonicalize(path).unwrap_or_else(|_| absolute())
    };
    let is_stream = || disk::metadata(one).is_ok_and(|about| !about.is_file() && !about.is_dir());
    whole(one) == whole(other) && !is_stream()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history/month=2026-10/lines.parquet");
        assert!(!is_file(&path).unwrap());
        assert_eq!(read_if_present(&path, 10).unwrap(), None);
        assert_eq!(stamp(&path).unwrap(), None);
        assert_eq!(names_in(&folder.path().join("history")).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(is_file(folder.path()), Err(FileError::NotAFile { .. })));
        assert!(read_if_present(folder.path(), 10).is_err());
        let file = folder.path().join("month=2026-10");
        fs::write(&file, "a file in the place of a folder").unwrap();
        assert!(is_file(&file.join("lines.parquet")).is_err());
        assert!(names_in(&file).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_is_an_error_wherever_it_lies_on_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let month = folder.path().join("month=2026-10");
        std::os::unix::fs::symlink("/not/mounted", &month).unwrap();
        for path in [month.clone(), month.join("lines.parquet")] {
            let said = is_file(&path).unwrap_err().to_string();
            assert!(said.contains("is a link to /not/mounted, which is not there"), "{said}");
            assert!(matches!(read_if_present(&path, 10), Err(FileError::Dangling { .. })));
            assert!(matches!(stamp(&path), Err(FileError::Dangling { .. })));
            assert!(matches!(names_in(&path), Err(FileError::Dangling { .. })));
        }
    }

    #[cfg(unix)]
    #[test]
    fn one_file_is_one_file_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("s.csv"), folder.path().join("out.csv"));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink("s.csv", &link).unwrap();
        assert!(are_same(&file, &link));
        assert!(!are_same(&file, &folder.path().join("other.csv")));
    }
}
