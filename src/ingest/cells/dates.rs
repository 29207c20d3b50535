//! Dates: ISO with or without a time and an offset, `8/1/2026`, `31.08.2026`, `30-AUG-2025`,
//! `Sunday, Aug 30, 2025`, `30. August 2026`, and the serial numbers of spreadsheets.

use std::borrow::Cow;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::months;

/// Whether the day or the month comes first in `1/2/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateOrder {
    Dmy,
    Mdy,
}

/// A date as far as it can be read without knowing its file's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrittenDate {
    Known(Date),
    /// Two small numbers and a year.
    Numbers {
        first: i8,
        second: i8,
        year: i16,
    },
}

/// Serials of 1954 to 2119: a bare number outside is not a date.
const SERIALS: std::ops::RangeInclusive<i64> = 20_000..=80_000;

impl WrittenDate {
    /// Reads a text; `None` when it is no date in any order.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 64 {
            return None;
        }
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return digits_only(text);
        }
        let meant = without_words(text);
        let (parts, separators, rest) = three_parts(&meant)?;
        if !is_time(rest) {
            return None;
        }
        if let Some(named) = named_month(&parts) {
            return Some(Self::Known(named));
        }
        let [first, second, third] = [number(parts[0])?, number(parts[1])?, number(parts[2])?];
        if parts[0].len() == 4 {
            return Some(Self::Known(
                Date::new(first, i8::try_from(second).ok()?, i8::try_from(third).ok()?).ok()?,
            ));
        }
        let year = full_year(third, parts[2].len())?;
        let (first, second) = (i8::try_from(first).ok()?, i8::try_from(second).ok()?);
        let either = Self::Numbers { first, second, year };
        // Dots are written day first wherever dates are written with dots.
        if separators == '.' {
            return either.date(DateOrder::Dmy).map(Self::Known);
        }
        let readable = either.date(DateOrder::Dmy).or(either.date(DateOrder::Mdy));
        readable.map(|_| either)
    }

    /// The date when the file writes in this order.
    pub(crate) fn date(self, order: DateOrder) -> Option<Date> {
        match (self, order) {
            (Self::Known(date), _) => Some(date),
            (Self::Numbers { first, second, year }, DateOrder::Dmy) => {
                Date::new(year, second, first).ok()
            }
            (Self::Numbers { first, second, year }, DateOrder::Mdy) => {
                Date::new(year, first, second).ok()
            }
        }
    }

    /// The one order that reads it, where only one does.
    pub(crate) fn order(self) -> Option<DateOrder> {
        match (self.date(DateOrder::Dmy), self.date(DateOrder::Mdy)) {
            (Some(_), None) => Some(DateOrder::Dmy),
            (None, Some(_)) => Some(DateOrder::Mdy),
            _ => None,
        }
    }

    /// Whether its parts are year, month and day, as a spreadsheet or a program writes it.
    pub(crate) fn is_iso(text: &str) -> bool {
        let year = text.trim().split(['-', '/']).next().unwrap_or_default();
        year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit())
    }

    /// Whether both orders read it, as different days.
    pub(crate) fn is_ambiguous(self) -> bool {
        match (self.date(DateOrder::Dmy), self.date(DateOrder::Mdy)) {
            (Some(dmy), Some(mdy)) => dmy != mdy,
            _ => false,
        }
    }
}

/// The minute of the day that a text names beside its date; `None` where it names none, or one with an
/// offset, which is that of the place the date is of.
pub(crate) fn minute_of_day(text: &str) -> Option<u16> {
    let (before, after) = text.split_once(':')?;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let n_hours = before.bytes().rev().take_while(u8::is_ascii_digit).count().min(2);
    let hour: u16 = before[before.len() - n_hours..].parse().ok()?;
    let minute: u16 = after.get(..2).filter(|_| digits(after) >= 2)?.parse().ok()?;
    let upper = after.to_ascii_uppercase();
    let hour = match (hour, upper.contains("PM"), upper.contains("AM")) {
        (12, false, true) => 0,
        (1..=11, true, _) => hour + 12,
        _ => hour,
    };
    let offset = upper.rfind(['+', '-']).map(|at| &upper[at + 1..]);
    let is_elsewhere =
        offset.is_some_and(|offset| offset.bytes().any(|b| (b'1'..=b'9').contains(&b)));
    (hour < 24 && minute < 60 && !is_elsewhere).then_some(hour * 60 + minute)
}

/// What systems that know no empty date write in its place: year, and month and day in either order.
const NEVER: [(i16, [i16; 2]); 12] = [
    (0, [0, 0]),
    (1, [1, 1]),
    (1753, [1, 1]),
    (1899, [12, 30]),
    (1899, [12, 31]),
    // A spreadsheet's nought.
    (1900, [1, 0]),
    (1900, [1, 1]),
    (1969, [12, 31]),
    (1970, [1, 1]),
    (2999, [12, 31]),
    (9999, [1, 1]),
    (9999, [12, 31]),
];

/// The serial numbers of the same, as spreadsheets count days.
const NEVER_SERIALS: [i64; 6] = [0, 1, 2, 25_569, 401_768, 2_958_465];

/// Whether a text stands for no date: noughts, and the first and the last day that a system knows.
pub(crate) fn says_never(text: &str) -> bool {
    let mut parts = text.trim().split(|c: char| !c.is_ascii_digit());
    let mut part = || parts.next().and_then(|part| Some((number(part)?, part.len())));
    let Some(((first, n_first), (second, _), (third, n_third))) =
        part().and_then(|first| Some((first, part()?, part()?)))
    else {
        return false;
    };
    let (year, day) = match (n_first, n_third) {
        (4, _) => (first, [second, third]),
        (_, 4) => (third, [first, second]),
        _ => return false,
    };
    NEVER.contains(&(year, day)) || NEVER.contains(&(year, [day[1], day[0]]))
}

/// Whether a day stands for none.
pub(crate) fn is_never(day: Date) -> bool {
    NEVER.contains(&(day.year(), [i16::from(day.month()), i16::from(day.day())]))
}

/// Whether a serial number stands for no date.
pub(crate) fn is_never_serial(serial: Decimal) -> bool {
    serial.floor().to_i64().is_some_and(|serial| NEVER_SERIALS.contains(&serial))
}

/// The day of a spreadsheet serial number counted from 1899-12-30.
pub(crate) fn of_serial(serial: Decimal) -> Option<Date> {
    let days = serial.floor().to_i64().filter(|days| SERIALS.contains(days))?;
    date(1899, 12, 30).checked_add(days.days()).ok()
}

/// `20260831`, or a serial number.
fn digits_only(text: &str) -> Option<WrittenDate> {
    let date = match text.len() {
        8 => {
            let part = |range| number(text.get(range)?);
            let (month, day) = (part(4..6)?, part(6..8)?);
            Date::new(part(0..4)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?
        }
        5 => of_serial(text.parse().ok()?)?,
        _ => return None,
    };
    (1900..=2199).contains(&date.year()).then_some(WrittenDate::Known(date))
}

/// The text without what people write around a day: the day of the week, `de`, the ending of `1st`, the signs
/// of Japan and China, and the name of a zone in brackets.
fn without_words(text: &str) -> Cow<'_, str> {
    // Nearly every date: numbers, with a time behind them.
    let is_plain = |c: char| c.is_ascii_digit() || "/-.:+ TZAPM".contains(c);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text.trim_end_matches('.'));
    }
    let text = match text.split_once(" (") {
        Some((before, zone)) if zone.ends_with(')') => before,
        _ => text,
    };
    let text = text.replace(['年', '月'], "-").replace('日', "");
    let mut meant = String::with_capacity(text.len());
    for (at, word) in text.split_inclusive([' ', ',']).enumerate() {
        let bare = word.trim_end_matches([' ', ',']);
        let is_around = match at {
            0 => months::is_weekday(bare) && months::of(bare).is_none(),
            _ => matches!(bare, "de" | "del" | "of" | "den"),
        };
        if !is_around {
            let number = bare.trim_end_matches(|c: char| c.is_alphabetic() || c == 'º');
            let ending = &bare[number.len()..];
            let is_counted = matches!(ending, "st" | "nd" | "rd" | "th" | "er" | "º");
            meant.push_str(if is_counted && number.len() <= 2 { number } else { bare });
            meant.push_str(&word[bare.len()..]);
        }
    }
    Cow::Owned(meant.trim_matches([' ', '-', '.']).to_owned())
}

/// The three parts of the day, what stands between the first two, and the rest.
fn three_parts(text: &str) -> Option<([&str; 3], char, &str)> {
    let between = |c: char| matches!(c, '/' | '-' | '.' | ' ' | ',');
    let (first, rest) = text.split_once(between)?;
    let separator = text[first.len()..].chars().next()?;
    let rest = rest.trim_start_matches(between);
    let (second, rest) = rest.split_once(between)?;
    let rest = rest.trim_start_matches(between);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    // `2020-12-10T03:12` has no blank between the day and the time.
    let end = rest[..end].find(['T', 't']).filter(|&at| at > 0 && at <= 2).unwrap_or(end);
    Some(([first, second, &rest[..end]], separator, &rest[end..]))
}

/// Whether what follows a day is a time, an offset, or nothing.
fn is_time(rest: &str) -> bool {
    let starts = rest.is_empty() || rest.starts_with(['T', 't', ' ', ',']);
    let ends = rest.to_ascii_uppercase();
    let ends = ends.trim_end_matches("UTC").replace("GMT", "");
    starts && ends.chars().all(|c| c.is_ascii_digit() || " ,:.+-TZAPM\u{202f}".contains(c))
}

fn named_month(parts: &[&str; 3]) -> Option<Date> {
    if parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let (month, day) = match (months::of(parts[0]), months::of(parts[1])) {
        (Some(month), None) => (month, number(parts[1])?),
        (None, Some(month)) if parts[0].len() <= 2 => (month, number(parts[0])?),
        _ => return None,
    };
    let year = full_year(number(parts[2])?, parts[2].len())?;
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

fn number(part: &str) -> Option<i16> {
    let digits = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| part.parse().ok())?
}

/// `26` is 2026: billing exports are not older than this century.
fn full_year(year: i16, n_digits: usize) -> Option<i16> {
    match n_digits {
        2 => Some(2000 + year),
        4 if (1900..=2199).contains(&year) => Some(year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_read_however_they_are_written() {
        for text in [
            "2026-08-30",
            "2026-08-30T00:00:00",
            "2026-08-30T03:12:14.453-0300",
            "2026-08-30T08:30:00Z",
            "2026-08-30 00:00:00 UTC",
            "2026/08/30",
            "20260830",
            "30-AUG-2026",
            "30 August 2026",
            "Aug 30, 2026",
            "30-Aug-26",
            "30.08.2026",
            "30.8.26",
            "46264",
            "2026.08.30.",
            "2026年8月30日",
            "30. August 2026",
            "30-Aug.-2026",
            "30 août 2026",
            "30 de agosto de 2026",
            "30 sierpnia 2026",
            "Sunday, August 30, 2026",
            "So., 30. Aug. 2026",
            "30th August 2026",
            "August 30th, 2026",
            "Sun Aug 30 2026 00:00:00 GMT+0000 (Coordinated Universal Time)",
            "Sun, 30 Aug 2026 00:00:00 GMT",
        ] {
            assert_eq!(
                WrittenDate::of(text),
                Some(WrittenDate::Known(date(2026, 8, 30))),
                "{text}"
            );
        }
        for (text, order) in [
            ("8/30/2026", DateOrder::Mdy),
            ("8/30/2026 12:00:00 AM", DateOrder::Mdy),
            ("08/30/26 23:59", DateOrder::Mdy),
            ("30/08/2026", DateOrder::Dmy),
            ("30-08-2026", DateOrder::Dmy),
        ] {
            let written = WrittenDate::of(text).unwrap();
            assert_eq!(written.order(), Some(order), "{text}");
            assert_eq!(written.date(order), Some(date(2026, 8, 30)), "{text}");
        }
    }

    #[test]
    fn what_systems_write_where_they_have_no_date_is_none() {
        for text in [
            "0000-00-00",
            "0001-01-01T00:00:00Z",
            "1/1/0001 12:00:00 AM",
            "1753-01-01",
            "1899-12-30",
            "1/0/1900",
            "00.01.1900",
            "01/01/1900",
            "1970-01-01",
            "12/31/9999",
            "31.12.9999",
            "9999-12-31 23:59:59",
        ] {
            assert!(says_never(text), "{text}");
        }
        for text in ["", "never", "2026-01-01", "1/1/2000", "12/30/2026", "2/1/1900"] {
            assert!(!says_never(text), "{text}");
        }
        assert!(is_never(date(1900, 1, 1)) && !is_never(date(2026, 1, 1)));
        assert!(is_never_serial(Decimal::ZERO) && !is_never_serial(Decimal::from(46_264)));
    }

    #[test]
    fn the_time_beside_a_date_is_read_however_it_is_written() {
        for (text, minute) in [
            ("9/30/2026 11:00:00 PM", Some(23 * 60)),
            ("2026-09-30T23:00:00Z", Some(23 * 60)),
            ("2026-09-30T22:00:00.000+00:00", Some(22 * 60)),
            ("30.09.2026 23:00", Some(23 * 60)),
            ("10/1/2026 12:00:00 AM", Some(0)),
            ("10/1/2026 12:30 PM", Some(12 * 60 + 30)),
            ("2026-10-01T00:00:00+01:00", None),
            ("2026-10-01", None),
        ] {
            assert_eq!(minute_of_day(text), minute, "{text}");
        }
    }

    #[test]
    fn a_small_day_can_be_read_two_ways_unless_it_equals_the_month() {
        assert!(WrittenDate::of("8/1/2026").unwrap().is_ambiguous());
        assert!(!WrittenDate::of("8/8/2026").unwrap().is_ambiguous());
        assert!(!WrittenDate::of("8/13/2026").unwrap().is_ambiguous());
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        for text in [
            "",
            "N/A",
            "soon",
            "2026-13-01",
            "2026-02-30",
            "31/31/2026",
            "1/2",
            "12:30",
            "42",
            "2026-08-30 hello",
            "99999999",
            "1/2/126",
            "0/0/0000",
            "2026-08",
            "Ends Aug 30, 2026",
            "30 smarch 2026",
            "30 August 2026 (estimated",
        ] {
            assert_eq!(WrittenDate::of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}") {
            WrittenDate::of(&text);
            minute_of_day(&text);
        }

        #[test]
        fn dates_like_text_never_panics(text in "[0-9a-zA-Z/\\-., :T]{0,24}") {
            WrittenDate::of(&text);
            minute_of_day(&text);
        }
    }
}
