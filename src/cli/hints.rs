//! What to do about an error, where the user's options are known.

use seatdrift_core::learn::TrainError;
use seatdrift_core::months::PastError;
use seatdrift_core::run::RunJsonError;
use seatdrift_engine::files::FileError;
use seatdrift_engine::history::HistoryError;
use seatdrift_engine::intake::IntakeError;
use seatdrift_engine::model_store::ModelError;
use seatdrift_engine::workspace::WorkspaceError;
use seatdrift_ingest::{IngestError, SeriesFileError};
use seatdrift_review::ReviewError;

/// What to do about an error; `None` where its text says all there is.
pub fn hint(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| {
        // Scoring knows earlier months by what they are, not where they lie.
        let cause = match cause.downcast_ref::<PastError>() {
            Some(PastError(cause)) => cause.as_ref(),
            None => cause,
        };
        if let Some(error) = cause.downcast_ref::<IngestError>() {
            return error.hint();
        }
        if let Some(error) = cause.downcast_ref::<SeriesFileError>() {
            return error.hint().map(str::to_owned);
        }
        if let Some(error) = cause.downcast_ref::<IntakeError>() {
            return of_intake(error);
        }
        if let Some(error) = cause.downcast_ref::<WorkspaceError>() {
            return of_workspace(error);
        }
        if let Some(FileError::Locked { .. }) = cause.downcast_ref::<FileError>() {
            return Some("wait until it is done; the lock goes with its process".to_owned());
        }
        if let Some(error) = cause.downcast_ref::<ReviewError>() {
            return error.hint().map(str::to_owned);
        }
        if let Some(error) = cause.downcast_ref::<RunJsonError>() {
            return error.hint().map(str::to_owned);
        }
        if cause.is::<ModelError>() {
            return Some(
                "move that file out of models/: the model before it is used again".to_owned(),
            );
        }
        if let Some(HistoryError::Unreadable { .. }) = cause.downcast_ref::<HistoryError>() {
            return Some(
                "load that month's exports again, they lie in originals/: seatdrift import FOLDER"
                    .to_owned(),
            );
        }
        if let Some(TrainError::NoHistory) = cause.downcast_ref::<TrainError>() {
            return Some("load months first: seatdrift import FOLDER".to_owned());
        }
        None
    })
}

fn of_intake(error: &IntakeError) -> Option<String> {
    match error {
        IntakeError::GivenTwice { .. } => Some("give each export once".to_owned()),
        IntakeError::SameName { .. } => Some("rename one of them".to_owned()),
        IntakeError::OtherTenant { .. } => Some(
            "is this another MSP's export? if it is yours, put this line into seatdrift.toml:\n\
             accept_unknown_clients = true"
                .to_owned(),
        ),
        IntakeError::Ingest(error) => error.hint(),
        IntakeError::File(_) | IntakeError::NoName { .. } | IntakeError::NothingRead { .. } => None,
    }
}

fn of_workspace(error: &WorkspaceError) -> Option<String> {
    match error {
        WorkspaceError::NotFound { .. } => Some(
            "make one with `seatdrift init DIR`, or name one with `--workspace DIR`".to_owned(),
        ),
        WorkspaceError::Exists { .. } => {
            Some("use it with `--workspace DIR`, or name another folder".to_owned())
        }
        WorkspaceError::ProductList(_) => Some(
            "a list needs a column of names and one of other names or codes; \
             or take it out of product_lists in seatdrift.toml"
                .to_owned(),
        ),
        WorkspaceError::Config { .. } | WorkspaceError::File(_) => None,
    }
}
