//! Months judged by all methods alike: as they came, or with something planted.

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::one_liners::{self, Method, Way};
use super::{FlagRecipe, SeriesSet};
use seatdrift_core::anomaly::oddness;
use seatdrift_core::domain::{Month, Series, SeriesSide};
use seatdrift_core::seat_trend::{
    MonthScores, Statistic, TrendModel, TrendRecipe, fit, retro_labels, score_month,
};

/// Months a line must have before the month judged. With fewer, no method knows much.
const LEAST_BEFORE: usize = 12;

/// Months before the one judged that a case keeps for methods outside this program.
const KEPT_MONTHS: usize = 84;

/// At most one line in so many has something planted at a time.
const LINES_PER_PLANTED: usize = 100;

/// One month of one line, judged by all methods.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub series_idx: usize,
    /// What was planted, as a position in the test's kinds; `None` where nothing was.
    pub planted: Option<usize>,
    /// Whether the month later proved a spike or a shift; `None` where nobody can know.
    pub was_real: Option<bool>,
    /// The p-value of the test's statistic; 1 where the line was not judged by it.
    pub p_value: f64,
    /// The p-value of the line.
    pub any: f64,
    /// How soon a person is shown the month, higher for sooner.
    pub shown: f64,
    /// By method, higher for odder.
    pub scores: [f64; Method::ALL.len()],
    /// The months up to the one judged, oldest first; NaN where missing.
    pub months: Vec<f64>,
}

/// What one test plants, and what it looks at.
#[derive(Clone, Copy)]
pub(super) struct Test<'a> {
    pub name: &'static str,
    pub statistic: Statistic,
    pub way: Way,
    pub kinds: &'a [&'static str],
    /// Plants a kind in the months of a series that end at a position; `None` where it cannot.
    pub plant:
        &'a (dyn Fn(&mut Series, usize, usize, &mut Xoshiro256PlusPlus) -> Option<()> + Sync),
}

/// The cases of one test.
#[derive(Debug)]
pub(super) struct Cases {
    pub test: &'static str,
    pub statistic: Statistic,
    pub kinds: Vec<&'static str>,
    pub rows: Vec<Case>,
    /// The client of each series, as a number.
    pub clients: Vec<u32>,
}

impl Cases {
    /// Judges the months of a set, as they came and with the test's kinds planted. `None` where the
    /// set is too short.
    pub(super) fn of(
        set: &SeriesSet,
        months: &[Month],
        recipe: &FlagRecipe,
        test: &Test<'_>,
    ) -> Option<Self> {
        let blocks: Vec<&[Month]> = months.chunks(recipe.refit_months.max(1)).collect();
        let planted = recipe.planted.div_ceil(months.len().max(1));
        let parts: Vec<Option<Vec<Case>>> = blocks
            .par_iter()
            .map(|block| {
                let model = fit(&set.series, block[0].plus(-1), &TrendRecipe::default()).ok()?;
                let of_month = |&month: &Month| {
                    MonthJudged { model: &model, set, month, test }.cases(planted, recipe.seed)
                };
                Some(block.iter().flat_map(of_month).collect())
            })
            .collect();
        let rows = parts.into_iter().collect::<Option<Vec<_>>>()?.concat();
        (!rows.is_empty()).then(|| Self {
            test: test.name,
            statistic: test.statistic,
            kinds: test.kinds.to_vec(),
            rows,
            clients: set.clients(),
        })
    }

    /// The rows in which nothing was planted and nothing later proved real.
    pub(super) fn quiet(&self) -> impl Iterator<Item = &Case> {
        self.rows.iter().filter(|row| row.planted.is_none() && row.was_real != Some(true))
    }
}

struct MonthJudged<'a> {
    model: &'a TrendModel,
    set: &'a SeriesSet,
    month: Month,
    test: &'a Test<'a>,
}

impl MonthJudged<'_> {
    fn cases(&self, n_planted: usize, seed: u64) -> Vec<Case> {
        let series = &self.set.series;
        let labels = retro_labels(series, self.month);
        let scores = score_month(self.model, series, self.month);
        let mut rows: Vec<Case> = (0..series.len())
            .filter_map(|idx| self.case(&scores, series, idx, labels[idx], None))
            .collect();
        let mut rng =
            Xoshiro256PlusPlus::seed_from_u64(seed ^ self.month.index().unsigned_abs() as u64);
        let mut wanted: Vec<usize> =
            (0..self.test.kinds.len() * n_planted).map(|idx| idx % self.test.kinds.len()).collect();
        let quiet: Vec<usize> = rows
            .iter()
            .filter(|row| row.was_real != Some(true))
            .map(|row| row.series_idx)
            .collect();
        let mut changed = series.clone();
        // A set may hold few lines for a kind: the tries end, the kind has fewer cases.
        for _ in 0..4 * wanted.len() {
            if wanted.is_empty() || quiet.is_empty() {
                break;
            }
            rows.extend(self.batch(&mut changed, &quiet, &mut wanted, &mut rng));
        }
        rows
    }

    /// Plants in a few lines, judges them, and takes out again what was planted.
    fn batch(
        &self,
        changed: &mut [Series],
        quiet: &[usize],
        wanted: &mut Vec<usize>,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Vec<Case> {
        let most = (changed.len() / LINES_PER_PLANTED).max(1).min(quiet.len());
        let lines: Vec<usize> = quiet.choose_multiple(rng, most).copied().collect();
        let mut planted = Vec::new();
        for series_idx in lines {
            let Some(kind) = wanted.pop() else { break };
            let end =
                changed[series_idx].position(self.month).expect("a judged line has the month");
            match (self.test.plant)(&mut changed[series_idx], end, kind, rng) {
                Some(()) => planted.push((series_idx, kind)),
                None => {
                    changed[series_idx] = self.set.series[series_idx].clone();
                    wanted.insert(rng.gen_range(0..=wanted.len()), kind);
                }
            }
        }
        if planted.is_empty() {
            return Vec::new();
        }
        let scores = score_month(self.model, changed, self.month);
        let rows = planted
            .iter()
            .filter_map(|&(idx, kind)| self.case(&scores, changed, idx, None, Some(kind)))
            .collect();
        for (series_idx, _) in planted {
            changed[series_idx] = self.set.series[series_idx].clone();
        }
        rows
    }

    fn case(
        &self,
        scores: &MonthScores<'_>,
        series: &[Series],
        series_idx: usize,
        was_real: Option<bool>,
        planted: Option<usize>,
    ) -> Option<Case> {
        let one = &series[series_idx];
        if (one.side == SeriesSide::Drift) != (self.test.statistic == Statistic::Drift) {
            return None;
        }
        let end = one.position(self.month)?;
        one.quantity[end]?;
        let start = (end + 1).saturating_sub(KEPT_MONTHS);
        let months: Vec<f64> =
            one.quantity[start..=end].iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        let n_before = months[..months.len() - 1].iter().filter(|value| value.is_finite()).count();
        if n_before < LEAST_BEFORE {
            return None;
        }
        let p_value = scores.p_value(series_idx, self.test.statistic).unwrap_or(1.0);
        let [level, step, fence, persist] = one_liners::scores(&months, self.test.way);
        let any = scores.p_value(series_idx, Statistic::Any).unwrap_or(1.0);
        let all = [-p_value.ln(), -any.ln(), level, step, fence, persist];
        let line = scores.line(series_idx);
        let expected = line.forecast.map_or(f64::NAN, |forecast| forecast.point);
        let shown = line.observed.map_or(0.0, |seen| oddness(any, seen, expected)).max(0.0);
        Some(Case { shown, series_idx, planted, was_real, p_value, any, scores: all, months })
    }
}
