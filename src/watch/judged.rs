//! What the day's scoring says of the lines that are watched.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use seatdrift_core::domain::Direction;
use seatdrift_core::run::compared_lines::statuses;
use seatdrift_core::run::{ComparedLine, Finding, LineStatus, Run};
use serde::{Deserialize, Serialize};

use crate::relation::{Relation, names};
use crate::seen::LineName;

/// What a scoring says of a day.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// Which lines belong together.
    pub relation: Relation,
    /// How each compared line stands.
    pub lines: Vec<JudgedLine>,
}

/// One compared line.
#[derive(Debug, Clone)]
pub struct JudgedLine {
    /// The lines of both sides it is made of.
    pub names: BTreeSet<LineName>,
    /// How it stands.
    pub status: LineStatus,
    /// What is claimed of it; questions and news are no claims.
    pub claims: Vec<Claim>,
}

/// A difference that is money of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The finding's id, for `explain`.
    pub id: String,
    /// Its kind, as the word in files.
    pub kind: String,
    /// The client's name.
    pub client: String,
    /// The product's.
    pub sku: String,
    /// Units bought.
    #[serde(with = "rust_decimal::serde::str")]
    pub bought: Decimal,
    /// Units billed.
    #[serde(with = "rust_decimal::serde::str")]
    pub billed: Decimal,
    /// Money a month.
    #[serde(with = "rust_decimal::serde::str")]
    pub impact: Decimal,
    /// Its currency.
    pub currency: String,
    /// Whose money it is, in words.
    pub whose: String,
    /// Why, in a sentence or two.
    pub why: String,
}

impl Judged {
    /// What a scoring of the day says.
    pub fn of(run: &Run, lines: &[ComparedLine]) -> Self {
        let judged = lines.iter().zip(statuses(run, lines)).map(|(line, status)| {
            let is_own = |finding: &&Finding| line.findings.contains(&finding.id);
            let findings = match line.findings.is_empty() {
                true => Vec::new(),
                false => run.findings.iter().filter(is_own).collect(),
            };
            let claims = findings.into_iter().filter(|one| is_money(one)).map(Claim::of);
            JudgedLine {
                names: names(line).into_iter().collect(),
                status,
                claims: claims.collect(),
            }
        });
        Self { lines: judged.collect(), relation: Relation::of(lines) }
    }

    /// The compared lines that have one of these.
    pub fn about<'a>(
        &'a self,
        names: &'a BTreeSet<LineName>,
    ) -> impl Iterator<Item = &'a JudgedLine> {
        self.lines.iter().filter(|line| !line.names.is_disjoint(names))
    }
}

fn is_money(finding: &Finding) -> bool {
    finding.is_claim() && finding.direction() != Direction::News
}

impl Claim {
    fn of(finding: &Finding) -> Self {
        Self {
            id: finding.id.clone(),
            kind: finding.kind.word().to_owned(),
            client: finding.client.clone(),
            sku: finding.sku.clone(),
            bought: finding.vendor_quantity,
            billed: finding.psa_quantity,
            impact: finding.monthly_impact,
            currency: finding.currency.code().to_owned(),
            whose: finding.direction().of_one().to_owned(),
            why: finding.why.clone(),
        }
    }
}
