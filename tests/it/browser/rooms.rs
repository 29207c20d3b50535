//! From home to what is to do, and back over every name: beside the queues.

use super::driver::Browser;
use crate::decided::{score, workspace};
use crate::served::{Served, decided, reviewed, wait_until};

#[test]
fn a_month_begins_at_home_and_ends_with_what_to_do_ticked_off() {
    let msp = workspace();
    score(&msp, "2026-03", (42, 42), 5);
    score(&msp, "2026-04", (42, 40), 5);
    let served = Served::of(&msp, &[]);
    let Some(browser) = Browser::open() else { return };
    browser.goto(&served.address);
    browser.wait_for("h1", "April 2026");
    browser.wait_for(".two", "$44.00");
    browser.wait_for("#card", "Month by month");
    browser.picture("home");
    browser.click(".button.main");
    browser.wait_for("h1", "Wayne Enterprises");
    browser.press("p");
    browser.wait_for("h1", "No difference waits");
    browser.click(".card .button");
    browser.wait_for("h1", "To do for April 2026");
    browser.wait_for("#card", "Everything is answered. 2 things are left to do.");
    browser.wait_for(".todo", "Microsoft 365 Business Premium: 40 → 42");
    browser.click(".todo button");
    browser.wait_for(".todo .done button", "Done · kim");
    browser.click(".letter summary");
    browser.picture("to_do");
    browser.click(".letter form + form button");
    browser.wait_for("#card", "Nothing is left to do.");
    assert_eq!(msp.text("workspace/done.csv").matches(",yes,").count(), 2);
    assert_eq!(browser.violations(), Vec::<String>::new());
}

#[test]
fn a_wrong_name_is_unlinked_where_it_stands_and_that_is_undone_where_it_is_told() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let Some(browser) = Browser::open() else { return };
    browser.goto(&format!("{}/clients?q=summit", served.address));
    browser.wait_for(".mappings", "= Summit Build Co.");
    browser.click(".mappings form button");
    browser.wait_for(".mappings", "≠ Summit Build Co.");
    assert!(decided(&msp)[0].starts_with("client,v8,,p8,,,different,,,kim,"), "{:?}", decided(&msp));
    browser.goto(&format!("{}/activity", served.address));
    browser.wait_for(".earlier", "different");
    browser.click(".earlier button");
    browser.wait_for(".why", "Nothing was decided.");
    wait_until(|| decided(&msp).len() == 2);
    browser.goto(&format!("{}/find?q=summit", served.address));
    browser.wait_for("#card", "Summit Build Co.");
    browser.click(".others a");
    browser.wait_for("h1", "Summit Build");
}
