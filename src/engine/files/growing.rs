//! A file that grows line by line while something is made, and is worth nothing once it is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
        let mut file = File::create(path).map_err(io_error("write", path))?;
        file.write_all(first).map_err(io_error("write", path))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Goes on with one of which the first `whole` bytes are good.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when it cannot be written.
    pub fn go_on(path: &Path, whole: u64) -> Result<Self, FileError> {
        let file = OpenOptions::new().append(true).open(path);
        let file = file.and_then(|file| file.set_len(whole).map(|()| file));
        Ok(Self { file: file.map_err(io_error("write", path))?, path: path.to_owned() })
    }

    /// Adds bytes.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when the disk does not take them.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.file.write_all(bytes).map_err(io_error("append to", &self.path))
    }
}

/// Removes such a file, and its folder where nothing else is in it.
///
/// # Errors
///
/// [`FileError::Io`] when it is there and cannot be removed.
pub fn forget(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(io_error("remove", path)(error))
        }
        _ => {
            let _ = fs::remove_dir(parent(path));
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
