//! Why a page cannot be shown or an answer not kept, as a page that says what to do.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::ReviewError;
use super::guard::Refused;
use super::layout::{Message, rendered};

/// A page that says why there is no other.
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) title: &'static str,
    pub(super) words: String,
    pub(super) hint: &'static str,
    /// Where to go on, if not to the beginning.
    pub(super) way: Option<Way>,
}

/// Where a page leads.
pub(super) struct Way {
    pub(super) href: String,
    pub(super) words: &'static str,
}

/// A text as the sentence it begins; a file's name stays as it is written.
pub(super) fn sentence(text: &str) -> String {
    if text.split(' ').next().is_some_and(|word| word.contains('.')) {
        return text.to_owned();
    }
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

impl Refusal {
    /// That no month is scored yet, and where to begin.
    pub(super) fn nothing_scored() -> Self {
        Self {
            status: StatusCode::CONFLICT,
            title: "Nothing is scored yet",
            words: "give the page the exports of a month first".to_owned(),
            hint: "",
            way: Some(Way { href: "/files".to_owned(), words: "Files" }),
        }
    }

    pub(super) fn too_slow() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            title: "It took too long",
            words:
                "the answer did not come in half a minute: load the page anew to see whether it \
                    was kept"
                    .to_owned(),
            hint: "",
            way: None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { status, title, words, hint, way } = self;
        let (words, hint) = (sentence(&words), sentence(hint));
        let way = way.unwrap_or(Way { href: "/".to_owned(), words: "Back to the review" });
        let message = Message { title, words: &words, hint: &hint, way: &way };
        (status, Html(rendered(&message))).into_response()
    }
}

impl From<ReviewError> for Refusal {
    fn from(error: ReviewError) -> Self {
        let status = match &error {
            ReviewError::Answer(_) => StatusCode::UNPROCESSABLE_ENTITY,
            ReviewError::RunGone { .. } => StatusCode::GONE,
            ReviewError::Decisions(_) | ReviewError::Run { .. } => StatusCode::CONFLICT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let title = match &error {
            ReviewError::Answer(_) => "Not kept",
            ReviewError::RunGone { .. } => "The run is gone",
            ReviewError::Decisions(_) => "decisions.csv cannot be read",
            ReviewError::File(_) => "The disk said no",
            _ => "Something is in the way",
        };
        Self {
            status,
            title,
            words: error.words(),
            hint: error.hint().unwrap_or_default(),
            way: None,
        }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let words = refused.words().to_owned();
        Self { status: StatusCode::FORBIDDEN, title: "Not from here", words, hint: "", way: None }
    }
}

pub(super) fn not_found() -> Response {
    let words = "there is no such page".to_owned();
    Refusal { status: StatusCode::NOT_FOUND, title: "Not here", words, hint: "", way: None }
        .into_response()
}
