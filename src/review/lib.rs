//! The local web page where a person decides what needs one.
//!
//! ```text
//! queue               a run → what waits for a person, in three queues
//! decided_items       decisions → what of it is decided
//! decision_from_form  what a person sent → the rows of decisions.csv it means
//! state               the run, the decisions and the queues in step with the disk; every decision is
//!                     appended and safe before anything is answered
//! cards               one thing to decide, with everything behind it
//! stale_answer        what stood when a card was drawn: an answer over something newer is refused
//! one_sided_product   a product that one side alone knows, asked about once
//! step_words          what a step of the way to a score is called
//! name_diff           two names → the words of each that the other does not have
//! partner_search      the names that letters typed are found in
//! rooms               the pages beside the queues, and their addresses
//! home                the two moneys, what waits, month by month, what was read
//! to_do               changes to make, claims, letters and files to take along; what is ticked off
//! mappings            every client or product and what it is matched with
//! client_page         one client; the search over everything
//! take_along          letters and files to save
//! activity            who decided what
//! receiving           files as they come in, part by part
//! intake_room         files that wait: what each seems to be
//! intake_scoring      scoring their months, in the background
//! intake_columns      which column is what, asked over the first rows
//! page                the queue beside it
//! layout              what every page has around it
//! retraining          learning from the new decisions, then scoring the month again, in the background
//! guard               who may ask: pages of this server, for whoever has the token
//! handlers            addresses → pages and decisions
//! server              what goes in and out of every request: headers, time
//! patient_stream      a socket that waits only so long for whoever does not read
//! connections         sockets: how many, and how long they may be silent
//! ```
//!
//! The pages work without a script; `assets/review.js` adds keys and search as you type. Nothing is
//! fetched from a network, no path from a request reaches the disk, and every text is escaped by the
//! template engine.

mod decision_from_form;
mod decided_items;
mod bulk;
mod card;
mod cards;
mod state;
mod name_diff;
mod stale_answer;
mod step_words;
mod filter;
mod forms;
mod layout;
mod guard;
mod patient_stream;
mod connections;
mod handlers;
mod page;
mod partner_search;
mod queue;
mod causes;
mod run_names;
mod refusal;
mod retraining;
mod rooms;
mod home;
mod to_do;
mod take_along;
mod mappings;
mod client_page;
mod activity;
mod receiving;
mod intake_room;
mod intake_scoring;
mod intake_columns;
mod server;
mod one_sided_product;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use seatdrift_core::decisions::DecisionError;
use seatdrift_core::domain::Month;
use seatdrift_core::months::PastError;
use seatdrift_core::run::RunJsonError;
use seatdrift_engine::decision_store::DecisionStoreError;
use seatdrift_engine::error::with_causes;
use seatdrift_engine::files::FileError;
use seatdrift_engine::run_store::RunStoreError;

pub use connections::answer;
pub use guard::Reach;
pub use server::{Review, hold, secret, shown_address};

/// What keeps the page from being shown, or an answer from being kept. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The run went while the page was open.
    #[error("the run of {month} is not there any more")]
    RunGone {
        /// Its month.
        month: Month,
    },
    /// The run's file is not what a run writes.
    #[error("{}", source.at(&path.display().to_string()))]
    Run {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: RunJsonError,
    },
    /// `decisions.csv` cannot be understood.
    #[error(transparent)]
    Decisions(#[from] DecisionError),
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
    /// The lines of the month cannot be read.
    #[error(transparent)]
    Lines(#[from] RunStoreError),
    /// The month in which a line was decided cannot be read.
    #[error(transparent)]
    Past(#[from] PastError),
    /// An answer that says nothing of anything here.
    #[error("{0}")]
    Answer(&'static str),
    /// Another page is open on this workspace.
    #[error("the review page of this workspace is open already, at {address}")]
    OpenAlready {
        /// Its address.
        address: String,
    },
    /// The address is taken, or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The system gives no threads or sockets.
    #[error("the review page cannot run")]
    Serve(#[source] io::Error),
}

impl From<DecisionStoreError> for ReviewError {
    fn from(error: DecisionStoreError) -> Self {
        match error {
            DecisionStoreError::Decisions(error) => Self::Decisions(error),
            DecisionStoreError::File(error) => Self::File(error),
        }
    }
}

impl ReviewError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::RunGone { .. } => Some(
                "score the month again with seatdrift score, then load this page anew; \
                 what you decided is in decisions.csv",
            ),
            Self::Run { source, .. } => {
                Some(source.hint().unwrap_or("score the month again with seatdrift score"))
            }
            Self::Decisions(_) => Some(
                "mend the first row of decisions.csv in a text editor, then load this page anew; \
                 nothing is written to the file before it can be read",
            ),
            Self::File(_) => Some(
                "is the disk full, or the folder read-only? nothing was changed: \
                 set it right, then answer again",
            ),
            Self::Listen { .. } => Some("name another port with --port, or leave it out"),
            Self::OpenAlready { .. } => Some("open that address, or end the other seatdrift"),
            Self::Lines(_) => Some("score the month again with seatdrift score"),
            Self::Answer(_) | Self::Serve(_) | Self::Past(_) => None,
        }
    }

    /// The whole message: what happened and why.
    pub fn words(&self) -> String {
        with_causes(self)
    }
}
