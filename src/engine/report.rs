//! A scored month's files again, with what people decided since.

use crate::decision_store;
use crate::error::EngineError;
use crate::history::History;
use crate::run_store;
use crate::workspace::LockedWorkspace;
use seatdrift_core::domain::{Decision, Month, Verdict};
use seatdrift_core::months::PastMonths;
use seatdrift_core::run::Run;
use seatdrift_core::score::{names_known, raise};

/// A run whose files were written again.
#[derive(Debug)]
pub struct Reported {
    /// The run.
    pub run: Run,
    /// What was decided since the scoring and takes more than writing the files again, in words.
    pub left_out: Option<String>,
}

/// Writes the files of a scored month again, of the newest one where none is asked for, with what people
/// decided to have fixed since it was scored.
///
/// # Errors
///
/// [`EngineError`] for what cannot be read or written.
pub fn report(workspace: &LockedWorkspace, month: Option<Month>) -> Result<Reported, EngineError> {
    let mut run = run_store::stored_run(workspace, month)?;
    let decisions = decision_store::standing(workspace)?;
    decided_since(workspace, &mut run, &decisions)?;
    run_store::rewrite(workspace, &run)?;
    let left_out = left_out(&run, &decisions);
    Ok(Reported { run, left_out })
}

/// What people decided to have fixed, decisions made since the scoring included.
fn decided_since(
    workspace: &LockedWorkspace,
    run: &mut Run,
    decisions: &[Decision],
) -> Result<(), EngineError> {
    let history = History::new(workspace.history());
    let months: Vec<Month> =
        history.months()?.into_iter().filter(|month| *month <= run.month).collect();
    let names = names_known(&history.lines(&months)?, &[]);
    Ok(raise(run, decisions, &names, &history)?)
}

fn left_out(run: &Run, decisions: &[Decision]) -> Option<String> {
    let month = run.month;
    let is_taken_in = |one: &&Decision| matches!(one.verdict, Verdict::FixPsa | Verdict::FixVendor);
    let Some(used) = &run.decisions else {
        return decisions.iter().any(|one| !is_taken_in(&one)).then(|| {
            format!(
                "an earlier version scored {month} and did not write down which decisions it used: \
                 score {month} again to take in what was decided since"
            )
        });
    };
    let n = used.later(decisions).into_iter().filter(|one| !is_taken_in(one)).count();
    let were = if n == 1 { "1 decision was".to_owned() } else { format!("{n} decisions were") };
    (n > 0).then(|| {
        format!(
            "{were} made since about names, flags or lines settled: score {month} again to take them in"
        )
    })
}
