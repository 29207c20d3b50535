//! How often what was called likely was true.

use askama::Template;

use super::{at, rendered, short};

/// Side of the square, and the room around it for its labels.
const SIDE: f64 = 200.0;
const MARGIN: f64 = 28.0;

/// Predictions of nearly one probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityPoint {
    /// Their mean probability.
    pub predicted: f64,
    /// The share that was true.
    pub observed: f64,
    /// How many.
    pub n: usize,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<svg class="chart reliability" viewBox="0 0 240 240" role="img"><title>{{ title }}</title><desc>{{ words }}</desc>
<line class="base" x1="{{ left }}" y1="{{ bottom }}" x2="{{ right }}" y2="{{ bottom }}"/><line class="base" x1="{{ left }}" y1="{{ top }}" x2="{{ left }}" y2="{{ bottom }}"/><line class="honest" x1="{{ left }}" y1="{{ bottom }}" x2="{{ right }}" y2="{{ top }}"/>{% for bin in bins %}
<circle class="bin" cx="{{ bin.0 }}" cy="{{ bin.1 }}" r="{{ bin.2 }}"/>{% endfor %}
<text x="{{ left }}" y="238">said: 0%</text><text x="{{ right }}" y="238" text-anchor="end">100%</text><text x="0" y="10">true: 100%</text></svg>"##
)]
struct Drawn<'a> {
    title: &'a str,
    words: String,
    left: String,
    right: String,
    top: String,
    bottom: String,
    bins: Vec<(String, String, String)>,
}

/// The diagram: said from left to right, true from bottom to top; honest probabilities lie on the
/// dashed line. A circle's area grows with how many there are.
///
/// Source: the reliability diagram of Murphy and Winkler (1977).
pub fn reliability_diagram(title: &str, bins: &[ReliabilityPoint]) -> String {
    let known: Vec<&ReliabilityPoint> = bins
        .iter()
        .filter(|bin| 0 < bin.n && bin.predicted.is_finite() && bin.observed.is_finite())
        .collect();
    let most = known.iter().map(|bin| bin.n).max().unwrap_or(1) as f64;
    let (left, top) = (MARGIN, MARGIN - 12.0);
    let circle = |bin: &&ReliabilityPoint| {
        let x = left + SIDE * bin.predicted.clamp(0.0, 1.0);
        let y = top + SIDE * (1.0 - bin.observed.clamp(0.0, 1.0));
        (at(x), at(y), at(2.0 + 7.0 * (bin.n as f64 / most).sqrt()))
    };
    let percent = |share: f64| format!("{}%", short(100.0 * share, 0));
    let said = known.iter().map(|bin| {
        format!("said {}, true {} of {}", percent(bin.predicted), percent(bin.observed), bin.n)
    });
    rendered(&Drawn {
        title,
        words: said.collect::<Vec<_>>().join("; "),
        left: at(left),
        right: at(left + SIDE),
        top: at(top),
        bottom: at(top + SIDE),
        bins: known.iter().map(circle).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_bins_and_an_empty_one() {
        let bin = |predicted, observed, n| ReliabilityPoint { predicted, observed, n };
        let bins =
            [bin(0.05, 0.02, 400), bin(0.5, f64::NAN, 0), bin(0.6, 0.7, 25), bin(0.98, 1.0, 100)];
        insta::assert_snapshot!(reliability_diagram("How honest", &bins));
    }
}
