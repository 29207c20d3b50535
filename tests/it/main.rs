//! The one test binary: README.md beside this file teaches a first test.

mod bad_input;
mod by_name;
mod conservation;
mod browser;
mod bundles;
mod decided;
mod decision_rows;
mod evaluation;
mod explained;
mod flags;
mod every_row;
mod house;
mod matching;
mod ingest;
mod month_end;
mod msp;
mod own_services;
mod priorities;
mod quantities;
mod settled;
mod retrained;
mod review;
mod served;
mod states;
mod to_the_cent;
mod traps;
