//! A pull that is killed loses nothing, and the next goes on.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::live::Live;
use super::server::{Does, Fault, Server};

/// What a whole pull of a system asks for.
fn asks_of(system: &'static str) -> usize {
    let server = Server::start(system, &[]);
    let pulled = Live::with(&[(system, &server)]).pulled();
    assert!(pulled.starts_with(&format!("{system}: ")) && pulled.contains("csv.gz"), "{pulled}");
    server.asked().len()
}

#[test]
fn a_pull_that_is_killed_at_any_ask_changes_nothing_and_the_next_one_goes_on() {
    for system in ["pax8", "connectwise"] {
        let n_asks = asks_of(system);
        assert!(3 < n_asks, "{n_asks}");
        for n in 0..n_asks {
            // The ask is heard and never answered.
            let hang = Fault { on: "", after: n, times: 1, does: Does::Hangs };
            let server = Server::start(system, &[hang]);
            let live = Live::with(&[(system, &server)]);
            let before = live.files();
            let mut pulling = Command::new(env!("CARGO_BIN_EXE_seatdrift"))
                .args(["pull", "--workspace", "workspace"])
                .current_dir(live.msp.path(""))
                .env("SOURCE_DATE_EPOCH", live.now.as_second().to_string())
                .env("NO_PROXY", "127.0.0.1")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let begun = Instant::now();
            while server.asked().len() <= n {
                assert!(begun.elapsed() < Duration::from_secs(60), "{system} {n}: it stopped");
                std::thread::sleep(Duration::from_millis(2));
            }
            // SIGKILL.
            pulling.kill().unwrap();
            pulling.wait().unwrap();
            assert_eq!(live.files(), before, "{system}, killed at ask {n}");
            let pulled = live.pulled();
            assert!(pulled.contains("csv.gz"), "{system}, killed at ask {n}: {pulled}");
            let whole = Live::with(&[(system, &Server::start(system, &[]))]);
            whole.pulled();
            let rows = |live: &Live| -> Vec<(String, Vec<u8>)> {
                let folder = format!("workspace/pulled/2026-06-18/{system}");
                let names = live.msp.names(&folder);
                let files = names.iter().filter(|name| name.ends_with(".csv.gz"));
                files
                    .map(|name| (name.clone(), live.msp.bytes(format!("{folder}/{name}"))))
                    .collect()
            };
            assert_eq!(rows(&live), rows(&whole), "{system}, killed at ask {n}");
        }
    }
}
