//! A run → files and words a person reads: one file per format.

pub mod run;

pub use run::{
    Contribution, ExcludedGroup, Finding, FindingKind, FlagLine, GivenAway, ModelNote, NamePair,
    RejectedLine, RowSeen, Run, ScoreLine, SettledLine, SideCounts, SideSummary, Summary,
};
