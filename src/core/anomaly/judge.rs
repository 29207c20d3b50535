//! Scores of a month → flags within the budget.

use rayon::prelude::*;

use super::budget::Threshold;
use super::news::Told;
use super::rank::{FalseShares, worth_seeing_first};
use super::{
    FlagPolicy, Judged, LineIdentity, Score, causes, line_flags, new_and_gone, news, one_client,
    portfolio,
};
use crate::domain::{Currency, Month, Series};
use crate::seat_trend::{MonthScores, Statistic, TrendModel, score_month, score_running_month};

/// Series one task lists the scores of at least.
const SERIES_PER_TASK: usize = 4096;

/// Writes an amount in a currency, or in the book's own where a line says none.
pub(super) type WriteMoney<'a> = dyn Fn(f64, Option<Currency>) -> String + Sync + 'a;

/// What flags are made with: the month's scores, the series, and how money is written.
pub(super) struct Bench<'a> {
    pub scores: &'a MonthScores<'a>,
    pub series: &'a [Series],
    pub month: Month,
    pub lines: LineIdentity<'a>,
    pub money: &'a WriteMoney<'a>,
    pub chance: &'a FalseShares,
}

/// Judges one month of every series from the months before it.
///
/// A vendor, a PSA and a drift series with the same client and SKU keys are taken for one line. `money`
/// writes an amount in a line's currency, for the sentences.
pub fn judge(
    model: &TrendModel,
    series: &[Series],
    month: Month,
    policy: &FlagPolicy,
    money: impl Fn(f64, Option<Currency>) -> String + Sync,
) -> Judged {
    let scores = score_month(model, series, month);
    judge_scores(&scores, series, policy, LineIdentity::ByName, &money)
}

/// The same of a month that still runs, from what is in force on a day of it: the rest of it may still bring what
/// is expected, so that no more suspicions are raised than of the whole month.
pub fn judge_running(
    model: &TrendModel,
    series: &[Series],
    month: Month,
    policy: &FlagPolicy,
    money: impl Fn(f64, Option<Currency>) -> String + Sync,
) -> Judged {
    let scores = score_running_month(model, series, month);
    judge_scores(&scores, series, policy, LineIdentity::ByName, &money)
}

/// The flags of a month that was scored.
pub(super) fn judge_scores(
    scores: &MonthScores<'_>,
    series: &[Series],
    policy: &FlagPolicy,
    lines_are: LineIdentity<'_>,
    money: &WriteMoney<'_>,
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

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::anomaly::{Flag, FlagKind};
    use crate::seat_trend::synthetic::{growing, line, month, quiet};
    use crate::seat_trend::{TrendRecipe, fit};

    const RUNNING: i32 = 35;
    const N_GROWERS: usize = 60;

    /// A quiet book with lines that always grew.
    static BOOK: LazyLock<(Vec<Series>, TrendModel)> = LazyLock::new(|| {
        let mut series = quiet(600, 36, 5);
        series.extend(growing(N_GROWERS, 36, 6));
        let model = fit(&series, month(RUNNING - 1), &TrendRecipe::default()).unwrap();
        (series, model)
    });

    /// What is told of the month as one that is over, or as one that runs.
    fn flags(series: &[Series], is_over: bool) -> Vec<Flag> {
        let (model, policy) = (&BOOK.1, FlagPolicy::default());
        let money = |amount: f64, _: Option<Currency>| format!("{amount:.2}");
        let judged = match is_over {
            true => judge(model, series, month(RUNNING), &policy, money),
            false => judge_running(model, series, month(RUNNING), &policy, money),
        };
        judged.flags
    }

    /// A line that grew by four each month, with so many seats in the month that runs.
    fn grower(now: f64) -> Series {
        let mut months: Vec<f64> = (0..35).map(|at| 40.0 + f64::from(at) * 4.0).collect();
        months.push(now);
        line(7_001, 0, months)
    }

    #[test]
    fn a_line_that_always_grew_is_not_missed_before_its_month_is_over() {
        let mut series = BOOK.0.clone();
        series.push(grower(176.0));
        let of_line = |flags: Vec<Flag>| {
            flags.into_iter().filter(|flag| flag.client == "c7001").collect::<Vec<_>>()
        };
        assert_eq!(of_line(flags(&series, true))[0].kind, FlagKind::StalledGrowth);
        assert_eq!(of_line(flags(&series, false)), []);
        // What cannot be the rest of a month is told on the day.
        for odd in [120.0, 230.0] {
            *series.last_mut().unwrap() = grower(odd);
            let told = of_line(flags(&series, false));
            assert_eq!((told.len(), told[0].kind), (1, FlagKind::LevelShift), "{odd}");
        }
    }

    #[test]
    fn a_day_of_a_month_raises_no_more_suspicions_than_all_of_it() {
        // What came of each line's month by its 10th: a third of it, to the unit.
        let mut early = BOOK.0.clone();
        for one in &mut early {
            let n = one.quantity.len();
            if let (Some(before), Some(now)) = (one.quantity[n - 2], one.quantity[n - 1]) {
                one.quantity[n - 1] = Some(before + ((now - before) / 3.0).trunc());
            }
        }
        let suspicions = |series: &[Series], is_over| {
            flags(series, is_over).into_iter().filter(|flag| !flag.is_fact()).count()
        };
        let (all, by_then) = (suspicions(&BOOK.0, true), suspicions(&early, false));
        assert!(by_then <= all, "{by_then} on a day of it, {all} in the month");
        let growers = flags(&early, false)
            .into_iter()
            .filter(|flag| flag.series_idx.iter().any(|idx| BOOK.0.len() - N_GROWERS <= *idx));
        assert_eq!(growers.count(), 0, "what grew a third of its usual growth is on its way");
    }
}
