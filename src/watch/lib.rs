//! Watched: what changed between snapshots, and which of it is told to whom, once.
//!
//! ```text
//! seen, difference    what a source had on a day; two such days → what changed, and what only looks so
//! relation, judged    which lines of the sides belong together; what the day's scoring claims of them
//! following           changes that wait for the other side → those nobody followed in time
//! alerts, message     one alert a cause until it changes → what is told, a message a client
//! outbox, schedule    what is to be sent to whom and when; when the next look is due
//! shapes, printed     a message as each sink wants it; units of schedulers
//!                     all of these compute: the moment is told, nothing is read or written
//! error, state        what keeps a look from being made; `watched/`, written as a whole
//! readings, changes   stored readings → snapshots; `seatdrift changes`
//! wire, sinks         what leaves this machine, and by which way
//! status, troubles    how the watch stands; what it says of itself
//! watching, looking   whoever watches, alone; one look
//! listening           a port on which vendors hint that something changed
//! ```
//!
//! # What never happens
//!
//! - Something is told twice: what is told and what was seen are written together before anything is sent, and a
//!   message that is sent again has the id it had.
//! - A snapshot of which much is missing becomes what the next one is compared with.
//! - A change is told while the other side could not be read: it may have followed.
//! - Names or money leave this machine but to a sink of `seatdrift.toml`.

pub mod seen;
pub mod difference;
pub mod relation;
pub mod judged;
pub mod following;
pub mod alerts;
pub mod message;
pub mod outbox;
pub mod schedule;
pub mod shapes;
pub mod printed;
pub mod error;
pub mod state;
pub mod readings;
pub mod changes;
pub mod wire;
pub mod sinks;
pub mod status;
pub mod troubles;
pub mod watching;
pub mod looking;
pub mod listening;
