//! What kind of MSP to make up.

use std::collections::BTreeSet;

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::words::COINED;
use seatdrift_core::domain::{Currency, Month};

/// The two exports an MSP reconciles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatPair {
    /// A Pax8 invoice against ConnectWise agreement additions.
    Pax8ConnectWise,
    /// A Partner Center reconciliation file against Autotask contract service units.
    PartnerCenterAutotask,
}

/// What identifies clients and products in an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Record ids stand beside the names.
    RecordIds,
    /// Short codes people type stand beside the names.
    Identifiers,
    /// Names only.
    Names,
}

/// What the PSA's people do when seats are added in the middle of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MidMonth {
    /// They change the addition's quantity.
    Replace,
    /// They add a second, dated addition and merge the two some months later.
    SecondAddition,
}

/// How an MSP writes product names in its PSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductNames {
    /// Nearly as the vendor does.
    Full,
    /// In shorthand: `M365 BP`.
    Shorthand,
    /// Each product in its own way, some as a service: `Cloud Backup`.
    Mixed,
}

/// How one MSP works. Shares lie in 0.0..=1.0.
#[derive(Debug, Clone, PartialEq)]
pub struct Habits {
    /// Keys on the vendor's export.
    pub vendor_keys: Keys,
    /// Keys on the PSA's export.
    pub psa_keys: Keys,
    /// Mid-month changes in the PSA.
    pub mid_month: MidMonth,
    /// Product names in the PSA.
    pub product_names: ProductNames,
    /// Share of clients whose two names differ by more than spelling.
    pub name_noise: f64,
    /// Share of clients whose vendor name has their number in front: `0633 - …`.
    pub numbered: f64,
    /// Share of lines that were wrong in a usual month.
    pub error_rate: f64,
}

/// What makes books hard to reconcile. A plain book has none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hardship {
    /// Branches, franchises and neighbours: companies of one side alone that share words with one of the
    /// other side, and are not it.
    LookAlikes,
    /// A product that is part of a seat at some clients and billed alone at others, or both at one.
    SeatOrAlone,
    /// One product under several codes in the PSA: by the month, by the year, an older one.
    SplitCodes,
    /// A service of the MSP's own billed to most clients, a unit a person.
    ServiceDesk,
    /// The MSP's own tenant, named after it, in the vendor's books alone.
    OwnTenant,
    /// Clients with a new id at the vendor, and clients with another name in the PSA.
    Renames,
    /// Usage charged as one unit whose amount differs every month, billed on with a margin.
    MeteredUsage,
    /// A reviewer who gets to a third of what is open each month, and errs now and then.
    HastyReviewer,
}

impl Hardship {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::LookAlikes,
        Self::SeatOrAlone,
        Self::SplitCodes,
        Self::ServiceDesk,
        Self::OwnTenant,
        Self::Renames,
        Self::MeteredUsage,
        Self::HastyReviewer,
    ];
}

/// Everything that decides a made-up MSP. The same recipe gives the same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// How many companies are billed; a few more stand on one side only.
    pub clients: usize,
    /// How many months of exports, the newest included; at least two.
    pub months: usize,
    /// The seed of every draw.
    pub seed: u64,
    /// The newest month.
    pub last: Month,
    /// Which exports are written.
    pub formats: FormatPair,
    /// The currency of all money.
    pub currency: Currency,
    /// How this MSP works.
    pub habits: Habits,
    /// What makes its books hard to reconcile.
    pub hardships: BTreeSet<Hardship>,
}

impl Recipe {
    /// An MSP whose habits come from the seed: Pax8 and ConnectWise, dollars, newest month 2026-10.
    pub fn new(clients: usize, months: usize, seed: u64) -> Self {
        Self {
            clients,
            months,
            seed,
            last: Month::new(2026, 10).expect("October 2026 is a month"),
            formats: FormatPair::Pax8ConnectWise,
            currency: "USD".parse().expect("three letters"),
            habits: Habits::of_seed(seed),
            hardships: BTreeSet::new(),
        }
    }

    /// The same with every hardship.
    pub fn hostile(clients: usize, months: usize, seed: u64) -> Self {
        let hardships = Hardship::ALL.into_iter().collect();
        Self { hardships, ..Self::new(clients, months, seed) }
    }

    /// Whether its books have a hardship.
    pub fn has(&self, hardship: Hardship) -> bool {
        self.hardships.contains(&hardship)
    }

    /// What the MSP is called.
    pub fn msp_name(&self) -> String {
        let rng = &mut self.stream(9);
        let lead = COINED.choose(rng).expect("the table is not empty");
        let tail = ["IT", "Technologies", "Managed IT", "Networks"].choose(rng);
        format!("{lead} {}", tail.expect("the table is not empty"))
    }

    /// The same recipe with other exports.
    pub fn with_formats(self, formats: FormatPair) -> Self {
        Self { formats, ..self }
    }

    /// The same recipe with other habits.
    pub fn with_habits(self, habits: Habits) -> Self {
        Self { habits, ..self }
    }

    /// A stream of random numbers of its own for one part of the work, so that a change in one part
    /// does not reshuffle the others.
    pub(super) fn stream(&self, part: u64) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.seed ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}

impl Habits {
    /// The habits of the MSP with this seed.
    pub fn of_seed(seed: u64) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x5EA7_D81F);
        let keys = |draw: u8| match draw {
            0..=4 => Keys::RecordIds,
            5..=7 => Keys::Identifiers,
            _ => Keys::Names,
        };
        Self {
            vendor_keys: keys(rng.gen_range(0..10)),
            psa_keys: keys(rng.gen_range(0..10)),
            mid_month: if rng.gen_bool(0.5) { MidMonth::Replace } else { MidMonth::SecondAddition },
            product_names: match rng.gen_range(0..4) {
                0 => ProductNames::Full,
                1 => ProductNames::Shorthand,
                _ => ProductNames::Mixed,
            },
            name_noise: rng.gen_range(0.25..0.75),
            numbered: if rng.gen_bool(0.3) { rng.gen_range(0.2..0.9) } else { 0.0 },
            error_rate: rng.gen_range(0.03..0.07),
        }
    }
}
