//! Days as formats write them, moved or turned round.

use jiff::ToSpan;
use jiff::civil::Date;

/// A day in a cell, and how it is written there.
#[derive(Debug, Clone, Copy)]
pub(super) struct WrittenDay {
    pub day: Date,
    style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `2026-10-01`
    Iso,
    /// `2026-10-01T00:00:00`
    Moment,
    /// `10/01/2026`, or `10/1/2026`
    American { is_padded: bool },
}

impl WrittenDay {
    /// The day in a cell; `None` where it holds none.
    pub(super) fn of(cell: &str) -> Option<Self> {
        if let Some((day, _)) = cell.split_once('T') {
            return Some(Self { day: day.parse().ok()?, style: Style::Moment });
        }
        if let Ok(day) = cell.parse() {
            return Some(Self { day, style: Style::Iso });
        }
        let parts: Vec<&str> = cell.split('/').collect();
        let [month, day, year] = parts[..] else { return None };
        let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
        let is_padded = month.len() == 2 && day.len() == 2;
        Some(Self { day: date, style: Style::American { is_padded } })
    }

    fn on(self, day: Date) -> Self {
        Self { day, ..self }
    }

    /// Ten in the evening of the day before.
    pub(super) fn two_hours_early(self) -> String {
        let before = self.day_before();
        match self.style {
            Style::Moment => before.replace("T00:00:00", "T22:00:00"),
            Style::Iso => format!("{before} 22:00:00"),
            Style::American { .. } => format!("{before} 10:00:00 PM"),
        }
    }

    /// The day before.
    pub(super) fn day_before(self) -> String {
        self.on(self.day.yesterday().unwrap_or(self.day)).written()
    }

    /// Day and month swapped; `None` where that is no day, or the same.
    pub(super) fn swapped(self) -> Option<String> {
        let day = Date::new(self.day.year(), self.day.day(), self.day.month()).ok()?;
        (day != self.day).then(|| self.on(day).written())
    }

    /// The same day of the month before; the last of one for the last.
    pub(super) fn month_before(self) -> String {
        let before = self.day.checked_sub(1.month()).unwrap_or(self.day);
        let is_last = self.day.day() == self.day.days_in_month();
        self.on(if is_last { before.last_of_month() } else { before }).written()
    }

    fn written(self) -> String {
        let day = self.day;
        match self.style {
            Style::Iso => day.to_string(),
            Style::Moment => format!("{day}T00:00:00"),
            Style::American { is_padded: true } => {
                format!("{:02}/{:02}/{:04}", day.month(), day.day(), day.year())
            }
            Style::American { is_padded: false } => {
                format!("{}/{}/{}", day.month(), day.day(), day.year())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_moved_in_its_own_writing() {
        let day = |cell| WrittenDay::of(cell).unwrap();
        assert_eq!(day("2026-10-01").two_hours_early(), "2026-09-30 22:00:00");
        assert_eq!(day("2026-10-01T00:00:00").two_hours_early(), "2026-09-30T22:00:00");
        assert_eq!(day("10/01/2026").two_hours_early(), "09/30/2026 10:00:00 PM");
        assert_eq!(day("10/1/2026").swapped().unwrap(), "1/10/2026");
        assert_eq!(day("10/31/2026").month_before(), "9/30/2026".replace('9', "09"));
        assert_eq!(day("10/31/2026").swapped(), None);
        assert!(WrittenDay::of("").is_none());
    }
}
