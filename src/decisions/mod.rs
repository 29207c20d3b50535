//! What people decided: the append-only file, and the labels it yields.

mod labels;
mod log;
mod standing;

pub use labels::{NameIndex, decided_month, pair_memory};
pub use log::{COLUMNS, DecisionError, parse, render};
pub use standing::{Effect, LineDecisions, Names, StandingDecision};
