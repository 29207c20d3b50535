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
    assert!(size < 2_000_000, "{size} bytes");
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
        browser.picture(name);
    }
    let asked = browser.asked_for();
    let outside: Vec<&String> = asked.iter().filter(|url| !url.starts_with("file://")).collect();
    assert!(outside.is_empty(), "{outside:?}");
    assert!(!asked.is_empty(), "the page itself is asked for");
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
