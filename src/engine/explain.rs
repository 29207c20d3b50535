//! Every number behind one suggestion, finding or flag of a run.

use crate::error::EngineError;
use crate::history::History;
use crate::workspace::Workspace;
use seatdrift_core::domain::Month;
use seatdrift_core::run::Run;
use seatdrift_core::run::line_months::LineMonths;
use seatdrift_core::score::ChartMonths;
use seatdrift_report::{Explained, Explanation, explanation, explanation_html};

/// What a run says under an id.
///
/// # Errors
///
/// [`EngineError::UnknownId`] where nothing has it.
pub fn explain<'run>(run: &'run Run, id: &str) -> Result<Explanation<'run>, EngineError> {
    explanation(run, id)
        .ok_or_else(|| EngineError::UnknownId { id: id.to_owned(), month: run.month })
}

/// An explanation as a page with its chart: one file to keep, print or mail.
///
/// # Errors
///
/// [`EngineError`] when the months before cannot be read.
pub fn page(
    workspace: &Workspace,
    month: Month,
    explanation: &Explanation<'_>,
) -> Result<Vec<u8>, EngineError> {
    // What was bought and billed of a finding's line; nothing for what is no finding.
    let months = match explanation.of {
        Explained::Finding(finding) => {
            ChartMonths::read(&History::new(workspace.history()), month)?.of_finding(finding)
        }
        _ => LineMonths::default(),
    };
    Ok(explanation_html(explanation, &months).into_bytes())
}
