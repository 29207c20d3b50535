//! The part of a run that is no finding: where rows and money went, what was explained, given away,
//! settled, set aside or could not be read.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::anomaly::FlagKind;
use crate::domain::{Currency, LineKind, Month, Side, Subject, Verdict};
use crate::reconcile::SettlementVerdict;

/// One row of `rejected.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RejectedLine {
    /// Which side's file.
    pub side: Side,
    /// The file's base name, with its sheet in a workbook.
    pub file: String,
    /// The row, as a spreadsheet counts.
    pub row: u64,
    /// The column's header.
    pub column: String,
    /// What it should hold.
    pub expected: String,
    /// What it holds.
    pub found: String,
}

/// Excluded rows of one side with one reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExcludedGroup {
    /// Which side.
    pub side: Side,
    /// The reason in words.
    pub reason: String,
    /// How many rows.
    pub rows: usize,
    /// Their money, by currency.
    pub money: BTreeMap<String, String>,
}

/// A proration, a credit or a change of seats, recomputed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExplainedLine {
    /// Stable over runs of one month.
    pub id: String,
    /// Which side.
    pub side: Side,
    /// The client's name.
    pub client: String,
    /// The product's name.
    pub sku: String,
    /// Proration or credit; a change of seats is a proration.
    pub kind: LineKind,
    /// What the file says.
    #[serde(with = "rust_decimal::serde::str")]
    pub charged: Decimal,
    /// What the rule gives, where there is something to compute it from.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub recomputed: Option<Decimal>,
    /// Their currency.
    pub currency: Currency,
    /// Whether the two agree.
    pub verdict: SettlementVerdict,
    /// The computation, in a sentence.
    pub why: String,
    /// `file:row` of its rows.
    pub rows: Vec<String>,
}

/// A bought line whose only PSA rows are marked DoNotBill or NoCharge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GivenAway {
    /// The client's name.
    pub client: String,
    /// The product's name.
    pub sku: String,
    /// Units bought.
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity: Decimal,
    /// What they cost us this month.
    #[serde(with = "rust_decimal::serde::str")]
    pub cost: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// How the PSA rows are marked.
    pub marked: String,
}

/// What a person has settled, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Settled {
    /// A line's difference, by this answer.
    Line(Verdict),
    /// A flag of this kind, as expected.
    Flag(FlagKind),
}

/// Words that name nothing a person settles.
#[derive(Debug, thiserror::Error)]
#[error("expected an answer about a line, or a kind of flag and {EXPECTED:?}, found {0:?}")]
pub struct SettledError(String);

/// What follows the kind of a flag that was called expected.
const EXPECTED: &str = " expected";

impl fmt::Display for Settled {
    /// `accepted`, or `level_shift expected`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(verdict) => f.write_str(verdict.word()),
            Self::Flag(kind) => write!(f, "{kind}{EXPECTED}"),
        }
    }
}

impl From<Settled> for String {
    fn from(settled: Settled) -> Self {
        settled.to_string()
    }
}

impl TryFrom<String> for Settled {
    type Error = SettledError;

    fn try_from(words: String) -> Result<Self, Self::Error> {
        let verdict = Subject::Line.verdicts().iter().find(|verdict| verdict.word() == words);
        let flag = words.strip_suffix(EXPECTED);
        let kind = flag.and_then(|word| FlagKind::ALL.into_iter().find(|kind| kind.word() == word));
        let line = verdict.map(|verdict| Self::Line(*verdict));
        line.or(kind.map(Self::Flag)).ok_or(SettledError(words))
    }
}

/// A line with a difference that a person has settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettledLine {
    /// The client's name.
    pub client: String,
    /// The product's name.
    pub sku: String,
    /// What was settled, and how.
    pub verdict: Settled,
    /// The person's reason.
    pub reason: String,
    /// The last day it holds; empty for good.
    pub until: String,
    /// Who decided.
    pub by: String,
    /// Bought less billed.
    #[serde(with = "rust_decimal::serde::str")]
    pub drift: Decimal,
    /// What the line costs and brings; none for a flag.
    #[serde(default)]
    pub line: Option<SettledMoney>,
}

/// A settled line's own money, and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettledMoney {
    /// Stable over runs: what `explain` is asked for.
    pub id: String,
    /// What its units cost us a month.
    #[serde(with = "rust_decimal::serde::str")]
    pub cost: Decimal,
    /// What the client is billed for its units a month.
    #[serde(with = "rust_decimal::serde::str")]
    pub billed: Decimal,
    /// Their currency.
    pub currency: Currency,
    /// Units bought and units billed.
    pub units: (Decimal, Decimal),
    /// `file:row` of its rows, the vendor's first.
    pub rows: Vec<String>,
}

impl SettledLine {
    /// `accepted by kim until 2026-12-31 (two spare agents): 36 bought, 30 billed`
    pub fn words(&self) -> String {
        let by = if self.by.is_empty() { String::new() } else { format!(" by {}", self.by) };
        let until = match self.until.as_str() {
            "" => " for good".to_owned(),
            until => format!(" until {until}"),
        };
        let reason =
            if self.reason.is_empty() { String::new() } else { format!(" ({})", self.reason) };
        let units = self.line.as_ref().map_or_else(String::new, |line| {
            let (bought, billed) = (line.units.0.normalize(), line.units.1.normalize());
            format!(": {bought} bought, {billed} billed")
        });
        format!("{}{by}{until}{reason}{units}", self.verdict)
    }
}

/// Counts and money of both sides: `in` is the sum of the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The month scored.
    pub month: Month,
    /// The workspace's currency.
    pub currency: Currency,
    /// What the vendor files held.
    pub vendor: SideSummary,
    /// What the PSA files held.
    pub psa: SideSummary,
    /// The same file by file, vendor files first, by name.
    #[serde(default)]
    pub files: Vec<FileSummary>,
}

/// Where the rows of one file went, and whether they add up to what the file states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSummary {
    /// The base name.
    pub file: String,
    /// Which side it was given as.
    pub side: Side,
    /// Where its rows went.
    #[serde(flatten)]
    pub flow: SideSummary,
    /// The sum in the file's last row of totals, where it has one.
    pub stated_total: Option<String>,
    /// How that sum stands to the rows; `null` where the file states none.
    pub tie: Option<TieSeen>,
}

/// How a file's own sum stands to that of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieSeen {
    /// They agree within a cent.
    Ties,
    /// The file's sum less that of its rows.
    Gap {
        /// Exact, as text.
        amount: String,
        /// Its currency.
        currency: String,
    },
    /// One sum is stated for rows in several currencies, which are never added.
    SeveralCurrencies,
}

/// Where the rows of one side went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideSummary {
    /// Every data row.
    #[serde(rename = "in")]
    pub all: SideCounts,
    /// Rows of lines compared with a line of the other side.
    pub matched: SideCounts,
    /// Rows under a name that waits for a person.
    pub review: SideCounts,
    /// Rows with nothing on the other side.
    pub unmatched: SideCounts,
    /// Rows understood and not compared.
    pub excluded: SideCounts,
    /// Rows that could not be read.
    pub rejected: SideCounts,
}

/// How many rows, and their money by currency as exact text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideCounts {
    /// How many.
    pub rows: usize,
    /// Exact sums: `{"USD":"123.45"}`.
    pub money: BTreeMap<String, String>,
}

/// A source row as understood, for `explain`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowSeen {
    /// Which side.
    pub side: Side,
    /// The client as written.
    pub client: String,
    /// The product as written.
    pub sku: String,
    /// full_period, proration, …, with the exclusion where there is one.
    pub kind: String,
    /// Units as written.
    pub quantity: String,
    /// One unit for one month.
    pub unit: String,
    /// The row's money.
    pub amount: String,
    /// The days it covers, as far as written.
    pub period: String,
    /// The charge type, status or agreement as written.
    pub note: String,
}
