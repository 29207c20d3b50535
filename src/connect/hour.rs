//! What was asked of each host within the hour, kept from one process to the next: half of a tenant's hour is left
//! to others however often it is pulled.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use seatdrift_engine::files::{self, FileError};

/// The hour that budgets are for.
pub const HOUR: Duration = Duration::from_secs(3600);

/// How long what was asked is kept in memory alone, so that a disk is not written to for every ask.
const SAVED_EVERY: Duration = Duration::from_secs(1);

/// Most asks of a minute that are believed: no budget of an hour is as large.
const MOST: u32 = 10_000;

/// Largest file of it, in bytes.
const LARGEST: u64 = 1 << 20;

/// By host and minute since 1970, how often it was asked.
type Minutes = BTreeMap<String, BTreeMap<i64, u32>>;

/// Why what earlier processes asked cannot be known.
#[derive(Debug, thiserror::Error)]
pub enum HourError {
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
    /// What no pull writes.
    #[error("{}: expected how often each host was asked, by minute: {source}; delete it", path.display())]
    NotHours {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// What was asked of each host within the hour.
#[derive(Debug)]
pub struct Hour {
    path: PathBuf,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    minutes: Minutes,
    saved_at: Option<Duration>,
    /// Why it could not be saved.
    failed: Option<FileError>,
}

impl Hour {
    /// What earlier processes asked, as a file says.
    ///
    /// # Errors
    ///
    /// [`HourError`] for a file that cannot be read or that no pull writes.
    pub fn open(path: PathBuf, now: Timestamp) -> Result<Self, HourError> {
        let bytes = files::read_if_present(&path, LARGEST)?;
        let mut minutes: Minutes = match &bytes {
            None => Minutes::new(),
            Some(bytes) => serde_json::from_slice(bytes)
                .map_err(|source| HourError::NotHours { path: path.clone(), source })?,
        };
        for of_host in minutes.values_mut() {
            of_host.retain(|minute, _| left_of(*minute, now).is_some());
        }
        minutes.retain(|_, of_host| !of_host.is_empty());
        Ok(Self { path, kept: Mutex::new(Kept { minutes, ..Kept::default() }) })
    }

    /// In how long each ask of the last hour is an hour ago, the soonest first.
    pub fn left(&self, host: &str, now: Timestamp) -> Vec<Duration> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let of_host = kept.minutes.get(host).into_iter().flatten();
        let mut left: Vec<Duration> = of_host
            .filter_map(|(minute, n)| Some((left_of(*minute, now)?, *n)))
            .flat_map(|(left, n)| std::iter::repeat_n(left, n.min(MOST) as usize))
            .collect();
        left.sort_unstable();
        left
    }

    /// Counts an ask, `elapsed` after the process began.
    pub fn asked(&self, host: &str, now: Timestamp, elapsed: Duration) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.as_second().div_euclid(60);
        let of_host = kept.minutes.entry(host.to_owned()).or_default();
        let n = of_host.entry(minute).or_default();
        *n = n.saturating_add(1);
        if kept.saved_at.is_none_or(|saved| saved + SAVED_EVERY <= elapsed) {
            kept.saved_at = Some(elapsed);
            kept.failed = self.written(&kept.minutes).err();
        }
    }

    /// Saves what was asked since.
    ///
    /// # Errors
    ///
    /// [`FileError`] where it could not be saved, now or before.
    pub fn save(&self) -> Result<(), FileError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.failed.take() {
            Some(error) => Err(error),
            None if kept.minutes.is_empty() => Ok(()),
            None => self.written(&kept.minutes),
        }
    }

    fn written(&self, minutes: &Minutes) -> Result<(), FileError> {
        let bytes = serde_json::to_vec(minutes).expect("texts and numbers are JSON");
        if let Some(folder) = self.path.parent() {
            files::create_folder(folder)?;
        }
        files::write_atomic(&self.path, &bytes)
    }
}

/// How much of the hour after a minute is left; all of it for a minute that is still to come, as after a clock was
/// put back.
fn left_of(minute: i64, now: Timestamp) -> Option<Duration> {
    let end = minute.saturating_mul(60).saturating_add(59);
    let age = now.as_second().saturating_sub(end).max(0);
    let left = HOUR.checked_sub(Duration::from_secs(age.unsigned_abs()))?;
    (!left.is_zero()).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_ask_is_forgotten_an_hour_later_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("asked.json");
        let hour = Hour::open(path.clone(), at("2026-11-18T06:30:00Z")).unwrap();
        hour.asked("bms.kaseya.com", at("2026-11-18T06:30:10Z"), Duration::ZERO);
        hour.asked("bms.kaseya.com", at("2026-11-18T06:30:10Z"), Duration::ZERO);
        hour.save().unwrap();
        let left = |now: &str| {
            let hour = Hour::open(path.clone(), at(now)).unwrap();
            hour.left("bms.kaseya.com", at(now)).iter().map(Duration::as_secs).collect::<Vec<_>>()
        };
        assert_eq!(left("2026-11-18T06:45:59Z"), [45 * 60, 45 * 60]);
        assert_eq!(left("2026-11-18T07:30:59Z"), [0_u64; 0]);
        // A clock that was put back.
        assert_eq!(left("2026-11-17T06:45:59Z"), [3600, 3600]);
    }

    #[test]
    fn a_file_that_says_more_than_anybody_asks_fills_no_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("asked.json");
        let now = at("2026-11-18T06:30:00Z");
        let minute = now.as_second() / 60;
        let text = format!("{{\"bms.kaseya.com\":{{\"{minute}\":{}}}}}", u32::MAX);
        files::write_atomic(&path, text.as_bytes()).unwrap();
        assert_eq!(Hour::open(path, now).unwrap().left("bms.kaseya.com", now).len(), 10_000);
    }

    #[test]
    fn a_file_that_is_something_else_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("asked.json");
        files::write_atomic(&path, b"{").unwrap();
        let error = Hour::open(path, at("2026-11-18T06:30:00Z")).unwrap_err().to_string();
        assert!(error.contains("asked.json") && error.contains("delete it"), "{error}");
    }
}
