//! `seatdrift connect`: adding, checking, listing; and recording answers to be shown.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::PLANTED;
use super::live::Live;
use super::server::{Does, Fault, Server, refusal};
use crate::msp::{Msp, files_below};

/// Runs the program with a home of its own and a key that comes by a pipe.
fn add(msp: &Msp, key: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_seatdrift"))
        .args(["connect", "add"])
        .args(arguments)
        .args(["--workspace", "workspace"])
        .env("HOME", msp.path("home"))
        .env_remove("XDG_CONFIG_HOME")
        .current_dir(msp.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who is refused before a key is asked for does not read it.
    let _ = writeln!(program.stdin.take().unwrap(), "{key}");
    let done = program.wait_with_output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.code(), String::from_utf8(said).unwrap())
}

fn workspace() -> Msp {
    let msp = Msp::empty();
    msp.done(&["init", "workspace", "--name", "Made-up MSP"]);
    msp
}

#[test]
fn a_key_that_is_typed_lies_in_a_private_file_outside_the_workspace() {
    let (msp, server) = (workspace(), Server::start("pax8", &[]));
    let host = format!("host={}", server.base);
    let (status, said) = add(&msp, PLANTED, &["pax8", "--set", "client_id=abc", "--set", &host]);
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("next: seatdrift connect check pax8") && !said.contains(PLANTED),
        "{said}"
    );
    for (path, bytes) in files_below(&msp.path("workspace")) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains(PLANTED), "{}", path.display());
    }
    let keys = files_below(&msp.path("home/.config/seatdrift/keys"));
    assert_eq!(keys.values().next().unwrap(), format!("{PLANTED}\n").as_bytes());
    let checked = msp.run(&["connect", "check"]);
    assert_eq!(
        checked.stdout, "pax8 (Pax8): can be read: 2 companies, 4 subscriptions, 1 invoices\n",
        "{}",
        checked.stderr
    );
    let (status, said) = add(&msp, PLANTED, &["pax8", "--set", "client_id=abc"]);
    assert_eq!(status, Some(2));
    assert!(said.starts_with("error: a source is called \"pax8\" already"), "{said}");
}

#[test]
fn what_is_written_above_a_new_source_stays_as_it_was() {
    let msp = workspace();
    let before = format!("{}\n# mine\n", msp.text("workspace/seatdrift.toml"));
    msp.write("workspace/seatdrift.toml", &before);
    let place = ["--secret", "client_secret=env:PAX8_SECRET"];
    let (status, said) =
        add(&msp, "", &[&["pax8", "--set", "client_id=a\"b"], &place[..]].concat());
    assert_eq!(status, Some(0), "{said}");
    let after = msp.text("workspace/seatdrift.toml");
    assert!(after.starts_with(&before), "{after}");
    assert!(after.contains("[[source]]\nname = \"pax8\"\nsystem = \"pax8\"\n"), "{after}");
    let listed = msp.run(&["connect", "list"]);
    assert_eq!(listed.stdout, "pax8 (pax8): never read\n", "{}", listed.stderr);
    let checked = msp.run(&["connect", "check"]);
    assert!(
        checked
            .stdout
            .contains("client_secret: the variable PAX8_SECRET is not set in the environment"),
        "{}",
        checked.stdout
    );
}

#[test]
fn a_source_that_cannot_be_is_refused_and_no_key_is_shown() {
    let msp = workspace();
    let inside = format!("client_secret=file:{}", msp.path("workspace/key").display());
    let before = msp.text("workspace/seatdrift.toml");
    for (arguments, expected) in [
        (&["pax9"][..], "expected a system (autotask, connectwise, "),
        (&["pax8"], "pax8: client_id is not said"),
        (
            &["pax8", "--set", "client_id=a", "--set", "client_secret=planted"],
            "found \"client_secret\"",
        ),
        (&["pax8", "--set", "client_id=a", "--set", "host=http://evil.example"], "expected a host"),
        (
            &["pax8", "--set", "client_id=a", "--secret", "client_secret=planted"],
            "a key itself never stands",
        ),
        (&["pax8", "--set", "planted"], "expected NAME=VALUE"),
        (
            &["pax8", "--set", "client_id=a", "--secret", &inside],
            "a key never lies in the workspace",
        ),
        (&["pax8", "--name", "../x", "--set", "client_id=a"], "expected lower-case letters"),
    ] {
        let (status, said) = add(&msp, PLANTED, arguments);
        assert_eq!(status, Some(2), "{arguments:?}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
        assert!(!said.contains("planted"), "{said}");
        assert_eq!(msp.text("workspace/seatdrift.toml"), before);
    }
}

#[test]
fn a_key_in_seatdrift_toml_is_refused_and_not_shown() {
    let msp = workspace();
    let text = format!(
        "{}\n[[source]]\nname = \"pax8\"\nsystem = \"pax8\"\nsecrets = {{ client_secret = \"{PLANTED}\" }}\n",
        msp.text("workspace/seatdrift.toml")
    );
    msp.write("workspace/seatdrift.toml", text);
    let said = msp.run(&["connect", "check"]).stderr;
    assert!(said.contains("never a key itself"), "{said}");
    assert!(!said.contains(PLANTED), "{said}");
}

/// What checking a system says whose server has a fault.
fn checked(word: &str, fault: Fault) -> String {
    let server = Server::start(word, &[fault]);
    let live = Live::with(&[(word, &server)]);
    let answer = live.run(&["connect", "check"]);
    assert_eq!(answer.status, Some(2), "{}", answer.stdout);
    answer.stdout
}

#[test]
fn a_check_says_what_is_wrong_and_the_cure() {
    let company = Does::Answers(200, Vec::new(), "null".to_owned());
    let client_id = refusal(403, "clientId is missing or invalid");
    for (word, on, does, said) in [
        (
            "connectwise",
            "companyinfo",
            company,
            "company: expected the company id you sign in with",
        ),
        (
            "connectwise",
            "system/info",
            refusal(404, ""),
            "hint: ConnectWise answers so to wrong keys too",
        ),
        ("connectwise", "system/info", client_id, "hint: the clientId is wrong or missing"),
        (
            "connectwise",
            "agreements/count",
            refusal(403, ""),
            "hint: the API member's role may not see this",
        ),
        (
            "pax8",
            "token",
            refusal(403, "Forbidden"),
            "hint: the Client ID or the Client Secret is wrong",
        ),
        ("pax8", "/v1/invoices", refusal(403, ""), "hint: the integration may not read this"),
    ] {
        let found = checked(word, Fault::always(on, does));
        assert!(found.contains(said) && found.contains("\n  its keys need: "), "{found}");
    }
}

#[test]
fn answers_that_are_recorded_show_neither_names_nor_keys() {
    let server = Server::start("pax8", &[]);
    let live = Live::with(&[("pax8", &server)]);
    assert_eq!(live.run(&["pull", "--record", "recorded"]).status, Some(0));
    let recorded = live.msp.bytes("recorded/pax8.zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(recorded)).unwrap();
    let mut whole = String::new();
    for idx in 0..archive.len() {
        std::io::Read::read_to_string(&mut archive.by_index(idx).unwrap(), &mut whole).unwrap();
    }
    for shown in ["\"quantity\":25.0", "\"status\":\"Active\"", "GET host/v1/subscriptions"] {
        assert!(whole.contains(shown), "{whole}");
    }
    for hidden in ["Alder", "00000101-0000-4000-8000-000000000101", PLANTED, "127.0.0.1"] {
        assert!(!whole.contains(hidden), "{hidden}: {whole}");
    }
}
