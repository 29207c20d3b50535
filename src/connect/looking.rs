//! What can be read of each source, and what was.

use serde::Serialize;

use crate::error::ConnectError;
use crate::manners::{Polite, Queues};
use crate::pull::Outside;
use crate::pulled::{ReadingNote, readings, was_broken_off};
use crate::reading::{Keeper, Kept, run};
use crate::source::{Count, Running, Wanted};
use crate::tenant::{Tenant, day_of, tenants};
use seatdrift_core::domain::Month;
use seatdrift_engine::files::FileError;
use seatdrift_engine::workspace::Workspace;

/// How long a check may take.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(120);

/// Whether a source can be read.
pub struct Checked {
    /// Its name.
    pub name: String,
    /// Its system, as people say it.
    pub system: &'static str,
    /// The least rights its keys need.
    pub rights: &'static str,
    /// How much of what there is, or what is wrong.
    pub found: Result<Vec<Count>, ConnectError>,
}

/// What was read of a source.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// The word of its system.
    pub system: String,
    /// The last reading; `None` where it was never read.
    pub last: Option<ReadingNote>,
    /// Whether a pull was broken off since.
    pub unfinished: bool,
}

/// Asks each source as little as shows that it can be read.
///
/// # Errors
///
/// [`ConnectError`] where there is no such source.
pub fn check(
    workspace: &Workspace,
    only: Option<&str>,
    outside: &Outside<'_>,
) -> Result<Vec<Checked>, ConnectError> {
    let day = day_of(workspace, outside.time.now());
    let month = Month::of(day).expect("today is in a month");
    let wanted = Wanted { month, day, page_size: 1 };
    let checked = tenants(&workspace.config, only)?.into_iter().map(|tenant| Checked {
        name: tenant.config.name.clone(),
        system: tenant.system.title,
        rights: tenant.system.rights,
        found: found(workspace, tenant, wanted, outside),
    });
    Ok(checked.collect())
}

fn found(
    workspace: &Workspace,
    tenant: Tenant<'_>,
    wanted: Wanted,
    outside: &Outside<'_>,
) -> Result<Vec<Count>, ConnectError> {
    let told = tenant.told(&workspace.root)?;
    let queues = Queues::default();
    let (time, manners) = (outside.time, tenant.system.manners);
    let mut polite =
        Polite::new(outside.transport, (time, &queues), manners, outside.seed, LONGEST);
    let asker = tenant.asker(&told);
    let running = Running::new(&asker, (tenant.system.check)(&told, &asker, wanted));
    Ok(run(running, &told, &mut polite, &mut Nothing, &|_, _| ())?)
}

/// Keeps nothing.
struct Nothing;

impl Keeper for Nothing {
    fn found(&mut self, _: &str) -> Option<crate::ask::Answer> {
        None
    }

    fn keep(&mut self, _: Kept) -> Result<(), FileError> {
        Ok(())
    }
}

/// The sources of a workspace, with the last reading of each.
///
/// # Errors
///
/// [`ConnectError::NotAReading`] for a folder that no pull writes.
pub fn list(workspace: &Workspace) -> Result<Vec<Listed>, ConnectError> {
    let listed = workspace.config.sources.iter().map(|source| {
        Ok(Listed {
            name: source.name.clone(),
            system: source.system.clone(),
            last: readings(workspace, &source.name)?.pop(),
            unfinished: was_broken_off(workspace, &source.name)?,
        })
    });
    listed.collect()
}
