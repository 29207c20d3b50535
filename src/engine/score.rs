//! One month's pair of exports → a run, and the month joins the history.

use jiff::Timestamp;

use crate::decision_store::{self, passed_over};
use crate::error::EngineError;
use crate::files;
use crate::history::History;
use crate::intake::{self, Intake, read_month, same_tenant};
pub use crate::intake::{Exports, GivenFile};
use crate::model_store::current_models;
use crate::run_store;
use crate::workspace::LockedWorkspace;
use seatdrift_core::decisions::in_force;
use seatdrift_core::domain::{Month, Side};
use seatdrift_core::learn::Progress;
use seatdrift_core::months::PastMonths;
use seatdrift_core::run::{ComparedLine, Run};
use seatdrift_core::score::{MonthInputs, ScoredMonth, score_month};

/// A month that was scored and written.
#[derive(Debug)]
pub struct Scored {
    /// What the scoring said.
    pub run: Run,
    /// Every line that was compared.
    pub lines: Vec<ComparedLine>,
    /// The history had the month before: it is replaced.
    pub replaced: bool,
    /// The decisions that cannot be understood and are passed over, in words.
    pub passed_over: Vec<String>,
}

/// Scores a month at a moment and writes what it said. Everything is computed before anything is written.
///
/// # Errors
///
/// [`EngineError`] for what cannot be read, computed from or written.
pub fn score(
    workspace: &LockedWorkspace,
    exports: &Exports,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Scored, EngineError> {
    progress("reading the exports and the months before");
    let month = exports.month;
    let history = History::new(workspace.history());
    let stored = history.months()?;
    let before: Vec<Month> = stored.iter().copied().filter(|one| *one < month).collect();
    let (intake, (before, decisions)) = rayon::join(
        || read_month(exports, &workspace.config),
        || rayon::join(|| history.lines(&before), || decision_store::written(workspace)),
    );
    let (mut intake, before, decisions) = (intake?, before?, decisions?);
    let passed_over = passed_over(&decisions);
    let decisions = in_force(decisions.decisions);
    if !workspace.config.accept_unknown_clients {
        same_tenant(&intake.rows, &before)?;
    }
    let models = current_models(&workspace.models())?;
    let aliases = workspace.product_aliases()?;
    let inputs = MonthInputs {
        settings: &workspace.config.settings(),
        month,
        day: intake.day,
        rows: &intake.rows,
        rejected: &intake.rejected,
        stated: &intake.stated,
        history: &history,
        decisions: &decisions,
        models: &models,
        aliases: &aliases,
    };
    progress("matching, comparing and judging");
    // Packing fills the pauses of the other.
    let (scored, (packed, inputs_read)) = rayon::join(
        || score_month(&inputs, before),
        || (History::pack(&intake.rows), intake.inputs()),
    );
    let scored = scored?.from_files(inputs_read, now);
    // A large month is a million texts: nobody waits until they are given back, and writing has room for others.
    let rows = std::mem::take(&mut intake.rows);
    rayon::spawn(move || drop((rows, decisions)));
    progress("writing the report");
    write(workspace, &history, (&intake, &packed?), &scored)?;
    let ScoredMonth { run, scores, lines } = scored;
    rayon::spawn(move || drop((intake, scores)));
    Ok(Scored { run, lines, replaced: stored.contains(&month), passed_over })
}

fn write(
    workspace: &LockedWorkspace,
    history: &History,
    (intake, packed): (&Intake, &[u8]),
    scored: &ScoredMonth,
) -> Result<(), EngineError> {
    let month = scored.run.month;
    let change = workspace.change();
    let (kept, stored) = rayon::join(
        || change.stage_sealed_folder(&workspace.originals(month), &intake.originals),
        || history.store(&change, month, packed),
    );
    kept?;
    stored?;
    run_store::stage(workspace, &change, &scored.run, &scored.scores, &scored.lines)?;
    change.commit()?;
    history.keep_sums();
    Ok(())
}

/// Scores a month again from the exports it was scored from, as they were received.
///
/// # Errors
///
/// [`EngineError::NoOriginals`] where they are gone; else as [`score`].
pub fn score_again(
    workspace: &LockedWorkspace,
    month: Month,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Scored, EngineError> {
    score(workspace, &originals(workspace, month)?, now, progress)
}

/// The stored exports of a scored month, in the order they were given.
fn originals(workspace: &LockedWorkspace, month: Month) -> Result<Exports, EngineError> {
    let mut given: Vec<(Side, String)> = Vec::new();
    let mut add = |side: Side, file: &str| {
        if !given.iter().any(|(_, known)| known == file) {
            given.push((side, file.to_owned()));
        }
    };
    // The history has the files in the order they were read; one without rows stands in the run alone.
    for row in &History::new(workspace.history()).rows(month)? {
        add(row.side, &row.place.file);
    }
    let folder = workspace.originals(month);
    let run = run_store::stored_run(workspace, Some(month))?;
    for file in &run.summary.files {
        if files::is_file(&folder.join(&file.file))? {
            add(file.side, &file.file);
        }
    }
    let known = |name: &str| run.inputs.iter().find(|input| input.file == name);
    let of = |wanted: Side| given.iter().filter(move |(side, _)| *side == wanted);
    let file = |(side, name): &(Side, String)| GivenFile {
        side: *side,
        path: folder.join(name),
        // What is found again is not said twice.
        notes: known(name).map(|input| input.notes.clone()).unwrap_or_default(),
    };
    let files: Vec<GivenFile> = of(Side::Vendor).chain(of(Side::Psa)).map(file).collect();
    if [Side::Vendor, Side::Psa].iter().any(|side| of(*side).next().is_none()) {
        return Err(EngineError::NoOriginals { month, folder });
    }
    for file in &files {
        files::read_sealed(&file.path, intake::LIMIT)?.1?;
    }
    let day = run.inputs.iter().find_map(|input| input.day);
    Ok(Exports { month, day, files })
}
