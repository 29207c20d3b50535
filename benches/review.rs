//! How fast the review page answers with 10,000 suggestions: `cargo bench --bench review`.
//!
//! The real program serves a made-up run; a page and a decision are timed over HTTP as a browser asks
//! for them, a decision until it is safe on the disk and the next card is named.

#![allow(clippy::print_stdout, reason = "a benchmark reports")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use divan::Bencher;
use serde_json::{Value, json};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_seatdrift");
const N_SUGGESTIONS: usize = 10_000;

/// The server of the benchmarks of one page; a static is never dropped, so `main` ends it.
static SERVED: Mutex<Option<Served>> = Mutex::new(None);

fn main() {
    divan::main();
    drop(SERVED.lock().expect("no benchmark failed").take());
}

fn with_served(bench: impl FnOnce(&Served)) {
    let mut served = SERVED.lock().expect("no benchmark failed");
    bench(served.get_or_insert_with(Served::start));
}

/// The program serving the run; both go when the benchmark ends.
struct Served {
    child: Child,
    port: u16,
    token: String,
    csrf: String,
    _folder: TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = folder.path().join("workspace");
        let init = Command::new(PROGRAM).arg("init").arg(&workspace).output();
        assert!(init.expect("the program runs").status.success(), "a workspace is made");
        write_run(&workspace);
        let mut child = Command::new(PROGRAM)
            .args(["review", "--by", "bench", "--json", "--workspace"])
            .arg(&workspace)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let line = lines.map_while(Result::ok).find(|line| line.contains("\"address\""));
        let line = line.expect("the program says its address");
        let (address, token) = line.split_once("/?token=").expect("a token");
        let port = address.rsplit_once(':').expect("a port").1;
        let port = port.parse().expect("a port is a number");
        let token = token.trim_end_matches(['"', ',']).to_owned();
        let mut served = Self { child, port, token, csrf: String::new(), _folder: folder };
        let page = served.get("/names");
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).expect("the page has a form");
        served.csrf = csrf.split('"').next().expect("the value ends").to_owned();
        served
    }

    fn asked(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// What every request of a browser says that has been here.
    fn head(&self) -> String {
        format!("Host: 127.0.0.1:{}\r\nCookie: seatdrift={}\r\n", self.port, self.token)
    }

    fn get(&self, path: &str) -> String {
        let head = format!("{}Connection: close\r\n\r\n", self.head());
        self.asked(&format!("GET {path} HTTP/1.1\r\n{head}"))
    }

    fn decide(&self, number: usize) -> String {
        let id = format!("s-{number:010}");
        let body = format!("csrf={}&id={id}&candidate={id}&queue=names&verdict=same", self.csrf);
        let head = format!(
            "{}Content-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.head(),
            body.len()
        );
        self.asked(&format!("POST /decide HTTP/1.1\r\n{head}{body}"))
    }
}

fn write_run(workspace: &Path) {
    let suggestion = |number: usize| {
        let steps: Vec<Value> = (0..20)
            .map(|step| json!({ "feature": format!("feature_{step}"), "value": 0.5, "log_odds": 0.3 }))
            .collect();
        json!({ "id": format!("s-{number:010}"), "kind": "client",
            "vendor_id": format!("v{number}"), "vendor_name": format!("Client {number} Trading"),
            "psa_id": format!("p{number}"), "psa_name": format!("Client {number} Ltd"),
            "probability": 0.3 + 0.6 * (number as f64 / N_SUGGESTIONS as f64), "status": "review",
            "why": "They share a rare word.", "contributions": steps, "runner_up": null,
            "money": format!("{}.50", number % 900), "vendor_rows": [], "psa_rows": [] })
    };
    let counts = json!({ "rows": 0, "money": {} });
    let side = json!({ "in": counts, "matched": counts, "review": counts, "unmatched": counts,
        "excluded": counts, "rejected": counts });
    let run = json!({ "msp": "Bench", "month": "2026-10", "currency": "USD",
        "suggestions": (0..N_SUGGESTIONS).map(suggestion).collect::<Vec<_>>(), "aliases": [],
        "findings": [], "flags": [], "scores": [], "expected_false_flags": 0.0, "rejected": [],
        "excluded": [], "given_away": [], "settled": [], "models": [], "rows": {},
        "summary": { "month": "2026-10", "currency": "USD", "vendor": side, "psa": side } });
    let folder = workspace.join("runs/2026-10");
    std::fs::create_dir_all(&folder).expect("the folder is ours");
    let bytes = serde_json::to_vec(&run).expect("a value is JSON");
    std::fs::write(folder.join("run.json"), bytes).expect("the folder is ours");
}

/// From the start of the program to the first page, the run read and sorted.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn start_and_first_page(bencher: Bencher) {
    bencher.bench_local(Served::start);
}

#[divan::bench(sample_count = 100, sample_size = 1)]
fn page(bencher: Bencher) {
    with_served(|served| {
        bencher.bench_local(|| assert!(served.get("/names").starts_with("HTTP/1.1 200")));
    });
}

/// One answer after the other, so that the decisions grow as they do for a person.
#[divan::bench(sample_count = 1000, sample_size = 1)]
fn decision(bencher: Bencher) {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    with_served(|served| {
        bencher.bench_local(|| {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            assert!(served.decide(number).starts_with("HTTP/1.1 303"));
        });
    });
}
