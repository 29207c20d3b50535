//! When the next look is due.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The shortest time between two looks: sources are others' servers.
const SHORTEST: SignedDuration = SignedDuration::from_mins(5);

/// When a watch looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// So long after the last look began.
    Every(SignedDuration),
    /// At this time of the day, where the MSP is.
    At(Time),
}

/// A text that is no time between two looks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a time between two looks from 5 minutes to 7 days, such as 30m, 1h or 1d, found {0:?}"
)]
pub struct EveryError(String);

impl Schedule {
    /// The schedule of `--every`.
    ///
    /// # Errors
    ///
    /// [`EveryError`] for a text that is no such time.
    pub fn every(text: &str) -> Result<Self, EveryError> {
        let wrong = || EveryError(text.to_owned());
        let (number, unit) =
            text.trim().split_at_checked(text.trim().len().saturating_sub(1)).ok_or_else(wrong)?;
        let number: i64 = number.trim().parse().map_err(|_| wrong())?;
        let minutes = match unit {
            "m" => Some(number),
            "h" => number.checked_mul(60),
            "d" => number.checked_mul(24 * 60),
            _ => None,
        };
        let minutes =
            minutes.filter(|minutes| (5..=7 * 24 * 60).contains(minutes)).ok_or_else(wrong)?;
        Ok(Self::Every(SignedDuration::from_mins(minutes)))
    }

    /// The first look after one that began at `last`: one that was missed is due at once, and once.
    ///
    /// A time of the day that a change of clocks leaves out is the moment after it; one that there is twice is the
    /// first.
    pub fn next(self, last: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Every(wait) => last.saturating_add(wait.max(SHORTEST)).unwrap_or(last),
            Self::At(time) => {
                let mut day = last.to_zoned(zone.clone()).date();
                loop {
                    let moment = zone
                        .to_ambiguous_zoned(day.to_datetime(time))
                        .compatible()
                        .map_or(last, |zoned| zoned.timestamp());
                    if moment > last {
                        return moment;
                    }
                    match day.checked_add(1.day()) {
                        Ok(next) => day = next,
                        Err(_) => return Timestamp::MAX,
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nexts(schedule: Schedule, zone: &str, from: &str, n: usize) -> Vec<String> {
        let zone = TimeZone::get(zone).unwrap();
        let mut moment: Timestamp = from.parse().unwrap();
        (0..n)
            .map(|_| {
                moment = schedule.next(moment, &zone);
                moment.to_zoned(zone.clone()).strftime("%m-%d %H:%M %z").to_string()
            })
            .collect()
    }

    #[test]
    fn a_time_of_the_day_is_that_time_before_and_after_the_clocks_change() {
        let at = Schedule::At("06:30".parse().unwrap());
        assert_eq!(
            nexts(at, "Europe/Berlin", "2026-03-27T12:00:00Z", 3),
            ["03-28 06:30 +0100", "03-29 06:30 +0200", "03-30 06:30 +0200"]
        );
        assert_eq!(
            nexts(at, "America/Denver", "2026-10-31T00:00:00Z", 3),
            ["10-31 06:30 -0600", "11-01 06:30 -0700", "11-02 06:30 -0700"]
        );
    }

    #[test]
    fn a_time_that_a_day_does_not_have_or_has_twice_is_one_look() {
        let at = Schedule::At("02:30".parse().unwrap());
        assert_eq!(
            nexts(at, "Europe/Berlin", "2026-03-28T12:00:00Z", 2),
            ["03-29 03:30 +0200", "03-30 02:30 +0200"]
        );
        assert_eq!(
            nexts(at, "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
            ["10-25 02:30 +0200", "10-26 02:30 +0100"]
        );
    }

    #[test]
    fn looks_that_were_missed_are_one() {
        let hourly = Schedule::every("1h").unwrap();
        let last: Timestamp = "2026-06-18T06:00:00Z".parse().unwrap();
        let due = hourly.next(last, &TimeZone::UTC);
        assert_eq!(due.to_string(), "2026-06-18T07:00:00Z");
        // The machine was off until noon: the look that is due is made, and the next is an hour after it.
        let noon: Timestamp = "2026-06-18T12:00:00Z".parse().unwrap();
        assert_eq!(hourly.next(noon, &TimeZone::UTC).to_string(), "2026-06-18T13:00:00Z");
    }

    #[test]
    fn a_time_between_looks_is_read_or_refused() {
        for text in ["5m", "1h", "1d", "7d"] {
            assert!(Schedule::every(text).is_ok(), "{text}");
        }
        for text in ["", "h", "4m", "1", "8d", "-1h", "1w", "99999999999999999d", "é"] {
            assert!(Schedule::every(text).is_err(), "{text}");
        }
    }
}
