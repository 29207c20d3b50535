//! Series → the month one should expect, as a distribution, and how odd the month that came is.
//!
//! One line has few months, a portfolio has many lines: what a line cannot tell about itself (how
//! much a month of its size wobbles, whether it drifts) is learned from all of them.
//!
//! ```text
//! reading      a series as numbers by month, from one month back
//! common_move  what every client of a product did alike, taken out first
//! season       a line's own seasons, taken out too
//! process      eight smoothing processes run side by side over one line
//! scale        how much a line of a size wobbles: prior by level, moderated by the line
//! student      tails of Student's t
//! predictive   the processes weighed: the distribution of a month
//! growth       growing lines and how often they pause
//! presence     how often lines come and go
//! price        unit prices against their own past and their product's
//! statistic    one month of one line → level, stall, erratic, drift, price
//! lines        which series are one line
//! portfolio    all series, and what they did alike: reckoned once for any number of months
//! later_labels months that were real anomalies, seen from later
//! calibration  statistic → p-value, by rank among clean months of like lines
//! usual_month  how many lines a usual month brings down to a p-value
//! any          all statistics of a line, both sides → one p-value
//! month_spread months odd to many lines at once, read on a scale of their own
//! verdicts     what people said of flags → how likely the next one is real
//! model        what is learned of all of the above: TrendModel
//! judge        TrendModel × a month of a line → the statistics it is judged by
//! past_scores  past scores, each read on its own month's scale
//! fit          history → TrendModel
//! line_month   the numbers behind one month of one line, for whoever asks why
//! month        TrendModel × series × month → p-values
//! backtest     months held out: is the distribution right?
//! artifact     TrendModel ↔ bytes, and the card beside it
//! ```
//!
//! Sources: moderated variance, Smyth (2004), *Linear models and empirical Bayes methods*; conformal
//! p-values, Bates et al. (2023), *Testing for outliers with conformal p-values*.

mod reading;
mod common_move;
mod season;
mod process;
mod scale;
mod student;
mod predictive;
mod growth;
mod presence;
mod price;
mod statistic;
mod lines;
mod portfolio;
mod later_labels;
mod calibration;
mod usual_month;
mod any;
mod month_spread;
mod verdicts;
mod model;
mod judge;
mod past_scores;
mod fit;
mod line_month;
mod month;
mod backtest;
mod artifact;
mod card;

pub mod synthetic;
#[cfg(test)]
mod tests;

pub use artifact::{from_bytes, to_bytes};
pub use backtest::{TrendMetrics, backtest, evaluate};
pub use card::card;
pub use common_move::PortfolioMove;
pub use fit::fit;
pub use growth::GrowthSoFar;
pub use later_labels::retro_labels;
pub use line_month::{LineMonth, forecast};
pub use model::TrendModel;
pub use month::{MonthScores, score_month, score_running_month};
pub use portfolio::Portfolio;
pub use predictive::Forecast;
pub use presence::Presence;
pub use price::PriceChange;
pub use statistic::{DriftRun, Erratic, Stall, Statistic};
pub use verdicts::VerdictCurve;

use serde::{Deserialize, Serialize};

/// What a fit is told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrendRecipe {
    /// Months a line must have before one of its months is judged.
    pub min_months: usize,
    /// Months whose scores calibrate the p-values.
    pub calibration_months: usize,
    /// Newest months left out of calibration: whether they were real is not yet known.
    pub settle_months: usize,
    /// Lines the fit reads at most, spread evenly over the portfolio.
    pub max_lines: usize,
    /// Months after which an error or an increment has lost two thirds of its weight.
    pub memory_months: f64,
    /// Newest months held out by [`backtest`].
    pub held_out_months: usize,
}

impl Default for TrendRecipe {
    fn default() -> Self {
        Self {
            min_months: 6,
            calibration_months: 12,
            settle_months: 3,
            max_lines: 50_000,
            memory_months: 36.0,
            held_out_months: 3,
        }
    }
}

impl TrendRecipe {
    /// Checks the recipe.
    ///
    /// # Errors
    ///
    /// [`TrendError::Recipe`] when a number lies outside its range.
    pub fn check(&self) -> Result<(), TrendError> {
        let wrong = |what| Err(TrendError::Recipe(what));
        if self.min_months < 5 {
            return wrong("min_months must be at least 5");
        }
        if self.max_lines == 0 {
            return wrong("max_lines must be at least 1");
        }
        if !(self.memory_months >= 6.0 && self.memory_months.is_finite()) {
            return wrong("memory_months must be at least 6");
        }
        if self.held_out_months == 0 {
            return wrong("held_out_months must be at least 1");
        }
        Ok(())
    }
}

/// Why there is no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrendError {
    /// No series has a value in or before the month.
    #[error("no line has a quantity in or before {through}")]
    NoHistory {
        /// The month asked for.
        through: crate::domain::Month,
    },
    /// The series are too short to hold months out.
    #[error("{months} months of history, at least {needed} are needed to hold some out")]
    TooShort {
        /// Months there are.
        months: usize,
        /// Months it takes.
        needed: usize,
    },
    /// The recipe makes no sense.
    #[error("trend recipe: {0}")]
    Recipe(&'static str),
}
