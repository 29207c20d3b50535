//! What was bought and billed of a line, month by month.

use crate::domain::Month;

/// Units by month, oldest first; a month without a row is `None`.
pub type Units = Vec<(Month, Option<f64>)>;

/// What was bought and billed of a line; a side that no month has is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LineMonths {
    /// By the vendor.
    pub bought: Option<Units>,
    /// By us.
    pub billed: Option<Units>,
}
