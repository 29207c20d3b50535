//! How many units: seats, agents, gigabytes.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

/// An exact number of units. A credit may carry a negative one, as exports write it; the units of a
/// full period are counted by [`crate::domain::ExportRow::units`].
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Quantity(pub Decimal);

impl Quantity {
    /// No units.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The units that are billed of these when some are included: none where more are included than there
    /// are, for nothing is given back. A negative number takes back what another row bills.
    pub fn less_included(self, included: Self) -> Self {
        if included.is_zero() || self < Self::ZERO {
            self
        } else {
            (self - included).max(Self::ZERO)
        }
    }

    /// The number as a float, for models.
    pub fn to_f64(self) -> f64 {
        self.0.to_f64().unwrap_or(f64::NAN)
    }

    /// Whether there are no units.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether there is more than none.
    pub fn is_positive(self) -> bool {
        self.0 > Decimal::ZERO
    }
}

impl From<u32> for Quantity {
    fn from(units: u32) -> Self {
        Self(Decimal::from(units))
    }
}

impl Add for Quantity {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Quantity {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Quantity {
    /// Without superfluous zeros: `42`, `12.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.normalize().to_string())
    }
}
