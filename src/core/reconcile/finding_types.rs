//! What comparing and recomputing come to: types, apart from what makes them and what words them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::groups::Group;
use super::use_as_one::UseOf;
use crate::domain::{
    Direction, FindingKind, LineKey, LineKind, Money, Probability, Quantity, Side,
};

/// One difference of one group.
#[derive(Debug, Clone)]
pub struct Difference {
    /// What kind.
    pub kind: FindingKind,
    /// Units bought.
    pub bought: Quantity,
    /// Units billed.
    pub billed: Quantity,
    /// Money a month, never negative.
    pub impact: Money,
    /// That the names are matched right and the difference is real.
    pub probability: Probability,
    /// One sentence or two.
    pub why: String,
    /// The numbers behind it.
    pub evidence: Vec<(String, String)>,
    /// Rows on the vendor side.
    pub vendor_rows: Vec<usize>,
    /// Rows on the PSA side.
    pub psa_rows: Vec<usize>,
    /// For a duplicate: the side that has it twice.
    pub twice_on: Option<Side>,
    /// What tells it from others of its kind on the same lines; empty where there is but one.
    pub about: String,
}

impl Difference {
    /// Whose money it is.
    pub fn direction(&self) -> Direction {
        self.kind.direction(self.twice_on, (self.bought - self.billed).0)
    }
}

/// A group and its differences.
#[derive(Debug, Clone)]
pub struct Compared<'a> {
    /// The lines.
    pub group: Group<'a>,
    /// Units bought: what the group's vendor lines count.
    pub bought: Quantity,
    /// Units billed.
    pub billed: Quantity,
    /// What the client pays for one unit.
    pub price: Option<Money>,
    /// What one unit costs us.
    pub cost: Option<Money>,
    /// Whether what is bought is use, and how it is counted.
    pub use_of: UseOf,
    /// None where both sides agree.
    pub differences: Vec<Difference>,
    /// The line is bought and its PSA rows say that it is given away.
    pub given_away: bool,
    /// The prorations and credits of its lines, as positions in [`Reconciled::settlements`].
    pub settlements: Vec<usize>,
}

/// Every group of a month.
#[derive(Debug, Clone)]
pub struct Reconciled<'a> {
    /// In the order of their lines.
    pub groups: Vec<Compared<'a>>,
    /// Every proration, credit and change, recomputed, in file order.
    pub settlements: Vec<Settlement>,
}

impl Compared<'_> {
    /// What a unit earns: price less cost. `None` where one is not known, the two are in different
    /// currencies, or the price is that of a whole bundle.
    pub fn margin(&self) -> Option<Money> {
        let (price, cost) = (self.price?, self.cost?);
        let same = price.currency == cost.currency && !self.group.bundled;
        same.then(|| Money::new(price.amount - cost.amount, price.currency))
    }

    /// Bought less billed.
    pub fn drift(&self) -> Decimal {
        (self.bought - self.billed).0
    }
}

/// What became of recomputing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettlementVerdict {
    /// What is charged is what the rule gives, within a cent.
    Agrees,
    /// It is not.
    Differs,
    /// Nothing says what it should be.
    NotRecomputed,
}

impl SettlementVerdict {
    /// The word in `explained.csv`: `agrees`, `differs`, `not_recomputed`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::NotRecomputed => "not_recomputed",
        }
    }

    /// The word for people: `not recomputed`.
    pub fn words(self) -> String {
        self.word().replace('_', " ")
    }
}

/// One charge or credit that counts money and no units, recomputed; or the first bill of an addition that
/// counts units and came into force inside a month.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The line it belongs to.
    pub line: LineKey,
    /// Its row, or the refund and the charge of one change, in file order.
    pub rows: Vec<usize>,
    /// Proration or credit; a change of seats is a proration.
    pub kind: LineKind,
    /// What the file says.
    pub charged: Money,
    /// What the rule gives.
    pub due: Option<Money>,
    /// Whether the two agree.
    pub verdict: SettlementVerdict,
    /// How it was recomputed, in a sentence.
    pub why: String,
    /// For one that differs: that the difference is real.
    pub probability: Probability,
    /// The first row that says the same and is charged already.
    pub repeats: Option<usize>,
}

impl Settlement {
    /// Charged less due; nothing where it was not recomputed.
    pub fn gap(&self) -> Money {
        let due = self.due.map_or(self.charged.amount, |due| due.amount);
        Money::new(self.charged.amount - due, self.charged.currency)
    }
}
