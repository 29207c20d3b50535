//! What people decided: the append-only file, and the labels it yields.

mod labels;
mod log;
mod standing;
mod taken_back;

pub use labels::{NameIndex, decided_month, decided_on, pair_memory};
pub use log::{COLUMNS, DecisionError, parse, render};
pub use standing::{Effect, LineDecisions, Names, StandingDecision};
pub use taken_back::{in_force, taking_back, taking_back_of};
