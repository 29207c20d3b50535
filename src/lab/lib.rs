//! What measures seatdrift: made-up MSPs with the truth, and how good it is on them.

pub mod simulate;
pub mod evaluate;
