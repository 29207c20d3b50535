//! What a month is scored from: which reading of which source, and how old it is.

use jiff::civil::Date;

use crate::error::ConnectError;
use crate::pulled::{ReadingNote, readings};
use crate::source::{About, Holds};
use crate::tenant::{Tenant, tenants};
use seatdrift_core::domain::{Month, Side};
use seatdrift_engine::score::GivenFile;
use seatdrift_engine::workspace::Workspace;

/// What is asked of the readings.
#[derive(Debug, Clone)]
pub struct Choice<'a> {
    /// The month that is scored.
    pub month: Month,
    /// The day of it that is compared, where it is not the whole month.
    pub as_of: Option<Date>,
    /// The sides whose sources are taken.
    pub sides: &'a [Side],
    /// Sources that are left out.
    pub without: &'a [String],
    /// The day it is, where the MSP is.
    pub today: Date,
}

/// The files of a month, and what their reader should know.
#[derive(Debug, Default)]
pub struct Chosen {
    /// What was pulled, vendors' first.
    pub files: Vec<GivenFile>,
    /// Readings that are old, and sources that have nothing, in sentences.
    pub notes: Vec<String>,
}

/// Chooses a reading of each source.
///
/// # Errors
///
/// [`ConnectError::NotRead`] where a source was not read when it had to be, [`ConnectError::NothingToCompare`] where
/// a side has no row at all.
pub fn chosen(workspace: &Workspace, choice: &Choice<'_>) -> Result<Chosen, ConnectError> {
    if let Some(day) = choice.as_of.filter(|day| Month::of(*day) != Some(choice.month)) {
        return Err(ConnectError::NotInMonth { day, month: choice.month });
    }
    for name in choice.without {
        tenants(&workspace.config, Some(name))?;
    }
    let mut chosen = Chosen::default();
    let mut why = Vec::new();
    for side in [Side::Vendor, Side::Psa] {
        if !choice.sides.contains(&side) {
            continue;
        }
        let all = tenants(&workspace.config, None).or_else(|error| match error {
            ConnectError::NoSources => Ok(Vec::new()),
            other => Err(other),
        })?;
        let of_side: Vec<Tenant<'_>> = all
            .into_iter()
            .filter(|tenant| {
                tenant.system.side == side && !choice.without.contains(&tenant.config.name)
            })
            .collect();
        if of_side.is_empty() {
            return Err(ConnectError::NoSide { side });
        }
        let n_before = chosen.files.len();
        let mut empty = Vec::new();
        for tenant in of_side {
            let note = reading(workspace, tenant, choice)?;
            let files = files(workspace, tenant, &note, choice);
            if files.is_empty() {
                let said = if note.notes.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", note.notes.join("; "))
                };
                empty.push(format!("{} has no row for {}{said}", note.source, choice.month));
            }
            chosen.files.extend(files);
            chosen.notes.extend(age(&note, choice));
        }
        match chosen.files.len() == n_before {
            true => why.append(&mut empty),
            false => chosen.notes.append(&mut empty),
        }
    }
    if why.is_empty() { Ok(chosen) } else { Err(ConnectError::NothingToCompare { why }) }
}

/// The newest reading of a source that speaks of the month, or of the day.
fn reading(
    workspace: &Workspace,
    tenant: Tenant<'_>,
    choice: &Choice<'_>,
) -> Result<ReadingNote, ConnectError> {
    let name = &tenant.config.name;
    let mut all = readings(workspace, name)?;
    let last = all.last().map(|note| note.day);
    let in_month = |day: Date| Month::of(day) == Some(choice.month);
    let fits = |note: &ReadingNote| match (choice.as_of, tenant.system.holds) {
        (Some(day), _) => {
            note.month == choice.month && in_month(note.day) && note.day <= day && has_seats(note)
        }
        (None, Holds::Months) => note.month == choice.month,
        (None, Holds::Today) => note.month == choice.month && in_month(note.day),
    };
    let found = all.iter().rposition(fits).map(|position| all.swap_remove(position));
    found.ok_or_else(|| ConnectError::NotRead {
        source_name: name.clone(),
        when: match choice.as_of {
            Some(day) => format!("on {day} nor before in {}", choice.month),
            None => format!("in {}", choice.month),
        },
        last,
    })
}

fn has_seats(note: &ReadingNote) -> bool {
    note.files.iter().any(|file| file.about.is(About::Day)) || note.n_rows() == 0
}

fn files(
    workspace: &Workspace,
    tenant: Tenant<'_>,
    note: &ReadingNote,
    choice: &Choice<'_>,
) -> Vec<GivenFile> {
    let folder = note.folder(workspace);
    let wanted = match choice.as_of {
        Some(_) => About::Day,
        None => About::Month,
    };
    let fits = note.files.iter().filter(|file| file.about.is(wanted));
    let read_words = match age(note, choice) {
        Some(old) => old,
        None => format!("{} was read on {}", note.source, note.day),
    };
    let words = match choice.as_of {
        Some(day) => format!("what is in force on {day} is compared: {read_words}"),
        None => read_words,
    };
    let given = |file: &crate::pulled::FileNote| GivenFile {
        side: tenant.system.side,
        path: folder.join(&file.file),
        notes: vec![words.clone()],
    };
    fits.map(given).collect()
}

/// That a reading is old, in a sentence without its end.
fn age(note: &ReadingNote, choice: &Choice<'_>) -> Option<String> {
    let meant = choice.as_of.unwrap_or_else(|| choice.today.min(choice.month.last_day()));
    let days = note.day.until(meant).map_or(0, |span| span.get_days());
    let words = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    (days > 0).then(|| format!("{} was read on {}, {words} before {meant}", note.source, note.day))
}
