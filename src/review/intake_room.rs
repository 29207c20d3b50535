//! Files in: dropped or chosen on the page, recognised, asked about where a column is not clear, then scored.
//!
//! A file waits in `incoming/` of the workspace until its month is scored. What nobody could read leaves
//! nothing there.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use jiff::tz::TimeZone;

use super::ReviewError;
use super::decision_from_form::{Fields, field};
use super::handlers::{Handlers, see};
use super::intake_scoring::Scoring;
use super::layout::{Reloads, rendered};
use super::refusal::{Refusal, sentence};
use super::rooms::Room;
use super::state::ReviewState;
use seatdrift_core::domain::Month;
use seatdrift_core::run::numbers;
use seatdrift_engine::clock::Clock;
use seatdrift_engine::error::{EngineError, with_causes};
use seatdrift_engine::incoming::{self, NotTaken, Receiving};
use seatdrift_engine::workspace::Workspace;
use seatdrift_ingest::Recognised;

/// What the page knows of files that wait.
pub(super) struct Intake {
    workspace: Mutex<Workspace>,
    clock: Clock,
    files: Mutex<BTreeMap<String, Seems>>,
    /// What the last files that were given came to, in sentences.
    told: Mutex<Vec<String>>,
    pub(super) scoring: Mutex<Scoring>,
}

/// What a file seems to be.
#[derive(Debug, Clone)]
enum Seems {
    /// An export.
    Export(Box<Recognised>),
    /// One of which something has to be said first.
    Unclear {
        /// What is not clear.
        words: String,
    },
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow"><article class="card room" id="card"><h1 id="what" tabindex="-1">Files</h1>
{% if let Some(doing) = doing %}<p role="status">{{ doing }} …</p><progress aria-label="Scoring"></progress><p class="note">This page loads itself again until it is done.</p>{% else %}
{% if !failed.is_empty() %}<p class="problem" role="alert">{{ failed }}</p>{% endif %}{% if !done.is_empty() %}<p class="answered" role="status">{{ done }} <a href="/home">See what it says</a></p>{% endif %}
<p class="why">The exports of a month: what vendors charge you, and what your PSA bills. What the files are called does not matter.</p>
<form method="post" action="/files" enctype="multipart/form-data" class="drop" data-drop><input type="hidden" name="csrf" value="{{ csrf }}"><label>Drop exports here, or choose them <input type="file" name="files" multiple accept=".csv,.tsv,.xlsx,.xlsm,.xlsb,.xls,.ods,.zip,.gz"></label><button class="main">Read them</button><small>CSV or a spreadsheet, at most {{ limit }} MiB each. They stay on this computer.</small></form>
{% if is_new %}<p class="note">To look around first: <code>seatdrift demo</code> makes a sample, and <code>seatdrift open seatdrift-demo</code> shows it.</p>{% endif %}
{% for words in told %}<p class="problem" role="alert">{{ words }}</p>{% endfor %}
{% if !files.is_empty() %}<form method="post" action="/files/score" id="score"><input type="hidden" name="csrf" value="{{ csrf }}"><ul class="given">{% for file in files %}<li><div><b>{{ file.name }}</b><small>{{ file.words }}</small></div>{% if file.is_clear %}<input type="hidden" name="name-{{ loop.index0 }}" value="{{ file.name }}"><label>It is <select name="side-{{ loop.index0 }}">{% if file.asks_side %}<option value="">– which? –</option>{% endif %}<option value="vendor"{% if file.side == "vendor" %} selected{% endif %}>what a vendor charges</option><option value="psa"{% if file.side == "psa" %} selected{% endif %}>what we bill</option></select></label><label>Month <input name="month-{{ loop.index0 }}" value="{{ file.month }}" placeholder="YYYY-MM" autocomplete="off" size="8"></label>{% else %}<a class="button main" href="{{ file.columns }}">Say what its columns are</a>{% endif %}<button class="quiet" name="away" value="{{ file.name }}" formaction="/files/away" aria-label="Put away {{ file.name }}">Put away</button></li>{% endfor %}</ul>
{% if has_clear %}<p><button class="main">That is right: score</button></p>{% endif %}</form>{% endif %}{% endif %}
</article></main>"##
)]
struct FilesView<'a> {
    csrf: &'a str,
    doing: Option<String>,
    failed: String,
    done: String,
    limit: u64,
    told: Vec<String>,
    /// Whether no month is scored yet.
    is_new: bool,
    files: Vec<FileView>,
    has_clear: bool,
}

struct FileView {
    name: String,
    words: String,
    is_clear: bool,
    asks_side: bool,
    side: &'static str,
    month: String,
    columns: String,
}

impl Intake {
    /// Of a workspace; files that wait there already are looked at when they are first shown.
    pub(super) fn new(workspace: Workspace, clock: Clock) -> Self {
        Self {
            workspace: Mutex::new(workspace),
            clock,
            files: Mutex::default(),
            told: Mutex::default(),
            scoring: Mutex::default(),
        }
    }

    pub(super) fn workspace(&self) -> Workspace {
        locked(&self.workspace).clone()
    }

    /// The workspace itself, for who changes what it says.
    pub(super) fn workspace_mut(&self) -> MutexGuard<'_, Workspace> {
        locked(&self.workspace)
    }

    /// What is not clear of a file; empty where it is.
    pub(super) fn unclear(&self, name: &str) -> String {
        match locked(&self.files).get(name) {
            Some(Seems::Unclear { words }) => words.clone(),
            _ => String::new(),
        }
    }

    /// Begins to receive a file.
    pub(super) fn begin(&self, name: &str) -> Result<Receiving, NotTaken> {
        Receiving::begin(&locked(&self.workspace), name)
    }

    /// Says why a file was not taken.
    pub(super) fn tell(&self, words: &str) {
        locked(&self.told).push(sentence(words));
    }

    /// Looks at a file that came whole. One that is no export is put away.
    pub(super) fn look_at(&self, name: &str) {
        let workspace = self.workspace();
        let Some(usual) = self.usual_month() else { return };
        match incoming::recognised(&workspace, name, usual) {
            Ok(found) => {
                locked(&self.files).insert(name.to_owned(), Seems::Export(Box::new(found)));
            }
            Err(error) => {
                let words = said(&error);
                if incoming::is_asked(&error) {
                    locked(&self.files).insert(name.to_owned(), Seems::Unclear { words });
                    return;
                }
                self.tell(&words);
                if let Err(error) = incoming::put_away(&workspace, name) {
                    self.tell(&with_causes(&error));
                }
            }
        }
    }

    /// The files that wait, each looked at.
    fn seen(&self) -> Result<Vec<(String, Seems)>, ReviewError> {
        let waiting = incoming::waiting(&self.workspace())?;
        for name in &waiting {
            if !locked(&self.files).contains_key(name) {
                self.look_at(name);
            }
        }
        let files = locked(&self.files);
        let seen = waiting.into_iter().filter_map(|name| {
            let seems = files.get(&name)?.clone();
            Some((name, seems))
        });
        Ok(seen.collect())
    }

    /// The month whose exports one has now: the one before today's.
    fn usual_month(&self) -> Option<Month> {
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        Month::of(today).map(|month| month.plus(-1))
    }

    pub(super) fn forget(&self, name: &str) {
        locked(&self.files).remove(name);
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn said(error: &EngineError) -> String {
    with_causes(error)
}

fn file_view(name: String, seems: Seems, usual: Option<Month>) -> FileView {
    let columns = super::filter::address("/files/columns", &[("name", name.clone())]);
    match seems {
        Seems::Unclear { words } => FileView {
            words: sentence(&words),
            is_clear: false,
            asks_side: false,
            side: "",
            month: String::new(),
            columns,
            name,
        },
        Seems::Export(found) => {
            let month = found.month.or(usual);
            let mut words = vec![found.format.title.to_owned()];
            words.extend(found.month.map(numbers::long_month));
            words.push(numbers::counted(found.rows, "row", "rows"));
            words.push(found.money.to_string());
            if 0 < found.rejected {
                words.push(format!(
                    "{} unreadable",
                    numbers::counted(found.rejected, "row", "rows")
                ));
            }
            words.extend(found.notes.iter().cloned());
            FileView {
                words: words.join(" · "),
                is_clear: true,
                asks_side: !found.is_sure_of_side,
                side: if found.is_sure_of_side { found.side.word() } else { "" },
                month: month.map(|month| month.to_string()).unwrap_or_default(),
                columns,
                name,
            }
        }
    }
}

impl Handlers {
    pub(super) fn files_page(&self) -> Result<Response, Refusal> {
        let intake = &self.review.intake;
        let scoring = locked(&intake.scoring).clone();
        let seen = intake.seen()?;
        // A PSA's export says no month: it is most likely that of the others.
        let known = seen.iter().filter_map(|(_, seems)| match seems {
            Seems::Export(found) => found.month,
            Seems::Unclear { .. } => None,
        });
        let usual = known.max().or_else(|| intake.usual_month());
        let files: Vec<FileView> =
            seen.into_iter().map(|(name, seems)| file_view(name, seems, usual)).collect();
        let (doing, done, failed) = match scoring {
            Scoring::Idle => (None, String::new(), String::new()),
            Scoring::Running(doing) => (Some(doing), String::new(), String::new()),
            Scoring::Ended(Ok(done)) => (None, done, String::new()),
            Scoring::Ended(Err(failed)) => (None, String::new(), failed),
        };
        let reloads = if doing.is_some() { Reloads::EverySecond } else { Reloads::No };
        let view = FilesView {
            csrf: &self.guard.csrf,
            doing,
            failed,
            done,
            limit: incoming::LIMIT >> 20,
            is_new: self.review.state.get().is_none(),
            told: std::mem::take(&mut *locked(&intake.told)),
            has_clear: files.iter().any(|file| file.is_clear),
            files,
        };
        let body = rendered(&view);
        Ok(Html(self.files_frame("Files", body, reloads)?).into_response())
    }

    /// Puts a file away that waits.
    pub(super) fn put_away(&self, fields: &Fields) -> Result<Response, Refusal> {
        self.own_form(fields)?;
        let name = field(fields, "away");
        let intake = &self.review.intake;
        incoming::put_away(&intake.workspace(), name).map_err(ReviewError::from)?;
        intake.forget(name);
        Ok(see("/files".to_owned()))
    }

    /// The page of files around its body: with everything where a month is scored, else alone.
    pub(super) fn files_frame(
        &self,
        title: &str,
        body: String,
        reloads: Reloads,
    ) -> Result<String, Refusal> {
        match self.review.state.get() {
            Some(_) => {
                let state: MutexGuard<'_, ReviewState> = self.state()?;
                self.room_page_reloading(&state, Room::Files, title, body, reloads)
            }
            None => Ok(rendered(&Alone {
                title,
                msp: &self.review.intake.workspace().config.name,
                reloads: reloads == Reloads::EverySecond,
                body,
            })),
        }
    }
}

/// A page before any month is scored.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{% if reloads %}<meta http-equiv="refresh" content="1">{% endif %}<title>{{ title }} – {{ msp }}</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/charts.css">
<link rel="stylesheet" href="/assets/review.css">
<script src="/assets/review.js" defer></script>
</head>
<body>
<header class="top"><p class="msp"><b>{{ msp }}</b> nothing scored yet</p></header>
{{ body|safe }}
</body>
</html>
"##
)]
struct Alone<'a> {
    title: &'a str,
    msp: &'a str,
    reloads: bool,
    body: String,
}
