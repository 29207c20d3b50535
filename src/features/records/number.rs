//! What two numbers say about their rows being one thing.

/// Features of a column of numbers.
pub(super) const FEATURES: [&str; 6] =
    ["equal", "difference", "share_different", "log_ratio", "one_missing", "both_missing"];

/// The number of a cell: signs of money and thousands around it are passed over.
pub(super) fn read(cell: &str) -> Option<f64> {
    let is_sign = |letter: char| letter.is_whitespace() || "$€£,".contains(letter);
    let plain: String = cell.chars().filter(|&letter| !is_sign(letter)).collect();
    let is_number = plain.bytes().next()?.is_ascii_digit() || plain.starts_with(['-', '.']);
    plain.parse().ok().filter(|value: &f64| is_number && value.is_finite())
}

/// The values of [`FEATURES`]; a missing number is neither like nor unlike any other.
pub(super) fn values(left: Option<f64>, right: Option<f64>) -> [f64; FEATURES.len()] {
    let (Some(l), Some(r)) = (left, right) else {
        let both = left.is_none() && right.is_none();
        return [0.0, 0.0, 0.0, 0.0, f64::from(u8::from(!both)), f64::from(u8::from(both))];
    };
    let difference = (l - r).abs();
    let size = l.abs().max(r.abs());
    [
        f64::from(u8::from(difference <= 1e-9 * size)),
        difference.ln_1p().min(50.0),
        if 0.0 < size { (difference / size).min(2.0) } else { 0.0 },
        if 0.0 < l && 0.0 < r { (l / r).ln().clamp(-5.0, 5.0) } else { 0.0 },
        0.0,
        0.0,
    ]
}
