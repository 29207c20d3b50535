//! Which flags a person sees first: the most money that is likely not chance.

use super::Flag;
use crate::seat_trend::{MonthScores, Statistic};

/// p-values above this are nobody's flag and are not looked at one by one.
const LOOKED_AT: f64 = 0.05;

/// How many of the lines down to a p-value chance alone would raise.
#[derive(Debug, Default)]
pub(super) struct FalseShares {
    n_tests: usize,
    /// The low p-values, rising, and the share of chance among all up to each.
    steps: Vec<(f64, f64)>,
}

impl FalseShares {
    /// Of a month's lines: those that are there and were judged.
    pub(super) fn of(scores: &MonthScores<'_>) -> Self {
        let is_judged = |series_idx: usize| {
            let by = |statistic: &Statistic| scores.p_value(series_idx, *statistic).is_some();
            Statistic::SUSPICIONS.iter().any(by)
        };
        let mut n_tests = 0;
        let mut low = Vec::new();
        for mut series in scores.lines() {
            let Some(judged) = series.find(|&idx| is_judged(idx)) else { continue };
            n_tests += 1;
            low.extend(scores.p_value(judged, Statistic::Any).filter(|p| *p <= LOOKED_AT));
        }
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

    /// The share of chance among everything as rare as a p-value, at most 1 (Benjamini–Hochberg).
    pub(super) fn at(&self, p: f64) -> f64 {
        let at = self.steps.partition_point(|step| step.0 < p);
        self.steps.get(at).map_or(1.0, |step| step.1)
    }

    /// The share of chance among flags like one. That a line came or went is a fact.
    pub(super) fn of_flag(&self, flag: &Flag) -> f64 {
        if flag.is_fact() {
            return 0.0;
        }
        // A product's common move is no line's p-value.
        if flag.client.is_empty() && 1 < flag.series_idx.len() {
            return flag.p_value;
        }
        self.at(flag.p_value)
    }

    /// The highest p-value up to which chance makes at most a share, and how many there are up to it;
    /// `None` where there is none.
    pub(super) fn cut(&self, most: f64) -> Option<(f64, usize)> {
        let n = self.steps.partition_point(|step| step.1 <= most);
        Some((self.steps[n.checked_sub(1)?].0, n))
    }

    /// Lines that were judged.
    pub(super) fn n_tests(&self) -> usize {
        self.n_tests
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
