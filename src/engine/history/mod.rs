//! Months → one store of parquet, read lazily with polars.
//!
//! `history/month=YYYY-MM/lines.parquet` holds one row for every row of that month's exports, both
//! sides, as understood; `columns.rs` says in what. What scoring asks of all months at once, their sums,
//! is kept in `cache/history/`, so that a month costs its own lines.

mod columns;
mod decimals;
mod error;
mod frame;
mod gap;
mod kept;
mod months;
mod parquet;
mod rows;
mod scan;
mod store;
mod sums;
#[cfg(test)]
mod tests;

pub use error::HistoryError;
pub use gap::gap;
pub use store::History;
