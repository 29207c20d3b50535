//! A vendor behind TLS and a proxy: certificates are the system's, proxies the environment's.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::live::Live;
use super::server::Server;
use crate::msp::Answer;

/// The certificates beside this file: made up, of an authority that nobody else trusts, and valid for a hundred
/// years. The server's is that of Pax8's host.
fn made_up(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/connectors/tls").join(name)
}

/// A proxy that leads every connection, whomever it is for, to one server of ours behind TLS.
struct Proxy {
    /// `http://127.0.0.1:PORT`.
    address: String,
    /// What each connection was for.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let certificate = CertificateDer::from_pem_file(made_up("server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(made_up("server.key")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let (config, behind, own) = (Arc::new(config), server.base.clone(), asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, behind, asked) = (config.clone(), behind.clone(), own.clone());
                thread::spawn(move || through(stream, config, &behind, &asked));
            }
        });
        Self { address, asked }
    }
}

/// One connection: `CONNECT`, then one request over TLS, which the server behind answers.
fn through(
    mut stream: TcpStream,
    config: Arc<ServerConfig>,
    behind: &str,
    asked: &Mutex<Vec<String>>,
) -> Option<()> {
    let head = head_of(&mut BufReader::with_capacity(1, &mut stream))?;
    asked.lock().unwrap().push(head[0].clone());
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
    let connection = ServerConnection::new(config).ok()?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    let head = head_of(&mut reader)?;
    let length = head.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let mut server = TcpStream::connect(behind.strip_prefix("http://")?).ok()?;
    server.write_all(format!("{}\r\n\r\n", head.join("\r\n")).as_bytes()).ok()?;
    server.write_all(&body).ok()?;
    // The server keeps its connection; half of it is closed so that it ends with the answer.
    server.shutdown(std::net::Shutdown::Write).ok()?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).ok()?;
    let said = String::from_utf8_lossy(&answer).replacen("\r\n", "\r\nConnection: close\r\n", 1);
    let mut stream = reader.into_inner();
    stream.write_all(said.as_bytes()).ok()?;
    stream.conn.send_close_notify();
    stream.flush().ok()
}

/// The lines of a head, without the empty one at its end.
fn head_of(reader: &mut impl BufRead) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => return Some(lines),
            text => lines.push(text.to_owned()),
        }
    }
}

/// `seatdrift pull` from Pax8's own host, through a proxy, trusting the authorities of a file.
fn pulled_through(proxy: &Proxy, server: &Server, authorities: &Path) -> (Live, Answer) {
    let live = Live::with(&[("pax8", server)]);
    let config = live.msp.text("workspace/seatdrift.toml");
    live.msp
        .write("workspace/seatdrift.toml", config.replace(&server.base, "https://api.pax8.com"));
    let epoch = live.now.as_second().to_string();
    let variables = [
        ("SOURCE_DATE_EPOCH", epoch.as_str()),
        ("HTTPS_PROXY", proxy.address.as_str()),
        ("SSL_CERT_FILE", authorities.to_str().unwrap()),
    ];
    let answer = live.msp.run_with(&variables, &["pull", "--workspace", "workspace"]);
    (live, answer)
}

#[test]
fn a_vendor_is_read_through_the_proxy_of_the_environment_by_the_systems_certificates() {
    let server = Server::start("pax8", &[]);
    let proxy = Proxy::to(&server);
    server.call_yourself("https://api.pax8.com");
    let (live, pulled) = pulled_through(&proxy, &server, &made_up("ca.pem"));
    assert_eq!(pulled.status, Some(0), "{} {}", pulled.stdout, pulled.stderr);
    let asked = proxy.asked.lock().unwrap().clone();
    assert!(!asked.is_empty());
    assert!(asked.iter().all(|line| line.starts_with("CONNECT api.pax8.com:443 ")), "{asked:?}");
    // The same as without TLS and a proxy.
    let plain = Live::with(&[("pax8", &Server::start("pax8", &[]))]);
    plain.pulled();
    let seats = "workspace/pulled/2026-06-18/pax8/vendor-pax8-seats.csv.gz";
    assert_eq!(live.msp.bytes(seats), plain.msp.bytes(seats));
}

#[test]
fn a_certificate_that_the_system_does_not_trust_ends_the_pull_before_a_key_is_sent() {
    let server = Server::start("pax8", &[]);
    let proxy = Proxy::to(&server);
    let (live, pulled) = pulled_through(&proxy, &server, &made_up("server.pem"));
    assert_eq!(pulled.status, Some(2), "{} {}", pulled.stdout, pulled.stderr);
    assert!(pulled.stdout.to_lowercase().contains("certificate"), "{}", pulled.stdout);
    assert_eq!(server.asked(), [""; 0], "no key was sent");
    let days = live.msp.names("workspace/pulled").into_iter().filter(|name| !name.starts_with('.'));
    assert_eq!(days.count(), 0);
}
