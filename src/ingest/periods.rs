//! Periods of time: whole billing periods, and what is in force on the last day of a month.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::cells::folded;
pub(super) use seatdrift_core::domain::period::whole_months;
use seatdrift_core::domain::{Exclusion, ExportRow, LineKind, Money, Month, Quantity};

/// How many months one billing period has, from words such as `Annual` or `Semi-Annual`; `None`
/// where the words do not say.
pub(super) fn months_of(words: &str) -> Option<i32> {
    let word = folded(words);
    let says = |any: &[&str]| any.iter().any(|part| word.contains(part));
    if says(&["semiannual", "halfyear", "biannual", "sixmonth", "6month"]) {
        Some(6)
    } else if says(&["quarter", "threemonth", "3month"]) {
        Some(3)
    } else if says(&["triennial", "3year", "threeyear", "36month"]) {
        Some(36)
    } else if says(&["biennial", "2year", "twoyear", "24month"]) {
        Some(24)
    } else if says(&["annual", "year", "12month"]) {
        Some(12)
    } else if says(&["month"]) {
        Some(1)
    } else {
        None
    }
}

/// Decimal places of a unit price that had to be divided.
const UNIT_PLACES: u32 = 6;

/// Money for one month out of money for several.
pub(super) fn a_month(money: Option<Money>, months: i32) -> Option<Money> {
    let money = money?;
    if months <= 1 {
        return Some(money);
    }
    let amount = (money.amount / Decimal::from(months)).round_dp(UNIT_PLACES);
    Some(Money { amount, ..money })
}

/// What a format makes of a row once it has read it.
pub(super) trait AsRead {
    /// Turns unit prices for several months into prices for one. The row's amount stays.
    fn priced_for(self, months: i32) -> Self;

    /// Excludes the row for a reason, unless there is one already.
    fn excluded(self, reason: Option<Exclusion>) -> Self;
}

impl AsRead for ExportRow {
    fn priced_for(mut self, months: i32) -> Self {
        self.unit = a_month(self.unit, months);
        self.other_unit = a_month(self.other_unit, months);
        self
    }

    fn excluded(mut self, reason: Option<Exclusion>) -> Self {
        self.exclusion = self.exclusion.or(reason);
        self
    }
}

/// What one of several units costs; none where there are no units.
pub(super) fn a_unit(money: Money, units: Quantity) -> Option<Money> {
    let amount = money.amount.checked_div(units.0)?.round_dp(UNIT_PLACES);
    Some(Money { amount, ..money })
}

/// Whether an agreement with a first and an inclusive last day is in force on a day.
pub(super) fn out_of_force(
    day: Date,
    start: Option<Date>,
    last_day: Option<Date>,
) -> Option<Exclusion> {
    if start.is_some_and(|start| start > day) {
        return Some(Exclusion::NotYetEffective);
    }
    last_day.is_some_and(|last| last < day).then_some(Exclusion::NoLongerInForce)
}

/// The same where the end is the first day that is no longer billed.
pub(super) fn cancelled_by(day: Date, cancelled: Option<Date>) -> Option<Exclusion> {
    let gone = cancelled.is_some_and(|cancelled| cancelled <= day);
    gone.then_some(Exclusion::NoLongerInForce)
}

/// Whether a row charges for any day of a month.
pub(super) fn touches(month: Month, start: Date, end: Date) -> bool {
    // An end on the first of the month is the day after the month before.
    start <= month.last_day() && (end > month.first_day() || start >= month.first_day())
}

/// Units charged for a whole period count only while it is in force; money counts in any case, so
/// other kinds are left alone.
pub(super) fn full_period_in_force(day: Date, row: &ExportRow) -> Option<Exclusion> {
    if row.kind != LineKind::FullPeriod {
        return None;
    }
    let start = row.period_start?;
    let month_later = start.checked_add(1.month()).ok()?.checked_sub(1.day()).ok()?;
    out_of_force(day, Some(start), Some(row.period_end.unwrap_or(month_later)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn billing_words_are_understood() {
        for (words, months) in [
            ("Monthly", Some(1)),
            ("Quarterly", Some(3)),
            ("Semi-Annual", Some(6)),
            ("Yearly", Some(12)),
            ("Annual", Some(12)),
            ("2-Year", Some(24)),
            ("None", None),
            ("", None),
        ] {
            assert_eq!(months_of(words), months, "{words}");
        }
    }

    #[test]
    fn the_day_that_is_asked_for_decides() {
        let august: Month = "2026-08".parse().unwrap();
        let day = august.last_day();
        let out = |start, last| out_of_force(day, Some(start), Some(last));
        assert_eq!(out(date(2026, 8, 31), date(2026, 9, 29)), None);
        assert_eq!(out(date(2026, 7, 31), date(2026, 8, 30)), Some(Exclusion::NoLongerInForce));
        assert_eq!(out(date(2026, 9, 1), date(2026, 9, 30)), Some(Exclusion::NotYetEffective));
        assert_eq!(cancelled_by(day, Some(date(2026, 8, 31))), Some(Exclusion::NoLongerInForce));
        assert_eq!(cancelled_by(day, Some(date(2026, 9, 1))), None);
        assert!(!touches(august, date(2026, 7, 1), date(2026, 8, 1)));
        assert!(touches(august, date(2026, 8, 1), date(2026, 8, 1)));
    }
}
