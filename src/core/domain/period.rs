//! Spans of days: whole billing periods and parts of them.

use jiff::ToSpan;
use jiff::civil::Date;

/// Longest commitment sold, in months.
const LONGEST: i32 = 60;

/// How many whole months a period covers; `None` for a part of one.
///
/// Exports write the last day as the last one charged for or as the first one after; both count.
pub fn whole_months(start: Date, end: Date) -> Option<i32> {
    let between =
        i32::from(end.year() - start.year()) * 12 + i32::from(end.month() - start.month());
    (between.max(1)..=between + 1).find(|&months| {
        let Ok(next) = start.checked_add(months.months()) else { return false };
        let last = next.checked_sub(1.day()).unwrap_or(next);
        // A period that starts on the 31st ends with the shorter month.
        let short = start.day() > next.day() && end == next;
        months <= LONGEST && (end == next || end == last || short)
    })
}

/// The days from one day to another, both counted; `None` where the second is before the first.
pub fn days(first: Date, last: Date) -> Option<i32> {
    let days = (last - first).get_days() + 1;
    (days > 0).then_some(days)
}

/// The billing period of some months that a day lies in: its first day, and the first day after it.
/// `anchor` is the first day of any of the periods.
pub fn period_of(day: Date, anchor: Date, months: i32) -> Option<(Date, Date)> {
    let between =
        i32::from(day.year() - anchor.year()) * 12 + i32::from(day.month() - anchor.month());
    let step = between.div_euclid(months) * months;
    [step + months, step, step - months].into_iter().find_map(|step| {
        // Every period is counted from the anchor, so that one begun on the 31st stays there.
        let first = anchor.checked_add(step.months()).ok()?;
        let next = anchor.checked_add((step + months).months()).ok()?;
        (first <= day && day < next).then_some((first, next))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_whole_period_may_end_on_its_last_day_or_the_day_after() {
        for (start, end, months) in [
            (date(2026, 8, 1), date(2026, 8, 31), Some(1)),
            (date(2026, 8, 1), date(2026, 9, 1), Some(1)),
            (date(2026, 8, 3), date(2026, 9, 2), Some(1)),
            (date(2026, 1, 31), date(2026, 2, 28), Some(1)),
            (date(2026, 1, 31), date(2026, 2, 27), Some(1)),
            (date(2026, 2, 1), date(2026, 2, 28), Some(1)),
            (date(2025, 9, 1), date(2026, 8, 31), Some(12)),
            (date(2026, 8, 17), date(2026, 8, 31), None),
            (date(2026, 8, 1), date(2026, 8, 30), None),
            (date(2026, 8, 1), date(2027, 3, 17), None),
            (date(2026, 8, 31), date(2026, 8, 1), None),
            (date(2026, 8, 1), date(2026, 8, 1), None),
        ] {
            assert_eq!(whole_months(start, end), months, "{start} {end}");
        }
    }

    #[test]
    fn a_period_runs_from_its_anchor() {
        let period = |day, anchor, months| period_of(day, anchor, months);
        let third = date(2026, 8, 3);
        assert_eq!(period(date(2026, 7, 10), third, 1), Some((date(2026, 7, 3), third)));
        assert_eq!(period(date(2026, 8, 2), third, 1), Some((date(2026, 7, 3), third)));
        let year = Some((date(2025, 8, 3), date(2026, 8, 3)));
        assert_eq!(period(date(2026, 3, 1), date(2025, 8, 3), 12), year);
        let short = Some((date(2026, 2, 28), date(2026, 3, 31)));
        assert_eq!(period(date(2026, 3, 1), date(2026, 1, 31), 1), short);
    }

    proptest! {
        #[test]
        fn every_day_lies_in_one_period(day in 0..8000i64, anchor in 0..8000i64, months in 1..37i32) {
            let from_2010 = |days: i64| date(2010, 1, 1).checked_add(days.days()).unwrap();
            let (day, anchor) = (from_2010(day), from_2010(anchor));
            let (first, next) = period_of(day, anchor, months).unwrap();
            prop_assert!(first <= day && day < next);
        }
    }
}
