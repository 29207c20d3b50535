//! Sums that were made once, kept beside the history.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::*;

use super::parquet::{bytes_of, caught, footer, is_whole};
use super::scan::{POSITION, by_position, scan_as_is};
use super::sums::LAYOUT;
use crate::files;
use seatdrift_core::domain::{Digest, Month};

/// Largest file of sums that is read, in bytes: larger ones are made anew.
const LARGEST: u64 = 1 << 30;

/// The sums of stored months, each with the mark of the file it was made from.
///
/// Reading writes nothing: sums that were made anew are held until the history itself is written to.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    folder: PathBuf,
    made: Arc<Mutex<BTreeMap<Month, Vec<u8>>>>,
}

impl Kept {
    /// Those of the history in a folder.
    pub(super) fn beside(history: &Path) -> Self {
        let folder = history.with_file_name("cache").join("history");
        Self { folder, made: Arc::default() }
    }

    fn file(&self, month: Month) -> PathBuf {
        self.folder.join(format!("{month}.parquet"))
    }

    /// Whether the sums of a month are there, whole, and were made from the file of this mark. Whatever else
    /// is there is no error: the sums are made anew.
    pub(super) fn has(&self, month: Month, mark: Digest) -> bool {
        let Ok(bytes) = files::read(&self.file(month), LARGEST) else { return false };
        let Ok(own) = footer(&mut Cursor::new(&bytes)) else { return false };
        let is_of_file = own.layout == LAYOUT && own.made_from == Some(mark);
        is_of_file && own.sha256.is_some_and(|said| is_whole(bytes, said))
    }

    /// The sums of months that are there, one frame each.
    pub(super) fn read(&self, months: &[Month]) -> PolarsResult<Vec<DataFrame>> {
        if months.is_empty() {
            return Ok(Vec::new());
        }
        let paths: Vec<PathBuf> = months.iter().map(|month| self.file(*month)).collect();
        let sums = caught(|| scan_as_is(&paths)?.collect())?;
        by_position(&sums, months.len())
    }

    /// Holds sums that were made anew, to be kept when the history is next written to.
    pub(super) fn hold(&self, month: Month, mark: Digest, sums: &DataFrame) -> PolarsResult<()> {
        let bytes = bytes_of(&mut sums.drop(POSITION)?, LAYOUT, Some(mark))?;
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(month, bytes);
        Ok(())
    }

    /// Writes what is held. A disk that takes no more of it has cost nothing but time.
    pub(super) fn write(&self) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        for (month, bytes) in std::mem::take(&mut *made) {
            let _ = files::write_atomic(&self.file(month), &bytes);
        }
    }
}
