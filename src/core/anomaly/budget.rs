//! How many false flags a month may bring → the p-value below which a statistic is flagged.

use super::FlagPolicy;
use super::rank::FalseShares;
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

/// Share of line-months that something real happened to, as a rule: what a promise about the share of
/// false flags must be able to tell from chance.
const REAL_SHARE: f64 = 0.005;

/// Past scores that a promise needs beyond the rarest it must tell.
const SCORES_BEYOND: f64 = 10.0;

/// A threshold for each statistic.
#[derive(Debug, Clone)]
pub(super) struct StatisticThresholds {
    at_most: [f64; Statistic::ALL.len()],
    /// Flags that chance alone raises at these thresholds.
    pub expected_false: f64,
    /// Why the share of false flags that was asked for is not promised.
    pub no_promise: Option<String>,
}

impl StatisticThresholds {
    /// Parts the budget among the statistics that were tested at all. Where the policy asks for a share
    /// of false flags instead, each statistic that was seen often enough gets the threshold that keeps
    /// it; the others keep their part of the budget, and that is said.
    pub(super) fn within(
        policy: &FlagPolicy,
        scores: &MonthScores<'_>,
        chance: &FalseShares,
    ) -> Self {
        let tests = SHARES.map(|(statistic, share, ceiling)| {
            let n = chance.n_tests(statistic) as f64;
            (statistic, if 0.0 < n { share } else { 0.0 }, ceiling, n)
        });
        let total: f64 = tests.iter().map(|test| test.1).sum();
        let mut thresholds =
            Self { at_most: [0.0; Statistic::ALL.len()], expected_false: 0.0, no_promise: None };
        let mut too_few = Vec::new();
        for (statistic, share, ceiling, n) in tests.into_iter().filter(|test| 0.0 < test.3) {
            match policy.false_share.map(|most| promised(statistic, most, scores, chance)) {
                Some(Ok((at_most, expected))) => {
                    thresholds.at_most[statistic as usize] = at_most;
                    thresholds.expected_false += expected;
                    continue;
                }
                Some(Err(why)) => too_few.push(why),
                None => {}
            }
            let at_most = (policy.budget.max(0.0) * share / total / n).min(ceiling);
            thresholds.at_most[statistic as usize] = at_most;
            thresholds.expected_false += at_most * n;
        }
        thresholds.no_promise = policy.false_share.and_then(|most| refusal(most, &too_few));
        thresholds
    }

    /// Whether a p-value is a flag.
    pub(super) fn raise(&self, statistic: Statistic, p: f64) -> bool {
        p <= self.at_most[statistic as usize]
    }
}

/// The p-value up to which chance makes at most a share of the flags, and how many it then makes; or
/// what the statistic is called and how many past scores it has, where they are too few to say.
fn promised(
    statistic: Statistic,
    most: f64,
    scores: &MonthScores<'_>,
    chance: &FalseShares,
) -> Result<(f64, f64), (Statistic, usize)> {
    let n_past = scores.n_calibration(statistic);
    if (n_past as f64) < scores_needed(most) {
        return Err((statistic, n_past));
    }
    // Ranks alone carry a promise: what lies beyond every past score is as rare as the rarest of them.
    let rarest = 1.0 / (n_past as f64 + 1.0);
    match chance.cut(statistic, most) {
        Some((p, n)) if chance.n_tests(statistic) as f64 * p.max(rarest) <= most * n as f64 => {
            Ok((p, most * n as f64))
        }
        _ => Ok((0.0, 0.0)),
    }
}

/// Past scores without which a share of false flags cannot be promised.
fn scores_needed(false_share: f64) -> f64 {
    SCORES_BEYOND / (false_share.max(f64::MIN_POSITIVE) * REAL_SHARE)
}

fn refusal(most: f64, too_few: &[(Statistic, usize)]) -> Option<String> {
    let (_, n_most) = too_few.iter().max_by_key(|(_, n)| *n)?;
    let words: Vec<&str> = too_few.iter().map(|(statistic, _)| statistic.word()).collect();
    Some(format!(
        "a share of {most} false flags takes {:.0} past line-months to promise; for {} there are \
         {n_most} at most, so that its part of the budget holds",
        scores_needed(most),
        words.join(", "),
    ))
}
