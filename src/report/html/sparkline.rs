//! The months of a flag as a small chart, with a sentence for those who cannot see it.

use askama::Template;

use crate::domain::Month;

use super::super::FlagLine;
use super::rendered;

const WIDTH: f64 = 256.0;
/// Left, right, top and bottom of the drawing inside the chart; labels stand outside it.
const PLOT: (f64, f64, f64, f64) = (4.0, 206.0, 12.0, 70.0);

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<svg class="chart" viewBox="0 0 {{ width }} 92" role="img"><title>{{ alt }}</title>
<line class="base" x1="0" y1="{{ zero }}" x2="216" y2="{{ zero }}"/>
{% if let Some(band) = band %}<rect class="band" x="{{ band.x }}" y="{{ band.top }}" width="16" height="{{ band.height }}" rx="1.5"/><line class="expected" x1="{{ band.x }}" y1="{{ band.expected }}" x2="{{ band.right }}" y2="{{ band.expected }}"/>{% endif %}
{% for line in lines %}<polyline class="line" points="{{ line }}"/>{% endfor %}{% for (x, y) in dots %}<circle class="point" cx="{{ x }}" cy="{{ y }}" r="1.6"/>{% endfor %}
<circle class="{{ mark }}" cx="{{ mark_x }}" cy="{{ mark_y }}" r="4"/><text class="seen" x="{{ label_x }}" y="{{ label_y }}">{{ label }}</text>
<text x="0" y="89">{{ first }}</text><text x="{{ mark_x }}" y="89" text-anchor="middle">{{ flagged }}</text></svg>"##
)]
struct Chart {
    width: f64,
    alt: String,
    zero: String,
    band: Option<Band>,
    lines: Vec<String>,
    dots: Vec<(String, String)>,
    mark: &'static str,
    mark_x: String,
    mark_y: String,
    label: String,
    label_x: String,
    label_y: String,
    first: String,
    flagged: String,
}

struct Band {
    x: String,
    right: String,
    top: String,
    height: String,
    expected: String,
}

/// From months and values to places in the chart.
struct Scale {
    low: f64,
    high: f64,
    n_months: usize,
}

impl Scale {
    fn x(&self, month_idx: usize) -> f64 {
        let (left, right, ..) = PLOT;
        let steps = self.n_months.saturating_sub(1).max(1);
        left + (right - left) * month_idx as f64 / steps as f64
    }

    fn y(&self, value: f64) -> f64 {
        let (_, _, top, bottom) = PLOT;
        let share = (value - self.low) / (self.high - self.low);
        bottom - (bottom - top) * share.clamp(0.0, 1.0)
    }
}

/// The chart as an SVG, or nothing where the flag has no months.
pub(super) fn chart(flag: &FlagLine) -> String {
    let months = flag.months_to_draw();
    let Some(flagged_idx) = months.iter().position(|(month, _)| *month == flag.month) else {
        return String::new();
    };
    let scale = scale(flag, &months);
    let value = months[flagged_idx].1.filter(|value| value.is_finite());
    let seen = value.unwrap_or(0.0);
    let (x, y) = (scale.x(flagged_idx), scale.y(seen));
    let (lines, dots) = drawn(&months, &scale);
    rendered(&Chart {
        width: WIDTH,
        alt: alternative(flag, &months),
        zero: at(scale.y(0.0)),
        band: band(flag, &scale, x),
        lines,
        dots,
        mark: if value.is_some() { "mark" } else { "gone" },
        mark_x: at(x),
        mark_y: at(y),
        label: value.map_or_else(|| "none".to_owned(), |value| flag.month_number(value)),
        label_x: at(x + 10.0),
        label_y: at(y + 4.0),
        first: if flagged_idx > 3 { months[0].0.short() } else { String::new() },
        flagged: flag.month.short(),
    })
}

fn at(value: f64) -> String {
    format!("{value:.1}")
}

fn scale(flag: &FlagLine, months: &[(Month, Option<f64>)]) -> Scale {
    let own = match flag.months_are_its_numbers() {
        true => vec![flag.low, flag.high, flag.expected],
        false => Vec::new(),
    };
    let values = months.iter().filter_map(|(_, value)| *value).chain(own);
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((0.0f64, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
    let high = if high > low { high } else { low + 1.0 };
    Scale { low, high, n_months: months.len() }
}

fn band(flag: &FlagLine, scale: &Scale, x: f64) -> Option<Band> {
    let ends = [flag.low, flag.high, flag.expected];
    if !flag.months_are_its_numbers() || ends.iter().any(|end| !end.is_finite()) {
        return None;
    }
    let (top, bottom) = (scale.y(flag.high), scale.y(flag.low));
    Some(Band {
        x: at(x - 8.0),
        right: at(x + 8.0),
        top: at(top),
        // A range of one number is still seen.
        height: at((bottom - top).max(2.0)),
        expected: at(scale.y(flag.expected)),
    })
}

/// A line through each run of months with rows; a month between two gaps is a dot.
fn drawn(months: &[(Month, Option<f64>)], scale: &Scale) -> (Vec<String>, Vec<(String, String)>) {
    let mut runs: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (month_idx, (_, value)) in months.iter().enumerate() {
        match value.filter(|value| value.is_finite()) {
            Some(value) => {
                let point = (at(scale.x(month_idx)), at(scale.y(value)));
                runs.last_mut().expect("it starts with one").push(point);
            }
            None => runs.push(Vec::new()),
        }
    }
    let (lines, dots): (Vec<_>, Vec<_>) =
        runs.into_iter().filter(|run| !run.is_empty()).partition(|run| run.len() > 1);
    let joined = |run: Vec<(String, String)>| {
        run.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
    };
    (lines.into_iter().map(joined).collect(), dots.concat())
}

fn alternative(flag: &FlagLine, months: &[(Month, Option<f64>)]) -> String {
    let values: Vec<String> = months
        .iter()
        .map(|(_, value)| value.map_or_else(|| "no row".to_owned(), |v| flag.month_number(v)))
        .collect();
    let (first, last) = (months[0].0.short(), months[months.len() - 1].0.short());
    format!(
        "{first} to {last}: {}. Flagged: {}, seen {}, expected {} to {}.",
        values.join(", "),
        flag.month.short(),
        flag.number(flag.observed),
        flag.number(flag.low),
        flag.number(flag.high),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    #[test]
    fn a_chart_says_in_words_what_it_shows() {
        let flag = &specimen::october().flags[0];
        let chart = chart(flag);
        assert!(chart.contains("<title>May 2025 to Oct 2026: 10, 13, 16, 14, 17, 15, no row, 21,"));
        assert!(chart.contains("Flagged: Oct 2026, seen 43.5, expected 26.3 to 32.9."));
        assert_eq!(chart.matches("<polyline").count(), 2, "a missing month breaks the line");
        assert_eq!(chart.matches("class=\"band\"").count(), 1);
    }

    #[test]
    fn a_line_that_is_gone_is_marked_at_zero_and_hollow() {
        let flag = &specimen::october().flags[1];
        assert_eq!(flag.kind, "vanished");
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
    fn every_point_lies_inside_the_chart() {
        for flag in specimen::october().flags {
            let chart = chart(&flag);
            for points in chart.split("points=\"").skip(1) {
                for point in points.split('"').next().unwrap().split(' ') {
                    let (x, y) = point.split_once(',').unwrap();
                    assert!((0.0..=WIDTH).contains(&x.parse::<f64>().unwrap()));
                    assert!((0.0..=92.0).contains(&y.parse::<f64>().unwrap()));
                }
            }
        }
    }
}
