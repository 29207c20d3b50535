//! Addresses → pages. The disk is waited for beside the requests, never in their way.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rand::RngCore;
use rand::rngs::OsRng;

use super::ReviewError;
use super::answer::{Fields, field};
use super::desk::Desk;
use super::guard::{Guard, HEADERS, Reach, Refused};
use super::listening::answer;
use super::office::{Office, see};
use super::queue::Queue;
use super::refusal::{Refusal, not_found};
use super::retraining::Retraining;
use seatdrift_core::domain::Month;
use seatdrift_core::score::Past;
use seatdrift_engine::clock::Clock;
use seatdrift_engine::files::{self, FileError, Lock};
use seatdrift_engine::workspace::Workspace;

/// Largest form read, in bytes.
const LARGEST_FORM: usize = 64 << 10;
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The review of one month, ready to be served.
pub struct Review {
    pub(super) desk: Mutex<Desk>,
    pub(super) past: OnceLock<Past>,
    pub(super) retraining: Retraining,
    pub(super) clock: Clock,
}

/// Takes the one place at a workspace's review page, saying where the page is; free again when the lock
/// is dropped or the process ends, however it ends.
///
/// # Errors
///
/// [`ReviewError::OpenAlready`] with the other's address.
pub fn hold(workspace: &Workspace, address: &str) -> Result<Lock, ReviewError> {
    let path = workspace.root.join(".seatdrift-review.lock");
    let mut lock = match files::lock(&path) {
        Err(FileError::Locked { .. }) => {
            let bytes = files::read(&path, 4096).unwrap_or_default();
            let address = String::from_utf8_lossy(&bytes).trim().to_owned();
            return Err(ReviewError::OpenAlready { address });
        }
        other => other?,
    };
    lock.say(&path, address)?;
    Ok(lock)
}

impl Review {
    /// Reads a month's run and the decisions. `clock` tells when a month is scored again.
    ///
    /// # Errors
    ///
    /// [`ReviewError`] where the run or the decisions cannot be read.
    pub fn open(
        workspace: Workspace,
        month: Month,
        by: &str,
        clock: Clock,
    ) -> Result<Self, ReviewError> {
        let desk = Mutex::new(Desk::open(workspace, month, by)?);
        Ok(Self { desk, past: OnceLock::new(), retraining: Retraining::default(), clock })
    }

    /// Serves the pages until the process ends.
    ///
    /// # Errors
    ///
    /// [`ReviewError::Serve`] when the system gives no threads or sockets.
    pub fn serve(self, listener: TcpListener, reach: Reach) -> Result<(), ReviewError> {
        let address = listener.local_addr().map_err(ReviewError::Serve)?;
        listener.set_nonblocking(true).map_err(ReviewError::Serve)?;
        let guard = Guard::new(address, reach, secret());
        let office = Arc::new(Office { review: self, guard });
        let reader = Arc::clone(&office);
        // Charts of past months come when they are read; nobody waits for them.
        std::thread::spawn(move || reader.read_past());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(ReviewError::Serve)?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener);
            let listener = listener.map_err(ReviewError::Serve)?;
            answer(&listener, &router(office)).await
        })
    }
}

/// Thirty-two random digits, for a token.
pub fn secret() -> String {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

type Shared = State<Arc<Office>>;

fn router(office: Arc<Office>) -> Router {
    Router::new()
        .route("/", get(first))
        .route("/{queue}", get(queue))
        .route("/partners", get(search))
        .route("/decide", axum::routing::post(decide))
        .route("/undo", axum::routing::post(undo))
        .route("/take-back", axum::routing::post(take_back))
        .route("/bulk", get(bulk).post(accept_many))
        .route("/retrain", get(retrain).post(start_retrain))
        .route("/assets/{name}", get(asset))
        .fallback(|| async { not_found() })
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(from_fn_with_state(Arc::clone(&office), guarded))
        .with_state(office)
}

/// Holds a request against the rules, gives it its time, and seals the answer.
async fn guarded(State(office): Shared, request: Request, next: Next) -> Response {
    let mut response = match turned_away(&office.guard, &request) {
        Some(response) => response,
        None => match tokio::time::timeout(PATIENCE, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Refusal::too_slow().into_response(),
        },
    };
    for (name, value) in HEADERS {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        response.headers_mut().insert(name, value);
    }
    response
}

/// What a request is answered instead of what it asked for; nothing where it is let in.
fn turned_away(guard: &Guard, request: &Request) -> Option<Response> {
    let refused = |why: Refused| Some(Refusal::from(why).into_response());
    if let Err(why) = guard.check(request.method(), request.headers()) {
        return refused(why);
    }
    if guard.has_token(request.headers()) {
        return None;
    }
    let query = request.uri().query().unwrap_or_default();
    let given = query.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap_or_default();
    match guard.cookie_for(given) {
        Some(cookie) => Some(([(header::SET_COOKIE, cookie)], see("/".to_owned())).into_response()),
        None => refused(Refused::Token),
    }
}

/// Runs what waits for the disk where waiting is allowed.
async fn beside(work: impl FnOnce() -> Result<Response, Refusal> + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(response)) => response,
        Ok(Err(refusal)) => refusal.into_response(),
        Err(_) => Refusal {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title: "Something broke",
            words: "the page could not be made; what you decided is in decisions.csv".to_owned(),
            hint: "",
            way: None,
        }
        .into_response(),
    }
}

async fn first(State(office): Shared) -> Response {
    beside(move || {
        let queue = office.first_queue()?;
        Ok(see(format!("/{}", queue.word())))
    })
    .await
}

async fn queue(
    State(office): Shared,
    Path(word): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    match Queue::of(&word) {
        Some(queue) => beside(move || office.queue_page(queue, &fields)).await,
        None => not_found(),
    }
}

async fn search(State(office): Shared, Query(fields): Query<Fields>) -> Response {
    beside(move || {
        let found = office.found_names(field(&fields, "id"), &fields)?;
        Ok(Html(found).into_response())
    })
    .await
}

async fn decide(State(office): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || office.decide(&fields)).await
}

async fn undo(State(office): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || office.undo(&fields)).await
}

async fn take_back(State(office): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || office.take_back(&fields)).await
}

async fn bulk(State(office): Shared, Query(fields): Query<Fields>) -> Response {
    beside(move || office.bulk_page(&fields, "")).await
}

async fn accept_many(State(office): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || office.accept_many(&fields)).await
}

async fn retrain(State(office): Shared) -> Response {
    beside(move || office.retrain_page()).await
}

async fn start_retrain(State(office): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || {
        office.start_retrain(&fields)?;
        Ok(see("/retrain".to_owned()))
    })
    .await
}

async fn asset(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "review.css" => ("text/css; charset=utf-8", include_str!("assets/review.css")),
        "charts.css" => ("text/css; charset=utf-8", seatdrift_report::charts::STYLE),
        "review.js" => ("text/javascript; charset=utf-8", include_str!("assets/review.js")),
        "icon.svg" => ("image/svg+xml", include_str!("assets/icon.svg")),
        _ => return not_found(),
    };
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// The address a page is opened at.
pub fn shown_address(address: SocketAddr, reach: &Reach) -> String {
    match reach {
        Reach::Loopback => format!("http://{address}/"),
        Reach::Token { token, name } => {
            let host = match name {
                Some(name) => format!("{name}:{}", address.port()),
                None => address.to_string(),
            };
            format!("http://{host}/?token={token}")
        }
    }
}
