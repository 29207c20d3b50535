//! `models/`: trained artifacts with their cards, the newest current, older ones kept.

use std::path::{Path, PathBuf};

use crate::files::{self, FileError};
use seatdrift_core::domain::EntityKind;
use seatdrift_core::model_file::{self, ArtifactError};
use seatdrift_core::models::{Family, Models, Stored, figures_in, figures_json};
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
    let figures = match &file {
        None => family.shipped_figures().and_then(figures_in),
        Some(_) => {
            let beside = path.with_extension(FIGURES);
            let there = beside.is_file().then(|| files::read(&beside, LIMIT)).transpose()?;
            there.as_deref().and_then(figures_in)
        }
    };
    let model = pair_classifier::from_bytes(&bytes, kind)
        .map_err(|source| ModelError::Artifact { path, source })?;
    Ok(Stored { model, file, figures })
}

/// The seat-trend model that a workspace uses.
///
/// # Errors
///
/// [`ModelError`] when its newest file cannot be used.
pub fn trends(folder: &Path) -> Result<Stored<TrendModel>, ModelError> {
    let (file, path, bytes) = current(folder, Family::SeatTrend)?;
    let model =
        seat_trend::from_bytes(&bytes).map_err(|source| ModelError::Artifact { path, source })?;
    Ok(Stored { model, file, figures: None })
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

/// What the figures of a model are called behind its file's name.
const FIGURES: &str = "json";

/// Keeps a new model beside the older ones, with its card and, where it has some, its figures; it is
/// current from now on. Says its file.
///
/// # Errors
///
/// [`FileError::Io`] when it cannot be written.
pub fn keep(
    folder: &Path,
    family: Family,
    bytes: &[u8],
    card: &str,
    figures: Option<&PairMetrics>,
) -> Result<String, FileError> {
    let number = numbers(folder, family)?.last().map_or(1, |newest| newest + 1);
    let name = file_name(family, number);
    let card_name = format!("{}-{number:04}.md", family.word());
    // The card first: a model without its card would be current.
    files::write_atomic(&folder.join(card_name), card.as_bytes())?;
    if let Some(figures) = figures {
        let beside = folder.join(&name).with_extension(FIGURES);
        files::write_atomic(&beside, &figures_json(figures))?;
    }
    files::write_atomic(&folder.join(&name), bytes)?;
    Ok(name)
}
