//! How many false flags a month may bring → the p-value of a line up to which it is flagged.

use super::FlagPolicy;
use super::rank::FalseShares;
use crate::seat_trend::{MonthScores, Statistic};

/// The p-value above which a line is never flagged, however few lines there are.
const CEILING: f64 = 0.01;

/// Share of line-months that something real happened to, as a rule: what a promise about the share of
/// false flags must be able to tell from chance.
const REAL_SHARE: f64 = 0.005;

/// Past scores that a promise needs beyond the rarest it must tell.
const SCORES_BEYOND: f64 = 10.0;

/// The p-value up to which a line is flagged.
#[derive(Debug, Clone)]
pub(super) struct Threshold {
    at_most: f64,
    /// Flags that a usual month brings at it.
    pub expected_false: f64,
    /// Why the share of false flags that was asked for is not promised.
    pub no_promise: Option<String>,
}

impl Threshold {
    /// The p-value that as many line-months of the past reached as the budget allows: what is shown is what
    /// was counted. Where the policy asks for a share of false flags instead, and enough past months are
    /// known, the one that keeps it.
    pub(super) fn within(
        policy: &FlagPolicy,
        scores: &MonthScores<'_>,
        chance: &FalseShares,
    ) -> Self {
        let n_tests = chance.n_tests() as f64;
        if n_tests == 0.0 {
            return Self { at_most: 0.0, expected_false: 0.0, no_promise: None };
        }
        let mut no_promise = None;
        if let Some(most) = policy.false_share {
            match promised(most, scores, chance) {
                Ok((at_most, expected_false)) => {
                    return Self { at_most, expected_false, no_promise };
                }
                Err(n_past) => no_promise = Some(refusal(most, n_past)),
            }
        }
        let share = (policy.budget.max(0.0) / n_tests).min(1.0);
        let at_most = scores.usual_cut(share).min(CEILING);
        let expected_false = n_tests * scores.usually(at_most).min(share);
        Self { at_most, expected_false, no_promise }
    }

    /// Whether a line's p-value is a flag.
    pub(super) fn raise(&self, p: f64) -> bool {
        p <= self.at_most
    }
}

/// The p-value up to which chance makes at most a share of the flags, and how many it then makes; or how
/// many past line-months there are, where they are too few to say.
fn promised(
    most: f64,
    scores: &MonthScores<'_>,
    chance: &FalseShares,
) -> Result<(f64, f64), usize> {
    let n_past = scores.n_calibration(Statistic::Any);
    if (n_past as f64) < scores_needed(most) {
        return Err(n_past);
    }
    // Ranks alone carry a promise: what lies beyond every past score is as rare as the rarest of them.
    let rarest = 1.0 / (n_past as f64 + 1.0);
    match chance.cut(most) {
        Some((p, n)) if chance.n_tests() as f64 * p.max(rarest) <= most * n as f64 => {
            Ok((p, most * n as f64))
        }
        _ => Ok((0.0, 0.0)),
    }
}

/// Past scores without which a share of false flags cannot be promised.
fn scores_needed(false_share: f64) -> f64 {
    SCORES_BEYOND / (false_share.max(f64::MIN_POSITIVE) * REAL_SHARE)
}

fn refusal(most: f64, n_past: usize) -> String {
    format!(
        "a share of {most} false flags takes {:.0} past line-months to promise; there are {n_past}, so that \
         the budget holds",
        scores_needed(most),
    )
}
