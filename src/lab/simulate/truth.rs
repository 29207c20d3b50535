//! What is really so in a made-up MSP.

use rust_decimal::Decimal;

use super::clients::{Client, Role};
use super::no_loss::{keys, no_loss};
use super::true_pairs::{client_pairs, sku_pairs};
use super::world::{Cause, Offer, OfferKind, Part, PlannedLine, World};
use seatdrift_core::domain::Month;
use seatdrift_core::domain::money::to_cents;

/// Everything a score can be measured against.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// Which clients are the same, by the sides' keys; a side is empty where there is no partner.
    pub clients: Vec<TruePair>,
    /// Which products are.
    pub skus: Vec<TruePair>,
    /// Every month's differences between bought and billed, oldest first.
    pub differences: Vec<Difference>,
    /// What a good eye should notice, oldest first.
    pub anomalies: Vec<TrueAnomaly>,
    /// What looks like a difference and is no loss, oldest first; told of books with hardships only.
    pub no_loss: Vec<Difference>,
    /// Answers about names that the reviewer got wrong, as they would have been right.
    pub mistakes: Vec<TruePair>,
}

/// How two keys belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// They are the same.
    Same,
    /// The vendor's is one part of the PSA's bundle.
    Bundle,
    /// This key has no partner, and that is right.
    None,
}

impl Relation {
    /// The word in the truth files and, as a verdict, in `decisions.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Bundle => "bundle",
            Self::None => "none",
        }
    }
}

/// Two keys that belong together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TruePair {
    /// The vendor's key; empty where the PSA's has no partner.
    pub vendor: String,
    /// The PSA's key; empty where the vendor's has no partner.
    pub psa: String,
    /// How they belong together.
    pub relation: Relation,
}

/// The keys of a line in both books; none on a side that has no such line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineNamed {
    /// The client's accounts at the vendor.
    pub vendor_clients: Vec<String>,
    /// The vendor's products.
    pub vendor_skus: Vec<String>,
    /// The client in the PSA.
    pub psa_clients: Vec<String>,
    /// The product's codes in the PSA.
    pub psa_skus: Vec<String>,
}

/// One difference of one month.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The month.
    pub month: Month,
    /// The client's name in the PSA.
    pub client: String,
    /// The product's name in the PSA.
    pub sku: String,
    /// The kind of finding it makes: `under_billed`, …
    pub kind: &'static str,
    /// Units bought.
    pub bought: u32,
    /// Units billed.
    pub billed: u32,
    /// Units that are right: what the client has, those given away too, which a line without a charge bills;
    /// where some are part of the agreement's price, what is billed.
    pub right: u32,
    /// What it costs somebody a month; never negative.
    pub monthly_impact: Decimal,
    /// Why.
    pub cause: Cause,
    /// Its keys.
    pub keys: LineNamed,
}

/// What may be noticed about a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnomalyKind {
    /// It grew every month and stopped.
    StalledGrowth,
    /// It swings.
    ErraticQuantity,
    /// It jumped to another level.
    LevelShift,
    /// It is gone.
    Vanished,
    /// It is new.
    NewLine,
    /// The difference of the two sides grows.
    CompoundingDrift,
    /// The price of one unit changed.
    PriceShift,
}

impl AnomalyKind {
    /// The kind of flag: `stalled_growth`, …
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
}

/// Where it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnomalySide {
    /// In what is bought.
    Vendor,
    /// In what is billed.
    Psa,
    /// In both alike.
    Both,
    /// In the difference of the two.
    Drift,
}

impl AnomalySide {
    /// The word in flags: `vendor`, `psa`, `both`, `drift`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Psa => "psa",
            Self::Both => "both",
            Self::Drift => "drift",
        }
    }
}

/// One thing to notice, with names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrueAnomaly {
    /// The month.
    pub month: Month,
    /// What.
    pub kind: AnomalyKind,
    /// Where it shows.
    pub side: AnomalySide,
    /// The client's name in the PSA, else the vendor's.
    pub client: String,
    /// The product's name in the PSA, else the vendor's; empty for a whole client.
    pub sku: String,
    /// What happened.
    pub detail: String,
}

/// One thing to notice, by position.
#[derive(Debug, Clone)]
pub(super) struct Anomaly {
    pub month_idx: usize,
    pub kind: AnomalyKind,
    pub side: AnomalySide,
    pub client_idx: usize,
    pub offer_idx: Option<usize>,
    pub detail: String,
}

impl Anomaly {
    /// About one line.
    pub(super) fn planned(
        month_idx: usize,
        kind: AnomalyKind,
        side: AnomalySide,
        line: &PlannedLine,
        detail: String,
    ) -> Self {
        let (client_idx, offer_idx) = (line.client_idx, Some(line.offer_idx));
        Self { month_idx, kind, side, client_idx, offer_idx, detail }
    }
}

/// The truth of a world.
pub(super) fn truth(world: &World<'_>) -> Truth {
    let mut differences = Vec::new();
    for month_idx in 0..world.months.len() {
        for line in &world.lines {
            line_differences(world, line, month_idx, &mut differences);
        }
    }
    let mut anomalies: Vec<TrueAnomaly> =
        world.anomalies.iter().map(|anomaly| named(world, anomaly)).collect();
    anomalies.sort();
    anomalies.dedup();
    Truth {
        clients: client_pairs(world),
        skus: sku_pairs(world),
        differences,
        anomalies,
        no_loss: no_loss(world),
        mistakes: Vec::new(),
    }
}

fn named(world: &World<'_>, anomaly: &Anomaly) -> TrueAnomaly {
    TrueAnomaly {
        month: world.months[anomaly.month_idx],
        kind: anomaly.kind,
        side: anomaly.side,
        client: shown_client(&world.clients[anomaly.client_idx], anomaly.month_idx).to_owned(),
        sku: anomaly.offer_idx.map_or("", |idx| sku_noticed(world, anomaly, idx)).to_owned(),
        detail: anomaly.detail.clone(),
    }
}

/// The name a report shows for a client in a month.
pub(super) fn shown_client(client: &Client, month_idx: usize) -> &str {
    match (&client.psa, client.accounts.first()) {
        (Some(psa), _) => psa.name.at(month_idx),
        (None, Some(account)) => account.name.at(month_idx),
        (None, None) => "",
    }
}

fn sku_noticed<'a>(world: &'a World<'_>, anomaly: &Anomaly, offer_idx: usize) -> &'a str {
    let offer = &world.offers[offer_idx];
    let is_its =
        |line: &&PlannedLine| line.client_idx == anomaly.client_idx && line.offer_idx == offer_idx;
    match offer.further_psa.is_empty() {
        true => shown_sku(offer, 0),
        false => shown_sku(offer, world.lines.iter().find(is_its).map_or(0, |line| line.code)),
    }
}

/// The name a report shows for an offer, billed under a code.
pub(super) fn shown_sku(offer: &Offer, code: usize) -> &str {
    match (offer.psa_of(code), offer.vendor.first()) {
        (Some(psa), _) => &psa.name,
        (None, Some(sku)) => &sku.name,
        (None, None) => "",
    }
}

/// The money of the PSA rows in force, and their units.
pub(super) fn billed(line: &PlannedLine, month_idx: usize, month: Month) -> (u32, Decimal) {
    let rows = || line.additions[month_idx].iter().map(|row| (row.billed(month), row.price));
    let amount = rows().map(|(units, price)| Decimal::from(units) * price).sum();
    (rows().map(|(units, _)| units).sum(), amount)
}

fn line_differences(
    world: &World<'_>,
    line: &PlannedLine,
    month_idx: usize,
    out: &mut Vec<Difference>,
) {
    let (client, offer) = (&world.clients[line.client_idx], &world.offers[line.offer_idx]);
    if client.role != Role::Licensed || offer.kind != OfferKind::Plain {
        return;
    }
    let month = world.months[month_idx];
    let bought = line.bought_alone(month_idx);
    let (billed, amount) = billed(line, month_idx, month);
    let mut push = |(kind, impact, cause): (_, _, Cause)| {
        out.push(Difference {
            month,
            client: shown_client(client, month_idx).to_owned(),
            sku: shown_sku(offer, line.code).to_owned(),
            kind,
            bought,
            billed,
            right: if cause == Cause::AcceptedIncluded { billed } else { bought },
            monthly_impact: to_cents(impact),
            cause,
            keys: keys(world, line, month_idx),
        });
    };
    if bought != billed {
        push(difference_in_units(offer, line, month_idx, (billed, amount)));
    }
    if line.bought[month_idx] == 0 {
        return;
    }
    let cost = full_cost(offer, line, month_idx, month_idx);
    let units = Decimal::from(line.bought[month_idx]);
    let below = cost - line.price[month_idx] * units;
    if billed > 0 && below > Decimal::ZERO {
        push(("below_cost", below / units * Decimal::from(billed), Cause::OldPrice));
    }
    if month_idx > 0 && line.bought[month_idx - 1] > 0 {
        let change = cost - full_cost(offer, line, month_idx, month_idx - 1);
        if !change.is_zero() {
            push(("price_changed", change.abs(), Cause::PriceList));
        }
    }
}

/// What the units of one month cost at the prices of another.
pub(super) fn full_cost(
    offer: &Offer,
    line: &PlannedLine,
    month_idx: usize,
    price_idx: usize,
) -> Decimal {
    let cost = |part: &Part| {
        let units = Decimal::from(line.part_units(part, month_idx));
        units * offer.vendor[part.sku_idx].cost[price_idx]
    };
    line.parts.iter().map(cost).sum()
}

/// The kind, the money and the cause of a difference in units.
fn difference_in_units(
    offer: &Offer,
    line: &PlannedLine,
    month_idx: usize,
    (billed, amount): (u32, Decimal),
) -> (&'static str, Decimal, Cause) {
    let slip = line.slip.filter(|slip| (slip.from..slip.to).contains(&month_idx));
    let cause = slip.expect("the two sides differ only by a slip").cause;
    let bought = line.bought_alone(month_idx);
    let by_price = Decimal::from(bought.abs_diff(billed)) * line.price[month_idx];
    match (bought, billed) {
        _ if cause == Cause::EnteredTwice => ("duplicate", by_price, cause),
        (0, _) => ("not_bought", amount, cause),
        (_, 0) => ("not_billed", full_cost(offer, line, month_idx, month_idx), cause),
        _ if bought > billed => ("under_billed", by_price, cause),
        _ => ("over_billed", by_price, cause),
    }
}
