//! Expected against seen → p-values, flags, reasons, and how many flags to expect by chance.
//!
//! ```text
//! judge            scores of a month → flags within the budget
//! backtest_months  month after month, each judged by a model of the months before it
//! budget           how many false flags a month may bring → a threshold for each statistic
//! line_flags       statistics of single lines over their threshold
//! new_and_gone     new and vanished lines, migrations, whole clients
//! rank             the flags a person sees first, and how many of the rarest are chance
//! whole_products   products that came or went at several clients, told once
//! one_client       clients most of whose lines moved alike, told once
//! news             what came and went as both sides say: no flag
//! portfolio        moves of a product at nearly all clients, told once
//! causes           several alarms with one cause → one flag
//! sums             money of several lines, each currency for itself
//! why              the sentence a billing person reads
//! advice           what is likely behind a flag, what to check, what ends it
//! correction       what the right quantity most likely is
//! ```

mod budget;
mod judge;
mod backtest_months;
mod line_flags;
mod new_and_gone;
mod whole_products;
mod one_client;
mod news;
mod portfolio;
mod rank;
mod causes;
mod correction;
mod advice;
mod sums;
mod why;

#[cfg(test)]
mod tests;

pub use advice::{Advice, advice};
pub use backtest_months::{JudgedMonth, ModelSource, Plan, judge_months};
pub use correction::{Correction, TwoSides, right_of_difference, right_of_flag};
pub use judge::{judge, judge_running};
pub use rank::oddness;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{Currency, Month, SeriesSide, Side};
use crate::seat_trend::Statistic;

/// How many flags a month may bring.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FlagPolicy {
    /// Flags a month that may be nothing but chance, over all lines. New and vanished lines are facts
    /// and do not count.
    pub budget: f64,
    /// A line whose absence was likelier than this was never steady: it is not flagged as vanished.
    pub vanish_at_most: f64,
    /// Months after a line's last row in which it is flagged as vanished. 1 tells it once.
    pub vanish_months: usize,
    /// Instead of a budget, the share of the flags that may be nothing but chance. It is kept where
    /// enough past months are known to promise it; elsewhere the budget holds, and the run says so.
    pub false_share: Option<f64>,
}

impl Default for FlagPolicy {
    fn default() -> Self {
        Self { budget: 5.0, vanish_at_most: 0.1, vanish_months: 1, false_share: None }
    }
}

/// Which series are one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineIdentity<'a> {
    /// Those of one client and SKU. A client that came or went is told once, for all its lines.
    ByName,
    /// By series, the number of its line. Each line that came or went is told for itself.
    ByNumber(&'a [u32]),
}

/// What a flag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagKind {
    /// A line that always grew did not.
    StalledGrowth,
    /// A quantity that goes to and fro as it never did.
    ErraticQuantity,
    /// A quantity far from what was expected.
    LevelShift,
    /// A line, or a client, that is gone.
    Vanished,
    /// A line, or a client, that was not there before.
    NewLine,
    /// Bought and billed drifting apart month after month.
    CompoundingDrift,
    /// A unit price far from its own past.
    PriceShift,
}

impl FlagKind {
    /// Every kind, in the order they are declared.
    pub const ALL: [Self; 7] = [
        Self::StalledGrowth,
        Self::ErraticQuantity,
        Self::LevelShift,
        Self::Vanished,
        Self::NewLine,
        Self::CompoundingDrift,
        Self::PriceShift,
    ];

    /// The word in `flags.csv`: `stalled_growth`, …
    pub fn word(self) -> &'static str {
        match self {
            Self::StalledGrowth => "stalled_growth",
            Self::ErraticQuantity => "erratic_quantity",
            Self::LevelShift => "level_shift",
            Self::Vanished => "vanished",
            Self::NewLine => "new_line",
            Self::CompoundingDrift => "compounding_drift",
            Self::PriceShift => "price_shift",
        }
    }

    /// The word for people: `stalled growth`, …
    pub fn words(self) -> String {
        self.word().replace('_', " ")
    }
}

impl fmt::Display for FlagKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Where a flag was raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FlagSide {
    /// In what we bought.
    Vendor,
    /// In what we billed.
    Psa,
    /// In both, alike.
    Both,
    /// In the gap between the two.
    Drift,
}

impl FlagSide {
    /// The word in `flags.csv`: `vendor`, `psa`, `both`, `drift`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Psa => "psa",
            Self::Both => "both",
            Self::Drift => "drift",
        }
    }
}

impl FlagSide {
    /// Whose rows it is read from first.
    pub fn books(self) -> Side {
        match self {
            Self::Psa => Side::Psa,
            Self::Vendor | Self::Both | Self::Drift => Side::Vendor,
        }
    }
}

impl From<SeriesSide> for FlagSide {
    fn from(side: SeriesSide) -> Self {
        match side {
            SeriesSide::Vendor => Self::Vendor,
            SeriesSide::Psa => Self::Psa,
            SeriesSide::Drift => Self::Drift,
        }
    }
}

impl fmt::Display for FlagSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A month that the trend did not expect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flag {
    /// What it says.
    pub kind: FlagKind,
    /// Where.
    pub side: FlagSide,
    /// The client's key; empty when all clients of a product are meant.
    pub client: String,
    /// The client's name for people.
    pub client_name: String,
    /// The SKU's key; empty when a whole client is meant.
    pub sku: String,
    /// The SKU's name for people.
    pub sku_name: String,
    /// The month.
    pub month: Month,
    /// What was seen: units, for a price the unit price, for drift the gap in units.
    pub observed: f64,
    /// What was expected, in the same unit.
    pub expected: f64,
    /// Lower end of the 90 % band.
    pub low: f64,
    /// Upper end of the 90 % band.
    pub high: f64,
    /// How often chance alone does that.
    pub p_value: f64,
    /// The probability that it is no chance: from what people said of flags this rare, else from how many
    /// this rare chance alone would raise.
    pub real: f64,
    /// Money a month, never negative, in `currency`; 0 where no unit price is known.
    pub monthly_impact: f64,
    /// The currency of that money, where its lines say one: that of most of them.
    pub currency: Option<Currency>,
    /// Money a month of its lines in other currencies, by code.
    pub other_money: Vec<(Currency, f64)>,
    /// Why, in sentences a billing person reads.
    pub why: String,
    /// The series it is about, as positions in the series given.
    pub series_idx: Vec<usize>,
    /// The numbers behind it, as (label, value).
    pub evidence: Vec<(String, String)>,
}

/// Whether a flag says what is odd, or what is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagClass {
    /// What is odd, and may be nothing: it has a p-value, and counts against the budget.
    Suspicion,
    /// What is so: a line or a client came or went.
    Fact,
}

impl FlagClass {
    /// The word in `flags.csv`: `suspicion`, `fact`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Suspicion => "suspicion",
            Self::Fact => "fact",
        }
    }
}

impl FlagKind {
    /// Whether it says what is odd, or what is so.
    pub fn class(self) -> FlagClass {
        match self {
            Self::Vanished | Self::NewLine => FlagClass::Fact,
            _ => FlagClass::Suspicion,
        }
    }
}

impl Flag {
    /// Whether it says what is so, and not what is odd: that a line or a client came or went.
    pub fn is_fact(&self) -> bool {
        self.kind.class() == FlagClass::Fact
    }
}

/// One statistic of one judged month of one line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The series, as a position in the series given.
    pub series_idx: usize,
    /// The month.
    pub month: Month,
    /// What it is judged by; [`Statistic::Any`] is of all its line's series, and stands with the first.
    pub statistic: Statistic,
    /// How often chance alone does that.
    pub p_value: f64,
}

/// A month, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Every statistic of every judged line, flagged or not, in the order of the series.
    pub scores: Vec<Score>,
    /// The flags, the costliest first.
    pub flags: Vec<Flag>,
    /// Lines that came or went as both sides say: news, and no flags.
    pub news: Vec<Flag>,
    /// How many suspicions a usual month brings: of so many of the flags that are suspicions it is expected
    /// that they are nothing, at most.
    pub expected_false: f64,
    /// Why the share of false flags that was asked for is not promised, where it is not.
    pub no_promise: Option<String>,
}
