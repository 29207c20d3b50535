//! A file that grows line by line while something is made, and is worth nothing once it is.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::disk;
use super::error::{FileError, io_error};
use super::folder::{create_folder, parent};

/// Such a file. The disk has its lines some time later: after a power cut the last ones may be missing or torn.
#[derive(Debug)]
pub struct Growing {
    file: File,
    path: PathBuf,
}

impl Growing {
    /// Begins it anew with its first bytes.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when it cannot be written.
    pub fn begin(path: &Path, first: &[u8]) -> Result<Self, FileError> {
        create_folder(parent(path))?;
        let mut options = OpenOptions::new();
        let file = disk::open_to_write(options.create(true).write(true).truncate(true), path);
        let mut file = file.map_err(io_error("write", path))?;
        let written = disk::Out::new(&mut file, path).write_all(first);
        written.map_err(io_error("write", path))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Goes on with one of which the first `whole` bytes are good.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when it cannot be written.
    pub fn go_on(path: &Path, whole: u64) -> Result<Self, FileError> {
        let file = disk::open_to_write(OpenOptions::new().append(true), path);
        let file = file.and_then(|file| disk::set_len(&file, path, whole).map(|()| file));
        Ok(Self { file: file.map_err(io_error("write", path))?, path: path.to_owned() })
    }

    /// Adds bytes.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when the disk does not take them.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let mut out = disk::Out::new(&mut self.file, &self.path);
        out.write_all(bytes).map_err(io_error("append to", &self.path))
    }
}

/// Removes such a file, and its folder where nothing else is in it.
///
/// # Errors
///
/// [`FileError::Io`] when it is there and cannot be removed.
pub fn forget(path: &Path) -> Result<(), FileError> {
    match disk::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(io_error("remove", path)(error))
        }
        _ => {
            let _ = disk::remove_dir(parent(path));
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn what_is_torn_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("unfinished/pax8.answers");
        let mut growing = Growing::begin(&path, b"head\n").unwrap();
        growing.push(b"one\ntor").unwrap();
        drop(growing);
        Growing::go_on(&path, 9).unwrap().push(b"two\n").unwrap();
        assert_eq!(read(&path, 100).unwrap(), b"head\none\ntwo\n");
        forget(&path).unwrap();
        assert!(!folder.path().join("unfinished").exists());
        forget(&path).unwrap();
    }
}
