//! Sockets → requests. Whoever connects and does not say what they want is hung up on.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

/// How long the head of a request may take, the wait for the next one on the same connection included.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait where the system has no socket left: one that is in use must end first.
const BREATH: Duration = Duration::from_secs(1);

/// Answers whoever connects, each beside the others, until the process ends.
pub(super) async fn answer(listener: &TcpListener, router: &Router) -> ! {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(converse(stream, router.clone()))),
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
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .await;
    if let Err(error) = served {
        tracing::debug!("a connection ended: {error}");
    }
}
