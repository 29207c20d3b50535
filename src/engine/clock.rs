//! What time it is: told, never read where something is computed.

use jiff::Timestamp;

/// Where moments come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The system, to the second.
    System,
    /// It is always this moment: for who needs the same bytes again.
    Fixed(Timestamp),
}

impl Clock {
    /// The moment it is.
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => {
                let now = Timestamp::now();
                Timestamp::from_second(now.as_second()).unwrap_or(now)
            }
            Self::Fixed(moment) => moment,
        }
    }
}
