//! Decisions → labels → fit → evaluate on months held out → gate → the models to keep.
//!
//! A new model is measured beside the current one on the same decisions of the newest months, which
//! neither the new one nor its thresholds have seen; the better of the two stays.

mod warnings;
mod training_sets;
mod gate;
mod pairs;
mod seats;

pub use pairs::{PairTrained, train_pairs};
pub use seats::{SeatsTrained, train_seats};
pub use training_sets::{NamesByMonth, union_of_months};
pub use warnings::warnings;

use crate::domain::{Decision, EntityKind, ExportRow, Line, Month, lines_of};
use crate::months::MonthlyLines;
use crate::months::{PastError, PastMonths};

use crate::model_file::ArtifactError;
use crate::models::Models;
use crate::normalise::ProductAliases;
use crate::pair_classifier::PairMetrics;
use crate::score::{FlagDecisions, MonthInputs, match_names, names_known};
use crate::settings::Settings;

/// Newest months whose names are read for training; older ones add little and cost time.
const MONTHS_READ: usize = 12;

/// Told what is being done, before it is done.
pub type Progress<'a> = &'a dyn Fn(&str);

/// Everything training reads.
pub struct TrainInputs<'a> {
    /// The workspace's settings.
    pub settings: &'a Settings,
    /// The months stored.
    pub history: &'a dyn PastMonths,
    /// What people decided.
    pub decisions: &'a [Decision],
    /// The models in use.
    pub models: &'a Models,
    /// What lists of products say.
    pub aliases: &'a ProductAliases,
}

/// What came of training one model.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GateVerdict {
    /// The new one is better: it is kept and current.
    Better,
    /// The current one is as good or better: it stays.
    Worse,
    /// The current one is as good or better: it stays, and has learned what people said of its flags.
    Taught,
    /// There was nothing to learn from: the current one stays.
    NothingToLearn,
}

/// A model to keep.
#[derive(Debug, Clone)]
pub struct NewModel {
    /// The artifact.
    pub bytes: Vec<u8>,
    /// Its card.
    pub card: String,
    /// How good it is on names it has not seen.
    pub figures: Option<PairMetrics>,
}

/// What came of training.
pub struct Trained {
    /// The newest month read.
    pub through: Month,
    /// Client names, then product names.
    pub pairs: Vec<PairTrained>,
    /// Seats.
    pub seats: SeatsTrained,
}

/// Training that could not be done.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// There is no month to learn from.
    #[error("there is no month in the history to learn from")]
    NoHistory,
    /// A month cannot be read.
    #[error(transparent)]
    History(#[from] PastError),
    /// The model that ships cannot be used.
    #[error(transparent)]
    Shipped(#[from] ArtifactError),
    /// A fitted model could not be packed.
    #[error("the fitted model cannot be written: {0}")]
    Artifact(String),
}

impl TrainError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoHistory => Some("load months first: seatdrift import FOLDER".to_owned()),
            Self::History(error) => error.hint(),
            Self::Shipped(_) | Self::Artifact(_) => None,
        }
    }
}

/// Trains every model and measures it beside the current one. Writes nothing.
///
/// # Errors
///
/// [`TrainError::NoHistory`] without a month; [`TrainError::History`] when one cannot be read.
pub fn train(inputs: &TrainInputs<'_>, progress: Progress<'_>) -> Result<Trained, TrainError> {
    progress("reading the history");
    let months = inputs.history.months()?;
    let through = *months.last().ok_or(TrainError::NoHistory)?;
    let newest = MonthRead::of(inputs.history, through)?;
    let mut names = NamesByMonth::default();
    names.add(&newest, inputs.aliases);
    for &month in months.iter().rev().take(MONTHS_READ).skip(1) {
        names.add(&MonthRead::of(inputs.history, month)?, inputs.aliases);
    }
    let monthly = inputs.history.lines(&months)?;
    let mut pairs = Vec::new();
    for kind in [EntityKind::Client, EntityKind::Sku] {
        progress(match kind {
            EntityKind::Client => "learning the names of clients",
            EntityKind::Sku => "learning the names of products",
        });
        pairs.push(train_pairs(kind, inputs, &newest, &names, &monthly)?);
    }
    progress("learning how seats move");
    let seats = seats_of(inputs, &newest, monthly)?;
    Ok(Trained { through, pairs, seats })
}

/// One month's rows and lines.
pub struct MonthRead {
    /// The month.
    pub month: Month,
    /// Its rows, both sides.
    pub rows: Vec<ExportRow>,
    /// Its lines.
    pub lines: Vec<Line>,
}

impl MonthRead {
    fn of(history: &dyn PastMonths, month: Month) -> Result<Self, PastError> {
        let rows = history.rows(month)?;
        let lines = lines_of(&rows);
        Ok(Self { month, rows, lines })
    }
}

impl TrainInputs<'_> {
    /// What matching a month's names needs, by these decisions.
    fn of_month<'b>(&'b self, month: &'b MonthRead, decisions: &'b [Decision]) -> MonthInputs<'b> {
        MonthInputs {
            settings: self.settings,
            month: month.month,
            day: None,
            rows: &month.rows,
            rejected: &[],
            stated: &[],
            history: self.history,
            decisions,
            models: self.models,
            aliases: self.aliases,
        }
    }
}

/// The seats are learned under the names that the newest month's matching gives them.
fn seats_of(
    inputs: &TrainInputs<'_>,
    newest: &MonthRead,
    monthly: MonthlyLines,
) -> Result<SeatsTrained, TrainError> {
    let month_inputs = inputs.of_month(newest, inputs.decisions);
    let names = names_known(&monthly, &newest.rows);
    let matched = match_names(&month_inputs, &newest.lines, &names);
    let decided = FlagDecisions::new(inputs.decisions, &names, &matched.partners);
    train_seats(monthly, newest.month, &matched.partners, &decided, &inputs.models.trends)
}
