//! Earlier months as values: their lines, the series of a line, and where they come from.

mod monthly;
mod past;
mod series;

pub use monthly::{MonthlyLine, MonthlyLines, NewName, monthly_lines_of};
pub use past::{MonthsInMemory, PastError, PastMonths, Wanted};
pub use series::{drift_series, side_series};
