//! A file that only grows.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use super::disk;
use super::error::{FileError, io_error};
use super::folder::{create_folder, parent, sync_folder};
use super::read::is_file;

/// Appends to a file what `addition` makes of the bytes it has, and waits until the disk has it. One writer
/// at a time; a file that is not there has none.
///
/// # Errors
///
/// [`FileError::Io`] when the file cannot be read or written, [`FileError::TooLarge`] when it would hold
/// more than `limit` bytes, or what `addition` says: the file is then what it was. [`FileError::NotCutBack`] when the
/// disk does not let it be that.
pub fn append<E: From<FileError>>(
    path: &Path,
    limit: u64,
    addition: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<(), E> {
    append_with(path, limit, addition, || Ok(()))
}

/// [`append`] and something else, both or neither: `other` is done when the file has grown, and where it fails
/// the file goes back to what it was.
///
/// # Errors
///
/// As [`append`], or what `other` says.
pub fn append_with<E: From<FileError>>(
    path: &Path,
    limit: u64,
    addition: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    other: impl FnOnce() -> Result<(), E>,
) -> Result<(), E> {
    is_file(path)?;
    create_folder(parent(path))?;
    let failed = || io_error("append to", path);
    let mut file =
        disk::open_to_write(OpenOptions::new().create(true).append(true).read(true), path)
            .map_err(failed())?;
    file.lock().map_err(failed())?;
    let mut before = Vec::new();
    (&file).take(limit + 1).read_to_end(&mut before).map_err(failed())?;
    let addition = addition(&before)?;
    let found = (before.len() + addition.len()) as u64;
    if found > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), found, limit }.into());
    }
    let done = grown(&mut file, path, &before, &addition).map_err(E::from).and_then(|()| other());
    let Err(because) = done else { return Ok(()) };
    // A full disk may have taken half of it: the file goes back to what it was.
    let length = before.len() as u64;
    match disk::set_len(&file, path, length).and_then(|()| disk::sync(&file, path)) {
        Ok(()) => Err(because),
        Err(source) => Err(FileError::NotCutBack { path: path.to_owned(), length, source }.into()),
    }
}

fn grown(file: &mut File, path: &Path, before: &[u8], addition: &[u8]) -> Result<(), FileError> {
    let written = disk::Out::new(file, path).write_all(addition);
    let written = written.and_then(|()| disk::sync(file, path));
    written.map_err(io_error("append to", path))?;
    // A file that had nothing may be new: its name has to be on the disk too.
    if before.is_empty() { sync_folder(parent(path)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn where_the_other_fails_the_file_is_what_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("decisions.csv");
        append::<FileError>(&path, 100, |_| Ok(b"first\n".to_vec())).unwrap();
        let failed = append_with::<FileError>(
            &path,
            100,
            |_| Ok(b"second\n".to_vec()),
            || Err(FileError::Locked { path: "elsewhere".into(), holder: None }),
        );
        assert!(matches!(failed, Err(FileError::Locked { .. })));
        assert_eq!(read(&path, 100).unwrap(), b"first\n");
    }
}
