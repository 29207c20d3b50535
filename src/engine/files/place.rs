//! A place in a workspace that a change gives a new file or folder, and how it gets its old one back.
//!
//! Until all places have theirs, what is new waits in a hidden folder beside them, and what was there waits in
//! it too: `runs/.seatdrift-a1B2c3/{new,old}/2026-10` for `runs/2026-10`. All it takes to take a change back is
//! to look at names, so it can be done any number of times, by any process, also on a copy.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::disk;
use super::error::{FileError, io_error};
use super::folder::{create_folder, parent};
use super::read::is_taken;
use super::step::Step;

/// What a place holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    File,
    Folder,
}

/// How what is new takes the place of what is old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Swap {
    /// At once: the old file has a second name already.
    Over,
    /// At once: the old folder takes the new one's name.
    Exchange,
    /// The old one leaves, then the new one comes: where a disk knows no second names or no exchange.
    ByRenames,
}

/// One place of a change. Its paths begin at the workspace's root, and are written with `/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    /// The place: `runs/2026-10`.
    pub(super) path: String,
    /// What it holds.
    pub(super) kind: Kind,
    /// The hidden folder what is new waits in: `runs/.seatdrift-a1B2c3`.
    pub(super) waits_in: String,
    /// Whether something was there before.
    pub(super) was_there: bool,
}

impl Place {
    pub(super) fn target(&self, root: &Path) -> PathBuf {
        root.join(&self.path)
    }

    /// Where what is new waits.
    pub(super) fn fresh(&self, root: &Path) -> PathBuf {
        self.inside(root, "new")
    }

    /// Where what was there waits. After an exchange it waits where what was new did.
    pub(super) fn old(&self, root: &Path) -> PathBuf {
        self.inside(root, "old")
    }

    fn inside(&self, root: &Path, room: &str) -> PathBuf {
        let below_top = self.path.split_once('/').map_or("", |(_, below)| below);
        root.join(&self.waits_in).join(room).join(below_top)
    }

    /// The hidden file that tells a new folder from an old one, while both are there.
    fn mark(&self) -> &str {
        self.waits_in.rsplit('/').next().unwrap_or_default()
    }

    /// The mark in the new folder, wherever that is.
    pub(super) fn mark_in(&self, folder: &Path) -> PathBuf {
        folder.join(self.mark())
    }

    /// How this place can be given what is new. Gives an old file its second name.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when the folder for what is old cannot be made.
    pub(super) fn swap(&self, root: &Path, may_exchange: bool) -> Result<Swap, FileError> {
        if !self.was_there {
            return Ok(Swap::Over);
        }
        create_unsynced(parent(&self.old(root)))?;
        let second_name = || disk::hard_link(&self.target(root), &self.old(root));
        Ok(match self.kind {
            Kind::File if second_name().is_ok() => Swap::Over,
            Kind::Folder if may_exchange => Swap::Exchange,
            _ => Swap::ByRenames,
        })
    }

    /// The calls that give the place what is new.
    pub(super) fn steps(&self, root: &Path, swap: Swap) -> Vec<Step> {
        let (fresh, place) = (self.fresh(root), self.target(root));
        match swap {
            Swap::Over => vec![Step::Rename { from: fresh, to: place }],
            Swap::Exchange => vec![Step::Exchange { fresh, place }],
            Swap::ByRenames => vec![
                Step::Rename { from: place.clone(), to: self.old(root) },
                Step::Rename { from: fresh, to: place },
            ],
        }
    }

    /// Gives the place back what was there, whatever was done to it so far: nothing, a part, or all.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when it cannot be put back: then it stays where it is.
    pub(super) fn take_back(&self, root: &Path) -> Result<(), FileError> {
        let (place, fresh) = (self.target(root), self.fresh(root));
        if self.was_there {
            return match self.old_copy(root)? {
                Some(old) => self.put_back(root, &old),
                None => Ok(()),
            };
        }
        if !is_taken(&fresh)? && is_taken(&place)? {
            // A copy of the workspace may lack folders that were empty.
            create_unsynced(parent(&fresh))?;
            disk::rename(&place, &fresh).map_err(io_error("take back", &place))?;
        }
        self.leave_no_folder(root);
        Ok(())
    }

    /// Where what was there is, unless it is in its place.
    pub(super) fn old_copy(&self, root: &Path) -> Result<Option<PathBuf>, FileError> {
        let (place, fresh, old) = (self.target(root), self.fresh(root), self.old(root));
        let is_new = |folder: &Path| is_taken(&self.mark_in(folder));
        let is_in_place = is_taken(&place)?
            && match self.kind {
                Kind::Folder => !is_new(&place)?,
                Kind::File => is_taken(&fresh)?,
            };
        if is_in_place {
            return Ok(None);
        }
        if is_taken(&old)? {
            return Ok(Some(old));
        }
        let is_exchanged = self.kind == Kind::Folder && is_taken(&fresh)? && !is_new(&fresh)?;
        Ok(is_exchanged.then_some(fresh))
    }

    fn put_back(&self, root: &Path, old: &Path) -> Result<(), FileError> {
        let place = self.target(root);
        let failed = || io_error("put back", &place);
        let is_folder =
            |path: &Path| disk::symlink_metadata(path).is_ok_and(|about| about.is_dir());
        if is_taken(&place)? && (is_folder(&place) || is_folder(old)) {
            if self.kind == Kind::Folder && disk::exchange(old, &place).is_ok() {
                return Ok(());
            }
            let aside = self.inside(root, "aside");
            create_unsynced(parent(&aside))?;
            disk::rename(&place, &aside).map_err(failed())?;
        }
        disk::rename(old, &place).map_err(failed())
    }

    /// Removes the folder that a new file was to be the first in.
    fn leave_no_folder(&self, root: &Path) {
        let folder = parent(Path::new(&self.path));
        if folder.components().count() > 1 {
            // One that holds something stays.
            let _ = disk::remove_dir(&root.join(folder));
        }
    }

    /// Takes the mark from a folder that is new no longer. Whether it has none now; one that stays means nothing
    /// to a later change, which has a mark of its own.
    pub(super) fn unmark(&self, root: &Path) -> bool {
        if self.kind == Kind::File {
            return true;
        }
        let mark = self.mark_in(&self.target(root));
        disk::remove_file(&mark).is_ok() || is_taken(&mark).is_ok_and(|is_there| !is_there)
    }

    /// Whether it is one that a change would write: it stays in its workspace.
    pub(super) fn is_sound(&self) -> bool {
        let plain = |path: &str| {
            let parts = Path::new(path).components();
            path.split('/').count() == parts.clone().count()
                && parts.clone().all(|part| matches!(part, Component::Normal(_)))
        };
        let (top, waits) = (self.path.split_once('/'), self.waits_in.split_once('/'));
        plain(&self.path)
            && plain(&self.waits_in)
            && top.map(|(top, _)| top) == waits.map(|(top, _)| top)
            && waits.is_some_and(|(_, name)| super::is_staging(name))
    }
}

/// Makes a folder; the disk is waited for later.
pub(super) fn create_unsynced(path: &Path) -> Result<(), FileError> {
    disk::create_dir_all(path).map_err(io_error("create", path))
}

/// Makes the folder a place lies in.
pub(super) fn create_above(place: &Path) -> Result<(), FileError> {
    create_folder(parent(place))
}

/// Whether folders of the disk that a hidden folder is on can take each other's names: tried on two in it that hold
/// nothing, so that a kill meanwhile mistakes nothing.
pub(super) fn can_exchange(waiting: &Path) -> bool {
    let (one, other) = (waiting.join("one"), waiting.join("other"));
    let made = disk::create_dir(&one).and_then(|()| disk::create_dir(&other));
    made.and_then(|()| disk::exchange(&one, &other)).is_ok()
}
