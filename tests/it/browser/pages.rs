//! Every page on a desk and on a phone, light and dark: nothing axe finds wrong, and a picture to look at.

use super::driver::{Browser, DESK, Screen};
use crate::served::{Served, decided, reviewed, run_with_own_service, write_run};

const DARK: Screen = Screen { width: 1400, height: 1000, scheme: "dark" };
const PHONE: Screen = Screen { width: 390, height: 844, scheme: "light" };

/// Pages and what their pictures are called.
const PAGES: [(&str, &str); 16] = [
    ("names", "/names?at=s-3"),
    ("names_blind", "/names?at=s-3&blind=1"),
    ("names_search", "/names?at=s-5&q=ke"),
    ("names_filter", "/names?client=no&min=10"),
    ("differences", "/differences"),
    ("flags", "/flags"),
    ("bulk", "/bulk?at_least=0.5"),
    ("retrain", "/retrain"),
    ("nowhere", "/nowhere"),
    ("home", "/home"),
    ("to_do", "/to-do"),
    ("clients", "/clients"),
    ("products", "/products"),
    ("client", "/client?name=Summit%20Build%20Co."),
    ("activity", "/activity"),
    ("find", "/find?q=ke"),
];

#[test]
fn every_page_can_be_read_and_used_by_everyone() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let Some(browser) = Browser::open() else { return };
    for (name, path) in PAGES {
        browser.goto(&served.at(path));
        for (screen, suffix) in [(DESK, ""), (DARK, "_dark"), (PHONE, "_phone")] {
            browser.show_on(screen);
            assert_eq!(browser.violations(), Vec::<String>::new(), "{name}{suffix}");
            let wide = browser.run("return document.documentElement.scrollWidth - innerWidth");
            assert!(wide.as_i64().unwrap() <= 0, "{name}{suffix} is {wide} pixels too wide");
            browser.picture(&format!("review_{name}{suffix}"));
        }
    }
}

#[test]
fn what_is_done_says_so_and_the_help_can_be_read_by_everyone() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let Some(browser) = Browser::open() else { return };
    browser.goto(&served.at("/flags"));
    browser.press("?");
    browser.wait_for("dialog[open]", "search for another partner");
    assert_eq!(browser.violations(), Vec::<String>::new());
    browser.picture("review_keys");
    browser.press("\u{e00c}");
    browser.press("a");
    browser.wait_for(".progress", "1 of 2 left");
    browser.press("a");
    browser.wait_for("h1", "No flag waits");
    browser.wait_for(".card .button", "Names: 5 left");
    assert_eq!(browser.violations(), Vec::<String>::new());
    browser.picture("review_empty");
    browser.goto(&served.at("/flags?show=decided"));
    browser.wait_for(".answered", "Decided: real");
    assert_eq!(browser.violations(), Vec::<String>::new());
    browser.picture("review_decided");
}

#[test]
fn an_own_service_is_answered_by_one_key_and_its_page_can_be_read_by_everyone() {
    let msp = reviewed();
    write_run(&msp, &run_with_own_service());
    let served = Served::of(&msp, &[]);
    let Some(browser) = Browser::open() else { return };
    for (name, path) in
        [("own_service", "/names"), ("own_tool", "/names?at=s-12"), ("folded", "/differences")]
    {
        browser.goto(&served.at(path));
        for (screen, suffix) in [(DESK, ""), (DARK, "_dark"), (PHONE, "_phone")] {
            browser.show_on(screen);
            assert_eq!(browser.violations(), Vec::<String>::new(), "{name}{suffix}");
            browser.picture(&format!("review_{name}{suffix}"));
        }
    }
    browser.show_on(DESK);
    browser.goto(&served.at("/names"));
    browser.press("x");
    browser.wait_for("h1", "Summit Build Co.");
    browser.wait_for(".list", "Juniper Foods");
    browser.goto(&served.at("/names"));
    browser.press("a");
    browser.wait_for(".progress", "6 of 7 left");
    assert!(decided(&msp)[0].starts_with("sku,,,,y9,,none,"), "{:?}", decided(&msp));
}
