//! Runs one reading: its asks go out, their answers are kept and handed in, until it is whole or has failed.

use crate::ask::{Answer, Ask, Keep};
use crate::json;
use crate::manners::Polite;
use crate::secret::{Scrubber, Secret};
use crate::source::{Running, Step, Told};
use crate::trouble::Trouble;
use seatdrift_engine::files::FileError;

/// Headers that readings understand; no other is kept.
const KEPT_HEADERS: [&str; 5] = ["content-type", "link", "location", "date", "api-current-version"];

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What was asked, without a key: `GET host/path?query`.
    pub line: String,
    /// What was asked for, in words.
    pub what: String,
    /// What was answered, without a key.
    pub answer: Answer,
    /// Whether it stands for the answer when the pull goes on: nothing was taken out of it.
    pub is_whole: bool,
}

/// Where answers are kept while a source is read.
pub trait Keeper {
    /// The answer that an earlier try of this reading got.
    fn found(&mut self, line: &str) -> Option<Answer>;

    /// Keeps an answer.
    ///
    /// # Errors
    ///
    /// [`FileError`] when the disk does not take it.
    fn keep(&mut self, kept: Kept) -> Result<(), FileError>;
}

/// What ended a reading early.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The source.
    #[error(transparent)]
    Source(#[from] Trouble),
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Stopped {
    /// Whether it passes by itself, so that a later pull may go on from what was answered.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::File(_)
                | Self::Source(
                    Trouble::Unreachable { .. }
                        | Trouble::Cut { .. }
                        | Trouble::Busy { .. }
                        | Trouble::Failing { .. }
                        | Trouble::TooLong { .. }
                )
        )
    }
}

/// Runs a reading to its end; `progress` is told what is asked for and how many asks went before.
///
/// # Errors
///
/// [`Stopped`] where the source or the disk fails. No text of it holds a key.
pub fn run<T>(
    mut running: Running<'_, T>,
    told: &Told,
    polite: &mut Polite<'_>,
    keeper: &mut dyn Keeper,
    progress: &dyn Fn(&str, usize),
) -> Result<T, Stopped> {
    let mut scrubber = Scrubber::default();
    told.secrets.values().for_each(|secret| scrubber.hide(secret));
    let (mut answer, mut n_asked) = (None, 0);
    loop {
        let ask = match running.next(answer.take()) {
            Step::Done(Ok(done)) => return Ok(done),
            Step::Done(Err(trouble)) => return Err(clean(trouble, &scrubber).into()),
            Step::Ask(ask) => ask,
        };
        progress(&ask.what, n_asked);
        n_asked += 1;
        hide_keys(&ask, &mut scrubber);
        let found = (ask.keep == Keep::Whole).then(|| keeper.found(&ask.line())).flatten();
        answer = Some(match found {
            Some(found) => found,
            None => {
                let got = polite.send(&ask).map_err(|trouble| clean(trouble, &scrubber))?;
                if let Some(kept) = kept(&ask, &got, &scrubber) {
                    keeper.keep(kept)?;
                }
                got
            }
        });
    }
}

fn hide_keys(ask: &Ask, scrubber: &mut Scrubber) {
    ask.keys().iter().for_each(|key| scrubber.hide(key));
    if ask.address().is_signed() {
        scrubber.hide(&Secret::new(ask.address().expose()));
    }
}

/// An answer as it may be kept; `None` where it is a key.
fn kept(ask: &Ask, answer: &Answer, scrubber: &Scrubber) -> Option<Kept> {
    let body = match ask.keep {
        Keep::Nothing => return None,
        Keep::Whole => answer.body.clone(),
        Keep::Without(fields) => json::without(&answer.body, fields),
    };
    let cleaned = scrubber.clean_bytes(&body).into_owned();
    let is_whole = answer.is_good() && ask.keep == Keep::Whole && cleaned == body;
    let headers = answer.headers.iter().filter(|(name, _)| KEPT_HEADERS.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.clone(), scrubber.clean(value))).collect();
    let answer = Answer { status: answer.status, headers, body: cleaned };
    Some(Kept { line: scrubber.clean(&ask.line()), what: ask.what.clone(), answer, is_whole })
}

/// A trouble without keys, whatever a server repeats of them.
fn clean(trouble: Trouble, scrubber: &Scrubber) -> Trouble {
    match trouble {
        Trouble::Refused { what, host, status, said, cure } => {
            Trouble::Refused { what, host, status, said: scrubber.clean(&said), cure }
        }
        Trouble::Failing { what, host, status, said, tries } => {
            Trouble::Failing { what, host, status, said: scrubber.clean(&said), tries }
        }
        Trouble::NotUnderstood { what, expected, found } => {
            Trouble::NotUnderstood { what, expected, found: scrubber.clean(&found) }
        }
        Trouble::Unreachable { what, host, why } => {
            Trouble::Unreachable { what, host, why: scrubber.clean(&why) }
        }
        other => other,
    }
}
