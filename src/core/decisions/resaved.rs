//! A decisions file that a spreadsheet has saved again: cut at semicolons or tabs, with `Oct-26` for a month
//! and `4/30/2027` for a day.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::domain::Month;

/// What spreadsheets cut cells at.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The first letters of months in the languages whose spreadsheets write them, January first.
const MONTHS: [&[&str]; 12] = [
    &["jan", "janv", "ene", "gen"],
    &["feb", "fév", "fev", "févr"],
    &["mar", "mär", "mrz", "mrt", "maa"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mei", "mag", "maj"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aoû", "ago"],
    &["sep", "set"],
    &["oct", "okt", "ott", "out"],
    &["nov"],
    &["dec", "dez", "déc", "dic"],
];

/// Whether the day or the month comes first in `4/30/2027`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    Day,
    Month,
}

/// What the cells of a file are cut at: what cuts its first line into most; the comma of equals.
pub(super) fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let n_cuts = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
    DELIMITERS.into_iter().rev().max_by_key(n_cuts).unwrap_or(b',')
}

/// Which comes first in the days of a file; `None` where none of them says so, or some say one and some the
/// other.
pub(super) fn first<'t>(cells: impl Iterator<Item = &'t str>) -> Option<First> {
    let mut found = None;
    for (one, other) in cells.filter_map(|cell| numbers(cell).map(|(one, other, _)| (one, other))) {
        let says = match (one > 12, other > 12) {
            (true, false) => First::Day,
            (false, true) => First::Month,
            _ => continue,
        };
        if found.is_some_and(|before| before != says) {
            return None;
        }
        found = Some(says);
    }
    found
}

/// The day of a text as a spreadsheet writes it; `None` where it can be read two ways.
pub(super) fn day(text: &str, first: Option<First>) -> Option<Date> {
    let (one, other, year) = numbers(text)?;
    let is_dotted = text.split('.').count() > 2;
    let (day, month) = match first {
        _ if is_dotted || one == other => (one, other),
        Some(First::Day) => (one, other),
        Some(First::Month) => (other, one),
        None => return None,
    };
    Date::new(year, month, day).ok()
}

/// The moment of a text as a spreadsheet writes it, which knows no zone: UTC, as it was written before.
pub(super) fn moment(text: &str, first: Option<First>) -> Option<Timestamp> {
    let (date, time) = text.split_once(' ')?;
    let day = date.parse().ok().or_else(|| day(date, first))?;
    let upper = time.to_ascii_uppercase();
    let clock = upper.trim_end_matches(['A', 'P', 'M', ' ']);
    let mut parts = clock.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let hour = match (hour, upper.ends_with("PM"), upper.ends_with("AM")) {
        (12, _, true) => 0,
        (1..=11, true, _) => hour + 12,
        _ => hour,
    };
    let time = Time::new(hour, minute, second, 0).ok()?;
    let moment = DateTime::from_parts(day, time).to_zoned(TimeZone::UTC).ok()?;
    Some(moment.timestamp())
}

/// The month of `Oct-26`, `oct. 2026`, `10/2026` or its first day.
pub(super) fn month(text: &str, first: Option<First>) -> Option<Month> {
    let whole_day = text.parse().ok().or_else(|| day(text, first));
    if let Some(day) = whole_day.filter(|day: &Date| day.day() == 1) {
        return Month::of(day);
    }
    let is_between = |c: char| matches!(c, '-' | ' ' | '/' | '.');
    let mut parts = text.split(is_between).filter(|part| !part.is_empty());
    let (month, year, None) = (parts.next()?, parts.next()?, parts.next()) else { return None };
    let lower = month.to_lowercase();
    let named = MONTHS.iter().position(|names| names.iter().any(|name| lower.starts_with(name)));
    let number = match named {
        Some(idx) => u8::try_from(idx + 1).ok()?,
        None => month.parse().ok().filter(|_| month.len() <= 2 && year.len() == 4)?,
    };
    Month::new(full_year(year)?, number)
}

/// Two small numbers and a year.
fn numbers(text: &str) -> Option<(i8, i8, i16)> {
    let date = text.split(' ').next()?;
    let mut parts = date.split(['/', '.', '-']);
    let (one, other, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_small = |part: &str| (1..=2).contains(&part.len());
    if parts.next().is_some() || !is_small(one) || !is_small(other) {
        return None;
    }
    Some((one.parse().ok()?, other.parse().ok()?, full_year(year)?))
}

fn full_year(text: &str) -> Option<i16> {
    let year: i16 = text.parse().ok()?;
    match text.len() {
        2 => Some(2000 + year),
        4 => Some(year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_spreadsheets_write_it() {
        for text in ["Oct-26", "Okt 26", "oct.-26", "ott-26", "October 2026", "10/2026", "10.2026"]
        {
            assert_eq!(
                month(text, None).map(|m| m.to_string()).as_deref(),
                Some("2026-10"),
                "{text}"
            );
        }
        assert_eq!(month("10/1/2026", Some(First::Month)), "2026-10".parse().ok());
        for text in ["26-Oct", "10-26", "1/10/2026", "Oct", "13/2026", ""] {
            assert_eq!(month(text, None), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_read_where_the_file_says_in_which_order() {
        let told = first(["4/30/2027", "12/3/2026 9:00"].into_iter());
        assert_eq!(told, Some(First::Month));
        assert_eq!(day("12/3/2026", told), Date::new(2026, 12, 3).ok());
        assert_eq!(day("12/3/2026", None), None);
        assert_eq!(day("3.12.2026", None), Date::new(2026, 12, 3).ok());
        assert_eq!(first(["4/30/2027", "30/4/2027"].into_iter()), None);
        assert_eq!(moment("12/3/2026 9:00", told), "2026-12-03T09:00:00Z".parse().ok());
        assert_eq!(moment("12/3/2026 9:00:05 PM", told), "2026-12-03T21:00:05Z".parse().ok());
    }
}
