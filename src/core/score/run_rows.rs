//! What a run shows of its names, its rows and its money.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rayon::prelude::*;
use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{KINDS, MatchedNames, MonthInputs, identity};
use crate::assignment::{Status, Suggestion};
use crate::decisions::{NameIndex, Names};
use crate::domain::money::plain;
use crate::domain::{
    EntityKind, Exclusion, ExportRow, Line, RejectedRow, Side, StatedTotal, Totals,
};
use crate::pair_classifier::stable_hash;
use crate::reconcile::{Flows, SideFlow, Tie, tie};
use crate::run::{
    AliasLine, Contribution, ExcludedGroup, FileSummary, LearnedWords, NamePair, RejectedLine,
    RowSeen, Run, SideCounts, SideSummary, Summary, TieSeen,
};

/// The name pairs: clients, then products; those a person is asked about first among equals in
/// money.
pub(super) fn suggestions(
    inputs: &MonthInputs<'_>,
    lines: &[Line],
    matched: &MatchedNames,
) -> Vec<NamePair> {
    let of_kind = |kind| {
        let behind = Behind::new(kind, lines, inputs);
        let suggestions = matched.assignments.of(kind).suggestions.par_iter();
        suggestions.map(|one| name_pair(kind, one, &behind)).collect::<Vec<NamePair>>()
    };
    KINDS.into_par_iter().flat_map(of_kind).collect()
}

/// The words that decided pairs say are one.
pub(super) fn aliases(matched: &MatchedNames, names: &Names) -> Vec<AliasLine> {
    let lines = KINDS.map(|kind| {
        let (vendor_names, psa_names) = names.of_kind(kind);
        matched.aliases.of(kind).in_force().map(move |alias| {
            let (vendor, psa) = alias.confirmed.first().expect("an alias has a confirmed pair");
            let name = |key: &str, index: &NameIndex| index.name(key).unwrap_or(key).to_owned();
            AliasLine {
                kind,
                vendor_words: alias.vendor.join(" "),
                psa_words: alias.psa.join(" "),
                confirmed: alias.confirmed.len(),
                rejected: alias.rejected.len(),
                example: (name(vendor, vendor_names), name(psa, psa_names)),
            }
        })
    });
    lines.into_iter().flatten().collect()
}

/// The lines behind the names of one kind.
struct Behind<'a> {
    rows: &'a [ExportRow],
    /// (side, key) → its rows and the money of its lines in the run's currency. Only looked up in.
    names: FxHashMap<(Side, &'a str), (Vec<usize>, Decimal)>,
}

impl<'a> Behind<'a> {
    fn new(kind: EntityKind, lines: &'a [Line], inputs: &MonthInputs<'a>) -> Self {
        let mut names: FxHashMap<(Side, &str), (Vec<usize>, Decimal)> = FxHashMap::default();
        for line in lines {
            let key = match kind {
                EntityKind::Client => &line.key.client.0,
                EntityKind::Sku => &line.key.sku.0,
            };
            let (row_idxs, money) = names.entry((line.key.side, key.as_str())).or_default();
            row_idxs.extend(&line.rows);
            if line.key.currency == inputs.settings.currency {
                *money += line.monthly_amount.amount;
            }
        }
        // In the order of the files, whatever the order of the lines.
        names.values_mut().for_each(|(row_idxs, _)| row_idxs.sort_unstable());
        Self { rows: inputs.rows, names }
    }

    /// The places of a name's rows, and its money.
    fn of(&self, side: Side, key: Option<&String>) -> (Vec<String>, Decimal) {
        let found = key.and_then(|key| self.names.get(&(side, key.as_str())));
        let Some((row_idxs, money)) = found else { return Default::default() };
        let places = row_idxs.iter().map(|&row_idx| self.rows[row_idx].place.to_string());
        (places.collect(), *money)
    }
}

/// One accepted pair in so many is checked by a person: the same pairs every month until they are answered.
const ONE_IN: u64 = 50;

fn is_drawn(id: &str) -> bool {
    stable_hash(id, 0).is_multiple_of(ONE_IN)
}

fn name_pair(kind: EntityKind, suggestion: &Suggestion, behind: &Behind<'_>) -> NamePair {
    let key = |key: &Option<String>| key.clone().unwrap_or_default();
    let (vendor_id, psa_id) = (key(&suggestion.vendor_key), key(&suggestion.psa_key));
    let (vendor_rows, vendor_money) = behind.of(Side::Vendor, suggestion.vendor_key.as_ref());
    let (psa_rows, psa_money) = behind.of(Side::Psa, suggestion.psa_key.as_ref());
    let waits = matches!(suggestion.status, Status::Review | Status::Unmatched);
    let contributions = suggestion.contributions.iter().map(|one| Contribution {
        feature: one.feature.into(),
        value: one.value,
        log_odds: one.log_odds,
    });
    let id = identity::id('s', &[kind.word(), &vendor_id, &psa_id]);
    NamePair {
        rests_on: suggestion.rests_on.clone().map(|(vendor, psa)| LearnedWords { vendor, psa }),
        is_checked: suggestion.status == Status::Auto && is_drawn(&id),
        id,
        kind,
        vendor_name: suggestion.vendor_name.clone(),
        psa_name: suggestion.psa_name.clone(),
        probability: suggestion.probability,
        status: suggestion.status,
        why: suggestion.why.clone(),
        contributions: contributions.collect(),
        runner_up: suggestion.runner_up.clone(),
        money: if !waits {
            Decimal::ZERO
        } else if suggestion.vendor_key.is_some() {
            vendor_money
        } else {
            psa_money
        },
        vendor_id,
        psa_id,
        vendor_rows,
        psa_rows,
    }
}

/// The rows that could not be read, in file order.
pub(super) fn rejected(rows: &[RejectedRow]) -> Vec<RejectedLine> {
    rows.iter()
        .map(|row| {
            let place = &row.at.place;
            let sheet = place.sheet.as_ref().map(|sheet| format!("!{sheet}"));
            RejectedLine {
                side: row.side,
                file: format!("{}{}", place.file, sheet.unwrap_or_default()),
                row: place.row,
                column: row.at.column.clone(),
                expected: row.expected.clone(),
                found: row.found.clone(),
            }
        })
        .collect()
}

/// The rows understood and not compared, by side and reason.
pub(super) fn excluded(rows: &[ExportRow]) -> Vec<ExcludedGroup> {
    let mut groups: BTreeMap<(Side, Exclusion), (usize, Totals)> = BTreeMap::new();
    for row in rows {
        if let Some(reason) = row.exclusion {
            let (n_rows, totals) = groups.entry((row.side, reason)).or_default();
            *n_rows += 1;
            totals.add(row.amount);
        }
    }
    let groups = groups.into_iter().map(|((side, reason), (n_rows, totals))| ExcludedGroup {
        side,
        reason: reason.words().to_owned(),
        rows: n_rows,
        money: money_of(&totals),
    });
    groups.collect()
}

/// Where every row and its money went.
pub(super) fn summary(inputs: &MonthInputs<'_>, flows: &Flows) -> Summary {
    let files = flows.files.iter().map(|((side, file), flow)| {
        let is_it = |one: &&StatedTotal| one.side == *side && one.file == *file;
        let stated = inputs.stated.iter().find(is_it);
        FileSummary {
            file: file.clone(),
            side: *side,
            flow: side_summary(flow),
            stated_total: stated.map(|one| plain(one.total.amount)),
            tie: stated.map(|one| tie_seen(tie(one, &flow.all().1))),
        }
    });
    Summary {
        month: inputs.month,
        currency: inputs.settings.currency,
        vendor: side_summary(&flows.side(Side::Vendor)),
        psa: side_summary(&flows.side(Side::Psa)),
        files: files.collect(),
    }
}

fn side_summary(flow: &SideFlow) -> SideSummary {
    let counts =
        |(n_rows, totals): &(usize, Totals)| SideCounts { rows: *n_rows, money: money_of(totals) };
    SideSummary {
        all: counts(&flow.all()),
        matched: counts(&flow.matched),
        review: counts(&flow.review),
        unmatched: counts(&flow.unmatched),
        excluded: counts(&flow.excluded),
        rejected: counts(&flow.rejected),
    }
}

fn tie_seen(tie: Tie) -> TieSeen {
    match tie {
        Tie::Ties => TieSeen::Ties,
        Tie::Gap(gap) => {
            TieSeen::Gap { amount: plain(gap.amount), currency: gap.currency.to_string() }
        }
        Tie::SeveralCurrencies => TieSeen::SeveralCurrencies,
    }
}

fn money_of(totals: &Totals) -> BTreeMap<String, String> {
    totals.iter().map(|money| (money.currency.to_string(), plain(money.amount))).collect()
}

/// Rows of one side of one thing that are kept with a run: what is shown of it anywhere.
const ROWS_SEEN: usize = 20;

/// The rows that findings, flags and suggestions name, as understood: of each the first, and of a name the
/// first of each of its lines.
pub(super) fn rows(all: &[ExportRow], lines: &[Line], run: &Run) -> BTreeMap<String, RowSeen> {
    let findings = run.findings.iter().flat_map(|one| [&one.vendor_rows, &one.psa_rows]);
    let pairs = run.suggestions.iter().flat_map(|one| [&one.vendor_rows, &one.psa_rows]);
    let flags = run.flags.iter().map(|one| &one.rows);
    let explained = run.explained.iter().map(|one| &one.rows);
    let named = findings.chain(pairs).chain(flags).chain(explained);
    let named = named.flat_map(|places| places.iter().take(ROWS_SEEN)).map(String::as_str);
    let named: FxHashSet<&str> = named.collect();
    // Whoever looks for a name's clients finds one row of each.
    let of_lines = lines.iter().filter_map(|line| line.rows.first().copied());
    let of_lines: FxHashSet<usize> = of_lines.collect();
    let seen = all.par_iter().enumerate().filter_map(|(row_idx, row)| {
        let place = row.place.to_string();
        let is_kept = named.contains(place.as_str()) || of_lines.contains(&row_idx);
        is_kept.then(|| (place, row_seen(row)))
    });
    seen.collect::<Vec<_>>().into_iter().collect()
}

fn row_seen(row: &ExportRow) -> RowSeen {
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    let period = match (day(row.period_start), day(row.period_end)) {
        (None, None) => String::new(),
        (Some(start), Some(end)) => format!("{start} – {end}"),
        (Some(start), None) => format!("from {start}"),
        (None, Some(end)) => format!("until {end}"),
    };
    let mut kind = row.kind.word().to_owned();
    if let Some(reason) = row.exclusion {
        kind = format!("{kind}, {}", reason.words());
    }
    if let Some(words) = &row.unknown {
        kind = format!("{kind} ({words})");
    }
    let notes = [&row.charge_type, &row.term, &row.agreement, &row.reference];
    let notes: Vec<&str> = notes.into_iter().flatten().map(CompactString::as_str).collect();
    let included = if row.included.is_zero() {
        String::new()
    } else {
        format!(" less {} included", row.included)
    };
    RowSeen {
        side: row.side,
        client: row.client_name.to_string(),
        sku: row.sku_name.to_string(),
        kind,
        quantity: format!("{}{included}", row.quantity),
        unit: row.unit.map(|unit| unit.to_string()).unwrap_or_default(),
        amount: row.amount.to_string(),
        period,
        note: notes.join(" · "),
    }
}
