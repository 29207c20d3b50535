//! A review page served by the real program, on a run made for the tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::msp::Msp;

/// A client that would like to be a script.
pub(crate) const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>";

/// The program serving the review of October 2026; it ends with the test.
pub(crate) struct Served {
    pub child: Child,
    /// Where the page is, without the token.
    pub address: String,
    /// What lets in whoever knows it.
    pub token: String,
    pub port: u16,
}

impl Served {
    /// Serves a workspace's review.
    pub(crate) fn of(msp: &Msp, arguments: &[&str]) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_seatdrift"));
        program
            .args(["review", "--by", "kim", "--json", "--workspace", "workspace"])
            .args(arguments);
        Self::started(program.current_dir(msp.path("")))
    }

    /// Serves with a command of one's own.
    pub(crate) fn started(program: &mut Command) -> Self {
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut text = String::new();
        for line in lines.by_ref() {
            text.push_str(&line);
            if line == "}" {
                break;
            }
        }
        let opened: Value = serde_json::from_str(&text).unwrap();
        let (address, token) = opened["address"].as_str().unwrap().split_once("/?token=").unwrap();
        let port = address.rsplit_once(':').unwrap().1.parse().unwrap();
        Self { child, address: address.to_owned(), token: token.to_owned(), port }
    }

    /// The address of a page for a browser that has not been here: with the token.
    pub(crate) fn at(&self, path: &str) -> String {
        let join = if path.contains('?') { '&' } else { '?' };
        format!("{}{path}{join}token={}", self.address, self.token)
    }

    /// Ends the program as a crash would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Status and whole answer to a request of a browser that has been here: its cookie goes with it.
    pub(crate) fn raw(&self, request: &str) -> (u16, String) {
        let cookie = format!("\r\nCookie: seatdrift-{}={}\r\n", self.port, self.token);
        self.stranger(&request.replacen("\r\n", &cookie, 1))
    }

    /// Status and whole answer to a request's bytes.
    pub(crate) fn stranger(&self, request: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A refused body may end the connection before it is read.
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        (status, answer)
    }

    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let host = format!("127.0.0.1:{}", self.port);
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }

    /// Sends a form as a page of this server would, with the token of its forms.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let page = self.get("/names").1;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1);
        let csrf = csrf.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
        self.post_with(path, &csrf, fields)
    }

    pub(crate) fn post_with(
        &self,
        path: &str,
        csrf: &str,
        fields: &[(&str, &str)],
    ) -> (u16, String) {
        let host = format!("127.0.0.1:{}", self.port);
        let fields = fields.iter().map(|(name, value)| format!("&{name}={value}"));
        let body = format!("csrf={csrf}{}", fields.collect::<String>());
        self.raw(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        ))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something holds.
pub(crate) fn wait_until(mut holds: impl FnMut() -> bool) {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < Duration::from_secs(20), "it never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A workspace whose run of October asks about four clients, one of them hostile, and a product, and
/// has two differences and two flags.
pub(crate) fn reviewed() -> Msp {
    let msp = Msp::empty();
    msp.done(&["init", "workspace", "--name", "Made-up MSP"]);
    write_run(&msp, &run());
    msp
}

pub(crate) fn write_run(msp: &Msp, run: &Value) {
    // It is none that was stored.
    let _ = std::fs::remove_file(msp.path("workspace/runs/2026-10/SHA256SUMS"));
    msp.write("workspace/runs/2026-10/run.json", serde_json::to_vec(run).unwrap());
}

fn pair(id: &str, kind: &str, names: [&str; 4], probability: f64, status: &str) -> Value {
    let [vendor_id, vendor_name, psa_id, psa_name] = names;
    let rows = |file: &str, key: &str| match key {
        "" => json!([]),
        key => json!([format!("{file}.csv:{key}")]),
    };
    json!({ "id": id, "kind": kind, "vendor_id": vendor_id, "vendor_name": vendor_name,
        "psa_id": psa_id, "psa_name": psa_name, "probability": probability, "status": status,
        "why": format!("{vendor_name} and {psa_name} share a rare word."),
        "contributions": [
            { "feature": "prior", "value": 1.0, "log_odds": -4.6 },
            { "feature": "rare_word", "value": 0.5, "log_odds": 6.1 },
            { "feature": "domains", "value": 0.0, "log_odds": -0.9 },
        ],
        "runner_up": null, "money": "120.50",
        "vendor_rows": rows("pax8", vendor_id), "psa_rows": rows("cw", psa_id) })
}

/// The run, as `run.json` holds it.
pub(crate) fn run() -> Value {
    let review = "review";
    let suggestions = json!([
        pair(
            "s-1",
            "client",
            ["v1", "Northwnd Traders", "p1", "Northwind Traders Ltd"],
            0.99,
            review
        ),
        pair("s-2", "client", ["v2", "Harbor Legal", "p2", "Harbour Legal LLP"], 0.97, review),
        pair("s-3", "client", ["v3", HOSTILE, "p3", "Kestrel Marine"], 0.62, review),
        pair("s-4", "client", ["v3", HOSTILE, "p4", "Kestrel & Sons"], 0.31, review),
        pair("s-5", "client", ["v5", "Alder Dental", "p5", "Alder Dental Group"], 0.55, review),
        pair("s-6", "sku", ["x1", "M365 BP NCE", "y1", "Secure Seat Bundle"], 0.41, review),
        pair("s-7", "client", ["", "", "p7", "Zenith Optics"], 0.93, "unmatched"),
        pair("s-8", "client", ["v8", "Summit Build", "p8", "Summit Build Co."], 1.0, "known"),
        pair("s-9", "sku", ["x8", "MST-365", "y8", "Microsoft 365"], 1.0, "known"),
    ]);
    let finding = |id: &str, kind: &str, client: &str, row: &str, billed: &str, money: &str| {
        json!({ "id": id, "kind": kind, "client": client, "sku": "Microsoft 365",
            "vendor_quantity": "12", "psa_quantity": billed, "drift": "3", "monthly_impact": money,
            "currency": "USD", "probability": 0.98, "why": "Bought 12, billed 9.",
            "vendor_rows": [format!("pax8.csv:v{row}")],
            "psa_rows": [format!("cw.csv:p{row}")], "right": null,
            "evidence": [["bought", "12 units"]] })
    };
    let flag = |id: &str, kind: &str, sku: &str| {
        let history: Vec<Value> = (1..=10)
            .map(|month| json!([format!("2026-{month:02}"), 8.0 + f64::from(month)]))
            .collect();
        json!({ "id": id, "kind": kind, "side": "vendor", "client": "Summit Build Co.", "sku": sku,
            "month": "2026-10", "observed": 18.0, "expected": 12.0, "low": 10.0, "high": 14.0,
            "p_value": 0.001, "real": 0.8, "monthly_impact": "66.00", "currency": "USD",
            "why": "18 seats; about 12 was expected.", "causes": ["a typing error"],
            "check": "ask the client", "ends": "it goes back", "right": null,
            "evidence": [["expected", "12"]], "history": history, "rows": ["pax8.csv:v8"] })
    };
    let counts = json!({ "rows": 0, "money": {} });
    let side = json!({ "in": counts, "matched": counts, "review": counts, "unmatched": counts,
        "excluded": counts, "rejected": counts });
    json!({ "msp": "Made-up <MSP>", "month": "2026-10", "currency": "USD", "suggestions": suggestions,
        "aliases": [], "expected_false_flags": 0.4, "rejected": [], "excluded": [],
        "findings": [finding("f-1", "under_billed", "Summit Build Co.", "8", "9", "66.00"),
            finding("f-2", "below_cost", "Northwind Traders Ltd", "1", "12", "14.00")],
        "flags": [flag("g-1", "level_shift", "Microsoft 365"), flag("g-2", "vanished", "")],
        "given_away": [], "settled": [], "models": [], "rows": rows(),
        "summary": { "month": "2026-10", "currency": "USD", "vendor": side, "psa": side } })
}

/// The same run with a help desk that is billed at two clients and that no vendor knows, and a spam filter
/// that is bought for the same two and that the PSA does not know.
pub(crate) fn run_with_own_service() -> Value {
    let mut run = run();
    let add = |list: &mut Value, more: Vec<Value>| list.as_array_mut().unwrap().extend(more);
    add(
        &mut run["suggestions"],
        vec![
            pair("s-10", "client", ["v9", "Juniper", "p9", "Juniper Foods"], 1.0, "auto"),
            pair("s-11", "sku", ["", "", "y9", "Help desk"], 0.98, "unmatched"),
            pair("s-12", "sku", ["x9", "Spam filter", "", ""], 0.97, "unmatched"),
        ],
    );
    let help_desk = run["suggestions"].as_array_mut().unwrap().iter_mut().rev().nth(1).unwrap();
    help_desk["money"] = json!("800.00");
    for (id, side, client, client_name) in [
        ("f-3", "psa", "p8", "Summit Build Co."),
        ("f-4", "psa", "p9", "Juniper Foods"),
        ("f-5", "vendor", "v8", "Summit Build"),
        ("f-6", "vendor", "v9", "Juniper"),
    ] {
        let place = format!("{side}.csv:{client}");
        let (kind, sku, sku_name, vendor_rows, psa_rows) = match side {
            "psa" => ("not_bought", "y9", "Help desk", vec![], vec![&place]),
            _ => ("not_billed", "x9", "Spam filter", vec![&place], vec![]),
        };
        run["rows"][&place] = row(side, client_name, sku_name);
        let line = json!({ "side": side, "client": client, "client_name": client_name, "sku": sku,
            "sku_name": sku_name, "currency": "USD", "unit": null,
            "shares": [{ "agreement": null, "quantity": "10" }] });
        let finding = json!({ "id": id, "kind": kind, "client": client_name, "sku": sku_name,
            "vendor_quantity": "0", "psa_quantity": "10", "drift": "-10",
            "monthly_impact": "400.00", "currency": "USD", "probability": 0.97,
            "why": "One side alone knows it.", "vendor_rows": vendor_rows, "psa_rows": psa_rows,
            "evidence": [], "lines": [line] });
        add(&mut run["findings"], vec![finding]);
    }
    run
}

fn row(side: &str, client: &str, sku: &str) -> Value {
    json!({ "side": side, "client": client, "sku": sku, "kind": "full_period", "quantity": "12",
        "unit": "$22.00", "amount": "$264.00", "period": "2026-10-01 – 2026-10-31", "note": "Monthly" })
}

fn rows() -> Value {
    json!({
        "pax8.csv:v1": row("vendor", "Northwnd Traders", "MST-365"),
        "cw.csv:p1": row("psa", "Northwind Traders Ltd", "Microsoft 365"),
        "pax8.csv:v3": row("vendor", HOSTILE, HOSTILE),
        "pax8.csv:v8": row("vendor", "Summit Build", "MST-365"),
        "cw.csv:p8": row("psa", "Summit Build Co.", "Microsoft 365"),
    })
}

/// The rows of decisions.csv without the header; none while there is no file.
pub(crate) fn decided(msp: &Msp) -> Vec<String> {
    let path = msp.path("workspace/decisions.csv");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().skip(1).map(str::to_owned).collect()
}
