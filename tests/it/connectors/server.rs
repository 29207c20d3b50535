//! A server on this machine that answers from fixtures: `NAME/routes.json` beside this file says which file answers
//! what, a file of rows is given in pages as the system gives them, and a [`Fault`] does what servers do on bad
//! days.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use seatdrift::connect::ask::{self, Ask, Verb};
use seatdrift::connect::transport::{Lost, Transport};

use super::paging::{Asked, page};

/// One route: the first that fits answers.
#[derive(Debug, Clone, serde::Deserialize)]
pub(crate) struct Route {
    /// GET or POST.
    pub method: String,
    /// A path; `*` stands for one segment of it.
    pub path: String,
    /// What the query has to say.
    #[serde(default)]
    pub query: HashMap<String, String>,
    /// Headers without which it fits: a request that lacks a key.
    #[serde(default)]
    pub headers_lack: Vec<String>,
    #[serde(default = "ok")]
    pub status: u16,
    #[serde(default)]
    pub headers: HashMap<String, String>,
    /// The file with the whole answer.
    pub body: Option<String>,
    /// Whether it is sent as an archive.
    #[serde(default)]
    pub gzip: bool,
    /// The file with the rows that are given in pages.
    pub rows: Option<String>,
    /// How: a word of `paging`.
    #[serde(default)]
    pub paging: String,
}

fn ok() -> u16 {
    200
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Does {
    /// Another answer altogether.
    Answers(u16, Vec<(&'static str, String)>, String),
    /// Nothing, ever.
    Hangs,
    /// Half of the body, and the connection is closed.
    CutsBody,
    /// Pages of at most so many rows, whatever was asked for.
    CapsPages(usize),
    /// Pages of at most so many rows, and the first again for every other.
    RepeatsPage(usize),
    /// No row.
    GivesNothing,
    /// The count is so many too high.
    CountsMore(usize),
    /// The first page is the one with the number 0.
    CountsPagesFromNought,
}

/// A bad day of a server.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// Part of `METHOD /path?query`.
    pub on: &'static str,
    /// How many such asks are answered well before.
    pub after: usize,
    /// How many are not.
    pub times: usize,
    pub does: Does,
}

impl Fault {
    /// Every such ask.
    pub(crate) fn always(on: &'static str, does: Does) -> Self {
        Self { on, after: 0, times: usize::MAX, does }
    }

    /// The first such ask alone.
    pub(crate) fn once(on: &'static str, does: Does) -> Self {
        Self { on, after: 0, times: 1, does }
    }
}

/// A running server; it ends with the test.
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    answering: Arc<Answering>,
}

struct Answering {
    folder: PathBuf,
    base: Mutex<String>,
    /// Where it truly listens.
    own: String,
    routes: Vec<Route>,
    rows: HashMap<String, Vec<Value>>,
    faults: Vec<(Fault, Mutex<usize>)>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// The fixtures of a system.
    pub(crate) fn start(system: &str, faults: &[Fault]) -> Self {
        Self::with_rows(system, faults, HashMap::new())
    }

    /// The same with other rows for some of its files.
    pub(crate) fn with_rows(
        system: &str,
        faults: &[Fault],
        rows: HashMap<String, Vec<Value>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let base = format!("http://{}", listener.local_addr().expect("it has a port"));
        let answering = Arc::new(Answering::new(system, base.clone(), faults, rows));
        let own = answering.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answering = answering.clone();
                thread::spawn(move || answering.serve(stream));
            }
        });
        Self { base, answering: own }
    }

    /// `METHOD /path?query body` of every request, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.answering.asked.lock().expect("no test fails while it holds it").clone()
    }

    /// Lets it name another address as its own in what it answers: somebody stands between.
    pub(crate) fn call_yourself(&self, base: &str) {
        base.clone_into(&mut self.answering.base.lock().expect("no test fails while it holds it"));
    }
}

/// What is sent back.
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answering {
    fn new(
        system: &str,
        base: String,
        faults: &[Fault],
        rows: HashMap<String, Vec<Value>>,
    ) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/connectors").join(system);
        let routes = fs::read(folder.join("routes.json")).expect("a system has routes");
        Self {
            folder,
            own: base.clone(),
            base: Mutex::new(base),
            routes: serde_json::from_slice(&routes).expect("routes are as described"),
            rows,
            faults: faults.iter().cloned().map(|fault| (fault, Mutex::new(0))).collect(),
            asked: Arc::default(),
        }
    }

    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().expect("a socket has two ends"));
        let mut stream = stream;
        while let Some(request) = Asked::read(&mut reader) {
            let line = request.line();
            self.asked.lock().expect("no test fails while it holds it").push(line.clone());
            let fault = self.fault(&line);
            if matches!(fault, Some(Does::Hangs)) {
                // Until the test is over.
                loop {
                    thread::park();
                }
            }
            let reply = self.reply(&request, fault.as_ref());
            let is_cut = matches!(fault, Some(Does::CutsBody));
            if !send(&mut stream, &reply, is_cut) || is_cut {
                return;
            }
        }
    }

    fn fault(&self, line: &str) -> Option<Does> {
        self.faults.iter().filter(|(fault, _)| line.contains(fault.on)).find_map(|(fault, n)| {
            let mut n = n.lock().expect("no test fails while it holds it");
            *n += 1;
            let is_now = *n > fault.after && *n - fault.after <= fault.times;
            is_now.then(|| fault.does.clone())
        })
    }

    fn reply(&self, request: &Asked, fault: Option<&Does>) -> Reply {
        if let Some(Does::Answers(status, headers, body)) = fault {
            let headers =
                headers.iter().map(|(name, value)| ((*name).to_owned(), self.named(value)));
            return Reply {
                status: *status,
                headers: headers.collect(),
                body: self.named(body).into(),
            };
        }
        let Some(route) = self.routes.iter().find(|route| fits(route, request)) else {
            return Reply { status: 404, headers: Vec::new(), body: Vec::new() };
        };
        let own = route.headers.iter().map(|(name, value)| (name.clone(), self.named(value)));
        let mut headers: Vec<(String, String)> = own.collect();
        let body = match (&route.body, &route.rows) {
            (Some(file), _) if route.gzip => gzipped(self.text(file).as_bytes()),
            (Some(file), _) => self.named(&self.text(file)).into_bytes(),
            (None, Some(file)) => {
                let rows = self.rows_of(file);
                let (body, more) = page(&route.paging, &rows, request, &self.base(), fault);
                headers.extend(more);
                self.named(&body.to_string()).into_bytes()
            }
            (None, None) => Vec::new(),
        };
        let is_named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if !is_named && !body.is_empty() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        Reply { status: route.status, headers, body }
    }

    fn rows_of(&self, file: &str) -> Vec<Value> {
        self.rows
            .get(file)
            .cloned()
            .unwrap_or_else(|| serde_json::from_str(&self.text(file)).expect("rows are a list"))
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).expect("a route names a file beside it")
    }

    fn base(&self) -> String {
        self.base.lock().expect("no test fails while it holds it").clone()
    }

    /// A text with this server's address in it.
    fn named(&self, text: &str) -> String {
        text.replace("{base}", &self.base()).replace("{own}", &self.own)
    }
}

/// The same server without a connection: for tests that ask it very often.
pub(crate) struct InProcess(Answering);

impl InProcess {
    /// The address it answers for.
    pub(crate) const BASE: &str = "http://127.0.0.1:1";

    /// The fixtures of a system, with other rows for some of its files.
    pub(crate) fn new(system: &str, faults: &[Fault], rows: HashMap<String, Vec<Value>>) -> Self {
        Self(Answering::new(system, Self::BASE.to_owned(), faults, rows))
    }
}

impl Transport for InProcess {
    fn send(&self, ask: &Ask) -> Result<ask::Answer, Lost> {
        let method = if ask.verb() == Verb::Get { "GET" } else { "POST" };
        let address = ask.address().to_string();
        let target = &address[ask.address().host().len()..];
        let headers = ask.headers().iter();
        let headers = headers.map(|(name, value)| ((*name).to_owned(), value.expose().to_owned()));
        let body = ask.body().map(|body| body.text.expose().to_owned()).unwrap_or_default();
        let request = Asked::new(method, target, headers.collect(), body);
        let reply = self.0.reply(&request, self.0.fault(&request.line()).as_ref());
        let headers = reply.headers.into_iter().map(|(name, value)| (name.to_lowercase(), value));
        Ok(ask::Answer { status: reply.status, headers: headers.collect(), body: reply.body })
    }
}

fn fits(route: &Route, request: &Asked) -> bool {
    let mut own = route.path.split('/');
    let mut asked = request.path.split('/');
    let is_path = loop {
        match (own.next(), asked.next()) {
            (None, None) => break true,
            (Some("*"), Some(_)) => {}
            (Some(one), Some(other)) if one == other => {}
            _ => break false,
        }
    };
    is_path
        && route.method == request.method
        && route.query.iter().all(|(name, value)| request.query.get(name) == Some(value))
        && route.headers_lack.iter().all(|name| !request.headers.contains_key(name))
}

/// Whether it could be sent.
fn send(stream: &mut TcpStream, reply: &Reply, is_cut: bool) -> bool {
    let mut head = format!("HTTP/1.1 {} Made up\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", reply.body.len()));
    let body = if is_cut { &reply.body[..reply.body.len() / 2] } else { &reply.body[..] };
    let whole = [head.as_bytes(), body].concat();
    stream.write_all(&whole).and_then(|()| stream.flush()).is_ok()
}

impl Asked {
    /// The next request of a connection; `None` at its end.
    fn read(reader: &mut BufReader<TcpStream>) -> Option<Self> {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let mut words = line.split_whitespace();
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = HashMap::new();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            let Some((name, value)) = header.trim_end().split_once(':') else { break };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self::new(&method, &target, headers, String::from_utf8_lossy(&body).into_owned()))
    }

    fn new(method: &str, target: &str, headers: HashMap<String, String>, body: String) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let query = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        Self {
            method: method.to_owned(),
            path: decoded(path),
            query: query.collect(),
            headers,
            body,
        }
    }
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).and_then(|()| out.finish()).expect("memory takes what there is")
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                let digits = String::from_utf8_lossy(&digits).into_owned();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?'));
            }
            b'+' => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Rows that are made up by a number each.
pub(crate) fn made_up(n: usize, row: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..n).map(row).collect()
}

/// A refusal in JSON.
pub(crate) fn refusal(status: u16, message: &str) -> Does {
    Does::Answers(status, Vec::new(), json!({ "message": message }).to_string())
}
