//! Text → a number.

use rust_decimal::prelude::ToPrimitive;

use crate::cells::Cell;
use crate::cells::amounts::{DecimalMark, MarkEvidence, WrittenNumber};

/// What a cell of numbers is expected to hold.
pub(super) const A_NUMBER: &str = "a number between -1,000,000,000,000 and 1,000,000,000,000";

/// The largest number read: its square is still far from a float's end.
const LARGEST: f64 = 1e12;

/// A text without the blanks around it. Nearly all have none, which their ends tell.
pub(super) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// The number a text says; NaN for an empty cell, `NaN` and `N/A`. `None` when it is no number.
pub(super) fn number(text: &str) -> Option<f64> {
    match text.parse::<f64>() {
        Ok(number) => within_range(number),
        Err(_) => written(text),
    }
}

/// A number that is not too large to reckon with, or NaN; an infinite one is too large.
pub(super) fn within_range(number: f64) -> Option<f64> {
    (number.is_nan() || number.abs() <= LARGEST).then_some(number)
}

/// A number with blanks, thousands or a decimal comma. One that can be read two ways is none.
fn written(text: &str) -> Option<f64> {
    let Some(text) = Cell::of_text(text).text() else { return Some(f64::NAN) };
    if let Ok(number) = text.parse::<f64>() {
        return within_range(number);
    }
    let number = WrittenNumber::of(&text)?;
    let value = match number.evidence() {
        MarkEvidence::Silent => number.value(DecimalMark::Dot),
        MarkEvidence::Says(mark) => number.value(mark),
        MarkEvidence::Either => None,
    };
    value?.to_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_written() {
        for (text, expected) in [
            ("5", 5.0),
            (" 12 ", 12.0),
            ("-3", -3.0),
            ("2.5", 2.5),
            ("1.234", 1.234),
            ("2,5", 2.5),
            ("1,234.5", 1234.5),
            ("1.234,5", 1234.5),
            ("1e3", 1000.0),
            ("1000000000000", 1e12),
        ] {
            assert_eq!(number(text), Some(expected), "{text:?}");
        }
        for nothing in ["", "  ", "NaN", "nan", "N/A", "null", "-"] {
            assert!(number(nothing).is_some_and(f64::is_nan), "{nothing:?}");
        }
        for wrong in ["inf", "-Infinity", "1e13", "ten", "1,234", "5 seats", "1..2"] {
            assert_eq!(number(wrong), None, "{wrong:?}");
        }
    }
}
