//! Months → one store of parquet, read lazily with polars.
//!
//! `history/month=YYYY-MM/lines.parquet` holds one row for every row of that month's exports, both
//! sides, as understood. Quantities and money are text, so that they are exact to the last digit.

mod frame;
mod months;
mod store;

pub use store::{History, HistoryError};
