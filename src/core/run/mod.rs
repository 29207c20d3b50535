//! What one scoring run said, and the views that follow from it.
//!
//! ```text
//! scored_run  the run: names, findings, flags, where every row went
//! provenance  what it was made of: its layout, the files and the models behind it
//! ledger      the part of it that is no finding
//! standing    how a finding stands: since when, what is right, who wants it fixed
//! last_month  what changed since the month before
//! json        the run ↔ `run.json`
//! moneys      what the MSP loses and what its clients overpay: two numbers, and what stands beside them
//! causes      what is behind findings and flags: those of one cause are one item
//! change_list decided findings → what to change, where
//! claims      what is to be claimed at vendors
//! waiting     the names that wait for a person, and their money
//! taught      what answers taught between two scorings of a month
//! one_sided   the products that one side alone knows
//! compared_lines  every line that was compared, one a row of `lines.csv`
//! line_months what was bought and billed of a line, month by month
//! flag_months the months of a flag
//! numbers     numbers as a person reads them
//! places      source rows as a person follows them
//! specimen    made-up runs, for tests and examples of what reads one
//! ```

pub mod ledger;
pub mod scored_run;
pub mod provenance;
pub mod standing;
pub mod last_month;
pub mod json;
pub mod moneys;
pub mod causes;
pub mod change_list;
pub mod claims;
pub mod waiting;
pub mod taught;
pub mod one_sided;
pub mod compared_lines;
pub mod line_months;
mod flag_months;
pub mod numbers;
pub mod places;
pub mod specimen;

pub use causes::{Cause, CauseItem, CauseKind, FurtherLine, SumOf, cause_items, flags_alone};
pub use claims::{Claim, ClaimKind, claims};
pub use compared_lines::{ComparedLine, LineStatus};
pub use json::{RunJsonError, parse_run, run_json};
pub use last_month::{
    ClientFate, ClientMoves, GoneFinding, LineMove, MoveKind, PriceMove, Recovered, SinceLastMonth,
};
pub use ledger::{
    ExcludedGroup, ExplainedLine, FileSummary, GivenAway, RejectedLine, RowSeen, Settled,
    SettledLine, SettledMoney, SideCounts, SideSummary, Summary, TieSeen,
};
pub use line_months::{LineMonths, Units};
pub use moneys::{Counted, KindMoney, Moneys, OneMoney, moneys, moneys_decided};
pub use provenance::{
    CheckedPairs, InputFile, MeasuredNames, ModelNote, SCHEMA, SaidAndTrue, Schema,
};
pub use scored_run::{
    AliasLine, Contribution, Direction, FileInDoubt, Finding, FindingKind, FlagKeys, FlagKind,
    FlagLine, FlagSide, LearnedWords, NamePair, Run, ScoreLine, Status,
};
pub use standing::{
    AgreementShare, AtPrice, FindingLine, FindingMoney, LikelyRight, PriceFrom, Raised, Since,
};
pub use taught::{Taught, TaughtWords};
