//! seatdrift finds the money that leaks between what vendors charge an MSP and what it bills.
//!
//! A month is scored in memory, without a folder, like this:
//!
//! ```
//! use seatdrift::core::{domain::Side, models::Models, months::MonthsInMemory, normalise::ProductAliases};
//! use seatdrift::core::{score::{MonthInputs, score_month}, settings::{Settings, Thresholds}};
//! use seatdrift::ingest::{ExportFile, Reading, read_export};
//!
//! let (month, currency) = ("2026-10".parse()?, "USD".parse()?);
//! let bought = "Client,Product,Quantity,Unit Cost\nNorthwind Traders,Microsoft 365 E3,25,33.75\n";
//! let billed = "Client,Product,Quantity,Unit Price\nNorthwind Traders,Microsoft 365 E3,22,39.00\n";
//! let mut rows = Vec::new();
//! for (side, name, text) in [(Side::Vendor, "vendor.csv", bought), (Side::Psa, "psa.csv", billed)] {
//!     let reading = Reading { side, month, currency, profiles: &[] };
//!     rows.extend(read_export(&ExportFile { name, bytes: text.as_bytes() }, &reading)?.rows);
//! }
//! let thresholds = Thresholds::default();
//! let settings = Settings { name: "Acme MSP".into(), currency, thresholds, usage: Default::default() };
//! let (history, models) = (MonthsInMemory::default(), Models::shipped()?);
//! let scored = score_month(
//!     &MonthInputs {
//!         settings: &settings, month, day: None, rows: &rows, rejected: &[], stated: &[], history: &history,
//!         decisions: &[], models: &models, aliases: &ProductAliases::default(),
//!     },
//!     Default::default(),
//! )?;
//! assert_eq!(scored.run.findings[0].monthly_impact.to_string(), "117.00", "three seats at 39.00");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The code reads in the order the data flows. Exports come in at the top of this list; findings,
//! flags and decisions come out at the bottom.
//!
//! ```text
//!                                                                       in → out
//! core                values in, values out: no disk, clock, network or polars
//!   domain            what things are: parsed, comparable
//!   decisions         what people decided: rows of the append-only file, and the labels they yield
//!   normalise         names and products → comparable forms
//!   candidates        two lists of names → the pairs worth comparing
//!   features          pairs → numbers: where names become an ndarray
//!   model_file        a trained model ↔ bytes behind a header that says what they are
//!   pair_classifier   numbers → probability: fit, score, calibrate, explain, artifact
//!   assignment        scored pairs → who belongs to whom: known, accepted, for review, alone
//!   tables            two tables of any kind → the pairs of rows that are one thing
//!   months            earlier months as values, wherever they lie; their lines → series
//!   reconcile         matched lines → groups → differences in units and money; where every row went
//!   doubts            what the data of a month leaves in doubt: each stage's evidence, on the lines concerned
//!   seat_trend        series → the expected month, as a distribution: fit, backtest, artifact
//!   anomaly           expected against seen → flags within a budget of false alarms
//!   settings          what scoring is told besides rows: name, currency, thresholds
//!   run               what a scored month says, and the views that follow from it; run ↔ run.json
//!   models            the models that speak, and those that ship
//!   score             scoring a month: every stage, in order
//!   learn             decisions → labels → fit → evaluate on months held out → gate
//! ingest              exports → typed rows and rejected rows: one file per format, one for headers,
//!                     one room for cells: the only text parsing of exports; any monthly series
//! report              a run → CSV, JSON, HTML, XLSX, terminal: one file per format; decided changes,
//!                     notes; one finding, flag or pair explained; numbers → pictures as SVG
//! engine              the same with a disk
//!   files             open, read, write what survives a kill; alone in calling std::fs
//!   clock             what time it is
//!   workspace         the folder of one MSP, its seatdrift.toml, and the lock on it
//!   history           months → one store: parquet on disk, read lazily with polars
//!   model_store       models/: the newest of each family, else the one that ships
//!   intake            export files → the rows of a month, all or none
//!   decision_store    decisions.csv of a workspace: read as far as it can be understood, appended to
//!   done_store        done.csv: which changes, claims and letters are ticked off
//!   run_store         runs/: what the scoring of each month said
//!   incoming          files given to the page, until a month is scored from them
//!   error             what kept a use case from being done, and what to do about it
//!   decide … retrain  the use cases, one file each: decide, import, score, learn, report, explain, retrain
//! connect             live sources, read only
//!   systems           one file a system: asks and answers → rows of its export, without I/O
//!   source … registry what a system is, and those there are
//!   manners … reading how servers are asked, and one reading run to its end
//!   pull, chosen      every source, whole or not at all → pulled/; which reading a month or a day is scored from
//! review              the local web page: files in, what needs a person, what is to do then
//! watch               what changed between days, and which of it is told to whom, once
//!   difference, following  two snapshots → changes; those the other side did not follow in time
//!   alerts … outbox   one alert a cause until it changes; messages that wait until they are taken
//!   looking           one look: pull, compare, judge, write, tell
//! lab                 what measures the product, apart from it
//!   simulate          a recipe → a made-up MSP: exports, decisions and the truth
//!   evaluate          how good is it: benchmarks, open-world names, learning curve, differences, flags;
//!                     the loop of scoring, reviewing and learning, month after month
//! cli                 (in the program) one file per command: arguments, call of a use case, print
//! ```
//!
//! Each name at the left is a crate of its own below `src/`, and uses only crates above it: their
//! manifests say so. Inside a crate a stage uses earlier stages, never later ones; [`core::score`] and
//! [`core::learn`] alone know the order. `tests/it/house.rs` holds what manifests do not.
//!
//! # What never happens
//!
//! - An invoice, an agreement or an export is changed. People decide; originals are kept as received.
//! - A row, a seat or a cent is dropped without a word: what comes in is matched, in review,
//!   unmatched, excluded with a reason, or rejected with a place, and the five add up.
//! - Money is rounded or turned into a float before a model or a person reads it, or added across
//!   currencies.
//! - A confirmed pair is overruled, or a rejected one offered again.
//! - The same input, seed and time give other bytes; the time, told from outside, stands in `run.json`.

pub use seatdrift_connect as connect;
pub use seatdrift_core as core;
pub use seatdrift_engine as engine;
pub use seatdrift_ingest as ingest;
pub use seatdrift_lab as lab;
pub use seatdrift_report as report;
pub use seatdrift_review as review;
pub use seatdrift_watch as watch;
