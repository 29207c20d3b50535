//! Dates that are midnights written in another zone: `9/30/2026 11:00:00 PM` for the first of October.
//!
//! A system keeps the moment a day begins where it stands, and an interface shows it an hour or more to the
//! west. In summer and in winter the hours differ by one. Where a whole column says the same evening and the
//! days after are firsts of months, those days are meant.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::cells::Cell;
use super::cells::dates::minute_of_day;
use super::columns::{Column, Columns};
use super::conventions::Conventions;
use super::fields::Field;
use super::table::RawRow;

/// From ten in the morning on: fourteen zones lie to the east.
const EARLIEST: u16 = 10 * 60;

/// From eight in the evening on.
const LATE: u16 = 20 * 60;

/// Zones differ by quarters of an hour.
const ZONE_STEP: u16 = 15;

/// Of the different dates, how many are firsts of months where the columns are such, and where they are not.
const MOST: f64 = 0.75;
const FEW: f64 = 0.25;

/// Days, and the minutes of them.
type Moments = Vec<(Date, u16)>;

/// Columns of dates that are read as the day after.
#[derive(Debug, Default)]
pub(super) struct Evenings {
    pub columns: BTreeSet<usize>,
    pub note: Option<String>,
}

/// Looks for columns of evenings.
pub(super) fn look(rows: &[&RawRow], columns: &Columns, conventions: &Conventions) -> Evenings {
    let found: Vec<(Field, &Column, Moments)> = columns
        .iter()
        .filter(|(field, _)| field.is_date())
        .filter_map(|(field, column)| Some((field, column, evenings(rows, column, conventions)?)))
        .collect();
    let dates_of = |is_wanted: &dyn Fn(Field) -> bool| -> BTreeSet<Date> {
        let wanted = found.iter().filter(|(field, ..)| is_wanted(*field));
        wanted.flat_map(|(.., evenings)| evenings.iter().map(|(date, _)| *date)).collect()
    };
    let begins = dates_of(&|field| field != Field::PeriodEnd);
    let ends = dates_of(&|field| field == Field::PeriodEnd);
    let is_first = |date: Date| date.day() == 1;
    let is_last = |date: Date| date.day() == date.days_in_month();
    let Some((_, _, moments)) = found.first() else { return Evenings::default() };
    let (day, minute) = moments[0];
    // Nothing begins late in the evening: some firsts of months are enough. At noon much is written.
    let is_late = LATE <= minute;
    let at_least = if is_late { FEW } else { MOST };
    let are_midnights = match begins.is_empty() {
        true => would_be(&ends, is_last, MOST),
        false => would_be(&begins, is_first, at_least),
    };
    let names: Vec<&str> = found.iter().map(|(_, column, _)| column.header.as_str()).collect();
    let names = names.join(" and ");
    let time = format!("{day} {:02}:{:02}", minute / 60, minute % 60);
    if !are_midnights {
        let note = format!(
            "the times in {names} are all of the same evening hour ({time}): read as the day that is \
             written; midnights of another time zone would be the day after"
        );
        // What only ends in the evening ends on that day.
        let note = Some(note).filter(|_| is_late && !begins.is_empty());
        return Evenings { note, ..Evenings::default() };
    }
    let tomorrow = day.tomorrow().unwrap_or(day);
    let note = format!(
        "the times in {names} are midnights of another time zone ({time}): read as the day after, \
         {tomorrow}"
    );
    Evenings { columns: found.iter().map(|(_, column, _)| column.idx).collect(), note: Some(note) }
}

/// Whether moments are the midnights of another zone in which each begins a month.
pub(crate) fn begin_months(moments: &[(Date, u16)]) -> bool {
    let are_evenings = moments.iter().all(|(_, minute)| is_evening(*minute));
    let dates = moments.iter().map(|(date, _)| *date).collect();
    are_evenings && are_one_zone(moments) && would_be(&dates, |date| date.day() == 1, MOST)
}

/// Whether all moments say one time, or two an hour apart, as in summer and in winter.
fn are_one_zone(moments: &[(Date, u16)]) -> bool {
    let minutes: BTreeSet<u16> = moments.iter().map(|(_, minute)| *minute).collect();
    let span = minutes.first().zip(minutes.last()).map(|(first, last)| last - first);
    minutes.len() <= 2 && span.is_some_and(|span| span == 0 || span == 60)
}

/// The dates of a column with their times, where all of its cells say the same evening.
fn evenings(rows: &[&RawRow], column: &Column, conventions: &Conventions) -> Option<Moments> {
    let mut evenings = Vec::new();
    for cell in rows.iter().map(|row| row.cell(column.idx)).filter(|cell| cell.text().is_some()) {
        let Cell::Text(text) = cell else { return None };
        let minute = minute_of_day(text).filter(|minute| is_evening(*minute))?;
        // A cell that is no date is told with its row.
        if let Ok(Some(date)) = conventions.date(column, cell) {
            evenings.push((date, minute));
        }
    }
    are_one_zone(&evenings).then_some(evenings)
}

/// Whether a minute of the day may be the midnight of a zone to the east.
pub(crate) fn is_evening(minute: u16) -> bool {
    minute >= EARLIEST && minute.is_multiple_of(ZONE_STEP)
}

/// Whether so many of the days after hold what the days themselves do not.
fn would_be(dates: &BTreeSet<Date>, holds: impl Fn(Date) -> bool, at_least: f64) -> bool {
    let share = |n: usize| n as f64 / dates.len().max(1) as f64;
    let own = dates.iter().filter(|date| holds(**date)).count();
    let next = dates.iter().filter_map(|date| date.tomorrow().ok()).filter(|d| holds(*d)).count();
    share(next) >= at_least && share(own) < FEW
}
