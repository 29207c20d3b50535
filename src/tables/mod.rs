//! Two tables of any kind → the pairs of rows that are one thing.

