//! One data row of an export, as understood.

use std::fmt;

use compact_str::CompactString;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{CellPlace, Exclusion, ExportFormat, Money, Month, Place, Quantity, UnknownWords};

/// Which books a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What a vendor charges us: bought.
    Vendor,
    /// What we charge a client: billed.
    Psa,
}

impl Side {
    /// The word in files: `vendor`, `psa`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Psa => "psa",
        }
    }

    /// The side this one is compared with.
    pub fn other(self) -> Self {
        match self {
            Self::Vendor => Self::Psa,
            Self::Psa => Self::Vendor,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The key of a client on one side: the side's id where its export has one, else the name as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientKey(pub CompactString);

/// The key of a product on one side: the side's id where its export has one, else the name as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SkuKey(pub CompactString);

impl fmt::Display for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for SkuKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a row charges for. Only a full period counts units; every kind counts money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Units for one whole billing period.
    FullPeriod,
    /// Part of a period: a mid-month change.
    Proration,
    /// Money given back.
    Credit,
    /// Charged once: setup, hardware, an activation.
    OneOff,
    /// Metered: the vendor's own quantity rule.
    Usage,
}

impl LineKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::FullPeriod, Self::Proration, Self::Credit, Self::OneOff, Self::Usage];

    /// The word in files: `full_period`, `proration`, `credit`, `one_off`, `usage`.
    pub fn word(self) -> &'static str {
        match self {
            Self::FullPeriod => "full_period",
            Self::Proration => "proration",
            Self::Credit => "credit",
            Self::OneOff => "one_off",
            Self::Usage => "usage",
        }
    }
}

/// One data row of an export, as understood. What was written is kept beside what is compared.
///
/// Rows come by the million and most of their texts are short: those are held in place.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportRow {
    /// Where it stands.
    pub place: Place,
    /// Which books it comes from.
    pub side: Side,
    /// How it was read.
    pub format: &'static ExportFormat,
    /// The client's id, else its name.
    pub client: ClientKey,
    /// The client's name as written; the id where the export has no name; empty for no client.
    pub client_name: CompactString,
    /// The client's domain or tenant, where the export has one.
    pub client_domain: Option<CompactString>,
    /// The product's id, else its name.
    pub sku: SkuKey,
    /// The product's name as written; the id where the export has no name.
    pub sku_name: CompactString,
    /// Further product codes on the row: part numbers, vendor SKUs, offer ids.
    pub codes: Vec<CompactString>,
    /// What the row charges for.
    pub kind: LineKind,
    /// Units as written.
    pub quantity: Quantity,
    /// Units included in the agreement and not billed (ConnectWise "Less Included").
    pub included: Quantity,
    /// One unit for one month: what it costs us (vendor) or what the client pays (psa).
    pub unit: Option<Money>,
    /// The row's money in its file's own total: charged to us (vendor) or billed (psa).
    pub amount: Money,
    /// The unit's other price where the file has one: the suggested client price on a vendor file,
    /// the cost the PSA believes on a PSA file.
    pub other_unit: Option<Money>,
    /// One unit for the whole billing period before any proration, where the row says it beside what it
    /// charges.
    pub list_unit: Option<Money>,
    /// One unit for the part of its first period that the row is in force, where the PSA shows it
    /// (ConnectWise `Prorate Price`).
    pub prorated_unit: Option<Money>,
    /// First day charged for, or the day the row takes effect.
    pub period_start: Option<Date>,
    /// Last day charged for, or the day the row is cancelled, as written.
    pub period_end: Option<Date>,
    /// Commitment and billing as written: `Annual`, `P1Y:1`.
    pub term: Option<CompactString>,
    /// The vendor's subscription, or the PSA's agreement or contract.
    pub agreement: Option<CompactString>,
    /// The row's own charge type or status, as written: `prorate`, `addQuantity`, `DoNotBill`.
    pub charge_type: Option<CompactString>,
    /// What links the rows of one change (Partner Center `ReferenceId`, Pax8 `details`), or tells whose an
    /// addition is (ConnectWise `Level`).
    pub reference: Option<CompactString>,
    /// Set when the row is understood and not compared.
    pub exclusion: Option<Exclusion>,
    /// The words of a stored row that a newer version wrote and this one does not know.
    pub unknown: Option<Box<UnknownWords>>,
}

impl ExportRow {
    /// Units this row adds to its line: full-period units less those included; none for every other
    /// kind, and none for an excluded row. Usage counts its own quantity.
    pub fn units(&self) -> Quantity {
        match (self.exclusion, self.kind) {
            (None, LineKind::FullPeriod | LineKind::Usage) => {
                self.quantity.less_included(self.included)
            }
            _ => Quantity::ZERO,
        }
    }

    /// The row's money for one month: a charge for a quarter, a half or whole years is spread over its
    /// months, and the charge of a change stands for the whole month its units are in force.
    pub fn monthly_amount(&self) -> Money {
        let Some(unit) = self.unit.filter(|unit| unit.currency == self.amount.currency) else {
            return self.amount;
        };
        let Some(month) = self.units().0.checked_mul(unit.amount) else { return self.amount };
        if self.is_half_of_change() {
            return Money::new(month, self.amount.currency);
        }
        // A unit price that had to be divided is exact to six places only.
        let noise = Decimal::new(1, 2) + self.units().0.abs() * Decimal::new(1, 4);
        let is_of = |months: &i64| {
            let several = month.checked_mul(Decimal::from(*months));
            several.is_some_and(|several| (several - self.amount.amount).abs() <= noise)
        };
        // What costs nothing costs nothing in any number of months.
        let months = [3, 6, 12, 24, 36, 60].into_iter().find(is_of);
        match months.filter(|_| self.amount.amount.abs() > noise) {
            Some(months) => {
                Money::new(self.amount.amount / Decimal::from(months), self.amount.currency)
            }
            None => self.amount,
        }
    }

    /// Whether the row is the refund or the charge of a change of seats, where its format writes such in
    /// pairs.
    pub fn is_half_of_change(&self) -> bool {
        let charge = self.charge_type.as_deref().unwrap_or_default();
        self.format.halves_of_change.iter().any(|word| charge.eq_ignore_ascii_case(word))
    }

    /// Whether the row takes part in the comparison.
    pub fn is_compared(&self) -> bool {
        self.exclusion.is_none()
    }

    /// The month the row's period starts in, where it has one.
    pub fn period_month(&self) -> Option<Month> {
        self.period_start.and_then(Month::of)
    }
}

/// The sum a file states of its own rows, in a row of totals.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedTotal {
    /// Which books the file belongs to.
    pub side: Side,
    /// The file's base name.
    pub file: String,
    /// The sum.
    pub total: Money,
}

/// A data row that could not be read, and why. It is listed in `rejected.csv`, never dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct RejectedRow {
    /// The cell that could not be read.
    pub at: CellPlace,
    /// Which books the file belongs to.
    pub side: Side,
    /// What the column holds, in plain words.
    pub expected: String,
    /// The cell's text, unchanged.
    pub found: String,
    /// The row's money where that much could be read.
    pub amount: Option<Money>,
    /// Its client where that much could be read.
    pub client: Option<ClientKey>,
    /// Its client's name where that much could be read.
    pub client_name: Option<CompactString>,
    /// Its product where that much could be read.
    pub sku: Option<SkuKey>,
}
