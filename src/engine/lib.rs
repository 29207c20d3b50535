//! seatdrift with a disk: a workspace, its history, models and runs, and what is done with them.

pub mod files;
pub mod workspace;
pub mod history;
pub mod model_store;
pub mod intake;
pub mod decision_store;
