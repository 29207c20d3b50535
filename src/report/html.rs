//! A run → `report.html`: one self-contained page to read, print and mail.
//!
//! What an owner reads stands open: the two numbers, the largest causes, what each client comes to, what is
//! decided, how sure it is. Everything behind it is folded below, by client, and prints where it is opened.
//!
//! No script, no network, no outside font: the page's own policy forbids them. Every text is escaped
//! by the template engine; only our own style sheet and sections are put in as they are.

mod clients;
mod explained;
mod explanation;
mod findings;
mod flags;
mod largest;
mod models;
mod month_to_month;
mod names;
mod rows;
mod sorting;
pub(crate) mod sparkline;
mod stakes;
mod sure;

pub use explanation::explanation_html;

use askama::Template;

use crate::charts;
use seatdrift_core::run::{FileInDoubt, Run, numbers};

/// The page. Sections are rendered by templates of their own, which escape what they show.
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
<title>Billing review, {{ month }} – {{ msp }}</title>
<style>
{{ style|safe }}{{ chart_style|safe }}</style>
</head>
<body>
<main>
<header class="masthead"><h1>{{ msp }}</h1><p>Billing review, {{ month }}</p></header>
{% for file in in_doubt %}<p class="in-doubt" role="alert"><strong>{{ file.words }}</strong></p>
{% endfor %}{{ stakes|safe }}
{{ largest|safe }}
{{ clients|safe }}
{{ to_make|safe }}
{{ sure|safe }}
<section class="part folds"><h2>Everything behind it</h2>
<p class="lead">Every line, name, flag and row, folded: open what you want to see. What is open is printed.</p>
{% for fold in folds %}<details class="fold"><summary><b>{{ fold.title }}</b> <span>{{ fold.words }}</span></summary>
<div id="{{ fold.id }}" class="part">{{ fold.body|safe }}</div></details>
{% endfor %}</section>
<footer>
<p>seatdrift reads exports and compares them. It changes nothing, at the vendor or in the PSA: people decide. Each entry carries an ID; <code>seatdrift explain ID</code> shows every number and source row behind it.</p>
</footer>
</main>
</body>
</html>
"##
)]
struct Page<'run> {
    msp: &'run str,
    month: String,
    style: &'static str,
    chart_style: &'static str,
    in_doubt: &'run [FileInDoubt],
    stakes: String,
    largest: String,
    clients: String,
    to_make: String,
    sure: String,
    folds: Vec<Fold>,
}

/// A part of the page that stands folded.
struct Fold {
    /// Where links lead: inside, so that following one opens it.
    id: &'static str,
    title: String,
    words: String,
    body: String,
}

/// The whole page.
pub fn report_html(run: &Run) -> String {
    rendered(&Page {
        msp: &run.msp,
        month: numbers::long_month(run.month),
        style: include_str!("html/report.css"),
        chart_style: charts::STYLE,
        in_doubt: &run.in_doubt,
        stakes: stakes::section(run),
        largest: largest::section(run),
        clients: clients::section(run),
        to_make: month_to_month::to_make(run),
        sure: sure::section(run),
        folds: folds(run),
    })
}

fn folds(run: &Run) -> Vec<Fold> {
    let fold = |id, title: &str, words, body| Fold { id, title: title.to_owned(), words, body };
    let since = run.last_month.as_ref().map(|since| {
        let title = format!("What changed since {}", numbers::long_month(since.month));
        let (words, body) = (month_to_month::words(since), month_to_month::since(run, since));
        Fold { id: "since", title, words, body }
    });
    let differences = fold(
        "findings",
        "Every difference, by client",
        findings::words(run),
        findings::section(run),
    );
    let flags = fold(
        "flags",
        "Lines that moved",
        numbers::counted(run.flags.len(), "flag", "flags"),
        flags::section(run),
    );
    let names = fold("names", "Names", names::words(run), names::section(run));
    let explained = fold(
        "explained",
        "Prorations, credits and changes",
        explained::words(run),
        explained::section(run),
    );
    let rows = fold(
        "ledger",
        "Given away, settled, and where every row went",
        rows::words(run),
        rows::section(run),
    );
    let n_models = numbers::counted(run.models.len(), "model", "models");
    let models = fold("models", "How good the models are", n_models, models::section(run));
    let mut folds = vec![differences];
    folds.extend(since);
    folds.extend([flags, names, explained, rows, models]);
    folds
}

fn rendered(template: &impl Template) -> String {
    template.render().expect("a template of texts renders into memory")
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::run::specimen;

    #[test]
    fn hostile_names_are_shown_and_never_run() {
        let mut run = specimen::october();
        let hostile = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>";
        run.msp = hostile.to_owned();
        run.findings[0].why = hostile.to_owned();
        run.flags[0].client = hostile.to_owned();
        run.suggestions[0].vendor_name = hostile.to_owned();
        run.suggestions[0].id = hostile.to_owned();
        run.settled[0].reason = hostile.to_owned();
        run.models[0].quality = hostile.to_owned();
        let page = report_html(&run);
        assert!(page.contains("&#60;script&#62;"));
        for tag in ["<script", "<img", "<iframe", "<link", "src=x onerror='", "javascript:"] {
            assert!(!page.contains(tag), "{tag}");
        }
    }

    #[test]
    fn the_page_asks_for_nothing_from_anywhere() {
        let page = report_html(&specimen::october());
        for outside in ["http://", "https://", "url(", "@import", " src=\"", "//cdn"] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.contains("default-src 'none'"));
    }

    #[test]
    fn a_thousand_findings_make_a_page_that_can_be_mailed() {
        let mut run = specimen::october();
        run.findings = specimen::findings(1000);
        let page = report_html(&run);
        assert!(page.len() < 2_000_000, "{} bytes", page.len());
        for finding in &run.findings {
            assert!(page.contains(&finding.id));
        }
    }

    #[test]
    fn a_month_without_anything_says_so_section_by_section() {
        let page = report_html(&specimen::quiet());
        for sentence in
            ["Nothing at stake", "Bought and billed agree", "No line moved", "No name waits"]
        {
            assert!(page.contains(sentence), "{sentence}");
        }
    }
}
