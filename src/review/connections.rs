//! Sockets → requests. Whoever connects and does not say what they want, or does not read what they are told, is
//! hung up on; where too many are there, whoever has not shown the token goes first.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use super::patient_stream::PatientStream;

/// How long the head of a request may take, the wait for the next one on the same connection included, and how long
/// an answer may find nobody who reads it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one connection may last: a browser makes a new one and nobody notices.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// How long to wait where the system has no socket left: one that is in use must end first.
const BREATH: Duration = Duration::from_secs(1);
/// Most connections at a time. A browser has six; each may hold an answer in memory that nobody reads.
const MOST: usize = 64;

/// One who is connected, as requests see them.
#[derive(Debug, Clone)]
pub(super) struct Guest {
    /// The address of this computer that they came to.
    pub(super) came_to: Option<IpAddr>,
    has_token: Arc<AtomicBool>,
}

impl Guest {
    /// Remembers that they have shown the token.
    pub(super) fn welcome(&self) {
        self.has_token.store(true, Ordering::Relaxed);
    }
}

/// Who is connected, in the order they came.
#[derive(Debug, Default)]
struct Guests(Mutex<BTreeMap<u64, (Guest, AbortHandle)>>);

impl Guests {
    /// Adds one. Where that is one too many, the oldest one who has not shown the token is hung up on, else the oldest.
    fn add(&self, number: u64, guest: Guest, connection: AbortHandle) {
        let mut guests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|_, (_, connection)| !connection.is_finished());
        if guests.len() >= MOST {
            let is_stranger = |(_, (guest, _)): &(&u64, &(Guest, AbortHandle))| {
                !guest.has_token.load(Ordering::Relaxed)
            };
            let oldest = guests.iter().find(is_stranger).or_else(|| guests.iter().next());
            let oldest = oldest.map(|(number, _)| *number);
            if let Some((_, connection)) = oldest.and_then(|number| guests.remove(&number)) {
                connection.abort();
            }
        }
        guests.insert(number, (guest, connection));
    }
}

/// Answers whoever connects, each beside the others, until the process ends.
pub async fn answer(listener: &TcpListener, router: &Router) -> ! {
    let guests = Guests::default();
    let mut number = 0;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let came_to = stream.local_addr().ok().map(|address| address.ip());
                let guest = Guest { came_to, has_token: Arc::default() };
                let router = router.clone().layer(Extension(guest.clone()));
                let connection = tokio::spawn(converse(stream, router)).abort_handle();
                number += 1;
                guests.add(number, guest, connection);
            }
            Err(error) if has_left(&error) => {}
            Err(error) => {
                tracing::warn!("no connection can be taken: {error}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Whether whoever asked went before they were let in.
fn has_left(error: &Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn converse(stream: TcpStream, router: Router) {
    let stream = TokioIo::new(PatientStream::new(stream, PATIENCE));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(stream, TowerToHyperService::new(router));
    let mut served = std::pin::pin!(served);
    let ended = match tokio::time::timeout(LONGEST, served.as_mut()).await {
        Ok(ended) => ended,
        Err(_) => {
            // What is being answered is answered.
            served.as_mut().graceful_shutdown();
            match tokio::time::timeout(PATIENCE, served).await {
                Ok(ended) => ended,
                Err(_) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection ended: {error}");
    }
}
