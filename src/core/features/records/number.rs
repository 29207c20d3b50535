//! What two numbers, durations or dates say about their rows being one thing.

use jiff::civil::{Date, date};

/// Features of a column of numbers.
pub(super) const FEATURES: [&str; 6] =
    ["equal", "difference", "share_different", "log_ratio", "one_missing", "both_missing"];

/// Share of the filled cells that must be of one measure for the column to be.
const MEASURED_FROM: f64 = 0.8;

/// The cells of a column as numbers, when nearly all filled ones are numbers, durations (in seconds)
/// or dates (in days); else `None`.
pub(super) fn read_all(left: &[&str], right: &[&str]) -> Option<[Vec<Option<f64>>; 2]> {
    let n_filled = left.iter().chain(right).filter(|cell| !cell.trim().is_empty()).count() as f64;
    [number as fn(&str) -> Option<f64>, seconds, days].into_iter().find_map(|measure| {
        let read = |cells: &[&str]| cells.iter().map(|cell| measure(cell)).collect::<Vec<_>>();
        let (left, right) = (read(left), read(right));
        let n_read = left.iter().chain(&right).flatten().count() as f64;
        (0.0 < n_filled && MEASURED_FROM * n_filled <= n_read).then_some([left, right])
    })
}

/// Signs of money, of thousands and spaces are passed over.
fn number(cell: &str) -> Option<f64> {
    let is_sign = |letter: char| letter.is_whitespace() || "$€£,".contains(letter);
    let plain: String = cell.chars().filter(|&letter| !is_sign(letter)).collect();
    let is_number = plain.bytes().next()?.is_ascii_digit() || plain.starts_with(['-', '.']);
    plain.parse().ok().filter(|value: &f64| is_number && value.is_finite())
}

/// `4:31`, `1:04:31`.
fn seconds(cell: &str) -> Option<f64> {
    let parts: Vec<&str> = cell.trim().split(':').collect();
    let is_part =
        |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(is_part) {
        return None;
    }
    parts.iter().try_fold(0.0, |sum, part| Some(60.0 * sum + part.parse::<f64>().ok()?))
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `2012-11-13`, and any order with the month in words: `13-Nov-12`, `November 13 , 2012`. With the
/// month in digits and the year last nobody knows which is the day.
fn days(cell: &str) -> Option<f64> {
    let parts: Vec<String> = cell
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let month = |text: &str| {
        let place = MONTHS.iter().position(|month| text.starts_with(month))?;
        i8::try_from(place + 1).ok()
    };
    let (year, month, day) = match (month(first), month(second)) {
        (Some(found), _) => (third, found, second.parse().ok()?),
        (None, Some(found)) if first.len() == 4 => (first, found, third.parse().ok()?),
        (None, Some(found)) => (third, found, first.parse().ok()?),
        (None, None) if first.len() == 4 => (first, second.parse().ok()?, third.parse().ok()?),
        (None, None) => return None,
    };
    let year: i16 = match (year.len(), year.parse::<i16>().ok()?) {
        (4, year) => year,
        // As spreadsheets read two digits.
        (2, year) => year + if year < 50 { 2000 } else { 1900 },
        _ => return None,
    };
    let date = Date::new(year, month, day).ok()?;
    Some(f64::from((date - self::date(1970, 1, 1)).get_days()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_any_order_with_the_month_in_words_are_one_day() {
        for cell in ["13-Nov-12", "November 13 , 2012", "2012-11-13", "13 nov 2012"] {
            assert_eq!(days(cell), days("2012-11-13"), "{cell}");
            assert!(days(cell).is_some(), "{cell}");
        }
        assert_eq!(days("2012-11-14"), days("2012-11-13").map(|day| day + 1.0));
        for cell in ["11/12/2012", "May", "31-Feb-12", "", "may 5 , 12345"] {
            assert_eq!(days(cell), None, "{cell}");
        }
    }

    #[test]
    fn durations_are_seconds_and_money_is_a_number() {
        assert_eq!((seconds("4:31"), seconds("1:04:31")), (Some(271.0), Some(3871.0)));
        assert_eq!((seconds("4"), seconds("a:b")), (None, None));
        assert_eq!((number("$ 1,299.00"), number("-3")), (Some(1299.0), Some(-3.0)));
        assert_eq!((number("nan"), number("inf"), number("")), (None, None, None));
    }

    #[test]
    fn a_column_with_a_few_odd_cells_is_still_one_of_numbers() {
        let read = read_all(&["1.29", "0.99", "", "1.29", "1.29"], &["Album Only", "1.29"]);
        assert_eq!(read.map(|[left, _]| left[1]), Some(Some(0.99)));
        assert!(read_all(&["1.29", "blue"], &["red"]).is_none());
        assert!(read_all(&["", ""], &[""]).is_none());
    }
}
