//! What keeps sources from being pulled, checked or compared, and what to do about it.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::hour::HourError;
use crate::keys::KeyError;
use crate::reading::Stopped;
use crate::trouble::Trouble;
use seatdrift_core::domain::{Month, Side};
use seatdrift_engine::files::FileError;
use seatdrift_engine::workspace::WorkspaceError;

/// What kept something from being done with live sources. No text of it holds a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// `seatdrift.toml` names no source.
    #[error("no [[source]] in seatdrift.toml")]
    NoSources,
    /// No source is called so.
    #[error("no source is called {name:?}; there are: {}", known.join(", "))]
    UnknownSource {
        /// The name.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// A source of that name is there.
    #[error("a source is called {name:?} already")]
    Taken {
        /// The name.
        name: String,
    },
    /// A name that no folder can have.
    #[error("the source's name: expected lower-case letters, digits and -, found {name:?}")]
    BadName {
        /// The name.
        name: String,
    },
    /// A system nobody knows.
    #[error("expected a system ({}), found {system:?}", known.join(", "))]
    UnknownSystem {
        /// The word.
        system: String,
        /// Those that can be read.
        known: Vec<&'static str>,
    },
    /// A setting or key that the system does not have.
    #[error("{source_name}: expected one of {}, found {found:?}", known.join(", "))]
    UnknownSetting {
        /// The source.
        source_name: String,
        /// What is there.
        found: String,
        /// What the system has.
        known: Vec<&'static str>,
    },
    /// A setting or key that has to be said.
    #[error("{source_name}: {setting} is not said: {words}")]
    Unsaid {
        /// The source.
        source_name: String,
        /// The setting.
        setting: &'static str,
        /// What to put there.
        words: &'static str,
    },
    /// A key that could not be had.
    #[error("{source_name}: {secret}")]
    Key {
        /// The source.
        source_name: String,
        /// Which key.
        secret: String,
        /// What is wrong.
        source: Box<KeyError>,
    },
    /// What stopped a reading.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// A month that has not begun.
    #[error("{month} has not begun: today is {day}")]
    NotBegun {
        /// The month.
        month: Month,
        /// The day where the MSP is.
        day: Date,
    },
    /// A day that is not in the month.
    #[error("{day} is not a day of {month}")]
    NotInMonth {
        /// The day.
        day: Date,
        /// The month.
        month: Month,
    },
    /// Much is gone that was there at the last reading.
    #[error("{before} lines were read on {day}, and {now} came now: {missing}")]
    Fewer {
        /// Lines of the reading before.
        before: usize,
        /// The day of it.
        day: Date,
        /// Lines now.
        now: usize,
        /// Whose are missing, in words.
        missing: String,
    },
    /// What was asked within the hour cannot be known.
    #[error(transparent)]
    Hour(#[from] HourError),
    /// There is nothing on a side.
    #[error("nothing to compare: {}", why.join("; "))]
    NothingToCompare {
        /// What is missing on which side.
        why: Vec<String>,
    },
    /// What a source was when is not known.
    #[error("{source_name} was not read {when}{}", last_words(last.as_ref()))]
    NotRead {
        /// The source.
        source_name: String,
        /// `in 2026-10`, `on 2026-11-18 or before in its month`.
        when: String,
        /// When it was last.
        last: Option<Date>,
    },
    /// Neither files nor sources for a side.
    #[error("no {side} export is given and no source of that side is in seatdrift.toml")]
    NoSide {
        /// The side.
        side: Side,
    },
    /// A stored reading that no pull writes.
    #[error("{}: {message}", path.display())]
    NotAReading {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The workspace.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
}

fn last_words(last: Option<&Date>) -> String {
    last.map_or_else(|| " or ever".to_owned(), |day| format!("; it was last read on {day}"))
}

impl From<Trouble> for ConnectError {
    fn from(trouble: Trouble) -> Self {
        Self::Stopped(trouble.into())
    }
}

impl ConnectError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoSources => "add one with `seatdrift connect add SYSTEM`",
            Self::NoSide { .. } => {
                "give its files with --vendor and --psa, or add a source with `seatdrift connect add SYSTEM`"
            }
            Self::Taken { .. } => "name the new one with --name",
            Self::Key { source, .. } => return source.hint(),
            Self::Stopped(Stopped::Source(trouble)) => return trouble.hint(),
            Self::Stopped(Stopped::File(error)) | Self::File(error) => return error.hint(),
            Self::Hour(HourError::File(error)) => return error.hint(),
            Self::Workspace(error) => return error.hint(),
            Self::Fewer { .. } => {
                "is a right gone, or were they renamed? where they are truly gone: `seatdrift pull --accept-fewer`"
            }
            Self::NotRead { .. } => {
                "a day that was not read is not known later: pull every day, give an export with --vendor or --psa, \
                 or leave the source out with --without NAME"
            }
            Self::NotAReading { .. } => "remove that folder and pull again",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
