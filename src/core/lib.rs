//! What seatdrift computes: the same values in give the same values out, with no disk, clock or network.

pub mod domain;
pub mod decisions;
pub mod normalise;
pub mod candidates;
pub mod features;
pub mod model_file;
pub mod pair_classifier;
pub mod assignment;
pub mod tables;
pub mod months;
pub mod reconcile;
pub mod doubts;
pub mod seat_trend;
pub mod anomaly;
pub mod settings;
pub mod run;
pub mod models;
pub mod score;
pub mod learn;
