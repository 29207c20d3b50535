//! Scoring a month: every stage, in order.
//!
//! ```text
//! rows ─┬─ lines ── names of clients and products ── pairs, scored and assigned
//!       ├─ seats of products nobody bills ── parts of bundles to ask about
//!       ├─ groups of matched lines ── differences ── less what people have settled ── findings
//!       │                                  └─ beside the months before ── since when, what changed
//!       ├─ series with the months before ── judged against the trend ── flags
//!       └─ where every row and its money went ── summary
//! ```
//!
//! It computes: rows, history, decisions and models in, a [`Run`] out. It writes nothing.

mod bundle_parts;
mod counterparts;
mod earlier;
mod expected;
mod explained;
mod findings;
mod identity;
mod moves;
mod names;
mod raised;
mod seen;
mod trends;
mod two_sides;
mod unreadable;

pub use expected::FlagDecisions;
pub use names::{Matched, NamesByKind, match_names};
pub use raised::raise;
pub use trends::canonical_series;

use std::collections::{BTreeMap, BTreeSet};

use bundle_parts::offer_bundle_parts;
use earlier::LastMonth;
use two_sides::SidesOfLines;

use crate::anomaly::FlagPolicy;
use crate::decisions::{Names, pair_memory};
use crate::domain::{
    Decision, EntityKind, ExportRow, Month, RejectedRow, Side, StatedTotal, lines_of,
};
use crate::history::{History, HistoryError, MonthlyLines, monthly_lines_of};
use crate::model_store::Models;
use crate::normalise::ProductAliases;
use crate::reconcile::{BundleProposal, PriceBook, bundle_proposals, flows, reconcile};
use crate::report::Run;
use crate::workspace::Config;

/// Everything the scoring of a month reads.
#[derive(Debug)]
pub struct MonthInputs<'a> {
    /// The workspace's settings.
    pub config: &'a Config,
    /// The month.
    pub month: Month,
    /// The rows of its exports, both sides.
    pub rows: &'a [ExportRow],
    /// The rows that could not be read.
    pub rejected: &'a [RejectedRow],
    /// The sums that files state of themselves.
    pub stated: &'a [StatedTotal],
    /// The months before.
    pub history: &'a History,
    /// What people decided.
    pub decisions: &'a [Decision],
    /// The models that speak.
    pub models: &'a Models,
    /// What lists of products say.
    pub aliases: &'a ProductAliases,
}

/// Scores a month; `before` are the lines of the months before it.
///
/// # Errors
///
/// [`HistoryError`] when an earlier month cannot be read.
pub fn score_month(inputs: &MonthInputs<'_>, before: MonthlyLines) -> Result<Run, HistoryError> {
    let past = LastMonthRead::read(inputs)?;
    let lines = lines_of(inputs.rows);
    let names = names_known(&before, inputs.rows);
    let mut matched = match_names(inputs, &lines, &names);
    let monthly = MonthlyLines::joined(&[before, monthly_lines_of(inputs.rows, inputs.month)]);
    let parts = parts_of_bundles(inputs, &monthly, &matched, &names);
    offer_bundle_parts(&mut matched, parts);

    let reconciled = reconcile(inputs.rows, &lines, &matched.partners, &past.prices);
    let series = canonical_series(monthly, inputs.month, &matched.partners);
    let sides = SidesOfLines::new(&series, inputs.month);
    let mut told = findings::findings(inputs, &reconciled, &names, &matched.partners, &sides)?;
    let last_month = match &past.last_month {
        Some(last) => {
            let last_lines = lines_of(last);
            let month = inputs.month.plus(-1);
            let last = LastMonth::new(month, last, &last_lines, &matched.partners);
            earlier::tell_since(inputs, &mut told.findings, &last, &matched.partners)?;
            Some(earlier::since_last_month(inputs, &last, &lines, &reconciled, &matched.partners))
        }
        None => None,
    };

    let thresholds = &inputs.config.thresholds;
    let policy = FlagPolicy {
        budget: thresholds.false_flags_per_month,
        false_share: thresholds.false_flag_share,
        ..FlagPolicy::default()
    };
    let trends = trends::judge_month(inputs, &series, &sides, &matched.partners, &names, &policy);

    let flows = flows(inputs.rows, inputs.rejected, &lines, &matched.partners, &reconciled);
    let explained = explained::explained(inputs, &reconciled);
    let mut run = Run {
        msp: inputs.config.name.clone(),
        month: inputs.month,
        currency: inputs.config.currency,
        suggestions: seen::suggestions(inputs, &lines, &matched),
        aliases: seen::aliases(&matched, &names),
        findings: told.findings,
        last_month,
        flags: trends.flags,
        scores: trends.scores,
        expected_false_flags: trends.expected_false,
        no_flag_promise: trends.no_promise,
        rejected: seen::rejected(inputs.rejected),
        excluded: seen::excluded(inputs.rows),
        given_away: told.given_away,
        explained,
        settled: [told.settled, trends.muted].concat(),
        summary: seen::summary(inputs, &flows),
        models: inputs.models.notes(),
        rows: BTreeMap::new(),
    };
    run.rows = seen::rows(inputs.rows, &run);
    Ok(run)
}

/// The parts of bundles that the seats of all months suggest, less those a person has ruled out.
fn parts_of_bundles(
    inputs: &MonthInputs<'_>,
    monthly: &MonthlyLines,
    matched: &Matched,
    names: &Names,
) -> Vec<BundleProposal> {
    let (vendor, psa) = names.of_kind(EntityKind::Sku);
    let day = inputs.month.last_day();
    let memory = pair_memory(inputs.decisions, EntityKind::Sku, day, vendor, psa);
    bundle_proposals(monthly, inputs.month, &matched.partners, &memory.different)
}

/// What the month before says, to the cent.
struct LastMonthRead {
    /// What the vendor's whole periods were charged at in the month before.
    prices: PriceBook,
    /// The rows of the month before; `None` where it is not stored.
    last_month: Option<Vec<ExportRow>>,
}

impl LastMonthRead {
    fn read(inputs: &MonthInputs<'_>) -> Result<Self, HistoryError> {
        let month = inputs.month.plus(-1);
        if !inputs.history.months()?.contains(&month) {
            return Ok(Self { prices: PriceBook::default(), last_month: None });
        }
        let rows = inputs.history.rows(month)?.into_iter();
        let (mut rows, billed): (Vec<ExportRow>, Vec<ExportRow>) =
            rows.partition(|row| row.side == Side::Vendor);
        let prices = PriceBook::of(&rows);
        rows.extend(billed);
        Ok(Self { prices, last_month: Some(rows) })
    }
}

/// Every key of both sides, and the names it was ever written as.
pub fn names_known(monthly: &MonthlyLines, rows: &[ExportRow]) -> Names {
    let named = rows.iter().filter(|row| !row.client.0.is_empty());
    // A name comes back every month with every line; it is learned once.
    let mut clients: BTreeSet<(Side, &str, &str)> = monthly.clients().into_iter().collect();
    clients.extend(named.clone().map(|row| (row.side, &*row.client.0, &*row.client_name)));
    let mut skus: BTreeSet<(Side, &str, &str)> = monthly.skus().into_iter().collect();
    skus.extend(named.map(|row| (row.side, &*row.sku.0, &*row.sku_name)));
    let mut names = Names::default();
    for (side, key, name) in clients {
        match side {
            Side::Vendor => names.vendor_clients.add(key, name),
            Side::Psa => names.psa_clients.add(key, name),
        }
    }
    for (side, key, name) in skus {
        match side {
            Side::Vendor => names.vendor_skus.add(key, name),
            Side::Psa => names.psa_skus.add(key, name),
        }
    }
    names
}

/// The two kinds, in the order they are matched.
pub(crate) const KINDS: [EntityKind; 2] = [EntityKind::Client, EntityKind::Sku];
