//! How a finding stands: what is right, since when it is there, whether it came back, who wants it fixed.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::{
    ClientKey, Currency, FindingKind, LineKey, Money, Month, Side, SkuKey, Verdict,
};

/// The most probable right quantity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LikelyRight {
    /// Units.
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity: Decimal,
    /// What speaks for it.
    pub why: String,
}

impl LikelyRight {
    /// `42: the vendor has charged 42 since Jun 2026`
    pub fn words(&self) -> String {
        format!("{}: {}", self.quantity, self.why)
    }
}

/// Cost, price and margin of a finding, apart from each other; all in the finding's currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingMoney {
    /// Twelve times the monthly impact.
    #[serde(with = "rust_decimal::serde::str")]
    pub yearly_impact: Decimal,
    /// What one unit costs us a month.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub unit_cost: Option<Decimal>,
    /// What the client pays for one unit a month; for a part of a bundle, the bundle's price.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub unit_price: Option<Decimal>,
    /// Price less cost; none for a part of a bundle.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub unit_margin: Option<Decimal>,
}

/// What units that nobody is billed for would bring a month, at the price such units are sold at here. In the
/// finding's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtPrice {
    /// The price of one unit for one month.
    #[serde(with = "rust_decimal::serde::str")]
    pub unit: Decimal,
    /// All units at that price.
    #[serde(with = "rust_decimal::serde::str")]
    pub monthly: Decimal,
    /// Where the price is from.
    pub from: PriceFrom,
}

/// Whose price it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceFrom {
    /// The client's own, on a line of this month that bills no unit of it.
    ThisClient {
        /// The product's name there.
        sku: String,
    },
    /// The client's own, in the last month that billed it.
    ThisClientIn {
        /// Which.
        month: Month,
    },
    /// What other clients pay this month: the one in the middle.
    OtherClients {
        /// How many lines of other clients have a price.
        n: usize,
    },
}

impl PriceFrom {
    /// `this client's price in Sep 2026`
    pub fn words(&self) -> String {
        match self {
            Self::ThisClient { sku } => format!("this client's price on its line {sku}"),
            Self::ThisClientIn { month } => format!("this client's price in {}", month.short()),
            Self::OtherClients { n: 1 } => "the price of the one other client that has it".into(),
            Self::OtherClients { n } => format!("the middle price of {n} lines of other clients"),
        }
    }
}

impl AtPrice {
    /// `$234.00 a month at $9.00 a unit: this client's price in Sep 2026`
    pub fn words(&self, currency: Currency) -> String {
        let monthly = Money::new(self.monthly, currency);
        format!("{monthly} a month at {}: {}", self.each(currency), self.from.words())
    }

    /// `$9.00 a unit`, with all its places where a cent is not enough.
    pub fn each(&self, currency: Currency) -> String {
        let unit = self.unit.normalize();
        match unit.scale() <= 2 {
            true => format!("{} a unit", Money::new(unit, currency)),
            false => format!("{unit} {currency} a unit"),
        }
    }
}

/// The unbroken run of months, this one the last, with the same kind of difference on the same line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// The first of them.
    pub month: Month,
    /// How many, this one included.
    pub n_months: usize,
    /// The sum of each month's own impact, in the finding's currency.
    #[serde(with = "rust_decimal::serde::str")]
    pub so_far: Decimal,
}

impl Since {
    /// `drifting since Jun 2026, 5 months, $1,320.00 so far`; what one side lacks altogether does not drift.
    pub fn words(&self, kind: FindingKind, currency: Currency) -> String {
        let how = match kind {
            FindingKind::NotBilled => "not billed",
            FindingKind::NotBought => "not bought",
            FindingKind::Duplicate => "twice",
            FindingKind::BelowCost => "below cost",
            FindingKind::UnderBilled | FindingKind::OverBilled | FindingKind::PriceChanged => {
                "drifting"
            }
        };
        let months = if self.n_months == 1 { "month" } else { "months" };
        let months = format!("{} {months}", self.n_months);
        let money = Money::new(self.so_far, currency);
        format!("{how} since {}, {months}, {money} so far", self.month.short())
    }
}

/// Who decided that a difference is to be fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// [`Verdict::FixPsa`] or [`Verdict::FixVendor`].
    pub verdict: Verdict,
    /// The person's reason.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// The day; empty where it is not known.
    pub on: String,
}

impl Raised {
    /// The side that is to change.
    pub fn side(&self) -> Side {
        match self.verdict {
            Verdict::FixVendor => Side::Vendor,
            _ => Side::Psa,
        }
    }

    /// `decided by kim on 2026-11-02 (as agreed by phone)`
    pub fn words(&self) -> String {
        let by = if self.by.is_empty() { String::new() } else { format!(" by {}", self.by) };
        let on = if self.on.is_empty() { String::new() } else { format!(" on {}", self.on) };
        let reason =
            if self.reason.is_empty() { String::new() } else { format!(" ({})", self.reason) };
        format!("decided{by}{on}{reason}")
    }
}

/// One of the lines a finding compares, or one its names lead to that this month does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingLine {
    /// Which books.
    pub side: Side,
    /// The client's key there.
    pub client: String,
    /// The client's name there.
    pub client_name: String,
    /// The product's key there.
    pub sku: String,
    /// The product's name there.
    pub sku_name: String,
    /// Its currency.
    pub currency: Currency,
    /// One unit for one month.
    #[serde(with = "rust_decimal::serde::str_option")]
    pub unit: Option<Decimal>,
    /// Its units by agreement, contract or subscription; none where this month has no such line.
    pub shares: Vec<AgreementShare>,
    /// It is a bundle that counts beside lines of the product itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_bundle: bool,
}

/// The units a line has under one agreement, contract or subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementShare {
    /// As written; `None` where the export names none.
    pub agreement: Option<String>,
    /// Units.
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity: Decimal,
}

impl FindingLine {
    /// Whether this month has the line.
    pub fn is_here(&self) -> bool {
        !self.shares.is_empty()
    }

    /// Its units.
    pub fn quantity(&self) -> Decimal {
        self.shares.iter().map(|share| share.quantity).sum()
    }

    /// What makes it one line.
    pub fn key(&self) -> LineKey {
        LineKey {
            side: self.side,
            client: ClientKey((&self.client).into()),
            sku: SkuKey((&self.sku).into()),
            currency: self.currency,
        }
    }
}
