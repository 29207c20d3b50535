//! Files to take along: a letter as it was typed, the report and the lists with what was decided since.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ReviewError;
use super::decision_from_form::{Fields, field};
use super::handlers::Handlers;
use super::refusal::{Refusal, not_found};
use super::to_do::{ToDo, claims_of};
use seatdrift_engine::run_store;
use seatdrift_report::csv::claims_csv;
use seatdrift_report::{files, letter_html};

/// Files that the page offers, and what is in them.
pub(super) const DOWNLOADS: [(&str, &str); 5] = [
    ("report.html", "for the owner: opens anywhere, four pages when printed"),
    ("report.xlsx", "every difference, flag, name and row"),
    ("changes.xlsx", "the changes, PSA and vendors apart"),
    ("changes.csv", "the same for a program"),
    ("claims.csv", "what to claim at vendors"),
];

impl Handlers {
    /// A letter as a file, as it was typed.
    pub(super) fn letter(&self, fields: &Fields) -> Result<Response, Refusal> {
        self.own_form(fields)?;
        let mut state = self.state()?;
        let asked = field(fields, "file");
        let letters = ToDo::of(&mut state)?.letters;
        let Some(letter) = letters.into_iter().find(|letter| letter.file == asked) else {
            return Err(ReviewError::Answer("there is no such letter any more").into());
        };
        let text = field(fields, "text");
        match field(fields, "as") {
            "html" => {
                let page = letter_html(&letter.client, text);
                Ok(attached(&format!("{}.html", letter.file), page.into_bytes()))
            }
            _ => Ok(attached(&format!("{}.txt", letter.file), text.as_bytes().to_vec())),
        }
    }

    /// A file of the month, with what was decided since.
    pub(super) fn file(&self, name: &str) -> Result<Response, Refusal> {
        let Some((name, _)) = DOWNLOADS.into_iter().find(|(known, _)| *known == name) else {
            return Ok(not_found());
        };
        let mut state = self.state()?;
        let run = state.as_decided()?;
        if name == "claims.csv" {
            return Ok(attached(name, claims_csv(&claims_of(&state, &run))));
        }
        let lines = run_store::lines(&state.workspace, state.month).map_err(ReviewError::from)?;
        let month = state.month;
        drop(state);
        let mut bytes = Vec::new();
        if let Some((_, write)) =
            files(&run, lines.as_deref()).into_iter().find(|one| one.0 == name)
        {
            // Writing to memory does not fail.
            let _ = write(&mut bytes);
        }
        let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
        Ok(attached(&format!("{stem}-{month}.{ending}"), bytes))
    }
}

/// A file to be saved and never shown. Its name is letters, digits, hyphens and dots.
fn attached(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (StatusCode::OK, headers, bytes).into_response()
}
