//! One writer at a time: who comes second waits a little and is told for whom.

use std::ops::Deref;
use std::time::{Duration, Instant};

use super::{FOLDERS, PULLED, WATCHED, Workspace};
use crate::files::{self, Change, FileError};

/// A workspace that nobody else writes to for as long as this lives.
#[derive(Debug)]
pub struct LockedWorkspace {
    workspace: Workspace,
    /// What was put right in it before anything else, in sentences.
    pub healed: Vec<String>,
    _lock: files::Lock,
}

impl LockedWorkspace {
    /// A change of several of its files and folders, with nothing in it yet.
    pub fn change(&self) -> Change {
        Change::new(&self.root)
    }
}

impl Deref for LockedWorkspace {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        &self.workspace
    }
}

impl Workspace {
    /// Locks the workspace for writing, and takes back what a command had begun that was broken off: it says
    /// so.
    ///
    /// # Errors
    ///
    /// [`FileError::Locked`] when another process writes to it; as [`files::heal`] when something cannot be
    /// taken back.
    pub fn lock(self) -> Result<LockedWorkspace, FileError> {
        let (lock, healed) = self.locked(ANYBODY)?;
        Ok(LockedWorkspace { workspace: self, healed, _lock: lock })
    }

    /// The same where another process is waited for some seconds. `who` is what those are told who wait for
    /// this one, such as `seatdrift score`; `tell` is told in a sentence, once, whom it waits for.
    ///
    /// # Errors
    ///
    /// As [`Workspace::lock`], when the other has not ended by then.
    pub fn lock_when_free(
        self,
        who: &str,
        tell: impl Fn(&str),
    ) -> Result<LockedWorkspace, FileError> {
        let began = Instant::now();
        let mut is_told = false;
        loop {
            match self.locked(who) {
                Ok((lock, healed)) => {
                    return Ok(LockedWorkspace { workspace: self, healed, _lock: lock });
                }
                Err(error @ FileError::Locked { .. }) if began.elapsed() < PATIENCE => {
                    if !is_told && began.elapsed() > UNNOTICED {
                        tell(&format!("{error}: waiting for it up to {} s", PATIENCE.as_secs()));
                        is_told = true;
                    }
                    std::thread::sleep(MOMENT);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn locked(&self, who: &str) -> Result<(files::Lock, Vec<String>), FileError> {
        let path = self.root.join(".seatdrift.lock");
        let mut lock = files::lock(&path)?;
        // A full disk keeps nobody from being named, and from nothing else.
        let _ = lock.say(&path, &format!("{who}, process {}", std::process::id()));
        let tops: Vec<&str> = FOLDERS.into_iter().chain([PULLED, WATCHED]).collect();
        let healed = files::heal(&self.root, &tops)?;
        Ok((lock, healed))
    }

    /// Whoever reads without the lock asks this first: passes when no change is half made. One that was broken
    /// off is taken back, and sentences say so; one that is being made takes a moment.
    ///
    /// # Errors
    ///
    /// [`FileError::BrokenOff`] when this user may not take it back, else as [`Workspace::lock`].
    pub fn settle(&self) -> Result<Vec<String>, FileError> {
        let mut tries_left = TRIES;
        while files::is_interrupted(&self.root)? {
            match self.locked(ANYBODY) {
                Ok((_, healed)) => return Ok(healed),
                Err(FileError::Locked { .. }) if tries_left > 0 => std::thread::sleep(MOMENT),
                Err(source @ FileError::Io { .. }) => {
                    let path = self.root.join(files::CHANGE_FILE);
                    return Err(FileError::BrokenOff { path, source: Box::new(source) });
                }
                Err(error) => return Err(error),
            }
            tries_left -= 1;
        }
        Ok(Vec::new())
    }
}

/// Who does not say what it does.
const ANYBODY: &str = "seatdrift";

/// How long another process is waited for; a month of 10,000 lines a side is written within a third of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is over sooner is not worth a word.
const UNNOTICED: Duration = Duration::from_millis(300);

/// How long a change of another process is waited for: a hundred times as long as the largest took.
const TRIES: u32 = 250;

/// Between two looks.
const MOMENT: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_command_waits_for_the_one_before_it_and_says_which_that_is() {
        let folder = tempfile::tempdir().unwrap();
        let one = Workspace::init(folder.path(), "Acme", "USD".parse().unwrap()).unwrap();
        let other = one.clone();
        let held = one.lock_when_free("seatdrift import", |_| {}).unwrap();
        let release = std::thread::spawn(move || {
            std::thread::sleep(UNNOTICED * 3);
            drop(held);
        });
        let told = RefCell::new(Vec::new());
        let tell = |words: &str| told.borrow_mut().push(words.to_owned());
        let locked = other.lock_when_free("seatdrift score", tell).unwrap();
        release.join().unwrap();
        let [words] = &told.into_inner()[..] else { panic!("it is said once") };
        let start = "another seatdrift is writing to this workspace: seatdrift import, process ";
        assert!(words.starts_with(start), "{words}");
        assert!(words.ends_with("waiting for it up to 5 s"), "{words}");
        drop(locked);
        let lock = folder.path().join(".seatdrift.lock");
        assert_eq!(files::read(&lock, 100).unwrap(), b"", "who is gone is not named");
    }
}
