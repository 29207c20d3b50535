//! Matched lines → differences in units and money.
//!
//! Lines of both sides that belong together by their names form a group; a group's units and prices
//! are compared, and every difference is one [`Difference`]. What counts money and no units is computed
//! anew by [`settlements`]. Nothing is dropped: each line is in exactly one group, and [`flows`] says
//! where every row and its money went, file by file.
//!
//! A difference is only as likely as its names are right, and less where something else explains it: a line that
//! waits for a person (`waiting_lines`), a like line under another name (`like_lines`), a second account of the
//! client (`second_accounts`), a price of nothing beside a bundle (`included`), what is the MSP's own (`own`),
//! meters in one line of use (`use_family`), a name that the other side does not know (`unknown_names`). What is
//! doubtful about the data itself is weighed once all is known (`crate::doubts`).

mod bundle_evidence;
mod bundle_readings;
mod bundles;
mod charged_otherwise;
mod differences;
mod duplicates;
mod finding_types;
mod groups;
mod included;
mod like_lines;
mod other_ways;
mod own;
mod partners;
mod price_book;
mod price_changes;
mod prices;
mod proration;
mod repeats;
mod roots;
mod second_accounts;
mod settlement;
mod settlement_words;
mod summary;
mod unknown_names;
mod use_as_one;
mod use_family;
mod waiting_lines;
mod words;

pub use bundle_evidence::BUNDLE_PRIOR;
pub use bundle_readings::{BundleReading, BundleReadings};
pub use bundles::{PairProposal, bundle_proposals};
pub use differences::{reconcile, reconcile_in_numbers};
pub use finding_types::{Compared, Difference, Reconciled, Settlement, SettlementVerdict};
pub use groups::{Group, GroupStanding, groups_of};
pub use own::{LEAST_CLIENTS, OwnNames};
pub use partners::{KindPartners, NameStanding, Partner, Partners};
pub use price_book::PriceBook;
pub use settlement::settlements;
pub use summary::{Flows, SideFlow, Tie, flows, tie};
pub use use_as_one::UseOf;

#[cfg(test)]
mod tests;
