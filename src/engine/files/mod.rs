//! The disk: open, read, and write so that what is written survives. Every error names its path; nothing
//! outside this room calls `std::fs`.
//!
//! What is promised:
//!
//! - What a function gives back is on the disk when it gives it back: bytes, names and folders.
//! - A [`Change`] is whole or not at all, also after a kill, a power cut, a full or a failing disk. Everything is staged
//!   first; a record says what is replaced; the old is never removed before the new stands. What cannot be put back
//!   stays in both copies, and its error names them.
//! - A change that was broken off is taken back by whoever locks the workspace next ([`heal`]), which says so.
//! - What cannot be looked at is an error: only what the system does not find is absent.
//! - A sealed folder ([`verify`]) tells one changed bit.
//! - A folder that a sync program keeps may hold a change by half: it is taken back as after a kill. A disk that says
//!   it has what it has not breaks all of this.
//!
//! Every call to the disk goes through `disk`, and tests let each of them fail.
//!
//! A file by itself is replaced by [`write_atomic`] or grows by [`append`]. What belongs together in a workspace
//! is a [`Change`]; one that was broken off is taken back by [`heal`].

mod append;
mod atomic;
mod change;
mod disk;
mod error;
#[cfg(test)]
pub(crate) mod faults;
mod folder;
mod growing;
mod heal;
mod hidden;
mod lock;
mod place;
mod private;
mod read;
mod record;
mod rights;
mod seal;
mod step;

pub use append::{append, append_with};
pub use atomic::write_atomic;
pub use change::Change;
pub use error::FileError;
pub use folder::create_folder;
pub use growing::{Growing, forget};
pub use heal::heal;
pub use lock::{Lock, lock, lock_private};
pub use private::{read_private, write_private};
pub use read::{Stamp, are_same, is_file, is_taken, names_in, open, read, read_if_present, stamp};
pub use record::{NAME as CHANGE_FILE, is_interrupted};
pub use seal::{read_sealed, verify};

/// How the names of files and folders begin that are not in their place yet.
const PREFIX: &str = ".seatdrift-";

/// Random letters and digits behind it.
const N_RANDOM: usize = 6;

/// Whether a name is one of those.
fn is_staging(name: &str) -> bool {
    name.strip_prefix(PREFIX).is_some_and(|random| {
        random.len() == N_RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
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
