//! A disk that fails, fills up or loses its power at the Nth call: for tests.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::disk::Call;

/// What happens at the Nth call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The call fails, and the next ones do not: a virus scanner, a share that comes back.
    Once(ErrorKind),
    /// It and all that follow fail: a share that went. A full disk (`StorageFull`) can still be read, and gives room.
    FromThenOn(ErrorKind),
    /// The process is gone: nothing it does afterwards reaches the disk. What it was writing is there by half.
    Killed,
}

/// A folder below which the disk fails.
#[derive(Debug)]
struct Plan {
    root: PathBuf,
    fault: Fault,
    /// The call it happens at, counted from nought.
    at: usize,
    n_calls: usize,
}

static PLANS: Mutex<Vec<Plan>> = Mutex::new(Vec::new());

/// The plan for a folder; it ends when this is dropped.
pub(crate) struct Armed(PathBuf);

/// Lets the disk below a folder fail at a call.
pub(crate) fn arm(root: &Path, at: usize, fault: Fault) -> Armed {
    let plan = Plan { root: root.to_owned(), fault, at, n_calls: 0 };
    PLANS.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
    Armed(root.to_owned())
}

impl Armed {
    /// Calls so far.
    pub(crate) fn n_calls(&self) -> usize {
        let plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
        plans.iter().find(|plan| plan.root == self.0).map_or(0, |plan| plan.n_calls)
    }
}

impl Drop for Armed {
    fn drop(&mut self) {
        let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|plan| plan.root != self.0);
    }
}

/// What becomes of a call about a path.
enum Turn {
    Passes,
    Fails(io::Error),
    /// The process ends during it.
    Ends,
}

fn turn(path: &Path, call: Call) -> Turn {
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(plan) = plans.iter_mut().find(|plan| path.starts_with(&plan.root)) else {
        return Turn::Passes;
    };
    let now = plan.n_calls;
    plan.n_calls += 1;
    let is_full = |kind| kind == ErrorKind::StorageFull;
    match plan.fault {
        Fault::Once(kind) | Fault::FromThenOn(kind) if is_full(kind) && call != Call::Writes => {
            Turn::Passes
        }
        Fault::Once(kind) if now == plan.at => Turn::Fails(kind.into()),
        Fault::FromThenOn(kind) if now >= plan.at => Turn::Fails(kind.into()),
        Fault::Killed if now == plan.at => Turn::Ends,
        Fault::Killed if now > plan.at => Turn::Fails(io::Error::other("the process is gone")),
        _ => Turn::Passes,
    }
}

/// Passes where the disk does what a call asks.
pub(super) fn point(path: &Path, call: Call) -> io::Result<()> {
    match turn(path, call) {
        Turn::Passes => Ok(()),
        Turn::Fails(error) => Err(error),
        Turn::Ends => Err(io::Error::other("the process is gone")),
    }
}

/// Writes as far as the disk takes it.
pub(super) fn written(file: &mut File, path: &Path, bytes: &[u8]) -> io::Result<usize> {
    match turn(path, Call::Writes) {
        Turn::Passes => file.write(bytes),
        Turn::Fails(error) => {
            // A disk that fills up takes what still fits.
            if error.kind() == ErrorKind::StorageFull {
                file.write_all(&bytes[..bytes.len() / 2])?;
            }
            Err(error)
        }
        Turn::Ends => {
            file.write_all(&bytes[..bytes.len() / 2])?;
            Err(io::Error::other("the process is gone"))
        }
    }
}
