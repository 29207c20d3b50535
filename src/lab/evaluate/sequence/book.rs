//! One made-up MSP with a hostile book, carried from month to month.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::super::EvaluateError;
use super::super::made_up::rows_of_month;
use super::SequenceRecipe;
use super::month::{MonthCounts, counted};
use super::reviewer;
use super::truth_of::TruthOf;
use crate::simulate::{FormatPair, Recipe, simulate};
use seatdrift_core::decisions::DecisionsUsed;
use seatdrift_core::domain::{Decision, Digest, EntityKind, ExportRow, Month};
use seatdrift_core::learn::{GateVerdict, NewModel, TrainInputs, train};
use seatdrift_core::models::{Models, Stored};
use seatdrift_core::months::{MonthsInMemory, PastMonths};
use seatdrift_core::normalise::ProductAliases;
use seatdrift_core::score::{MonthInputs, score_month};
use seatdrift_core::settings::{Settings, Thresholds, Usage};
use seatdrift_core::{pair_classifier, seat_trend};

/// Months made up before the first that is scored: mistakes are as usual by then.
const MONTHS_BEFORE: usize = 4;
/// Months made up after the last that is scored: the newest month of a made-up MSP is a bad one, and what
/// is wrong in it began some months before.
const MONTHS_AFTER: usize = 8;

/// One MSP on its way.
pub(super) struct Book {
    number: usize,
    settings: Settings,
    /// The months to score, the oldest first; emptied as they join the history.
    months: Vec<(Month, Vec<ExportRow>)>,
    truth: TruthOf,
    history: MonthsInMemory,
    decisions: Vec<Decision>,
    models: Models,
    aliases: ProductAliases,
    rng: Xoshiro256PlusPlus,
}

impl Book {
    /// Makes one up and reads the months that are scored; nobody has decided anything yet.
    ///
    /// # Errors
    ///
    /// [`EvaluateError::Export`] when an export of the simulator cannot be read.
    pub(super) fn new(
        recipe: &SequenceRecipe,
        number: usize,
        formats: FormatPair,
        shipped: &Models,
    ) -> Result<Self, EvaluateError> {
        let seed = recipe.seed.wrapping_mul(2_000_003).wrapping_add(number as u64);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x10_0b0c);
        let (fewest, most) = recipe.clients;
        let clients = rng.gen_range(fewest..=most.max(fewest));
        let n_months = MONTHS_BEFORE + recipe.months + MONTHS_AFTER;
        let made_of = Recipe::hostile(clients, n_months, seed).with_formats(formats);
        let made = simulate(&made_of);
        let mut months = Vec::with_capacity(recipe.months);
        for month_idx in MONTHS_BEFORE..MONTHS_BEFORE + recipe.months {
            let back = i32::try_from(n_months - 1 - month_idx).unwrap_or(i32::MAX);
            let month = made_of.last.plus(-back);
            months.push((month, rows_of_month(&made.files, month, made_of.currency)?));
        }
        let settings = Settings {
            name: made.msp,
            currency: made_of.currency,
            thresholds: Thresholds::default(),
            usage: Usage::default(),
        };
        Ok(Self {
            number,
            settings,
            months,
            truth: TruthOf::new(made.truth),
            history: MonthsInMemory::default(),
            decisions: Vec::new(),
            models: shipped.clone(),
            aliases: ProductAliases::default(),
            rng,
        })
    }

    /// Scores a month and counts what the run says; then, unless it is the last, reviews and learns.
    ///
    /// # Errors
    ///
    /// [`EvaluateError`] when it cannot be scored or learned from.
    pub(super) fn month(
        &mut self,
        month_idx: usize,
        is_last: bool,
    ) -> Result<MonthCounts, EvaluateError> {
        let (month, rows) = &mut self.months[month_idx];
        let (month, rows) = (*month, std::mem::take(rows));
        let before = self.history.lines(&self.history.months()?)?;
        let inputs = MonthInputs {
            settings: &self.settings,
            month,
            day: None,
            rows: &rows,
            rejected: &[],
            stated: &[],
            history: &self.history,
            decisions: &self.decisions,
            models: &self.models,
            aliases: &self.aliases,
        };
        let run = score_month(&inputs, before)?.run;
        let mut counts = counted(&run, &self.truth, self.number);
        if !is_last {
            self.decisions.extend(reviewer::decisions(&run, &self.truth, &mut self.rng));
            self.history.0.insert(month, rows);
            counts.kept = self.learn()?;
        }
        Ok(counts)
    }

    /// Trains as the program does, and says which models of names were kept.
    fn learn(&mut self) -> Result<[bool; 2], EvaluateError> {
        let inputs = TrainInputs {
            settings: &self.settings,
            history: &self.history,
            decisions: &self.decisions,
            models: &self.models,
            aliases: &self.aliases,
        };
        let trained = train(&inputs, &|_| ())?;
        let used = DecisionsUsed::of(&self.decisions);
        let mut kept = [false; 2];
        for outcome in trained.pairs {
            let (GateVerdict::Better, Some(new)) = (outcome.verdict, outcome.model) else {
                continue;
            };
            let model = pair_classifier::from_bytes(&new.bytes, outcome.kind)?;
            match outcome.kind {
                EntityKind::Client => self.models.clients = stored(model, &new, &used),
                EntityKind::Sku => self.models.skus = stored(model, &new, &used),
            }
            kept[usize::from(outcome.kind == EntityKind::Sku)] = true;
        }
        let seats = trained.seats;
        let new = match seats.verdict {
            GateVerdict::Better => seats.model,
            GateVerdict::Taught => seats.taught,
            _ => None,
        };
        if let Some(new) = new {
            self.models.trends = stored(seat_trend::from_bytes(&new.bytes)?, &new, &used);
        }
        Ok(kept)
    }
}

fn stored<M>(model: M, new: &NewModel, used: &DecisionsUsed) -> Stored<M> {
    Stored {
        model,
        file: Some("learned".to_owned()),
        digest: Some(Digest::of(&new.bytes)),
        figures: new.figures,
        decisions: Some(used.clone()),
        passed_over: None,
    }
}
