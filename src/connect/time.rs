//! The time, handed in: whoever waits and whoever jitters is told what time it is.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use seatdrift_engine::clock::Clock;

/// A clock that can be waited on.
pub trait Time: Sync {
    /// The moment it is.
    fn now(&self) -> Timestamp;
    /// How long it has run; it never goes back, whatever is done to the system's clock.
    fn elapsed(&self) -> Duration;
    /// Waits.
    fn wait(&self, how_long: Duration);
}

/// Time as it passes, from a moment that a clock tells.
#[derive(Debug)]
pub struct PassingTime {
    began: Instant,
    clock: Clock,
}

impl PassingTime {
    /// It begins now.
    pub fn by(clock: Clock) -> Self {
        Self { began: Instant::now(), clock }
    }
}

impl Time for PassingTime {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn wait(&self, how_long: Duration) {
        std::thread::sleep(how_long);
    }
}
