//! Scoring the months of the files that wait, in the background.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use axum::response::Response;

use super::decision_from_form::{Fields, field};
use super::handlers::{Handlers, see};
use super::intake_room::locked;
use super::refusal::{Refusal, sentence};
use seatdrift_core::domain::{Month, Side};
use seatdrift_core::run::numbers;
use seatdrift_engine::error::with_causes;
use seatdrift_engine::incoming;
use seatdrift_engine::score::{Exports, GivenFile, score};

/// How far a scoring is.
#[derive(Debug, Clone, Default)]
pub(super) enum Scoring {
    #[default]
    Idle,
    Running(String),
    Ended(Result<String, String>),
}

impl Handlers {
    /// Scores the months of the files as the form says.
    pub(super) fn start_scoring(self: &Arc<Self>, fields: &Fields) -> Result<Response, Refusal> {
        self.own_form(fields)?;
        match self.months_given(fields) {
            Err(words) => {
                *locked(&self.review.intake.scoring) = Scoring::Ended(Err(words));
            }
            Ok(months) => {
                let begins = "reading".to_owned();
                let mut scoring = locked(&self.review.intake.scoring);
                if !matches!(*scoring, Scoring::Running(_)) {
                    *scoring = Scoring::Running(begins);
                    let handlers = Arc::clone(self);
                    std::thread::spawn(move || handlers.score_all(months));
                }
            }
        }
        Ok(see("/files".to_owned()))
    }

    /// The files by month, vendors' first, or what is missing.
    fn months_given(&self, fields: &Fields) -> Result<BTreeMap<Month, Vec<GivenFile>>, String> {
        let workspace = self.review.intake.workspace();
        let waiting = incoming::waiting(&workspace).map_err(|error| with_causes(&error))?;
        let mut months: BTreeMap<Month, Vec<GivenFile>> = BTreeMap::new();
        for idx in 0..incoming::MOST_FILES {
            let of = |what: &str| field(fields, &format!("{what}-{idx}")).trim().to_owned();
            let name = of("name");
            if !waiting.contains(&name) {
                continue;
            }
            let side = match of("side").as_str() {
                "vendor" => Side::Vendor,
                "psa" => Side::Psa,
                _ => {
                    return Err(format!(
                        "{name}: say whether a vendor charges it, or you bill it."
                    ));
                }
            };
            let month: Month = of("month")
                .parse()
                .map_err(|_| format!("{name}: expected its month as YYYY-MM."))?;
            let path: PathBuf = incoming::folder(&workspace).join(&name);
            months.entry(month).or_default().push(GivenFile { side, path, notes: Vec::new() });
        }
        for (month, files) in &mut months {
            files.sort_by_key(|file| file.side == Side::Psa);
            for (side, whose) in [(Side::Vendor, "vendor"), (Side::Psa, "PSA")] {
                if !files.iter().any(|file| file.side == side) {
                    let month = numbers::long_month(*month);
                    return Err(format!("{month} has no {whose} export yet: drop it here too."));
                }
            }
        }
        if months.is_empty() {
            return Err("No file waits to be scored.".to_owned());
        }
        Ok(months)
    }

    /// Scores months, oldest first, and turns the page to the newest.
    fn score_all(self: &Arc<Self>, months: BTreeMap<Month, Vec<GivenFile>>) {
        let intake = &self.review.intake;
        let mut done = Vec::new();
        let mut newest = None;
        let mut failed = None;
        for (month, files) in months {
            match self.score_one(month, files) {
                Ok(words) => done.push(words),
                Err(words) => {
                    failed = Some(words);
                    break;
                }
            }
            newest = Some(month);
        }
        let turned = newest.map(|month| self.review.turn_to(intake.workspace(), month));
        let failed = failed.or(turned.and_then(Result::err).map(|error| error.words()));
        *locked(&intake.scoring) = Scoring::Ended(match failed {
            Some(words) => Err(sentence(&words)),
            None => Ok(done.join(" ")),
        });
        self.read_past();
    }

    fn score_one(&self, month: Month, files: Vec<GivenFile>) -> Result<String, String> {
        let intake = &self.review.intake;
        let named = numbers::long_month(month);
        let names: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
        let tell = |doing: &str| {
            *locked(&intake.scoring) = Scoring::Running(format!("{named}: {doing}"));
        };
        let workspace = intake.workspace().lock().map_err(|error| with_causes(&error))?;
        let exports = Exports { month, day: None, files };
        let scored = score(&workspace, &exports, self.review.clock.now(), &tell);
        let scored = scored.map_err(|error| match error.hint() {
            Some(hint) => format!("{} ({hint})", with_causes(&error)),
            None => with_causes(&error),
        })?;
        for path in names {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            incoming::put_away(&workspace, &name).map_err(|error| with_causes(&error))?;
            intake.forget(&name);
        }
        Ok(format!("{named} is scored: {} differences.", numbers::count(scored.run.findings.len())))
    }
}
