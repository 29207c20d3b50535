//! Live sources against a server of ours: fixtures of each system, good days and bad ones.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod any_pages;
mod bad_days;
mod connect;
mod connectwise;
mod judged;
mod live;
mod paging;
mod pax8;
mod pull;
mod server;

use std::time::Duration;

use live::QuickTime;
use seatdrift::connect::address::Hosts;
use seatdrift::connect::ask::Answer;
use seatdrift::connect::manners::{Polite, Queues};
use seatdrift::connect::reading::{Keeper, Kept, Stopped, run};
use seatdrift::connect::registry::system;
use seatdrift::connect::secret::Secret;
use seatdrift::connect::source::{Asker, Gathered, Running, Told, Wanted};
use seatdrift::connect::transport::{Network, Transport};
use seatdrift::core::domain::{ExportRow, Side};
use seatdrift::engine::files::FileError;
use seatdrift::ingest::{ExportFile, Reading, read_export};

/// What no message, log or file may show.
const PLANTED: &str = "planted-secret-4711";

/// Keeps answers in memory.
#[derive(Default)]
struct InMemory(Vec<Kept>);

impl Keeper for InMemory {
    fn found(&mut self, _: &str) -> Option<Answer> {
        None
    }

    fn keep(&mut self, kept: Kept) -> Result<(), FileError> {
        self.0.push(kept);
        Ok(())
    }
}

/// A reading of a system, of June 2026 on its 18th day.
struct Read {
    gathered: Result<Gathered, Stopped>,
    /// What was kept of the answers.
    kept: Vec<Kept>,
}

impl Read {
    /// What went wrong, with what to do about it.
    fn trouble(&self) -> String {
        match &self.gathered {
            Ok(_) => panic!("it was read"),
            Err(Stopped::Source(trouble)) => {
                format!("{trouble}\n  hint: {}", trouble.hint().unwrap_or_default())
            }
            Err(other) => other.to_string(),
        }
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
    let system = system(word).expect("a system has a word");
    let mut told = Told::default();
    told.settings.insert("host".to_owned(), base.to_owned());
    for setting in system.settings.iter().filter(|setting| setting.name != "host") {
        let said = settings.iter().find(|(name, _)| *name == setting.name);
        let said = said.map_or("made-up", |(_, value)| value);
        told.settings.insert(setting.name.to_owned(), said.to_owned());
    }
    for secret in system.secrets {
        told.secrets.insert(secret.name.to_owned(), Secret::new(PLANTED));
    }
    let wanted = Wanted {
        month: "2026-06".parse().expect("a month"),
        day: "2026-06-18".parse().expect("a day"),
        page_size,
    };
    let (time, queues) = (QuickTime::morning(), Queues::default());
    let hour = Duration::from_secs(3600);
    let mut polite = Polite::new(transport, (&time, &queues), system.manners, 7, hour);
    let asker = Asker::new(Hosts::new(system.hosts, &told.addresses()));
    let running = Running::new(&asker, (system.read)(&told, &asker, wanted));
    let mut kept = InMemory::default();
    let gathered = run(running, &told, &mut polite, &mut kept, &|_, _| ());
    Read { gathered, kept: kept.0 }
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
