//! Months → one store of parquet, read lazily with polars.
