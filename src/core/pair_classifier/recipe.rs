//! What a fit is told, what it comes to, and why there is none.

use super::PairModel;
use super::choice::Measured;
use super::metrics::PairMetrics;
use crate::domain::EntityKind;

/// How to learn.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct FitRecipe {
    /// Decides which names go into which fold and which partners are left out.
    pub seed: u64,
    /// How strongly weights are pulled towards 0, or towards the model one starts from.
    pub l2: f64,
    /// Share of the accepted pairs that must be right.
    pub target_precision: f64,
    /// Folds: each is scored by a model that has not seen it.
    pub n_folds: usize,
}

impl Default for FitRecipe {
    fn default() -> Self {
        Self { seed: 1, l2: 2.0, target_precision: 0.99, n_folds: 5 }
    }
}

/// A fitted model, and how good it is on names it had not seen.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The model, fitted on everything.
    pub model: PairModel,
    /// Measured out of fold.
    pub metrics: PairMetrics,
    /// With a starting model: what was tried, the simplest first.
    pub choice: Vec<Measured>,
}

/// Why nothing could be learned.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// There are too few decisions.
    #[error(
        "expected at least {needed} confirmed pairs and as many that are not the same, \
         found {n_same} and {n_other}"
    )]
    TooFew {
        /// Fewest of either.
        needed: usize,
        /// Pairs that are the same.
        n_same: usize,
        /// Pairs that are not.
        n_other: usize,
    },
    /// The model one starts from matches something else.
    #[error("expected a starting model for {expected}, found one for {found}")]
    OtherKind {
        /// What is to be matched.
        expected: EntityKind,
        /// What the starting model matches.
        found: EntityKind,
    },
    /// A number of the recipe makes no sense.
    #[error("expected {0}")]
    Recipe(&'static str),
    /// The regression failed.
    #[error("the regression did not converge")]
    Regression(#[from] linfa_logistic::error::Error),
}
