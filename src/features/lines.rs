//! What the lines of two names say.

use crate::candidates::{CandidatePair, LineEvidence};
use crate::domain::EntityKind;

/// Features of lines and prices: their name, and what they say.
pub(super) const COLUMNS: [(&str, &str); 7] = [
    ("lines_known", "how many of the vendor name's lines can be compared"),
    ("lines_shared", "share of the lines that both sides have"),
    ("lines_equal", "share of the lines with the same number of units on both sides"),
    ("lines_equal_weight", "how telling the equal numbers are: 37 and 37 more than 1 and 1"),
    ("lines_disjoint", "both have lines that can be compared, and none in common"),
    ("price_below_cost", "how far the PSA price lies below the vendor's"),
    ("price_far_above", "how far the PSA price lies above the usual range"),
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
    let share =
        |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
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
