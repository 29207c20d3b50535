//! What is found at a budget of false alarms, and at each method's usual setting.

use serde::Serialize;

use super::cases::{Case, Cases};
use super::one_liners::Method;

/// False alarms per line-month at which methods are compared.
pub const BUDGETS: [f64; 2] = [0.005, 0.01];

/// One method in one test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MethodFigures {
    /// The method.
    pub method: Method,
    /// False alarms per 1,000 line-months at its usual setting.
    pub false_per_1000: f64,
    /// By kind planted: the share found at [`BUDGETS`].
    pub found: Vec<[f64; BUDGETS.len()]>,
}

/// One test, by all methods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TestFigures {
    /// What is tested.
    pub test: &'static str,
    /// Kinds planted.
    pub kinds: Vec<&'static str>,
    /// Cases planted, by kind.
    pub n_planted: Vec<usize>,
    /// Quiet line-months.
    pub n_quiet: usize,
    /// The methods.
    pub methods: Vec<MethodFigures>,
}

/// One test's figures.
pub(super) fn figures(cases: &Cases) -> TestFigures {
    let of_kind = |kind: usize| cases.rows.iter().filter(move |row| row.planted == Some(kind));
    TestFigures {
        test: cases.test,
        kinds: cases.kinds.clone(),
        n_planted: (0..cases.kinds.len()).map(|kind| of_kind(kind).count()).collect(),
        n_quiet: cases.quiet().count(),
        methods: (0..Method::ALL.len()).map(|idx| method(cases, idx)).collect(),
    }
}

fn method(cases: &Cases, method_idx: usize) -> MethodFigures {
    let method = Method::ALL[method_idx];
    let score = |row: &Case| row.scores[method_idx];
    let mut quiet: Vec<f64> = cases.quiet().map(score).collect();
    quiet.sort_unstable_by(|a, b| b.total_cmp(a));
    let loud = quiet.partition_point(|score| method.nominal() <= *score);
    let bounds = BUDGETS.map(|budget| bound(&quiet, budget));
    let found = |kind: usize| {
        let planted: Vec<f64> =
            cases.rows.iter().filter(|row| row.planted == Some(kind)).map(score).collect();
        bounds.map(|bound| {
            let n = planted.iter().filter(|score| bound < **score).count();
            n as f64 / planted.len().max(1) as f64
        })
    };
    MethodFigures {
        method,
        false_per_1000: 1000.0 * loud as f64 / quiet.len().max(1) as f64,
        found: (0..cases.kinds.len()).map(found).collect(),
    }
}

/// The score above which no more quiet rows lie than the budget allows. `falling`: highest first.
fn bound(falling: &[f64], budget: f64) -> f64 {
    let allowed = (budget * falling.len() as f64).floor() as usize;
    falling.get(allowed).copied().unwrap_or(f64::NEG_INFINITY).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_quiet_rows_than_the_budget_lie_above_its_bound() {
        let falling: Vec<f64> = (0..1000).rev().map(|idx| f64::from(idx / 3)).collect();
        for budget in BUDGETS {
            let bound = bound(&falling, budget);
            let above = falling.iter().filter(|score| bound < **score).count();
            assert!(above as f64 <= budget * 1000.0, "{above}");
            assert!(0 < above);
        }
    }
}
