//! What is behind differences and flags: those of one cause are one item, decided once.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Direction, Finding, FlagLine, Run};
use crate::domain::Currency;

/// One cause behind several findings or flags, or behind one that would stand alone only by chance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Stable over runs, and readable: `price_list:CFQ7TTC0LCHC:0002`.
    pub id: String,
    /// What happened.
    pub kind: CauseKind,
    /// The client it is about; empty where it is about several.
    pub client: String,
    /// The product it is about, or the contract; empty where it is about all of a client.
    pub what: String,
    /// What happened, in a sentence.
    pub words: String,
    /// Lines that it ended and that are no difference: no vendor sells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<FurtherLine>,
}

/// A line that a cause ended and that no vendor sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FurtherLine {
    /// The product's name.
    pub sku: String,
    /// Units billed before.
    #[serde(with = "rust_decimal::serde::str")]
    pub units: Decimal,
    /// What they were billed at a month.
    #[serde(with = "rust_decimal::serde::str")]
    pub money: Decimal,
    /// Its currency.
    pub currency: Currency,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// The vendor's price of a product is another one.
    PriceList,
    /// A contract ended in the PSA.
    ContractEnded,
    /// A client that one side has had before, and has no more.
    LostClient,
    /// A client that is new, on one side alone.
    NewClient,
    /// A client that one side alone knows.
    ClientAlone,
    /// Nobody has said yet who a client is.
    ClientUnanswered,
    /// Nobody has said yet what a product is.
    ProductUnanswered,
    /// A product is bought under one name and billed under another.
    Rename,
}

impl CauseKind {
    /// The word that its ids begin with.
    pub fn word(self) -> &'static str {
        match self {
            Self::PriceList => "price_list",
            Self::ContractEnded => "contract_ended",
            Self::LostClient => "lost_client",
            Self::NewClient => "new_client",
            Self::ClientAlone => "client_alone",
            Self::ClientUnanswered => "client_unanswered",
            Self::ProductUnanswered => "product_unanswered",
            Self::Rename => "rename",
        }
    }

    /// The kind for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::PriceList => "Price list moved",
            Self::ContractEnded => "Contract ended",
            Self::LostClient => "Client gone on one side",
            Self::NewClient => "New client on one side",
            Self::ClientAlone => "Client on one side alone",
            Self::ClientUnanswered => "Client not answered yet",
            Self::ProductUnanswered => "Product not answered yet",
            Self::Rename => "Two names, one product?",
        }
    }

    /// Its id for what it is about.
    pub fn id(self, about: &str) -> String {
        format!("{}:{about}", self.word())
    }
}

/// Findings and flags with one cause.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseItem<'run> {
    /// The cause's id; of what stands alone the finding's.
    pub id: &'run str,
    /// What happened; `None` of a finding that is its own cause.
    pub cause: Option<&'run Cause>,
    /// Its findings, in the run's order; at least one.
    pub findings: Vec<&'run Finding>,
    /// Its flags, in the run's order.
    pub flags: Vec<&'run FlagLine>,
}

/// Money of an item that may be added: of one direction, one currency, and claims or questions alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SumOf {
    /// Whether it is asked about.
    pub is_question: bool,
    /// Whose money.
    pub direction: Direction,
    /// In which currency.
    pub currency: Currency,
}

/// The findings of a run by cause, the most expected money first; of equals in the run's order.
pub fn cause_items(run: &Run) -> Vec<CauseItem<'_>> {
    let causes: BTreeMap<&str, &Cause> =
        run.causes.iter().map(|cause| (cause.id.as_str(), cause)).collect();
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    let mut items: Vec<CauseItem<'_>> = Vec::new();
    for finding in &run.findings {
        let id = finding.cause_or_own();
        let position = *at.entry(id).or_insert_with(|| {
            let cause = causes.get(id).copied();
            items.push(CauseItem { id, cause, findings: Vec::new(), flags: Vec::new() });
            items.len() - 1
        });
        items[position].findings.push(finding);
    }
    for flag in &run.flags {
        if let Some(&position) = at.get(flag.cause.as_str()) {
            items[position].flags.push(flag);
        }
    }
    // Stable: of equals the first of the run stays first.
    items.sort_by_cached_key(|item| std::cmp::Reverse(item.expected()));
    items
}

/// The flags that have no finding for a cause, in the run's order.
pub fn flags_alone(run: &Run) -> Vec<&FlagLine> {
    let told: BTreeSet<&str> = run.findings.iter().map(Finding::cause_or_own).collect();
    run.flags.iter().filter(|flag| !told.contains(flag.cause.as_str())).collect()
}

impl Finding {
    /// The id of its cause: its own where it stands alone.
    pub fn cause_or_own(&self) -> &str {
        if self.cause.is_empty() { &self.id } else { &self.cause }
    }
}

impl SumOf {
    /// Of which sum a finding is.
    pub fn of(finding: &Finding) -> Self {
        Self {
            is_question: !finding.is_claim(),
            direction: finding.direction(),
            currency: finding.currency,
        }
    }

    /// Whether a finding is of it.
    pub fn takes(&self, finding: &Finding) -> bool {
        *self == Self::of(finding)
    }

    /// `you lose it`, or that it is asked about.
    pub fn words(&self) -> &'static str {
        match (self.is_question, self.direction) {
            (true, Direction::Lose) => "you may lose, asked about",
            (true, Direction::Overpay) => "clients may overpay, asked about",
            (_, direction) => direction.of_one(),
        }
    }
}

impl CauseItem<'_> {
    /// Whether it is more than one finding.
    pub fn has_several(&self) -> bool {
        1 < self.findings.len()
    }

    /// How many lines are in it, flags and lines no vendor sells among them.
    pub fn n_lines(&self) -> usize {
        let further = self.cause.map_or(0, |cause| cause.further.len());
        self.findings.len() + self.flags.len() + further
    }

    /// The client it is about, or how many there are: `7 clients`.
    pub fn client(&self) -> String {
        let clients = self.n_clients();
        match clients {
            1 => self.findings[0].client.clone(),
            several => format!("{several} clients"),
        }
    }

    /// How many clients it is about.
    pub fn n_clients(&self) -> usize {
        let clients = self.findings.iter().map(|finding| finding.client.as_str());
        clients.collect::<BTreeSet<_>>().len()
    }

    /// The product it is about, or how many there are: `5 products`.
    pub fn sku(&self) -> String {
        let skus: BTreeSet<&str> =
            self.findings.iter().map(|finding| finding.sku.as_str()).collect();
        match skus.len() {
            1 => self.findings[0].sku.clone(),
            several => format!("{several} products"),
        }
    }

    /// What it comes to, what may not be added apart: claims before questions.
    pub fn sums(&self) -> Vec<(SumOf, Decimal)> {
        let mut sums: BTreeMap<SumOf, Decimal> = BTreeMap::new();
        for finding in &self.findings {
            *sums.entry(SumOf::of(finding)).or_default() += finding.monthly_impact;
        }
        sums.into_iter().collect()
    }

    /// Money times how sure it is, in the currency that has the most of it: what the order goes by.
    fn expected(&self) -> Decimal {
        let mut sums: BTreeMap<Currency, Decimal> = BTreeMap::new();
        for finding in &self.findings {
            *sums.entry(finding.currency).or_default() += finding.expected_money();
        }
        sums.into_values().max().unwrap_or_default()
    }
}
