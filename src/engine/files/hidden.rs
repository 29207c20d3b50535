//! A hidden folder beside the places of a change, in which what is new waits.

use std::io;
use std::path::{Path, PathBuf};

use super::{PREFIX, disk};

/// Such a folder; it goes when this is dropped.
#[derive(Debug)]
pub(super) struct Hidden(PathBuf);

impl Hidden {
    /// Makes one in a folder.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(super) fn in_folder(above: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        let made = disk::open_new(above, |above| builder.prefix(PREFIX).tempdir_in(above))?;
        Ok(Self(made.keep()))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        self.0.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The folder, which stays.
    pub(super) fn kept(mut self) -> PathBuf {
        std::mem::take(&mut self.0)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty() {
            // What stays is removed when the workspace is next locked.
            let _ = disk::remove_dir_all(&self.0);
        }
    }
}
