//! What a source is: what it is told, what it asks, what it gives; without a clock, a disk or a network.
//!
//! A reading is written down as it reads, one ask after the other: [`Asker::ask`] hands an [`Ask`] out and goes on
//! when its [`Answer`] has come. Whoever runs it ([`Running::next`]) hands answers in and gets asks out, and at
//! last what was gathered; where the answers come from is no matter to a source.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use jiff::civil::Date;
use seatdrift_core::domain::{Month, Side};

use crate::address::{Address, Hosts};
use crate::ask::{Answer, Ask};
use crate::secret::Secret;
use crate::sheet::Sheet;
use crate::trouble::Trouble;

/// A reading that waits for its next answer.
pub type Coroutine<'a, T> = Pin<Box<dyn Future<Output = Result<T, Trouble>> + 'a>>;

/// One system that can be read: a file of its own says it of each.
pub struct System {
    /// Its word in `seatdrift.toml`.
    pub word: &'static str,
    /// Its name, as people say it.
    pub title: &'static str,
    /// The books it keeps.
    pub side: Side,
    /// What its lines are about.
    pub holds: Holds,
    /// What has to be known of a tenant besides its keys.
    pub settings: &'static [Setting],
    /// The keys.
    pub secrets: &'static [Setting],
    /// The least rights the keys need, in one sentence.
    pub rights: &'static str,
    /// The vendor's hosts: `api.pax8.com`, or a domain with a dot before it.
    pub hosts: &'static [&'static str],
    /// How it wants to be asked.
    pub manners: Manners,
    /// Reads it.
    pub read: for<'a> fn(&'a Told, &'a Asker, Wanted) -> Coroutine<'a, Gathered>,
    /// Asks as little as shows that it can be read.
    pub check: for<'a> fn(&'a Told, &'a Asker, Wanted) -> Coroutine<'a, Vec<Count>>,
    /// What is wrong when it refuses, and what to do.
    pub cure: fn(&Ask, &Answer) -> String,
}

/// What the lines of a system are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// What was charged for a month: it can be asked for a month that is over.
    Months,
    /// What is in force on the day it is asked, and no other.
    Today,
}

/// Something a source is told.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in `seatdrift.toml`.
    pub name: &'static str,
    /// What to put there, for the person who is asked.
    pub words: &'static str,
    /// What holds where nothing is said; `None` where it must be said.
    pub usual: Option<&'static str>,
}

/// How a system wants to be asked.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// Most asks in a second.
    pub per_second: u32,
    /// Most asks in an hour: half of what the tenant may, so that others have the other half.
    pub per_hour: Option<u32>,
    /// Seconds to wait that an answer names elsewhere than in `Retry-After`.
    pub wait_seconds: fn(&Answer) -> Option<u64>,
    /// The status that an answer means: some systems put their refusals into an answer of 200.
    pub status: fn(&Answer) -> u16,
}

impl Manners {
    /// What nothing more is known of.
    pub const USUAL: Self = Self {
        per_second: 5,
        per_hour: None,
        wait_seconds: crate::said::wait_seconds,
        status: |answer| answer.status,
    };
}

/// What a source was told.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// By the name of the setting.
    pub settings: BTreeMap<String, String>,
    /// By the name of the key.
    pub secrets: BTreeMap<String, Secret>,
}

impl Told {
    /// A setting.
    ///
    /// # Errors
    ///
    /// [`Trouble::Setting`] where nothing was said.
    pub fn setting(&self, name: &'static str) -> Result<&str, Trouble> {
        let found = self.settings.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        found.ok_or_else(|| Trouble::Setting {
            setting: name,
            expected: "a value in the source's settings",
            found: "none".to_owned(),
        })
    }

    /// A setting, else what holds where nothing is said.
    pub fn setting_or<'t>(&'t self, name: &'static str, usual: &'t str) -> &'t str {
        self.setting(name).unwrap_or(usual)
    }

    /// A setting that is a host or an address.
    ///
    /// # Errors
    ///
    /// [`Trouble::Setting`] for what may not be asked.
    pub fn address(&self, name: &'static str) -> Result<Address, Trouble> {
        let text = self.setting(name)?;
        Address::parse(text).map_err(|error| Trouble::Setting {
            setting: name,
            expected: "a host or an https address",
            found: format!("{text:?} ({error})"),
        })
    }

    /// The address that is configured, else the vendor's own.
    ///
    /// # Errors
    ///
    /// As [`Told::address`].
    pub fn address_or(&self, name: &'static str, own: &'static str) -> Result<Address, Trouble> {
        if self.settings.contains_key(name) { self.address(name) } else { Ok(Address::known(own)) }
    }

    /// A key.
    ///
    /// # Errors
    ///
    /// [`Trouble::Setting`] where there is none.
    pub fn secret(&self, name: &'static str) -> Result<&Secret, Trouble> {
        self.secrets.get(name).ok_or_else(|| Trouble::Setting {
            setting: name,
            expected: "a key in the source's secrets",
            found: "none".to_owned(),
        })
    }

    /// The addresses it was told of.
    pub fn addresses(&self) -> Vec<Address> {
        let is_host = |name: &&String| name.as_str() == "host" || name.ends_with("_host");
        let named = self.settings.keys().filter(is_host);
        named.filter_map(|name| Address::parse(&self.settings[name]).ok()).collect()
    }
}

/// What is to be read.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// The month that charges are for.
    pub month: Month,
    /// The day it is, where the MSP is.
    pub day: Date,
    /// The largest page to ask for; systems ask for less where they give less.
    pub page_size: usize,
}

impl Wanted {
    /// Whether the month is the one that runs: what is in force today is then in force in it.
    pub fn is_running(&self) -> bool {
        Month::of(self.day) == Some(self.month)
    }

    /// The page to ask a system for that gives at most `documented`.
    pub fn page(&self, documented: usize) -> usize {
        self.page_size.min(documented).max(1)
    }
}

/// How many rows of something came, and how many the server says there are.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Count {
    /// Rows of what.
    pub what: String,
    /// How many came.
    pub received: usize,
    /// How many the server says there are, where it does.
    pub said: Option<usize>,
}

impl Count {
    /// A count that ties, or is not told by the server.
    ///
    /// # Errors
    ///
    /// [`Trouble::Short`] where fewer came than there are. More may have come meanwhile.
    pub fn tied(what: &str, received: usize, said: Option<usize>) -> Result<Self, Trouble> {
        match said {
            Some(said) if received < said => {
                Err(Trouble::Short { what: what.to_owned(), received, said })
            }
            _ => Ok(Self { what: what.to_owned(), received, said }),
        }
    }
}

/// What a reading gives.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// What `ingest` reads.
    pub exports: Vec<Export>,
    /// What came, against what the server counts.
    pub counts: Vec<Count>,
    /// What was left out and why, and what else its reader should know, in sentences.
    pub notes: Vec<String>,
}

/// Rows in the columns of the system's export.
#[derive(Debug, Clone)]
pub struct Export {
    /// The file's name without an ending and the source's name: `additions`.
    pub name: String,
    /// What the rows are about.
    pub about: About,
    /// The rows; of [`About::Day`] and [`About::Both`] the first column is [`LINE`].
    pub sheet: Sheet,
}

/// The column with the source's own id of a line, by which one day is told from the next.
pub const LINE: &str = "Line ID";

/// What rows are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// What was charged for the month.
    Month,
    /// The seats of the day: what would be charged if it were the last of the month.
    Day,
    /// Both are the same rows.
    Both,
}

impl About {
    /// Whether rows about this are about `wanted` too.
    pub fn is(self, wanted: Self) -> bool {
        self == wanted || self == Self::Both
    }
}

/// What a reading asks through.
#[derive(Debug)]
pub struct Asker {
    hosts: Hosts,
    slot: RefCell<Slot>,
}

#[derive(Debug, Default)]
enum Slot {
    #[default]
    Empty,
    Asked(Box<Ask>),
    Answered(Answer),
}

impl Asker {
    /// Asks go to these hosts alone.
    pub fn new(hosts: Hosts) -> Self {
        Self { hosts, slot: RefCell::default() }
    }

    /// An address that a server named.
    ///
    /// # Errors
    ///
    /// [`Trouble::ForeignHost`] where it is neither the vendor's nor configured.
    pub fn named_by_server(&self, what: &str, text: &str) -> Result<Address, Trouble> {
        let address = Address::parse(text)
            .map_err(|error| Trouble::not_understood(what, "an address", error.to_string()))?;
        self.allowed(what, &address)?;
        Ok(address)
    }

    fn allowed(&self, what: &str, address: &Address) -> Result<(), Trouble> {
        if self.hosts.allow(address) {
            return Ok(());
        }
        Err(Trouble::ForeignHost { what: what.to_owned(), host: address.host().to_owned() })
    }

    /// Asks, and goes on with whatever was answered.
    ///
    /// # Errors
    ///
    /// [`Trouble::ForeignHost`] before anything is sent to a host that may not be asked.
    pub async fn ask(&self, ask: Ask) -> Result<Answer, Trouble> {
        self.allowed(&ask.what, ask.address())?;
        *self.slot.borrow_mut() = Slot::Asked(Box::new(ask));
        std::future::poll_fn(|_| match self.slot.take() {
            Slot::Answered(answer) => Poll::Ready(Ok(answer)),
            waiting => {
                *self.slot.borrow_mut() = waiting;
                Poll::Pending
            }
        })
        .await
    }
}

/// A reading under way.
pub struct Running<'a, T> {
    asker: &'a Asker,
    reading: Coroutine<'a, T>,
}

/// What a reading wants next.
#[derive(Debug)]
pub enum Step<T> {
    /// An answer to this.
    Ask(Box<Ask>),
    /// Nothing more.
    Done(Result<T, Trouble>),
}

impl<'a, T> Running<'a, T> {
    /// A reading that has not asked anything yet.
    pub fn new(asker: &'a Asker, reading: Coroutine<'a, T>) -> Self {
        Self { asker, reading }
    }

    /// Goes on to the next ask; with the answer to the last one, but for the first time.
    pub fn next(&mut self, answer: Option<Answer>) -> Step<T> {
        if let Some(answer) = answer {
            *self.asker.slot.borrow_mut() = Slot::Answered(answer);
        }
        let mut context = Context::from_waker(Waker::noop());
        match self.reading.as_mut().poll(&mut context) {
            Poll::Ready(done) => Step::Done(done),
            Poll::Pending => match self.asker.slot.take() {
                Slot::Asked(ask) => Step::Ask(ask),
                _ => unreachable!("a reading waits for answers alone"),
            },
        }
    }
}
