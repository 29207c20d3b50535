//! Every source is read, each by itself: whole, or not at all.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::answers::{Answers, Head};
use crate::error::ConnectError;
use crate::hour::Hour;
use crate::manners::{Polite, Queues};
use crate::pulled::{self, ReadingNote, files_of, noted, readings};
use crate::reading::run;
use crate::recording::record;
use crate::sheet::Sheet;
use crate::source::{About, Gathered, Holds, LINE, Running, Wanted};
use crate::tenant::{Tenant, day_of, tenants};
use crate::time::Time;
use crate::transport::Transport;
use seatdrift_core::domain::{Digest, Month};
use seatdrift_engine::files::{self, FileError};
use seatdrift_engine::workspace::Workspace;

/// How long one source may take, its waits included.
const LONGEST: Duration = Duration::from_secs(2 * 3600);

/// Of so many lines of the last reading at least nine tenths have to be there.
const FEWEST: usize = 5;

/// How long another command that writes to the workspace is waited for, in steps.
const TRIES: u32 = 600;

/// One of these steps.
const STEP: Duration = Duration::from_millis(100);

/// What is to be pulled.
#[derive(Debug, Clone)]
pub struct Request {
    /// The month; `None` for the one that runs.
    pub month: Option<Month>,
    /// The source; `None` for all.
    pub only: Option<String>,
    /// Whether much fewer lines than at the last reading are taken for true.
    pub fewer: Fewer,
    /// The largest page to ask for.
    pub page_size: usize,
    /// Where answers are recorded to be shown, without keys and names.
    pub record: Option<PathBuf>,
}

/// What becomes of a reading that has much fewer lines than the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fewer {
    /// It is an error.
    Refused,
    /// It is taken: somebody has looked.
    Accepted,
}

/// What is outside: the network, the time, chance.
pub struct Outside<'a> {
    /// Who answers.
    pub transport: &'a dyn Transport,
    /// What time it is.
    pub time: &'a dyn Time,
    /// What waits are jittered by.
    pub seed: u64,
}

/// What became of a source.
pub struct PulledSource {
    /// Its name.
    pub name: String,
    /// What was read, or why not.
    pub outcome: Outcome,
}

/// What became of a source.
pub enum Outcome {
    /// It was read whole.
    Read(ReadingNote),
    /// It cannot be read for that month, for the reason given.
    LeftOut(String),
    /// It was not, and what it was before is as it was.
    Failed(ConnectError),
}

/// Told what is asked for of which source, and how many asks of it went before.
pub type Progress<'a> = &'a (dyn Fn(&str, &str, usize) + Sync);

/// Reads the sources of a workspace, side by side: one that fails stops itself alone.
///
/// # Errors
///
/// [`ConnectError`] where none can be begun.
pub fn pull(
    workspace: &Workspace,
    request: &Request,
    outside: &Outside<'_>,
    progress: Progress<'_>,
) -> Result<Vec<PulledSource>, ConnectError> {
    let now = outside.time.now();
    let day = day_of(workspace, now);
    let running = Month::of(day).expect("today is in a month");
    let month = request.month.unwrap_or(running);
    if month > running {
        return Err(ConnectError::NotBegun { month, day });
    }
    let tenants = tenants(&workspace.config, request.only.as_deref())?;
    files::create_folder(&workspace.pulled())?;
    let _one_at_a_time = files::lock(&workspace.root.join(".seatdrift-pull.lock"))?;
    let pulling = Pulling {
        workspace,
        request,
        outside,
        queues: Queues::going_on(Hour::open(pulled::asked(workspace), now)?),
        wanted: Wanted { month, day, page_size: request.page_size },
        now,
        one_writes: Mutex::new(()),
    };
    let outcomes = std::thread::scope(|scope| {
        let begun: Vec<_> = tenants
            .iter()
            .enumerate()
            .map(|(position, tenant)| {
                let pulling = &pulling;
                scope.spawn(move || pulling.source(*tenant, position as u64, progress))
            })
            .collect();
        let outcomes = begun
            .into_iter()
            .map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        outcomes.collect::<Vec<Outcome>>()
    });
    let names = tenants.iter().map(|tenant| tenant.config.name.clone());
    Ok(names.zip(outcomes).map(|(name, outcome)| PulledSource { name, outcome }).collect())
}

/// One pull.
struct Pulling<'a> {
    workspace: &'a Workspace,
    request: &'a Request,
    outside: &'a Outside<'a>,
    queues: Queues,
    wanted: Wanted,
    now: Timestamp,
    /// Held by the thread that writes to the workspace.
    one_writes: Mutex<()>,
}

impl Pulling<'_> {
    fn source(&self, tenant: Tenant<'_>, position: u64, progress: Progress<'_>) -> Outcome {
        if tenant.system.holds == Holds::Today && !self.wanted.is_running() {
            return Outcome::LeftOut(format!(
                "{} says what is in force today, not what was in {}",
                tenant.system.title, self.wanted.month
            ));
        }
        match self.read(tenant, position, progress) {
            Ok(note) => Outcome::Read(note),
            Err(error) => Outcome::Failed(error),
        }
    }

    fn read(
        &self,
        tenant: Tenant<'_>,
        position: u64,
        progress: Progress<'_>,
    ) -> Result<ReadingNote, ConnectError> {
        let name = &tenant.config.name;
        let told = tenant.told(&self.workspace.root)?;
        let head = self.head(tenant);
        let path = pulled::unfinished(self.workspace, name, self.wanted.month, self.wanted.day);
        let mut answers = Answers::open(&path, &head)?;
        let n_before = answers.n_found();
        let Outside { transport, time, seed } = *self.outside;
        let manners = tenant.system.manners;
        let mut polite =
            Polite::new(transport, (time, &self.queues), manners, seed ^ position, LONGEST);
        let asker = tenant.asker(&told);
        let running = Running::new(&asker, (tenant.system.read)(&told, &asker, self.wanted));
        let gathered = run(running, &told, &mut polite, &mut answers, &|what, n_asked| {
            progress(name, what, n_asked);
        });
        self.queues.save()?;
        // What went wrong is what is to be shown.
        if let Some(folder) = &self.request.record {
            record(folder, name, answers.kept())?;
        }
        let gathered = match gathered {
            Ok(gathered) => gathered,
            Err(stopped) => {
                // What was answered before a refusal may be a part of what there is.
                if !stopped.is_passing() {
                    answers.forget()?;
                }
                return Err(stopped.into());
            }
        };
        let (files, packed) = files_of(tenant.system.side, name, &gathered);
        let mut note = ReadingNote {
            source: name.clone(),
            system: tenant.system.word.to_owned(),
            month: self.wanted.month,
            day: self.wanted.day,
            at: answers.began,
            asked: polite.n_sent,
            continued: n_before,
            files,
            counts: gathered.counts.clone(),
            notes: gathered.notes.clone(),
            accepted_fewer: self.request.fewer == Fewer::Accepted,
        };
        match self.fewer(&note, &gathered) {
            Ok(gone) => note.notes.extend(gone),
            Err(much_fewer) => {
                answers.forget()?;
                return Err(much_fewer);
            }
        }
        self.store(&note, packed, &answers)?;
        answers.forget()?;
        Ok(note)
    }

    /// What makes two tries of a source one reading.
    fn head(&self, tenant: Tenant<'_>) -> Head {
        let told = serde_json::to_vec(&(&tenant.config.system, &tenant.config.settings));
        Head {
            month: self.wanted.month,
            day: self.wanted.day,
            told: Digest::of(&told.expect("texts are JSON")),
            began: self.now,
        }
    }

    fn store(
        &self,
        note: &ReadingNote,
        mut files: Vec<(String, Vec<u8>)>,
        answers: &Answers,
    ) -> Result<(), ConnectError> {
        files.push((pulled::ANSWERS.to_owned(), answers.packed()));
        files.push(noted(note));
        let _writes = self.one_writes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tries_left = TRIES;
        let locked = loop {
            match self.workspace.clone().lock() {
                Err(FileError::Locked { .. }) if tries_left > 0 => std::thread::sleep(STEP),
                other => break other?,
            }
            tries_left -= 1;
        };
        let change = locked.change();
        change.stage_folder(&note.folder(self.workspace), &files)?;
        Ok(change.commit()?)
    }

    /// Passes where about as many lines came as at the last reading of the same, and says whose are gone.
    fn fewer(
        &self,
        note: &ReadingNote,
        gathered: &Gathered,
    ) -> Result<Option<String>, ConnectError> {
        let mut gone = None;
        let before = readings(self.workspace, &note.source)?;
        for about in [About::Day, About::Month] {
            // Seats are those of a day, charges those of a month.
            let is_same = |one: &&ReadingNote| match about {
                About::Month => one.month == note.month,
                _ => self.wanted.is_running(),
            };
            let with_rows = before.iter().rev().filter(is_same).find(|one| one.n_about(about) > 0);
            let Some(before) = with_rows else { continue };
            let (n_before, n_now) = (before.n_about(about), note.n_about(about));
            let is_much = n_now == 0 || n_before >= FEWEST && n_now * 10 < n_before * 9;
            let day = before.day;
            let missing = self.missing(before, gathered, about)?;
            if is_much && self.request.fewer == Fewer::Refused {
                let missing = missing.map_or("their lines bear no ids".to_owned(), |(_, whose)| {
                    format!("missing are {whose}")
                });
                return Err(ConnectError::Fewer { before: n_before, day, now: n_now, missing });
            }
            if let (About::Day, Some((n_gone, whose))) = (about, missing) {
                let are = if n_gone == 1 { "is" } else { "are" };
                gone = Some(format!("{n_gone} of {n_before} lines of {day} {are} gone: {whose}"));
            }
        }
        Ok(gone)
    }

    /// How many lines of a reading are gone, and whose: the clients that lost most.
    fn missing(
        &self,
        before: &ReadingNote,
        gathered: &Gathered,
        about: About,
    ) -> Result<Option<(usize, String)>, ConnectError> {
        let same = gathered.exports.iter().filter(|export| export.about.is(about));
        let lines: HashSet<&str> =
            same.flat_map(|export| lines_of(&export.sheet)).map(|(line, _)| line).collect();
        let mut lost: BTreeMap<String, usize> = BTreeMap::new();
        for file in before.files.iter().filter(|file| file.about.is(about)) {
            let sheet = before.sheet(self.workspace, file)?;
            for (_, client) in lines_of(&sheet).filter(|(line, _)| !lines.contains(*line)) {
                *lost.entry(client.to_owned()).or_default() += 1;
            }
        }
        let mut most: Vec<(String, usize)> = lost.into_iter().collect();
        most.sort_by_key(|(client, n_lines)| (std::cmp::Reverse(*n_lines), client.clone()));
        let named: Vec<String> =
            most.iter().take(3).map(|(client, n_lines)| format!("{n_lines} of {client}")).collect();
        let more = if most.len() > 3 {
            format!(" and of {} more clients", most.len() - 3)
        } else {
            String::new()
        };
        let n_gone: usize = most.iter().map(|(_, n_lines)| n_lines).sum();
        Ok((n_gone > 0).then(|| (n_gone, format!("{}{more}", named.join(", ")))))
    }
}

/// The id and the client of each line of the day.
fn lines_of(sheet: &Sheet) -> impl Iterator<Item = (&str, &str)> {
    let column = |fits: &dyn Fn(&str) -> bool| sheet.header.iter().position(|name| fits(name));
    let line = column(&|name| name == LINE);
    let client = column(&|name| {
        let name: String =
            name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        ["companyname", "customername", "clientname", "accountname", "account", "client"]
            .contains(&name.as_str())
    });
    sheet.rows.iter().map(move |row| {
        let of = |column: Option<usize>| {
            column.and_then(|column| row.get(column)).map_or("", String::as_str)
        };
        (of(line), of(client))
    })
}
