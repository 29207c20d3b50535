//! The months of a line with the range that was expected and the months that stand out.

use askama::Template;

use super::{at, rendered};
use seatdrift_core::domain::Month;

const WIDTH: f64 = 300.0;
/// Left, right, top and bottom of the drawing inside the chart; labels stand outside it.
const PLOT: (f64, f64, f64, f64) = (4.0, 206.0, 12.0, 70.0);

/// What was expected of the marked month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Lower end of the range.
    pub low: f64,
    /// The middle.
    pub expected: f64,
    /// Upper end.
    pub high: f64,
}

/// The months of a line, as a person wants them drawn.
#[derive(Debug, Clone, Copy)]
pub struct MonthsChart<'a> {
    /// What it shows, for those who cannot see it: the months and their values.
    pub title: &'a str,
    /// What stands out, in words.
    pub description: &'a str,
    /// Oldest first; `None` is a month without a row.
    pub months: &'a [(Month, Option<f64>)],
    /// A second line over the same months, dashed, with its name; empty where there is none.
    pub other: (&'a str, &'a [Option<f64>]),
    /// The months that stand out; the last of them has the band and the label.
    pub marked: &'a [Month],
    /// What was expected of the last marked month.
    pub band: Option<Band>,
    /// The last marked month's value in words.
    pub label: &'a str,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<svg class="chart" viewBox="0 0 {{ width }} 92" role="img"><title>{{ title }}</title><desc>{{ description }}</desc>
<line class="base" x1="0" y1="{{ zero }}" x2="216" y2="{{ zero }}"/>
{% if let Some(band) = band %}<rect class="band" x="{{ band.x }}" y="{{ band.top }}" width="16" height="{{ band.height }}" rx="1.5"/><line class="expected" x1="{{ band.x }}" y1="{{ band.expected }}" x2="{{ band.right }}" y2="{{ band.expected }}"/>{% endif %}
{% for line in others %}<polyline class="other" points="{{ line }}"/>{% endfor %}{% for line in lines %}<polyline class="line" points="{{ line }}"/>{% endfor %}{% for (x, y) in dots %}<circle class="point" cx="{{ x }}" cy="{{ y }}" r="1.6"/>{% endfor %}
{% for mark in marks %}<circle class="{{ mark.class }}" cx="{{ mark.x }}" cy="{{ mark.y }}" r="{{ mark.radius }}"/>{% endfor %}
{% if let Some(label) = label %}<text class="seen" x="{{ label.x }}" y="{{ label.y }}">{{ label.text }}</text>{% endif %}{% if let Some(name) = other_name %}<text class="other-name" x="{{ name.x }}" y="{{ name.y }}">{{ name.text }}</text>{% endif %}
<text x="0" y="89">{{ first }}</text><text x="{{ last_x }}" y="89" text-anchor="middle">{{ last }}</text></svg>"##
)]
struct Drawn<'a> {
    width: f64,
    title: &'a str,
    description: &'a str,
    zero: String,
    band: Option<BandDrawn>,
    others: Vec<String>,
    lines: Vec<String>,
    dots: Vec<(String, String)>,
    marks: Vec<Mark>,
    label: Option<Words<'a>>,
    other_name: Option<Words<'a>>,
    first: String,
    last: String,
    last_x: String,
}

struct BandDrawn {
    x: String,
    right: String,
    top: String,
    height: String,
    expected: String,
}

struct Mark {
    class: &'static str,
    x: String,
    y: String,
    radius: &'static str,
}

struct Words<'a> {
    x: String,
    y: String,
    text: &'a str,
}

/// From months and values to places in the chart.
struct Scale {
    low: f64,
    high: f64,
    n_months: usize,
}

impl Scale {
    fn of(chart: &MonthsChart<'_>) -> Self {
        let band = chart.band.iter().flat_map(|band| [band.low, band.expected, band.high]);
        let own = chart.months.iter().filter_map(|(_, value)| *value);
        let values = own.chain(chart.other.1.iter().flatten().copied()).chain(band);
        let (low, high) = values
            .filter(|value| value.abs() < LARGEST)
            .fold((0.0f64, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
        let high = if high > low { high } else { low + 1.0 };
        Self { low, high, n_months: chart.months.len() }
    }

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

/// The chart as an SVG, or nothing where there are no months.
pub fn months_chart(chart: &MonthsChart<'_>) -> String {
    if chart.months.is_empty() {
        return String::new();
    }
    let scale = Scale::of(chart);
    let values: Vec<Option<f64>> = chart.months.iter().map(|(_, value)| *value).collect();
    let (lines, dots) = runs(&values, &scale);
    let is_marked = |idx: &usize| chart.marked.contains(&chart.months[*idx].0);
    let marked: Vec<usize> = (0..values.len()).filter(is_marked).collect();
    let last_idx = marked.last().copied().unwrap_or(values.len() - 1);
    rendered(&Drawn {
        width: WIDTH,
        title: chart.title,
        description: chart.description,
        zero: at(scale.y(0.0)),
        band: chart.band.and_then(|band| band_drawn(band, &scale, scale.x(last_idx))),
        others: runs(chart.other.1, &scale).0,
        lines,
        dots,
        marks: marked.iter().map(|&idx| mark(idx, idx == last_idx, values[idx], &scale)).collect(),
        label: (!chart.label.is_empty()).then(|| Words {
            x: at(scale.x(last_idx) + 10.0),
            y: at(scale.y(finite(values[last_idx]).unwrap_or(0.0)) + 4.0),
            text: chart.label,
        }),
        other_name: other_name(chart, &scale, last_idx),
        first: if last_idx > 3 { chart.months[0].0.short() } else { String::new() },
        last: chart.months[last_idx].0.short(),
        // Half of the words stand left of it.
        last_x: at(scale.x(last_idx).max(26.0)),
    })
}

/// Beyond this the paper's scale itself would overflow.
const LARGEST: f64 = 1e300;

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.abs() < LARGEST)
}

fn mark(idx: usize, is_last: bool, value: Option<f64>, scale: &Scale) -> Mark {
    let value = finite(value);
    Mark {
        class: if value.is_some() { "mark" } else { "gone" },
        x: at(scale.x(idx)),
        y: at(scale.y(value.unwrap_or(0.0))),
        radius: if is_last { "4" } else { "2.8" },
    }
}

/// The second line's name at its end, kept clear of the first line's label.
fn other_name<'a>(chart: &MonthsChart<'a>, scale: &Scale, last_idx: usize) -> Option<Words<'a>> {
    let (name, values) = chart.other;
    let value = finite(values.get(last_idx).copied().flatten())?;
    let own = scale.y(finite(chart.months[last_idx].1).unwrap_or(0.0));
    let y = scale.y(value);
    let y = match (y - own).abs() < 11.0 {
        true if y > own => own + 11.0,
        true => own - 11.0,
        false => y,
    };
    Some(Words { x: at(scale.x(last_idx) + 10.0), y: at(y + 4.0), text: name })
}

fn band_drawn(band: Band, scale: &Scale, x: f64) -> Option<BandDrawn> {
    if [band.low, band.high, band.expected].iter().any(|end| finite(Some(*end)).is_none()) {
        return None;
    }
    let (top, bottom) = (scale.y(band.high), scale.y(band.low));
    Some(BandDrawn {
        x: at(x - 8.0),
        right: at(x + 8.0),
        top: at(top),
        // A range of one number is still seen.
        height: at((bottom - top).max(2.0)),
        expected: at(scale.y(band.expected)),
    })
}

/// A line through each run of months with rows; a month between two gaps is a dot.
fn runs(months: &[Option<f64>], scale: &Scale) -> (Vec<String>, Vec<(String, String)>) {
    let mut runs: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (month_idx, value) in months.iter().enumerate() {
        match finite(*value) {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn month(n: i32) -> Month {
        "2026-01".parse::<Month>().unwrap().plus(n)
    }

    fn months(values: &[Option<f64>]) -> Vec<(Month, Option<f64>)> {
        (0..).map(month).zip(values.iter().copied()).collect()
    }

    #[test]
    fn a_year_with_a_gap_a_band_and_a_flagged_month() {
        let values: Vec<Option<f64>> =
            [Some(10.0), Some(11.0), None, Some(12.0), Some(12.0), Some(20.0)].to_vec();
        insta::assert_snapshot!(months_chart(&MonthsChart {
            title: "Seats, <b>Jan</b> to Jun 2026",
            description: "Flagged: Jun 2026",
            months: &months(&values),
            other: (
                "billed",
                &[Some(10.0), Some(11.0), Some(11.0), Some(12.0), Some(12.0), Some(12.0)]
            ),
            marked: &[month(5)],
            band: Some(Band { low: 11.0, expected: 12.0, high: 14.0 }),
            label: "20",
        }));
    }

    proptest! {
        #[test]
        fn every_point_lies_inside_the_chart_whatever_the_numbers(
            values in prop::collection::vec(prop::option::of(any::<f64>()), 1..30),
        ) {
            let months = months(&values);
            let svg = months_chart(&MonthsChart {
                title: "", description: "", months: &months, other: ("", &values),
                marked: &[months[0].0], label: "", band: None,
            });
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"));
            for points in svg.split("points=\"").skip(1) {
                for point in points.split('"').next().unwrap().split(' ') {
                    let (x, y) = point.split_once(',').unwrap();
                    prop_assert!((0.0..=WIDTH).contains(&x.parse::<f64>().unwrap()));
                    prop_assert!((0.0..=92.0).contains(&y.parse::<f64>().unwrap()));
                }
            }
        }
    }
}
