//! Files as they come in: each part of a form is written as it arrives, so that no file stands in memory.

use std::sync::Arc;

use axum::extract::Multipart;
use axum::extract::multipart::Field;
use axum::response::{IntoResponse, Response};

use super::guard::Refused;
use super::handlers::{Handlers, see};
use super::refusal::Refusal;
use super::server::beside;
use seatdrift_engine::error::with_causes;

/// Largest form of files read, in bytes.
pub(super) const LARGEST_UPLOAD: usize = 1 << 30;
/// Longest value of a field that is no file, in bytes.
const LONGEST_VALUE: usize = 256;

/// Takes the files of a form. The form's own token stands before them.
pub(super) async fn receive(handlers: Arc<Handlers>, mut parts: Multipart) -> Response {
    let mut is_own = false;
    let mut names = Vec::new();
    let intake = &handlers.review.intake;
    loop {
        let mut part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => break,
            Err(error) => {
                intake.tell(&format!("the files did not come whole: {}", error.body_text()));
                break;
            }
        };
        let is_file = part.name() == Some("files");
        if part.name() == Some("csrf") {
            is_own = value(&mut part).await.is_some_and(|text| handlers.guard.knows_form(&text));
        } else if is_file && is_own {
            let name = part.file_name().unwrap_or_default().to_owned();
            // A form without a chosen file has one without a name.
            if name.is_empty() {
                continue;
            }
            match file(&handlers, &name, &mut part).await {
                Ok(name) => names.push(name),
                Err(words) => intake.tell(&words),
            }
        } else {
            return Refusal::from(Refused::Form).into_response();
        }
    }
    if !is_own {
        return Refusal::from(Refused::Form).into_response();
    }
    let looking = Arc::clone(&handlers);
    beside(move || {
        names.iter().for_each(|name| looking.review.intake.look_at(name));
        Ok(see("/files".to_owned()))
    })
    .await
}

/// A short text; `None` where it is long or does not come.
async fn value(part: &mut Field<'_>) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.ok()? {
        bytes.extend_from_slice(&chunk);
        if LONGEST_VALUE < bytes.len() {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Receives one file; the name it waits under, or why it does not.
async fn file(handlers: &Handlers, name: &str, part: &mut Field<'_>) -> Result<String, String> {
    let mut receiving = handlers.review.intake.begin(name).map_err(|error| with_causes(&error))?;
    handlers.review.intake.forget(name);
    loop {
        match part.chunk().await {
            Ok(Some(chunk)) => tokio::task::block_in_place(|| receiving.push(&chunk))
                .map_err(|error| with_causes(&error))?,
            Ok(None) => return Ok(receiving.whole()),
            Err(error) => {
                return Err(format!("{name} did not come whole: {}", error.body_text()));
            }
        }
    }
}
