//! seatdrift finds the money that leaks between what vendors charge an MSP and what it bills.
//!
//! The code reads in the order the data flows. Exports come in at the top of this list; findings,
//! flags and decisions come out at the bottom.
//!
//! ```text
//!                                                                       in → out
//! domain           what things are: parsed, comparable, no I/O
//! ingest           exports → typed rows and rejected rows: one file per format, one for headers,
//!                  one room for cells: the only text parsing of exports; one room for any monthly series
//! normalise        names and products → comparable forms
//! candidates       two lists of names → the pairs worth comparing
//! features         pairs → numbers: where names become an ndarray
//! model_file       a trained model ↔ bytes behind a header that says what they are
//! pair_classifier  numbers → probability: fit, score, calibrate, explain, artifact
//! assignment       scored pairs → who belongs to whom: known, accepted, for review, alone
//! tables           two tables of any kind → the pairs of rows that are one thing
//! history          months → one store: parquet on disk, read lazily with polars; lines → series
//! reconcile        matched lines → groups → differences in units and money; where every row went
//! seat_trend       series → the expected month, as a distribution: fit, backtest, artifact
//! anomaly          expected against seen → flags within a budget of false alarms
//! decisions        what people decided: the append-only file, and the labels it yields
//! charts           numbers → pictures as SVG, each with its words
//! report           a run → CSV, JSON, HTML, XLSX, terminal: one file per format; decided changes, notes;
//!                  one finding, flag or pair explained, in the terminal or as a page
//! simulate         a recipe → a made-up MSP: exports, decisions and the truth
//!
//! files            open, read, write atomically; alone in calling std::fs
//! workspace        the folder of one MSP and its seatdrift.toml
//! model_store      models/: the newest of each family, else the one that ships
//! intake           export files → the rows of a month, all or none
//! pipeline         scoring a month: every stage, in order
//! retrain          decisions → labels → fit → evaluate on months held out → gate
//! review           the local web page where a person decides what needs one, and has the month scored again
//! evaluate         how good is it: benchmarks, open-world names, learning curve, differences, flags
//! cli              one file per command: arguments, call, print
//! ```
//!
//! A stage uses [`domain`] and earlier stages, never later ones; [`pipeline`] and [`retrain`] alone know
//! the order. Everything down to [`simulate`] computes: the same values in give the same values out,
//! with no clock, no network and, [`history`] excepted, no disk. `tests/it/house.rs` holds this.
//!
//! # What never happens
//!
//! - An invoice, an agreement or an export is changed. People decide; originals are kept as received.
//! - A row, a seat or a cent is dropped without a word: what comes in is matched, in review,
//!   unmatched, excluded with a reason, or rejected with a place, and the five add up.
//! - Money is rounded or turned into a float before a model or a person reads it, or added across
//!   currencies.
//! - A confirmed pair is overruled, or a rejected one offered again.
//! - The same input and seed give other bytes.

pub mod domain;
pub mod ingest;
pub mod normalise;
pub mod candidates;
pub mod features;
pub mod model_file;
pub mod pair_classifier;
pub mod assignment;
pub mod tables;
pub mod history;
pub mod reconcile;
pub mod seat_trend;
pub mod anomaly;
pub mod decisions;
pub mod charts;
pub mod report;
pub mod simulate;
pub mod files;
pub mod workspace;
pub mod model_store;
pub mod intake;
pub mod pipeline;
pub mod retrain;
pub mod review;
pub mod evaluate;
pub mod cli;
