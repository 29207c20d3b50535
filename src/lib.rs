//! seatdrift finds the money that leaks between what vendors charge an MSP and what it bills.

pub mod domain;
pub mod ingest;
pub mod normalise;
pub mod candidates;
pub mod features;
pub mod pair_classifier;
pub mod assignment;
pub mod history;
pub mod reconcile;
pub mod seat_trend;
pub mod anomaly;
pub mod decisions;
pub mod report;
pub mod simulate;
pub mod files;
pub mod workspace;
pub mod model_store;
pub mod intake;
pub mod pipeline;
pub mod retrain;
pub mod cli;
