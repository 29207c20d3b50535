//! What servers do on bad days, and what the pull makes of it: each ends in a message that says what is wrong, and
//! in a workspace that is what it was, or in the whole of the rows.

use super::PLANTED;
use super::live::Live;
use super::server::{Does, Fault, Server, refusal};

/// Where a system can be hurt.
pub(super) struct Case {
    pub word: &'static str,
    /// An ask for a list of several rows that the server counts.
    pub list: &'static str,
    /// The files of a good day.
    pub good: &'static str,
}

/// A bad day, with its name.
type BadDay = (&'static str, Vec<Fault>);

pub(super) const PAX8: Case = Case {
    word: "pax8",
    list: "GET /v1/companies",
    good: "pax8: 2 vendor-pax8-invoice-00000201-0000-4000-8000-000000000201.csv.gz, 3 vendor-pax8-seats.csv.gz",
};

pub(super) const CONNECTWISE: Case = Case {
    word: "connectwise",
    list: "/finance/agreements?",
    good: "connectwise: 3 psa-connectwise-additions.csv.gz",
};

/// Bad days that pass: the rows are those of a good one.
fn passing(list: &'static str) -> Vec<BadDay> {
    let busy = |headers: Vec<(&'static str, String)>, body: &str| {
        Fault::once(list, Does::Answers(429, headers, body.to_owned()))
    };
    vec![
        ("pages are smaller than asked", vec![Fault::always("GET ", Does::CapsPages(1))]),
        ("an answer is cut in the middle, once", vec![Fault::once(list, Does::CutsBody)]),
        ("429 with Retry-After", vec![busy(vec![("Retry-After", "300".to_owned())], "{}")]),
        ("429 without", vec![busy(Vec::new(), "{}")]),
        ("429 as a web page", vec![busy(Vec::new(), "<html>Cloudflare</html>")]),
        ("500, once", vec![Fault::once(list, refusal(500, "made up"))]),
        (
            "the clock was moved",
            vec![busy(
                vec![
                    ("Date", "Tue, 01 Jan 2030 00:00:00 GMT".to_owned()),
                    ("Retry-After", "Tue, 01 Jan 2030 00:01:00 GMT".to_owned()),
                ],
                "{}",
            )],
        ),
    ]
}

/// Bad days that do not.
fn lasting(list: &'static str) -> Vec<BadDay> {
    let page = Does::Answers(200, Vec::new(), "<!DOCTYPE html>".to_owned());
    let away = vec![("Location", "https://evil.example/".to_owned())];
    vec![
        (
            "a page comes again in place of the next",
            vec![Fault::always(list, Does::RepeatsPage(1))],
        ),
        (
            "an empty answer",
            vec![Fault::always(list, Does::Answers(200, Vec::new(), "[]".to_owned()))],
        ),
        ("nothing in it", vec![Fault::always(list, Does::Answers(200, Vec::new(), String::new()))]),
        ("every answer is cut", vec![Fault::always(list, Does::CutsBody)]),
        ("401", vec![Fault::always(list, refusal(401, &format!("key {PLANTED} is no good")))]),
        ("403", vec![Fault::always(list, refusal(403, "not for you"))]),
        ("404", vec![Fault::always(list, refusal(404, "not here"))]),
        ("429 and no end", vec![Fault::always(list, refusal(429, "too many"))]),
        (
            "429 for a day",
            vec![Fault::always(
                list,
                Does::Answers(429, vec![("Retry-After", "86400".to_owned())], String::new()),
            )],
        ),
        ("500 and no end", vec![Fault::always(list, refusal(500, "made up"))]),
        ("an error inside 200", vec![Fault::always(list, refusal(200, "token expired"))]),
        ("a web page inside 200", vec![Fault::always(list, page)]),
        ("it sends elsewhere", vec![Fault::always(list, Does::Answers(302, away, String::new()))]),
        ("the count is higher", vec![Fault::always(list, Does::CountsMore(3))]),
    ]
}

/// What each bad day says; nothing of it changes the workspace or shows a key.
fn said_of(case: &Case, days: Vec<BadDay>) -> String {
    let said = days.into_iter().map(|(name, faults)| {
        let server = Server::start(case.word, &faults);
        let live = Live::with(&[(case.word, &server)]);
        let before = live.files();
        let said = live.pulled().replace(&server.base["http://".len()..], "SERVER");
        if said != case.good {
            assert_eq!(live.files(), before, "{name}");
        }
        assert!(!said.contains(PLANTED), "{name}: {said}");
        format!("{name}\n  {said}")
    });
    said.collect::<Vec<_>>().join("\n")
}

fn assert_all_pass(case: &Case, days: Vec<BadDay>) {
    let names: Vec<&str> = days.iter().map(|(name, _)| *name).collect();
    let expected: Vec<String> =
        names.iter().map(|name| format!("{name}\n  {}", case.good)).collect();
    assert_eq!(said_of(case, days), expected.join("\n"));
}

#[test]
fn a_bad_day_of_pax8_that_passes_leaves_all_rows() {
    assert_all_pass(&PAX8, passing(PAX8.list));
}

#[test]
fn a_bad_day_of_connectwise_that_passes_leaves_all_rows() {
    assert_all_pass(&CONNECTWISE, passing(CONNECTWISE.list));
}

#[test]
fn a_bad_day_of_pax8_is_said_to_be_one() {
    insta::assert_snapshot!(said_of(&PAX8, lasting(PAX8.list)), @r#"
    a page comes again in place of the next
      pax8: companies: the server counts 2, and 1 came: 1 are missing [rows that these keys may not see, or rows that went while they were read: pull again, then compare the rights with the README]
    an empty answer
      pax8: companies: expected an object, found "[]" [the system answers otherwise than is known: `pull --record DIR` keeps what it said, to show]
    nothing in it
      pax8: companies: expected JSON, found nothing [the system answers otherwise than is known: `pull --record DIR` keeps what it said, to show]
    every answer is cut
      pax8: companies, page 1: the answer of SERVER ended too early: 456 bytes came, then: Peer disconnected [pull again: it goes on from here]
    401
      pax8: companies, page 1: SERVER answered 401 (key [hidden] is no good) [the token was refused twice: has the integration been removed in Pax8?]
    403
      pax8: companies, page 1: SERVER answered 403 (not for you) [the integration may not read this: give it the partner's own rights in Pax8]
    404
      pax8: companies, page 1: SERVER answered 404 (not here) [the host answers, but not as the Pax8 API: leave `host` out of seatdrift.toml]
    429 and no end
      pax8: companies, page 1: SERVER answered 429 (too many) after 5 tries [it is asked too much, perhaps by another program too: pull again later, it goes on from here]
    429 for a day
      pax8: companies, page 1: SERVER asks to wait 86400 s, and 7199 s are left of this pull [pull again when that time has passed: it goes on from here]
    500 and no end
      pax8: companies, page 1: SERVER answered 500 (made up) after 5 tries [the fault is the server's: pull again later, it goes on from here]
    an error inside 200
      pax8: companies: expected rows and how many there are, found no count [the system answers otherwise than is known: `pull --record DIR` keeps what it said, to show]
    a web page inside 200
      pax8: companies: expected JSON, found a web page [something between here and the server answered in its place: a proxy, or a page to sign in on]
    it sends elsewhere
      pax8: companies, page 1: SERVER answered 302 [the server sends elsewhere, and nobody follows with keys in hand: name the right host]
    the count is higher
      pax8: companies: the server counts 5, and 2 came: 3 are missing [rows that these keys may not see, or rows that went while they were read: pull again, then compare the rights with the README]
    "#);
}

#[test]
fn a_bad_day_of_connectwise_is_said_to_be_one() {
    insta::assert_snapshot!(said_of(&CONNECTWISE, lasting("/finance/agreements")), @r#"
    a page comes again in place of the next
      connectwise: agreements: the server counts 3, and 1 came: 2 are missing [rows that these keys may not see, or rows that went while they were read: pull again, then compare the rights with the README]
    an empty answer
      connectwise: the number of agreements: expected a count, found none [the system answers otherwise than is known: `pull --record DIR` keeps what it said, to show]
    nothing in it
      connectwise: agreements: expected JSON, found nothing [the system answers otherwise than is known: `pull --record DIR` keeps what it said, to show]
    every answer is cut
      connectwise: agreements, page 1: the answer of SERVER ended too early: 1340 bytes came, then: Peer disconnected [pull again: it goes on from here]
    401
      connectwise: agreements, page 1: SERVER answered 401 (key [hidden] is no good) [the public or the private key is wrong, or the API member was made inactive: make a new pair of keys (System › Members › API Members)]
    403
      connectwise: agreements, page 1: SERVER answered 403 (not for you) [the API member's role may not see this: Inquire All in Finance › Agreements, Companies › Company Maintenance and Procurement › Product Catalog, Inquire in System › Table Setup]
    404
      connectwise: agreements, page 1: SERVER answered 404 (not here) [it is not there: was the agreement deleted meanwhile, or is the host another region's?]
    429 and no end
      connectwise: agreements, page 1: SERVER answered 429 (too many) after 5 tries [it is asked too much, perhaps by another program too: pull again later, it goes on from here]
    429 for a day
      connectwise: agreements, page 1: SERVER asks to wait 86400 s, and 7199 s are left of this pull [pull again when that time has passed: it goes on from here]
    500 and no end
      connectwise: agreements, page 1: SERVER answered 500 (made up) after 5 tries [the fault is the server's: pull again later, it goes on from here]
    an error inside 200
      connectwise: agreements: expected a list, found a message: token expired [the system answers otherwise than is known: `pull --record DIR` keeps what it said, to show]
    a web page inside 200
      connectwise: agreements: expected JSON, found a web page [something between here and the server answered in its place: a proxy, or a page to sign in on]
    it sends elsewhere
      connectwise: agreements, page 1: SERVER answered 302 [the server sends elsewhere, and nobody follows with keys in hand: name the right host]
    the count is higher
      connectwise: agreements: the server counts 6, and 3 came: 3 are missing [rows that these keys may not see, or rows that went while they were read: pull again, then compare the rights with the README]
    "#);
}
