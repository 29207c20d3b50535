//! Billing periods of running subscriptions.

use jiff::civil::Date;
use jiff::{ToSpan, Unit};

/// How many months a term is billed for at once: a word such as `Annual`, `1-Year`, `P1Y` or `Monthly`.
pub fn months(term: &str) -> i32 {
    let word: String = term.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let n: i32 = word.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(1);
    match word.trim_start_matches(|c: char| c.is_ascii_digit()) {
        "annual" | "annually" | "yearly" => 12,
        "quarterly" => 3,
        "biennial" | "2year" => 24,
        "triennial" => 36,
        word if word.starts_with("year") || word.starts_with('p') && word.ends_with('y') => 12 * n,
        _ => 1,
    }
}

/// The billing period of so many months that holds a day, counted from a first day; of one month, or of one that
/// nobody knows the beginning of, the month itself.
pub fn around(day: Date, begun: Option<Date>, months: i32) -> (Date, Date) {
    let Some(begun) = begun.filter(|begun| months > 1 && *begun <= day) else {
        return (day.first_of_month(), day.last_of_month());
    };
    let since = begun.until((Unit::Month, day)).map_or(0, |span| span.get_months());
    let start = begun.saturating_add((since / months * months).months());
    (start, start.saturating_add(months.months()).saturating_sub(1.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_paid_in_advance_is_the_year_that_holds_the_day() {
        let day = "2026-11-30".parse().unwrap();
        let said = |begun: Option<&str>, term: &str| {
            let (start, end) = around(day, begun.map(|day| day.parse().unwrap()), months(term));
            format!("{start} {end}")
        };
        assert_eq!(said(Some("2024-01-15"), "Annual"), "2026-01-15 2027-01-14");
        assert_eq!(said(Some("2024-11-30"), "1-Year"), "2026-11-30 2027-11-29");
        assert_eq!(said(Some("2024-01-15"), "Monthly"), "2026-11-01 2026-11-30");
        assert_eq!(said(None, "Annual"), "2026-11-01 2026-11-30");
        assert_eq!(
            (months("P1Y"), months("P1M"), months("3-Year"), months("P3Y")),
            (12, 1, 36, 36)
        );
    }
}
