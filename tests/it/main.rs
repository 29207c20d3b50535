//! The one test binary: README.md beside this file teaches a first test.

mod bad_input;
mod every_row;
mod house;
mod ingest;
mod month_end;
mod msp;
