//! The program and the server of these tests, judged by specifications and clients that nobody here wrote. Ignored
//! unless asked for, since they need programs of others: `.ci/run` brings them.
//!
//! `SEATDRIFT_PRISM` is Prism's program and `SEATDRIFT_SPECS` the folder of specifications; `SEATDRIFT_PYTHON` a
//! Python with the clients.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Map, Value, json};

use super::bad_days::{CONNECTWISE, Case, PAX8};
use super::live::Live;
use super::server::Server;

/// A system with its specification.
struct Judged {
    case: Case,
    spec: &'static str,
    /// What the specification's addresses begin with, which it leaves out of its paths.
    prefix: &'static str,
    /// Paths beside it that the vendor documents elsewhere, with their verb.
    beside: &'static [(&'static str, &'static str)],
    /// Where the specification is wrong: fields whose description no answer of the wire fits.
    wrong: &'static [&'static str],
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is set where this test is asked for"))
}

/// The specification with reads alone, its whole paths, and without what is wrong in it.
fn trimmed(judged: &Judged) -> Value {
    let folder = PathBuf::from(variable("SEATDRIFT_SPECS"));
    let text = fs::read(folder.join(judged.spec)).unwrap();
    let mut spec: Value = serde_json::from_slice(&text).unwrap();
    let paths = spec["paths"].as_object().unwrap().clone();
    let mut reads = Map::new();
    for (path, operations) in paths {
        let mut kept = operations.as_object().unwrap().clone();
        for verb in ["post", "put", "patch", "delete"] {
            kept.remove(verb);
        }
        reads.insert(format!("{}{path}", judged.prefix), Value::Object(kept));
    }
    for (verb, path) in judged.beside {
        let answers = json!({ "200": { "description": "documented elsewhere" } });
        let mut operation = json!({ "responses": answers, "security": [] });
        if *verb == "post" {
            let any = json!({ "schema": {} });
            let form = "application/x-www-form-urlencoded";
            operation["requestBody"] = json!({ "content": { "application/json": any, form: any } });
        }
        if path.contains("{id}") {
            let id = json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } });
            operation["parameters"] = json!([id]);
        }
        reads.insert((*path).to_owned(), json!({ *verb: operation }));
    }
    spec["paths"] = Value::Object(reads);
    spec["servers"] = json!([{ "url": "http://127.0.0.1" }]);
    for field in judged.wrong {
        forget(&mut spec, field);
    }
    spec
}

/// Takes what a specification says of a field's values out of it.
fn forget(value: &mut Value, field: &str) {
    match value {
        Value::Object(object) => {
            if let Some(described) = object.get_mut("properties").and_then(|all| all.get_mut(field))
            {
                *described = json!({});
            }
            object.values_mut().for_each(|value| forget(value, field));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| forget(value, field)),
        _ => {}
    }
}

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Prism between the program and a server; gives its address.
fn prism(spec: &Path, server: &Server) -> (Running, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mut program = Command::new(variable("SEATDRIFT_PRISM"));
    program.args(["proxy", "--errors", "-h", "127.0.0.1", "-p", &port]).arg(spec).arg(&server.base);
    let mut running =
        Running(program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let is_up =
        lines.by_ref().map_while(Result::ok).any(|line| line.contains("Prism is listening"));
    assert!(is_up, "Prism did not start");
    // It waits when nobody reads what it says.
    std::thread::spawn(move || lines.for_each(drop));
    (running, format!("http://127.0.0.1:{port}"))
}

/// Pulls through Prism: what it holds to be wrong it answers with an error.
fn judge(judged: &Judged) {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("spec.json");
    fs::write(&spec, serde_json::to_vec(&trimmed(judged)).unwrap()).unwrap();
    let server = Server::start(judged.case.word, &[]);
    let (_running, base) = prism(&spec, &server);
    let live = Live::with(&[(judged.case.word, &server)]);
    let config = live.msp.text("workspace/seatdrift.toml");
    live.msp.write("workspace/seatdrift.toml", config.replace(&server.base, &base));
    assert_eq!(live.pulled(), judged.case.good);
    // Whoever would write is told that there is no such thing.
    let path = server
        .asked()
        .iter()
        .find_map(|line| line.strip_prefix("GET ").map(str::to_owned))
        .unwrap();
    let path = path.split(['?', ' ']).next().unwrap().to_owned();
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let status = agent.delete(format!("{base}{path}")).call().unwrap().status().as_u16();
    assert!(matches!(status, 404 | 405), "{status}");
}

#[test]
#[ignore = "needs Prism"]
fn what_is_asked_of_pax8_is_what_its_specification_knows() {
    judge(&Judged {
        case: PAX8,
        spec: "pax8-partner.openapi.json",
        prefix: "/v1",
        beside: &[("post", "/v1/token")],
        // Prose stands where the words of the wire should.
        wrong: &["rateType"],
    });
}

#[test]
#[ignore = "needs Prism"]
fn what_is_asked_of_connectwise_is_what_its_specification_knows() {
    judge(&Judged {
        case: CONNECTWISE,
        spec: "connectwise-psa.rebuilt.openapi.json",
        prefix: "/v2026_2/apis/3.0",
        beside: &[("get", "/login/companyinfo/{id}")],
        wrong: &[],
    });
}

/// What a Python program says that reads a server with a client nobody here wrote.
fn foreign(program: &str, server: &Server) -> String {
    let done = Command::new(variable("SEATDRIFT_PYTHON"))
        .args(["-c", program, &server.base])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
#[ignore = "needs connectpyse-manage"]
fn a_foreign_client_of_connectwise_reads_what_the_server_gives() {
    let server = Server::start("connectwise", &[]);
    let read = foreign(
        "import sys, connectwise\n\
         own = connectwise.ConnectWiseClient(sys.argv[1], 'made-up', 'made-up', 'made-up', 'made-up')\n\
         for agreement in own.get_agreements():\n    \
             rows = own.get_agreement_additions(agreement.id)\n    \
             print(agreement.id, [(row.id, row.quantity) for row in rows])\n",
        &server,
    );
    assert_eq!(read, "101 [(5001, 25.0), (5002, 2.0), (5003, 4.0)]\n102 []\n103 []\n");
}

#[test]
#[ignore = "needs pax8"]
fn a_foreign_client_of_pax8_reads_what_the_server_gives() {
    let server = Server::start("pax8", &[]);
    // It knows the vendor's host alone, and an older place for tokens.
    let read = foreign(
        "import sys, requests\n\
         base, get, post = sys.argv[1], requests.get, requests.post\n\
         requests.get = lambda url, **more: get(url.replace('https://api.pax8.com', base), **more)\n\
         requests.post = lambda url, **more: post(base + '/v1/token', **more)\n\
         from pax8.rest import RestClient\n\
         own = RestClient('made-up', 'made-up')\n\
         for page in (0, 1):\n    \
             rows = own.list_resource('subscriptions', {'page': page, 'size': 3})\n    \
             print([(row['productName'], row['quantity']) for row in rows])\n\
         for invoice in own.list_resource('invoices', {'page': 0, 'size': 200}):\n    \
             rows = own.list_nested_resource('invoices', invoice['id'], 'items', {'size': 200})\n    \
             print([row['costTotal'] for row in rows])\n",
        &server,
    );
    assert_eq!(
        read,
        "[('Microsoft 365 Business Premium', 25.0), ('Server backup, each server', 3.0), \
         ('Server backup, each server', 9.0)]\n\
         [('Microsoft 365 Business Premium', 4.0)]\n\
         [451.0, 16.84]\n"
    );
}
