//! `report.html` as it comes from the disk.

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
