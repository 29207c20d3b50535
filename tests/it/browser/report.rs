//! `report.html` as it comes from the disk.

use serde_json::Value;

use super::driver::{Browser, DESK, Screen};
use crate::msp::Msp;

#[test]
fn the_report_of_the_sample_opens_from_disk_and_asks_for_nothing() {
    let Some(browser) = Browser::open() else { return };
    let msp = Msp::empty();
    msp.done(&["demo", "sample", "--quiet"]);
    let path = msp.path("sample/runs/2026-10/report.html");
    let size = std::fs::metadata(&path).unwrap().len();
    assert!(size < 400_000, "{size} bytes");
    browser.asked_for();
    browser.goto(&format!("file://{}", path.display()));
    browser.wait_for("h1", "Sample MSP");
    for (screen, name) in [
        (DESK, "report"),
        (Screen { scheme: "dark", ..DESK }, "report_dark"),
        (Screen { width: 390, height: 844, scheme: "light" }, "report_phone"),
    ] {
        browser.show_on(screen);
        assert_eq!(browser.violations(), Vec::<String>::new(), "{name}");
        let wide = browser.run("return document.documentElement.scrollWidth - innerWidth");
        assert!(wide.as_i64().unwrap() <= 0, "{name} is {wide} pixels too wide");
        browser.picture(name);
    }
    browser.run("document.querySelectorAll('details').forEach(one => one.open = true)");
    assert_eq!(browser.violations(), Vec::<String>::new(), "all of it opened");
    let asked = browser.asked_for();
    let outside: Vec<&String> = asked.iter().filter(|url| !url.starts_with("file://")).collect();
    assert!(outside.is_empty(), "{outside:?}");
    assert!(!asked.is_empty(), "the page itself is asked for");
}

#[test]
fn the_owner_prints_four_pages_at_most_and_what_is_opened_is_printed_too() {
    let Some(browser) = Browser::open() else { return };
    let msp = Msp::empty();
    msp.done(&["demo", "sample", "--quiet"]);
    browser.run_no_scripts_from_now();
    browser.goto(&format!("file://{}", msp.path("sample/runs/2026-10/report.html").display()));
    browser.wait_for("#largest", "The 10 largest causes");
    for part in ["#clients", "#changes", "#sure"] {
        assert!(!browser.text(part).is_empty(), "{part}");
    }
    let n_pages = browser.pages_printed();
    assert!((1..=4).contains(&n_pages), "{n_pages} pages");
    // Following a cause opens what is behind it, without a script of the page.
    browser.click("#largest tbody a");
    let open =
        "return [...document.querySelectorAll('details[open]')].map(one => one.className).join()";
    assert_eq!(browser.run(open), "fold,client");
    browser.picture("report_opened");
    browser.run("document.querySelectorAll('details').forEach(one => one.open = true)");
    assert!(n_pages < browser.pages_printed(), "what is open is printed");
}

#[test]
fn a_page_that_explains_one_thing_opens_from_disk_and_asks_for_nothing() {
    let Some(browser) = Browser::open() else { return };
    let msp = Msp::empty();
    msp.done(&["demo", "sample", "--quiet"]);
    let run: Value = serde_json::from_str(&msp.text("sample/runs/2026-10/run.json")).unwrap();
    browser.asked_for();
    for (kind, chart) in [("suggestions", ".waterfall"), ("findings", ".chart"), ("flags", ".band")]
    {
        let id = run[kind][0]["id"].as_str().unwrap();
        msp.done(&["explain", id, "--out", "page.html", "--workspace", "sample", "--quiet"]);
        browser.goto(&format!("file://{}", msp.path("page.html").display()));
        browser.wait_for("h1", id);
        let charts = format!("return document.querySelectorAll('figure {chart}').length");
        assert_eq!(browser.run(&charts), 1, "{kind}");
        for (screen, suffix) in [
            (DESK, ""),
            (Screen { scheme: "dark", ..DESK }, "_dark"),
            (Screen { width: 390, height: 844, scheme: "light" }, "_phone"),
        ] {
            browser.show_on(screen);
            assert_eq!(browser.violations(), Vec::<String>::new(), "{kind}{suffix}");
            let wide = browser.run("return document.documentElement.scrollWidth - innerWidth");
            assert!(wide.as_i64().unwrap() <= 0, "{kind}{suffix} is {wide} pixels too wide");
            browser.picture(&format!("explain_{kind}{suffix}"));
        }
    }
    let asked = browser.asked_for();
    let outside: Vec<&String> = asked.iter().filter(|url| !url.starts_with("file://")).collect();
    assert!(outside.is_empty(), "{outside:?}");
}
