//! A port on which vendors say that something changed. What they say is a hint and no more: who can show the key makes
//! the next look come sooner, and nothing of a body is read, kept or believed.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use seatdrift_connect::keys::key;
use seatdrift_connect::secret::Secret;
use seatdrift_engine::sources::SecretPlace;
use seatdrift_engine::workspace::Workspace;
use sha2::{Digest, Sha256};

use crate::error::WatchError;
use crate::state::State;
use crate::status::{Status, metrics};

/// Largest body that is read, in bytes: a callback is a few hundred.
const LARGEST: usize = 64 << 10;

/// How long a request may take once its head is there.
const PATIENCE: Duration = Duration::from_secs(5);

/// The header that Pax8 sends its secret in where nothing else is said.
const PAX8_HEADER: &str = "x-webhook-secret";

/// Who may hint.
#[derive(Debug, Default)]
pub struct HookKeys {
    /// What ConnectWise signs with.
    pub connectwise: Option<Secret>,
    /// The header that Pax8 sends, and what stands in it.
    pub pax8: Option<(String, Secret)>,
}

impl HookKeys {
    /// The keys that a workspace names.
    ///
    /// # Errors
    ///
    /// [`WatchError::Hook`] for one that cannot be had.
    pub fn of(workspace: &Workspace) -> Result<Self, WatchError> {
        let hooks = &workspace.config.watch.hooks;
        let had = |name: &'static str, place: &Option<SecretPlace>| {
            let place = place.as_ref();
            place
                .map(|place| key(place, &workspace.root))
                .transpose()
                .map_err(|source| WatchError::Hook { name, source: Box::new(source) })
        };
        let header = hooks.pax8_header.as_deref().unwrap_or(PAX8_HEADER).to_lowercase();
        Ok(Self {
            connectwise: had("connectwise", &hooks.connectwise)?,
            pax8: had("pax8", &hooks.pax8)?.map(|secret| (header, secret)),
        })
    }

    /// Whether ConnectWise signed a body.
    ///
    /// Source: ConnectWise, "PSA Callbacks": HMAC-SHA256 of the body, by the SHA-256 of the signing key, in base64.
    pub fn is_of_connectwise(&self, signature: &str, body: &[u8]) -> bool {
        let Some(secret) = &self.connectwise else { return false };
        let Ok(signature) = STANDARD.decode(signature.trim()) else { return false };
        let signing = Sha256::digest(secret.expose().as_bytes());
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&signing).expect("HMAC takes a key of any length");
        mac.update(body);
        // In constant time.
        mac.verify_slice(&signature).is_ok()
    }

    /// Whether a request shows the secret that Pax8 was given.
    pub fn is_of_pax8(&self, headers: &HeaderMap) -> bool {
        let Some((header, secret)) = &self.pax8 else { return false };
        let Some(given) = headers.get(header.as_str()) else { return false };
        // Digests of both are compared in constant time: neither length nor letters show in how long it takes.
        let digest = |bytes: &[u8]| {
            Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
                .expect("HMAC takes a key of any length")
                .chain_update(bytes)
        };
        let expected = digest(secret.expose().as_bytes()).finalize().into_bytes();
        digest(given.as_bytes()).verify_slice(&expected).is_ok()
    }
}

/// What the port answers with.
struct Answering {
    keys: HookKeys,
    hinted: Arc<AtomicBool>,
    workspace: Workspace,
}

/// Answers on a port until the process ends, in a thread of its own; `hinted` is set when somebody who may says that
/// something changed.
///
/// # Errors
///
/// [`WatchError::Hook`] for a key that cannot be had, [`WatchError::Listen`] when the system gives no threads.
pub fn listen(
    workspace: &Workspace,
    listener: TcpListener,
    hinted: Arc<AtomicBool>,
) -> Result<(), WatchError> {
    let answering = Arc::new(Answering {
        keys: HookKeys::of(workspace)?,
        hinted,
        workspace: workspace.clone(),
    });
    listener.set_nonblocking(true).map_err(WatchError::Listen)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(WatchError::Listen)?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => seatdrift_review::answer(&listener, &router(answering)).await,
                Err(error) => tracing::error!("nothing can be listened to: {error}"),
            }
        });
    });
    Ok(())
}

fn router(answering: Arc<Answering>) -> Router {
    Router::new()
        .route("/connectwise", post(connectwise))
        .route("/pax8", post(pax8))
        .route("/metrics", get(numbers))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(from_fn(in_time))
        .with_state(answering)
}

/// Gives a request its time, and says nothing of why it is refused.
async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) if response.status().is_client_error() => response.status().into_response(),
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

async fn connectwise(
    Shared(answering): Shared<Arc<Answering>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let signature = headers.get("x-content-signature").and_then(|value| value.to_str().ok());
    answering
        .hint(signature.is_some_and(|signature| answering.keys.is_of_connectwise(signature, &body)))
}

async fn pax8(
    Shared(answering): Shared<Arc<Answering>>,
    headers: HeaderMap,
    _: Bytes,
) -> StatusCode {
    answering.hint(answering.keys.is_of_pax8(&headers))
}

/// How the watch stands, for Prometheus; without money: the port may be reached from elsewhere.
async fn numbers(Shared(answering): Shared<Arc<Answering>>) -> Response {
    let read = move || {
        let state = State::read(&answering.workspace)?.unwrap_or_default();
        Ok::<_, WatchError>(metrics(&Status::of(&answering.workspace, &state, Timestamp::now())))
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(text)) => ([("content-type", "text/plain; version=0.0.4")], text).into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl Answering {
    fn hint(&self, may: bool) -> StatusCode {
        if !may {
            return StatusCode::UNAUTHORIZED;
        }
        self.hinted.store(true, Ordering::Relaxed);
        StatusCode::NO_CONTENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_has_the_key_may_hint() {
        let keys = HookKeys {
            connectwise: Some(Secret::new("signing-key")),
            pax8: Some(("x-webhook-secret".to_owned(), Secret::new("a-secret"))),
        };
        let body = b"{\"ID\":1}";
        let mut mac = Hmac::<Sha256>::new_from_slice(&Sha256::digest(b"signing-key")).unwrap();
        mac.update(body);
        let signed = STANDARD.encode(mac.finalize().into_bytes());
        assert!(keys.is_of_connectwise(&signed, body));
        assert!(!keys.is_of_connectwise(&signed, b"{\"ID\":2}"));
        for forged in ["", "AAAA", &"A".repeat(44), "é"] {
            assert!(!keys.is_of_connectwise(forged, body), "{forged}");
        }
        assert!(!HookKeys::default().is_of_connectwise(&signed, body));
        let shown = |text: &str| {
            HeaderMap::from_iter([(
                http::HeaderName::from_static("x-webhook-secret"),
                http::HeaderValue::from_str(text).unwrap(),
            )])
        };
        assert!(keys.is_of_pax8(&shown("a-secret")));
        assert!(!keys.is_of_pax8(&shown("a-secre")) && !keys.is_of_pax8(&HeaderMap::new()));
    }
}
