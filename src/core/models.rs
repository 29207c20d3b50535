//! The models that speak in a run, and those that ship.

use crate::decisions::{CheckedBlind, DecisionsUsed, checked_names};
use crate::domain::{Decision, Digest, EntityKind};
use crate::model_file::ArtifactError;
use crate::pair_classifier::{self, PairMetrics, PairModel, share_interval};
use crate::run::{CheckedPairs, MeasuredNames, ModelNote, SaidAndTrue};
use crate::seat_trend::{self, TrendModel};

/// A model and where it comes from.
#[derive(Debug, Clone)]
pub struct Stored<M> {
    /// The model.
    pub model: M,
    /// Its file in `models/`; `None` for the one that ships.
    pub file: Option<String>,
    /// The digest of its artifact; `None` for one that is stored nowhere.
    pub digest: Option<Digest>,
    /// How good it was on names it had not seen, where that lies beside it.
    pub figures: Option<PairMetrics>,
    /// What people had decided when it was learned; `None` for the one that ships, which has seen none of
    /// it, and where nobody wrote it down.
    pub decisions: Option<DecisionsUsed>,
    /// A newer file in `models/` that is passed over, as a version made it whose models are no longer read.
    pub passed_over: Option<String>,
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

    /// The figures of the one that ships, where it has some.
    pub fn shipped_figures(self) -> Option<&'static [u8]> {
        match self {
            Self::ClientPairs => Some(include_bytes!("../../models/client_pairs.json")),
            Self::SkuPairs => Some(include_bytes!("../../models/sku_pairs.json")),
            Self::SeatTrend => None,
        }
    }

    /// The artifact that ships.
    pub fn shipped(self) -> &'static [u8] {
        match self {
            Self::ClientPairs => include_bytes!("../../models/client_pairs.model"),
            Self::SkuPairs => include_bytes!("../../models/sku_pairs.model"),
            Self::SeatTrend => include_bytes!("../../models/seat_trend.model"),
        }
    }
}

impl Models {
    /// The models that ship.
    ///
    /// # Errors
    ///
    /// [`ArtifactError`] when this build carries models it cannot read.
    pub fn shipped() -> Result<Self, ArtifactError> {
        let trends = shipped_trends()?;
        let stored = |kind| {
            let figures = Family::of(kind).shipped_figures().and_then(figures_in);
            let digest = Some(Digest::of(Family::of(kind).shipped()));
            let model = shipped_pairs(kind)?;
            Ok::<_, ArtifactError>(Stored {
                model,
                file: None,
                digest,
                figures,
                decisions: None,
                passed_over: None,
            })
        };
        Ok(Self {
            clients: stored(EntityKind::Client)?,
            skus: stored(EntityKind::Sku)?,
            trends: Stored {
                model: trends,
                file: None,
                digest: Some(Digest::of(Family::SeatTrend.shipped())),
                figures: None,
                decisions: None,
                passed_over: None,
            },
        })
    }

    /// Which models speak, for a report, and how what they accept came out, as people decided; `asked_for`
    /// is the share of accepted pairs that shall be right.
    pub fn notes(&self, decisions: &[Decision], asked_for: f64) -> Vec<ModelNote> {
        let pairs = |name: &str, kind: EntityKind, stored: &Stored<PairModel>| {
            let thresholds = stored.model.thresholds;
            let quality = format!(
                "learned from {} pairs ({} the same); accepts from {:.0}%, asks from {:.0}%",
                stored.model.n_pairs,
                stored.model.n_same,
                100.0 * thresholds.accept_at.get(),
                100.0 * thresholds.review_at.get(),
            );
            let measured = stored.figures.as_ref().map(measured);
            let checked = checked(checked_names(decisions, kind), asked_for);
            ModelNote { measured, checked, ..note(name, stored, quality) }
        };
        let trend = &self.trends.model;
        let quality = format!(
            "learned from {} lines through {}, and ranks a month among {} quiet ones",
            trend.n_lines,
            trend.through.short(),
            trend.n_calibration,
        );
        vec![
            pairs("client pairs", EntityKind::Client, &self.clients),
            pairs("SKU pairs", EntityKind::Sku, &self.skus),
            note("seat trends", &self.trends, quality),
        ]
    }
}

fn note<M>(name: &str, stored: &Stored<M>, quality: String) -> ModelNote {
    let shipped = || match &stored.passed_over {
        None => "shipped".to_owned(),
        Some(older) => format!("shipped, as {older} is of an older version"),
    };
    ModelNote {
        name: name.to_owned(),
        file: stored.file.clone().unwrap_or_else(shipped),
        sha256: stored.digest,
        quality,
        measured: None,
        checked: None,
    }
}

fn checked(found: CheckedBlind, asked_for: f64) -> Option<CheckedPairs> {
    let CheckedBlind { right, wrong } = found;
    let n = right + wrong;
    let interval = || share_interval(right, n);
    (0 < n).then(|| CheckedPairs { right, n, interval: interval(), asked_for })
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

/// The pair classifier that ships.
///
/// # Errors
///
/// [`ArtifactError`] when the build holds one that cannot be used.
pub fn shipped_pairs(kind: EntityKind) -> Result<PairModel, ArtifactError> {
    pair_classifier::from_bytes(Family::of(kind).shipped(), kind)
}

/// The seat-trend model that ships.
///
/// # Errors
///
/// [`ArtifactError`] when the build holds one that cannot be used.
pub fn shipped_trends() -> Result<TrendModel, ArtifactError> {
    seat_trend::from_bytes(Family::SeatTrend.shipped())
}

/// The figures in some bytes. They are shown and decide nothing: what cannot be read is not shown.
pub fn figures_in(bytes: &[u8]) -> Option<PairMetrics> {
    serde_json::from_slice(bytes).ok()
}

/// Figures as they lie beside the model that ships.
pub fn figures_json(figures: &PairMetrics) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(figures)
        .expect("figures have text keys only and memory takes it");
    bytes.push(b'\n');
    bytes
}
