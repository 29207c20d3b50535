//! One made-up MSP in full: who its clients are, what they have, and every month of it.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::catalogue::Product;
use super::clients::Client;
use super::recipe::Recipe;
use super::truth::Anomaly;
use seatdrift_core::domain::Month;

/// A product as the vendor sells it to this MSP.
#[derive(Debug, Clone)]
pub(super) struct VendorSku {
    /// The product.
    pub product: &'static Product,
    /// The vendor's product id, its own for each term.
    pub product_id: String,
    /// The distributor's code, its own for each term.
    pub code: String,
    /// The name on the invoice.
    pub name: String,
    /// The commitment.
    pub term: Term,
    /// What one unit costs in each month.
    pub cost: Vec<Decimal>,
    /// The client price the vendor suggests.
    pub suggested: Decimal,
}

/// How long a subscription is committed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Term {
    /// A month.
    Monthly,
    /// A year, paid monthly.
    Annual,
    /// Metered, billed afterwards.
    Arrears,
}

/// A product as the PSA bills it.
#[derive(Debug, Clone)]
pub(super) struct PsaProduct {
    /// The PSA's product code.
    pub code: String,
    /// The service's record id.
    pub service_id: String,
    /// The description on the addition.
    pub name: String,
    /// What a client pays, before a line's own price.
    pub price: Decimal,
}

/// How the vendor's and the PSA's products of one offer belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfferKind {
    /// All vendor SKUs are one PSA product.
    Plain,
    /// Each vendor SKU is a part of one PSA product.
    Bundle,
    /// Bought and rightly never billed as such: metered usage.
    VendorOnly,
    /// Billed and never bought: the MSP's own work.
    OwnService,
    /// The same, billed to most clients for every person.
    ServiceDesk,
    /// A seat that holds a product which other clients are billed alone.
    Seat,
    /// Usage of one unit whose amount differs every month, billed on with a margin.
    Metered,
}

/// Something the MSP sells.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    /// How its two sides belong together.
    pub kind: OfferKind,
    /// As bought.
    pub vendor: Vec<VendorSku>,
    /// As billed.
    pub psa: Option<PsaProduct>,
    /// Further codes of the same product in the PSA.
    pub further_psa: Vec<PsaProduct>,
}

impl Offer {
    /// The PSA product of a code: 0 for the first, then the further ones.
    pub(super) fn psa_of(&self, code: usize) -> Option<&PsaProduct> {
        match code.checked_sub(1) {
            None => self.psa.as_ref(),
            Some(further) => self.further_psa.get(further),
        }
    }
}

/// Whether a PSA row is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Billing {
    Billable,
    DoNotBill,
}

/// One PSA row of one month.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Addition {
    /// Units.
    pub quantity: u32,
    /// Units of these that are not billed.
    pub included: u32,
    /// What one unit costs the client a month.
    pub price: Decimal,
    /// The first day it holds.
    pub effective: Date,
    /// The day it ends.
    pub cancelled: Option<Date>,
    /// Whether it is billed.
    pub billing: Billing,
    /// Under which of the offer's PSA codes.
    pub code: usize,
}

impl Addition {
    /// Units billed at the end of a month.
    pub(super) fn billed(&self, month: Month) -> u32 {
        let last = month.last_day();
        let in_force = self.effective <= last && self.cancelled.is_none_or(|day| last < day);
        match self.billing {
            Billing::Billable if in_force => self.quantity - self.included.min(self.quantity),
            _ => 0,
        }
    }
}

/// One vendor subscription of a line: a SKU on an account.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Which of the offer's vendor SKUs.
    pub sku_idx: usize,
    /// Which of the client's accounts.
    pub account_idx: usize,
    /// The subscription's id.
    pub subscription: String,
    /// How many of the line's units it holds.
    pub share: Share,
}

/// How a line's units are split over its subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// All of them, as every part of a bundle does.
    All,
    /// So many at most.
    UpTo(u32),
    /// What is above so many.
    Above(u32),
}

/// One client × one offer, month by month.
#[derive(Debug, Clone)]
pub(super) struct PlannedLine {
    /// Whose.
    pub client_idx: usize,
    /// What.
    pub offer_idx: usize,
    /// Its subscriptions.
    pub parts: Vec<Part>,
    /// Units bought in each month.
    pub bought: Vec<u32>,
    /// Units that the PSA's people mean to bill in each month.
    pub billed: Vec<u32>,
    /// Units of those bought that a seat of the client's holds, in each month; none where there is no seat.
    pub in_seats: Vec<u32>,
    /// What one unit costs the client in each month.
    pub price: Vec<Decimal>,
    /// Under which of the offer's PSA codes it is billed.
    pub code: usize,
    /// Units above so many are billed under the offer's other code.
    pub split_above: Option<u32>,
    /// The PSA's rows of each month.
    pub additions: Vec<Vec<Addition>>,
    /// What went wrong between the two sides.
    pub slip: Option<Slip>,
    /// Whether something was made unusual about it, so that nothing else is.
    pub is_taken: bool,
}

impl PlannedLine {
    /// Units bought that are to be billed by themselves.
    pub(super) fn bought_alone(&self, month_idx: usize) -> u32 {
        let in_seats = self.in_seats.get(month_idx).copied().unwrap_or_default();
        self.bought[month_idx].saturating_sub(in_seats)
    }

    /// Units bought on one subscription in a month.
    pub(super) fn part_units(&self, part: &Part, month_idx: usize) -> u32 {
        let units = self.bought[month_idx];
        match part.share {
            Share::All => units,
            Share::UpTo(most) => units.min(most),
            Share::Above(most) => units.saturating_sub(most),
        }
    }

    /// Whether a month's exports have a row of it.
    pub(super) fn is_written(&self, month_idx: usize) -> bool {
        self.bought[month_idx] > 0 || !self.additions[month_idx].is_empty()
    }
}

/// A mistake or a choice that made the two sides differ, from a month until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slip {
    /// Which.
    pub cause: Cause,
    /// The first month.
    pub from: usize,
    /// The first month it is right again; the number of months where it still is wrong.
    pub to: usize,
}

/// Why the two sides differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Seats were added at the vendor, and the PSA was not told.
    AddedNotBilled,
    /// People left, the seats were given up, and the client still pays.
    LeaversStillBilled,
    /// A product was sold and never put into the PSA.
    NeverBilled,
    /// A product was cancelled at the vendor and not in the PSA.
    CancelledStillBilled,
    /// An addition was entered twice.
    EnteredTwice,
    /// The vendor's price rose above what the client pays.
    OldPrice,
    /// The whole client left the vendor and is still billed.
    ClientGone,
    /// The vendor changed its price list.
    PriceList,
    /// Some seats are part of the agreement's price; the MSP accepts it.
    AcceptedIncluded,
    /// The line is given away; the MSP accepts it.
    AcceptedFree,
    /// No loss: a service of the MSP's own, which no vendor sells.
    OwnService,
    /// No loss: the MSP's own use.
    OwnUse,
    /// No loss: a seat or a bundle holds it.
    InBundle,
    /// No loss: metered, and billed on.
    Metered,
    /// The client stands in these books alone this month: a question, or a line without a partner.
    OneSided,
}

impl Cause {
    /// The word in `truth/differences.csv`. Those the MSP has accepted start with `accepted_`.
    pub fn word(self) -> &'static str {
        match self {
            Self::AddedNotBilled => "added_not_billed",
            Self::LeaversStillBilled => "leavers_still_billed",
            Self::NeverBilled => "never_billed",
            Self::CancelledStillBilled => "cancelled_still_billed",
            Self::EnteredTwice => "entered_twice",
            Self::OldPrice => "old_price",
            Self::ClientGone => "client_gone",
            Self::PriceList => "price_list",
            Self::AcceptedIncluded => "accepted_included",
            Self::AcceptedFree => "accepted_free",
            Self::OwnService => "own_service",
            Self::OwnUse => "own_use",
            Self::InBundle => "in_bundle",
            Self::Metered => "metered",
            Self::OneSided => "one_sided",
        }
    }

    /// Whether the MSP decided that the difference stays.
    pub fn is_accepted(self) -> bool {
        matches!(self, Self::AcceptedIncluded | Self::AcceptedFree)
    }
}

/// One made-up MSP.
#[derive(Debug)]
pub(super) struct World<'a> {
    /// What it was made from.
    pub recipe: &'a Recipe,
    /// The months, oldest first.
    pub months: Vec<Month>,
    /// The clients.
    pub clients: Vec<Client>,
    /// What is sold.
    pub offers: Vec<Offer>,
    /// Who has what.
    pub lines: Vec<PlannedLine>,
    /// What a good eye should notice.
    pub anomalies: Vec<Anomaly>,
}

impl World<'_> {
    /// The offer of the seat, where there is one.
    pub(super) fn seat(&self) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.kind == OfferKind::Seat)
    }

    /// The newest month's position.
    pub(super) fn last(&self) -> usize {
        self.months.len() - 1
    }
}
