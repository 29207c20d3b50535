//! The calls to the disk, as `std::fs` has them. Each is a point at which tests let a disk fail, fill up or lose its
//! power: see `super::faults`.

use std::fs::{self, File, Metadata, OpenOptions, ReadDir};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[cfg(test)]
use super::faults::{point, written};
use super::step::exchange_at_once;

/// What a call does to the room on a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Reads,
    /// Takes room, if only that of a name.
    Writes,
    GivesRoom,
}

/// Outside of tests nothing stands between a call and the disk.
#[cfg(not(test))]
fn point(_path: &Path, _call: Call) -> io::Result<()> {
    Ok(())
}

/// Likewise.
#[cfg(not(test))]
fn written(file: &mut File, _path: &Path, bytes: &[u8]) -> io::Result<usize> {
    file.write(bytes)
}

pub(super) fn metadata(path: &Path) -> io::Result<Metadata> {
    point(path, Call::Reads)?;
    fs::metadata(path)
}

pub(super) fn symlink_metadata(path: &Path) -> io::Result<Metadata> {
    point(path, Call::Reads)?;
    fs::symlink_metadata(path)
}

pub(super) fn read_dir(path: &Path) -> io::Result<ReadDir> {
    point(path, Call::Reads)?;
    fs::read_dir(path)
}

pub(super) fn read_link(path: &Path) -> io::Result<PathBuf> {
    point(path, Call::Reads)?;
    fs::read_link(path)
}

pub(super) fn open_to_read(path: &Path) -> io::Result<File> {
    point(path, Call::Reads)?;
    File::open(path)
}

pub(super) fn open_to_write(options: &OpenOptions, path: &Path) -> io::Result<File> {
    point(path, Call::Writes)?;
    options.open(path)
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    point(to, Call::Writes)?;
    fs::rename(from, to)
}

pub(super) fn hard_link(from: &Path, to: &Path) -> io::Result<()> {
    point(to, Call::Writes)?;
    fs::hard_link(from, to)
}

pub(super) fn create_dir(path: &Path) -> io::Result<()> {
    point(path, Call::Writes)?;
    fs::create_dir(path)
}

pub(super) fn create_dir_all(path: &Path) -> io::Result<()> {
    point(path, Call::Writes)?;
    fs::create_dir_all(path)
}

pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    point(path, Call::GivesRoom)?;
    fs::remove_file(path)
}

pub(super) fn remove_dir(path: &Path) -> io::Result<()> {
    point(path, Call::GivesRoom)?;
    fs::remove_dir(path)
}

pub(super) fn remove_dir_all(path: &Path) -> io::Result<()> {
    point(path, Call::GivesRoom)?;
    fs::remove_dir_all(path)
}

/// Makes something new in a folder, under a name nobody has.
pub(super) fn open_new<T>(
    folder: &Path,
    make: impl FnOnce(&Path) -> io::Result<T>,
) -> io::Result<T> {
    point(folder, Call::Writes)?;
    make(folder)
}

/// Lets a temporary file take its place.
pub(super) fn persist(file: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    point(path, Call::Writes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Lets two take each other's names.
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    point(other, Call::Writes)?;
    exchange_at_once(one, other)
}

/// Waits until the disk has a file.
pub(super) fn sync(file: &File, path: &Path) -> io::Result<()> {
    point(path, Call::Writes)?;
    file.sync_all()
}

/// Gives a file another length.
pub(super) fn set_len(file: &File, path: &Path, length: u64) -> io::Result<()> {
    point(path, Call::GivesRoom)?;
    file.set_len(length)
}

/// A file that is written to.
pub(super) struct Out<'f> {
    file: &'f mut File,
    path: &'f Path,
}

impl<'f> Out<'f> {
    /// The file at a path.
    pub(super) fn new(file: &'f mut File, path: &'f Path) -> Self {
        Self { file, path }
    }
}

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        written(self.file, self.path, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
