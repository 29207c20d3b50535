//! Every line that was compared, whether or not its sides agree: one row of `lines.csv` each.
//!
//! They are many, and are no part of `run.json`: like the scores they are written once, when a month is scored.
//! How a line stands follows from its findings, so that it is true when the files are written again.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::{Direction, Finding, Run};
use crate::domain::Currency;

/// One row of `lines.csv`: what is compared together, of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedLine {
    /// The PSA's client name where matched, else the vendor's.
    pub client: String,
    /// The PSA's product name where matched, else the vendor's.
    pub sku: String,
    /// The client's keys at the vendor, separated by `;`; empty where nothing is bought.
    pub vendor_client: String,
    /// The product's keys there.
    pub vendor_sku: String,
    /// The client's keys in the PSA; empty where nothing is billed.
    pub psa_client: String,
    /// The product's keys there: with those of bundles that hold it.
    pub psa_sku: String,
    /// Units bought.
    pub bought: Decimal,
    /// Units billed.
    pub billed: Decimal,
    /// What one unit costs us a month.
    pub unit_cost: Option<Decimal>,
    /// What the client pays for one a month; for a part of a bundle, the bundle's price.
    pub unit_price: Option<Decimal>,
    /// The currency of its money, the vendor's where both sides have one.
    pub currency: Option<Currency>,
    /// What it brings less what it costs this month; `None` for a part of a bundle.
    pub margin: Option<Decimal>,
    /// How it stands where it has no finding.
    pub status: LineStatus,
    /// The ids of its findings.
    pub findings: Vec<String>,
}

/// How a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineStatus {
    /// Nothing differs.
    Agrees,
    /// It has a finding that is a claim.
    Differs,
    /// It has a finding that is only a question.
    Question,
    /// Somebody decided that its difference is to be fixed.
    ToFix,
    /// Somebody decided that its difference is right.
    Settled,
    /// The PSA says that it is not charged.
    GivenAway,
    /// Somebody said that one side alone has it, and that this is right.
    Alone,
}

/// A word that is no status of a line.
#[derive(Debug, thiserror::Error)]
#[error("expected how a line stands, as {}", words())]
pub struct LineStatusError;

impl LineStatus {
    const WORDS: [(&'static str, Self); 7] = [
        ("agrees", Self::Agrees),
        ("differs", Self::Differs),
        ("question", Self::Question),
        ("to_fix", Self::ToFix),
        ("settled", Self::Settled),
        ("given_away", Self::GivenAway),
        ("alone", Self::Alone),
    ];
}

fn words() -> String {
    LineStatus::WORDS.map(|(word, _)| word).join(", ")
}

impl fmt::Display for LineStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word =
            Self::WORDS.iter().find(|(_, status)| status == self).map_or("", |(word, _)| word);
        f.write_str(word)
    }
}

impl FromStr for LineStatus {
    type Err = LineStatusError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::WORDS.iter().find(|(word, _)| *word == text);
        found.map(|(_, status)| *status).ok_or(LineStatusError)
    }
}

impl ComparedLine {
    /// By client and product, then by the keys of both sides.
    pub fn by_name(&self, other: &Self) -> Ordering {
        fn key(line: &ComparedLine) -> [&str; 6] {
            let ComparedLine { client, sku, .. } = line;
            let vendor = [&line.vendor_client, &line.vendor_sku];
            [client, sku, vendor[0], vendor[1], &line.psa_client, &line.psa_sku]
        }
        key(self).cmp(&key(other)).then_with(|| self.currency.cmp(&other.currency))
    }
}

/// How every line of a run stands, in their order: the strongest of what its findings say. A new price alone
/// is no difference of a line.
pub fn statuses(run: &Run, lines: &[ComparedLine]) -> Vec<LineStatus> {
    let by_id: FxHashMap<&str, &Finding> =
        run.findings.iter().map(|finding| (finding.id.as_str(), finding)).collect();
    let of = |line: &ComparedLine| {
        let findings = line.findings.iter().filter_map(|id| by_id.get(id.as_str()));
        let own: Vec<&&Finding> =
            findings.filter(|one| one.direction() != Direction::News).collect();
        if own.iter().any(|one| one.raised.is_some()) {
            LineStatus::ToFix
        } else if own.iter().any(|one| one.is_claim()) {
            LineStatus::Differs
        } else if !own.is_empty() {
            LineStatus::Question
        } else if line.findings.is_empty() {
            line.status
        } else {
            LineStatus::Agrees
        }
    };
    lines.iter().map(of).collect()
}
