//! What is behind findings and flags: those with one cause get one id, whatever lines they are on.
//!
//! ```text
//! contracts     contracts that ended, with their lines
//! client_sides  clients that came or went on one side
//! findings      each finding's cause: the widest that explains it
//! words         what a cause says
//! flags         each flag's: that of the finding which says the same
//! ```

mod contracts;
mod client_sides;
mod findings;
mod flags;
mod words;

use crate::domain::ExportRow;
use crate::reconcile::Partners;
use crate::run::Run;

pub(super) use client_sides::ClientsBySide;
pub(super) use contracts::{EndedContract, ended_contracts};

/// What causes are read off, beside the run itself.
pub(super) struct Facts<'a> {
    /// The month's rows.
    pub rows: &'a [ExportRow],
    /// Who belongs to whom.
    pub partners: &'a Partners,
    /// Contracts that ended.
    pub contracts: &'a [EndedContract],
    /// Clients that one side alone has lines of.
    pub clients: &'a ClientsBySide,
}

/// Gives every finding and every flag of a run its cause, and the run the causes.
pub(super) fn assign(run: &mut Run, facts: &Facts<'_>) {
    let causes = findings::assign(&mut run.findings, facts, run.last_month.as_ref());
    flags::assign(&mut run.flags, &run.findings, facts);
    run.causes = causes;
}
