//! Exact numbers ↔ what a decimal column holds: whole numbers of the last decimal place.

use rust_decimal::Decimal;

use super::columns::{DIGITS, PLACES};

/// A number in units of the column's last place; `None` where the column cannot hold all its digits.
pub(super) fn scaled(number: Decimal) -> Option<i128> {
    let number = if number.scale() > PLACES { number.normalize() } else { number };
    let shift = PLACES.checked_sub(number.scale())?;
    let scaled = number.mantissa().checked_mul(10_i128.pow(shift))?;
    (scaled.unsigned_abs() < 10_u128.pow(DIGITS)).then_some(scaled)
}

/// The number of so many units of the last place, without superfluous zeros; `None` beyond what a number
/// can be here.
pub(super) fn number(scaled: i128) -> Option<Decimal> {
    let mut places = PLACES;
    if let Ok(mut short) = i64::try_from(scaled) {
        // Nearly all are whole or in cents, and short ones are divided many times faster.
        for step in [8, 4, 2, 1] {
            let power = 10_i64.pow(step);
            while step <= places && short % power == 0 {
                short /= power;
                places -= step;
            }
        }
        return Some(Decimal::new(short, places));
    }
    let mut scaled = scaled;
    while places > 0 && scaled % 10 == 0 {
        scaled /= 10;
        places -= 1;
    }
    Decimal::try_from_i128_with_scale(scaled, places).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_held_to_its_last_digit_or_not_at_all() {
        for (text, held) in [
            ("0", Some(0)),
            ("12.50", Some(125_000_000_000)),
            ("-0.0000000001", Some(-1)),
            ("1.10000000000000", Some(11_000_000_000)),
            ("0.00000000001", None),
            ("3.333333333333", None),
            ("79228162514264337593543950335", None),
        ] {
            assert_eq!(scaled(text.parse().unwrap()), held, "{text}");
        }
        assert_eq!(number(i128::MAX), None);
    }

    proptest! {
        #[test]
        fn what_is_held_comes_back(mantissa in any::<i64>(), places in 0..=10_u32, zeros in 0..9_u32) {
            let short = Decimal::new(mantissa, places);
            prop_assert_eq!(number(scaled(short).unwrap()), Some(short));
            let long = short.checked_mul(Decimal::from(10_u64.pow(zeros))).unwrap();
            if let Some(held) = scaled(long) {
                prop_assert_eq!(number(held), Some(long));
            }
        }
    }
}
