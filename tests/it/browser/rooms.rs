//! From home to what is to do, and back over every name: beside the queues.

use super::driver::Browser;
use crate::decided::{score, workspace};
use crate::files_in::{CONNECTWISE, PAX8, UNKNOWN, opened};
use crate::msp::Msp;
use crate::served::{Served, decided, reviewed, wait_until};

#[test]
fn a_month_begins_at_home_and_ends_with_what_to_do_ticked_off() {
    let msp = workspace();
    score(&msp, "2026-03", (42, 42), 5);
    score(&msp, "2026-04", (42, 40), 5);
    let served = Served::of(&msp, &[]);
    let Some(browser) = Browser::open() else { return };
    browser.goto(&served.at("/"));
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
    browser.goto(&served.at("/clients?q=summit"));
    browser.wait_for(".mappings", "= Summit Build Co.");
    browser.click(".mappings form button");
    browser.wait_for(".mappings", "≠ Summit Build Co.");
    assert!(
        decided(&msp)[0].starts_with("client,v8,,p8,,,different,,,kim,"),
        "{:?}",
        decided(&msp)
    );
    browser.goto(&served.at("/activity"));
    browser.wait_for(".earlier", "different");
    browser.click(".earlier button");
    browser.wait_for(".why", "Nothing was decided.");
    wait_until(|| decided(&msp).len() == 2);
    browser.goto(&served.at("/find?q=summit"));
    browser.wait_for("#card", "Summit Build Co.");
    browser.click(".others a");
    browser.wait_for("h1", "Summit Build");
}

#[test]
fn from_an_empty_book_and_two_dropped_exports_to_what_is_to_do() {
    let msp = Msp::empty();
    let served = opened(&msp);
    let Some(browser) = Browser::open() else { return };
    browser.goto(&served.at("/"));
    browser.wait_for("h1", "Files");
    browser.picture("files_empty");
    assert_eq!(browser.violations(), Vec::<String>::new());
    let paths: Vec<String> = [PAX8, CONNECTWISE, UNKNOWN]
        .iter()
        .map(|(name, text)| {
            msp.write(format!("downloads/{name}"), text);
            msp.path(format!("downloads/{name}")).display().to_string()
        })
        .collect();
    browser.choose("input[type=file]", &paths.join("\n"));
    browser.wait_for(".given", "Say what its columns are");
    browser.wait_for(".given", "August 2026");
    browser.picture("files_given");
    assert_eq!(browser.violations(), Vec::<String>::new());
    browser.click(".given a");
    browser.wait_for("h1", UNKNOWN.0);
    for (column, word) in
        [(0, "client_name"), (1, "product_name"), (2, "quantity"), (3, "unit_cost")]
    {
        browser.click(&format!("[name=column-{column}] option[value={word}]"));
    }
    browser.picture("files_columns");
    assert_eq!(browser.violations(), Vec::<String>::new());
    browser.click("form.columns button.main");
    browser.wait_for("h1", "Files");
    browser
        .run("for (const one of document.querySelectorAll('[name^=month]')) one.value = '2026-08'");
    browser.click("#score p button");
    browser.wait_for(".answered", "August 2026 is scored");
    browser.click(".answered a");
    browser.wait_for("h1", "August 2026");
    browser.wait_for("#card", "download (1).csv");
    browser.picture("home_first");
    assert_eq!(browser.violations(), Vec::<String>::new());
    browser.click("nav a[href='/to-do']");
    browser.wait_for("h1", "To do for August 2026");
}
