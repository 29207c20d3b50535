//! seatdrift with a disk: a workspace, its history, models and runs, and what is done with them.
//!
//! ```text
//! import folder, score, learn, decide, report, explain, retrain: use cases
//!   └── intake, history, model_store, decision_store, done_store, run_store: what a workspace holds
//!         └── workspace, files
//! ```
//!
//! A use case that writes takes a [`workspace::LockedWorkspace`], so that nobody else writes meanwhile; it
//! prints nothing, asks nothing and tells how far it is to whoever calls. Its error says what happened and,
//! by [`error::EngineError::hint`], what to do about it.

pub mod files;
pub mod clock;
pub mod sources;
pub mod watching;
pub mod workspace;
pub mod history;
pub mod model_store;
pub mod intake;
pub mod decision_store;
pub mod done_store;
pub mod run_store;
pub mod error;
pub mod decide;
pub mod import;
pub mod incoming;
pub mod score;
pub mod learn;
pub mod report;
pub mod explain;
pub mod retrain;

#[cfg(test)]
mod acknowledged;
#[cfg(test)]
mod at_every_call;
