//! Sure claims on damaged exports: the same MSPs whole, and with one damage each.
//!
//! ```text
//! msp      one made-up MSP, whole and damaged, in its first month and in a later one → counts
//! figures  counts of all MSPs → figures
//! words    figures as text of at most 80 columns
//! ```

mod figures;
mod msp;
mod words;

use rayon::prelude::*;
use serde::Serialize;

pub use figures::{DamageFigures, DamagedFigures, DoubtFigures, SituationFigures, SureFigures};
pub use words::damaged_words;

use super::{EvaluateError, FORMATS, Steps};
use crate::simulate::{Damage, DamageKind, FormatPair};
use figures::figures;
use msp::DamagedMsp;
pub use msp::{DamagedCounts, RunCounts, Situation};
use seatdrift_core::domain::Side;
use seatdrift_core::models::Models;

/// What is measured, and on how much.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DamagedRecipe {
    /// The first seed; every made-up MSP has its own.
    pub seed: u64,
    /// Made-up MSPs, half of them of each pair of export formats.
    pub msps: usize,
    /// Clients of each.
    pub clients: usize,
}

impl Default for DamagedRecipe {
    fn default() -> Self {
        Self { seed: 1, msps: 40, clients: 60 }
    }
}

/// MSPs that are measured side by side.
const AT_ONCE: usize = 8;

/// The shares of rows that are spoiled, in turn.
const RATES: [f64; 4] = [0.1, 0.02, 0.05, 0.01];

/// Each kind on each side that it happens to.
pub fn damages() -> Vec<(DamageKind, Side)> {
    let sides = |kind| match kind {
        DamageKind::OnlyChanges => vec![Side::Vendor],
        DamageKind::TotalOff | DamageKind::RowsLost => vec![Side::Psa],
        _ => vec![Side::Psa, Side::Vendor],
    };
    DamageKind::ALL
        .into_iter()
        .flat_map(|kind| sides(kind).into_iter().map(move |side| (kind, side)))
        .collect()
}

/// Measures what is claimed of made-up MSPs whose exports are spoiled, beside the same MSPs whole.
///
/// # Errors
///
/// [`EvaluateError`] when a whole export cannot be read or a month not scored.
pub fn damaged(
    recipe: &DamagedRecipe,
    shipped: &Models,
    steps: &Steps<'_>,
) -> Result<DamagedFigures, EvaluateError> {
    steps.foresee(recipe.msps.div_ceil(AT_ONCE));
    let damages = damages();
    let counts = |number: usize| {
        let (kind, side) = damages[number % damages.len()];
        let rate = RATES[(number / damages.len() + number) % RATES.len()];
        let damage = Damage { kind, rate, side };
        // A sum of all rows is in ConnectWise's file alone.
        let needs_total = matches!(kind, DamageKind::TotalOff | DamageKind::RowsLost);
        let turn = if needs_total { 0 } else { number / 2 };
        let (formats, _) = FORMATS[turn % FORMATS.len()];
        let seed = recipe.seed.wrapping_mul(3_000_017).wrapping_add(number as u64);
        damaged_once(recipe.clients, seed, formats, damage, shipped)
    };
    let mut all: Vec<DamagedCounts> = Vec::with_capacity(recipe.msps);
    for first in (0..recipe.msps).step_by(AT_ONCE) {
        steps.begin(&format!("MSP {} of {}", first + 1, recipe.msps));
        let some = (first..recipe.msps.min(first + AT_ONCE)).into_par_iter().map(counts);
        all.extend(some.collect::<Result<Vec<_>, EvaluateError>>()?);
    }
    Ok(figures(recipe, &all))
}

/// What one damage does to what is claimed of one MSP.
///
/// # Errors
///
/// As [`damaged`].
pub fn damaged_once(
    clients: usize,
    seed: u64,
    formats: FormatPair,
    damage: Damage,
    shipped: &Models,
) -> Result<DamagedCounts, EvaluateError> {
    DamagedMsp::new(clients, seed, formats, damage)?.counts(shipped)
}
