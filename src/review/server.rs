//! Addresses → pages. The disk is waited for beside the requests, never in their way.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
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
use super::connections::{Guest, answer};
use super::decision_from_form::{Fields, field};
use super::guard::{Guard, HEADERS, Reach, Refused};
use super::handlers::{Handlers, see};
use super::intake_room::Intake;
use super::queue::Queue;
use super::refusal::{Refusal, not_found};
use super::retraining::Retraining;
use super::rooms::{Room, routes};
use super::state::ReviewState;
use seatdrift_core::domain::Month;
use seatdrift_core::score::ChartMonths;
use seatdrift_engine::clock::Clock;
use seatdrift_engine::files::{self, FileError, Lock};
use seatdrift_engine::workspace::Workspace;

/// Largest form read, in bytes.
const LARGEST_FORM: usize = 64 << 10;
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The review of one month, ready to be served.
pub struct Review {
    /// Nothing before a month is scored.
    pub(super) state: OnceLock<Mutex<ReviewState>>,
    pub(super) intake: Intake,
    /// Who decides here.
    pub(super) by: String,
    pub(super) past: RwLock<Option<Arc<ChartMonths>>>,
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
    let mut lock = match files::lock_private(&path) {
        Err(FileError::Locked { holder, .. }) => {
            return Err(ReviewError::OpenAlready { address: holder.unwrap_or_default() });
        }
        other => other?,
    };
    lock.say(&path, address)?;
    Ok(lock)
}

impl Review {
    /// Reads a month's run and the decisions; without a month the page takes files to score one from. `clock`
    /// tells when a month is scored.
    ///
    /// # Errors
    ///
    /// [`ReviewError`] where the run or the decisions cannot be read.
    pub fn open(
        workspace: Workspace,
        month: Option<Month>,
        by: &str,
        clock: Clock,
    ) -> Result<Self, ReviewError> {
        let intake = Intake::new(workspace.clone(), clock);
        let (state, retraining) = (OnceLock::new(), Retraining::default());
        let review =
            Self { state, intake, by: by.to_owned(), past: RwLock::default(), retraining, clock };
        if let Some(month) = month {
            review.turn_to(workspace, month)?;
        }
        Ok(review)
    }

    /// Turns the page to a month that is scored.
    pub(super) fn turn_to(&self, workspace: Workspace, month: Month) -> Result<(), ReviewError> {
        let opened = ReviewState::open(workspace, month, &self.by)?;
        match self.state.get() {
            Some(state) => {
                *state.lock().unwrap_or_else(PoisonError::into_inner) = opened;
            }
            // Only the first scoring gets here, and one runs at a time.
            None => drop(self.state.set(Mutex::new(opened))),
        }
        Ok(())
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
        let handlers = Arc::new(Handlers { review: self, guard });
        let reader = Arc::clone(&handlers);
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
            answer(&listener, &router(handlers)).await
        })
    }
}

/// Thirty-two random digits, for a token.
pub fn secret() -> String {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

type Shared = State<Arc<Handlers>>;

fn router(handlers: Arc<Handlers>) -> Router {
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
        .merge(routes())
        .fallback(|| async { not_found() })
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(from_fn_with_state(Arc::clone(&handlers), guarded))
        .with_state(handlers)
}

/// Holds a request against the rules, gives it its time, and seals the answer.
async fn guarded(State(handlers): Shared, request: Request, next: Next) -> Response {
    let mut response = match turned_away(&handlers.guard, &request) {
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
    let guest = request.extensions().get::<Guest>();
    let came_to = guest.and_then(|guest| guest.came_to);
    if let Err(why) = guard.check(request.method(), request.headers(), came_to) {
        return refused(why);
    }
    if guard.has_token(request.headers()) {
        guest.inspect(|guest| guest.welcome());
        return None;
    }
    let query = request.uri().query().unwrap_or_default();
    let (given, rest): (Vec<&str>, Vec<&str>) =
        query.split('&').partition(|pair| pair.starts_with("token="));
    let given = given.first().and_then(|pair| pair.strip_prefix("token=")).unwrap_or_default();
    let Some(cookie) = guard.cookie_for(given) else { return refused(Refused::Token) };
    guest.inspect(|guest| guest.welcome());
    // The token leaves the address: it is shown, kept and sent on.
    let path = request.uri().path();
    let page = match rest.join("&") {
        rest if rest.is_empty() => path.to_owned(),
        rest => format!("{path}?{rest}"),
    };
    // Two slashes would lead to another computer.
    let page = format!("/{}", page.trim_start_matches(['/', '\\']));
    Some(([(header::SET_COOKIE, cookie)], see(page)).into_response())
}

/// Runs what waits for the disk where waiting is allowed.
pub(super) async fn beside(
    work: impl FnOnce() -> Result<Response, Refusal> + Send + 'static,
) -> Response {
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

async fn first() -> Response {
    see(format!("/{}", Room::Home.word()))
}

async fn queue(
    State(handlers): Shared,
    Path(word): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    match Queue::of(&word) {
        Some(queue) => beside(move || handlers.queue_page(queue, &fields)).await,
        None => not_found(),
    }
}

async fn search(State(handlers): Shared, Query(fields): Query<Fields>) -> Response {
    beside(move || {
        let found = handlers.found_names(field(&fields, "id"), &fields)?;
        Ok(Html(found).into_response())
    })
    .await
}

async fn decide(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || handlers.decide(&fields)).await
}

async fn undo(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || handlers.undo(&fields)).await
}

async fn take_back(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || handlers.take_back(&fields)).await
}

async fn bulk(State(handlers): Shared, Query(fields): Query<Fields>) -> Response {
    beside(move || handlers.bulk_page(&fields, "")).await
}

async fn accept_many(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || handlers.accept_many(&fields)).await
}

async fn retrain(State(handlers): Shared) -> Response {
    beside(move || handlers.retrain_page()).await
}

async fn start_retrain(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || {
        handlers.start_retrain(&fields)?;
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
    let host = match &reach.shown {
        Some(name) => format!("{name}:{}", address.port()),
        None => address.to_string(),
    };
    format!("http://{host}/?token={}", reach.token)
}
