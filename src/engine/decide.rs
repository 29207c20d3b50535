//! A file of decisions → those that say something new join the workspace's.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::decision_store::{self, LIMIT, passed_over};
use crate::error::EngineError;
use crate::files;
use crate::history::History;
use crate::workspace::LockedWorkspace;
use seatdrift_core::decisions::{DecisionError, parse};
use seatdrift_core::domain::{Decision, EntityKind, Month, Subject};
use seatdrift_core::learn::warnings;
use seatdrift_core::months::PastMonths;
use seatdrift_core::score::names_known;
use seatdrift_ingest::text_of;

/// What came of a file of decisions.
#[derive(Debug, Serialize)]
pub struct Decided {
    /// Decisions that were appended.
    pub appended: usize,
    /// Decisions of the file that say nothing new.
    pub already_there: usize,
    /// What is odd about them: names nobody has seen, answers taken back, rows that are passed over.
    pub notes: Vec<String>,
}

/// Appends the decisions of a file that say something new.
///
/// # Errors
///
/// [`EngineError::Decisions`] with the first cell of the file that cannot be understood: nothing is
/// appended then.
pub fn decide(workspace: &LockedWorkspace, file: &Path) -> Result<Decided, EngineError> {
    let given = given(file)?;
    let n_given = given.len();
    let own = decision_store::written(workspace)?;
    let passed_over = passed_over(&own);
    let fresh = fresh(own.decisions, given);
    let notes = [notes(workspace, &fresh)?, passed_over].concat();
    decision_store::append(workspace, &fresh)?;
    Ok(Decided { appended: fresh.len(), already_there: n_given - fresh.len(), notes })
}

/// What is odd about new decisions; nothing while no month is stored that they could be about.
fn notes(workspace: &LockedWorkspace, fresh: &[Decision]) -> Result<Vec<String>, EngineError> {
    let history = History::new(workspace.history());
    let months = history.months()?;
    if months.is_empty() || fresh.is_empty() {
        return Ok(Vec::new());
    }
    let of_months =
        |months: &[Month]| Ok::<_, EngineError>(names_known(&history.lines(months)?, &[]));
    let (names, newest) = (of_months(&months)?, of_months(&months[months.len() - 1..])?);
    let kinds = [EntityKind::Client, EntityKind::Sku];
    Ok(kinds.into_iter().flat_map(|kind| warnings(kind, fresh, &names, &newest)).collect())
}

/// The decisions among those given that say something new: those that the last word on the same thing does
/// not say already, and that were not made at the same moment before. So a file given twice changes nothing,
/// and going back on a decision is a new one.
pub(crate) fn fresh(known: Vec<Decision>, given: Vec<Decision>) -> Vec<Decision> {
    let mut words: BTreeMap<About, Vec<Decision>> = BTreeMap::new();
    for decision in known {
        words.entry(about(&decision)).or_default().push(decision);
    }
    let mut fresh = Vec::new();
    for decision in given {
        let words = words.entry(about(&decision)).or_default();
        let is_old =
            words.last() == Some(&decision) || (decision.at.is_some() && words.contains(&decision));
        if !is_old {
            words.push(decision.clone());
            fresh.push(decision);
        }
    }
    fresh
}

/// What a decision is about: its subject, its clients and SKUs, and the month of a flag.
type About = (Subject, [Option<String>; 4], Option<Month>);

fn about(decision: &Decision) -> About {
    let keys =
        [&decision.vendor_client, &decision.psa_client, &decision.vendor_sku, &decision.psa_sku];
    (decision.subject, keys.map(Clone::clone), decision.month)
}

/// The decisions of a file that is given: all of them, or none and the cell at fault.
fn given(path: &Path) -> Result<Vec<Decision>, EngineError> {
    parsed(path, &files::read(path, LIMIT)?)
}

/// The decisions of a file, none where there is no file.
pub(crate) fn given_if_present(path: &Path) -> Result<Vec<Decision>, EngineError> {
    match files::read_if_present(path, LIMIT)? {
        Some(bytes) => parsed(path, &bytes),
        None => Ok(Vec::new()),
    }
}

/// A spreadsheet saves a file it was given in the encoding of its country.
fn parsed(path: &Path, bytes: &[u8]) -> Result<Vec<Decision>, EngineError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let file = name.unwrap_or_default();
    match text_of(bytes) {
        Ok(text) => Ok(parse(&file, text.as_bytes())?),
        Err(found) => Err(DecisionError::NotDecisions { file, found: found.to_owned() })?,
    }
}
