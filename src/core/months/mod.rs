//! Earlier months as values: their lines, the series of a line, and where they come from.

mod lines_wanted;
mod monthly;
mod past;
mod series;

pub use lines_wanted::LinesWanted;
pub use monthly::{MonthlyLine, MonthlyLines, NewName, monthly_lines_of};
pub use past::{Cause, MonthsInMemory, PastError, PastMonths};
pub use series::{all_series, drift_series, side_series};
