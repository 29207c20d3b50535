//! `seatdrift changes` and `seatdrift watch` as a user runs them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use seatdrift::core::domain::Side;
use seatdrift::lab::simulate::{DayLine, SimulatedDay};
use seatdrift::watch::shapes::{signature, signing_key};
use seatdrift::watch::watching::watching;
use serde_json::Value;

use super::live::Live;
use super::quarter::{dawn, looked, told, watched};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A day on which twelve clients have five seats each, and Alder so many at the vendor and in the PSA.
fn day(day: &str, (bought, billed): (i64, i64)) -> SimulatedDay {
    let line = |client: usize, seats: i64, side: Side| DayLine {
        id: client as u64 + 1,
        client,
        client_name: if client == 0 {
            "Alder & Finch LLP".to_owned()
        } else {
            format!("Client {} Ltd", char::from(b'A' + u8::try_from(client).unwrap()))
        },
        product: 0,
        product_name: "Microsoft 365 Business Premium",
        seats,
        unit: rust_decimal::Decimal::new(if side == Side::Vendor { 1804 } else { 2640 }, 2),
    };
    let all = |seats: i64, side: Side| {
        (0..12).map(|client| line(client, if client == 0 { seats } else { 5 }, side)).collect()
    };
    SimulatedDay {
        day: day.parse().unwrap(),
        vendor: all(bought, Side::Vendor),
        psa: all(billed, Side::Psa),
        down: None,
        is_half: false,
    }
}

/// Looks every morning from one day of June to another, with what Alder has at the vendor and in the PSA.
fn looks(live: &mut Live, from: u32, to: u32, seats: (i64, i64)) {
    for n in from..=to {
        let _servers = dawn(live, &day(&format!("2026-06-{n:02}"), seats));
        looked(live);
    }
}

#[test]
fn what_changed_is_listed_with_whether_the_other_side_followed() {
    let mut live = watched(&day("2026-06-15", (25, 25)));
    looks(&mut live, 15, 15, (25, 25));
    looks(&mut live, 16, 16, (28, 25));
    let listed = live.run(&["changes"]);
    assert_eq!(listed.status, Some(0), "{}", listed.stderr);
    assert_eq!(
        listed.stdout,
        "Alder & Finch LLP · Microsoft 365 Business Premium\n  bought 25 → 28 since 2026-06-16 (pax8); the \
         other side has time\n  54.12 USD more a month\n"
    );
    looks(&mut live, 17, 17, (28, 28));
    looks(&mut live, 18, 18, (26, 28));
    let listed: Value = serde_json::from_str(&live.run(&["changes", "--json"]).stdout).unwrap();
    let changes = listed["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 3);
    assert_eq!(changes[0]["what"]["to"], "26");
    assert!(changes[0]["vendor_says"].as_str().unwrap().contains("within 7 days"));
    let quiet = live.run(&["changes", "--since", "2026-06-21"]);
    assert_eq!(quiet.stdout.lines().next(), Some("nothing changed since 2026-06-21"));
}

#[test]
fn a_leak_is_told_once_silenced_by_a_decision_and_solved_when_it_is() {
    let mut live = watched(&day("2026-06-15", (25, 25)));
    looks(&mut live, 15, 15, (25, 25));
    looks(&mut live, 16, 19, (28, 25));
    let first = told(&live);
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(
        (first[0].day.as_str(), first[0].client.as_str(), first[0].words.as_str()),
        (
            "2026-06-19",
            "Alder & Finch LLP",
            "Microsoft 365 Business Premium: bought 25 → 28 since 2026-06-16 (pax8), and the other side did \
             not follow. 28 bought, 25 billed: 79.20 USD a month, you lose it"
        )
    );
    let row = "line,00000000-0000-4000-8000-000000000001,00000000-0000-4000-8000-000000000051,100,P0,,accepted,,\
               2026-06-30,me,2026-06-19T12:00:00Z\n";
    let before = live.msp.text("workspace/decisions.csv");
    live.msp.write("workspace/decisions.csv", format!("{before}{row}"));
    looks(&mut live, 20, 30, (28, 25));
    let status = live.run(&["watch", "--status", "--json"]);
    let said: Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!((&said["silent"], said["open"].as_array().unwrap().len()), (&1.into(), 0), "{said}");
    for (date, billed) in [("2026-07-01", 25), ("2026-07-02", 28), ("2026-07-03", 28)] {
        let _servers = dawn(&mut live, &day(date, (28, billed)));
        looked(&live);
    }
    let why: Vec<String> = told(&live)
        .into_iter()
        .filter(|one| !one.client.is_empty())
        .map(|one| format!("{} {}", one.day, one.why))
        .collect();
    let expected = ["2026-06-19 new", "2026-07-01 back", "2026-07-02 solved"];
    assert_eq!(why, expected);
}

#[test]
fn the_status_says_what_is_stale_and_two_watchers_exclude_each_other() {
    let mut live = watched(&day("2026-06-15", (25, 25)));
    let never = live.run(&["watch", "--status"]);
    assert_eq!(never.status, Some(1));
    assert!(never.stdout.contains("STALE: nobody has looked yet"), "{}", never.stdout);
    looks(&mut live, 15, 15, (25, 25));
    let well = live.run(&["watch", "--status"]);
    assert_eq!(well.status, Some(0), "{}", well.stdout);
    live.now = "2026-06-16T12:00:00Z".parse().unwrap();
    let stale = live.run(&["watch", "--status"]);
    assert_eq!(stale.status, Some(1));
    assert!(
        stale.stdout.contains("STALE: pax8 was read last on 2026-06-15T06:30:00Z"),
        "{}",
        stale.stdout
    );
    let _held = watching(&live.workspace()).unwrap();
    let second = live.run(&["watch", "--once"]);
    assert_eq!(second.status, Some(2));
    assert!(second.stderr.contains("another process watches this workspace"), "{}", second.stderr);
}

/// Heads and bodies of what was sent.
type Taken = Arc<Mutex<Vec<(String, String)>>>;

/// A server that takes webhooks: each answer in turn, the last for good.
fn receiver(answers: &'static [&'static str]) -> (String, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/hook", listener.local_addr().unwrap());
    let taken = Taken::default();
    let kept = taken.clone();
    std::thread::spawn(move || {
        for (n, stream) in listener.incoming().flatten().enumerate() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) <= 2 {
                    break;
                }
                let lower = line.to_lowercase();
                length = lower
                    .strip_prefix("content-length:")
                    .map_or(length, |n| n.trim().parse().unwrap());
                head.push_str(&lower);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            kept.lock().unwrap().push((head, String::from_utf8(body).unwrap()));
            let answer = answers[n.min(answers.len() - 1)];
            let mut stream = stream;
            let _ = write!(
                stream,
                "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
        }
    });
    (base, taken)
}

fn header<'h>(head: &'h str, name: &str) -> &'h str {
    let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
    line.unwrap_or_else(|| panic!("no {name} in {head}")).trim()
}

#[test]
fn a_webhook_that_fails_and_leads_elsewhere_gets_the_same_message_until_it_takes_it() {
    let mut live = watched(&day("2026-06-15", (25, 25)));
    let (base, taken) =
        receiver(&["503 Down", "302 Found\r\nLocation: http://127.0.0.1:9/other", "204 Done"]);
    for (name, text) in [("url", base.as_str()), ("key", KEY)] {
        let path = live.msp.path(format!("keys/hook-{name}"));
        seatdrift::engine::files::write_private(&path, text.as_bytes()).unwrap();
    }
    let place =
        |name: &str| format!("{{ file = {:?} }}", live.msp.path(format!("keys/hook-{name}")));
    let sinks = format!(
        "[[watch.sink]]\nname = \"hook\"\nto = {{ webhook = {{ url = {}, key = {} }} }}\n\
         [[watch.sink]]\nname = \"feed\"\nto = {{ atom = \"alerts.xml\" }}\n\
         [[watch.sink]]\nname = \"program\"\nto = {{ command = [\"sh\", \"-c\", \"cat > /dev/null\"] }}\n[[watch.sink]]\n",
        place("url"),
        place("key")
    );
    let config = live.msp.text("workspace/seatdrift.toml").replace("[[watch.sink]]\n", &sinks);
    live.msp.write("workspace/seatdrift.toml", config);
    looks(&mut live, 15, 15, (25, 25));
    looks(&mut live, 16, 23, (28, 25));
    let taken = taken.lock().unwrap();
    assert_eq!(taken.len(), 3, "{taken:?}");
    let ids: Vec<&str> = taken.iter().map(|(head, _)| header(head, "webhook-id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    for (head, body) in taken.iter() {
        let seconds = header(head, "webhook-timestamp").parse().unwrap();
        let signed = signature(&signing_key(KEY).unwrap(), ids[0], seconds, body);
        assert_eq!(header(head, "webhook-signature"), signed.to_lowercase());
    }
    let feed = live.msp.text("workspace/alerts.xml");
    assert!(feed.contains("<title>Alder &amp; Finch LLP: "), "{feed}");
    assert!(!live.msp.text("workspace/watched/last/state.json").contains(KEY));
}

#[test]
fn an_alert_is_written_as_an_email_that_the_system_sends() {
    let mut live = watched(&day("2026-06-15", (25, 25)));
    let mail = live.msp.path("sent.eml");
    // `SEATDRIFT_SENDMAIL` names a program that takes the message too: to send it, and to look at it.
    let also = std::env::var("SEATDRIFT_SENDMAIL").unwrap_or("cat > /dev/null".to_owned());
    let sink = format!(
        "[[watch.sink]]\nname = \"mail\"\nto = {{ email = {{ from = \"seatdrift@example.com\", \
         to = [\"desk@example.com\"], sendmail = [\"sh\", \"-c\", {:?}] }} }}\n[[watch.sink]]\n",
        format!("tee -a {} | ({also})", mail.display())
    );
    let config = live.msp.text("workspace/seatdrift.toml").replace("[[watch.sink]]\n", &sink);
    live.msp.write("workspace/seatdrift.toml", config);
    looks(&mut live, 15, 15, (25, 25));
    looks(&mut live, 16, 20, (28, 25));
    let sent = live.msp.text("sent.eml");
    assert_eq!(sent.matches("Message-ID: <msg_").count(), 1, "{sent}");
    let subject = "Subject: Alder & Finch LLP: Microsoft 365 Business Premium: bought 25";
    assert!(sent.contains(subject) || sent.contains("Subject: =?utf-8?"), "{sent}");
    assert!(sent.contains("multipart/alternative") && sent.contains("text/html"), "{sent}");
}

#[test]
fn sinks_are_tried_and_each_says_what_is_wrong() {
    let live = watched(&day("2026-06-15", (25, 25)));
    let bad = "[[watch.sink]]\nname = \"gone\"\nto = { command = [\"/no/such/program\"] }\n[[watch.sink]]\n";
    let config = live.msp.text("workspace/seatdrift.toml").replace("[[watch.sink]]\n", bad);
    live.msp.write("workspace/seatdrift.toml", config);
    let tried = live.run(&["watch", "--test-alerts"]);
    assert_eq!(tried.status, Some(2));
    assert!(
        tried.stdout.contains("gone: NOT taken: /no/such/program cannot be run"),
        "{}",
        tried.stdout
    );
    assert!(tried.stdout.contains("file: it took the message"), "{}", tried.stdout);
    assert_eq!(told(&live)[0].why, "test");
}

/// The rest of a request after its first line.
fn sent(stream: &mut TcpStream, line: &str, headers: &str, body: &str) -> String {
    let text = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&head));
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    assert!(head.contains("content-length: 0") || head.contains(" 204 "), "it says why: {head}");
    head.split(' ').nth(1).unwrap().to_owned()
}

#[cfg(unix)]
#[test]
fn a_port_lets_nobody_in_without_the_key_hears_who_has_it_and_ends_when_told() {
    let mut live = watched(&day("2026-06-15", (25, 25)));
    let _servers = dawn(&mut live, &day("2026-06-15", (25, 25)));
    let path = live.msp.path("keys/pax8-hook");
    seatdrift::engine::files::write_private(&path, b"a-made-up-secret").unwrap();
    let hooks = format!("[watch.hooks]\npax8 = {{ file = {path:?} }}\n[[watch.sink]]\n");
    let config = live.msp.text("workspace/seatdrift.toml").replace("[[watch.sink]]\n", &hooks);
    live.msp.write("workspace/seatdrift.toml", config);
    let mut program = Command::new(env!("CARGO_BIN_EXE_seatdrift"))
        .args(["watch", "--every", "1h", "--listen", "127.0.0.1:0", "--workspace", "workspace"])
        .current_dir(live.msp.path(""))
        .env("SOURCE_DATE_EPOCH", live.now.as_second().to_string())
        .env("NO_PROXY", "127.0.0.1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut notes = BufReader::new(program.stderr.take().unwrap());
    let mut said = BufReader::new(program.stdout.take().unwrap()).lines();
    let mut note = String::new();
    notes.read_line(&mut note).unwrap();
    let address = note.trim().strip_prefix("listening at http://").unwrap().to_owned();
    let mut looked =
        || said.find(|line| line.as_ref().unwrap().ends_with("messages sent")).is_some();
    assert!(looked());

    let connect = || TcpStream::connect(&address).unwrap();
    let idle: Vec<TcpStream> = (0..N_IDLE).map(|_| connect()).collect();
    let mut stream = connect();
    for n in 0..N_BAD {
        let forged = format!(
            "x-content-signature: {}=\r\nx-webhook-secret: a-made-up-secre{n}\r\n",
            "A".repeat(43)
        );
        let (line, headers, expected) = match n % 5 {
            0 => ("GET /", "", "404"),
            1 => ("POST /pax8", "", "401"),
            2 => ("POST /pax8", forged.as_str(), "401"),
            3 => ("POST /connectwise", forged.as_str(), "401"),
            _ => ("GET /pax8", "x-webhook-secret: a-made-up-secret\r\n", "405"),
        };
        assert_eq!(sent(&mut stream, line, headers, "{\"ID\":1}"), expected);
    }
    let good = sent(&mut stream, "POST /pax8", "x-webhook-secret: a-made-up-secret\r\n", "{}");
    assert_eq!(good, "204");
    assert!(looked(), "a hint makes a look");
    drop(idle);
    let ended = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap();
    assert!(ended.success());
    assert!(program.wait().unwrap().success());
}

/// Requests of those who have no key, and connections that say nothing.
const N_BAD: usize = 10_000;
const N_IDLE: usize = 1_000;
