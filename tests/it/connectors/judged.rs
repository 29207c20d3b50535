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

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::read;
use super::server::Server;

/// A system with its specifications.
struct Judged<'a> {
    word: &'static str,
    specs: &'a [Spec],
    /// Paths beside them that the vendor documents elsewhere, with their verb.
    beside: &'static [(&'static str, &'static str)],
    /// Where they are wrong: fields whose description no answer of the wire fits.
    wrong: &'static [&'static str],
}

/// One specification.
struct Spec {
    file: &'static str,
    /// What its addresses begin with, which it leaves out of its paths.
    prefix: &'static str,
    /// The ends of the paths whose POST reads.
    posts: &'static [&'static str],
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is set where this test is asked for"))
}

/// The specifications with reads alone, their whole paths, and without what is wrong in them.
fn trimmed(judged: &Judged<'_>) -> Value {
    let folder = PathBuf::from(variable("SEATDRIFT_SPECS"));
    let mut whole = Value::Null;
    for spec in judged.specs {
        let text = fs::read(folder.join(spec.file)).unwrap();
        let mut read: Value = serde_json::from_slice(&text).unwrap();
        read["paths"] = Value::Object(reads_of(spec, &read));
        match whole.is_null() {
            true => whole = read,
            false => add(&mut whole, &read),
        }
    }
    let is_older = whole.get("swagger").is_some();
    for (verb, path) in judged.beside {
        whole["paths"][*path] = json!({ *verb: documented_elsewhere(verb, path, is_older) });
    }
    match is_older {
        true => whole["basePath"] = json!("/"),
        false => whole["servers"] = json!([{ "url": "http://127.0.0.1" }]),
    }
    judged.wrong.iter().for_each(|field| forget(&mut whole, field));
    whole
}

fn reads_of(spec: &Spec, read: &Value) -> Map<String, Value> {
    let paths = read["paths"].as_object().unwrap().iter();
    let reads = paths.map(|(path, operations)| {
        let mut kept = operations.as_object().unwrap().clone();
        let is_reading_post = spec.posts.iter().any(|end| path.ends_with(end));
        for verb in
            ["put", "patch", "delete"].into_iter().chain((!is_reading_post).then_some("post"))
        {
            kept.remove(verb);
        }
        (format!("{}{path}", spec.prefix), Value::Object(kept))
    });
    reads.collect()
}

/// Adds what another specification of the system knows.
fn add(whole: &mut Value, other: &Value) {
    let (Value::Object(whole), Value::Object(other)) = (whole, other) else { return };
    for (name, value) in other {
        match whole.get_mut(name) {
            Some(known) => add(known, value),
            None => drop(whole.insert(name.clone(), value.clone())),
        }
    }
}

fn documented_elsewhere(verb: &str, path: &str, is_older: bool) -> Value {
    let mut operation = json!({
        "responses": { "200": { "description": "documented elsewhere" } },
        "security": [],
    });
    if verb == "post" && !is_older {
        let any = json!({ "schema": {} });
        let form = "application/x-www-form-urlencoded";
        operation["requestBody"] = json!({ "content": { "application/json": any, form: any } });
    }
    if path.contains("{id}") {
        let id =
            json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } });
        operation["parameters"] = json!([id]);
    }
    operation
}

/// Takes what a specification says of a field's values out of it, or of closed objects.
fn forget(value: &mut Value, field: &str) {
    match value {
        Value::Object(object) => {
            if field == "additionalProperties" {
                object.remove(field);
            }
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

/// Reads through Prism: what it holds to be wrong it answers with an error.
fn judge(judged: &Judged<'_>) {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("spec.json");
    fs::write(&spec, serde_json::to_vec(&trimmed(judged)).unwrap()).unwrap();
    let server = Server::start(judged.word, &[]);
    let direct = numbers_alike(&read(judged.word, &server.base, &[], 1000).rows());
    let (_running, base) = prism(&spec, &server);
    server.call_yourself(&base);
    // What no specification knows, the storage of blobs, is asked beside Prism, which would spoil archives.
    let through = read(judged.word, &base, &[("login_host", server.base.as_str())], 1000);
    assert!(through.gathered.is_ok(), "{}", through.trouble());
    assert_eq!(numbers_alike(&through.rows()), direct);
    // Whoever would write is told that there is no such thing.
    let asked = server.asked();
    let path = asked.iter().find_map(|line| line.strip_prefix("GET ")).unwrap();
    let path = path.split(['?', ' ']).next().unwrap();
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let status = agent.delete(format!("{base}{path}")).call().unwrap().status().as_u16();
    assert!(matches!(status, 404 | 405), "{status}");
}

/// Prism reads numbers and writes them again: 25.0 is 25 then.
fn numbers_alike(rows: &[String]) -> Vec<String> {
    let alike = |cell: &str| match cell.parse::<Decimal>() {
        Ok(number) => number.normalize().to_string(),
        Err(_) => cell.to_owned(),
    };
    rows.iter().map(|row| row.split('|').map(alike).collect::<Vec<_>>().join("|")).collect()
}

#[test]
#[ignore = "needs Prism"]
fn what_is_asked_of_pax8_is_what_its_specification_knows() {
    judge(&Judged {
        word: "pax8",
        specs: &[Spec { file: "pax8-partner.openapi.json", prefix: "/v1", posts: &[] }],
        beside: &[("post", "/v1/token")],
        // Prose stands where the words of the wire should.
        wrong: &["rateType"],
    });
}

#[test]
#[ignore = "needs Prism"]
fn what_is_asked_of_connectwise_is_what_its_specification_knows() {
    let (file, prefix) = ("connectwise-psa.rebuilt.openapi.json", "/v2026_2/apis/3.0");
    judge(&Judged {
        word: "connectwise",
        specs: &[Spec { file, prefix, posts: &[] }],
        beside: &[("get", "/login/companyinfo/{id}")],
        wrong: &[],
    });
}

#[test]
#[ignore = "needs Prism"]
fn what_is_asked_of_autotask_is_what_its_specification_knows() {
    let (file, prefix) = ("autotask.swagger2.trimmed.json", "/atservicesrest");
    judge(&Judged {
        word: "autotask",
        specs: &[Spec { file, prefix, posts: &["/query", "/query/count"] }],
        beside: &[("get", "/atservicesrest/v1.0/zoneInformation")],
        wrong: &[],
    });
}

#[test]
#[ignore = "needs Prism"]
fn what_is_asked_of_halopsa_is_what_its_specification_knows() {
    judge(&Judged {
        word: "halopsa",
        specs: &[Spec { file: "halopsa.openapi.trimmed.json", prefix: "/api", posts: &[] }],
        beside: &[("get", "/api/authinfo"), ("post", "/auth/token")],
        wrong: &[],
    });
}

#[test]
#[ignore = "needs Prism"]
fn what_is_asked_of_kaseya_is_what_its_specification_knows() {
    let posts = &["/security/authenticate", "/invoices/details"];
    judge(&Judged {
        word: "kaseya-bms",
        specs: &[Spec { file: "kaseya-bms.openapi.trimmed.json", prefix: "", posts }],
        beside: &[("post", "/v2/security/authenticate")],
        // The wire writes names in another letter case than the closed objects of the file.
        wrong: &["additionalProperties"],
    });
}

#[test]
#[ignore = "needs Prism"]
fn what_is_asked_of_microsoft_is_what_its_specifications_know() {
    let posts = &["/billed/export", "/unbilled/export"];
    judge(&Judged {
        word: "microsoft",
        specs: &[
            Spec { file: "msgraph-partner-billing.FROM-DOCS.openapi.json", prefix: "/v1.0", posts },
            Spec { file: "partner-center.FROM-DOCS.openapi.json", prefix: "/v1", posts: &[] },
        ],
        beside: &[],
        wrong: &[],
    });
}

#[test]
#[ignore = "needs Prism"]
fn what_is_asked_of_sherweb_is_what_its_specification_knows() {
    let (file, prefix) = ("sherweb-distributor.openapi.json", "/distributor/v1");
    judge(&Judged {
        word: "sherweb",
        specs: &[Spec { file, prefix, posts: &[] }],
        // No specification of the second is public.
        beside: &[
            ("post", "/auth/oidc/connect/token"),
            ("get", "/service-provider/v1/customers"),
            ("get", "/service-provider/v1/billing/subscriptions/details"),
        ],
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
