//! From where a score starts to where it ends, one step a row.

use askama::Template;

use super::{at, rendered, short};

const WIDTH: f64 = 420.0;
const ROW_HEIGHT: f64 = 20.0;
/// Where the bars begin and end; names stand left of them, what a step adds right.
const BARS: (f64, f64) = (170.0, 370.0);
/// Letters of a name that fit before the bars.
const N_LETTERS: usize = 27;

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it is.
    pub name: String,
    /// What it adds.
    pub adds: f64,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<svg class="chart waterfall" viewBox="0 0 {{ width }} {{ height }}" role="img"><title>{{ title }}</title><desc>{{ words }}</desc>
<line class="base" x1="{{ zero }}" y1="0" x2="{{ zero }}" y2="{{ height }}"/>{% for row in rows %}
<text class="name" x="0" y="{{ row.text_y }}">{{ row.name }}</text><rect class="{{ row.class }}" x="{{ row.x }}" y="{{ row.y }}" width="{{ row.width }}" height="12" rx="1"/><text class="adds" x="{{ width }}" y="{{ row.text_y }}">{{ row.adds }}</text>{% endfor %}</svg>"##
)]
struct Drawn<'a> {
    width: f64,
    height: f64,
    title: &'a str,
    words: String,
    zero: String,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    class: &'static str,
    x: String,
    y: String,
    width: String,
    text_y: String,
    adds: String,
}

/// The steps in their order and the sum below them; nothing where there is no step.
pub fn waterfall(title: &str, steps: &[Step]) -> String {
    let steps: Vec<&Step> = steps.iter().filter(|step| step.adds.is_finite()).collect();
    if steps.is_empty() {
        return String::new();
    }
    let (mut spans, mut reached) = (Vec::new(), 0.0);
    for step in &steps {
        spans.push((reached, reached + step.adds));
        reached += step.adds;
    }
    let (low, high) = spans.iter().fold((0.0f64, 0.0f64), |(low, high), (start, end)| {
        (low.min(*start).min(*end), high.max(*start).max(*end))
    });
    let high = if high > low { high } else { low + 1.0 };
    let x = |value: f64| BARS.0 + (BARS.1 - BARS.0) * (value - low) / (high - low);
    let row = |(idx, (name, class, (start, end), adds)): (usize, Bar<'_>)| Row {
        name: clipped(name),
        class,
        x: at(x(start.min(end))),
        y: at(ROW_HEIGHT * idx as f64 + 4.0),
        width: at((x(start.max(end)) - x(start.min(end))).max(1.0)),
        text_y: at(ROW_HEIGHT * idx as f64 + 14.0),
        adds: signed(adds),
    };
    let bars = steps.iter().zip(&spans).map(|(step, span)| {
        (step.name.as_str(), if step.adds < 0.0 { "down" } else { "up" }, *span, step.adds)
    });
    let sum = ("score", "sum", (0.0, reached), reached);
    let rows: Vec<Row> = bars.chain([sum]).enumerate().map(row).collect();
    let said = steps.iter().map(|step| format!("{} {}", step.name, signed(step.adds)));
    rendered(&Drawn {
        width: WIDTH,
        height: ROW_HEIGHT * rows.len() as f64,
        title,
        words: format!("{}; together {}", said.collect::<Vec<_>>().join(", "), signed(reached)),
        zero: at(x(0.0)),
        rows,
    })
}

/// A name, its colour's class, where it starts and ends, and what it adds.
type Bar<'a> = (&'a str, &'static str, (f64, f64), f64);

fn signed(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{}", short(value.abs(), 2))
}

fn clipped(name: &str) -> String {
    match name.char_indices().nth(N_LETTERS) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, adds: f64) -> Step {
        Step { name: name.to_owned(), adds }
    }

    #[test]
    fn each_step_begins_where_the_one_before_ended() {
        let steps = [step("prior", -4.6), step("rare word <shared>", 7.1), step("domain", -0.5)];
        insta::assert_snapshot!(waterfall("From prior to score", &steps));
    }

    #[test]
    fn a_step_that_is_no_number_is_left_out_and_none_draws_nothing() {
        assert_eq!(waterfall("", &[step("odd", f64::NAN)]), "");
        assert!(!waterfall("", &[step("odd", f64::INFINITY), step("one", 1.0)]).contains("inf"));
    }
}
