//! The pages beside the queues: where one begins, what there is to do, every name, one client, what was done.
//!
//! Each is a room of its own below one address. A further one is an entry of [`Room::ALL`], a route and a
//! function that makes its page.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Multipart, Path as Named, Query, State};
use axum::response::Response;
use axum::routing::{get, post};

use super::decision_from_form::Fields;
use super::filter::{Filter, Sight};
use super::handlers::{Handlers, see};
use super::layout::{Around, Place, Reloads};
use super::receiving::{self, LARGEST_UPLOAD};
use super::refusal::Refusal;
use super::server::beside;
use super::state::ReviewState;
use seatdrift_core::domain::EntityKind;

/// A page beside the queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Where one begins.
    Home,
    /// Changes to make, claims, letters, the report.
    ToDo,
    /// Every client and what it is matched with.
    Clients,
    /// Every product, likewise.
    Products,
    /// Who decided what, and when.
    Activity,
    /// Exports of another month.
    Files,
}

impl Room {
    pub(super) const ALL: [Self; 6] =
        [Self::Home, Self::ToDo, Self::Clients, Self::Products, Self::Activity, Self::Files];

    /// The word in addresses.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::ToDo => "to-do",
            Self::Clients => "clients",
            Self::Products => "products",
            Self::Activity => "activity",
            Self::Files => "files",
        }
    }

    /// The word on the page.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::ToDo => "To do",
            Self::Clients => "Clients",
            Self::Products => "Products",
            Self::Activity => "Activity",
            Self::Files => "Files",
        }
    }
}

type Shared = State<Arc<Handlers>>;

/// The addresses of the rooms.
pub(super) fn routes() -> Router<Arc<Handlers>> {
    Router::new()
        .route("/home", get(home))
        .route("/to-do", get(to_do))
        .route("/to-do/tick", post(tick))
        .route("/to-do/letter", post(letter))
        .route("/to-do/file/{name}", get(file))
        .route("/clients", get(clients))
        .route("/products", get(products))
        .route("/client", get(client))
        .route("/unlink", post(unlink))
        .route("/activity", get(activity))
        .route("/find", get(find))
        .route("/files", get(files).post(receive).layer(DefaultBodyLimit::max(LARGEST_UPLOAD)))
        .route("/files/away", post(put_away))
        .route("/files/score", post(score))
        .route("/files/columns", get(columns).post(say_columns))
}

impl Handlers {
    /// A room's page with a title and a body.
    pub(super) fn room_page(
        &self,
        state: &ReviewState,
        room: Room,
        title: &str,
        body: String,
    ) -> Result<String, Refusal> {
        self.room_page_reloading(state, room, title, body, Reloads::No)
    }

    /// The same, loading itself again where something runs.
    pub(super) fn room_page_reloading(
        &self,
        state: &ReviewState,
        room: Room,
        title: &str,
        body: String,
        reloads: Reloads,
    ) -> Result<String, Refusal> {
        let filter = Filter { sight: Sight::Open, ..Filter::default() };
        let current = Some(Place::Room(room));
        let n_unlearned = self.unlearned(state)?;
        let around = Around { state, filter: &filter, current, reloads, n_unlearned };
        Ok(around.page(title, body))
    }
}

async fn home(State(handlers): Shared) -> Response {
    // Before a month is scored there is nothing to see but how to begin.
    match handlers.review.state.get() {
        Some(_) => beside(move || handlers.home_page()).await,
        None => see("/files".to_owned()),
    }
}

async fn files(State(handlers): Shared) -> Response {
    beside(move || handlers.files_page()).await
}

async fn receive(State(handlers): Shared, parts: Multipart) -> Response {
    receiving::receive(handlers, parts).await
}

async fn put_away(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || handlers.put_away(&fields)).await
}

async fn score(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || handlers.start_scoring(&fields)).await
}

async fn columns(State(handlers): Shared, Query(fields): Query<Fields>) -> Response {
    beside(move || handlers.columns_page(&fields)).await
}

async fn say_columns(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || handlers.say_columns(&fields)).await
}

async fn to_do(State(handlers): Shared) -> Response {
    beside(move || handlers.to_do_page()).await
}

async fn tick(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || handlers.tick(&fields)).await
}

async fn letter(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || handlers.letter(&fields)).await
}

async fn file(State(handlers): Shared, Named(name): Named<String>) -> Response {
    beside(move || handlers.file(&name)).await
}

async fn clients(State(handlers): Shared, Query(fields): Query<Fields>) -> Response {
    beside(move || handlers.mappings_page(EntityKind::Client, &fields)).await
}

async fn products(State(handlers): Shared, Query(fields): Query<Fields>) -> Response {
    beside(move || handlers.mappings_page(EntityKind::Sku, &fields)).await
}

async fn client(State(handlers): Shared, Query(fields): Query<Fields>) -> Response {
    beside(move || handlers.client_page(&fields)).await
}

async fn unlink(State(handlers): Shared, Form(fields): Form<Fields>) -> Response {
    beside(move || handlers.unlink(&fields)).await
}

async fn activity(State(handlers): Shared, Query(fields): Query<Fields>) -> Response {
    beside(move || handlers.activity_page(&fields)).await
}

async fn find(State(handlers): Shared, Query(fields): Query<Fields>) -> Response {
    beside(move || handlers.find_page(&fields)).await
}
