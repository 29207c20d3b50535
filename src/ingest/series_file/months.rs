//! Text → month. `YYYY-MM` and ISO dates are read at once; other dates as exports write them, where a
//! file whose days and months could be either is asked what its other dates say.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::cells::dates::{DateOrder, WrittenDate, minute_of_day};
use crate::cells::months::of as month_named;
use crate::evenings::{begin_months, is_evening};
use seatdrift_core::domain::Month;

/// What a cell of months is expected to hold.
pub(super) const A_MONTH: &str = "a month as YYYY-MM between 1900-01 and 2199-12";

/// Why a text gives no month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is none.
    NoMonth,
    /// It can be read day first and month first.
    EitherWay,
    /// It may be the midnight of another zone, in which its month begins the day after.
    Evening,
}

/// Reads a file's months.
#[derive(Debug, Default)]
pub(crate) struct MonthReader {
    order: Option<DateOrder>,
    /// Whether evenings are the midnights of the day after; `None` until it is asked.
    evenings_are_midnights: Option<bool>,
    /// The last text that was not ISO: most rows repeat one of a few.
    last: Option<(String, Month)>,
}

impl MonthReader {
    /// The month a text lies in.
    pub(crate) fn month(&mut self, text: &str) -> Result<Month, Unread> {
        if let Some(month) = iso(text.as_bytes()) {
            return Ok(month);
        }
        if let Some((_, month)) = self.last.as_ref().filter(|(last, _)| last == text) {
            return Ok(*month);
        }
        let month = self.written(text.trim())?;
        self.last = Some((text.to_owned(), month));
        Ok(month)
    }

    fn written(&self, text: &str) -> Result<Month, Unread> {
        let short = iso(text.as_bytes()).or_else(|| digits(text));
        if let Some(month) = short.or_else(|| without_day(text)) {
            return Ok(month);
        }
        let written = WrittenDate::of(text).ok_or(Unread::NoMonth)?;
        let date = match (written.order(), self.order) {
            (Some(order), _) | (None, Some(order)) => written.date(order),
            (None, None) if written.is_ambiguous() => return Err(Unread::EitherWay),
            (None, None) => written.date(DateOrder::Dmy),
        };
        let date = date.ok_or(Unread::NoMonth)?;
        let date = match self.evenings_are_midnights {
            _ if !minute_of_day(text).is_some_and(is_evening) => date,
            Some(false) => date,
            Some(true) => date.tomorrow().map_err(|_| Unread::NoMonth)?,
            None => return Err(Unread::Evening),
        };
        Month::of(date).ok_or(Unread::NoMonth)
    }

    /// Whether evenings were read as the midnights of the day after.
    pub(super) fn reads_the_day_after(&self) -> bool {
        self.evenings_are_midnights == Some(true)
    }

    /// Decides how a file writes its dates by all its texts. Says whether they tell the order of days and
    /// months.
    pub(crate) fn decide<'a>(&mut self, texts: impl Iterator<Item = &'a str>) -> bool {
        let texts: Vec<&str> = texts.collect();
        let told = self.decide_order(texts.iter().copied());
        let moments = texts.iter().filter(|text| !text.trim().is_empty()).map(|text| {
            let date = WrittenDate::of(text.trim())?.date(self.order.unwrap_or(DateOrder::Dmy))?;
            Some((date, minute_of_day(text)?))
        });
        let moments: Option<Vec<_>> = moments.collect();
        self.evenings_are_midnights = Some(moments.is_some_and(|all| begin_months(&all)));
        told
    }

    fn decide_order<'a>(&mut self, texts: impl Iterator<Item = &'a str>) -> bool {
        let mut orders = BTreeSet::new();
        let (mut firsts, mut seconds) = (BTreeSet::new(), BTreeSet::new());
        for written in texts.filter_map(|text| WrittenDate::of(text.trim())) {
            orders.extend(written.order().map(|order| order == DateOrder::Dmy));
            if let WrittenDate::Numbers { first, second, .. } = written {
                firsts.insert(first);
                seconds.insert(second);
            }
        }
        // In a monthly file the day stays and the month moves.
        let day_first = match (orders.len(), firsts.len(), seconds.len()) {
            (1, ..) => orders.first().copied(),
            (0, 1, 2..) => Some(true),
            (0, 2.., 1) => Some(false),
            _ => None,
        };
        self.order = day_first.map(|yes| if yes { DateOrder::Dmy } else { DateOrder::Mdy });
        self.order.is_some()
    }
}

/// `2026-03`, and `2026-03-01` up to the 28th, which every month has.
fn iso(text: &[u8]) -> Option<Month> {
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |sum, digit| {
            digit.is_ascii_digit().then(|| 10 * sum + i16::from(digit - b'0'))
        })
    };
    let (year, rest) = text.split_first_chunk::<4>()?;
    let (month, rest) = rest.strip_prefix(b"-")?.split_first_chunk::<2>()?;
    match rest {
        [] => {}
        [b'-', tens, ones] if (1..=28).contains(&number(&[*tens, *ones])?) => {}
        _ => return None,
    }
    Month::new(number(year)?, u8::try_from(number(month)?).ok()?)
}

/// `202603`.
fn digits(text: &str) -> Option<Month> {
    let (year, month) = text.split_at_checked(4).filter(|_| text.len() == 6)?;
    iso(format!("{year}-{month}").as_bytes())
}

/// `Aug-26`, `August 2026`, `2026 Aug`, `08/2026`: a month without a day.
fn without_day(text: &str) -> Option<Month> {
    let mut parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let (first, second) = (parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then_some(part.len());
    let year = |part: &str| match digits(part)? {
        2 => part.parse::<i16>().ok().map(|year| 2000 + year),
        4 => part.parse().ok(),
        _ => None,
    };
    if let (Some(1 | 2), Some(4)) = (digits(first), digits(second)) {
        return Month::new(year(second)?, first.parse().ok()?);
    }
    let named = |word: &str, of: &str| {
        let month = u8::try_from(month_named(word)?).ok()?;
        Month::new(year(of)?, month)
    };
    named(first, second).or_else(|| named(second, first))
}

/// The month of a day counted from 1970-01-01.
pub(super) fn of_days(days: i32) -> Option<Month> {
    date_of_days(days).and_then(Month::of)
}

/// A day counted from 1970-01-01.
pub(super) fn date_of_days(days: i32) -> Option<Date> {
    let span = jiff::Span::new().try_days(days).ok()?;
    Date::constant(1970, 1, 1).checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Result<String, Unread> {
        MonthReader::default().month(text).map(|month| month.to_string())
    }

    #[test]
    fn months_are_read_however_they_are_written() {
        for text in [
            "2026-08",
            "2026-08-01",
            "2026-08-31",
            " 2026-08 ",
            "2026-08-01T00:00:00",
            "2026-08-01 00:00:00",
            "2026/08/01",
            "202608",
            "20260801",
            "31.08.2026",
            "8/31/2026",
            "Aug 1, 2026",
            "Aug-26",
            "Aug 2026",
            "août 2026",
            "2026 August",
            "08/2026",
        ] {
            assert_eq!(month(text).as_deref(), Ok("2026-08"), "{text:?}");
        }
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-02-30",
            "1899-12",
            "2200-01",
            "soon",
            "2026-8",
            "Aug",
            "13/2026",
            "Aug-6",
        ] {
            assert_eq!(month(text), Err(Unread::NoMonth), "{text:?}");
        }
        assert_eq!(month("1/2/2026"), Err(Unread::EitherWay));
    }

    #[test]
    fn the_dates_of_a_file_tell_whether_days_or_months_come_first() {
        for (texts, expected) in [
            (["1/1/2026", "1/2/2026", "1/3/2026"], Some("2026-02")),
            (["1/1/2026", "2/1/2026", "3/1/2026"], Some("2026-01")),
            (["1/2/2026", "2/1/2026", "13/1/2026"], Some("2026-02")),
            (["1/2/2026", "1/2/2026", "1/2/2026"], None),
            (["1/2/2026", "13/2/2026", "2/13/2026"], None),
        ] {
            let mut reader = MonthReader::default();
            let told = reader.decide(texts.into_iter());
            assert_eq!(told, expected.is_some(), "{texts:?}");
            if let Some(expected) = expected {
                let month = reader.month("1/2/2026").unwrap().to_string();
                assert_eq!(month, expected, "{texts:?}");
            }
        }
    }

    #[test]
    fn midnights_of_another_zone_are_in_the_month_they_begin() {
        let mut reader = MonthReader::default();
        assert_eq!(reader.month("2024-06-30T14:00:00Z"), Err(Unread::Evening));
        let texts = ["2024-06-30T14:00:00Z", "2024-10-31T13:00:00Z", "2024-11-30T13:00:00Z"];
        reader.decide(texts.into_iter());
        assert_eq!(reader.month(texts[0]).unwrap().to_string(), "2024-07");
        // Any day at any time is what it says.
        let mut reader = MonthReader::default();
        reader.decide(["2024-06-30T14:00:00Z", "2024-07-12T13:00:00Z"].into_iter());
        assert_eq!(reader.month(texts[0]).unwrap().to_string(), "2024-06");
    }

    #[test]
    fn a_day_since_1970_lies_in_its_month() {
        for (days, expected) in [(0, "1970-01"), (-1, "1969-12"), (20_500, "2026-02")] {
            assert_eq!(of_days(days).unwrap().to_string(), expected);
        }
        assert_eq!(of_days(i32::MAX), None);
    }
}
