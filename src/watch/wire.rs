//! What leaves this machine, or goes to a program on it: to whom the user configured, and to nobody else.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use seatdrift_connect::address::Address;
use seatdrift_connect::secret::Secret;
use seatdrift_connect::transport::tls_of_the_system;
use ureq::Agent;

/// How long one message may take to be taken.
const LONGEST: Duration = Duration::from_secs(15);

/// How long a program may take.
const LONGEST_PROGRAM: Duration = Duration::from_secs(60);

/// How much of what a server says is read.
const MOST: u64 = 4096;

/// Takes messages; a test has one of its own.
pub trait Wire: Sync {
    /// Sends a body by POST, or asks by GET where there is none.
    ///
    /// # Errors
    ///
    /// What is wrong, in words without the address: it may be a key.
    fn send(
        &self,
        address: &Secret,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Result<(), String>;

    /// Runs a program, which is given with its arguments, and hands it what it reads.
    ///
    /// # Errors
    ///
    /// How it failed, in words.
    fn run(&self, words: &[String], input: &[u8]) -> Result<(), String>;
}

/// The network and the programs of this machine.
#[derive(Debug)]
pub struct Outgoing {
    agent: Agent,
}

impl Outgoing {
    /// Ready to send; nothing is opened before.
    pub fn new() -> Self {
        let config = Agent::config_builder()
            .tls_config(tls_of_the_system())
            .http_status_as_error(false)
            // Who follows a server elsewhere gives names and money to somebody nobody configured.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("seatdrift/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(LONGEST))
            .build();
        Self { agent: config.new_agent() }
    }
}

impl Default for Outgoing {
    fn default() -> Self {
        Self::new()
    }
}

impl Wire for Outgoing {
    fn send(
        &self,
        address: &Secret,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Result<(), String> {
        Address::parse(address.expose()).map_err(|error| format!("its address: {error}"))?;
        let method = if body.is_some() { "POST" } else { "GET" };
        let mut request = http::Request::builder().method(method).uri(address.expose());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let unsendable = |_: http::Error| "its address is not well formed".to_owned();
        let sent = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json");
                self.agent.run(request.body(body.to_owned()).map_err(unsendable)?)
            }
            None => self.agent.run(request.body(()).map_err(unsendable)?),
        };
        let mut response = sent.map_err(|error| words(&error))?;
        let status = response.status().as_u16();
        // The connection can be used again when all was read.
        let mut said = Vec::new();
        let _ = response.body_mut().as_reader().take(MOST).read_to_end(&mut said);
        match status {
            200..=299 => Ok(()),
            300..=399 => {
                Err(format!("it answered {status}, which leads elsewhere: nobody follows"))
            }
            _ => Err(format!("it answered {status}")),
        }
    }

    fn run(&self, program: &[String], input: &[u8]) -> Result<(), String> {
        let (first, rest) = program.split_first().ok_or("no program is named")?;
        let child = Command::new(first)
            .args(rest)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.map_err(|error| format!("{first} cannot be run: {error}"))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read all of it may still be well.
            let _ = stdin.write_all(input);
        }
        ended(&mut child, first)
    }
}

/// Waits until a program ends, or ends it.
fn ended(child: &mut Child, name: &str) -> Result<(), String> {
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("{name} ended with {status}")),
            Err(error) => return Err(format!("{name} cannot be waited for: {error}")),
            Ok(None) if began.elapsed() > LONGEST_PROGRAM => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("{name} did not end in {} seconds", LONGEST_PROGRAM.as_secs()));
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// What went wrong, without the address.
fn words(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "no such host".to_owned(),
        ureq::Error::Timeout(_) => format!("no answer in {} seconds", LONGEST.as_secs()),
        ureq::Error::BadUri(_) => "its address is not well formed".to_owned(),
        ureq::Error::Io(error) => format!("it cannot be reached: {error}"),
        _ => "it cannot be reached".to_owned(),
    }
}
