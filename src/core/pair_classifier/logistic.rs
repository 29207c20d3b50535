//! The two regressions: many features to a score, and one score to a calibrated one.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use linfa_logistic::error::Error;
use ndarray::{Array1, Array2, aview1};

use super::sigmoid;

/// Log-odds as a linear function of the columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LinearScore {
    pub weights: Vec<f64>,
    pub intercept: f64,
}

impl LinearScore {
    /// The score of every row.
    pub(super) fn scores(&self, columns: &Array2<f64>) -> Vec<f64> {
        let scores = columns.dot(&aview1(&self.weights)) + self.intercept;
        scores.to_vec()
    }
}

/// Fits log-odds to labels; `l2` pulls the weights, not the intercept, towards 0. The search begins at
/// `from`, which decides how soon it ends and not where.
pub(super) fn line(
    columns: &Array2<f64>,
    same: &[bool],
    l2: f64,
    from: Option<&LinearScore>,
) -> Result<LinearScore, Error> {
    let dataset = DatasetBase::new(columns.view(), Array1::from(same.to_vec()));
    // The loss is a sum over rows, so the gradient that counts as flat grows with them. A line search
    // may find nothing better before a fine tolerance is met; a coarser one then ends at that point.
    let n_rows = 1.0 + same.len() as f64;
    let mut tolerances = [1e-5, 1e-4, 1e-3, 1e-2].map(|one| one * n_rows).into_iter();
    // The regression calls the more frequent label its positive one.
    let n_same = same.iter().filter(|one| **one).count();
    let sign = if same.len() < 2 * n_same { 1.0 } else { -1.0 };
    let from: Array1<f64> = from.map_or_else(
        || Array1::zeros(columns.ncols() + 1),
        |line| line.weights.iter().chain([&line.intercept]).map(|one| sign * one).collect(),
    );
    let fitted = loop {
        let Some(tolerance) = tolerances.next() else {
            return Err(Error::InvalidGradientTolerance);
        };
        let attempt = LogisticRegression::default()
            .alpha(l2)
            .max_iterations(200)
            .initial_params(from.clone())
            .gradient_tolerance(tolerance)
            .fit(&dataset);
        match attempt {
            Err(Error::ArgMinError(_)) => {}
            other => break other?,
        }
    };
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    Ok(LinearScore {
        weights: fitted.params().iter().map(|weight| sign * weight).collect(),
        intercept: sign * fitted.intercept(),
    })
}

/// Fewest pairs of either kind a calibration is learned from.
const FEWEST_TO_CALIBRATE: usize = 20;

/// Slope and offset that turn scores of unseen pairs into calibrated log-odds; (1, 0) where there are
/// too few of them, or where they do not rise with the truth.
///
/// Source: Platt (1999), with his smoothed targets, solved by Newton's method.
pub fn calibration(scores: &[f64], same: &[bool]) -> (f64, f64) {
    let n_same = same.iter().filter(|one| **one).count();
    let n_other = same.len() - n_same;
    if n_same.min(n_other) < FEWEST_TO_CALIBRATE {
        return (1.0, 0.0);
    }
    // His smoothed targets keep the slope finite where nothing is misjudged.
    platt(scores, same, 0.0, |is_same| {
        if is_same {
            (n_same as f64 + 1.0) / (n_same as f64 + 2.0)
        } else {
            1.0 / (n_other as f64 + 2.0)
        }
    })
}

/// How much the calibration a model starts with weighs against decisions: as the curvature that so
/// many pairs at even odds would add, four each.
const CALIBRATION_PULL: f64 = 10.0;

/// The same for scores that were calibrated before: slope and offset are pulled towards (1, 0). A
/// reviewer mostly decides what is hard, so a few dozen decisions say little about what is not.
pub fn recalibration(scores: &[f64], same: &[bool]) -> (f64, f64) {
    platt(scores, same, CALIBRATION_PULL, |is_same| f64::from(u8::from(is_same)))
}

/// Slope and offset by Newton's method; `target` is what a pair of either answer is to reach.
fn platt(scores: &[f64], same: &[bool], pull: f64, target: impl Fn(bool) -> f64) -> (f64, f64) {
    let (mut slope, mut offset) = (1.0, 0.0);
    for _ in 0..50 {
        let mut gradient = [pull * (slope - 1.0), pull * offset];
        let mut curvature = [1e-9 + pull, 0.0, 1e-9 + pull];
        for (&score, &is_same) in scores.iter().zip(same) {
            let chance = sigmoid(slope * score + offset);
            let miss = chance - target(is_same);
            let weight = chance * (1.0 - chance);
            gradient[0] += miss * score;
            gradient[1] += miss;
            curvature[0] += weight * score * score;
            curvature[1] += weight * score;
            curvature[2] += weight;
        }
        let determinant = curvature[0] * curvature[2] - curvature[1] * curvature[1];
        let slope_step = (curvature[2] * gradient[0] - curvature[1] * gradient[1]) / determinant;
        let offset_step = (curvature[0] * gradient[1] - curvature[1] * gradient[0]) / determinant;
        slope -= slope_step.clamp(-1.0, 1.0);
        offset -= offset_step.clamp(-1.0, 1.0);
        if slope_step.abs() + offset_step.abs() < 1e-9 {
            break;
        }
    }
    if slope.is_finite() && offset.is_finite() && 0.05 < slope {
        (slope, offset)
    } else {
        (1.0, 0.0)
    }
}
