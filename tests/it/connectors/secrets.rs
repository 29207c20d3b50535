//! Keys, tokens and signed links of every system: in no file of the workspace, no message, no `--json`.

use std::io::{Cursor, Read};
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use seatdrift::connect::registry::SYSTEMS;
use seatdrift::connect::source::System;

use super::PLANTED;
use super::live::Live;
use super::server::{Does, Fault, Server};
use crate::msp::files_below;

/// What servers give to sign in with, and links that are as good as a key.
const GIVEN: [&str; 6] = [
    "made-up-pax8-token",
    "made-up-halo-token",
    "made-up-bms-token",
    "made-up-microsoft-token",
    "made-up-sherweb-token",
    "planted-signature-4711",
];

/// Commands that read a source, and print what they can.
const COMMANDS: [&[&str]; 7] = [
    &["pull"],
    &["pull", "--json"],
    &["pull", "--record", "workspace/recorded"],
    &["connect", "check"],
    &["connect", "check", "--json"],
    &["connect", "list", "--json"],
    &["score", "--month", "2026-06"],
];

/// Runs commands, and gives all that was printed.
fn said_by(live: &Live, commands: &[&[&str]]) -> String {
    let mut said = String::new();
    for command in commands {
        let answer = live.run(command);
        said.push_str(&answer.stdout);
        said.push_str(&answer.stderr);
    }
    said
}

/// A refusal that says a key back.
fn echo(key: &str) -> Does {
    let header = vec![("X-Echo", key.to_owned())];
    Does::Answers(401, header, format!("{{\"message\":\"{key} is wrong\"}}"))
}

#[test]
fn no_file_and_no_message_of_any_system_shows_a_key() {
    let user = format!("made-up+made-up:{PLANTED}");
    let basic = [BASE64_STANDARD.encode(&user), BASE64_STANDARD.encode(PLANTED)];
    let secrets: Vec<&str> =
        GIVEN.into_iter().chain([PLANTED]).chain(basic.iter().map(String::as_str)).collect();
    let tried = |system: &System| {
        let server = Server::start(system.word, &[]);
        let live = Live::with(&[(system.word, &server)]);
        let mut said = said_by(&live, &COMMANDS);
        assert!(said.contains(".csv.gz"), "{}: {said}", system.word);
        // A server that says the key back, from the first ask on or later.
        for after in [0, 1, 4] {
            let fault = Fault { after, ..Fault::always("", echo(PLANTED)) };
            let bad = Server::start(system.word, &[fault]);
            live.connect(&[(system.word, &bad)]);
            said.push_str(&said_by(&live, &COMMANDS[..4]));
        }
        // ConnectWise signs in with a header that is the key in other letters.
        if system.word == "connectwise" {
            let bad = Server::start(system.word, &[Fault::always("/system/info", echo(&basic[0]))]);
            live.connect(&[(system.word, &bad)]);
            said.push_str(&said_by(&live, &COMMANDS[..4]));
        }
        assert!(said.contains("[hidden] is wrong"), "{}: {said}", system.word);
        let folder = live.msp.path("workspace");
        let files: Vec<_> = files_below(&folder).into_iter().collect();
        assert!(3 < files.len(), "{}", system.word);
        for secret in &secrets {
            assert!(!said.contains(secret), "{}: {secret} in {said}", system.word);
            for (path, bytes) in &files {
                for text in texts_of(path, bytes) {
                    assert!(!contains(&text, secret), "{}: {}", system.word, path.display());
                }
            }
        }
    };
    // Each waits between its asks as its system wants it.
    std::thread::scope(|scope| {
        for system in SYSTEMS {
            scope.spawn(|| tried(system));
        }
    });
}

fn contains(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

/// A file, and what it holds where it is an archive.
fn texts_of(path: &Path, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut texts = vec![bytes.to_vec()];
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("zip") => {
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
            for idx in 0..archive.len() {
                let mut text = Vec::new();
                archive.by_index(idx).unwrap().read_to_end(&mut text).unwrap();
                texts.push(text);
            }
        }
        Some("gz") => {
            let mut text = Vec::new();
            flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut text).unwrap();
            texts.push(text);
        }
        _ => {}
    }
    texts
}
