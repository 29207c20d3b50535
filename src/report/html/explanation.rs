//! One suggestion, finding or flag as a page of its own: the words of the terminal, and a chart.

use askama::Template;

use super::super::explanation::{
    Explained, Explanation, Labelled, MONTHS_TITLE, N_ROWS_SHOWN, Part, rows_title, steps,
    steps_title,
};
use super::super::line_months::Figure;
use super::rendered;
use crate::charts::{self, Step, waterfall};
use seatdrift_core::domain::Side;
use seatdrift_core::run::LineMonths;
use seatdrift_core::run::{FlagLine, NamePair, Run, numbers};

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{{ title }} – {{ msp }}</title>
<style>
{{ style|safe }}{{ chart_style|safe }}{{ own_style|safe }}</style>
</head>
<body>
<main class="one">
<header class="masthead"><p><b>{{ msp }}</b></p><p>Billing review, {{ month }}</p></header>
<h1>{{ title }}</h1>
<dl class="about">{% for (label, words) in about %}<div><dt>{{ label }}</dt><dd>{{ words }}</dd></div>{% endfor %}</dl>
<p class="why">{{ why }}</p>
{% if !chart.is_empty() %}<figure class="{{ shape }}">{{ chart|safe }}<figcaption>{{ chart_words }}</figcaption></figure>
{% endif %}{% for part in parts %}{{ part|safe }}
{% endfor %}<footer><p>seatdrift reads exports and compares them. It changes nothing, at the vendor or in the PSA: people decide.</p></footer>
</main>
</body>
</html>
"##
)]
struct Page<'run> {
    msp: &'run str,
    month: String,
    title: &'run str,
    style: &'static str,
    chart_style: &'static str,
    own_style: &'static str,
    about: &'run [Labelled],
    why: &'run str,
    chart: String,
    chart_words: String,
    /// `line` or `steps`: how wide the chart is drawn.
    shape: &'static str,
    parts: Vec<String>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% if !title.is_empty() %}<h2>{{ title }}</h2>{% endif %}<dl class="labelled">{% for (label, words) in pairs %}<div><dt>{{ label }}</dt><dd>{{ words }}</dd></div>{% endfor %}</dl>"##
)]
struct Pairs<'run> {
    title: &'static str,
    pairs: &'run [Labelled],
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<p class="verdict">{% for line in lines %}{{ line }}{% if !loop.last %}<br>{% endif %}{% endfor %}</p>"##
)]
struct Sentences<'run> {
    lines: &'run [String],
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<h2>{{ title }}</h2>
<div class="scroll" role="group" aria-label="{{ title }}" tabindex="0"><table class="{{ class }}"><thead><tr>{% for (name, is_number) in head %}<th scope="col"{% if is_number %} class="n"{% endif %}>{{ name }}</th>{% endfor %}</tr></thead><tbody>{% for row in rows %}<tr{% if row.is_marked %} class="marked"{% endif %}>{% for cell in row.cells %}<td{% if head[loop.index0].1 %} class="n"{% endif %}>{{ cell.words }}{% if !cell.note.is_empty() %}<small>{{ cell.note }}</small>{% endif %}</td>{% endfor %}</tr>{% endfor %}</tbody></table></div>{% if !more.is_empty() %}<p class="more">{{ more }}</p>{% endif %}"##
)]
struct Table {
    title: &'static str,
    class: &'static str,
    /// The columns, and whether each holds numbers.
    head: Vec<(&'static str, bool)>,
    rows: Vec<Row>,
    more: String,
}

struct Row {
    cells: Vec<Cell>,
    is_marked: bool,
}

struct Cell {
    words: String,
    note: String,
}

/// An explanation as a page to keep, print or mail; `months` are those of a finding's line.
pub fn explanation_html(explanation: &Explanation<'_>, months: &LineMonths) -> String {
    let run = explanation.run;
    let (figure, shape) = match explanation.of {
        Explained::Pair(pair) => (steps_figure(pair), "steps"),
        Explained::Finding(finding) => (Figure::of_finding(run, finding, months), "line"),
        Explained::Flag(flag) => (Figure::of_flag(flag), "line"),
        Explained::Cause(_) | Explained::Settled(_) | Explained::Recomputed(_) => {
            (Figure::default(), "line")
        }
    };
    rendered(&Page {
        msp: &run.msp,
        month: numbers::long_month(run.month),
        title: &explanation.title,
        style: include_str!("report.css"),
        chart_style: charts::STYLE,
        own_style: include_str!("explanation.css"),
        about: &explanation.about,
        why: &explanation.why,
        chart: figure.chart,
        chart_words: figure.words,
        shape,
        parts: explanation.parts.iter().map(|part| part_html(run, part)).collect(),
    })
}

fn part_html(run: &Run, part: &Part<'_>) -> String {
    let is_empty = match part {
        Part::Facts(pairs) => pairs.is_empty(),
        Part::Evidence(pairs) => pairs.is_empty(),
        Part::Sentences(lines) => lines.is_empty(),
        Part::Steps(pair) => pair.contributions.is_empty(),
        Part::Months(flag) => flag.months_to_draw().is_empty(),
        Part::Rows(_, places) => places.is_empty(),
    };
    if is_empty {
        return String::new();
    }
    match part {
        Part::Facts(pairs) => rendered(&Pairs { title: "", pairs }),
        Part::Evidence(pairs) => rendered(&Pairs { title: "Evidence", pairs }),
        Part::Sentences(lines) => rendered(&Sentences { lines }),
        Part::Steps(pair) => rendered(&steps_table(pair)),
        Part::Months(flag) => rendered(&months_table(flag)),
        Part::Rows(side, places) => rendered(&rows_table(run, *side, places)),
    }
}

fn steps_figure(pair: &NamePair) -> Figure {
    let steps: Vec<Step> =
        steps(pair).into_iter().map(|step| Step { name: step.name, adds: step.log_odds }).collect();
    Figure {
        chart: waterfall("What speaks for and against", &steps),
        words: "Steps from the prior to the score, in log-odds.".to_owned(),
    }
}

fn cell(words: impl Into<String>) -> Cell {
    Cell { words: words.into(), note: String::new() }
}

fn steps_table(pair: &NamePair) -> Table {
    let score: f64 = pair.contributions.iter().map(|step| step.log_odds).sum();
    let row = |name: String, value: String, log_odds: f64| {
        let cells = vec![cell(name), cell(value), cell(format!("{log_odds:+.2}"))];
        Row { cells, is_marked: false }
    };
    let mut rows: Vec<Row> =
        steps(pair).into_iter().map(|step| row(step.name, step.value, step.log_odds)).collect();
    rows.push(Row { is_marked: true, ..row("score".to_owned(), String::new(), score) });
    Table {
        title: steps_title(pair),
        class: "short",
        head: vec![("Feature", false), ("Value", true), ("Adds", true)],
        rows,
        more: String::new(),
    }
}

fn months_table(flag: &FlagLine) -> Table {
    let months = flag.months_to_draw();
    let mut rows: Vec<Row> = months
        .iter()
        .map(|(month, value)| {
            let number = value.map_or_else(|| "no row".to_owned(), |v| flag.month_number(v));
            let cells = vec![cell(month.to_string()), cell(number)];
            Row { cells, is_marked: *month == flag.month }
        })
        .collect();
    if flag.months_are_its_numbers() {
        let cells = vec![cell("expected"), cell(flag.number(flag.expected))];
        rows.push(Row { cells, is_marked: false });
    }
    Table {
        title: MONTHS_TITLE,
        class: "short",
        head: vec![("Month", false), ("Units", true)],
        rows,
        more: String::new(),
    }
}

fn rows_table(run: &Run, side: Side, places: &[String]) -> Table {
    let row = |place: &String| {
        let cells = match run.rows.get(place) {
            None => {
                vec![cell(place), cell("row not kept with this run"), cell(""), cell(""), cell("")]
            }
            Some(row) => {
                let note = [&row.kind, &row.period, &row.note];
                let note: Vec<&str> =
                    note.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
                let what = Cell {
                    words: format!("{} · {}", row.client, row.sku),
                    note: note.join(" · "),
                };
                vec![cell(place), what, cell(&row.quantity), cell(&row.unit), cell(&row.amount)]
            }
        };
        Row { cells, is_marked: false }
    };
    let n_more = places.len().saturating_sub(N_ROWS_SHOWN);
    let more = match n_more {
        0 => String::new(),
        n => format!("and {}", numbers::counted(n, "more row", "more rows")),
    };
    Table {
        title: rows_title(side),
        class: "sources",
        head: vec![
            ("Row", false),
            ("What", false),
            ("Quantity", true),
            ("Unit", true),
            ("Amount", true),
        ],
        rows: places.iter().take(N_ROWS_SHOWN).map(row).collect(),
        more,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{explanation, terminal};
    use seatdrift_core::run::specimen;

    fn page(run: &Run, id: &str) -> String {
        explanation_html(&explanation(run, id).unwrap(), &LineMonths::default())
    }

    #[test]
    fn the_page_has_the_words_of_the_terminal() {
        let run = specimen::october();
        let ids = [&run.suggestions[0].id, &run.findings[0].id, &run.flags[1].id];
        for id in ids {
            let explained = explanation(&run, id).unwrap();
            let text = terminal::explain(&explained, 100);
            let page = page(&run, id);
            let read = page.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
            for label in text.lines().filter_map(|line| line.trim().split_once("  ")) {
                assert!(read.contains(label.0), "{id}: {}", label.0);
            }
            assert!(read.contains(&explained.title) && read.contains(&explained.why), "{page}");
        }
    }

    #[test]
    fn a_pair_has_its_waterfall_and_a_flag_its_band() {
        let run = specimen::october();
        assert!(page(&run, &run.suggestions[0].id).contains("class=\"chart waterfall\""));
        assert!(page(&run, &run.flags[1].id).contains("class=\"band\""));
    }

    #[test]
    fn hostile_names_are_words_and_the_page_asks_for_nothing() {
        let mut run = specimen::october();
        let hostile = "\"><script>alert(1)</script><img src=x>";
        run.msp = hostile.to_owned();
        run.findings[0].client = hostile.to_owned();
        run.findings[0].evidence[0].1 = hostile.to_owned();
        run.flags[0].causes = vec![hostile.to_owned()];
        run.suggestions[0].vendor_name = hostile.to_owned();
        run.suggestions[0].contributions[1].feature = hostile.into();
        for id in [&run.findings[0].id, &run.flags[0].id, &run.suggestions[0].id] {
            let page = page(&run, id);
            for tag in ["<script", "<img", "http://", "https://", "url(", "@import", " src=\""] {
                assert!(!page.contains(tag), "{id}: {tag}");
            }
            assert!(page.contains("default-src 'none'"));
        }
    }
}
