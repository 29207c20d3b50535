//! Live sources against a server of ours: fixtures of each system, good days and bad ones.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod any_pages;
mod autotask;
mod bad_days;
mod connect;
mod connectwise;
mod halopsa;
mod judged;
mod kaseya_bms;
mod killed;
mod live;
mod microsoft;
mod paging;
mod pax8;
mod pull;
mod quarter;
mod secrets;
mod server;
mod sherweb;
mod terminal;
mod tls;
mod troubles;
mod watched;

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use live::QuickTime;
use seatdrift::connect::address::Hosts;
use seatdrift::connect::ask::Answer;
use seatdrift::connect::manners::{Polite, Queues};
use seatdrift::connect::reading::{Keeper, Kept, Stopped, run};
use seatdrift::connect::registry::system;
use seatdrift::connect::secret::Secret;
use seatdrift::connect::source::{Asker, Gathered, Running, System, Told, Wanted};
use seatdrift::connect::time::Time;
use seatdrift::connect::transport::{Network, Transport};
use seatdrift::core::domain::{ExportRow, Side};
use seatdrift::engine::files::FileError;
use seatdrift::ingest::{ExportFile, Reading, read_export};

/// What no message, log or file may show.
const PLANTED: &str = "planted-secret-4711";

/// Keeps answers in memory, and gives those of an earlier try.
#[derive(Default)]
struct InMemory {
    kept: Vec<Kept>,
    before: HashMap<String, Answer>,
}

impl Keeper for InMemory {
    fn found(&mut self, line: &str) -> Option<Answer> {
        self.before.get(line).cloned()
    }

    fn keep(&mut self, kept: Kept) -> Result<(), FileError> {
        self.kept.push(kept);
        Ok(())
    }
}

/// A reading of a system, on 18 June 2026.
struct Read {
    gathered: Result<Gathered, Stopped>,
    /// What was kept of the answers.
    kept: Vec<Kept>,
    /// How long was waited because the server asked for it, in seconds.
    waited: u64,
    /// How long it took, in seconds.
    passed: u64,
    /// What was asked for, in words.
    asked: Vec<String>,
}

impl Read {
    /// What went wrong, with what to do about it.
    fn trouble(&self) -> String {
        match &self.gathered {
            Ok(_) => panic!("it was read"),
            Err(stopped) => words(stopped),
        }
    }

    /// The answers that an interrupted pull goes on from.
    fn to_go_on_from(&self) -> HashMap<String, Answer> {
        let whole = self.kept.iter().filter(|kept| kept.is_whole);
        whole.map(|kept| (kept.line.clone(), kept.answer.clone())).collect()
    }

    /// Every row of every file, cells joined by `|`.
    fn rows(&self) -> Vec<String> {
        let gathered = self.gathered.as_ref().expect("it was read");
        let exports = gathered.exports.iter();
        exports.flat_map(|export| export.sheet.rows.iter().map(|row| row.join("|"))).collect()
    }
}

/// Reads a system that was told of the server and of `settings`, in pages of at most `page_size`.
fn read(word: &str, base: &str, settings: &[(&str, &str)], page_size: usize) -> Read {
    read_through(&Network::new(), word, base, settings, page_size)
}

/// The same through something else than the network.
fn read_through(
    transport: &dyn Transport,
    word: &str,
    base: &str,
    settings: &[(&str, &str)],
    page_size: usize,
) -> Read {
    Reader { settings, page_size, ..Reader::of(word, base) }.read(transport, HashMap::new())
}

/// The month that it is.
const MONTH: &str = "2026-06";

/// The same of any month.
fn read_month(
    word: &str,
    base: &str,
    settings: &[(&str, &str)],
    (month, page_size): (&str, usize),
) -> Read {
    let reader = Reader { settings, month, page_size, ..Reader::of(word, base) };
    reader.read(&Network::new(), HashMap::new())
}

/// What is read of a server, and how.
#[derive(Clone, Copy)]
struct Reader<'a> {
    word: &'a str,
    base: &'a str,
    settings: &'a [(&'a str, &'a str)],
    month: &'a str,
    page_size: usize,
}

impl<'a> Reader<'a> {
    /// A system on a server, row by row.
    fn of(word: &'a str, base: &'a str) -> Self {
        Self { word, base, settings: &[], month: MONTH, page_size: 1 }
    }

    fn system(&self) -> &'static System {
        system(self.word).expect("a system has a word")
    }

    fn told(&self) -> Told {
        let mut told = Told::default();
        for setting in self.system().settings {
            let said = self.settings.iter().find(|(name, _)| *name == setting.name);
            let is_host = setting.name == "host" || setting.name.ends_with("_host");
            let made_up = setting.usual.is_none().then_some("made-up");
            let said = said.map(|(_, value)| *value).or(is_host.then_some(self.base)).or(made_up);
            if let Some(said) = said {
                told.settings.insert(setting.name.to_owned(), said.to_owned());
            }
        }
        for secret in self.system().secrets {
            told.secrets.insert(secret.name.to_owned(), Secret::new(PLANTED));
        }
        told
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            month: self.month.parse().expect("a month"),
            day: "2026-06-18".parse().expect("a day"),
            page_size: self.page_size,
        }
    }

    /// Reads it, with the answers of an earlier try.
    fn read(&self, transport: &dyn Transport, before: HashMap<String, Answer>) -> Read {
        let (system, told) = (self.system(), self.told());
        let (time, queues) = (QuickTime::morning(), Queues::default());
        let hour = Duration::from_secs(3600);
        let mut polite = Polite::new(transport, (&time, &queues), system.manners, 7, hour);
        let asker = Asker::new(Hosts::new(system.hosts, &told.addresses()));
        let running = Running::new(&asker, (system.read)(&told, &asker, self.wanted()));
        let mut keeper = InMemory { before, ..InMemory::default() };
        let asked = RefCell::<Vec<String>>::default();
        let gathered = run(running, &told, &mut polite, &mut keeper, &|what, _| {
            asked.borrow_mut().push(what.to_owned());
        });
        Read {
            gathered,
            kept: keeper.kept,
            waited: polite.waited.as_secs(),
            passed: time.elapsed().as_secs(),
            asked: asked.into_inner(),
        }
    }

    /// How much there is of what, or what is wrong and what to do about it.
    fn check(&self) -> String {
        let (system, told) = (self.system(), self.told());
        let (network, time, queues) = (Network::new(), QuickTime::morning(), Queues::default());
        let hour = Duration::from_secs(3600);
        let mut polite = Polite::new(&network, (&time, &queues), system.manners, 7, hour);
        let asker = Asker::new(Hosts::new(system.hosts, &told.addresses()));
        let running = Running::new(&asker, (system.check)(&told, &asker, self.wanted()));
        let checked = run(running, &told, &mut polite, &mut InMemory::default(), &|_, _| ());
        match checked {
            Ok(counts) => {
                let counts =
                    counts.iter().map(|count| format!("{} {}", count.received, count.what));
                counts.collect::<Vec<_>>().join(", ")
            }
            Err(stopped) => words(&stopped),
        }
    }
}

/// What went wrong, with what to do about it.
fn words(stopped: &Stopped) -> String {
    match stopped {
        Stopped::Source(trouble) => {
            format!("{trouble}\n  hint: {}", trouble.hint().unwrap_or_default())
        }
        other => other.to_string(),
    }
}

/// The lines that `ingest` makes of a file, without their places.
fn lines(side: Side, name: &str, bytes: &[u8]) -> Vec<ExportRow> {
    let reading = Reading {
        side,
        month: "2026-06".parse().expect("a month"),
        currency: "USD".parse().expect("a currency"),
        profiles: &[],
    };
    let read = read_export(&ExportFile { name, bytes }, &reading).expect("it can be read");
    assert!(read.rejected.is_empty(), "{:?}", read.rejected);
    let mut rows = read.rows;
    for row in &mut rows {
        row.place.row = 0;
        row.place.file = "aside".into();
    }
    rows
}
