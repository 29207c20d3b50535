//! What kind of MSP to make up.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

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
        }
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
