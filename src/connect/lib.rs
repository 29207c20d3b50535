//! Live sources, read only: what is bought and billed comes from the systems themselves.
//!
//! ```text
//! systems             one file a system, or a folder: asks and answers → rows and seats, without I/O
//!   └── pages, signed_in, periods: what several of them need
//! source              what a system is, and a reading that waits for its answers
//!   └── ask, address, json, sheet, words, trouble, secret: what it is made of
//! registry            the systems there are
//! reading             runs a reading: keeps its answers, hides its keys
//!   └── manners, transport, time: how servers are asked
//! tenant, keys        a source of seatdrift.toml, and where its keys are
//! pull                every source, each whole or not at all → pulled/DATE/SOURCE/
//!   └── answers, pulled: what is kept while it is read, and when it is
//! chosen              which reading of which source a month or a day is scored from
//! adding, looking     a new source; what can be read, and what was
//! ```
//!
//! # What never happens
//!
//! - Something is written to a system: an [`ask::Ask`] is a GET, or one of [`ask::reading_posts`].
//! - A key stands in a message, a log or a file: it is a [`secret::Secret`] from where it is read to where it is
//!   sent, and answers that hold one are kept without it.
//! - A host is asked that is neither the vendor's nor configured: [`address::Hosts`].
//! - Half of a source is kept as a whole: [`source::Count`] holds what came against what the server counts.
//!
//! # Adding a system
//!
//! 1. A file in `systems` with a `SYSTEM`: settings and keys it needs, its hosts, its manners, `read`, `check`,
//!    `cure`. `read` is written straight down: `asker.ask(…).await` hands out an ask and goes on with its answer.
//!    Systems that give a token ask through [`signed_in::SignedIn`]. A new POST is a line in
//!    [`ask::reading_posts`], which has to read.
//! 2. What it gives are sheets in the columns of the system's own export, as `seatdrift-ingest` reads it, so that
//!    a pull and an export of one month are the same lines; and the seats of the day, each with the source's id.
//! 3. Every list ends with [`source::Count::tied`]: rows that came against the server's own count. Pages are
//!    followed as the server gives them, never computed from the size that was asked for.
//! 4. Its line in [`registry::SYSTEMS`].
//! 5. Its fixtures and routes in `tests/it/connectors/NAME`, and its troubles in `tests/it/connectors`.

pub mod secret;
pub mod address;
pub mod ask;
pub mod trouble;
pub mod json;
pub mod said;
pub mod sheet;
pub mod words;
pub mod source;
pub mod pages;
pub mod periods;
pub mod signed_in;
mod systems;
pub mod registry;
pub mod time;
pub mod hour;
pub mod transport;
pub mod manners;
pub mod reading;
pub mod keys;
pub mod answers;
pub mod error;
pub mod tenant;
pub mod pulled;
pub mod recording;
pub mod pull;
pub mod chosen;
pub mod adding;
pub mod looking;
