//! Made-up MSPs, read as any other MSP's exports are, and a reviewer who knows the truth.

use std::collections::{BTreeMap, BTreeSet};

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::EvaluateError;
use crate::simulate::{FormatPair, Recipe, Relation, SimulatedFile, TruePair, Truth, simulate};
use seatdrift_core::assignment::Status;
use seatdrift_core::domain::{
    Currency, Decision, EntityKind, ExportRow, Line, Month, Side, Subject, Verdict, lines_of,
};
use seatdrift_core::learn::MonthRead;
use seatdrift_core::models::Models;
use seatdrift_core::months::{MonthlyLines, MonthsInMemory, monthly_lines_of};
use seatdrift_core::normalise::ProductAliases;
use seatdrift_core::score::{MatchedNames, MonthInputs, match_names, names_known};
use seatdrift_core::settings::{Settings, Thresholds, Usage};
use seatdrift_ingest::{ExportFile, Reading, read_export};

/// Months before the newest: as many as training reads.
pub(super) const MONTHS_BEFORE: usize = 12;

/// Share of the vendor names that the reviewer never decides: on them everything is measured.
const HELD_OUT: f64 = 0.3;

/// Share of the open names a reviewer gets through in a month.
const DECIDED_A_MONTH: f64 = 0.4;

/// One made-up MSP.
pub(super) struct MadeUp {
    /// Its settings.
    pub settings: Settings,
    /// The newest month first.
    pub months: Vec<MonthRead>,
    /// What is really so.
    pub truth: Truth,
    /// The vendor names nobody ever decides, by kind.
    held_out: BTreeMap<EntityKind, BTreeSet<String>>,
    /// For every true pair by kind, whether the reviewer gets to it in the n-th month before the
    /// newest.
    gets_to: BTreeMap<EntityKind, Vec<[bool; MONTHS_BEFORE]>>,
}

impl MadeUp {
    /// Makes one up with a year before its newest month, and reads its exports.
    ///
    /// # Errors
    ///
    /// [`EvaluateError::Export`] when an export of the simulator cannot be read.
    pub(super) fn new(
        clients: usize,
        seed: u64,
        formats: FormatPair,
    ) -> Result<Self, EvaluateError> {
        Self::read(&Recipe::new(clients, MONTHS_BEFORE + 1, seed).with_formats(formats))
    }

    /// The same with a single month before the newest.
    ///
    /// # Errors
    ///
    /// As [`Self::new`].
    pub(super) fn young(
        clients: usize,
        seed: u64,
        formats: FormatPair,
    ) -> Result<Self, EvaluateError> {
        Self::read(&Recipe::new(clients, 2, seed).with_formats(formats))
    }

    /// The same with as many months as there are to be.
    ///
    /// # Errors
    ///
    /// As [`Self::new`].
    pub(super) fn of_months(
        clients: usize,
        months: usize,
        seed: u64,
        formats: FormatPair,
    ) -> Result<Self, EvaluateError> {
        Self::read(&Recipe::new(clients, months, seed).with_formats(formats))
    }

    fn read(recipe: &Recipe) -> Result<Self, EvaluateError> {
        let made = simulate(recipe);
        let n_months = i32::try_from(recipe.months).expect("a year of months");
        let mut months = Vec::with_capacity(recipe.months);
        for back in 0..n_months {
            let month = recipe.last.plus(-back);
            let rows = rows_of_month(&made.files, month, recipe.currency)?;
            let lines = lines_of(&rows);
            months.push(MonthRead { month, rows, lines });
        }
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(recipe.seed ^ 0xE7A1_0A7E);
        let (mut held_out, mut gets_to) = (BTreeMap::new(), BTreeMap::new());
        for kind in [EntityKind::Client, EntityKind::Sku] {
            held_out.insert(kind, draw_held_out(true_pairs(&made.truth, kind), &mut rng));
            let draws = true_pairs(&made.truth, kind)
                .iter()
                .map(|_| std::array::from_fn(|_| rng.gen_bool(DECIDED_A_MONTH)));
            gets_to.insert(kind, draws.collect());
        }
        let settings = settings(recipe.currency);
        Ok(Self { settings, months, truth: made.truth, held_out, gets_to })
    }

    /// What a reviewer decided in the `n` months before the newest, who gets through some of the open
    /// names every month and never decides those held out.
    pub(super) fn decisions(&self, n: usize) -> Vec<Decision> {
        let mut decisions = Vec::new();
        for kind in [EntityKind::Client, EntityKind::Sku] {
            let pairs = true_pairs(&self.truth, kind).iter().zip(&self.gets_to[&kind]);
            for (pair, gets_to) in pairs.filter(|(pair, _)| !self.is_held_out(kind, &pair.vendor)) {
                let decided = (1..=n.min(MONTHS_BEFORE)).rev().find(|&back| {
                    gets_to[back - 1]
                        && (back..=n).any(|earlier| self.shows(earlier, kind, Side::Vendor, pair))
                        && (back..=n).any(|earlier| self.shows(earlier, kind, Side::Psa, pair))
                });
                if let Some(back) = decided {
                    decisions.push(decision(kind, pair, self.months[back].month));
                }
            }
        }
        decisions.sort_by_key(|decision| decision.month);
        decisions
    }

    /// A decision about every name, as somebody who knows the truth would answer.
    pub(super) fn all_answers(&self) -> Vec<Decision> {
        let newest = self.months[0].month;
        let of_kind = |kind| true_pairs(&self.truth, kind).iter().map(move |pair| (kind, pair));
        let pairs = [EntityKind::Client, EntityKind::Sku].into_iter().flat_map(of_kind);
        pairs.map(|(kind, pair)| decision(kind, pair, newest)).collect()
    }

    /// Whether nobody ever decides this vendor name.
    pub(super) fn is_held_out(&self, kind: EntityKind, vendor: &str) -> bool {
        self.held_out[&kind].contains(vendor)
    }

    /// Whether a month's exports have the pair's key on a side; a side without one has nothing to
    /// show.
    fn shows(&self, back: usize, kind: EntityKind, side: Side, pair: &TruePair) -> bool {
        let key = match side {
            Side::Vendor => &pair.vendor,
            Side::Psa => &pair.psa,
        };
        let has = |line: &Line| line.key.side == side && key_of(kind, line) == key;
        key.is_empty() || self.months[back].lines.iter().any(has)
    }

    /// The lines of some months before the newest, as the history would hold them.
    pub(super) fn monthly(&self, months: &[MonthRead]) -> MonthlyLines {
        let months = months.iter().map(|month| monthly_lines_of(&month.rows, month.month));
        MonthlyLines::joined(&months.collect::<Vec<_>>())
    }

    /// Matches the newest month's names.
    pub(super) fn matched(
        &self,
        models: &Models,
        decisions: &[Decision],
        before: &[MonthRead],
    ) -> MatchedNames {
        let newest = &self.months[0];
        let (history, aliases) = (MonthsInMemory::default(), ProductAliases::default());
        let inputs = MonthInputs {
            settings: &self.settings,
            month: newest.month,
            day: None,
            rows: &newest.rows,
            rejected: &[],
            stated: &[],
            history: &history,
            decisions,
            models,
            aliases: &aliases,
        };
        let names = names_known(&self.monthly(before), &newest.rows);
        match_names(&inputs, &newest.lines, &names)
    }

    /// What was made of the names nobody decides.
    pub(super) fn tally(
        &self,
        kind: EntityKind,
        matched: &seatdrift_core::assignment::Assignment,
    ) -> Tally {
        let newest = &self.months[0].lines;
        let keys = |side| -> BTreeSet<&str> {
            let lines = newest.iter().filter(|line| line.key.side == side);
            lines.map(|line| key_of(kind, line)).collect()
        };
        let (vendor, psa) = (keys(Side::Vendor), keys(Side::Psa));
        let truth = self.true_pairs_of(kind, &vendor, &psa);
        let n_names = vendor.iter().filter(|key| self.is_held_out(kind, key)).count();
        let mut tally = Tally { n_names, ..Tally::default() };
        let asked = truth.iter().filter(|(pair, _)| self.is_held_out(kind, pair.0));
        tally.n_same = asked.filter(|(_, relation)| **relation == Relation::Same).count();
        for one in &matched.suggestions {
            let (Some(vendor_key), Some(psa_key)) = (&one.vendor_key, &one.psa_key) else {
                continue;
            };
            if !self.is_held_out(kind, vendor_key) || one.status == Status::Known {
                continue;
            }
            let relation = truth.get(&(vendor_key.as_str(), psa_key.as_str())).copied();
            tally.add(one.status, one.probability.get(), relation);
        }
        tally
    }

    fn true_pairs_of(
        &self,
        kind: EntityKind,
        vendor: &BTreeSet<&str>,
        psa: &BTreeSet<&str>,
    ) -> BTreeMap<(&str, &str), Relation> {
        true_pairs(&self.truth, kind)
            .iter()
            .filter(|pair| pair.relation != Relation::None)
            .filter(|pair| vendor.contains(pair.vendor.as_str()) && psa.contains(pair.psa.as_str()))
            .map(|pair| ((pair.vendor.as_str(), pair.psa.as_str()), pair.relation))
            .collect()
    }
}

/// The rows of a made-up MSP's exports of a month, both sides.
///
/// # Errors
///
/// [`EvaluateError::Export`] when one cannot be read.
pub(super) fn rows_of_month(
    files: &[SimulatedFile],
    month: Month,
    currency: Currency,
) -> Result<Vec<ExportRow>, EvaluateError> {
    let folder = format!("{month}/");
    let mut rows = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with(&folder)) {
        let name = &file.path[folder.len()..];
        let side = if name.starts_with("vendor") { Side::Vendor } else { Side::Psa };
        let reading = Reading { side, month, currency, profiles: &[] };
        rows.extend(read_export(&ExportFile { name, bytes: &file.bytes }, &reading)?.rows);
    }
    Ok(rows)
}

/// What was made of some names, counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Vendor names judged.
    pub n_names: usize,
    /// Pairs that are the same, parts of bundles not counted.
    pub n_same: usize,
    /// Pairs accepted without a person.
    pub n_accepted: usize,
    /// Those of them that are the same, or a part of that bundle.
    pub n_right: usize,
    /// Those of them that are the same.
    pub n_found: usize,
    /// What was accepted or put up for review, with its probability.
    pub answers: Vec<super::metrics::Answer>,
}

impl Tally {
    fn add(&mut self, status: Status, probability: f64, relation: Option<Relation>) {
        let is_same = relation.is_some();
        self.answers.push(super::metrics::Answer { probability, is_same });
        if status == Status::Auto {
            self.n_accepted += 1;
            self.n_right += usize::from(is_same);
            self.n_found += usize::from(relation == Some(Relation::Same));
        }
    }

    /// Adds another MSP's.
    pub fn merge(&mut self, other: Self) {
        self.n_names += other.n_names;
        self.n_same += other.n_same;
        self.n_accepted += other.n_accepted;
        self.n_right += other.n_right;
        self.n_found += other.n_found;
        self.answers.extend(other.answers);
    }
}

/// The true pairs of a kind, every key that stands alone among them.
pub(super) fn true_pairs(truth: &Truth, kind: EntityKind) -> &[TruePair] {
    match kind {
        EntityKind::Client => &truth.clients,
        EntityKind::Sku => &truth.skus,
    }
}

/// The key of a line's client or product.
pub(super) fn key_of(kind: EntityKind, line: &Line) -> &str {
    match kind {
        EntityKind::Client => &line.key.client.0,
        EntityKind::Sku => &line.key.sku.0,
    }
}

fn draw_held_out(pairs: &[TruePair], rng: &mut Xoshiro256PlusPlus) -> BTreeSet<String> {
    let vendor: BTreeSet<&String> =
        pairs.iter().map(|pair| &pair.vendor).filter(|key| !key.is_empty()).collect();
    vendor.into_iter().filter(|_| rng.gen_bool(HELD_OUT)).cloned().collect()
}

/// The answer about a pair as somebody who knows the truth would give it.
pub(super) fn decision(kind: EntityKind, pair: &TruePair, month: Month) -> Decision {
    let key = |key: &String| (!key.is_empty()).then(|| key.clone());
    let (vendor, psa) = (key(&pair.vendor), key(&pair.psa));
    let (subject, [vendor_client, psa_client, vendor_sku, psa_sku]) = match kind {
        EntityKind::Client => (Subject::Client, [vendor, psa, None, None]),
        EntityKind::Sku => (Subject::Sku, [None, None, vendor, psa]),
    };
    Decision {
        subject,
        vendor_client,
        vendor_sku,
        psa_client,
        psa_sku,
        month: Some(month),
        verdict: match pair.relation {
            Relation::Same => Verdict::Same,
            Relation::Bundle => Verdict::Bundle,
            Relation::None => Verdict::None,
        },
        reason: String::new(),
        until: None,
        by: "reviewer".to_owned(),
        at: None,
    }
}

fn settings(currency: Currency) -> Settings {
    let thresholds = Thresholds::default();
    Settings { name: "made up".to_owned(), currency, thresholds, usage: Usage::default() }
}
