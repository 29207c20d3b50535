//! What every system is tried with: bad days that pass, bad days that last, pages of every size, keys that are
//! repeated.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use seatdrift::connect::transport::Network;
use serde_json::Value;

use super::live::Live;
use super::server::{Does, Fault, Server, refusal};
use super::{PLANTED, Read, Reader, read};

/// How a system is tried.
struct Tried {
    word: &'static str,
    /// Part of the ask for one of its lists.
    list: &'static str,
    /// Part of the ask whose answer has the number of rows in it; none where the system does not count.
    counted: Option<&'static str>,
    /// Part of the ask for a token, where it gives any.
    token: Option<&'static str>,
    /// Part of the first ask that carries keys.
    keys: &'static str,
    /// Part of an ask of a check that needs a right.
    right: &'static str,
    /// Part of an ask, of which the second is made with a token that was used before.
    later: &'static str,
    /// An error that calls itself good.
    error_in_200: &'static str,
}

const SYSTEMS: [Tried; 7] = [
    Tried {
        word: "autotask",
        list: "/ContractServiceUnits/query {",
        counted: Some("/ContractServiceUnits/query/count"),
        token: None,
        keys: "/ThresholdInformation",
        right: "/ContractServiceUnits/query/count",
        later: "",
        error_in_200: r#"{"errors":["Unable to find fieldname in the Entity."]}"#,
    },
    Tried {
        word: "connectwise",
        list: "/finance/agreements?",
        counted: Some("/finance/agreements/count"),
        token: None,
        keys: "/system/info",
        right: "/finance/agreements/count",
        later: "",
        error_in_200: r#"{"code":"Unknown","message":"Something went wrong"}"#,
    },
    Tried {
        word: "halopsa",
        list: "/api/RecurringInvoice?",
        counted: Some("/api/RecurringInvoice?"),
        token: Some("/auth/token"),
        keys: "",
        right: "/api/RecurringInvoice?",
        later: "/api/RecurringInvoice",
        error_in_200: r#"{"class":"System.Exception","code":0,"message":"Timeout expired."}"#,
    },
    Tried {
        word: "kaseya-bms",
        list: "/contracts/summary?",
        counted: Some("/contracts/summary?"),
        token: Some("/authenticate"),
        keys: "",
        right: "/invoices/summary?",
        later: "/summary?",
        error_in_200: r#"{"success":false,"error":{"code":17,"message":"Filter is not valid"}}"#,
    },
    Tried {
        word: "microsoft",
        list: "/v1/customers?",
        counted: Some("/v1/customers?"),
        token: Some("/token"),
        keys: "",
        right: "/operations/",
        later: "/v1/customers",
        error_in_200: r#"{"code":2000,"description":"Unknown filter.","data":[],"source":"X"}"#,
    },
    Tried {
        word: "pax8",
        list: "/v1/companies?",
        counted: Some("/v1/companies?"),
        token: Some("/v1/token"),
        keys: "",
        right: "/v1/invoices?",
        later: "/v1/companies?",
        error_in_200: r#"{"type":"X","message":"Something went wrong"}"#,
    },
    Tried {
        word: "sherweb",
        list: "/payable-charges?",
        counted: None,
        token: Some("/connect/token"),
        keys: "",
        right: "/service-provider/v1/customers",
        later: "/subscriptions/details",
        error_in_200: r#"{"type":"about:blank","title":"Bad Request","detail":"date is not valid"}"#,
    },
];

/// Every row of a reading, in an order of its own.
fn sorted(read: &Read) -> Vec<String> {
    let mut rows = read.rows();
    rows.sort();
    rows
}

fn page_of_html() -> String {
    "<!DOCTYPE html><html><title>Attention Required!</title></html>".to_owned()
}

#[test]
fn bad_days_that_pass_lose_nothing() {
    let wait = || vec![("Retry-After", "300".to_owned())];
    let days: Vec<(&str, Does)> = vec![
        ("429 that says when", Does::Answers(429, wait(), String::new())),
        ("429 that does not", Does::Answers(429, Vec::new(), String::new())),
        ("429 as a web page", Does::Answers(429, Vec::new(), page_of_html())),
        ("500", refusal(500, "Internal error")),
        ("503 that says when", Does::Answers(503, wait(), String::new())),
        ("half an answer", Does::CutsBody),
    ];
    for tried in SYSTEMS {
        let whole = sorted(&read(tried.word, &Server::start(tried.word, &[]).base, &[], 1000));
        for (day, does) in &days {
            let server = Server::start(tried.word, &[Fault::once(tried.list, does.clone())]);
            let read = read(tried.word, &server.base, &[], 1000);
            assert_eq!(sorted(&read), whole, "{}: {day}", tried.word);
            if day.ends_with("says when") {
                assert_eq!(read.waited, 300, "{}: {day}", tried.word);
            }
        }
    }
}

#[test]
fn a_token_that_runs_out_in_the_middle_is_asked_for_again() {
    for tried in SYSTEMS {
        let Some(token) = tried.token else { continue };
        let n_tokens =
            |server: &Server| server.asked().iter().filter(|line| line.contains(token)).count();
        let server = Server::start(tried.word, &[]);
        let whole = sorted(&read(tried.word, &server.base, &[], 1));
        let expired = Fault { after: 1, ..Fault::once(tried.later, refusal(401, "expired")) };
        let with_fault = Server::start(tried.word, &[expired]);
        assert_eq!(sorted(&read(tried.word, &with_fault.base, &[], 1)), whole, "{}", tried.word);
        assert_eq!(n_tokens(&with_fault), n_tokens(&server) + 1, "{}", tried.word);
    }
}

#[test]
fn a_pull_that_was_broken_off_goes_on_and_asks_nothing_twice_that_is_no_key() {
    for tried in SYSTEMS {
        let server = Server::start(tried.word, &[]);
        let whole = read(tried.word, &server.base, &[], 1);
        let n_whole = server.asked().len();
        let gone = Fault { times: 5, after: n_whole - 2, ..Fault::once("", Does::CutsBody) };
        let server = Server::start(tried.word, &[gone]);
        let (network, reader) = (Network::new(), Reader::of(tried.word, &server.base));
        let broken = reader.read(&network, HashMap::new());
        assert!(broken.gathered.is_err(), "{}", tried.word);
        let n_before = server.asked().len();
        let gone_on = reader.read(&network, broken.to_go_on_from());
        assert_eq!(sorted(&gone_on), sorted(&whole), "{}", tried.word);
        let n_again = server.asked().len() - n_before;
        assert!(n_again < n_whole, "{}: {n_again} of {n_whole}", tried.word);
    }
}

#[test]
fn a_check_says_how_much_there_is() {
    let mut said = String::new();
    for tried in SYSTEMS {
        let server = Server::start(tried.word, &[]);
        writeln!(said, "{}: {}", tried.word, Reader::of(tried.word, &server.base).check())
            .expect("memory");
    }
    insta::assert_snapshot!(said, @"
    autotask: 4 Companies, 3 Contracts, 3 ContractServices, 3 Services, 3 ContractServiceUnits, 1 ContractServiceBundleUnits
    connectwise: 3 companies, 3 agreements, 1 catalogue products, 2 billing cycles
    halopsa: 3 clients, 4 recurring invoices
    kaseya-bms: 3 accounts, 3 contracts, 4 invoices
    microsoft: 3 customers, 3 invoices
    pax8: 2 companies, 4 subscriptions, 1 invoices
    sherweb: 6 charges, 2 customers
    ");
}

#[test]
fn each_system_is_pulled_into_a_workspace() {
    let mut said = String::new();
    for tried in SYSTEMS {
        let server = Server::start(tried.word, &[]);
        let live = Live::with(&[(tried.word, &server)]);
        writeln!(said, "{}", live.pulled().replace(", ", "\n  ")).expect("memory takes it");
    }
    insta::assert_snapshot!("pulled", said);
}

#[test]
fn a_check_says_which_of_host_key_and_right_is_wrong() {
    let mut said = String::new();
    for tried in SYSTEMS {
        let html = Does::Answers(404, Vec::new(), page_of_html());
        let keys = tried.token.unwrap_or(tried.keys);
        for (wrong, fault) in [
            ("host", Fault::always("", html)),
            ("keys", Fault::always(keys, refusal(401, "Access denied"))),
            ("right", Fault::always(tried.right, refusal(403, "Not allowed"))),
        ] {
            let server = Server::start(tried.word, &[fault]);
            let host = server.base.trim_start_matches("http://");
            let found = Reader::of(tried.word, &server.base).check().replace(host, "HOST");
            writeln!(said, "{}, wrong {wrong}\n  {found}", tried.word).expect("memory takes it");
        }
    }
    insta::assert_snapshot!("checks", said);
}

/// Bad days that last, and what is said of them.
fn lasting(tried: &Tried) -> Vec<(&'static str, Vec<Fault>)> {
    let always = |does: Does| vec![Fault::always(tried.list, does)];
    let html = |status| Does::Answers(status, Vec::new(), page_of_html());
    let mut days = vec![
        ("401", always(refusal(401, "Unauthorized"))),
        ("403", always(refusal(403, "Forbidden"))),
        ("404", always(refusal(404, "Not found"))),
        ("429", always(refusal(429, "Too many"))),
        ("429 as a web page", always(html(429))),
        (
            "429 for a day",
            always(Does::Answers(429, vec![("Retry-After", "86400".to_owned())], String::new())),
        ),
        ("500", always(refusal(500, "Internal error"))),
        (
            "sent elsewhere",
            always(Does::Answers(
                302,
                vec![("Location", "https://evil.example/".to_owned())],
                String::new(),
            )),
        ),
        ("half an answer", always(Does::CutsBody)),
        ("a web page", always(html(200))),
        (
            "an error in a 200",
            always(Does::Answers(200, Vec::new(), tried.error_in_200.to_owned())),
        ),
        ("nothing at all", always(Does::Answers(200, Vec::new(), String::new()))),
        ("no row", always(Does::GivesNothing)),
        ("a page again", always(Does::RepeatsPage(1))),
    ];
    if let Some(counted) = tried.counted {
        days.push(("a count that does not tie", vec![Fault::always(counted, Does::CountsMore(2))]));
    }
    if let Some(token) = tried.token {
        days.push(("wrong keys", vec![Fault::always(token, refusal(401, "invalid_client"))]));
    }
    days
}

#[test]
fn bad_days_that_last_say_what_they_are_and_what_to_do() {
    for tried in SYSTEMS {
        let mut said = String::new();
        for (day, faults) in lasting(&tried) {
            let server = Server::start(tried.word, &faults);
            let page_size = if day.starts_with("a count") { 1000 } else { 1 };
            let read = read(tried.word, &server.base, &[], page_size);
            let outcome = match &read.gathered {
                Ok(gathered) => {
                    let notes = gathered.notes.iter().map(|note| format!("\n  note: {note}"));
                    format!("{} rows{}", read.rows().len(), notes.collect::<String>())
                }
                Err(_) => without_bytes(&read.trouble()),
            };
            let host = server.base.trim_start_matches("http://");
            writeln!(said, "{day}\n  {}", outcome.replace(host, "HOST")).expect("memory takes it");
            no_key_is_shown(tried.word, &read);
        }
        insta::assert_snapshot!(format!("troubles_of_{}", tried.word), said);
    }
}

/// A sentence without how many bytes came: an answer has the server's address in it.
fn without_bytes(said: &str) -> String {
    let Some((before, after)) = said.split_once(" bytes came") else { return said.to_owned() };
    let before = before.trim_end_matches(|c: char| c.is_ascii_digit());
    format!("{before}N bytes came{after}")
}

/// Nothing that is kept, shown or said has a key in it.
fn no_key_is_shown(word: &str, read: &Read) {
    let said = match &read.gathered {
        Ok(gathered) => format!("{gathered:?}"),
        Err(_) => read.trouble(),
    };
    let mut shown = format!("{said}\n{}\n{:?}\n", read.asked.join("\n"), read.kept);
    for kept in &read.kept {
        shown.push_str(&String::from_utf8_lossy(&kept.answer.body));
    }
    let tokens = ["-token\"", "made-up-pax8-token", "made-up-halo-token", "made-up-bms-token"];
    let keys = [PLANTED, "planted-signature", "made-up-microsoft-token", "made-up-sherweb-token"];
    for key in keys.into_iter().chain(tokens) {
        assert!(!shown.contains(key), "{word}: {key} in {shown}");
    }
}

#[test]
fn keys_that_a_server_repeats_are_taken_out() {
    for tried in SYSTEMS {
        let echo =
            Does::Answers(403, Vec::new(), format!("{{\"message\":\"wrong key {PLANTED}\"}}"));
        let server = Server::start(tried.word, &[Fault::always(tried.list, echo)]);
        let read = read(tried.word, &server.base, &[], 1000);
        no_key_is_shown(tried.word, &read);
        assert!(read.trouble().contains("wrong key [hidden]"), "{}", read.trouble());
    }
}

/// The fixtures of a system that are rows, shuffled.
fn shuffled(word: &str, seed: u64) -> HashMap<String, Vec<Value>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/connectors").join(word);
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("fixtures can be read");
    let routes: Vec<Value> = serde_json::from_str(&read("routes.json")).expect("routes");
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
    let files = routes.iter().filter_map(|route| route["rows"].as_str());
    files
        .map(|file| {
            let mut rows: Vec<Value> = serde_json::from_str(&read(file)).expect("rows");
            rows.shuffle(&mut chance);
            (file.to_owned(), rows)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn pages_of_any_size_in_any_order_are_the_same_rows(
        page_size in 1_usize..6,
        cap in proptest::option::of(1_usize..4),
        seed in any::<u64>(),
    ) {
        for tried in SYSTEMS {
            let whole = sorted(&read(tried.word, &Server::start(tried.word, &[]).base, &[], 1000));
            let caps = cap.map(|most| Fault::always(tried.list, Does::CapsPages(most)));
            let faults: Vec<Fault> = caps.into_iter().collect();
            let server = Server::with_rows(tried.word, &faults, shuffled(tried.word, seed));
            let read = read(tried.word, &server.base, &[], page_size);
            prop_assert_eq!(sorted(&read), whole, "{} {}", tried.word, page_size);
        }
    }
}
