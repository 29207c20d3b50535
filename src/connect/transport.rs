//! An ask over the network → what was answered. The only place that opens a connection.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body};

use crate::ask::{Answer, Ask, Verb};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(15);

/// How long one ask may take, its answer included.
const WHOLE: Duration = Duration::from_secs(180);

/// Largest answer that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// Something that answers asks.
pub trait Transport: Sync {
    /// Sends an ask and gives what was answered, whatever its status.
    ///
    /// # Errors
    ///
    /// [`Lost`] where nothing whole was answered.
    fn send(&self, ask: &Ask) -> Result<Answer, Lost>;
}

/// No answer, or half of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// Nobody answered, in the system's words.
    Unreachable(String),
    /// The answer ended too early, in words.
    Cut(String),
}

/// TLS that trusts whom the system trusts.
pub fn tls_of_the_system() -> TlsConfig {
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
}

/// The network: TLS by the system's certificates, proxies by the environment.
#[derive(Debug)]
pub struct Network {
    agent: Agent,
}

impl Network {
    /// Ready to ask; nothing is opened before.
    pub fn new() -> Self {
        let config = Agent::config_builder()
            .tls_config(tls_of_the_system())
            .http_status_as_error(false)
            // A server sends nobody elsewhere: who follows it would give another host the keys.
            .max_redirects(0)
            .user_agent(concat!("seatdrift/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .build();
        Self { agent: config.new_agent() }
    }
}

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for Network {
    fn send(&self, ask: &Ask) -> Result<Answer, Lost> {
        let method = match ask.verb() {
            Verb::Get => Method::GET,
            Verb::Post => Method::POST,
        };
        let mut request = http::Request::builder().method(method).uri(ask.address().expose());
        for (name, value) in ask.headers() {
            request = request.header(*name, value.expose());
        }
        let unsendable =
            |error: http::Error| Lost::Unreachable(format!("it cannot be asked: {error}"));
        let response = match ask.body() {
            Some(body) => {
                let request = request.header("content-type", body.media);
                self.agent.run(request.body(body.text.expose().to_owned()).map_err(unsendable)?)
            }
            None => self.agent.run(request.body(()).map_err(unsendable)?),
        };
        received(response.map_err(|error| Lost::Unreachable(words(&error)))?)
    }
}

fn received(mut response: http::Response<Body>) -> Result<Answer, Lost> {
    let status = response.status().as_u16();
    let named = response.headers().iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let headers = named.collect();
    let promised = response.body().content_length();
    let mut body = Vec::new();
    let mut reader = response.body_mut().with_config().limit(LARGEST).reader();
    if let Err(error) = reader.read_to_end(&mut body) {
        return Err(Lost::Cut(format!("{} bytes came, then: {error}", body.len())));
    }
    match promised {
        Some(promised) if promised != body.len() as u64 => {
            Err(Lost::Cut(format!("{} of {promised} bytes came", body.len())))
        }
        _ => Ok(Answer { status, headers, body }),
    }
}

/// What went wrong, without the address.
fn words(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "no such host".to_owned(),
        ureq::Error::Timeout(which) => format!("no answer in time ({which})"),
        ureq::Error::BadUri(_) => "its address is not well formed".to_owned(),
        other => other.to_string(),
    }
}
