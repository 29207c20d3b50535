//! One file, whole or not at all.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::disk;
use super::error::{FileError, io_error};
use super::folder::{create_folder, parent, sync_folder};
use super::read::{dangling, found};
use super::{PREFIX, rights};

/// Links followed before they count as a circle.
///
/// Source: Linux follows 40 (path_resolution(7)).
const MOST_LINKS: usize = 40;

/// Writes a file so that a reader sees the old bytes or the new, never half of them, and waits until the disk
/// has it. A link stays a link: the file it leads to is written. A device or pipe, and what this process has
/// open already (`/dev/stdout`), takes the bytes as they come.
///
/// # Errors
///
/// [`FileError::Io`] when the folder or the file cannot be written, [`FileError::NotAFile`] for a folder,
/// [`FileError::Dangling`] for a link into a folder that is not there.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    match destination(path)? {
        Destination::Stream => {
            let stream = disk::open_to_write(OpenOptions::new().append(true), path);
            stream.and_then(|mut it| it.write_all(bytes)).map_err(io_error("write", path))
        }
        Destination::New(file) => replaced(&file, None, bytes),
        Destination::Old(file, about) => replaced(&file, Some(&about), bytes),
    }
}

/// Where bytes for a path go.
enum Destination {
    /// To what takes them as they come.
    Stream,
    /// To a file that is not there yet.
    New(PathBuf),
    /// To the place of this file.
    Old(PathBuf, Metadata),
}

fn destination(path: &Path) -> Result<Destination, FileError> {
    let (file, is_open_already) = followed(path)?;
    match disk::metadata(path) {
        Ok(_) if is_open_already => Ok(Destination::Stream),
        Ok(about) if about.is_file() => Ok(Destination::Old(file, about)),
        Ok(about) if about.is_dir() => {
            Err(FileError::NotAFile { path: path.to_owned(), found: found(&about) })
        }
        Ok(_) => Ok(Destination::Stream),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(io_error("write", path)(error))
        }
        // Folders are made for a path that somebody wrote down, not for one that a link once led to.
        Err(_) if file != path && !parent(&file).is_dir() => Err(dangling(path)),
        Err(_) => Ok(Destination::New(file)),
    }
}

/// The path behind all links, and whether one of them is a number of an open file: Linux shows those as links
/// in `/proc`, and what such a link says is no path.
fn followed(path: &Path) -> Result<(PathBuf, bool), FileError> {
    let mut file = path.to_owned();
    for _ in 0..MOST_LINKS {
        if !disk::symlink_metadata(&file).is_ok_and(|about| about.is_symlink()) {
            return Ok((file, false));
        }
        if fs::canonicalize(parent(&file)).is_ok_and(|folder| folder.starts_with("/proc")) {
            return Ok((file, true));
        }
        let target = disk::read_link(&file).map_err(io_error("write", path))?;
        file = parent(&file).join(target);
    }
    let circle = io::Error::other("its links lead in a circle");
    Err(io_error("write", path)(circle))
}

fn replaced(path: &Path, before: Option<&Metadata>, bytes: &[u8]) -> Result<(), FileError> {
    let folder = parent(path);
    create_folder(folder)?;
    let failed = || io_error("write", path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    rights::as_umask_says(&mut builder);
    let file = disk::open_new(folder, |folder| builder.tempfile_in(folder));
    let mut file = file.map_err(failed())?;
    filled((file.as_file_mut(), path), before, |out| out.write_all(bytes)).map_err(failed())?;
    disk::persist(file, path).map_err(failed())?;
    sync_folder(folder)
}

/// Writes a file that is not there yet, with the rights of the one it will replace. Its name is on the disk
/// when its folder is.
///
/// # Errors
///
/// What the system says.
pub(super) fn write_new(path: &Path, before: Option<&Metadata>, bytes: &[u8]) -> io::Result<()> {
    write_new_with(path, before, |out| out.write_all(bytes))
}

/// The same with what writes the bytes.
///
/// # Errors
///
/// What the system says, or the writing.
pub(super) fn write_new_with(
    path: &Path,
    before: Option<&Metadata>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = disk::open_to_write(OpenOptions::new().write(true).create_new(true), path)?;
    filled((&mut file, path), before, write)
}

fn filled(
    (file, path): (&mut File, &Path),
    before: Option<&Metadata>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // The rights first: nobody reads in between what they may not.
    if let Some(before) = before {
        rights::as_before(file, before)?;
    }
    write(&mut disk::Out::new(file, path))?;
    disk::sync(file, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_private_stays_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("decided.csv");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        write_atomic(&path, b"new").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_its_file_is_written() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str| folder.path().join(name);
        fs::write(inside("shared.csv"), "old").unwrap();
        symlink("shared.csv", inside("one.csv")).unwrap();
        symlink(inside("one.csv"), inside("two.csv")).unwrap();
        symlink("not-there-yet.csv", inside("three.csv")).unwrap();
        for (link, file) in [("two.csv", "shared.csv"), ("three.csv", "not-there-yet.csv")] {
            write_atomic(&inside(link), link.as_bytes()).unwrap();
            assert!(fs::symlink_metadata(inside(link)).unwrap().is_symlink());
            assert_eq!(fs::read(inside(file)).unwrap(), link.as_bytes());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_into_a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("out.csv");
        std::os::unix::fs::symlink("nowhere/out.csv", &link).unwrap();
        assert!(matches!(write_atomic(&link, b"x"), Err(FileError::Dangling { .. })));
        assert!(!folder.path().join("nowhere").exists());
        std::os::unix::fs::symlink("round.csv", folder.path().join("round.csv")).unwrap();
        assert!(write_atomic(&folder.path().join("round.csv"), b"x").is_err());
    }

    #[test]
    fn a_folder_is_not_replaced_by_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let written = write_atomic(folder.path(), b"x");
        assert!(matches!(written, Err(FileError::NotAFile { found: "a folder", .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_takes_the_bytes_and_stays_one() {
        write_atomic(Path::new("/dev/null"), b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
