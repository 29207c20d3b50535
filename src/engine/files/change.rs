//! Several files and folders of a workspace, replaced together or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{Metadata, OpenOptions};
use std::io::{self, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::atomic::{write_new, write_new_with};
use super::disk;
use super::error::{FileError, io_error};
use super::folder::{create_folder, parent, sync_folder};
use super::hidden::Hidden;
use super::place::{Kind, Place, can_exchange, create_above, create_unsynced};
use super::read::is_taken;
use super::step::Step;
use super::{record, rights, seal};
use rayon::prelude::*;
use seatdrift_core::domain::{Digest, Digesting};

/// What is to be replaced: first everything is staged, whole and on the disk, in hidden folders beside its
/// places; then [`Change::commit`] lets all of it take its place. A change that is dropped, or whose process
/// ends before, has changed nothing.
///
/// Whoever commits holds the workspace's lock.
#[derive(Debug)]
pub struct Change {
    root: PathBuf,
    staged: Mutex<Staged>,
}

#[derive(Debug, Default)]
struct Staged {
    /// The hidden folder in each of the workspace's folders, by its name.
    waiting: BTreeMap<String, Hidden>,
    places: Vec<Place>,
}

impl Change {
    /// A change of the workspace at `root`, with nothing in it.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), staged: Mutex::default() }
    }

    /// Stages a file, with the rights of the one it will replace.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when it cannot be written.
    pub fn stage_file(&self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        let place = self.place(path, Kind::File)?;
        let fresh = place.fresh(&self.root);
        create_unsynced(parent(&fresh))?;
        let before = disk::metadata(path).ok().filter(Metadata::is_file);
        write_new(&fresh, before.as_ref(), bytes).map_err(io_error("write", path))?;
        self.add(place);
        Ok(())
    }

    /// Stages a folder that holds exactly `files` (name, bytes); a name may have folders in it.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when something cannot be written.
    pub fn stage_folder<N: AsRef<str> + Sync, B: AsRef<[u8]> + Sync>(
        &self,
        folder: &Path,
        files: &[(N, B)],
    ) -> Result<(), FileError> {
        let write = |(_, it): &(N, B), out: &mut dyn Write| out.write_all(it.as_ref());
        self.stage_files(folder, files, |(name, _)| name.as_ref(), write, || None)
    }

    /// The same with what the files hold written down beside them, so that [`super::verify`] knows it.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when something cannot be written.
    pub fn stage_sealed_folder<N: AsRef<str> + Sync, B: AsRef<[u8]> + Sync>(
        &self,
        folder: &Path,
        files: &[(N, B)],
    ) -> Result<(), FileError> {
        let write = |bytes: &B, out: &mut dyn Write| out.write_all(bytes.as_ref());
        self.stage_sealed(folder, files, write)
    }

    /// [`Change::stage_sealed_folder`] with files (name, what writes its bytes) that are written side by side, begun
    /// in their order.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when something cannot be written.
    pub fn stage_sealed_folder_with<N, W>(
        &self,
        folder: &Path,
        files: &[(N, W)],
    ) -> Result<(), FileError>
    where
        N: AsRef<str> + Sync,
        W: Fn(&mut dyn Write) -> io::Result<()> + Sync,
    {
        self.stage_sealed(folder, files, |write: &W, out| write(out))
    }

    fn stage_sealed<N: AsRef<str> + Sync, F: Sync>(
        &self,
        folder: &Path,
        files: &[(N, F)],
        write: impl Fn(&F, &mut dyn Write) -> io::Result<()> + Sync,
    ) -> Result<(), FileError> {
        let digests: Mutex<BTreeMap<String, Digest>> = Mutex::default();
        let lock = || digests.lock().unwrap_or_else(PoisonError::into_inner);
        let write = |(name, it): &(N, F), out: &mut dyn Write| {
            let mut out = Digesting::new(out);
            write(it, &mut out)?;
            lock().insert(name.as_ref().to_owned(), out.digest());
            Ok(())
        };
        self.stage_files(
            folder,
            files,
            |(name, _)| name.as_ref(),
            write,
            || Some((seal::NAME, seal::rendered(&lock()))),
        )
    }

    /// Stages files, and one that is made when they are written.
    fn stage_files<F: Sync>(
        &self,
        folder: &Path,
        files: &[F],
        name: impl Fn(&F) -> &str + Sync,
        write: impl Fn(&F, &mut dyn Write) -> io::Result<()> + Sync,
        last: impl FnOnce() -> Option<(&'static str, Vec<u8>)>,
    ) -> Result<(), FileError> {
        let place = self.place(folder, Kind::Folder)?;
        let fresh = place.fresh(&self.root);
        // A name may begin with a folder: `notes/acme.txt`.
        let own = iter::once(Path::new(""));
        let above = files.iter().filter_map(|one| Path::new(name(one)).parent());
        let folders: BTreeSet<&Path> = own.chain(above).collect();
        for inside in &folders {
            create_like(&fresh.join(inside), &folder.join(inside))
                .map_err(io_error("write", folder))?;
        }
        let new = |name: &str, write: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
            let path = folder.join(name);
            let before = disk::metadata(&path).ok().filter(Metadata::is_file);
            let file = write_new_with(&fresh.join(name), before.as_ref(), write);
            file.map_err(io_error("write", &path))
        };
        in_their_order(files, &|one: &F| new(name(one), &|out| write(one, out)))?;
        if let Some((name, bytes)) = last() {
            new(name, &|out| out.write_all(&bytes))?;
        }
        let mark = place.mark_in(&fresh);
        disk::open_to_write(OpenOptions::new().write(true).create_new(true), &mark)
            .map_err(io_error("write", folder))?;
        sync_all(folders.into_iter().map(|inside| fresh.join(inside)).collect())?;
        self.add(place);
        Ok(())
    }

    /// The place at a path, with its hidden folder.
    fn place(&self, path: &Path, kind: Kind) -> Result<Place, FileError> {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        let parts = inside.components().map(|part| part.as_os_str().to_str());
        let parts: Vec<&str> = parts.collect::<Option<_>>().unwrap_or_default();
        let (Some(top), false) = (parts.first(), inside.is_absolute()) else {
            let outside = io::Error::other("it is not in a folder of the workspace");
            return Err(io_error("write", path)(outside));
        };
        let waits_in = format!("{top}/{}", self.waiting_in(top, path)?);
        Ok(Place { path: parts.join("/"), kind, waits_in, was_there: is_taken(path)? })
    }

    /// The name of the hidden folder in one of the workspace's folders; made when it is first asked for.
    fn waiting_in(&self, top: &str, path: &Path) -> Result<String, FileError> {
        let mut staged = self.staged.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = staged.waiting.get(top) {
            return Ok(folder.name());
        }
        let above = self.root.join(top);
        create_folder(&above)?;
        let made = Hidden::in_folder(&above).map_err(io_error("write", path))?;
        for room in ["new", "old"] {
            create_unsynced(&made.path().join(room))?;
        }
        let own = made.name();
        staged.waiting.insert(top.to_owned(), made);
        Ok(own)
    }

    fn add(&self, place: Place) {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner).places.push(place);
    }

    /// Lets everything staged take its place; it is on the disk then.
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when something could not be replaced: then everything is what it was.
    /// [`FileError::NotPutBack`] when it could not be put back either: it is when the workspace is next locked.
    pub fn commit(self) -> Result<(), FileError> {
        match self.begin(Means::OfTheDisk)? {
            Some(begun) => begun.carry_out(),
            None => Ok(()),
        }
    }

    /// Writes down what will be replaced; `None` where nothing is staged.
    pub(super) fn begin(self, means: Means) -> Result<Option<Begun>, FileError> {
        let Self { root, staged } = self;
        let Staged { waiting, places } =
            staged.into_inner().unwrap_or_else(PoisonError::into_inner);
        if places.is_empty() {
            return Ok(None);
        }
        let may_exchange =
            means == Means::OfTheDisk && waiting.values().all(|folder| can_exchange(folder.path()));
        let mut steps = Vec::new();
        for place in &places {
            let swap = place.swap(&root, may_exchange)?;
            steps.extend(place.steps(&root, swap));
        }
        sync_all(places.iter().flat_map(|place| folders_of(place, &root)).collect())?;
        record::write(&root, &places)?;
        // From here on they may hold the only copy of something.
        let waiting = waiting.into_values().map(Hidden::kept).collect();
        Ok(Some(Begun { root, waiting, places, steps }))
    }
}

/// Does something to each of several, side by side and begun in their order; of several errors gives the first.
fn in_their_order<T: Sync, E: Send>(
    all: &[T],
    act: &(impl Fn(&T) -> Result<(), E> + Sync),
) -> Result<(), E> {
    let failed: Mutex<BTreeMap<usize, E>> = Mutex::default();
    // The halves of a list would be taken from both ends of one half.
    rayon::scope_fifo(|scope| {
        for (idx, one) in all.iter().enumerate() {
            let failed = &failed;
            scope.spawn_fifo(move |_| {
                if let Err(error) = act(one) {
                    failed.lock().unwrap_or_else(PoisonError::into_inner).insert(idx, error);
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.into_values().next().map_or(Ok(()), Err)
}

/// What a change may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// All that the disk can do.
    OfTheDisk,
    /// What every disk can do.
    #[cfg_attr(not(test), expect(dead_code, reason = "to see in tests what other disks do"))]
    RenamesAlone,
}

/// Makes a folder with the rights of the one it will replace.
fn create_like(fresh: &Path, folder: &Path) -> io::Result<()> {
    disk::create_dir_all(fresh)?;
    match disk::metadata(folder) {
        Ok(before) if before.is_dir() => rights::as_before(&disk::open_to_read(fresh)?, &before),
        _ => Ok(()),
    }
}

/// The folders whose names have to be on the disk before a place may change.
fn folders_of(place: &Place, root: &Path) -> Vec<PathBuf> {
    let top = place.path.split_once('/').map_or(root.to_owned(), |(top, _)| root.join(top));
    let copies = [place.fresh(root), place.old(root)];
    let above = copies.iter().flat_map(|copy| copy.ancestors().skip(1));
    above.filter(|folder| folder.starts_with(&top) && folder.is_dir()).map(Path::to_owned).collect()
}

/// Waits for the disk, for all of them at once.
fn sync_all(folders: BTreeSet<PathBuf>) -> Result<(), FileError> {
    folders.into_par_iter().try_for_each(|folder| sync_folder(&folder))
}

/// A change that is written down.
pub(super) struct Begun {
    root: PathBuf,
    /// The hidden folders.
    waiting: Vec<PathBuf>,
    places: Vec<Place>,
    pub(super) steps: Vec<Step>,
}

impl Begun {
    /// Takes every step, or none.
    pub(super) fn carry_out(self) -> Result<(), FileError> {
        let done = self.take(self.steps.len()).and_then(|()| record::remove(&self.root));
        let Err(error) = done else {
            clear(&self.root, &self.places, &self.waiting);
            return Ok(());
        };
        // Without its record nothing is taken back by halves. Where that is gone and cannot be had again, all of it
        // stands, and a power cut now takes back all of it.
        let is_recorded = record::is_interrupted(&self.root).unwrap_or(true)
            || record::write(&self.root, &self.places).is_ok();
        if is_recorded { Err(self.taken_back(error)) } else { Ok(()) }
    }

    /// Takes the first `n` steps and waits for the disk.
    pub(super) fn take(&self, n: usize) -> Result<(), FileError> {
        for place in &self.places {
            create_above(&place.target(&self.root))?;
        }
        self.steps[..n].iter().try_for_each(Step::take)?;
        sync_places(&self.root, &self.places)
    }

    /// Takes it back; gives the error that says so.
    fn taken_back(self, because: FileError) -> FileError {
        if let Err(error) = take_back(&self.root, &self.places, || in_words(&because)) {
            return error;
        }
        // Where the record stays, it finds nothing to take back.
        let _ = record::remove(&self.root);
        clear(&self.root, &self.places, &self.waiting);
        because
    }
}

/// An error with its cause.
fn in_words(error: &FileError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error} ({source})"),
        None => error.to_string(),
    }
}

/// Gives every place back what was there; the disk has it then.
///
/// # Errors
///
/// [`FileError::NotPutBack`] with the first place that did not get it; the others have it.
pub(super) fn take_back(
    root: &Path,
    places: &[Place],
    because: impl Fn() -> String,
) -> Result<(), FileError> {
    let mut failed = None;
    for place in places.iter().rev() {
        if let Err(error) = place.take_back(root) {
            failed.get_or_insert((place, error));
        }
    }
    let (place, error) = match failed {
        Some(failed) => failed,
        None => match sync_places(root, places) {
            Ok(()) => return Ok(()),
            Err(error) => (&places[0], error),
        },
    };
    let kept = place.old_copy(root).ok().flatten();
    let source = match error {
        FileError::Io { source, .. } => source,
        other => io::Error::other(other),
    };
    Err(FileError::NotPutBack { because: because(), path: place.target(root), kept, source })
}

fn sync_places(root: &Path, places: &[Place]) -> Result<(), FileError> {
    let folders = places.iter().map(|place| parent(&place.target(root)).to_owned());
    sync_all(folders.filter(|folder| folder.is_dir()).collect())
}

/// Removes what no place needs any more.
pub(super) fn clear(root: &Path, places: &[Place], waiting: &[PathBuf]) {
    let marked: Vec<&Place> = places.iter().filter(|place| !place.unmark(root)).collect();
    // What stays is removed when the workspace is next locked, and a mark with its hidden folder.
    let is_done = |folder: &PathBuf| !marked.iter().any(|one| *folder == root.join(&one.waits_in));
    for folder in waiting.iter().filter(|folder| is_done(folder)) {
        let _ = disk::remove_dir_all(folder);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::names_in;
    use super::*;

    fn committed(root: &Path, stage: impl Fn(&Change)) -> Result<(), FileError> {
        let change = Change::new(root);
        stage(&change);
        change.commit()
    }

    #[test]
    fn replacing_a_folder_leaves_nothing_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("runs/2026-10");
        let old = [("a.csv", "old"), ("b.csv", "old")];
        committed(folder.path(), |change| change.stage_folder(&run, &old).unwrap()).unwrap();
        let new = [("a.csv", "new"), ("notes/acme.txt", "new")];
        committed(folder.path(), |change| change.stage_folder(&run, &new).unwrap()).unwrap();
        assert_eq!(names_in(&run).unwrap(), ["a.csv", "notes"]);
        assert_eq!(fs::read(run.join("notes/acme.txt")).unwrap(), b"new");
        assert_eq!(fs::read_dir(&run).unwrap().count(), 2, "no hidden file stays");
        assert_eq!(fs::read_dir(folder.path().join("runs")).unwrap().count(), 1);
        assert_eq!(fs::read(run.join("a.csv")).unwrap(), b"new");
    }

    #[test]
    fn a_change_that_is_dropped_has_changed_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let change = Change::new(folder.path());
        change.stage_file(&folder.path().join("models/a.model"), b"new").unwrap();
        drop(change);
        assert_eq!(fs::read_dir(folder.path().join("models")).unwrap().count(), 0);
    }

    #[test]
    fn where_one_place_cannot_be_had_none_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let model = root.join("models/a.model");
        committed(root, |change| change.stage_file(&model, b"old").unwrap()).unwrap();
        let failed = committed(root, |change| {
            change.stage_file(&model, b"new").unwrap();
            change.stage_file(&root.join("history/month=2026-10/lines.parquet"), b"new").unwrap();
            // The month's folder cannot be made where a file stands.
            fs::write(root.join("history/month=2026-10"), "in the way").unwrap();
        });
        assert!(matches!(failed, Err(FileError::Io { .. })), "{failed:?}");
        assert_eq!(fs::read(&model).unwrap(), b"old");
        assert!(!record::is_interrupted(root).unwrap());
        assert_eq!(fs::read_dir(root.join("models")).unwrap().count(), 1);
    }

    #[test]
    fn nothing_outside_the_workspaces_folders_is_staged() {
        let folder = tempfile::tempdir().unwrap();
        let change = Change::new(folder.path());
        let outside = std::env::temp_dir().join("a.csv");
        assert!(change.stage_file(&outside, b"").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_and_a_file_that_were_private_stay_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let (run, model) = (root.join("runs/2026-10"), root.join("models/a.model"));
        let stage = |change: &Change| {
            change.stage_folder(&run, &[("a.csv", "text")]).unwrap();
            change.stage_file(&model, b"bytes").unwrap();
        };
        committed(root, stage).unwrap();
        let private = [(run.clone(), 0o700), (run.join("a.csv"), 0o600), (model.clone(), 0o640)];
        for (path, mode) in &private {
            fs::set_permissions(path, fs::Permissions::from_mode(*mode)).unwrap();
        }
        committed(root, stage).unwrap();
        for (path, mode) in &private {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, *mode);
        }
    }
}
