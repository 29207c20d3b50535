//! What the lines of two names say.

use super::Direction::{Against, Either, For};
use super::Feature;
use crate::candidates::{CandidatePair, LineEvidence};
use crate::domain::EntityKind;

/// Features of lines and prices: their name, and what they say.
pub(super) const COLUMNS: [Feature; 7] = [
    Feature::new("lines_known", Either, "how many of the vendor name's lines can be compared"),
    Feature::new(
        "lines_shared",
        For,
        "share of the lines that both sides have; of one line, a half",
    ),
    Feature::new(
        "lines_equal",
        For,
        "share of the lines with the same number of units on both sides; of one line, a half",
    ),
    Feature::new(
        "lines_equal_weight",
        For,
        "how telling the equal numbers are: 37 and 37 more than 1 and 1",
    ),
    Feature::new(
        "lines_disjoint",
        Against,
        "both have lines that can be compared, and none in common",
    ),
    Feature::new("price_below_cost", Against, "how far the PSA price lies below the vendor's"),
    Feature::new("price_far_above", Against, "how far the PSA price lies above the usual range"),
];

/// Above this many times the vendor's price a PSA price is unusual.
const USUAL_MARKUP: f64 = 3.0;

/// The values of [`COLUMNS`], and what they add to how alike the names are.
pub(super) fn values(
    kind: EntityKind,
    evidence: &LineEvidence,
    pair: CandidatePair,
) -> ([f64; COLUMNS.len()], f64) {
    let lines = evidence.agreement(pair.vendor_idx, pair.psa_idx);
    let fewest = lines.n_vendor.min(lines.n_psa);
    let all = lines.n_vendor + lines.n_psa - lines.n_shared;
    // One line that agrees may do so by chance: it counts as one of two.
    let share = |part: usize, whole: usize| part as f64 / (whole + 1) as f64;
    let equal = share(lines.n_equal, all);
    let prices = match (kind, evidence.units(pair.vendor_idx, pair.psa_idx)) {
        (EntityKind::Sku, Some((cost, price))) => {
            let log_ratio = (price / cost).ln();
            [(-log_ratio).clamp(0.0, 3.0), (log_ratio - USUAL_MARKUP.ln()).clamp(0.0, 3.0)]
        }
        _ => [0.0, 0.0],
    };
    let values = [
        (lines.n_vendor as f64).ln_1p(),
        share(lines.n_shared, fewest),
        equal,
        (lines.weight_equal / 3.0).min(4.0),
        f64::from(u8::from(0 < fewest && lines.n_shared == 0)),
        prices[0],
        prices[1],
    ];
    (values, 0.5 * equal)
}
