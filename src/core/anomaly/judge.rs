//! Scores of a month → flags within the budget.

use rayon::prelude::*;

use super::budget::Threshold;
use super::news::Told;
use super::rank::{FalseShares, worth_seeing_first};
use super::{
    FlagPolicy, Judged, LineIdentity, Score, causes, line_flags, new_and_gone, news, one_client,
    portfolio,
};
use crate::domain::{Month, Series};
use crate::seat_trend::{MonthScores, Statistic, TrendModel, score_month};

/// Series one task lists the scores of at least.
const SERIES_PER_TASK: usize = 4096;

/// What flags are made with: the month's scores, the series, and how money is written.
pub(super) struct Bench<'a> {
    pub scores: &'a MonthScores<'a>,
    pub series: &'a [Series],
    pub month: Month,
    pub lines: LineIdentity<'a>,
    pub money: &'a (dyn Fn(f64) -> String + Sync),
    pub chance: &'a FalseShares,
}

/// Judges one month of every series from the months before it.
///
/// A vendor, a PSA and a drift series with the same client and SKU keys are taken for one line. `money`
/// writes an amount in the line's currency, for the sentences.
pub fn judge(
    model: &TrendModel,
    series: &[Series],
    month: Month,
    policy: &FlagPolicy,
    money: impl Fn(f64) -> String + Sync,
) -> Judged {
    let scores = score_month(model, series, month);
    judge_scores(&scores, series, policy, LineIdentity::ByName, &money)
}

/// The flags of a month that was scored.
pub(super) fn judge_scores(
    scores: &MonthScores<'_>,
    series: &[Series],
    policy: &FlagPolicy,
    lines_are: LineIdentity<'_>,
    money: &(dyn Fn(f64) -> String + Sync),
) -> Judged {
    let chance = FalseShares::of(scores);
    let threshold = Threshold::within(policy, scores, &chance);
    let bench =
        Bench { scores, series, month: scores.month, lines: lines_are, money, chance: &chance };
    let raised = line_flags::raised(&bench, &threshold);
    let lines = causes::one_flag_a_cause(raised, lines_are);
    let mut flags = one_client::told_once(lines, &bench);
    flags.extend(new_and_gone::flags(&bench, policy));
    flags.extend(portfolio::flags(&bench));
    let Told { mut flags, news } = news::apart(flags, &bench);
    for flag in &mut flags {
        flag.real = match scores.verdicts() {
            // What was said of months that were odd says nothing of what is so.
            Some(curve) if !flag.is_fact() => curve.real(flag.p_value),
            _ => 1.0 - chance.of_flag(flag),
        };
    }
    flags.sort_by(worth_seeing_first);
    Judged {
        scores: listed(scores),
        flags,
        news,
        expected_false: threshold.expected_false,
        no_promise: threshold.no_promise,
    }
}

/// The scores of each series, and that of its line with the first of them.
fn listed(scores: &MonthScores<'_>) -> Vec<Score> {
    let of_series = |series_idx| {
        let any = scores.is_first_of_line(series_idx).then_some(Statistic::Any);
        Statistic::OF_SERIES.into_iter().chain(any).filter_map(move |statistic| {
            let p_value = scores.p_value(series_idx, statistic)?;
            Some(Score { series_idx, month: scores.month, statistic, p_value })
        })
    };
    let all = (0..scores.n_series()).into_par_iter().with_min_len(SERIES_PER_TASK);
    all.flat_map_iter(of_series).collect()
}
