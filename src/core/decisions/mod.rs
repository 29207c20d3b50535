//! What people decided: the append-only file, and the labels it yields.

mod checked;
mod labels;
mod log;
mod resaved;
mod standing;
mod taken_back;
mod unfinished;
mod used;

pub use checked::{CheckedBlind, checked_blind, checked_names};
pub use labels::{NameIndex, decided_month, decided_on, pair_memory};
pub use log::{
    COLUMNS, DecisionError, DecisionRows, addition, parse, parse_rows, render, rest_of_head,
};
pub use standing::{Effect, LineDecisions, Names, StandingDecision};
pub use taken_back::{TAKEN_BACK, in_force, taking_back, taking_back_of};
pub use used::DecisionsUsed;
