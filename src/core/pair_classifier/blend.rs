//! The mean of a line and of trees: each is wrong where the other is not.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

use super::logistic::{LinearScore, line};
use super::trees::{BoostedTrees, TreesRecipe, grow};
use super::{FitError, standardised};

/// How to fit a blend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlendRecipe {
    /// How strongly the weights of the line are pulled towards 0.
    pub l2: f64,
    /// How to grow the trees.
    pub trees: TreesRecipe,
}

impl Default for BlendRecipe {
    fn default() -> Self {
        Self { l2: 20.0, trees: TreesRecipe::default() }
    }
}

/// Log-odds as the mean of those of a logistic regression and of boosted trees. Both are sums, so the
/// mean is one too.
#[derive(Debug, Clone, PartialEq)]
pub struct Blend {
    centre: Vec<f64>,
    spread: Vec<f64>,
    line: LinearScore,
    /// Grown with seeds of their own, their answers averaged.
    groves: Vec<BoostedTrees>,
}

/// Rows over all groves: on few rows what one grove says is half chance, and more are cheap.
const ROWS_OF_ALL_GROVES: usize = 6_000;

/// Most groves.
const MOST_GROVES: usize = 8;

impl Blend {
    /// Fits both on labelled rows.
    ///
    /// Shape: `features` is `(same.len(), n_columns)`; every value is finite.
    ///
    /// # Errors
    ///
    /// [`FitError::Regression`] when the regression does not converge.
    pub fn fit(
        features: ArrayView2<'_, f64>,
        same: &[bool],
        recipe: &BlendRecipe,
    ) -> Result<Self, FitError> {
        let centre =
            features.axis_iter(Axis(1)).map(|column| column.mean().unwrap_or(0.0)).collect();
        let spread: Vec<f64> = features
            .axis_iter(Axis(1))
            .map(|column| column.std(0.0))
            .map(|spread| if spread < 1e-6 { 0.0 } else { spread })
            .collect();
        let n_groves = (ROWS_OF_ALL_GROVES / same.len().max(1)).clamp(1, MOST_GROVES);
        let grove = |idx: usize| {
            let seed = recipe.trees.seed.wrapping_add(idx as u64);
            grow(features, same, &TreesRecipe { seed, ..recipe.trees })
        };
        let mut fitted = Self {
            centre,
            spread,
            line: LinearScore { weights: Vec::new(), intercept: 0.0 },
            groves: (0..n_groves).into_par_iter().map(grove).collect(),
        };
        let mut columns = Array2::zeros(features.dim());
        for (row, mut cells) in features.outer_iter().zip(columns.outer_iter_mut()) {
            for (column, cell) in cells.iter_mut().enumerate() {
                *cell = fitted.standardised(column, row[column]);
            }
        }
        fitted.line = line(&columns, same, recipe.l2, None)?;
        Ok(fitted)
    }

    fn standardised(&self, column: usize, value: f64) -> f64 {
        standardised(value, self.centre[column], self.spread[column])
    }

    /// The log-odds of a row, not yet calibrated.
    pub fn log_odds(&self, row: ArrayView1<'_, f64>) -> f64 {
        let sum: f64 = self
            .line
            .weights
            .iter()
            .enumerate()
            .map(|(column, weight)| weight * self.standardised(column, row[column]))
            .sum();
        let grown: f64 = self.groves.iter().map(|grove| grove.log_odds(row)).sum();
        0.5 * (self.line.intercept + sum + grown / self.groves.len() as f64)
    }
}
