//! A chance between 0 and 1.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A probability: a number in `0.0..=1.0`, never NaN.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

/// A number outside `0.0..=1.0`.
#[derive(Debug, thiserror::Error)]
#[error("expected a probability between 0 and 1, found {0}")]
pub struct ProbabilityError(f64);

impl Probability {
    /// It cannot be.
    pub const NEVER: Self = Self(0.0);
    /// It is certain: a person said so.
    pub const CERTAIN: Self = Self(1.0);
    /// From here on what is said is a claim; below it, a question.
    pub const CLAIM: Self = Self(0.5);
    /// The most that is still a question: for what must not be claimed, however likely it looks.
    pub const QUESTION: Self = Self(0.49);

    /// The nearest probability to `value`; 0 for NaN.
    pub fn clamped(value: f64) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// Whether what is so likely is a claim, not a question.
    pub fn is_claim(self) -> bool {
        Self::CLAIM <= self
    }

    /// The same, but no more than a question.
    pub fn at_most_a_question(self) -> Self {
        Self(self.0.min(Self::QUESTION.0))
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The chance of the opposite.
    pub fn opposite(self) -> Self {
        Self(1.0 - self.0)
    }

    /// The chance of both, if they are independent.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl TryFrom<f64> for Probability {
    type Error = ProbabilityError;
    fn try_from(value: f64) -> Result<Self, Self::Error> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(ProbabilityError(value)) }
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        probability.0
    }
}

impl fmt::Display for Probability {
    /// Four decimal places: `0.9731`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.4}", self.0)
    }
}
