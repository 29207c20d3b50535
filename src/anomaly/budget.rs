//! How many false flags a month may bring → the p-value below which a statistic is flagged.

use crate::seat_trend::{MonthScores, Statistic};

/// Each statistic's part of the budget, and the p-value above which it is never flagged however few
/// lines there are. Growing lines are few and pause often, so that a pause may be less rare.
const SHARES: [(Statistic, f64, f64); 5] = [
    (Statistic::Level, 0.35, 0.005),
    (Statistic::Stall, 0.20, 0.030),
    (Statistic::Erratic, 0.15, 0.005),
    (Statistic::Drift, 0.20, 0.010),
    (Statistic::Price, 0.10, 0.010),
];

/// A threshold for each statistic.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thresholds {
    at_most: [f64; Statistic::ALL.len()],
    /// Flags that chance alone raises at these thresholds.
    pub expected_false: f64,
}

impl Thresholds {
    /// Parts the budget among the statistics that were tested at all.
    pub fn within(budget: f64, scores: &MonthScores<'_>) -> Self {
        let tests = SHARES.map(|(statistic, share, ceiling)| {
            let judged = |&idx: &usize| scores.p_value(idx, statistic).is_some();
            let n = (0..scores.n_series()).filter(judged).count() as f64;
            (statistic, if 0.0 < n { share } else { 0.0 }, ceiling, n)
        });
        let total: f64 = tests.iter().map(|test| test.1).sum();
        let mut thresholds = Self { at_most: [0.0; Statistic::ALL.len()], expected_false: 0.0 };
        for (statistic, share, ceiling, n) in tests {
            if 0.0 < n {
                let at_most = (budget.max(0.0) * share / total / n).min(ceiling);
                thresholds.at_most[statistic as usize] = at_most;
                thresholds.expected_false += at_most * n;
            }
        }
        thresholds
    }

    /// Whether a p-value is a flag.
    pub fn raise(&self, statistic: Statistic, p: f64) -> bool {
        p <= self.at_most[statistic as usize]
    }
}
