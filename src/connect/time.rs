//! The time, handed in: whoever waits and whoever jitters is told what time it is.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// A clock that can be waited on.
pub trait Time: Sync {
    /// The moment it is.
    fn now(&self) -> Timestamp;
    /// How long it has run; it never goes back, whatever is done to the system's clock.
    fn elapsed(&self) -> Duration;
    /// Waits.
    fn wait(&self, how_long: Duration);
}

/// The system's clock.
#[derive(Debug)]
pub struct SystemTime {
    began: Instant,
}

impl SystemTime {
    /// One that begins now.
    pub fn start() -> Self {
        Self { began: Instant::now() }
    }
}

impl Time for SystemTime {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn wait(&self, how_long: Duration) {
        std::thread::sleep(how_long);
    }
}
