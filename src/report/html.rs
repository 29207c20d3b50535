//! A run → `report.html`: one self-contained page to read, print and mail.
//!
//! No script, no network, no outside font: the page's own policy forbids them. Every text is escaped
//! by the template engine; only our own style sheet and sections are put in as they are.

mod explained;
mod explanation;
mod findings;
mod flags;
mod models;
mod month_to_month;
mod names;
mod rows;
mod sorting;
pub(crate) mod sparkline;
mod stakes;

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
{{ findings|safe }}
{{ to_make|safe }}
{{ since|safe }}
{{ flags|safe }}
{{ names|safe }}
{{ explained|safe }}
{{ rows|safe }}
{{ models|safe }}
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
    findings: String,
    to_make: String,
    since: String,
    flags: String,
    names: String,
    explained: String,
    rows: String,
    models: String,
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
        findings: findings::section(run),
        to_make: month_to_month::to_make(run),
        since: month_to_month::since(run),
        flags: flags::section(run),
        names: names::section(run),
        explained: explained::section(run),
        rows: rows::section(run),
        models: models::section(run),
    })
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
