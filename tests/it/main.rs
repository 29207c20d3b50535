//! The one test binary: README.md beside this file teaches a first test.

mod house;
mod ingest;
