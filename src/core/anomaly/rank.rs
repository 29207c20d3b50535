//! Which flags a person sees first: the most money that is likely not chance.

use super::{Flag, FlagKind};
use crate::seat_trend::{MonthScores, Statistic};

/// p-values above this are nobody's flag and are not looked at one by one.
const LOOKED_AT: f64 = 0.05;

/// For each statistic, how many of the flags down to a p-value chance alone would raise.
#[derive(Debug)]
pub(super) struct FalseShares {
    by_statistic: [Shares; Statistic::ALL.len()],
}

/// One statistic's.
#[derive(Debug, Default)]
struct Shares {
    n_tests: usize,
    /// The low p-values, rising, and the share of chance among all up to each.
    steps: Vec<(f64, f64)>,
}

impl FalseShares {
    /// Of a month's p-values.
    pub(super) fn of(scores: &MonthScores<'_>) -> Self {
        Self { by_statistic: Statistic::ALL.map(|statistic| Shares::of(scores, statistic)) }
    }

    /// The share of chance among everything as rare as a p-value, at most 1 (Benjamini–Hochberg).
    pub(super) fn at(&self, statistic: Statistic, p: f64) -> f64 {
        let shares = &self.by_statistic[statistic as usize];
        let at = shares.steps.partition_point(|step| step.0 < p);
        shares.steps.get(at).map_or(1.0, |step| step.1)
    }

    /// The share of chance among flags like one. That a line came or went is a fact.
    pub(super) fn of_flag(&self, flag: &Flag) -> f64 {
        let statistic = match flag.kind {
            FlagKind::StalledGrowth => Statistic::Stall,
            FlagKind::ErraticQuantity => Statistic::Erratic,
            FlagKind::LevelShift => Statistic::Level,
            FlagKind::CompoundingDrift => Statistic::Drift,
            FlagKind::PriceShift => Statistic::Price,
            FlagKind::Vanished | FlagKind::NewLine => return 0.0,
        };
        // A product's common move is no line's p-value.
        if flag.client.is_empty() && 1 < flag.series_idx.len() {
            return flag.p_value;
        }
        self.at(statistic, flag.p_value)
    }

    /// The highest p-value up to which chance makes at most a share, and how many there are up to it;
    /// `None` where there is none.
    pub(super) fn cut(&self, statistic: Statistic, most: f64) -> Option<(f64, usize)> {
        let steps = &self.by_statistic[statistic as usize].steps;
        let n = steps.partition_point(|step| step.1 <= most);
        Some((steps[n.checked_sub(1)?].0, n))
    }

    /// Lines that were tested.
    pub(super) fn n_tests(&self, statistic: Statistic) -> usize {
        self.by_statistic[statistic as usize].n_tests
    }
}

impl Shares {
    fn of(scores: &MonthScores<'_>, statistic: Statistic) -> Self {
        let tests = || (0..scores.n_series()).filter_map(|idx| scores.p_value(idx, statistic));
        let n_tests = tests().count();
        let mut low: Vec<f64> = tests().filter(|p| *p <= LOOKED_AT).collect();
        low.sort_unstable_by(f64::total_cmp);
        let mut steps: Vec<(f64, f64)> = low
            .iter()
            .enumerate()
            .map(|(rank, p)| (*p, (n_tests as f64 * p / (rank + 1) as f64).min(1.0)))
            .collect();
        // What holds down to a higher p-value holds down to a lower one.
        let mut least = 1.0_f64;
        for (_, share) in steps.iter_mut().rev() {
            least = least.min(*share);
            *share = least;
        }
        Self { n_tests, steps }
    }
}

/// How odd a month is to a person: its rarity, and how far it is from what was expected. A rare step of
/// one in a thousand seats interests nobody.
pub fn oddness(p_value: f64, observed: f64, expected: f64) -> f64 {
    let share = (observed - expected).abs() / (expected.abs() + 1.0);
    -p_value.max(f64::MIN_POSITIVE).ln() * share.sqrt()
}

/// Money a month that is likely not chance; then how odd; then by name, so that no order is left open.
pub(super) fn worth_seeing_first(a: &Flag, b: &Flag) -> std::cmp::Ordering {
    let money = |flag: &Flag| flag.monthly_impact * flag.real;
    let odd = |flag: &Flag| oddness(flag.p_value, flag.observed, flag.expected);
    money(b)
        .total_cmp(&money(a))
        .then(odd(b).total_cmp(&odd(a)))
        .then_with(|| (&a.client, &a.sku, a.kind, a.side).cmp(&(&b.client, &b.sku, b.kind, b.side)))
        .then_with(|| a.series_idx.cmp(&b.series_idx))
}
