//! `models/`: trained artifacts with their cards, the newest current, older ones kept.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::files::{self, Change, FileError};
use seatdrift_core::decisions::DecisionsUsed;
use seatdrift_core::domain::{Digest, EntityKind};
use seatdrift_core::model_file::{self, ArtifactError};
use seatdrift_core::models::{Family, Models, Stored, figures_in};
use seatdrift_core::pair_classifier::{self, PairMetrics, PairModel};
use seatdrift_core::seat_trend::{self, TrendModel};

/// Largest model file read.
const LIMIT: u64 = model_file::LARGEST as u64;

/// A model that could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
    /// A model's file that does not hold one we can use.
    #[error("{}", path.display())]
    Artifact {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: ArtifactError,
    },
}

impl ModelError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Artifact { .. } => {
                Some("move that file out of models/: the model before it is used again".to_owned())
            }
        }
    }
}

/// The models a workspace uses: of each family the newest in `folder`, else the one that ships.
///
/// # Errors
///
/// [`ModelError`] when the newest file of a family cannot be used.
pub fn current_models(folder: &Path) -> Result<Models, ModelError> {
    Ok(Models {
        clients: pairs(folder, EntityKind::Client)?,
        skus: pairs(folder, EntityKind::Sku)?,
        trends: trends(folder)?,
    })
}

/// The pair classifier of a kind that a workspace uses.
///
/// # Errors
///
/// [`ModelError`] when its newest file cannot be used.
pub fn pairs(folder: &Path, kind: EntityKind) -> Result<Stored<PairModel>, ModelError> {
    let family = Family::of(kind);
    let (file, path, bytes) = current(folder, family)?;
    let (figures, decisions) = match &file {
        None => (family.shipped_figures().and_then(figures_in), None),
        Some(_) => {
            let beside = files::read_if_present(&path.with_extension(FIGURES), LIMIT)?;
            let beside = beside.as_deref();
            (beside.and_then(figures_in), beside.and_then(learned_from))
        }
    };
    let model = pair_classifier::from_bytes(&bytes, kind)
        .map_err(|source| ModelError::Artifact { path, source })?;
    Ok(Stored {
        model,
        file,
        digest: Some(Digest::of(&bytes)),
        figures,
        decisions,
        passed_over: None,
    })
}

/// The seat-trend model that a workspace uses.
///
/// # Errors
///
/// [`ModelError`] when its newest file cannot be used.
pub fn trends(folder: &Path) -> Result<Stored<TrendModel>, ModelError> {
    let stored = |file: Option<String>, path: PathBuf, bytes: &[u8]| {
        let model = seat_trend::from_bytes(bytes)
            .map_err(|source| ModelError::Artifact { path, source })?;
        let digest = Some(Digest::of(bytes));
        let passed_over = None;
        Ok(Stored { model, file, digest, figures: None, decisions: None, passed_over })
    };
    let (file, path, bytes) = current(folder, Family::SeatTrend)?;
    match stored(file.clone(), path, &bytes) {
        // Trends are learned anew in a moment and hold nothing that people decided.
        Err(ModelError::Artifact { source: ArtifactError::Older { .. }, .. }) if file.is_some() => {
            let shipped = stored(None, PathBuf::from("shipped"), Family::SeatTrend.shipped())?;
            Ok(Stored { passed_over: file, ..shipped })
        }
        found => found,
    }
}

fn current(
    folder: &Path,
    family: Family,
) -> Result<(Option<String>, PathBuf, Vec<u8>), ModelError> {
    match numbers(folder, family)?.last() {
        Some(&number) => {
            let name = file_name(family, number);
            let path = folder.join(&name);
            let bytes = files::read(&path, LIMIT)?;
            Ok((Some(name), path, bytes))
        }
        None => Ok((None, PathBuf::from("shipped"), family.shipped().to_vec())),
    }
}

fn file_name(family: Family, number: u32) -> String {
    format!("{}-{number:04}.model", family.word())
}

/// The numbers of a family's files, ascending.
fn numbers(folder: &Path, family: Family) -> Result<Vec<u32>, FileError> {
    let names = files::names_in(folder)?;
    let number = |name: &String| -> Option<u32> {
        let middle = name.strip_prefix(family.word())?.strip_prefix('-')?;
        middle.strip_suffix(".model")?.parse().ok()
    };
    let mut numbers: Vec<u32> = names.iter().filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// What the figures of a model, and what it learned from, are called behind its file's name.
const FIGURES: &str = "json";

/// What lies beside a model.
#[derive(Serialize)]
struct Beside<'a> {
    #[serde(flatten)]
    figures: Option<&'a PairMetrics>,
    decisions: &'a DecisionsUsed,
}

/// What the models of a workspace have seen of its decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// None of them: they ship with the program.
    Nothing,
    /// These, when the newest of them was trained.
    Decisions(Vec<DecisionsUsed>),
    /// Nobody wrote it down: a version trained them that did not.
    Unknown,
}

/// What the models in `folder` have seen. A model that was trained and did not prove better is not kept, so
/// what the current models say between them counts.
///
/// # Errors
///
/// [`FileError`] when the folder cannot be read.
pub fn seen(folder: &Path) -> Result<Seen, FileError> {
    let mut used = Vec::new();
    let mut n_kept = 0;
    for family in [Family::ClientPairs, Family::SkuPairs, Family::SeatTrend] {
        let Some(&number) = numbers(folder, family)?.last() else { continue };
        n_kept += 1;
        let beside = folder.join(file_name(family, number)).with_extension(FIGURES);
        let bytes = files::read_if_present(&beside, LIMIT)?.unwrap_or_default();
        used.extend(learned_from(&bytes));
    }
    used.dedup();
    Ok(match (n_kept, used.is_empty()) {
        (0, _) => Seen::Nothing,
        (_, true) => Seen::Unknown,
        (_, false) => Seen::Decisions(used),
    })
}

/// What a model learned from, in the bytes that lie beside it.
fn learned_from(bytes: &[u8]) -> Option<DecisionsUsed> {
    #[derive(Deserialize)]
    struct LearnedFrom {
        decisions: DecisionsUsed,
    }
    serde_json::from_slice(bytes).ok().map(|learned: LearnedFrom| learned.decisions)
}

fn json(value: &impl Serialize) -> Vec<u8> {
    let mut bytes =
        serde_json::to_vec_pretty(value).expect("figures have text keys only and memory takes it");
    bytes.push(b'\n');
    bytes
}

/// A new model, to be kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// Its artifact.
    pub bytes: &'a [u8],
    /// Its card.
    pub card: &'a str,
    /// How good it was on names it had not seen.
    pub figures: Option<&'a PairMetrics>,
    /// What people had decided when it was trained.
    pub decisions: &'a DecisionsUsed,
}

/// Stages a new model to be kept beside the older ones, with its card, its figures and what it learned from; it
/// is current when the change is committed. Says its file.
///
/// # Errors
///
/// [`FileError::Io`] when it cannot be written.
pub fn keep(
    change: &Change,
    folder: &Path,
    family: Family,
    new: Kept<'_>,
) -> Result<String, FileError> {
    let number = numbers(folder, family)?.last().map_or(1, |newest| newest + 1);
    let name = file_name(family, number);
    let card_name = format!("{}-{number:04}.md", family.word());
    // The card first: who reads meanwhile finds no model without its card.
    change.stage_file(&folder.join(card_name), new.card.as_bytes())?;
    let beside = Beside { figures: new.figures, decisions: new.decisions };
    change.stage_file(&folder.join(&name).with_extension(FIGURES), &json(&beside))?;
    change.stage_file(&folder.join(&name), new.bytes)?;
    Ok(name)
}
