//! `models/`: trained artifacts with their cards, the newest current, older ones kept.

use std::path::{Path, PathBuf};

use crate::domain::EntityKind;
use crate::files::{self, FileError};
use crate::model_file::{self, ArtifactError};
use crate::pair_classifier::{self, PairMetrics, PairModel};
use crate::report::{MeasuredNames, ModelNote, SaidAndTrue};
use crate::seat_trend::{self, TrendModel};

/// Largest model file read.
const LIMIT: u64 = model_file::LARGEST as u64;

/// A model and where it comes from.
#[derive(Debug, Clone)]
pub struct Stored<M> {
    /// The model.
    pub model: M,
    /// Its file in `models/`; `None` for the one that ships.
    pub file: Option<String>,
    /// How good it was on names it had not seen, where that lies beside it.
    pub figures: Option<PairMetrics>,
}

impl<M> Stored<M> {
    /// What it is called beside a new one: `shipped` or `current`.
    pub fn name(&self) -> &'static str {
        if self.file.is_none() { "shipped" } else { "current" }
    }
}

/// The models that speak in a run.
#[derive(Debug, Clone)]
pub struct Models {
    /// Client names.
    pub clients: Stored<PairModel>,
    /// Product names.
    pub skus: Stored<PairModel>,
    /// Seats.
    pub trends: Stored<TrendModel>,
}

/// The three families of models; a file is named after its family and numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Client names.
    ClientPairs,
    /// Product names.
    SkuPairs,
    /// Seats.
    SeatTrend,
}

impl Family {
    /// The name its files begin with.
    pub fn word(self) -> &'static str {
        match self {
            Self::ClientPairs => "client_pairs",
            Self::SkuPairs => "sku_pairs",
            Self::SeatTrend => "seat_trend",
        }
    }

    /// The family that matches names of a kind.
    pub fn of(kind: EntityKind) -> Self {
        match kind {
            EntityKind::Client => Self::ClientPairs,
            EntityKind::Sku => Self::SkuPairs,
        }
    }

    fn shipped_figures(self) -> Option<&'static [u8]> {
        match self {
            Self::ClientPairs => Some(include_bytes!("../models/client_pairs.json")),
            Self::SkuPairs => Some(include_bytes!("../models/sku_pairs.json")),
            Self::SeatTrend => None,
        }
    }

    fn shipped(self) -> &'static [u8] {
        match self {
            Self::ClientPairs => include_bytes!("../models/client_pairs.model"),
            Self::SkuPairs => include_bytes!("../models/sku_pairs.model"),
            Self::SeatTrend => include_bytes!("../models/seat_trend.model"),
        }
    }
}

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

impl Models {
    /// The models that ship.
    ///
    /// # Errors
    ///
    /// [`ModelError`] when this build carries models it cannot read.
    pub fn shipped() -> Result<Self, ModelError> {
        let trends = shipped_trends()?;
        let stored = |kind| {
            let figures = Family::of(kind).shipped_figures().and_then(figures_in);
            Ok::<_, ModelError>(Stored { model: shipped_pairs(kind)?, file: None, figures })
        };
        Ok(Self {
            clients: stored(EntityKind::Client)?,
            skus: stored(EntityKind::Sku)?,
            trends: Stored { model: trends, file: None, figures: None },
        })
    }

    /// The models a workspace uses: of each family the newest in `folder`, else the one that ships.
    ///
    /// # Errors
    ///
    /// [`ModelError`] when the newest file of a family cannot be used.
    pub fn current(folder: &Path) -> Result<Self, ModelError> {
        Ok(Self {
            clients: pairs(folder, EntityKind::Client)?,
            skus: pairs(folder, EntityKind::Sku)?,
            trends: trends(folder)?,
        })
    }

    /// Which models speak, for a report.
    pub fn notes(&self) -> Vec<ModelNote> {
        let note = |name: &str, file: &Option<String>, quality: String| ModelNote {
            name: name.to_owned(),
            file: file.clone().unwrap_or_else(|| "shipped".to_owned()),
            quality,
            measured: None,
        };
        let pairs = |name: &str, stored: &Stored<PairModel>| {
            let thresholds = stored.model.thresholds;
            let quality = format!(
                "learned from {} pairs ({} the same); accepts from {:.0}%, asks from {:.0}%",
                stored.model.n_pairs,
                stored.model.n_same,
                100.0 * thresholds.accept_at.get(),
                100.0 * thresholds.review_at.get(),
            );
            let measured = stored.figures.as_ref().map(measured);
            ModelNote { measured, ..note(name, &stored.file, quality) }
        };
        let trend = &self.trends.model;
        let quality = format!(
            "learned from {} lines through {}, and ranks a month among {} quiet ones",
            trend.n_lines,
            trend.through.short(),
            trend.n_calibration,
        );
        vec![
            pairs("client pairs", &self.clients),
            pairs("SKU pairs", &self.skus),
            note("seat trends", &self.trends.file, quality),
        ]
    }
}

/// How good a pair classifier was, for a report.
fn measured(figures: &PairMetrics) -> MeasuredNames {
    let share = |sum: f64, n: usize| if n == 0 { 0.0 } else { sum / n as f64 };
    let tenths = figures.reliability.iter().map(|bin| SaidAndTrue {
        n: bin.n,
        said: share(bin.said, bin.n),
        was_true: share(bin.seen as f64, bin.n),
    });
    MeasuredNames {
        n: figures.n,
        n_accepted: figures.n_accepted,
        precision: figures.precision,
        precision_interval: figures.precision_interval,
        recall: figures.recall,
        ece: figures.ece,
        tenths: tenths.collect(),
    }
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

/// The pair classifier that ships.
///
/// # Errors
///
/// [`ModelError`] when the build holds one that cannot be used.
pub fn shipped_pairs(kind: EntityKind) -> Result<PairModel, ModelError> {
    pair_classifier::from_bytes(Family::of(kind).shipped(), kind)
        .map_err(|source| ModelError::Artifact { path: PathBuf::from("shipped"), source })
}

/// The seat-trend model that ships.
///
/// # Errors
///
/// [`ModelError`] when the build holds one that cannot be used.
pub fn shipped_trends() -> Result<TrendModel, ModelError> {
    seat_trend::from_bytes(Family::SeatTrend.shipped())
        .map_err(|source| ModelError::Artifact { path: PathBuf::from("shipped"), source })
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

/// The figures in some bytes. They are shown and decide nothing: what cannot be read is not shown.
fn figures_in(bytes: &[u8]) -> Option<PairMetrics> {
    serde_json::from_slice(bytes).ok()
}

/// Figures as they lie beside their model.
pub fn figures_json(figures: &PairMetrics) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(figures)
        .expect("figures have text keys only and memory takes it");
    bytes.push(b'\n');
    bytes
}

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
