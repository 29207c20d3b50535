//! `.seatdrift.change`: what a change is replacing, on the disk before the first of it is replaced and until
//! the last is. Who finds it after that takes the change back.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::write_new;
use super::disk;
use super::error::{FileError, io_error};
use super::folder::sync_folder;
use super::place::Place;
use super::read::{is_taken, read_if_present};

/// What it is called.
pub const NAME: &str = ".seatdrift.change";

/// Its name while it is not whole.
const UNFINISHED: &str = ".seatdrift.change.new";

/// The layout written.
const LAYOUT: u32 = 1;

/// Largest record read, in bytes: an import of a century has a tenth of it.
const LIMIT: u64 = 16 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    layout: u32,
    places: Vec<Place>,
}

/// Where the record of a workspace is.
pub(super) fn path(root: &Path) -> PathBuf {
    root.join(NAME)
}

/// Whether there is one: a change is being carried out, or was broken off.
///
/// # Errors
///
/// [`FileError::Io`] when the system does not say.
pub fn is_interrupted(root: &Path) -> Result<bool, FileError> {
    is_taken(&path(root))
}

/// Writes the record; it is on the disk then.
///
/// # Errors
///
/// [`FileError::Io`] when it cannot be written: then there is none.
pub(super) fn write(root: &Path, places: &[Place]) -> Result<(), FileError> {
    let (record, unfinished) = (path(root), root.join(UNFINISHED));
    let bytes = serde_json::to_vec_pretty(&Record { layout: LAYOUT, places: places.to_vec() })
        .expect("places are plain texts");
    forgotten(&unfinished)?;
    let written = write_new(&unfinished, None, &bytes);
    written.and_then(|()| disk::rename(&unfinished, &record)).map_err(|error| {
        let _ = disk::remove_file(&unfinished);
        io_error("write", &record)(error)
    })?;
    sync_folder(root).inspect_err(|_| {
        // Nothing was replaced yet, so it may go without waiting for the disk.
        let _ = disk::remove_file(&record);
    })
}

/// The places of the change whose record is found; `None` where there is none.
///
/// # Errors
///
/// [`FileError::Record`] for a file that no change writes, [`FileError::Io`] when it cannot be read.
pub(super) fn read(root: &Path) -> Result<Option<Vec<Place>>, FileError> {
    let path = path(root);
    let Some(bytes) = read_if_present(&path, LIMIT)? else { return Ok(None) };
    let wrong = |message: String| FileError::Record { path: path.clone(), message };
    let record: Record =
        serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if record.layout != LAYOUT {
        return Err(wrong(format!("layout {}, of another version", record.layout)));
    }
    match record.places.iter().find(|place| !place.is_sound()) {
        Some(place) => Err(wrong(format!("the place {:?}", place.path))),
        None => Ok(Some(record.places)),
    }
}

/// Removes the record; the disk knows it then.
///
/// # Errors
///
/// [`FileError::Io`] when it cannot be removed.
pub(super) fn remove(root: &Path) -> Result<(), FileError> {
    forgotten(&path(root))?;
    sync_folder(root)
}

/// Removes a record that was never whole.
pub(super) fn remove_unfinished(root: &Path) -> Result<(), FileError> {
    forgotten(&root.join(UNFINISHED))
}

fn forgotten(path: &Path) -> Result<(), FileError> {
    match disk::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(io_error("remove", path)(error))
        }
        _ => Ok(()),
    }
}
