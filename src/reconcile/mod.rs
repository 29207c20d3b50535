//! Matched lines → differences in units and money.
//!
//! Lines of both sides that belong together by their names form a group; a group's units and prices
//! are compared, and every difference is one [`Difference`]. Nothing is dropped: each line is in
//! exactly one group, and [`summary()`] says where every row and its money went.

mod differences;
mod duplicates;
mod groups;
mod partners;
mod prices;
mod summary;
mod words;

pub use differences::{Compared, Difference, Reconciled, reconcile};
pub use groups::{Group, Standing, groups_of};
pub use partners::{KindPartners, NameStanding, Partner, Partners};
pub use summary::{SideFlow, flows};

#[cfg(test)]
mod tests;
