//! The flags first shown, against what months later proved real.

use serde::Serialize;

use super::cases::{Case, Cases};
use super::one_liners::Method;

/// Months shown.
const SHOWN: usize = 50;

/// What the first shown were worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopFigures {
    /// Line-months that a later look could tell.
    pub n: usize,
    /// Of them, months that later proved a spike or a shift.
    pub n_real: usize,
    /// By method, in the order of [`Method::ALL`]: of the first 50 shown, the share that proved real.
    pub precision: Vec<f64>,
}

/// The line-months as they came, highest score first.
pub(super) fn top(cases: &Cases) -> TopFigures {
    let known: Vec<_> =
        cases.rows.iter().filter(|row| row.planted.is_none() && row.was_real.is_some()).collect();
    // This program shows first what is odd to a person, the others what is rare.
    let shown = |row: &Case, method_idx: usize| {
        if matches!(Method::ALL[method_idx], Method::Seatdrift | Method::Any) {
            row.shown
        } else {
            row.scores[method_idx]
        }
    };
    let real = |row: &&&Case| row.was_real == Some(true);
    let precision = |method_idx: usize| {
        let mut order = known.clone();
        // Equal scores stay in the order of series and months.
        order.sort_by(|a, b| shown(b, method_idx).total_cmp(&shown(a, method_idx)));
        order.truncate(SHOWN);
        order.iter().filter(real).count() as f64 / order.len().max(1) as f64
    };
    TopFigures {
        n: known.len(),
        n_real: known.iter().filter(real).count(),
        precision: (0..Method::ALL.len()).map(precision).collect(),
    }
}
