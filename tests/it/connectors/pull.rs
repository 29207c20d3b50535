//! `seatdrift pull`, and scoring what was pulled.

use std::collections::HashMap;

use seatdrift::connect::pull::Fewer;
use serde_json::{Value, json};

use super::live::{Live, said};
use super::server::{Does, Fault, Server, made_up, refusal};

/// The two systems on their good days.
fn good_day() -> (Server, Server) {
    (Server::start("pax8", &[]), Server::start("connectwise", &[]))
}

#[test]
fn what_was_pulled_is_scored_without_a_file() {
    let (pax8, connectwise) = good_day();
    let live = Live::with(&[("pax8", &pax8), ("connectwise", &connectwise)]);
    let pulled = live.run(&["pull"]);
    assert_eq!(pulled.status, Some(0), "{} {}", pulled.stdout, pulled.stderr);
    let scored = live.run(&["score", "--month", "2026-06", "--json"]);
    assert_eq!(scored.status, Some(0), "{}", scored.stderr);
    let lines = live.msp.text("workspace/runs/2026-06/lines.csv");
    assert!(lines.contains("Alder & Finch LLP"), "{lines}");
    let run: Value =
        serde_json::from_str(&live.msp.text("workspace/runs/2026-06/run.json")).unwrap();
    let notes: Vec<&str> = run["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["notes"][0].as_str().unwrap())
        .collect();
    assert_eq!(notes, ["pax8 was read on 2026-06-18", "connectwise was read on 2026-06-18"]);
}

#[test]
fn files_and_sources_are_mixed() {
    let (_, connectwise) = good_day();
    let live = Live::with(&[("connectwise", &connectwise)]);
    live.pulled();
    live.msp.write("vendor.csv", super::pax8::EXPORT);
    let scored = live.run(&["score", "--month", "2026-06", "--vendor", "vendor.csv"]);
    assert_eq!(scored.status, Some(0), "{}", scored.stderr);
    let refused = live.run(&["score", "--month", "2026-06"]);
    assert!(
        refused.stderr.starts_with("error: no vendor export is given and no source of that side"),
        "{}",
        refused.stderr
    );
}

#[test]
fn after_a_refusal_everything_is_asked_anew() {
    let refused = Fault::always("/additions", refusal(403, "not for you"));
    let server = Server::start("connectwise", &[Fault { times: 1, ..refused }]);
    let live = Live::with(&[("connectwise", &server)]);
    assert!(live.pulled().contains("answered 403"));
    assert_eq!(live.pulled(), "connectwise: 3 psa-connectwise-additions.csv.gz");
    let releases = server.asked().iter().filter(|line| line.contains("companyinfo")).count();
    assert_eq!(releases, 2, "what was seen without a right may be a part");
}

#[test]
fn a_day_is_compared_by_its_seats() {
    let (pax8, connectwise) = good_day();
    let mut live = Live::with(&[("pax8", &pax8), ("connectwise", &connectwise)]);
    assert!(!live.pulled().contains("failed"));
    live.now = "2026-06-20T06:30:00Z".parse().unwrap();
    let scored = live.run(&["score", "--month", "2026-06", "--as-of", "2026-06-20"]);
    assert_eq!(scored.status, Some(0), "{}", scored.stderr);
    assert!(
        scored.stderr.contains("pax8 was read on 2026-06-18, 2 days before 2026-06-20"),
        "{}",
        scored.stderr
    );
    let run: Value =
        serde_json::from_str(&live.msp.text("workspace/runs/2026-06/run.json")).unwrap();
    assert_eq!(run["inputs"][0]["day"], "2026-06-20");
    assert_eq!(run["inputs"][0]["file"], "vendor-pax8-seats.csv.gz");
}

#[test]
fn a_past_month_is_never_compared_with_todays_seats() {
    let (pax8, connectwise) = good_day();
    let mut live = Live::with(&[("pax8", &pax8), ("connectwise", &connectwise)]);
    live.now = "2026-07-02T06:30:00Z".parse().unwrap();
    let pulled = live.run(&["pull", "--month", "2026-06"]);
    assert_eq!(pulled.status, Some(0), "{}", pulled.stdout);
    assert!(
        pulled.stdout.contains(
            "connectwise: left out: ConnectWise PSA says what is in force today, not what was in 2026-06"
        ),
        "{}",
        pulled.stdout
    );
    // It takes the place of no reading of the day itself.
    assert!(!live.pulled().contains("failed"));
    let readings = live.msp.names("workspace/pulled/2026-07-02");
    assert_eq!(readings, ["connectwise", "pax8", "pax8.2026-06"]);
    let scored = live.run(&["score", "--month", "2026-06"]);
    assert_eq!(scored.status, Some(2));
    assert!(
        scored.stderr.starts_with(
            "error: connectwise was not read in 2026-06; it was last read on 2026-07-02"
        ),
        "{}",
        scored.stderr
    );
}

#[test]
fn nothing_to_compare_is_said_and_is_no_run() {
    let rows = HashMap::from([("invoices.json".to_owned(), Vec::new())]);
    let pax8 = Server::with_rows("pax8", &[], rows);
    let connectwise = Server::start("connectwise", &[]);
    let live = Live::with(&[("pax8", &pax8), ("connectwise", &connectwise)]);
    live.pulled();
    let scored = live.run(&["score", "--month", "2026-06"]);
    assert_eq!(scored.status, Some(2));
    assert_eq!(
        scored.stderr,
        "error: nothing to compare: pax8 has no row for 2026-06 (there is no invoice of 2026-06 yet)\n"
    );
    assert!(!live.msp.path("workspace/runs/2026-06").exists());
}

#[test]
fn a_source_that_fails_stops_itself_alone_and_what_it_was_stays() {
    let (pax8, connectwise) = good_day();
    let live = Live::with(&[("pax8", &pax8), ("connectwise", &connectwise)]);
    live.pulled();
    let before = live.files();
    let down = Server::start(
        "connectwise",
        &[
            Fault::always("system", refusal(500, "")),
            Fault::always("/finance/agreements", refusal(403, "not for you")),
        ],
    );
    live.connect(&[("pax8", &pax8), ("connectwise", &down)]);
    let pulled = live.run(&["pull"]);
    assert_eq!(pulled.status, Some(2));
    assert!(pulled.stdout.starts_with("pax8: 5 rows in 2 files"), "{}", pulled.stdout);
    assert!(
        pulled.stdout.contains("connectwise: failed: agreements, page 1: "),
        "{}",
        pulled.stdout
    );
    let is_old = |path: &std::path::Path| live.files().get(path) == before.get(path);
    assert!(
        before
            .keys()
            .filter(|path| path.starts_with("pulled/2026-06-18/connectwise"))
            .all(|path| is_old(path))
    );
}

#[test]
fn a_pull_that_was_broken_off_goes_on() {
    let late = Fault { after: 3, ..Fault::always("GET", refusal(500, "")) };
    let broken = Server::start("connectwise", &[late]);
    let live = Live::with(&[("connectwise", &broken)]);
    assert!(live.pulled().contains("answered 500 after 5 tries"), "{}", live.pulled());
    let n_asked = broken.asked().len();
    assert!(n_asked > 5);
    // The same server is well again; its address is another one in a test, so the answers are read as its own.
    let path = "workspace/pulled/.unfinished/connectwise.answers";
    let well = Server::start("connectwise", &[]);
    let old = live.msp.text(path);
    live.connect(&[("connectwise", &well)]);
    let told = |base: &str| {
        let settings: std::collections::BTreeMap<&str, &str> = [
            ("client_id", "made-up"),
            ("company", "made-up"),
            ("host", base),
            ("public_key", "made-up"),
        ]
        .into();
        seatdrift::core::domain::Digest::of(
            &serde_json::to_vec(&("connectwise", settings)).unwrap(),
        )
        .to_string()
    };
    let host = |server: &Server| server.base["http://".len()..].to_owned();
    let moved =
        old.replace(&host(&broken), &host(&well)).replace(&told(&broken.base), &told(&well.base));
    live.msp.write(path, moved);
    let pulled = live.pull_pages(usize::MAX, Fewer::Refused);
    assert_eq!(said(&pulled), "connectwise: 3 psa-connectwise-additions.csv.gz");
    assert!(well.asked().iter().all(|line| !line.contains("companyinfo")), "{:?}", well.asked());
    assert!(!live.msp.path(path).exists());
}

/// ConnectWise with so many additions of one client.
fn with_additions(n: usize) -> Server {
    let addition = |n: usize| {
        json!({ "id": n, "product": { "id": 901, "identifier": "M365-BP" }, "quantity": 1.0, "lessIncluded": 0.0,
            "unitPrice": 26.4, "extPrice": 26.4, "billCustomer": "Billable",
            "effectiveDate": "2024-01-01T00:00:00Z", "description": "Microsoft 365 Business Premium" })
    };
    let rows = HashMap::from([("additions.json".to_owned(), made_up(n, addition))]);
    Server::with_rows("connectwise", &[], rows)
}

#[test]
fn much_fewer_lines_than_yesterday_are_an_error_that_names_whose_are_missing() {
    let (many, few) = (with_additions(20), with_additions(17));
    let mut live = Live::with(&[("connectwise", &many)]);
    live.pulled();
    let before = live.files();
    live.now = "2026-06-19T06:30:00Z".parse().unwrap();
    live.connect(&[("connectwise", &few)]);
    assert_eq!(
        live.pulled(),
        "connectwise: 20 lines were read on 2026-06-18, and 17 came now: missing are 3 of Alder & Finch LLP [is a \
         right gone, or were they renamed? where they are truly gone: `seatdrift pull --accept-fewer`]"
    );
    let pulled = |files: &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| {
        files.keys().filter(|path| path.starts_with("pulled")).count()
    };
    assert_eq!(pulled(&live.files()), pulled(&before));
    let nothing =
        Server::start("connectwise", &[Fault::always("/101/additions", Does::GivesNothing)]);
    live.connect(&[("connectwise", &nothing)]);
    assert!(
        live.pulled().contains("and 0 came now: missing are 20 of Alder & Finch LLP"),
        "{}",
        live.pulled()
    );
    live.connect(&[("connectwise", &few)]);
    let accepted = live.pull_pages(usize::MAX, Fewer::Accepted);
    assert_eq!(said(&accepted), "connectwise: 17 psa-connectwise-additions.csv.gz");
}

#[test]
fn a_few_lines_that_are_gone_since_yesterday_are_named() {
    let mut live = Live::with(&[("connectwise", &with_additions(20))]);
    live.pulled();
    live.now = "2026-06-19T06:30:00Z".parse().unwrap();
    let fewer = with_additions(19);
    live.connect(&[("connectwise", &fewer)]);
    let pulled = live.run(&["pull"]);
    assert_eq!(pulled.status, Some(0), "{}", pulled.stdout);
    assert!(
        pulled.stdout.contains("1 of 20 lines of 2026-06-18 is gone: 1 of Alder & Finch LLP"),
        "{}",
        pulled.stdout
    );
}

#[test]
fn a_full_disk_leaves_what_was() {
    let (pax8, _) = good_day();
    let live = Live::with(&[("pax8", &pax8)]);
    live.pulled();
    let before = live.files();
    let program = env!("CARGO_BIN_EXE_seatdrift");
    for n_blocks in 0..4 {
        let script = format!(
            "trap '' XFSZ; ulimit -f {n_blocks}; exec {program} pull --workspace workspace"
        );
        let done = std::process::Command::new("sh")
            .args(["-c", &script])
            .current_dir(live.msp.path(""))
            .env("SOURCE_DATE_EPOCH", live.now.as_second().to_string())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        if done.status.code() != Some(0) {
            assert!(said.contains("cannot ") || done.status.code() == Some(2), "{said}");
            assert_eq!(live.files(), before, "{n_blocks}: {said}");
        }
    }
}

#[test]
fn a_host_that_a_server_names_is_not_asked_with_keys() {
    let away =
        Does::Answers(307, vec![("Location", "http://127.0.0.1:9/".to_owned())], String::new());
    let server = Server::start("pax8", &[Fault::always("/v1/companies", away)]);
    let live = Live::with(&[("pax8", &server)]);
    assert!(live.pulled().contains("nobody follows with keys in hand"), "{}", live.pulled());
}
