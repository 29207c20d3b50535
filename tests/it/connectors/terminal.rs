//! A key that is typed on a terminal is not seen on it.

#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use super::PLANTED;
use crate::msp::Msp;

#[test]
fn a_key_that_is_typed_on_a_terminal_is_not_shown_there() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace", "--name", "Made-up MSP"]);
    let program = env!("CARGO_BIN_EXE_seatdrift");
    let command =
        format!("'{program}' connect add pax8 --set client_id=made-up --workspace workspace");
    // util-linux' script gives a command a terminal of its own.
    let mut typing = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(msp.path(""))
        .env("XDG_CONFIG_HOME", msp.path("config"))
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("util-linux is on every Linux");
    let mut shown = Vec::new();
    let mut screen = typing.stdout.take().unwrap();
    let mut byte = [0];
    // Typed when it is asked for, as a person does: earlier, the terminal itself would show it.
    while !String::from_utf8_lossy(&shown).contains("(unseen): ") {
        assert_eq!(screen.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&shown));
        shown.push(byte[0]);
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    let mut keyboard = typing.stdin.take().unwrap();
    keyboard.write_all(format!("{PLANTED}\n").as_bytes()).unwrap();
    screen.read_to_end(&mut shown).unwrap();
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(typing.wait().unwrap().success(), "{shown}");
    assert!(shown.contains("added pax8 (Pax8)"), "{shown}");
    assert!(!shown.contains(PLANTED), "{shown}");
    let config = msp.text("workspace/seatdrift.toml");
    let path = config.split("file = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap().trim(), PLANTED);
}
