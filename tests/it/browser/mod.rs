//! What a person does in a browser, done by a real one: Debian's chromium through chromedriver.
//!
//! The tests run where both are installed; elsewhere each says so and passes. With
//! `SEATDRIFT_BROWSER=required`, as in `.ci/run`, a missing browser fails them. Screenshots lie in the
//! target folder, under `tmp/screenshots`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod driver;
mod pages;
mod report;
mod review;
mod rooms;
