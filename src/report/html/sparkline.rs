//! The months of a flag as a small chart, with a sentence for those who cannot see it.

use crate::charts::{Band, MonthsChart, months_chart};
use seatdrift_core::domain::Month;
use seatdrift_core::run::FlagLine;

/// The chart as an SVG, or nothing where the flag has no months.
pub(crate) fn chart(flag: &FlagLine) -> String {
    let months = flag.months_to_draw();
    let Some((_, seen)) = months.iter().find(|(month, _)| *month == flag.month) else {
        return String::new();
    };
    let seen = seen.filter(|value| value.is_finite());
    let band = Band { low: flag.low, expected: flag.expected, high: flag.high };
    months_chart(&MonthsChart {
        title: &title(flag, &months),
        description: &description(flag),
        months: &months,
        other: ("", &[]),
        marked: &[flag.month],
        band: flag.months_are_its_numbers().then_some(band),
        label: &seen.map_or_else(|| "none".to_owned(), |value| flag.month_number(value)),
    })
}

fn title(flag: &FlagLine, months: &[(Month, Option<f64>)]) -> String {
    let values: Vec<String> = months
        .iter()
        .map(|(_, value)| value.map_or_else(|| "no row".to_owned(), |v| flag.month_number(v)))
        .collect();
    let (first, last) = (months[0].0.short(), months[months.len() - 1].0.short());
    format!("{first} to {last}: {}", values.join(", "))
}

fn description(flag: &FlagLine) -> String {
    format!(
        "Flagged: {}, seen {}, expected {} to {}.",
        flag.month.short(),
        flag.number(flag.observed),
        flag.number(flag.low),
        flag.number(flag.high),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::run::{FlagKind, specimen};

    #[test]
    fn a_chart_says_in_words_what_it_shows() {
        let flag = &specimen::october().flags[0];
        let chart = chart(flag);
        assert!(chart.contains("<title>May 2025 to Oct 2026: 10, 13, 16, 14, 17, 15, no row, 21,"));
        assert!(chart.contains("<desc>Flagged: Oct 2026, seen 43.5, expected 26.3 to 32.9."));
        assert_eq!(chart.matches("<polyline").count(), 2, "a missing month breaks the line");
        assert_eq!(chart.matches("class=\"band\"").count(), 1);
    }

    #[test]
    fn a_line_that_is_gone_is_marked_at_zero_and_hollow() {
        let flag = &specimen::october().flags[1];
        assert_eq!(flag.kind, FlagKind::Vanished);
        assert!(chart(flag).contains("<circle class=\"gone\" cx=\"206.0\" cy=\"70.0\""));
    }

    #[test]
    fn numbers_that_are_none_draw_no_band_and_stay_out_of_the_markup() {
        let mut flag = specimen::october().flags.remove(0);
        flag.high = f64::INFINITY;
        flag.low = f64::NAN;
        let chart = chart(&flag);
        assert!(!chart.contains("class=\"band\""));
        assert!(!chart.contains("NaN") && !chart.contains("inf"));
    }

    #[test]
    fn every_point_of_a_run_lies_inside_the_chart() {
        for flag in specimen::october().flags {
            let chart = chart(&flag);
            for points in chart.split("points=\"").skip(1) {
                for point in points.split('"').next().unwrap().split(' ') {
                    let (x, y) = point.split_once(',').unwrap();
                    assert!((0.0..=256.0).contains(&x.parse::<f64>().unwrap()));
                    assert!((0.0..=92.0).contains(&y.parse::<f64>().unwrap()));
                }
            }
        }
    }
}
