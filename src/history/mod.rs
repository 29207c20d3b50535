//! Months → one store of parquet, read lazily with polars.
//!
//! `history/month=YYYY-MM/lines.parquet` holds one row for every row of that month's exports, both
//! sides, as understood. Quantities and money are text, so that they are exact to the last digit.

mod frame;
mod monthly;
mod months;
mod series;
mod store;

pub use monthly::{MonthlyLine, MonthlyLines, NewName};
pub use months::{monthly_lines, monthly_lines_of};
pub use series::{drift_series, side_series};
pub use store::{History, HistoryError};
