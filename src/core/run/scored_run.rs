//! What one scoring run said: everything the report, `explain` and the next review need.
//!
//! A run is stored as `run.json`; every other file of `runs/YYYY-MM/` is a view of it, but for
//! `scores.csv`: the scores of every line are many, and are written once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use serde::{Deserialize, Serialize};

use super::ledger::{
    ExcludedGroup, ExplainedLine, GivenAway, RejectedLine, RowSeen, SettledLine, Summary,
};
use super::provenance::{InputFile, ModelNote, Schema};
use super::{
    AtPrice, Cause, FindingLine, FindingMoney, LikelyRight, Raised, Recovered, Since,
    SinceLastMonth,
};
pub use crate::anomaly::{FlagKind, FlagSide};
pub use crate::assignment::Status;
use crate::decisions::DecisionsUsed;
use crate::domain::{Currency, DoubtKind, EntityKind, Month, Probability, Side};
pub use crate::domain::{Direction, FindingKind};
pub use crate::doubts::FileInDoubt;
use crate::reconcile::BUNDLE_PRIOR;
use crate::seat_trend::Statistic;

/// One scored month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The layout it is stored in.
    #[serde(default)]
    pub schema: Schema,
    /// The version of the program that scored it; empty where that did not say.
    #[serde(default)]
    pub program: String,
    /// When it was scored; `None` where nobody said.
    #[serde(default)]
    pub scored_at: Option<Timestamp>,
    /// The workspace's name.
    pub msp: String,
    /// The month scored.
    pub month: Month,
    /// The workspace's currency.
    pub currency: Currency,
    /// The files it was scored from, the vendor's first; none where its rows came from elsewhere.
    #[serde(default)]
    pub inputs: Vec<InputFile>,
    /// Files of which much is in doubt: what is said before any number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_doubt: Vec<FileInDoubt>,
    /// The decisions it took in; `None` in a run of a version that did not say.
    #[serde(default)]
    pub decisions: Option<DecisionsUsed>,
    /// Name pairs: known, accepted, asked about, alone.
    pub suggestions: Vec<NamePair>,
    /// Words that decided pairs say are one, by kind, then in the order of the alphabet.
    #[serde(default)]
    pub aliases: Vec<AliasLine>,
    /// Differences, the most expected money first.
    pub findings: Vec<Finding>,
    /// What is behind findings and flags, by id; none in a run of a version that did not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// What changed since the month before; `None` where that is not in the history.
    #[serde(default)]
    pub last_month: Option<SinceLastMonth>,
    /// What people decided to have fixed in earlier months and is gone, in all months that are stored, the
    /// oldest first; `None` in a run of a version that did not say.
    #[serde(default)]
    pub recovered: Option<Vec<Recovered>>,
    /// Months the trend did not expect, the most telling first.
    pub flags: Vec<FlagLine>,
    /// How many of the flags are expected to be nothing.
    #[serde(deserialize_with = "super::json::float")]
    pub expected_false_flags: f64,
    /// Why the share of false flags that was asked for is not promised.
    #[serde(default)]
    pub no_flag_promise: Option<String>,
    /// Rows that could not be read.
    pub rejected: Vec<RejectedLine>,
    /// Rows understood and not compared, by side and reason.
    pub excluded: Vec<ExcludedGroup>,
    /// Bought lines somebody chose to give away: no finding, and what they cost.
    pub given_away: Vec<GivenAway>,
    /// Prorations, credits and changes, recomputed: no finding where they agree.
    #[serde(default)]
    pub explained: Vec<ExplainedLine>,
    /// Lines whose difference was decided before and still holds: no finding.
    pub settled: Vec<SettledLine>,
    /// Counts and money of each side.
    pub summary: Summary,
    /// Which models spoke.
    pub models: Vec<ModelNote>,
    /// Source rows behind findings and suggestions, by their place as text: of each the first, as many as are
    /// shown. All of them stand in the history.
    pub rows: BTreeMap<String, RowSeen>,
}

/// One row of `suggestions.csv` and the numbers behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamePair {
    /// Stable over runs: made from the kind and the two keys.
    pub id: String,
    /// Client or SKU.
    pub kind: EntityKind,
    /// The vendor's key; empty where the name is alone on the PSA side.
    pub vendor_id: String,
    /// The vendor's name.
    pub vendor_name: String,
    /// The PSA's key; empty where the name is alone on the vendor side.
    pub psa_id: String,
    /// The PSA's name.
    pub psa_name: String,
    /// That the two are one; for a name alone, that it truly has no partner.
    pub probability: Probability,
    /// What was made of it.
    pub status: Status,
    /// Whether it is accepted and a person is to check it all the same, without a hint.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_checked: bool,
    /// Learned words without which it would not be accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rests_on: Option<LearnedWords>,
    /// One sentence or two.
    pub why: String,
    /// From prior to score, in log-odds.
    pub contributions: Vec<Contribution>,
    /// The next best partner and its probability.
    pub runner_up: Option<(String, Probability)>,
    /// Places of the newest month's rows under the two names.
    #[serde(with = "super::places::packed")]
    pub vendor_rows: Vec<String>,
    /// The same for the PSA.
    #[serde(with = "super::places::packed")]
    pub psa_rows: Vec<String>,
    /// Monthly money of the lines that wait for this answer, in the run's currency.
    #[serde(with = "rust_decimal::serde::str")]
    pub money: Decimal,
}

/// Words of the vendor that are words of the PSA, as confirmed pairs say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LearnedWords {
    /// The vendor's.
    pub vendor: String,
    /// The PSA's.
    pub psa: String,
}

impl NamePair {
    /// Its key and name on a side; empty where it has none there.
    pub fn on(&self, side: Side) -> (&str, &str) {
        match side {
            Side::Vendor => (&self.vendor_id, &self.vendor_name),
            Side::Psa => (&self.psa_id, &self.psa_name),
        }
    }

    /// What names it on a side: its key, else its name.
    pub fn key_or_name(&self, side: Side) -> &str {
        let (key, name) = self.on(side);
        if key.is_empty() { name } else { key }
    }

    /// The side of the name that is asked about: the vendor's, unless the PSA's is alone.
    pub fn asked_side(&self) -> Side {
        match self.vendor_id.is_empty() && self.vendor_name.is_empty() {
            true => Side::Psa,
            false => Side::Vendor,
        }
    }

    /// Whether the pair is asked about for its seats, as part and bundle.
    pub fn is_bundle_part(&self) -> bool {
        self.contributions.first().is_some_and(|step| step.feature == BUNDLE_PRIOR)
    }
}

/// One row of `aliases.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasLine {
    /// Whose names.
    pub kind: EntityKind,
    /// The vendor's words.
    pub vendor_words: String,
    /// The PSA's words.
    pub psa_words: String,
    /// Confirmed pairs that have it.
    pub confirmed: usize,
    /// Rejected pairs that have it.
    pub rejected: usize,
    /// One of the confirmed pairs: the vendor's name and the PSA's.
    pub example: (String, String),
}

/// One step of the waterfall from prior to score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// The feature's name, or `prior`.
    pub feature: Cow<'static, str>,
    /// The feature's value.
    #[serde(deserialize_with = "super::json::float")]
    pub value: f64,
    /// What it adds to the log-odds.
    #[serde(deserialize_with = "super::json::float")]
    pub log_odds: f64,
}

/// One row of `findings.csv` and the numbers behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable over runs: made from the kind and the line.
    pub id: String,
    /// What kind of difference.
    pub kind: FindingKind,
    /// The PSA's client name where matched, else the vendor's.
    pub client: String,
    /// The PSA's product name where matched, else the vendor's.
    pub sku: String,
    /// Units bought.
    #[serde(with = "rust_decimal::serde::str")]
    pub vendor_quantity: Decimal,
    /// Units billed.
    #[serde(with = "rust_decimal::serde::str")]
    pub psa_quantity: Decimal,
    /// Bought less billed.
    #[serde(with = "rust_decimal::serde::str")]
    pub drift: Decimal,
    /// Money a month, never negative: the kind says which way.
    #[serde(with = "rust_decimal::serde::str")]
    pub monthly_impact: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// That the names are matched right and the difference is real.
    pub probability: Probability,
    /// One sentence or two.
    pub why: String,
    /// `file:row` of the vendor's rows.
    pub vendor_rows: Vec<String>,
    /// `file:row` of the PSA's rows.
    pub psa_rows: Vec<String>,
    /// For a duplicate: the side that has it twice; `None` in a run of a version that did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twice_on: Option<Side>,
    /// The most probable right quantity, where the months before say so.
    #[serde(default)]
    pub right: Option<LikelyRight>,
    /// Since when; `None` where the month before is not known, and for a new price.
    #[serde(default)]
    pub since: Option<Since>,
    /// What was decided of it, and why that holds no more.
    #[serde(default)]
    pub returned: Option<String>,
    /// Who decided that it is to be fixed.
    #[serde(default)]
    pub raised: Option<Raised>,
    /// The lines it compares, and those its names lead to.
    #[serde(default)]
    pub lines: Vec<FindingLine>,
    /// Where the PSA has no such line: the agreements the client's lines there stand on, as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_agreements: Vec<Option<String>>,
    /// What it comes to in a year, and what a unit costs, sells for and earns.
    #[serde(default)]
    pub money: FindingMoney,
    /// Of what nobody is billed for: what it would bring at the price it is sold at here, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_price: Option<AtPrice>,
    /// The id of its cause: its own where it stands alone; empty in a run of a version that did not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// What is doubtful about the data it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<DoubtKind>,
    /// The numbers behind it: label and value, in the order a person follows them.
    pub evidence: Vec<(String, String)>,
}

impl Finding {
    /// Whether it is a claim, not a question. What a person wants fixed is one.
    pub fn is_claim(&self) -> bool {
        self.probability.is_claim() || self.raised.is_some()
    }

    /// Whose money it is.
    pub fn direction(&self) -> Direction {
        self.kind.direction(self.twice_on, self.drift)
    }

    /// Its money a month times how sure it is.
    pub fn expected_money(&self) -> Decimal {
        let chance = Decimal::from_f64(self.probability.get()).unwrap_or_default();
        self.monthly_impact * chance
    }
}

/// One row of `flags.csv` and the numbers behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlagLine {
    /// Stable over runs of one month.
    pub id: String,
    /// What it says.
    pub kind: FlagKind,
    /// Where it was raised.
    pub side: FlagSide,
    /// The client's name.
    pub client: String,
    /// The product's name; empty for a whole client.
    pub sku: String,
    /// The keys of what it is about; `None` in a run of a version that did not write them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<FlagKeys>,
    /// The month.
    pub month: Month,
    /// Units seen.
    #[serde(deserialize_with = "super::json::float")]
    pub observed: f64,
    /// Units expected.
    #[serde(deserialize_with = "super::json::float")]
    pub expected: f64,
    /// Lower end of the expected range.
    #[serde(deserialize_with = "super::json::float")]
    pub low: f64,
    /// Upper end of the expected range.
    #[serde(deserialize_with = "super::json::float")]
    pub high: f64,
    /// Chance of the like in a quiet month.
    #[serde(deserialize_with = "super::json::float")]
    pub p_value: f64,
    /// The probability that it is no chance.
    pub real: Probability,
    /// Money a month.
    #[serde(with = "rust_decimal::serde::str")]
    pub monthly_impact: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// One sentence or more.
    pub why: String,
    /// What is likely behind it, the likeliest first.
    #[serde(default)]
    pub causes: Vec<String>,
    /// What to look at next.
    #[serde(default)]
    pub check: String,
    /// What makes it go away.
    #[serde(default)]
    pub ends: String,
    /// The most probable right quantity, where there is something to set right.
    #[serde(default)]
    pub right: Option<LikelyRight>,
    /// The id of its cause: a finding's where that says the same; empty in a run of a version that did not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// The numbers behind it.
    pub evidence: Vec<(String, String)>,
    /// The months behind it, oldest first: month, units (`None` is a month without a row).
    pub history: Vec<(Month, Option<f64>)>,
    /// `file:row` of the month's rows.
    pub rows: Vec<String>,
}

/// The keys of what a flag is about, by side. Without a client it is about every client, without a product
/// about every product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagKeys {
    /// The client's at the vendor: several where accounts of one client are one series.
    pub vendor_clients: Vec<String>,
    /// The product's at the vendor: several where terms of one product are one series.
    pub vendor_skus: Vec<String>,
    /// The client's in the PSA.
    pub psa_clients: Vec<String>,
    /// The product's in the PSA.
    pub psa_skus: Vec<String>,
}

/// One row of `scores.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreLine {
    /// Which of a line's series; all of them for the p-value of the whole line.
    pub side: FlagSide,
    /// The client's name and the product's: one text for all the scores of a series.
    pub names: Arc<(String, String)>,
    /// The month.
    pub month: Month,
    /// What was judged.
    pub statistic: Statistic,
    /// Chance of the like in a quiet month.
    pub p_value: f64,
}
