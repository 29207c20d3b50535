//! One made-up MSP, whole and damaged, in its first month and in a later one.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::super::EvaluateError;
use super::super::made_up::{decision, true_pairs};
use super::super::sequence::{TruthOf, is_of_one_side, says};
use crate::simulate::{
    Damage, DamageKind, Difference, FormatPair, Keys, Recipe, SimulatedFile, Truth, damage,
    simulate,
};
use seatdrift_core::domain::money::plain;
use seatdrift_core::domain::{
    Decision, DoubtKind, EntityKind, ExportRow, Month, RejectedRow, Side, StatedTotal, Totals,
};
use seatdrift_core::models::Models;
use seatdrift_core::months::{MonthsInMemory, PastMonths};
use seatdrift_core::normalise::ProductAliases;
use seatdrift_core::run::{Direction, Finding, Run};
use seatdrift_core::score::{MonthInputs, score_month};
use seatdrift_core::settings::{Settings, Thresholds, Usage};
use seatdrift_ingest::{ExportFile, IngestError, Reading, read_export};

/// From this probability on a claim is a sure one.
pub(super) const SURE: f64 = 0.9;

/// Months made up before the one that is scored: mistakes are as usual by then.
const MONTHS_BEFORE: i32 = 6;
/// Months made up after it: the newest month of a made-up MSP is a bad one.
const MONTHS_AFTER: i32 = 8;

/// When a month is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Situation {
    /// Nothing is known before, and nobody has decided anything.
    FirstMonth,
    /// Months before are stored, and every name is decided.
    LaterMonth,
}

impl Situation {
    /// Both.
    pub const ALL: [Self; 2] = [Self::FirstMonth, Self::LaterMonth];

    /// The words for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::FirstMonth => "first month",
            Self::LaterMonth => "later month",
        }
    }
}

/// One MSP and what is done to its exports.
pub(super) struct DamagedMsp {
    damage: Damage,
    settings: Settings,
    month: Month,
    whole: MonthRead,
    /// `Err` where reading asks instead.
    spoilt: Result<MonthRead, IngestError>,
    touched: BTreeSet<(String, String)>,
    history: MonthsInMemory,
    decisions: Vec<Decision>,
    truth: TruthOf,
}

/// Both sides' exports of a month, read.
#[derive(Default)]
struct MonthRead {
    rows: Vec<ExportRow>,
    rejected: Vec<RejectedRow>,
    stated: Vec<StatedTotal>,
}

/// What a run says beside the truth.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunCounts {
    /// Findings with a probability of a half or more.
    pub claims: usize,
    /// Those that are so: kind, line and money to the cent.
    pub right: usize,
    /// Claims of at least 0.9.
    pub sure: usize,
    /// Those that are so.
    pub sure_right: usize,
    /// Sure claims on lines that the damage touched that are not so.
    pub touched_false: usize,
    /// Differences that nobody accepts.
    pub differences: usize,
    /// Those that are claimed.
    pub found: usize,
    /// Differences on lines that the damage did not touch.
    pub elsewhere: usize,
    /// Those that are claimed.
    pub found_elsewhere: usize,
    /// What the run says is lost, of one side's clients too.
    pub lose: Decimal,
    /// What is, accepted or not.
    pub true_lose: Decimal,
    /// Money of claims.
    pub claimed_money: Decimal,
    /// Money of claims that are not so.
    pub false_money: Decimal,
    /// Whether every row and cent that was read, or could not be, is in the run's summary.
    pub is_accounted: bool,
    /// By doubt: questions that rest on it, those of them that are so, claims, and those that are so.
    pub doubts: BTreeMap<DoubtKind, [usize; 4]>,
    /// Sure claims that are not so, in words.
    pub false_sure: Vec<String>,
    /// Files that are said to be in doubt.
    pub in_doubt: usize,
}

/// One MSP's counts: whole and spoilt, by situation.
#[derive(Debug, Clone, PartialEq)]
pub struct DamagedCounts {
    /// What was done to it.
    pub damage: Damage,
    /// Lines that it touched.
    pub n_touched: usize,
    /// Whether reading the spoilt exports asks instead of going on.
    pub asks: bool,
    /// Of whole exports.
    pub whole: BTreeMap<Situation, RunCounts>,
    /// Of spoilt ones; none where reading asks.
    pub spoilt: BTreeMap<Situation, RunCounts>,
}

impl DamagedMsp {
    /// Makes one up, reads its exports whole, spoils the newest month and reads it again.
    ///
    /// # Errors
    ///
    /// [`EvaluateError::Export`] when a whole export cannot be read.
    pub(super) fn new(
        clients: usize,
        seed: u64,
        formats: FormatPair,
        how: Damage,
    ) -> Result<Self, EvaluateError> {
        let n_months = (MONTHS_BEFORE + 1 + MONTHS_AFTER).unsigned_abs() as usize;
        let mut made_of = Recipe::hostile(clients, n_months, seed).with_formats(formats);
        if matches!(
            how.kind,
            DamageKind::IdRounded | DamageKind::IdOfAnother | DamageKind::SecondId
        ) {
            // Only what has ids can lose them.
            (made_of.habits.vendor_keys, made_of.habits.psa_keys) =
                (Keys::RecordIds, Keys::RecordIds);
        }
        let made = simulate(&made_of);
        let month = made_of.last.plus(-MONTHS_AFTER);
        let read = |files: &[SimulatedFile], month| read_month(files, month, &made_of);
        let mut history = MonthsInMemory::default();
        for back in 1..=MONTHS_BEFORE {
            let before = month.plus(-back);
            history.0.insert(before, read(&made.files, before)?.rows);
        }
        let whole = read(&made.files, month)?;
        let mut files = made.files.clone();
        let touched = damage(&mut files, month, &how, seed);
        let spoilt = read(&files, month);
        let numbers: BTreeSet<u64> = touched.iter().map(|one| one.row).collect();
        let keys = |rows: &[ExportRow]| -> BTreeSet<(String, String)> {
            let own = rows.iter().filter(|row| row.side == how.side);
            let own = own.filter(|row| numbers.contains(&row.place.row));
            own.map(|row| (row.client.0.to_string(), row.sku.0.to_string())).collect()
        };
        let mut touched = keys(&whole.rows);
        if let (Ok(spoilt), false) = (&spoilt, leaves_rows_out(how.kind)) {
            touched.extend(keys(&spoilt.rows));
        }
        let decisions = answers(&made.truth, month.plus(-1));
        let settings = Settings {
            name: made.msp.clone(),
            currency: made_of.currency,
            thresholds: Thresholds::default(),
            usage: Usage::default(),
        };
        let truth = TruthOf::new(made.truth);
        Ok(Self { damage: how, settings, month, whole, spoilt, touched, history, decisions, truth })
    }

    /// Scores the month whole and spoilt, in both situations.
    ///
    /// # Errors
    ///
    /// [`EvaluateError::History`] when a month cannot be scored.
    pub(super) fn counts(&self, models: &Models) -> Result<DamagedCounts, EvaluateError> {
        let mut counts = DamagedCounts {
            damage: self.damage,
            n_touched: self.touched.len(),
            asks: self.spoilt.is_err(),
            whole: BTreeMap::new(),
            spoilt: BTreeMap::new(),
        };
        for situation in Situation::ALL {
            let whole = self.scored(&self.whole, situation, models)?;
            counts.whole.insert(situation, self.counted(&whole, &self.whole));
            if let Ok(spoilt) = &self.spoilt {
                let run = self.scored(spoilt, situation, models)?;
                counts.spoilt.insert(situation, self.counted(&run, spoilt));
            }
        }
        Ok(counts)
    }

    fn scored(
        &self,
        read: &MonthRead,
        situation: Situation,
        models: &Models,
    ) -> Result<Run, EvaluateError> {
        let (nothing, nobody) = (MonthsInMemory::default(), Vec::new());
        let (history, decisions) = match situation {
            Situation::FirstMonth => (&nothing, &nobody),
            Situation::LaterMonth => (&self.history, &self.decisions),
        };
        let before = history.lines(&history.months()?)?;
        let aliases = ProductAliases::default();
        let inputs = MonthInputs {
            settings: &self.settings,
            month: self.month,
            day: None,
            rows: &read.rows,
            rejected: &read.rejected,
            stated: &read.stated,
            history,
            decisions,
            models,
            aliases: &aliases,
        };
        Ok(score_month(&inputs, before)?.run)
    }

    fn counted(&self, run: &Run, read: &MonthRead) -> RunCounts {
        let mut counts = RunCounts {
            in_doubt: run.in_doubt.len(),
            is_accounted: is_accounted(run, read),
            ..RunCounts::default()
        };
        let mut open: Vec<&Difference> = self.truth.differences(self.month).iter().collect();
        let stays = |one: &&Difference| !one.cause.is_accepted();
        counts.differences = open.iter().copied().filter(stays).count();
        let is_lost =
            |one: &&&Difference| matches!(one.kind, "under_billed" | "not_billed" | "below_cost");
        counts.true_lose = open.iter().filter(is_lost).map(|one| one.monthly_impact).sum();
        let apart = |one: &&Difference| stays(one) && !self.is_touched_truth(one);
        counts.elsewhere = open.iter().copied().filter(apart).count();
        for finding in &run.findings {
            let at = open.iter().position(|one| says(finding, one));
            let truly = at.map(|at| open.swap_remove(at));
            if finding.is_claim() && finding.direction() == Direction::Lose {
                counts.lose += finding.monthly_impact;
            }
            if truly.is_none() && is_of_one_side(finding, &self.truth, self.month) {
                continue;
            }
            self.count(&mut counts, finding, truly);
        }
        counts
    }

    fn count(&self, counts: &mut RunCounts, finding: &Finding, truly: Option<&Difference>) {
        for kind in &finding.doubts {
            let own = counts.doubts.entry(*kind).or_default();
            let at = if finding.is_claim() { 2 } else { 0 };
            own[at] += 1;
            own[at + 1] += usize::from(truly.is_some());
        }
        if !finding.is_claim() {
            return;
        }
        let is_true = truly.is_some();
        counts.claims += 1;
        counts.right += usize::from(is_true);
        counts.claimed_money += finding.monthly_impact;
        if !is_true {
            counts.false_money += finding.monthly_impact;
        }
        let is_sure = SURE <= finding.probability.get();
        counts.sure += usize::from(is_sure);
        counts.sure_right += usize::from(is_sure && is_true);
        if is_sure && !is_true {
            let is_touched = self.is_touched(finding);
            counts.touched_false += usize::from(is_touched);
            let [bought, billed] = [finding.vendor_quantity, finding.psa_quantity];
            counts.false_sure.push(format!(
                "{} {} {} / {}, {bought} bought, {billed} billed, {}: {}",
                if is_touched { "touched" } else { "apart" },
                finding.kind.word(),
                finding.client,
                finding.sku,
                finding.monthly_impact,
                finding.why
            ));
        }
        if let Some(one) = truly.filter(|one| !one.cause.is_accepted()) {
            counts.found += 1;
            counts.found_elsewhere += usize::from(!self.is_touched_truth(one));
        }
    }

    /// Whether the damage touched a line of a true difference.
    fn is_touched_truth(&self, one: &Difference) -> bool {
        let (clients, skus) = match self.damage.side {
            Side::Vendor => (&one.keys.vendor_clients, &one.keys.vendor_skus),
            Side::Psa => (&one.keys.psa_clients, &one.keys.psa_skus),
        };
        self.touched.iter().any(|(client, sku)| clients.contains(client) && skus.contains(sku))
    }

    /// Whether the damage touched a line that a finding is about, there or by its true partner.
    fn is_touched(&self, finding: &Finding) -> bool {
        finding.lines.iter().any(|line| {
            if line.side == self.damage.side {
                return self.touched.contains(&(line.client.clone(), line.sku.clone()));
            }
            let partners = |kind, key| -> BTreeSet<&str> {
                let all = self.truth.partners(kind, line.side, key);
                all.into_iter().map(|(key, _)| key).collect()
            };
            let clients = partners(EntityKind::Client, &line.client);
            let skus = partners(EntityKind::Sku, &line.sku);
            self.touched.iter().any(|(client, sku)| {
                clients.contains(client.as_str()) && skus.contains(sku.as_str())
            })
        })
    }
}

/// Whether a run's summary has every row and cent of a month's exports.
fn is_accounted(run: &Run, read: &MonthRead) -> bool {
    [(Side::Vendor, &run.summary.vendor), (Side::Psa, &run.summary.psa)].into_iter().all(
        |(side, summary)| {
            let own = read.rows.iter().filter(|row| row.side == side);
            let rejected = read.rejected.iter().filter(|row| row.side == side);
            let n_rows = own.clone().count() + rejected.clone().count();
            let amounts = own.map(|row| row.amount).chain(rejected.filter_map(|row| row.amount));
            let money: Totals = amounts.collect();
            let money = money.iter().map(|sum| (sum.currency.to_string(), plain(sum.amount)));
            summary.all.rows == n_rows && summary.all.money == money.collect()
        },
    )
}

/// Whether a kind leaves rows out, so that those below have other numbers.
fn leaves_rows_out(kind: DamageKind) -> bool {
    matches!(
        kind,
        DamageKind::ClientFiltered
            | DamageKind::ProductFiltered
            | DamageKind::RowsLost
            | DamageKind::OnlyChanges
    )
}

fn read_month(
    files: &[SimulatedFile],
    month: Month,
    recipe: &Recipe,
) -> Result<MonthRead, IngestError> {
    let folder = format!("{month}/");
    let mut all = MonthRead::default();
    for file in files.iter().filter(|file| file.path.starts_with(&folder)) {
        let name = &file.path[folder.len()..];
        let side = if name.starts_with("vendor") { Side::Vendor } else { Side::Psa };
        let reading = Reading { side, month, currency: recipe.currency, profiles: &[] };
        let read = read_export(&ExportFile { name, bytes: &file.bytes }, &reading)?;
        all.rows.extend(read.rows);
        all.rejected.extend(read.rejected);
        let stated = read.total_row.map(|total| StatedTotal { side, file: name.to_owned(), total });
        all.stated.extend(stated);
    }
    Ok(all)
}

/// What somebody who knows every name would have answered.
fn answers(truth: &Truth, month: Month) -> Vec<Decision> {
    let of_kind =
        |kind| true_pairs(truth, kind).iter().map(move |pair| decision(kind, pair, month));
    [EntityKind::Client, EntityKind::Sku].into_iter().flat_map(of_kind).collect()
}
