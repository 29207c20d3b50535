//! A calendar month, the unit of every run.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar month from 1900-01 to 2199-12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Months since 1900-01.
    index: u16,
}

/// A text that is not a month.
#[derive(Debug, Clone, thiserror::Error)]
#[error("expected a month as YYYY-MM between 1900-01 and 2199-12, found {0:?}")]
pub struct MonthError(String);

const FIRST_YEAR: i16 = 1900;
const N_MONTHS: u16 = 300 * 12;

impl Month {
    /// The month of a year, 1 to 12; `None` outside 1900 to 2199.
    pub fn new(year: i16, month: u8) -> Option<Self> {
        let years = u16::try_from(year.checked_sub(FIRST_YEAR)?).ok()?;
        let index = years.checked_mul(12)?.checked_add(u16::from(month).checked_sub(1)?)?;
        (index < N_MONTHS && month <= 12).then_some(Self { index })
    }

    /// The month a date lies in; `None` outside 1900 to 2199.
    pub fn of(date: Date) -> Option<Self> {
        Self::new(date.year(), u8::try_from(date.month()).ok()?)
    }

    /// Months since 1900-01: differences of it count months.
    pub fn index(self) -> i32 {
        i32::from(self.index)
    }

    /// The month `n` months later, or earlier when `n` is negative; held inside the range.
    pub fn plus(self, n: i32) -> Self {
        let index = (self.index() + n).clamp(0, i32::from(N_MONTHS) - 1);
        Self { index: u16::try_from(index).expect("clamped to the range") }
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        FIRST_YEAR + i16::try_from(self.index / 12).expect("at most 300 years")
    }

    /// The month of the year, 1 to 12.
    pub fn month(self) -> u8 {
        u8::try_from(self.index % 12).expect("below 12") + 1
    }

    /// The first day.
    pub fn first_day(self) -> Date {
        let month = i8::try_from(self.month()).expect("at most 12");
        Date::new(self.year(), month, 1).expect("the first of a month exists")
    }

    /// The last day.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// `Sep 2026`, for people.
    pub fn short(self) -> String {
        const NAMES: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        format!("{} {}", NAMES[usize::from(self.month() - 1)], self.year())
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || MonthError(text.to_owned());
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        let digits = |part: &str, n| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(wrong());
        }
        let year = year.parse().map_err(|_| wrong())?;
        let month = month.parse().map_err(|_| wrong())?;
        Self::new(year, month).ok_or_else(wrong)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year(), self.month()))
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_written_as_it_is_read() {
        for text in ["1900-01", "2026-02", "2026-12", "2199-12"] {
            assert_eq!(text.parse::<Month>().unwrap().to_string(), text);
        }
        for wrong in ["", "2026", "2026-13", "2026-00", "26-01", "2026-1", "1899-12", "2200-01"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn months_count_across_years() {
        let november: Month = "2026-11".parse().unwrap();
        assert_eq!(november.plus(3).to_string(), "2027-02");
        assert_eq!(november.plus(-11).to_string(), "2025-12");
        assert_eq!(november.plus(3).last_day().to_string(), "2027-02-28");
    }
}
