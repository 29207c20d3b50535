//! Scoring a month: every stage, in order.
//!
//! ```text
//! rows ─┬─ lines ── names of clients and products ── pairs, scored and assigned
//!       ├─ seats of products nobody bills ── parts of bundles to ask about
//!       ├─ like lines of clients nobody has matched ── names to ask about
//!       ├─ groups of matched lines ── differences ── less what people have settled ── findings
//!       │                                  ├─ beside what is doubtful about the data ── claims and questions
//!       │                                  ├─ beside the months before ── since when, what changed
//!       │                                  └─ beside what was decided then ── what is recovered
//!       ├─ series with the months before ── judged against the trend ── flags
//!       └─ where every row and its money went ── summary
//! ```
//!
//! It computes: rows, history, decisions and models in, a [`Run`] out. It writes nothing.

mod agreements;
mod at_price;
mod causes;
mod compared_lines;
mod counterparts;
mod doubted;
mod since;
mod recovered;
mod look_back;
mod flag_decisions;
mod explained;
mod findings;
mod flag_keys;
mod identity;
mod month_changes;
mod like_clients;
mod names;
mod names_known;
mod proposals;
mod chart_months;
mod to_fix;
mod run_rows;
mod trends;
mod line_sides;
mod use_margin;

pub use chart_months::ChartMonths;
pub use flag_decisions::FlagDecisions;
pub use identity::id;
pub use names::{MatchedNames, NamesByKind, known_pairs, match_names};
pub use names_known::names_known;
pub use to_fix::raise;
pub use trends::canonical_series;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use agreements::tell_agreements;
use at_price::PricesAsked;
use causes::{ClientsBySide, EndedContract, Facts, ended_contracts};
use doubted::Doubtful;
use findings::ToldFindings;
use line_sides::SidesOfLines;
use look_back::look_back;
use proposals::offer_pairs;
use recovered::{Fixes, Recoveries, recoveries};
use since::LastMonth;
use trends::Trends;

use crate::decisions::{DecisionsUsed, Names, pair_memory};
use crate::domain::{
    Decision, EntityKind, ExportRow, Line, Month, RejectedRow, Series, Side, StatedTotal, lines_of,
};
use crate::doubts::MonthSeen;
use crate::models::Models;
use crate::months::{MonthlyLines, monthly_lines_of};
use crate::months::{PastError, PastMonths};
use crate::normalise::{ProductAliases, is_own_name};
use crate::reconcile::{
    BundleReadings, NameStanding, OwnNames, PairProposal, PriceBook, Reconciled, bundle_proposals,
    flows, reconcile,
};
use crate::run::{ComparedLine, InputFile, Recovered, Run, Schema, ScoreLine, SinceLastMonth};
use crate::settings::Settings;

/// Everything the scoring of a month reads.
pub struct MonthInputs<'a> {
    /// The workspace's settings.
    pub settings: &'a Settings,
    /// The month.
    pub month: Month,
    /// The day of it on which what is in force is compared; `None` for the whole month.
    pub day: Option<jiff::civil::Date>,
    /// The rows of its exports, both sides.
    pub rows: &'a [ExportRow],
    /// The rows that could not be read.
    pub rejected: &'a [RejectedRow],
    /// The sums that files state of themselves.
    pub stated: &'a [StatedTotal],
    /// The months before.
    pub history: &'a dyn PastMonths,
    /// What people decided.
    pub decisions: &'a [Decision],
    /// The models that speak.
    pub models: &'a Models,
    /// What lists of products say.
    pub aliases: &'a ProductAliases,
}

impl MonthInputs<'_> {
    /// Whether the month may still bring something.
    pub fn is_running(&self) -> bool {
        self.day.is_some_and(|day| day < self.month.last_day())
    }
}

/// A scored month.
pub struct ScoredMonth {
    /// What the scoring said.
    pub run: Run,
    /// Every judged line and statistic.
    pub scores: Vec<ScoreLine>,
    /// Every line that was compared.
    pub lines: Vec<ComparedLine>,
}

impl ScoredMonth {
    /// Says from which files its rows came, and when they were scored.
    pub fn from_files(mut self, inputs: Vec<InputFile>, scored_at: Timestamp) -> Self {
        (self.run.inputs, self.run.scored_at) = (inputs, Some(scored_at));
        self
    }
}

/// Scores a month; `before` are the lines of the months before it.
///
/// # Errors
///
/// [`PastError`] when an earlier month cannot be read.
pub fn score_month(
    inputs: &MonthInputs<'_>,
    before: MonthlyLines,
) -> Result<ScoredMonth, PastError> {
    let (lines, names) =
        rayon::join(|| lines_of(inputs.rows), || names_known(&before, inputs.rows));
    let (mut matched, (past, monthly)) = rayon::join(
        || match_names(inputs, &lines, &names),
        || {
            rayon::join(
                || MonthBefore::read(inputs),
                || MonthlyLines::joined(&[before, monthly_lines_of(inputs.rows, inputs.month)]),
            )
        },
    );
    let MonthBefore { prices, rows, lines: lines_before } = past?;
    // Products that may be parts say nothing of clients that may be one.
    let (parts, clients) = rayon::join(
        || parts_of_bundles(inputs, &monthly, &matched, &names),
        || like_clients::proposals(inputs, &lines, &matched, &names),
    );
    offer_pairs(&mut matched, parts);
    offer_pairs(&mut matched, clients);
    let (readings, tenants) = rayon::join(
        || BundleReadings::of(&monthly, inputs.month, &matched.partners),
        || own_tenants(inputs, &matched, &names),
    );
    matched.partners.readings = readings;
    matched.partners.own = OwnNames::of(&monthly, inputs.month, &matched.partners, tenants);

    let lines_then = rows.is_some().then_some(lines_before.as_slice());
    let partners = &matched.partners;
    let seen = MonthSeen {
        month: inputs.month,
        rows: inputs.rows,
        lines: &lines,
        rejected: inputs.rejected,
        stated: inputs.stated,
        partners,
        monthly: &monthly,
        before: lines_then,
    };
    let (doubtful, fixes) =
        rayon::join(|| Doubtful::of(&seen), || Fixes::of(inputs, &names, &monthly));
    let ((reconciled, last), series) = rayon::join(
        || {
            rayon::join(
                || reconcile(inputs.rows, &lines, partners, &prices),
                || {
                    let month = inputs.month.plus(-1);
                    let rows = rows.as_deref()?;
                    Some(LastMonth::new(month, rows, &lines_before, partners))
                },
            )
        },
        || canonical_series(monthly, inputs.month, partners),
    );
    let contracts =
        ended_contracts(inputs.rows, rows.as_deref().unwrap_or_default(), &lines_before);
    // Rows take much room, and these have been compared.
    drop(rows);
    let clients = ClientsBySide::of(&series, inputs.month);
    let now = Now {
        lines: &lines,
        names: &names,
        matched: &matched,
        reconciled: &reconciled,
        fixes: &fixes,
        contracts: &contracts,
        clients: &clients,
        doubtful: &doubtful,
        lines_before: lines_then,
    };
    let told = now.told(inputs, &series, last.as_ref())?;
    // Half a million texts are given back beside it.
    let (scored, ()) = rayon::join(|| now.shown(inputs, told), || drop((series, last)));
    Ok(scored)
}

/// The month that is scored, its names matched and its lines compared.
struct Now<'a> {
    lines: &'a [Line],
    names: &'a Names,
    matched: &'a MatchedNames,
    reconciled: &'a Reconciled<'a>,
    fixes: &'a Fixes,
    contracts: &'a [EndedContract],
    clients: &'a ClientsBySide,
    doubtful: &'a Doubtful,
    /// The lines of the month before, where it is stored.
    lines_before: Option<&'a [Line]>,
}

/// What the months before add to it.
struct ToldMonth {
    told: ToldFindings,
    last_month: Option<SinceLastMonth>,
    recovered: Vec<Recovered>,
    trends: Trends,
}

impl Now<'_> {
    /// Findings and flags, beside the months before.
    fn told(
        &self,
        inputs: &MonthInputs<'_>,
        series: &[Series],
        last: Option<&LastMonth<'_>>,
    ) -> Result<ToldMonth, PastError> {
        let Self { lines, names, matched, reconciled, fixes, .. } = self;
        let partners = &matched.partners;
        let sides = SidesOfLines::new(series, inputs.month);
        let (told, trends) = rayon::join(
            || {
                let mut told = findings::findings(inputs, reconciled, names, partners, &sides)?;
                self.doubtful.weigh(&mut told.findings, &told.lines, self.lines_before);
                findings::costliest_first(&mut told.findings);
                tell_agreements(&mut told.findings, inputs.rows, lines, partners);
                let mut prices = PricesAsked::of(&told.findings, partners);
                prices.take_this_month(inputs.rows, lines);
                let asked = (&mut told.findings[..], &mut prices);
                let earlier = look_back(inputs, asked, fixes, last, partners)?;
                prices.tell(&mut told.findings, lines);
                let Recoveries { gone, recovered } =
                    recoveries(inputs, fixes, (earlier, last), reconciled, partners, names);
                let changed = |last| since::since_last_month(inputs, last, lines, gone, partners);
                Ok::<_, PastError>((told, last.map(changed), recovered))
            },
            || trends::judge_month(inputs, series, &sides, partners, names),
        );
        let (told, last_month, recovered) = told?;
        Ok(ToldMonth { told, last_month, recovered, trends })
    }

    /// What a person is shown.
    fn shown(&self, inputs: &MonthInputs<'_>, month: ToldMonth) -> ScoredMonth {
        let Self { lines, names, matched, reconciled, .. } = self;
        let ToldMonth { told, last_month, recovered, trends } = month;
        let (flows, (suggestions, explained)) = rayon::join(
            || flows(inputs.rows, inputs.rejected, lines, &matched.partners, reconciled),
            || {
                rayon::join(
                    || run_rows::suggestions(inputs, lines, matched),
                    || explained::explained(inputs, reconciled),
                )
            },
        );
        let mut run = Run {
            schema: Schema,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            scored_at: None,
            msp: inputs.settings.name.clone(),
            month: inputs.month,
            currency: inputs.settings.currency,
            inputs: Vec::new(),
            in_doubt: self.doubtful.files.clone(),
            decisions: Some(DecisionsUsed::of(inputs.decisions)),
            suggestions,
            aliases: run_rows::aliases(matched, names),
            findings: told.findings,
            causes: Vec::new(),
            last_month,
            recovered: Some(recovered),
            flags: trends.flags,
            expected_false_flags: trends.expected_false,
            no_flag_promise: trends.no_promise,
            rejected: run_rows::rejected(inputs.rejected),
            excluded: run_rows::excluded(inputs.rows),
            given_away: told.given_away,
            explained,
            settled: [told.settled, trends.muted].concat(),
            summary: run_rows::summary(inputs, &flows),
            models: inputs
                .models
                .notes(inputs.decisions, inputs.settings.thresholds.accept_precision),
            rows: BTreeMap::new(),
        };
        let facts = Facts {
            rows: inputs.rows,
            partners: &matched.partners,
            contracts: self.contracts,
            clients: self.clients,
        };
        causes::assign(&mut run, &facts);
        run.rows = run_rows::rows(inputs.rows, lines, &run);
        ScoredMonth { run, scores: trends.scores, lines: told.lines }
    }
}

/// The clients that look like the MSP itself, by side and key, less those a person has spoken of.
fn own_tenants(
    inputs: &MonthInputs<'_>,
    matched: &MatchedNames,
    names: &Names,
) -> BTreeSet<(Side, String)> {
    let clients = &matched.partners.clients;
    let sides = [
        (Side::Vendor, &clients.vendor, &names.vendor_clients),
        (Side::Psa, &clients.psa, &names.psa_clients),
    ];
    let own = sides.into_iter().flat_map(|(side, standings, names)| {
        let open = standings.iter().filter(|(_, one)| **one != NameStanding::RightlyAlone);
        let own = open
            .filter(|(key, _)| is_own_name(names.name(key).unwrap_or(key), &inputs.settings.name));
        own.map(move |(key, _)| (side, key.clone())).collect::<Vec<_>>()
    });
    own.collect()
}

/// The parts of bundles that the seats of all months suggest, less those a person has ruled out.
fn parts_of_bundles(
    inputs: &MonthInputs<'_>,
    monthly: &MonthlyLines,
    matched: &MatchedNames,
    names: &Names,
) -> Vec<PairProposal> {
    let (vendor, psa) = names.of_kind(EntityKind::Sku);
    let day = inputs.month.last_day();
    let memory = pair_memory(inputs.decisions, EntityKind::Sku, day, vendor, psa);
    let different = memory.different.into_keys().collect();
    bundle_proposals(monthly, inputs.month, &matched.partners, &different)
}

/// What the month before says, to the cent.
#[derive(Default)]
struct MonthBefore {
    /// What the vendor's whole periods were charged at.
    prices: PriceBook,
    /// Its rows, the vendor's first; `None` where it is not stored.
    rows: Option<Vec<ExportRow>>,
    /// Their lines.
    lines: Vec<Line>,
}

impl MonthBefore {
    fn read(inputs: &MonthInputs<'_>) -> Result<Self, PastError> {
        let month = inputs.month.plus(-1);
        if !inputs.history.months()?.contains(&month) {
            return Ok(Self::default());
        }
        let mut rows = inputs.history.rows(month)?;
        rows.sort_by_key(|row| row.side);
        let lines = lines_of(&rows);
        let vendor = lines.iter().filter(|line| line.key.side == Side::Vendor);
        let prices = PriceBook::of_lines(&rows, vendor);
        Ok(Self { prices, rows: Some(rows), lines })
    }
}

/// The two kinds, in the order they are matched.
pub const KINDS: [EntityKind; 2] = [EntityKind::Client, EntityKind::Sku];
