//! What keeps a source from being read, and what to do about it.

/// What kept a source from being read. Nothing of it is kept then but answers to go on from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// Nobody answered.
    #[error("{what}: {host} cannot be reached: {why}")]
    Unreachable {
        /// What was asked for.
        what: String,
        /// Who was asked.
        host: String,
        /// What the system said.
        why: String,
    },
    /// An answer that ended before its end.
    #[error("{what}: the answer of {host} ended too early: {why}")]
    Cut {
        /// What was asked for.
        what: String,
        /// Who was asked.
        host: String,
        /// How much came.
        why: String,
    },
    /// The server does not let us.
    #[error("{what}: {host} answered {status}{}", said_words(said))]
    Refused {
        /// What was asked for.
        what: String,
        /// Who was asked.
        host: String,
        /// The HTTP status.
        status: u16,
        /// What the server said of it.
        said: String,
        /// What is wrong, as far as the system lets it be known, and what to do.
        cure: String,
    },
    /// The server wants to be left alone.
    #[error(
        "{what}: {host} asks to wait {wait_seconds} s, and {left_seconds} s are left of this pull"
    )]
    Busy {
        /// What was asked for.
        what: String,
        /// Who was asked.
        host: String,
        /// How long.
        wait_seconds: u64,
        /// How much longer the pull may take.
        left_seconds: u64,
    },
    /// The server fails.
    #[error("{what}: {host} answered {status}{} after {tries} tries", said_words(said))]
    Failing {
        /// What was asked for.
        what: String,
        /// Who was asked.
        host: String,
        /// The HTTP status.
        status: u16,
        /// What the server said of it.
        said: String,
        /// How often it was asked.
        tries: u32,
    },
    /// An answer of another shape.
    #[error("{what}: expected {expected}, found {found}")]
    NotUnderstood {
        /// What was asked for.
        what: String,
        /// In plain words.
        expected: &'static str,
        /// What came.
        found: String,
    },
    /// Fewer rows than the server says there are.
    #[error("{what}: the server counts {said}, and {received} came: {} are missing", said - received)]
    Short {
        /// Rows of what.
        what: String,
        /// How many came.
        received: usize,
        /// How many the server says there are.
        said: usize,
    },
    /// A server names a host that is neither the vendor's nor configured.
    #[error(
        "{what}: the server names {host}, which is neither the vendor's host nor the one configured"
    )]
    ForeignHost {
        /// What was asked for.
        what: String,
        /// The host.
        host: String,
    },
    /// What the source was told does not do.
    #[error("{setting}: expected {expected}, found {found}")]
    Setting {
        /// Its name in `seatdrift.toml`.
        setting: &'static str,
        /// In plain words.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// What was asked for cannot be had from this system.
    #[error("{0}")]
    CannotBeRead(String),
    /// The user or the system ended the pull.
    #[error("{what}: the pull has taken longer than {limit_minutes} minutes")]
    TooLong {
        /// What was asked for.
        what: String,
        /// How long a pull may take.
        limit_minutes: u64,
    },
}

fn said_words(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(" ({said})") }
}

impl Trouble {
    /// An answer of another shape.
    pub fn not_understood(what: &str, expected: &'static str, found: impl Into<String>) -> Self {
        Self::NotUnderstood { what: what.to_owned(), expected, found: found.into() }
    }

    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unreachable { .. } => {
                "is this machine online, and a proxy in HTTPS_PROXY where one is needed? the pull goes on from here"
            }
            Self::Cut { .. } => "pull again: it goes on from here",
            Self::Refused { cure, .. } if cure.is_empty() => return None,
            Self::Refused { cure, .. } => cure,
            Self::Busy { .. } => "pull again when that time has passed: it goes on from here",
            Self::Failing { status: 429, .. } => {
                "it is asked too much, perhaps by another program too: pull again later, it goes on from here"
            }
            Self::Failing { .. } => {
                "the fault is the server's: pull again later, it goes on from here"
            }
            Self::NotUnderstood { found, .. } if found == "a web page" => {
                "something between here and the server answered in its place: a proxy, or a page to sign in on"
            }
            Self::NotUnderstood { .. } => {
                "the system answers otherwise than is known: `pull --record DIR` keeps what it said, to show"
            }
            Self::Short { .. } => {
                "rows that these keys may not see, or rows that went while they were read: pull again, then \
                 compare the rights with the README"
            }
            Self::ForeignHost { .. } => {
                "nothing was sent there; if the host is yours, name it in seatdrift.toml"
            }
            Self::TooLong { .. } => "pull again: it goes on from here",
            Self::Setting { .. } | Self::CannotBeRead(_) => return None,
        };
        Some(hint.to_owned())
    }
}
